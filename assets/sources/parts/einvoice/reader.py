"""An UBL 2.1 invoice or credit note into `document.Invoice`.

OIOUBL 2.1 and EN 16931 (Peppol BIS Billing 3.0), also inside a StandardBusinessDocument.
The two mean different things by the same elements: OIOUBL's TaxExclusiveAmount is the
VAT, its categories are words, and excise duties stand among the tax totals.

Lines are added up as they pass and embedded documents dropped, so memory stays flat.
Belongs here: XML. Does not: judging what it says.

Source: UBL 2.1 (OASIS); OIOUBL 2.1 schematron; EN 16931-3-2 syntax binding.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources import safe_xml
from assets.sources.parts.einvoice.document import (
    EN16931,
    OIOUBL,
    ZERO,
    Allowance,
    Invoice,
    Lines,
    Refused,
    Subtotal,
    Totals,
)
from assets.sources.parts.einvoice.elements import (
    AGGREGATE,
    BASIC,
    NS,
    UBL,
    VAT_SCHEMES,
    Odd,
    amount,
    attribute,
    decimal,
    party,
    percent_of,
    text,
)
from assets.sources.row_batches import iso_date

_INVOICE, _CREDIT_NOTE = f"{{{UBL}Invoice-2}}Invoice", f"{{{UBL}CreditNote-2}}CreditNote"
_HEADER = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
_ENVELOPE = f"{_HEADER}StandardBusinessDocument"
_CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
_LINES = (f"{AGGREGATE}InvoiceLine", f"{AGGREGATE}CreditNoteLine")
_EMBEDDED = f"{BASIC}EmbeddedDocumentBinaryObject"
_LIMITS = safe_xml.Limits(text=64 << 20)
_KRONER = "DKK"
_LINE_SLACK = Decimal("0.02")

_EN_PREFIX = "urn:cen.eu:en16931:2017"
_OIOUBL_IDS = ("OIOUBL-2.01", "OIOUBL-2.02", "OIOUBL-2.1")
# urn:oioubl:id:taxcategoryid-1.1 → UNCL 5305, as EN 16931 uses it.
_CATEGORIES = {"StandardRated": "S", "ZeroRated": "Z", "ReverseCharge": "AE"}


def read(path: Path, name: str) -> Invoice | Refused:
    """The document in the file at `path`; `name` is what findings call the file.

    Raises `SourceError` for anything that is not well-formed XML.
    """
    root = safe_xml.root(path).tag
    if root not in (_INVOICE, _CREDIT_NOTE, _ENVELOPE):
        return _unknown(name, root)
    lines = Lines()
    told = "nothing"
    tags = (*_LINES, _EMBEDDED, _INVOICE, _CREDIT_NOTE, f"{_HEADER}Type")
    for element in safe_xml.elements(path, tags, _LIMITS):
        if element.tag in (_INVOICE, _CREDIT_NOTE):
            return _document(element, name, lines)
        if element.tag in _LINES:
            _line(element, lines)
            _prune(element)
        elif element.tag == _EMBEDDED:
            element.clear(keep_tail=True)
        else:
            told = (element.text or "").strip() or told
    return _unknown(name, f"StandardBusinessDocument with {told} inside")


def _unknown(name: str, root: str) -> Refused:
    shown = root.rpartition("}")[2]
    return Refused(
        name, 1, "einvoice.document_type",
        f"The file is a {shown}, which is no invoice or credit note in UBL 2.1; it is left out.",
        is_invoice=root == _CII,
    )  # fmt: skip


def _document(root: Any, name: str, lines: Lines) -> Invoice | Refused:
    profile = _profile(root)
    if profile is None:
        told = text(root, "b:CustomizationID") or "missing"
        return Refused(
            name, root.sourceline, "einvoice.profile",
            f"CustomizationID is {told}; expected OIOUBL-2.1, or one that begins {_EN_PREFIX} "
            "(Peppol BIS Billing 3.0). Profiles mean different things by the same elements, so "
            "the document is left out.", is_invoice=True,
        )  # fmt: skip
    document_number = text(root, "b:ID")
    day, currency = iso_date(text(root, "b:IssueDate")), text(root, "b:DocumentCurrencyCode")
    if currency is None and profile == OIOUBL:
        currency = attribute(root, "a:LegalMonetaryTotal/b:PayableAmount", "currencyID")
    missing = [
        what
        for what, value in (
            ("number (ID)", document_number),
            ("date (IssueDate)", day),
            ("currency (DocumentCurrencyCode)", currency),
        )
        if value is None
    ]
    if missing or document_number is None or day is None or currency is None:
        return Refused(
            name, root.sourceline, "einvoice.incomplete",
            f"The document has no usable {', '.join(missing)}; it is left out.", is_invoice=True,
        )  # fmt: skip
    return _invoice(root, name, profile, lines, (document_number, day, currency))


def _invoice(
    root: Any, name: str, profile: str, lines: Lines, told: tuple[str, date, str]
) -> Invoice:
    document_number, day, currency = told
    odd: Odd = []
    subtotals, duties = _breakdown(root, profile, odd)
    stated = list(root.iterfind("a:TaxTotal", NS))
    with_parts = [t for t in stated if t.find("a:TaxSubtotal", NS) is not None]
    in_kroner = [t for t in stated if attribute(t, "b:TaxAmount", "currencyID") == _KRONER]
    tax_currency = text(root, "b:TaxCurrencyCode")
    main = with_parts or stated[:1]
    delivery = root.find("a:Delivery", NS)
    period = root.find("a:InvoicePeriod", NS)
    return Invoice(
        name=name,
        line=root.sourceline,
        profile=profile,
        is_credit_note=root.tag == _CREDIT_NOTE,
        type_code=text(root, "b:InvoiceTypeCode") or text(root, "b:CreditNoteTypeCode") or "",
        number=document_number,
        issue_date=day,
        tax_point_date=iso_date(text(root, "b:TaxPointDate")),
        due_date=iso_date(text(root, "b:DueDate") or text(root, "a:PaymentMeans/b:PaymentDueDate")),
        currency=currency,
        tax_currency=tax_currency,
        supplier=party(root.find("a:AccountingSupplierParty/a:Party", NS)),
        customer=party(root.find("a:AccountingCustomerParty/a:Party", NS)),
        subtotals=subtotals,
        duties=duties,
        allowances=tuple(_allowances(root, odd)),
        lines=lines,
        totals=_totals(root, odd),
        tax=sum((amount(t, "b:TaxAmount", odd) or ZERO for t in main), ZERO),
        tax_totals=(len(with_parts), len(stated) - len(with_parts)),
        tax_base_currency=(
            amount(in_kroner[0], "b:TaxAmount", odd) if currency != _KRONER and in_kroner else None
        ),
        rate=_stated_rate(root, currency) if currency != _KRONER else None,
        currencies=frozenset(_currencies(root, tax_currency)),
        has_delivery=period is not None
        or (delivery is not None and text(delivery, "b:ActualDeliveryDate") is not None),
        delivery_country=text(
            root, "a:Delivery/a:DeliveryLocation/a:Address/a:Country/b:IdentificationCode"
        ),
        odd=tuple(odd),
    )


def _profile(root: Any) -> str | None:
    told = text(root, "b:CustomizationID") or ""
    if told in _OIOUBL_IDS:
        return OIOUBL
    return EN16931 if told.startswith(_EN_PREFIX) else None


def _breakdown(root: Any, profile: str, odd: Odd) -> tuple[tuple[Subtotal, ...], Decimal]:
    found, duties = [], ZERO
    for element in root.iterfind("a:TaxTotal/a:TaxSubtotal", NS):
        tax = amount(element, "b:TaxAmount", odd) or ZERO
        category, percent = _category(element.find("a:TaxCategory", NS), odd)
        if profile == OIOUBL and not _is_vat(element):
            duties += tax
            continue
        given = element.find("a:TaxCategory/b:TaxExemptionReason", NS)
        code = element.find("a:TaxCategory/b:TaxExemptionReasonCode", NS)
        if percent is None:
            percent = percent_of(element, odd)
        in_kroner = None
        if attribute(element, "b:TransactionCurrencyTaxAmount", "currencyID") == _KRONER:
            in_kroner = amount(element, "b:TransactionCurrencyTaxAmount", odd)
        found.append(
            Subtotal(
                category, percent, amount(element, "b:TaxableAmount", odd) or ZERO, tax,
                given is not None or code is not None, element.sourceline, in_kroner,
            )
        )  # fmt: skip
    return tuple(found), duties


def _is_vat(subtotal: Any) -> bool:
    """False for an excise duty: category Excise or a duty's number, or another tax scheme."""
    category = text(subtotal, "a:TaxCategory/b:ID") or ""
    scheme = (text(subtotal, "a:TaxCategory/a:TaxScheme/b:ID") or "63").upper()
    return category != "Excise" and not category.isdecimal() and scheme in VAT_SCHEMES


