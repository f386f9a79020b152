"""Odoo's records: their fields, and what those mean in our words.

A field without a default must be there; one with a default is asked for where the server's
version has it. Odoo sends false for whatever is empty, and `[id, name]` for a reference.

Belongs here: shapes, and pure functions from them to row values in the column order of
`LANDED`. Does not: taxes (`taxes`), requests or the order of a pull.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from assets.sources.parts.odoo.money import Amounts
from assets.sources.parts.odoo.taxes import Ref, Taxes, Text
from assets.sources.row_batches import exchange_rate

Row = tuple[Any, ...]

NOT_POSTINGS = ("line_section", "line_subsection", "line_note")
"""Lines of an invoice that are headings or remarks: `display_type`."""
DOCUMENTS = {
    "out_invoice": "sales_invoice",
    "out_receipt": "sales_invoice",
    "out_refund": "sales_credit_note",
    "in_invoice": "purchase_invoice",
    "in_receipt": "purchase_invoice",
    "in_refund": "purchase_credit_note",
}
"""Entries that are documents themselves: `move_type` → kind."""
_KINDS = {
    "asset": "asset",
    "liability": "liability",
    "equity": "equity",
    "income": "revenue",
    "expense": "expense",
}


class Company(msgspec.Struct):
    """`res.company`."""

    id: int
    name: str
    currency_id: Ref
    country_id: Ref = False
    vat: Text = False
    company_registry: Text = False
    parent_id: Ref = False
    fiscalyear_last_day: int = 31
    fiscalyear_last_month: str = "12"
    fiscalyear_lock_date: Text = False
    hard_lock_date: Text = False
    tax_lock_date: Text = False
    period_lock_date: Text = False

    def locked_until(self) -> str:
        """The last day nobody may book on any more, or ""."""
        return max(str(d) for d in (self.fiscalyear_lock_date or "", self.hard_lock_date or ""))

    def closed_until(self) -> str:
        """The last day whose VAT is returned, or that is barred for most users, or ""."""
        return max(str(d) for d in (self.tax_lock_date or "", self.period_lock_date or ""))


class Country(msgspec.Struct):
    """`res.country`."""

    id: int
    code: Text


class Account(msgspec.Struct):
    """`account.account`; its code is the one it has in the company asked about."""

    id: int
    name: str
    account_type: str
    code: Text = False
    tax_ids: list[int] = msgspec.field(default_factory=list)


class Journal(msgspec.Struct):
    """`account.journal`."""

    id: int
    code: str


class FiscalYear(msgspec.Struct):
    """`account.fiscal.year`, of a module not everybody has."""

    id: int
    date_from: str
    date_to: str


class Partner(msgspec.Struct):
    """`res.partner`."""

    id: int
    name: Text
    vat: Text
    country_id: Ref
    create_date: str
    write_date: Text
    company_registry: Text = False


class Dated(msgspec.Struct):
    """An entry's date, for the first and last one."""

    id: int
    date: str


class Move(msgspec.Struct):
    """`account.move`: one entry, be it an invoice, a bill or a general one."""

    id: int
    name: Text
    move_type: str
    date: str
    journal_id: Ref
    partner_id: Ref
    currency_id: Ref
    ref: Text
    create_date: str
    write_date: Text
    invoice_date: Text = False
    invoice_date_due: Text = False
    amount_total_signed: Decimal | None = None
    amount_total_in_currency_signed: Decimal | None = None
    tax_cash_basis_origin_move_id: Ref = False


class Line(msgspec.Struct):
    """`account.move.line`."""

    id: int
    move_id: Ref
    account_id: Ref
    partner_id: Ref
    name: Text
    balance: Decimal
    amount_currency: Decimal
    currency_id: Ref
    tax_ids: list[int]
    tax_repartition_line_id: Ref
    write_date: Text
    create_date: str


@dataclass(frozen=True, slots=True)
class Books:
    """What entries refer to: ids → codes."""

    currency: str
    accounts: Mapping[int, str]
    journals: Mapping[int, str]
    taxes: Taxes
    database: str


def ref(value: Ref) -> int | None:
    """The id of a reference, None for an empty one."""
    return value[0] if isinstance(value, tuple) else None


def named(value: Ref) -> str | None:
    """The name a reference shows, None for an empty one."""
    return value[1] if isinstance(value, tuple) else None


def text(value: Text) -> str | None:
    """A text, None for an empty one."""
    return value if isinstance(value, str) and value else None


def day(value: Text) -> date | None:
    """A date, None for an empty one."""
    return date.fromisoformat(value) if isinstance(value, str) else None


