"""Invented UBL invoices for tests, written by hand from the published element lists.

`Doc` adds up what it is given, so that a test says lines and gets a right document;
whatever must be wrong is replaced in the text afterwards.
"""

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from xml.sax.saxutils import escape

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
CENT = Decimal("0.01")
_WORDS = {"S": "StandardRated", "Z": "ZeroRated", "AE": "ReverseCharge"}
_REASONS = {"AE": "Reverse charge", "K": "Intra-community supply", "G": "Export", "E": "Exempt",
            "O": "Not subject to VAT"}  # fmt: skip


@dataclass(frozen=True)
class Who:
    """A party; `cvr` is Danish, `vat` any VAT number."""

    name: str
    country: str = "DK"
    cvr: str | None = None
    vat: str | None = None


NORDLYS = Who("Nordlys ApS", cvr="10150817", vat="DK10150817")
KUNDE = Who("Havnens Café ApS", cvr="13585628", vat="DK13585628")
LEVERANDOR = Who("Grosserer Lund A/S", cvr="12345674", vat="DK12345674")
TYSK = Who("Kunde GmbH", "DE", vat="DE136695976")
SVENSK = Who("Molntjänst AB", "SE", vat="SE556000016701")
NORSK = Who("Fjord AS", "NO", vat="NO999999999MVA")


@dataclass(frozen=True)
class Part:
    """One line of goods or services: net amount, category (EN 16931), percent."""

    net: str
    category: str = "S"
    percent: str = "25"