def _category(element: Any, odd: Odd) -> tuple[str, Decimal | None]:
    if element is None:
        return "", None
    told = text(element, "b:ID") or ""
    return _CATEGORIES.get(told, told), percent_of(element, odd)


def _allowances(root: Any, odd: Odd) -> Iterator[Allowance]:
    for element in root.iterfind("a:AllowanceCharge", NS):
        is_charge = (text(element, "b:ChargeIndicator") or "").lower() in {"true", "1"}
        category, percent = _category(element.find("a:TaxCategory", NS), odd)
        yield Allowance(is_charge, amount(element, "b:Amount", odd) or ZERO, category, percent)


def _totals(root: Any, odd: Odd) -> Totals:
    def told(element: str) -> Decimal | None:
        return amount(root, f"a:LegalMonetaryTotal/b:{element}", odd)

    return Totals(
        told("LineExtensionAmount"), told("TaxExclusiveAmount"), told("TaxInclusiveAmount"),
        told("AllowanceTotalAmount"), told("ChargeTotalAmount"), told("PrepaidAmount"),
        told("PayableRoundingAmount"), told("PayableAmount"),
    )  # fmt: skip


def _stated_rate(root: Any, currency: str) -> Decimal | None:
    """Kroner per unit of `currency` by an exchange rate of the document, None without one."""
    for kind in ("TaxExchangeRate", "PricingExchangeRate", "PaymentExchangeRate"):
        element = root.find(f"a:{kind}", NS)
        if element is None:
            continue
        pair = (text(element, "b:SourceCurrencyCode"), text(element, "b:TargetCurrencyCode"))
        rate = decimal(element, "b:CalculationRate", [])
        unit = decimal(element, "b:SourceCurrencyBaseRate", []) or Decimal(1)
        if not rate or (decimal(element, "b:TargetCurrencyBaseRate", []) or 1) != 1:
            continue
        if (text(element, "b:MathematicOperatorCode") or "").lower() == "divide":
            rate = 1 / rate
        if pair == (currency, _KRONER):
            return rate / unit
        if pair == (_KRONER, currency):
            return unit / rate
    return None


