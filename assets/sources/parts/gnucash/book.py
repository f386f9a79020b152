"""A GnuCash book as its file holds it, whichever of the two forms the file has.

Values are rationals as GnuCash keeps them; nothing is rounded here.

Belongs here: the shapes that `sqlite_book` and `xml_book` fill. Does not: what
they become (`journal`).
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

_RATIONAL = re.compile(r"(-?\d{1,30})/(\d{1,18})")


@dataclass(slots=True)
class Account:
    """One account; `type` as GnuCash names it (BANK, INCOME, …)."""

    guid: str
    name: str
    type: str
    commodity: str
    parent: str | None
    code: str = ""
    notes: str = ""


@dataclass(slots=True)
class Split:
    """One split: `value` in the transaction's currency, `quantity` in the account's commodity."""

    guid: str
    account: str
    value: Fraction
    quantity: Fraction
    memo: str = ""
    action: str = ""


@dataclass(slots=True)
class Transaction:
    """One transaction; `slots` are its key-value pairs as text."""

    guid: str
    currency: str
    num: str
    day: date
    entered: datetime | None
    description: str
    where: str
    slots: dict[str, str] = field(default_factory=dict)
    splits: list[Split] = field(default_factory=list)


@dataclass(slots=True)
class TaxTable:
    """One tax table; `rates` by account, in percent, None for a fixed amount."""

    guid: str
    name: str
    parent: str | None
    rates: list[tuple[str, Fraction | None]] = field(default_factory=list)


@dataclass(slots=True)
class InvoiceLine:
    """One line of an invoice or bill; `tax_table` is None where it is not taxed."""

    invoice: str
    account: str
    description: str
    tax_table: str | None


@dataclass(slots=True)
class Invoice:
    """One invoice, bill or credit note. `owner` is (kind, guid) of the party."""

    guid: str
    number: str
    owner: tuple[str, str]
    opened: date | None
    currency: str
    transaction: str | None
    account: str | None
    is_credit_note: bool


@dataclass(slots=True)
class Party:
    """A customer or vendor."""

    guid: str
    kind: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Price:
    """One unit of `commodity` in `currency` at `day`."""

    commodity: str
    currency: str
    day: date
    each: Fraction


@dataclass(slots=True)
class Book:
    """Everything of one file. `root` is the account tree's root; `counted` what the file
    itself counts, by control total kind; `sums` what it sums by account, if it can.
    """

    root: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    tax_tables: dict[str, TaxTable] = field(default_factory=dict)
    invoice_lines: list[InvoiceLine] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    sums: dict[str, Fraction] = field(default_factory=dict)
    company: dict[str, str] = field(default_factory=dict)

    def is_real(self, guid: str) -> bool:
        """Whether an account hangs below the root; template accounts do not."""
        seen = set()
        while guid != self.root:
            account = self.accounts.get(guid)
            if account is None or guid in seen or account.parent is None:
                return False
            seen.add(guid)
            guid = account.parent
        return True

    def full_name(self, guid: str) -> str:
        """The account's name with those above it: `Aktiver:Bank`."""
        names = []
        seen = set()
        while guid != self.root and guid in self.accounts and guid not in seen:
            seen.add(guid)
            names.append(self.accounts[guid].name)
            guid = self.accounts[guid].parent or ""
        return ":".join(reversed(names))


def commodity_name(space: str, mnemonic: str) -> str:
    """A currency by its code, anything else with its exchange: `NASDAQ:IBM`."""
    return mnemonic if space in ("CURRENCY", "ISO4217") else f"{space}:{mnemonic}"


def rational(text: str) -> Fraction:
    """`-150/100` as a number. Raises `ValueError` for anything else."""
    match = _RATIONAL.fullmatch(text.strip())
    if match is None or int(match[2]) == 0:
        raise ValueError(f"the number {text!r} is no rational such as -15000/100")
    return Fraction(int(match[1]), int(match[2]))


def moment(text: str) -> datetime:
    """A time as GnuCash writes it (UTC), in any of its notations.

    >>> moment("20260103105900") == moment("2026-01-03 10:59:00")
    True
    """
    if re.fullmatch(r"\d{14}", text):
        return datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%S%z")
    if re.fullmatch(r"\d{8}", text):
        return datetime.strptime(f"{text}+0000", "%Y%m%d%z")
    told = datetime.fromisoformat(text.strip().replace(" +", "+").replace(" -", "-"))
    return told if told.tzinfo else datetime.fromisoformat(f"{told.isoformat()}+00:00")
