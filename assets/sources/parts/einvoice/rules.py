"""What an e-invoice must satisfy before its figures are believed.

The published rules that bear on the books, under their published ids, each a row of
`rules.csv`; their words are ours. Not the whole schematron: what only concerns
the exchange of documents (addresses, payment means, code lists) is left to it.

Belongs here: one document against itself. Does not: against other documents
(`batch`) or the books (`quality`).

Source: EN 16931-1 and its UBL schematron; Peppol BIS Billing 3.0; OIOUBL 2.1 schematron,
whose ids for invoices are also used for credit notes, asked the same.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from assets.sources.parts.einvoice.document import OIOUBL, ZERO, Invoice, Subtotal
from quality.finding import Severity

CENT = Decimal("0.01")
# EN 16931 code → the letters of its rules.
_LETTERS = {"S": "S", "Z": "Z", "E": "E", "AE": "AE", "K": "IC", "G": "G", "O": "O"}
_NAMES = {
    "S": "standard rated", "Z": "zero rated", "E": "exempt", "AE": "reverse charge",
    "K": "intra-community", "G": "export", "O": "outside the scope of VAT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule broken: published id, what is wrong, and the two amounts where there are any."""

    rule_id: str
    message: str
    expected: Decimal | None = None
    found: Decimal | None = None
    line: int | None = None


