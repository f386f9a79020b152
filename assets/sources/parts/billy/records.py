"""Billy's records as landed rows.

A posting names no VAT code; the document behind its transaction does, line by line. So
postings are matched with the lines of their document, by account and amount.

Belongs here: pure functions from decoded records to row values, in the column order of
`LANDED`. Does not: asking Billy, or the order of a pull (`pull`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assets.sources.parts.billy import shapes

Row = tuple[Any, ...]
_OERE = Decimal("0.01")
_KINDS = ("asset", "liability", "equity", "revenue", "expense")
ANY_ACCOUNT = ""
"""Lines that name no account: of an invoice whose product is unknown."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One line of a document: its amount in base currency, without sign, and its VAT code."""

    amount: Decimal
    code: str | None


@dataclass
class Books:
    """What postings refer to. `lines`: document reference → account id → its lines."""

    organization: shapes.Organization
    accounts: Mapping[str, shapes.Account]
    rates: Mapping[str, shapes.TaxRate]
    products: Mapping[str, shapes.Product]
    lines: dict[str, dict[str, list[Coded]]] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, one: shapes.Document, lines: Sequence[shapes.Line]) -> None:
        """Remember a document's lines; `kind` as references begin."""
        found: dict[str, list[Coded]] = defaultdict(list)
        for line in lines:
            product = self.products.get(line.productId or "")
            account = line.accountId or (product.accountId if product else None) or ANY_ACCOUNT
            amount = abs(line.amount * (one.exchangeRate or 1))
            found[account].append(
                Coded(amount.quantize(_OERE, ROUND_HALF_UP), self.code(line.taxRateId))
            )
        self.lines[f"{kind}:{one.id}"] = found

    def code(self, rate: str | None) -> str | None:
        """A VAT code as postings carry it."""
        known = self.rates.get(rate or "")
        return rate_code(known) if known else rate

    def account(self, id_: str) -> str:
        """An account's number."""
        one = self.accounts.get(id_)
        return account_code(one) if one else f"#{id_}"


def company(one: shapes.Organization) -> Row:
    """One row of `company`."""
    digits = "".join(c for c in one.registrationNo or "" if c.isdigit())
    return (
        one.id, one.name, digits if len(digits) == 8 else None, one.registrationNo,
        one.countryId, one.baseCurrencyId,
    )  # fmt: skip


def account_code(one: shapes.Account) -> str:
    """The account's number; an account without one goes by its id."""
    return str(one.accountNo) if one.accountNo is not None else f"#{one.id}"


def account(one: shapes.Account, books: Books) -> Row:
    """One row of `account`."""
    kind = one.natureId if one.natureId in _KINDS else None
    return (one.id, account_code(one), one.name, kind, None, books.code(one.taxRateId))


def rate_code(one: shapes.TaxRate) -> str:
    """A VAT code by the name a person knows; names are not unique in Billy, ids are."""
    return f"{one.abbreviation or one.name} ({one.id})"


def rate(one: shapes.TaxRate) -> Row:
    """One row of `vat_code`."""
    return (one.id, rate_code(one), one.name, one.rate, None, None)


def party(one: shapes.Contact) -> Row:
    """One row of `party`. Billy has one field for registration and VAT number."""
    number = (one.registrationNo or "").strip() or None
    return (one.id, one.id, one.name, one.countryId, number, number)


def document(kind: str, one: shapes.Document) -> Row:
    """One row of `source_document`; credit notes negative."""
    is_credit = one.type == "creditNote"
    side = "sales" if kind == "invoice" else "purchase"
    total = one.grossAmount
    if total is not None and is_credit:
        total = -abs(total)
    return (
        one.id, f"{kind}:{one.id}", f"{side}_{'credit_note' if is_credit else 'invoice'}",
        one.invoiceNo or one.voucherNo or one.suppliersInvoiceNo or one.id, one.contactId,
        date.fromisoformat(one.entryDate), date.fromisoformat(one.dueDate) if one.dueDate else None,
        one.currencyId, total,
    )  # fmt: skip


def voucher(one: shapes.Transaction, first: shapes.Posting) -> Row:
    """One row of `voucher`."""
    moment = datetime.fromisoformat(one.createdTime) if one.createdTime else None
    reference = one.originatorReference
    is_document = (reference or "").partition(":")[0] in {"invoice", "bill"}
    return (
        one.id, None, str(one.transactionNo), None, date.fromisoformat(first.entryDate), moment,
        first.text, reference if is_document else None, f"transactions/{one.id}",
    )  # fmt: skip


def amount(one: shapes.Posting) -> Decimal:
    """The posting's amount, debit positive. Raises `ValueError` for a side that is none."""
    if one.side not in {"debit", "credit"}:
        raise ValueError(one.side)
    return one.amount if one.side == "debit" else -one.amount


def posting(number: int, one: shapes.Posting, code: str | None, books: Books) -> Row:
    """One row of `posting`."""
    return (
        one.transactionId, one.id, number, books.account(one.accountId), amount(one),
        None, None, None, None, code, one.text, None,
    )  # fmt: skip


def codes(
    postings: Sequence[shapes.Posting], reference: str | None, books: Books
) -> tuple[dict[str, str | None], list[str]]:
    """Posting id → VAT code, and the accounts where lines and postings cannot be matched.

    In this order: one posting and one code on an account; postings and lines of the same
    amount; a posting and the sum of all lines of one code. What is left over once every line
    is matched (VAT that may not be deducted, say) has no code.
    """
    document = books.lines.get(reference or "", {})
    on_account: dict[str, list[shapes.Posting]] = defaultdict(list)
    for one in postings:
        on_account[one.accountId].append(one)
    found: dict[str, str | None] = {}
    unmatched = []
    for account_id, lines in document.items():
        own = on_account.get(account_id, [])
        if account_id == ANY_ACCOUNT:
            own = [p for p in postings if _is_revenue(p, books) and p.accountId not in document]
        matched = _match(own, lines)
        if matched is None:
            unmatched.append(books.account(account_id) if account_id else "any account")
        else:
            found |= matched
    return found, unmatched


def _is_revenue(one: shapes.Posting, books: Books) -> bool:
    account_ = books.accounts.get(one.accountId)
    return account_ is not None and account_.natureId == "revenue"


def _match(
    postings: Sequence[shapes.Posting], lines: Sequence[Coded]
) -> dict[str, str | None] | None:
    """Posting id → code on one account; None when they cannot be told apart."""
    told = {line.code for line in lines}
    if len(told) == 1 and len(postings) == 1:
        return {postings[0].id: lines[0].code}
    if told == {None}:
        return {}
    by_line = _pair(postings, [(line.amount, line.code) for line in lines])
    if by_line is not None:
        return by_line
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.code] += line.amount
    return _pair(postings, [(total, code) for code, total in sums.items()])


def _pair(
    postings: Sequence[shapes.Posting], wanted: Sequence[tuple[Decimal, str | None]]
) -> dict[str, str | None] | None:
    """Give each amount the first free posting of the same amount; None when one finds none.

    Two lines of one amount and different codes on one account say the same in either order.
    """
    free = list(postings)
    found: dict[str, str | None] = {}
    for total, code in wanted:
        own = next((one for one in free if one.amount == total), None)
        if own is None:
            return None
        free.remove(own)
        found[own.id] = code
    return found
