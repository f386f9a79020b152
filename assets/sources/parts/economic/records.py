"""e-conomic's records as landed rows: what its fields mean in our words.

Belongs here: pure functions from decoded records to row values, in the column order of
`LANDED`. Does not: asking e-conomic, or the order of a pull (`pull`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assets.sources.country_name import country
from assets.sources.parts.economic import shapes
from assets.sources.row_batches import exchange_rate, iso_date
from warehouse.errors import SourceError

Row = tuple[Any, ...]
Key = tuple[int, date]
"""A voucher: its number and its day. One number may be booked on several days (accruals),
and numbers begin anew each accounting year; e-conomic balances each number and day.
"""

LEDGER_TYPES = ("profitAndLoss", "status")
"""Types of account that hold entries; the others are headings and sums."""

OPENING = (7, 8)
"""Entry types that restate balances at the start of a year: openingEntry and
transferredOpeningEntry, counted in the order REST lists its names, customerInvoice being 1.
"""

_CREDIT = Decimal(-1)
_DOCUMENTS = {
    1: ("sales", Decimal(1)), 10: ("sales", Decimal(1)), 3: ("purchase", _CREDIT),
}  # fmt: skip


def company(one: shapes.Agreement) -> Row:
    """One row of `company`; Danish agreements keep the CVR number as identification."""
    told = one.company
    digits = re.sub(r"\D", "", told.company_identification_number or told.vat_number or "")
    return (
        str(one.agreement_number), told.name, digits if len(digits) == 8 else None,
        told.vat_number or None, country(told.country), one.settings.base_currency,
    )  # fmt: skip


def account(one: shapes.Account) -> Row:
    """One row of `account`. `profitAndLoss` tells revenue not from expense, so no kind."""
    code = str(one.account_number)
    return code, code, one.name or code, None, None, vat_code(one.vat_account)


def vat_account(one: shapes.VatAccount) -> Row:
    """One row of `vat_code`."""
    code = one.vat_code.strip()
    rate = None if one.rate_percentage is None else one.rate_percentage / 100
    return code, code, one.name or code, rate, None, None


def vat_code(told: shapes.VatCode | None) -> str | None:
    """The code without the blanks it is padded with.

    >>> vat_code(shapes.VatCode("I25  ")), vat_code(None)
    ('I25', None)
    """
    return (told.vat_code.strip() or None) if told else None


def customer(one: shapes.Customer) -> Row:
    """One row of `party`."""
    return _party(customer_id(one.customer_number), one)


def supplier(one: shapes.Supplier) -> Row:
    """One row of `party`."""
    return _party(supplier_id(one.supplier_number), one)


def customer_id(number: int) -> str:
    """D for debitor: customers and suppliers are numbered apart."""
    return f"D{number}"


def supplier_id(number: int) -> str:
    """K for kreditor."""
    return f"K{number}"


def _party(party_id: str, one: shapes.Customer | shapes.Supplier) -> Row:
    vat = (one.vat_number or "").replace(" ", "")
    where = country(one.country) or (vat[:2] if re.match("[A-Z]{2}", vat) else None)
    return (
        party_id, party_id, one.name or party_id, "GR" if where == "EL" else where, vat or None,
        one.corporate_identification_number or None,
    )  # fmt: skip


def fiscal_period(kind: str, one: shapes.Year | shapes.Period, where: str) -> Row:
    """One row of `fiscal_period`. Closed is for good (locked), barred may be opened again."""
    start, end = day(one.from_date, where), day(one.to_date, where)
    barred = isinstance(one, shapes.Period) and one.barred
    state = "locked" if one.closed else "closed" if barred else "open"
    return f"{kind} {start}", kind, start, end, state


def day(text: str, where: str) -> date:
    """A date or the day of a time. Raises `SourceError` for anything else."""
    found = iso_date(text)
    if found is None:
        raise SourceError(
            f"Reading {where}: expected a date as 2026-01-31, found {text!r}. Nothing was landed; "
            "report it with the connector's name."
        )
    return found


def key(one: shapes.Entry) -> Key:
    """The voucher an entry belongs to."""
    return one.voucher_number, day(one.date, f"entry {one.entry_number} of e-conomic")


def voucher_id(of: Key) -> str:
    """The id of a voucher.

    >>> voucher_id((10006, date(2026, 3, 1)))
    '10006/2026-03-01'
    """
    return f"{of[0]}/{of[1]}"


@dataclass(slots=True)
class Voucher:
    """What the entries of one voucher so far say of it."""

    first: int
    text: str | None = None
    document_id: str | None = None
    lines: int = 0


@dataclass(slots=True)
class Vouchers:
    """Entries in order of number → rows of postings, and of the vouchers they make up."""

    base_currency: str
    seen: dict[Key, Voucher] = field(default_factory=dict)

    def posting(self, one: shapes.Entry, amount: Decimal, code: str | None) -> Row:
        """One row of `posting`; `code` is its VAT code."""
        of = key(one)
        voucher = self.seen.setdefault(of, Voucher(one.entry_number))
        voucher.lines += 1
        voucher.text = voucher.text or one.text or None
        voucher.document_id = voucher.document_id or _document_id(one)
        foreign = currency = None
        if one.currency_code and one.currency_code != self.base_currency:
            foreign, currency = one.amount, one.currency_code
        return (
            voucher_id(of), str(one.entry_number), voucher.lines, str(one.account_number),
            amount, currency, foreign, exchange_rate(amount, foreign), party_id(one), code,
            one.text or None, None,
        )  # fmt: skip

    def rows(self) -> Iterable[Row]:
        """The rows of `voucher`."""
        for of, one in self.seen.items():
            number, on = of
            yield (
                voucher_id(of), None, str(number), on, on, None, one.text, one.document_id,
                f"booked entry {one.first}",
            )  # fmt: skip


def opening(one: shapes.Entry, amount: Decimal) -> Row:
    """One row of `opening_balance`, from an entry that restates a balance."""
    number = str(one.entry_number)
    return number, str(one.account_number), "opening", key(one)[1], amount, None


def party_id(one: shapes.Entry) -> str | None:
    """The customer or supplier of an entry; only the line on their account has one."""
    if one.customer_number:
        return customer_id(one.customer_number)
    return supplier_id(one.supplier_number) if one.supplier_number else None


def document(one: shapes.Entry, base_currency: str) -> Row | None:
    """One row of `source_document`, from the line on a customer's or supplier's account."""
    document_id = _document_id(one)
    if document_id is None:
        return None
    side, sign = _DOCUMENTS[one.type]
    total = sign * (one.amount if one.amount is not None else one.amount_in_base_currency)
    kind = f"{side}_{'credit_note' if total < 0 else 'invoice'}"
    return (
        document_id, document_id, kind, _number(one), party_id(one), key(one)[1],
        iso_date(one.due_date), one.currency_code or base_currency, total,
    )  # fmt: skip


def _document_id(one: shapes.Entry) -> str | None:
    if one.type not in _DOCUMENTS or party_id(one) is None or not _number(one):
        return None
    return f"{party_id(one)}/{_number(one)}/{one.entry_number}"


def _number(one: shapes.Entry) -> str:
    if one.customer_number:
        return str(one.customer_invoice_number or "")
    return one.supplier_invoice_number or ""