@cache
def severities() -> dict[str, Severity]:
    """Rule id → how much it weighs where the invoices are the ledger."""
    path = Path(__file__).with_suffix(".csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["rule_id"]: Severity(row["severity"]) for row in csv.DictReader(file)}


def broken(invoice: Invoice) -> Iterator[Broken]:
    """Every rule that `invoice` breaks, in the order of the document's parts."""
    yield from _sums(invoice)
    yield from _oioubl(invoice) if invoice.profile == OIOUBL else _en16931(invoice)
    line_rule = "F-INV348" if invoice.profile == OIOUBL else "PEPPOL-EN16931-R120"
    for kind, line, wrong in invoice.lines.broken:
        if kind == "line":
            yield Broken(line_rule, wrong, line=line)


def _sums(invoice: Invoice) -> Iterator[Broken]:
    """The sums that both profiles ask for, under each one's ids."""
    oioubl, totals = invoice.profile == OIOUBL, invoice.totals
    allowance = sum((a.amount for a in invoice.allowances if not a.is_charge), ZERO)
    charge = sum((a.amount for a in invoice.allowances if a.is_charge), ZERO)
    for rule, what, found, parts, expected in (
        ("F-INV126" if oioubl else "BR-CO-10", "LineExtensionAmount", totals.lines,
         "the lines come to", invoice.lines.total),
        ("F-INV129" if oioubl else "BR-CO-11", "AllowanceTotalAmount", totals.allowance or ZERO,
         "the allowances come to", allowance),
        ("F-INV130" if oioubl else "BR-CO-12", "ChargeTotalAmount", totals.charge or ZERO,
         "the charges come to", charge),
        ("F-INV127" if oioubl else "BR-CO-14", "TaxExclusiveAmount" if oioubl else "the VAT total",
         totals.exclusive if oioubl else invoice.tax,
         "the taxes come to" if oioubl else "the VAT breakdown comes to",
         invoice.vat + invoice.duties),
    ):  # fmt: skip
        yield from _equal(rule, what, found, parts, expected)


def _equal(
    rule: str, what: str, found: Decimal | None, parts: str, expected: Decimal
) -> Iterator[Broken]:
    if found is None:
        yield Broken(rule, f"{what} is missing, but {parts} {expected}", expected, None)
    elif found != expected:
        yield Broken(rule, f"{what} is {found}, but {parts} {expected}", expected, found)


def _oioubl(invoice: Invoice) -> Iterator[Broken]:
    totals = invoice.totals
    net = (totals.lines or ZERO) - (totals.allowance or ZERO) + (totals.charge or ZERO)
    total = net + invoice.vat + invoice.duties
    # The rounding amount is found both inside and outside the total in practice.
    if totals.inclusive not in (total, total + (totals.rounding or ZERO)):
        yield from _equal(
            "F-INV128", "TaxInclusiveAmount", totals.inclusive,
            "lines, allowances, charges and taxes make", total,
        )  # fmt: skip
    for subtotal in invoice.subtotals:
        if subtotal.category != "S":
            continue
        if subtotal.percent == 0:
            yield Broken("F-LIB382", "the rate of StandardRated is 0", line=subtotal.line)
        elif subtotal.base > 0 and subtotal.tax == 0 and _tax(subtotal) != 0:
            yield Broken(
                "F-LIB381", f"VAT on the base {subtotal.base} is 0", _tax(subtotal), ZERO,
                subtotal.line,
            )  # fmt: skip
        else:
            yield from _rate_kept(subtotal, "BR-CO-17")


def _en16931(invoice: Invoice) -> Iterator[Broken]:
    totals = invoice.totals
    net = (totals.lines or ZERO) - (totals.allowance or ZERO) + (totals.charge or ZERO)
    yield from _equal(
        "BR-CO-13", "TaxExclusiveAmount", totals.exclusive, "lines, allowances and charges make",
        net,
    )  # fmt: skip
    gross = (totals.exclusive or ZERO) + invoice.tax
    yield from _equal(
        "BR-CO-15", "TaxInclusiveAmount", totals.inclusive, "the total without VAT and VAT make",
        gross,
    )  # fmt: skip
    due = (totals.inclusive or ZERO) - (totals.prepaid or ZERO) + (totals.rounding or ZERO)
    yield from _equal(
        "BR-CO-16", "PayableAmount", totals.payable,
        "the total with VAT less what was paid plus rounding is", due,
    )  # fmt: skip
    if not invoice.subtotals:
        yield Broken("BR-CO-18", "there is no VAT breakdown (TaxSubtotal)")
    yield from _categories(invoice)
    yield from _currencies(invoice)
    yield from _danish(invoice)


def _categories(invoice: Invoice) -> Iterator[Broken]:
    bases = dict(invoice.lines.sums)
    for allowance in invoice.allowances:
        key = (allowance.category, allowance.percent)
        signed = allowance.amount if allowance.is_charge else -allowance.amount
        bases[key] = bases.get(key, ZERO) + signed
    for category, letters in _LETTERS.items():
        parts = [s for s in invoice.subtotals if s.category == category]
        used = any(key == category for key, _ in bases)
        allowed = len(parts) >= 1 if category == "S" else len(parts) == 1
        if (used and not allowed) or (parts and not used):
            yield Broken(
                f"BR-{letters}-01",
                f"the lines are {'' if used else 'not '}{_NAMES[category]}, but the VAT breakdown "
                f"has {len(parts)} such line(s)",
            )  # fmt: skip
            continue
        for part in parts:
            yield from _part(part, letters, bases)
        if parts:
            yield from _circumstances(invoice, parts[0], letters)
    for category, percent in invoice.lines.sums:
        zero_expected = category in {"AE", "K", "G"}
        if (category == "S" and not percent) or (zero_expected and percent):
            rule = f"BR-{_LETTERS[category]}-05"
            yield Broken(rule, f"lines are {_NAMES[category]} at {percent or 0} %")


def _part(
    part: Subtotal, letters: str, bases: dict[tuple[str, Decimal | None], Decimal]
) -> Iterator[Broken]:
    of_lines = sum(
        (
            amount
            for (category, percent), amount in bases.items()
            if category == part.category and (letters != "S" or percent == part.percent)
        ),
        ZERO,
    )
    slack = Decimal(1) if letters == "S" else CENT
    if abs(part.base - of_lines) >= slack:
        yield Broken(
            f"BR-{letters}-08",
            f"the {_NAMES[part.category]} base is {part.base}, but its lines come to {of_lines}",
            of_lines, part.base, part.line,
        )  # fmt: skip
    if letters == "S":
        yield from _rate_kept(part, "BR-S-09")
    elif part.tax:
        yield Broken(
            f"BR-{letters}-09", f"there is VAT of {part.tax} on what is {_NAMES[part.category]}",
            ZERO, part.tax, part.line,
        )  # fmt: skip


def _tax(part: Subtotal) -> Decimal:
    return (part.base * (part.percent or ZERO) / 100).quantize(CENT)


def _rate_kept(part: Subtotal, rule: str) -> Iterator[Broken]:
    expected = _tax(part)
    if abs(part.tax - expected) >= 1:
        yield Broken(
            rule, f"VAT is {part.tax}, but {part.percent} % of {part.base} is {expected}",
            expected, part.tax, part.line,
        )  # fmt: skip


def _circumstances(invoice: Invoice, part: Subtotal, letters: str) -> Iterator[Broken]:
    """Numbers, reasons and delivery that a supply without VAT must state."""
    seller, buyer = invoice.supplier, invoice.customer
    if letters in {"AE", "IC", "G"} and not part.has_reason:
        yield Broken(f"BR-{letters}-10", "no reason is given for the missing VAT", line=part.line)
    buyer_number = buyer.vat_number or (buyer.registration_number if letters == "AE" else None)
    needs_buyer = letters in {"AE", "IC"}
    if letters in {"AE", "IC", "G"} and not (
        seller.vat_number and (buyer_number or not needs_buyer)
    ):
        whose = "the buyer's" if seller.vat_number else "the seller's"
        yield Broken(f"BR-{letters}-02", f"{whose} VAT number is missing", line=part.line)
    if letters == "IC" and not invoice.has_delivery:
        yield Broken("BR-IC-11", "neither delivery date nor period is given", line=part.line)
    if letters == "IC" and not invoice.delivery_country:
        yield Broken("BR-IC-12", "the country delivered to is not given", line=part.line)


def _currencies(invoice: Invoice) -> Iterator[Broken]:
    if invoice.tax_currency == invoice.currency:
        yield Broken("PEPPOL-EN16931-R005", f"both currencies are {invoice.currency}")
    elif invoice.tax_currency == "DKK" and invoice.tax_base_currency is None:
        yield Broken("BR-53", "the VAT total in DKK is missing")
    others = sorted(invoice.currencies - {invoice.currency})
    if others:
        told = ", ".join(other or "(none)" for other in others)
        yield Broken(
            "PEPPOL-EN16931-R051", f"amounts are in {told}, the document is in {invoice.currency}"
        )
    if invoice.tax_totals[0] > 1:
        yield Broken(
            "PEPPOL-EN16931-R053", f"{invoice.tax_totals[0]} tax totals have a VAT breakdown"
        )
    if (invoice.tax_base_currency or ZERO) * invoice.tax < 0:
        yield Broken(
            "PEPPOL-EN16931-R055",
            f"VAT is {invoice.tax} {invoice.currency} and {invoice.tax_base_currency} DKK",
        )


def _danish(invoice: Invoice) -> Iterator[Broken]:
    supplier = invoice.supplier
    if supplier.country != "DK":
        return
    legal = [i for i in supplier.identifiers if i.place == "legal"]
    if not legal:
        yield Broken("DK-R-002", "the Danish supplier's CVR number is missing")
    elif legal[0].scheme != "0184":
        yield Broken("DK-R-014", f"its scheme is {legal[0].scheme or '(none)'}, expected 0184")
    is_domestic = invoice.customer.country == "DK"
    if invoice.is_credit_note and is_domestic and invoice.payable < 0:
        yield Broken("DK-R-016", f"the credit note's amount due is {invoice.payable}")
