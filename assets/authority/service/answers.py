"""The service's answers as XML, and its SOAP faults.

Belongs here: writing `_O` messages. Does not: deciding what they say.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape

from lxml import etree

from assets.authority.service.periods import CODES
from assets.authority.service.receipts import CARD_TYPE, CREDITOR, ocr_number
from assets.authority.service.register import Frequency
from assets.deliveries.skat_schemas import PREFIXES

NO_MANDATE = 4801
TEXTS = {
    507: "Moms i alt stemmer ikke med de angivne felter",
    NO_MANDATE: "RSU er ikke delegeret",
    4802: "Perioden er ikke åben for indberetning",
    4803: "Perioden er ikke afsluttet",
    4804: "Perioden er ældre end 3 år",
    4810: "Den foreløbige angivelse er ikke godkendt",
    4811: "Den foreløbige angivelse er afvist",
    4812: "Der findes ingen kvittering",
    4813: "Der findes ingen foreløbig angivelse",
    4816: "AngivelseTypeNavn er forkert",
    4817: "Søgedatoer er forkerte",
    5001: "Foreløbig momsangivelse er modtaget",
    5002: "Foreløbig efterangivelse er modtaget",
    # The EU list's codes are not published; these are the service's own.
    9001: "Købers momsnummer er ikke gyldigt",
    9002: "Køber forekommer mere end én gang",
    9003: "Alle beløb for køber er nul",
    9004: "Valuta skal være DKK",
}
_PLIGT_MOMS = "63"


class FaultError(Exception):
    """The request is refused with a SOAP fault; `message_id`: its number where it is stored."""

    def __init__(self, code: str, text: str, message_id: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.message_id = message_id


def fault(code: str, text: str) -> bytes:
    """A SOAP 1.1 fault; unsigned, as the real gateway's are."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/'
        'oasis-200401-wss-wssecurity-secext-1.0.xsd">'
        f"<env:Body><env:Fault><faultcode>{escape(code)}</faultcode>"
        f"<faultstring>{escape(text)}</faultstring></env:Fault></env:Body></env:Envelope>"
    ).encode()


@dataclass(frozen=True, slots=True)
class Head:
    """What every answer repeats: whose transaction, which service, when."""

    transaction_id: str
    service: str
    now: datetime


def draft(
    head: Head, *, errors: Iterable[int] = (), notices: Iterable[int] = (),
    reference: str = "", link: str = "",
) -> etree._Element:  # fmt: skip
    """The draft service's answer."""
    root = _root("ws", "ModtagMomsangivelseForeloebig_O")
    _head(root, head, dict.fromkeys(errors, ""), notices)
    if reference:
        _add(root, "n", "TransaktionIdentifier", reference)
        _add(_add(root, "ws", "Dybtlink"), "n", "UrlIndicator", link)
    return root


def receipt(
    head: Head, *, notices: Iterable[int] = (), pdf: bytes = b"", number: int = 0,
    amount: int = 0, due: date | None = None,
) -> etree._Element:  # fmt: skip
    """The receipt service's answer; a receipt when there is a PDF."""
    root = _root("ws", "MomsangivelseKvitteringHent_O")
    _head(root, head, {}, notices)
    if pdf and due:
        text = base64.b64encode(pdf).decode("ascii")
        _add(_add(root, "ws", "PDFkvittering"), "n", "DokumentFilIndholdData", text)
        payment = _add(root, "ws", "Betalingsoplysninger")
        line = _add(payment, "ws", "OCRLinie")
        _add(line, "n", "OCRKortTypeKode", str(CARD_TYPE))
        _add(line, "a", "OCRnummerIdentifikator", ocr_number(number))
        _add(line, "n", "OCRKontoNummerIdentifikator", str(CREDITOR))
        _add(payment, "n", "BetalingIkkeBetaltBeloeb", str(amount))
        _add(payment, "n", "AngivelseFristKalenderBetalingDato", due.isoformat())
    return root


def calendar(
    head: Head, se_number: str, *, errors: Iterable[int] = (),
    dates: Iterable[tuple[Frequency, list[date]]] = (),
) -> etree._Element:  # fmt: skip
    """The calendar service's answer."""
    root = _root("ws", "VirksomhedKalenderHent_O")
    errors = list(errors)
    _head(root, head, dict.fromkeys(errors, ""), ())
    if errors:
        return root
    _add(root, "v", "VirksomhedSENummerIdentifikator", se_number)
    _add(root, "n", "PligtKode", _PLIGT_MOMS)
    frequencies = _add(root, "ws", "AngivelseFrekvensListe")
    for frequency, dues in dates:
        one = _add(frequencies, "ws", "AngivelseFrekvens")
        start = frequency.valid_from.isoformat()
        _add(one, "n", "AngivelseFrekvensForholdGyldigFraDate", start)
        if frequency.valid_to:
            end = frequency.valid_to.isoformat()
            _add(one, "n", "AngivelseFrekvensForholdGyldigTilDate", end)
        _add(one, "n", "AngivelseFrekvensTypeCode", str(CODES[frequency.frequency]))
        entries = _add(one, "ws", "AngivelseBetalingFristDatoListe")
        for due in dues:
            entry = _add(entries, "ws", "AngivelseBetalingFristDato")
            _add(entry, "n", "AngivelseFristKalenderFristDato", due.isoformat())
            _add(entry, "n", "AngivelseFristKalenderBetalingDato", due.isoformat())
    return root


def sales_list(
    head: Head, *, errors: Mapping[int, str] | None = None, number: str = ""
) -> etree._Element:
    """The EU list service's answer: `errors` by code with what they are about."""
    root = _root("svc", "getListeAngivelseFilOpretResponse")
    message = _add(root, "lws", "ListeAngivelseFilOpret_O")
    _head(message, head, errors or {}, ())
    if number:
        about = _add(message, "lws", "TekniskKvittering")
        _add(about, "a", "AngivelseKvitteringIdentifikator", number)
    return root


def _head(
    root: etree._Element, head: Head, errors: Mapping[int, str], notices: Iterable[int]
) -> None:
    about = _add(root, "k", "HovedOplysningerSvar")
    _add(about, "k", "TransaktionIdentifikator", head.transaction_id)
    _add(about, "k", "ServiceIdentifikator", f"{head.service}Service")
    moment = head.now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _add(about, "k", "TransaktionTid", moment)
    answer = _add(about, "k", "SvarStruktur")
    for code, subject in errors.items():
        one = _add(answer, "k", "FejlStruktur")
        _add(one, "k", "FejlIdentifikator", str(code))
        _add(one, "k", "FejlTekst", f"{TEXTS[code]} {subject}".strip())
    for code in notices:
        one = _add(answer, "k", "AdvisStruktur")
        _add(one, "k", "AdvisIdentifikator", str(code))
        _add(one, "k", "AdvisTekst", TEXTS[code])


def _root(prefix: str, name: str) -> etree._Element:
    used = ("svc", "lws", "k", "a") if prefix == "svc" else ("ws", "k", "v", "n", "a")
    nsmap = {one: PREFIXES[one] for one in used}
    return etree.Element(f"{{{PREFIXES[prefix]}}}{name}", nsmap=nsmap)


def _add(parent: etree._Element, prefix: str, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{PREFIXES[prefix]}}}{name}")
    element.text = text
    return element