@dataclass(frozen=True)
class Doc:
    """One document; amounts positive, `credit` makes it a credit note."""

    number: str
    day: str
    seller: Who
    buyer: Who
    parts: tuple[Part, ...]
    credit: bool = False
    oioubl: bool = False
    currency: str = "DKK"
    allowance: str = "0"
    charge: str = "0"
    prepaid: str = "0"
    rounding: str = "0"
    vat_dkk: str | None = None
    rate: tuple[str, str, str] | None = None
    duty: str = "0"
    type_code: str | None = None
    tax_point: str | None = None
    attachment: str | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def sums(self) -> dict[tuple[str, str], Decimal]:
        found: dict[tuple[str, str], Decimal] = {}
        for part in self.parts:
            key = (part.category, part.percent)
            found[key] = found.get(key, Decimal(0)) + Decimal(part.net)
        first = next(iter(found))
        found[first] += Decimal(self.charge) - Decimal(self.allowance) + Decimal(self.duty)
        return found

    def write(self) -> bytes:
        kind = "CreditNote" if self.credit else "Invoice"
        body = "".join(self._body(kind))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{UBL}{kind}-2" '
            f'xmlns:cac="{UBL}CommonAggregateComponents-2" '
            f'xmlns:cbc="{UBL}CommonBasicComponents-2">{body}</{kind}>\n'
        ).encode()

    def save(self, folder: Path, name: str | None = None) -> Path:
        path = folder / (name or f"{self.number}.xml")
        path.write_bytes(self.write())
        return path

    def but(self, **changes: object) -> "Doc":
        return replace(self, **changes)  # type: ignore[arg-type]

    def _body(self, kind: str) -> list[str]:
        code = self.type_code or ("381" if self.credit else "380")
        sums = self.sums()
        taxes = {key: _tax(base, key[1]) for key, base in sums.items()}
        vat = sum(taxes.values(), Decimal(0))
        return [
            _b("CustomizationID", "OIOUBL-2.1" if self.oioubl else PEPPOL),
            _b("ID", self.number),
            _b("IssueDate", self.day),
            _b("TaxPointDate", self.tax_point) if self.tax_point else "",
            _b(f"{kind}TypeCode", code),
            _b("DocumentCurrencyCode", self.currency),
            _b("TaxCurrencyCode", "DKK") if self.vat_dkk else "",
            f"<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>"
            f"{_b('EmbeddedDocumentBinaryObject', self.attachment)}"
            f"</cac:Attachment></cac:AdditionalDocumentReference>"
            if self.attachment
            else "",
            self._party("AccountingSupplierParty", self.seller),
            self._party("AccountingCustomerParty", self.buyer),
            self._delivery(),
            self._rate(),
            self._allowances(next(iter(sums))),
            self._taxes(sums, taxes, vat),
            self._total(vat),
            *(self._line(kind, n, part) for n, part in enumerate(self.parts, start=1)),
        ]

    def _party(self, role: str, who: Who) -> str:
        scheme = "DK:CVR" if self.oioubl else "0184"
        own = f"DK{who.cvr}" if self.oioubl and who.cvr else who.cvr
        legal = f'<cbc:CompanyID schemeID="{scheme}">{own}</cbc:CompanyID>' if own else ""
        endpoint = f'<cbc:EndpointID schemeID="{scheme}">{own}</cbc:EndpointID>' if own else ""
        tax = (
            f"<cac:PartyTaxScheme>{_b('CompanyID', who.vat)}<cac:TaxScheme>"
            f"{_b('ID', '63' if self.oioubl else 'VAT')}</cac:TaxScheme></cac:PartyTaxScheme>"
            if who.vat
            else ""
        )
        return (
            f"<cac:{role}><cac:Party>{endpoint}<cac:PostalAddress><cac:Country>"
            f"{_b('IdentificationCode', who.country)}</cac:Country></cac:PostalAddress>{tax}"
            f"<cac:PartyLegalEntity>{_b('RegistrationName', who.name)}{legal}"
            f"</cac:PartyLegalEntity></cac:Party></cac:{role}>"
        )

    def _delivery(self) -> str:
        return (
            "<cac:Delivery><cbc:ActualDeliveryDate>2026-01-02</cbc:ActualDeliveryDate>"
            "<cac:DeliveryLocation><cac:Address><cac:Country><cbc:IdentificationCode>"
            f"{self.buyer.country}</cbc:IdentificationCode></cac:Country></cac:Address>"
            "</cac:DeliveryLocation></cac:Delivery>"
        )

    def _rate(self) -> str:
        if self.rate is None:
            return ""
        source, target, rate = self.rate
        return (
            f"<cac:PricingExchangeRate>{_b('SourceCurrencyCode', source)}"
            f"{_b('TargetCurrencyCode', target)}{_b('CalculationRate', rate)}"
            "</cac:PricingExchangeRate>"
        )

    def _category(self, category: str, percent: str, element: str) -> str:
        told = _WORDS[category] if self.oioubl else category
        shown = "" if category == "O" else _b("Percent", percent)
        reason = _REASONS.get(category) if element == "TaxCategory" else None
        return (
            f"<cac:{element}>{_b('ID', told)}{shown}"
            f"{_b('TaxExemptionReason', reason) if reason else ''}"
            f"<cac:TaxScheme>{_b('ID', '63' if self.oioubl else 'VAT')}</cac:TaxScheme>"
            f"</cac:{element}>"
        )

    def _allowances(self, key: tuple[str, str]) -> str:
        return "".join(
            f"<cac:AllowanceCharge>{_b('ChargeIndicator', word)}{self._money('Amount', amount)}"
            f"{self._category(*key, 'TaxCategory')}</cac:AllowanceCharge>"
            for word, amount in (("false", self.allowance), ("true", self.charge))
            if Decimal(amount)
        )

    def _taxes(self, sums, taxes, vat) -> str:
        parts = "".join(
            f"<cac:TaxSubtotal>{self._money('TaxableAmount', base)}"
            f"{self._money('TaxAmount', taxes[key])}{self._category(*key, 'TaxCategory')}"
            "</cac:TaxSubtotal>"
            for key, base in sums.items()
        )
        total = f"<cac:TaxTotal>{self._money('TaxAmount', vat)}{parts}</cac:TaxTotal>"
        if Decimal(self.duty):
            total += (
                f"<cac:TaxTotal>{self._money('TaxAmount', self.duty)}<cac:TaxSubtotal>"
                f"{self._money('TaxableAmount', self.duty)}{self._money('TaxAmount', self.duty)}"
                "<cac:TaxCategory><cbc:ID>Excise</cbc:ID><cac:TaxScheme><cbc:ID>16</cbc:ID>"
                "</cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"
            )
        if self.vat_dkk:
            total += (
                f'<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">{self.vat_dkk}</cbc:TaxAmount>'
                "</cac:TaxTotal>"
            )
        return total

    def _total(self, vat: Decimal) -> str:
        lines = sum((Decimal(part.net) for part in self.parts), Decimal(0))
        net = lines - Decimal(self.allowance) + Decimal(self.charge)
        taxes = vat + Decimal(self.duty)
        due = net + taxes - Decimal(self.prepaid) + Decimal(self.rounding)
        return (
            f"<cac:LegalMonetaryTotal>{self._money('LineExtensionAmount', lines)}"
            f"{self._money('TaxExclusiveAmount', taxes if self.oioubl else net)}"
            f"{self._money('TaxInclusiveAmount', net + taxes)}"
            f"{self._some('AllowanceTotalAmount', self.allowance)}"
            f"{self._some('ChargeTotalAmount', self.charge)}"
            f"{self._some('PrepaidAmount', self.prepaid)}"
            f"{self._some('PayableRoundingAmount', self.rounding)}"
            f"{self._money('PayableAmount', due)}</cac:LegalMonetaryTotal>"
        )

    def _line(self, kind: str, number: int, part: Part) -> str:
        word = "CreditedQuantity" if self.credit else "InvoicedQuantity"
        return (
            f"\n<cac:{kind}Line>{_b('ID', str(number))}<cbc:{word}>1</cbc:{word}>"
            f"{self._money('LineExtensionAmount', part.net)}<cac:Item>{_b('Name', 'Vare')}"
            f"{self._category(part.category, part.percent, 'ClassifiedTaxCategory')}</cac:Item>"
            f"<cac:Price>{self._money('PriceAmount', part.net)}</cac:Price></cac:{kind}Line>"
        )

    def _money(self, name: str, amount: Decimal | str) -> str:
        value = Decimal(amount).quantize(CENT)
        return f'<cbc:{name} currencyID="{self.currency}">{value}</cbc:{name}>'

    def _some(self, name: str, amount: str) -> str:
        return self._money(name, amount) if Decimal(amount) else ""


def enveloped(document: bytes) -> bytes:
    """The document inside a StandardBusinessDocument."""
    space = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    inner = document.split(b"\n", 1)[1]
    return (
        (
            f'<?xml version="1.0"?>\n<StandardBusinessDocument xmlns="{space}">'
            "<StandardBusinessDocumentHeader><DocumentIdentification><Type>Invoice</Type>"
            "</DocumentIdentification></StandardBusinessDocumentHeader>"
        ).encode()
        + inner
        + b"</StandardBusinessDocument>"
    )


def _tax(base: Decimal, percent: str) -> Decimal:
    return (base * Decimal(percent) / 100).quantize(CENT, ROUND_HALF_UP)


def _b(name: str, text: str | None) -> str:
    return f"<cbc:{name}>{escape(text or '')}</cbc:{name}>"