def _currencies(root: Any, tax_currency: str | None) -> Iterator[str]:
    """The currencies of the amounts that must be in the document's own."""
    for element in root.iterfind("a:LegalMonetaryTotal/*", NS):
        yield element.get("currencyID") or ""
    for total in root.iterfind("a:TaxTotal", NS):
        of_total = attribute(total, "b:TaxAmount", "currencyID")
        if total.find("a:TaxSubtotal", NS) is not None or of_total != tax_currency:
            yield of_total or ""
        for element in total.iterfind("a:TaxSubtotal/b:TaxAmount", NS):
            yield element.get("currencyID") or ""
        for element in total.iterfind("a:TaxSubtotal/b:TaxableAmount", NS):
            yield element.get("currencyID") or ""


def _line(element: Any, lines: Lines) -> None:
    """Add one line up, and note what is wrong with it alone."""
    net = amount(element, "b:LineExtensionAmount", lines.broken) or ZERO
    classified = element.find("a:Item/a:ClassifiedTaxCategory", NS)
    if classified is None:
        classified = element.find("a:TaxTotal/a:TaxSubtotal/a:TaxCategory", NS)
    key = _category(classified, lines.broken)
    lines.count += 1
    lines.total += net
    lines.sums[key] = lines.sums.get(key, ZERO) + net
    quantity = decimal(element, "b:InvoicedQuantity", lines.broken)
    if quantity is None:
        quantity = decimal(element, "b:CreditedQuantity", lines.broken)
    price = decimal(element, "a:Price/b:PriceAmount", lines.broken)
    if quantity is None or price is None:
        return
    per = decimal(element, "a:Price/b:BaseQuantity", lines.broken) or Decimal(1)
    expected = quantity * price / per
    if _profile(element.getparent()) != OIOUBL:  # whose lines are gross (F-INV348)
        expected += sum(
            (a.amount if a.is_charge else -a.amount for a in _allowances(element, lines.broken)),
            ZERO,
        )
    if abs(expected - net) > _LINE_SLACK:
        told = text(element, "b:ID") or "?"
        wrong = f"line {told}: quantity and price make {expected:.2f}, but its amount is {net}"
        lines.broken.append(("line", element.sourceline, wrong))


def _prune(element: Any) -> None:
    """Free a finished line, and the emptied line before it."""
    element.clear(keep_tail=True)
    previous = element.getprevious()
    if previous is not None and previous.tag in _LINES:
        element.getparent().remove(previous)
