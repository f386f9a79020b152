"""A journal as read: transactions, accounts and what the source states about itself.

Amounts are exact decimals in their own commodity, debit positive. Nothing is valued
in the base currency yet (`value`), nothing is a row yet (`landed`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of one commodity."""

    number: Decimal
    commodity: str


@dataclass(slots=True)
class Line:
    """One posting. `weight` is what it counts in the balance where a price or cost
    is given (in the price's commodity); otherwise the amount itself counts.
    """

    account: str
    amount: Amount
    where: str
    weight: Amount | None = None
    text: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    line_id: str | None = None
    party: str | None = None
    vat_code: str | None = None

    @property
    def balance(self) -> Amount:
        """What the line counts in its transaction."""
        return self.weight or self.amount


@dataclass(slots=True)
class Entry:
    """One transaction. `source_id` is None where the source keeps no ids."""

    day: date
    where: str
    text: str | None = None
    number: str | None = None
    payee: str | None = None
    journal: str | None = None
    document_day: date | None = None
    registered: datetime | None = None
    document: str | None = None
    source_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How a message names it: its number, else its text."""
        return self.number or f"of {self.day} ({self.text or 'no text'})"


@dataclass(slots=True)
class Account:
    """One account. `code` is what postings carry in the ledger, `name` what a person reads."""

    code: str
    name: str
    kind: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """One unit of `commodity` is worth `each`, from `day`."""

    day: date
    commodity: str
    each: Amount


@dataclass(frozen=True, slots=True)
class VatCode:
    """One VAT code the source describes; `rate` as a share."""

    code: str
    name: str
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """One customer or supplier."""

    party_id: str
    name: str
    country: str | None = None
    vat_number: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One invoice or bill. `total` gross in `currency`, credit notes negative."""

    document_id: str
    kind: str
    number: str
    party: str | None
    day: date | None
    due: date | None
    currency: str | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Total:
    """One of the source's own totals, with what was read beside."""

    kind: str
    subject: str
    declared: Decimal
    found: Decimal
    where: str


@dataclass(slots=True)
class Journal:
    """Everything of one connection. `accounts` by the name the source's postings use."""

    company: str
    base: str
    system: str
    entries: list[Entry] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)
    vat_codes: dict[str, VatCode] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    years: list[tuple[date, date]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    year_start: str | None = None
