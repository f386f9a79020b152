"""What one e-invoice states, as values: parties, amounts, VAT breakdown, lines summed.

Amounts are the document's own, in its currency and with its own signs (a credit note's
are positive). Belongs here: the shapes. Does not: reading XML (`reader`), what
is right (`rules`) or what it means for the books (`voucher`).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
OIOUBL, EN16931 = "oioubl", "en16931"

# Schemes under which a Danish CVR or SE number is given: ISO 6523 codes as Peppol uses
# them (9902 and 9904 before 2019), and the names OIOUBL uses.
DANISH_SCHEMES = frozenset({"0184", "0198", "9902", "9904", "DK:CVR", "DK:SE"})


@dataclass(frozen=True, slots=True)
class Identifier:
    """One number of a party. `place`: endpoint, party, legal or tax; `tax` only for VAT."""

    place: str
    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """Supplier or customer; `country` is ISO 3166-1 alpha-2 in capitals."""

    name: str
    country: str | None
    identifiers: tuple[Identifier, ...]

    @property
    def danish_numbers(self) -> tuple[str, ...]:
        """Its CVR and SE numbers, eight digits each, in the order given."""
        found = [danish_number(i, self.country) for i in self.identifiers]
        return tuple(dict.fromkeys(number for number in found if number))

    @property
    def vat_number(self) -> str | None:
        """The VAT number as given, blanks dropped."""
        return next((_plain(i.value) for i in self.identifiers if i.place == "tax"), None)

    @property
    def registration_number(self) -> str | None:
        """CVR number in digits, or the foreign counterpart as given."""
        legal = [i for i in self.identifiers if i.place == "legal"]
        for identifier in (*legal, *self.identifiers):
            number = danish_number(identifier, self.country)
            if number:
                return number
        return next((i.value for i in legal), None)

    @property
    def party_id(self) -> str:
        """An id the same for all documents of the party, from its most lasting number."""
        vat, own = self.vat_number, self.registration_number
        if self.danish_numbers:
            return f"einvoice/DK{own or self.danish_numbers[0]}"
        if vat or own:
            return f"einvoice/{vat or own}"
        if self.identifiers:
            first = self.identifiers[0]
            return f"einvoice/{first.scheme}:{first.value}" if first.scheme else first.value
        return f"einvoice/{self.name or '?'}"

    @property
    def region(self) -> str:
        """Its country, else that of its VAT number; GR for Greece. Empty: not told."""
        if self.country:
            return "GR" if self.country == "EL" else self.country
        if self.danish_numbers:
            return "DK"
        prefix = (self.vat_number or "")[:2].upper()
        return ("GR" if prefix == "EL" else prefix) if prefix.isalpha() else ""


def danish_number(identifier: Identifier, country: str | None) -> str | None:
    """The eight digits of a Danish CVR or SE number, None for any other number.

    >>> danish_number(Identifier("endpoint", "DK:CVR", "DK10150817"), None)
    '10150817'
    >>> danish_number(Identifier("endpoint", "0088", "5798009883735"), "DK") is None
    True
    """
    value = _plain(identifier.value).upper()
    digits = value.removeprefix("DK")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 8):
        return None
    is_danish = identifier.scheme.upper() in DANISH_SCHEMES or value.startswith("DK")
    if not is_danish and identifier.place in {"legal", "tax"} and not identifier.scheme:
        is_danish = country == "DK"
    return digits if is_danish else None


@dataclass(frozen=True, slots=True)
class Subtotal:
    """One line of the VAT breakdown. `category` is the EN 16931 code, `percent` None where
    none is given; `tax_base_currency` is the VAT in kroner where the document says it.
    """

    category: str
    percent: Decimal | None
    base: Decimal
    tax: Decimal
    has_reason: bool
    line: int
    tax_base_currency: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """An allowance (or charge) for the whole document."""

    is_charge: bool
    amount: Decimal
    category: str
    percent: Decimal | None


@dataclass(slots=True)
class Lines:
    """The lines, added up while they are read: `sums` by category and percent."""

    count: int = 0
    total: Decimal = ZERO
    sums: dict[tuple[str, Decimal | None], Decimal] = field(default_factory=dict)
    broken: list[tuple[str, int, str]] = field(default_factory=list)
    """(rule, line in the file, what is wrong) of single lines."""


@dataclass(frozen=True, slots=True)
class Totals:
    """LegalMonetaryTotal; None where the element is missing."""

    lines: Decimal | None
    exclusive: Decimal | None
    inclusive: Decimal | None
    allowance: Decimal | None
    charge: Decimal | None
    prepaid: Decimal | None
    rounding: Decimal | None
    payable: Decimal | None


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice or credit note, all amounts in `currency` unless they say otherwise.

    `tax` is the stated VAT total, `duties` excise duties stated beside VAT (OIOUBL),
    `rate` kroner per unit of `currency` where the document states an exchange rate.
    `odd` are things noticed while reading, as in `Lines.broken`.
    """

    name: str
    line: int
    profile: str
    is_credit_note: bool
    type_code: str
    number: str
    issue_date: date
    tax_point_date: date | None
    due_date: date | None
    currency: str
    tax_currency: str | None
    supplier: Party
    customer: Party
    subtotals: tuple[Subtotal, ...]
    duties: Decimal
    allowances: tuple[Allowance, ...]
    lines: Lines
    totals: Totals
    tax: Decimal
    tax_totals: tuple[int, int]
    tax_base_currency: Decimal | None
    rate: Decimal | None
    currencies: frozenset[str]
    has_delivery: bool
    delivery_country: str | None
    odd: tuple[tuple[str, int, str], ...] = ()

    @property
    def base(self) -> Decimal:
        """The sum of the VAT bases."""
        return sum((s.base for s in self.subtotals), ZERO)

    @property
    def vat(self) -> Decimal:
        """The sum of the VAT amounts of the breakdown."""
        return sum((s.tax for s in self.subtotals), ZERO)

    @property
    def computed_payable(self) -> Decimal:
        """What is to be paid by the parts: bases, VAT and rounding less what was prepaid."""
        totals = self.totals
        return self.base + self.vat + (totals.rounding or ZERO) - (totals.prepaid or ZERO)

    @property
    def payable(self) -> Decimal:
        """The stated amount due, the computed one where none is stated."""
        return self.computed_payable if self.totals.payable is None else self.totals.payable

    @property
    def sign(self) -> int:
        """1 for an invoice, -1 for a credit note."""
        return -1 if self.is_credit_note else 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is no invoice we read: why, and whether figures may be missing for it."""

    name: str
    line: int
    rule: str
    message: str
    is_invoice: bool


def _plain(text: str) -> str:
    return "".join(text.split())
