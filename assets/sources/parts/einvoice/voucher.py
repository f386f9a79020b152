"""One invoice as a voucher in kroner, for a business that keeps no other books.

Base and VAT of each line of the VAT breakdown, reverse charge with both its legs, rounding,
what was prepaid, and what is owed. Everything is exact; only conversion and reverse charge
round, to the øre, half away from zero.

Belongs here: amounts on accounts. Does not: which account and code (`vat`).

Source: bogføringsloven §§ 7 and 10; momsloven §§ 27, 46 and 50.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from assets.sources.parts.einvoice.document import ZERO, Invoice, Subtotal
from assets.sources.parts.einvoice.vat import (
    DANISH_RATE,
    INPUT,
    OUTPUT,
    PAYABLE,
    PREPAID_BY_CUSTOMERS,
    PREPAID_TO_SUPPLIERS,
    RECEIVABLE,
    ROUNDING,
    SALE,
    Settings,
    treatment,
    vat_accounts,
)

_OERE = Decimal("0.01")
_KRONER = "DKK"
_LEAST = Decimal("0.000001")  # no currency is worth less, or a million kroner


@dataclass(frozen=True, slots=True)
class Line:
    """One posting: kroner, debit positive; `foreign` in the document's currency, else None."""

    account_code: str
    amount: Decimal
    foreign: Decimal | None
    vat_code: str | None


@dataclass(slots=True)
class Booked:
    """The postings, and why there are none: the first thing that cannot be told."""

    lines: list[Line] = field(default_factory=list)
    rule: str | None = None
    refusal: str | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)


def book(invoice: Invoice, direction: str, settings: Settings) -> Booked:
    """The voucher of `invoice`; with a `refusal` where it cannot be booked truthfully."""
    day = invoice.tax_point_date or invoice.issue_date
    rate = rate_of(invoice) or settings.rates.at(invoice.currency, day)
    if rate is None:
        return Booked(
            rule="einvoice.rate_missing",
            refusal=f"the document is in {invoice.currency} and states neither an exchange rate "
            "to DKK nor its VAT in DKK, and `rates` has none for its day",
        )
    return _Voucher(invoice, direction, settings, rate).booked()


def rate_of(invoice: Invoice) -> Decimal | None:
    """Kroner per unit of the document's currency, by the document itself."""
    if invoice.currency == _KRONER:
        return Decimal(1)
    parts = [s for s in invoice.subtotals if s.tax and s.tax_base_currency]
    found = invoice.rate
    if found is None and invoice.tax and invoice.tax_base_currency:
        found = abs(invoice.tax_base_currency / invoice.tax)
    if found is None and parts:
        found = abs((parts[0].tax_base_currency or ZERO) / parts[0].tax)
    return found if found is not None and _LEAST < found < 1 / _LEAST else None


class _Voucher:
    """Collects the postings of one invoice; `side` turns the document's sign to debit."""

    def __init__(self, invoice: Invoice, direction: str, settings: Settings, rate: Decimal) -> None:
        self._invoice, self._direction, self._settings = invoice, direction, settings
        self._rate = rate
        self._is_sale = direction == SALE
        self._side = (-1 if self._is_sale else 1) * invoice.sign
        self._booked = Booked()

    def booked(self) -> Booked:
        """All postings, or the refusal."""
        invoice = self._invoice
        taxes = self._taxes()
        for part, tax in zip(invoice.subtotals, taxes, strict=True):
            told = treatment(invoice, part, self._direction, self._settings)
            if isinstance(told, str):
                return Booked(rule="einvoice.vat_unclear", refusal=told)
            self._part(part.base, part.tax, tax, told.vat_code, told.account_code)
            self._note(part, told.vat_code)
        totals = invoice.totals
        self._add(ROUNDING, totals.rounding or ZERO, self._side, None)
        prepaid = PREPAID_BY_CUSTOMERS if self._is_sale else PREPAID_TO_SUPPLIERS
        self._add(prepaid, totals.prepaid or ZERO, -self._side, None)
        self._settle()
        return self._booked

    def _note(self, part: Subtotal, code: str | None) -> None:
        """What was decided where the invoice or the codes leave room."""
        if self._is_sale and part.category == "AE" and code == "S02":
            said = (
                "is a domestic sale under reverse charge; there is no standard VAT code for it, "
                "so it counts as S02 (rubrik C)"
            )
            self._booked.notes.append(("einvoice.domestic_reverse_charge", said))
        if not self._is_sale and code == "K710" and part.tax:
            said = (
                f"has VAT of another country, {part.tax} {self._invoice.currency}, which is booked "
                "as cost and not deducted"
            )
            self._booked.notes.append(("einvoice.foreign_vat", said))

    def _part(
        self, base: Decimal, stated: Decimal, tax: Decimal, code: str | None, account: str
    ) -> None:
        account = account or self._settings.purchase_account
        self._add(account, base, self._side, code)
        if code is None or code == "K710" or self._is_sale or not vat_accounts(code)[0]:
            on = OUTPUT if self._is_sale else INPUT if code and code != "K710" else account
            self._add(on, stated, self._side, None if on == account else code, tax)
            return
        owed_on, is_deducted = vat_accounts(code)
        owed = _rounded(self._kroner(base) * DANISH_RATE / 100)
        self._kroner_only(owed_on or OUTPUT, -self._side * owed, code)
        if is_deducted:
            self._kroner_only(INPUT, self._side * owed, code)

    def _taxes(self) -> list[Decimal]:
        """VAT of each line of the breakdown in kroner; the stated total in kroner is kept."""
        invoice = self._invoice
        taxes = [
            s.tax_base_currency if s.tax_base_currency is not None else self._kroner(s.tax)
            for s in invoice.subtotals
        ]
        stated = invoice.tax_base_currency
        if invoice.currency != _KRONER and stated is not None and taxes:
            largest = max(range(len(taxes)), key=lambda n: abs(taxes[n]))
            taxes[largest] += stated - sum(taxes, ZERO)
        return taxes

    def _settle(self) -> None:
        """What is owed: as stated in kroner; in another currency what the rest comes to."""
        account = RECEIVABLE if self._is_sale else PAYABLE
        payable = self._invoice.payable
        if self._invoice.currency == _KRONER:
            self._add(account, payable, -self._side, None)
            return
        rest = -sum((line.amount for line in self._booked.lines), ZERO)
        is_exact = self._invoice.computed_payable == payable
        self._add(account, payable, -self._side, None, -self._side * rest if is_exact else None)

    def _add(
        self,
        account: str,
        amount: Decimal,
        side: int,
        code: str | None,
        in_kroner: Decimal | None = None,
    ) -> None:
        kroner = self._kroner(amount) if in_kroner is None else in_kroner
        if amount or kroner:
            foreign = None if self._invoice.currency == _KRONER else side * amount
            self._booked.lines.append(Line(account, side * kroner, foreign, code))

    def _kroner_only(self, account: str, amount: Decimal, code: str) -> None:
        if amount:
            self._booked.lines.append(Line(account, amount, None, code))

    def _kroner(self, amount: Decimal) -> Decimal:
        return _rounded(amount * self._rate)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_OERE, ROUND_HALF_UP)