def moment(value: str) -> datetime:
    """A moment; Odoo sends UTC and cuts off what is below a second."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def stamp(record: Partner | Move | Line) -> str:
    """When the record was last written, or made."""
    return str(record.write_date or record.create_date)


def company(record: Company, countries: Mapping[int, str]) -> Row:
    """One row of `company`."""
    registry, vat = text(record.company_registry), text(record.vat)
    return (
        str(record.id), record.name, registry or danish_number(vat), vat,
        countries.get(ref(record.country_id) or 0), named(record.currency_id) or "",
    )  # fmt: skip


def account(record: Account, taxes: Taxes) -> Row:
    """One row of `account`."""
    default = taxes.single(record.tax_ids)
    kind = _KINDS.get(record.account_type.partition("_")[0])
    return (str(record.id), account_code(record), record.name, kind, None, default)


def account_code(record: Account) -> str:
    """The account's number; one that has none in this company goes by its id."""
    return text(record.code) or f"#{record.id}"


def party(record: Partner, countries: Mapping[int, str]) -> Row:
    """One row of `party`."""
    number, vat = str(record.id), text(record.vat)
    vat = None if vat == "/" else vat  # how Odoo writes that there is none
    return (
        number, number, text(record.name) or f"#{number}",
        countries.get(ref(record.country_id) or 0), vat,
        text(record.company_registry) or danish_number(vat),
    )  # fmt: skip


def danish_number(vat: str | None) -> str | None:
    """The CVR number in a Danish VAT number.

    >>> danish_number("DK 13 58 56 28"), danish_number("SE556677889901")
    ('13585628', None)
    """
    if vat is None or not vat.upper().startswith("DK"):
        return None
    digits = "".join(c for c in vat if c.isdigit())
    return digits if len(digits) == 8 else None


def document(record: Move, amounts: Amounts, currency: str) -> Row:
    """One row of `source_document`; credit notes are negative."""
    kind = DOCUMENTS[record.move_type]
    total = record.amount_total_in_currency_signed
    if total is None and named(record.currency_id) == currency:
        total = record.amount_total_signed
    if total is not None:
        sign = -1 if kind.endswith("credit_note") else 1
        total = sign * abs(amounts.foreign(total, f"account.move {record.id}"))
    return (
        str(record.id), document_id(record), kind, text(record.name) or f"#{record.id}",
        _id(record.partner_id), day(record.invoice_date), day(record.invoice_date_due),
        named(record.currency_id), total,
    )  # fmt: skip


def document_id(record: Move) -> str | None:
    """What vouchers carry of the document they are, None for those that are none."""
    return f"account.move,{record.id}" if record.move_type in DOCUMENTS else None


def voucher(record: Move, books: Books) -> Row:
    """One row of `voucher`."""
    return (
        str(record.id), books.journals[ref(record.journal_id) or 0],
        text(record.name) or f"#{record.id}", day(record.invoice_date) or day(record.date),
        day(record.date), moment(record.create_date), text(record.ref), document_id(record),
        f"{books.database}/account.move/{record.id}",
    )  # fmt: skip


def postings(record: Move, lines: Sequence[Line], books: Books, amounts: Amounts) -> list[Row]:
    """The rows of `posting` of one entry, its lines in order of id."""
    return [
        _posting(record, line, number, books, amounts) for number, line in enumerate(lines, start=1)
    ]


def _posting(record: Move, line: Line, number: int, books: Books, amounts: Amounts) -> Row:
    where = f"account.move.line {line.id}"
    amount = amounts.money(line.balance, where)
    currency, foreign = named(line.currency_id), None
    if currency not in (None, books.currency):
        foreign = amounts.foreign(line.amount_currency, where)
    carried = books.taxes.carried(line.tax_ids, ref(line.tax_repartition_line_id))
    return (
        str(record.id), str(line.id), number, books.accounts[ref(line.account_id) or 0], amount,
        currency if foreign is not None else None, foreign, exchange_rate(amount, foreign),
        _id(line.partner_id), carried, text(line.name), None,
    )  # fmt: skip


def tax_lines(
    record: Move, lines: Sequence[Line], books: Books, booked: Sequence[Row]
) -> list[Row]:
    """The rows of `tax_line` of one entry: bases by `tax_ids`, tax by its repartition line.

    `booked`: the lines' postings. A tax that is due on payment counts in the entry Odoo makes
    then, not in the invoice.
    """
    is_due = record.tax_cash_basis_origin_move_id is not False
    rows = []
    for line, posting in zip(lines, booked, strict=True):
        told = books.taxes.parts(line.tax_ids, ref(line.tax_repartition_line_id), is_due=is_due)
        rows += [
            (str(record.id), str(line.id), seq, code, part, posting[4])
            for seq, (code, part) in enumerate(told, start=1)
        ]
    return rows


def _id(value: Ref) -> str | None:
    number = ref(value)
    return None if number is None else str(number)
