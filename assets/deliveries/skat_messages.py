"""The tax agency's messages: a request as XML, an answer as values.

Belongs here: writing `_I` and reading `_O` of the four services. Does not:
signing (`assets.deliveries.wsse`) or sending (`assets.deliveries.skat`).
"""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree

from assets.deliveries.channel import CalendarEntry, Receipt
from assets.deliveries.skat_schemas import PREFIXES, day, whole
from assets.filings import eu_sales_list, vat_return

# The calendar's and the return's type; others (A-skat, …) exist.
TYPE_NAME = "Moms"
_BY_DATE = "1"  # AngivelseValgtIndberetningFormKode in the EU list's sample


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer says, by whatever service.

    `notices` and `errors`: (code, text) as the authority wrote them.
    """

    notices: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    reference: str = ""
    deep_link: str | None = None
    receipt: Receipt | None = None
    calendar: tuple[CalendarEntry, ...] = ()

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Errors, then notices: the authority uses both for the same codes."""
        return self.errors + self.notices


def vat_draft(content: bytes, transaction_id: str, now: datetime) -> etree._Element:
    """Deliver the return in `content` as a draft."""
    root = _root("ws", "ModtagMomsangivelseForeloebig_I")
    _context(root, transaction_id, now)
    root.append(vat_return.element(vat_return.read(content)))
    return root


def vat_receipt(
    reference: str, se_number: str, transaction_id: str, now: datetime
) -> etree._Element:
    """Ask for the receipt of the draft known as `reference`."""
    root = _root("ws", "MomsangivelseKvitteringHent_I")
    _context(root, transaction_id, now)
    _add(root, "n", "TransaktionIdentifier", reference)
    _add(_add(root, "ws", "Angiver"), "v", "VirksomhedSENummerIdentifikator", se_number)
    return root


def vat_calendar(
    se_number: str, period: tuple[date, date], transaction_id: str, now: datetime
) -> etree._Element:
    """Ask for the due dates from the first to the last day of `period`."""
    root = _root("ws", "VirksomhedKalenderHent_I")
    _context(root, transaction_id, now)
    _add(root, "v", "VirksomhedSENummerIdentifikator", se_number)
    _add(root, "n", "AngivelseTypeNavn", TYPE_NAME)
    search = _add(root, "ws", "AngivelseBetalingFristHentFra")
    _add(search, "n", "SoegeDatoFraDate", period[0].isoformat())
    _add(search, "n", "SoegeDatoTilDate", period[1].isoformat())
    return root


def sales_list(
    content: bytes, period_start: date, transaction_id: str, now: datetime
) -> etree._Element:
    """Deliver the EU sales list in `content` (the file) as the service's message."""
    listed = eu_sales_list.read(content)
    root = _root("svc", "getListeAngivelseFilOpret")
    message = _add(root, "lws", "ListeAngivelseFilOpret_I")
    _context(message, transaction_id, now)
    given = _add(message, "lws", "InputParametre")
    sender = _add(given, "lws", "VirksomhedIndsender")
    _add(sender, "v", "VirksomhedSENummerIdentifikator", listed.se_number)
    about = _add(given, "lws", "AngivelseInddata")
    _add(about, "e", "AngivelseValgtIndberetningFormKode", _BY_DATE)
    _add(about, "e", "AngivelseDatoTid", _moment(now))
    _add(about, "a", "ValutaKode", "DKK")
    lines = _add(given, "lws", "IndberetningFilListe")
    for buyer in listed.buyers:
        _buyer(lines, buyer, listed, period_start)
    return root


def _buyer(
    lines: etree._Element,
    buyer: eu_sales_list.Buyer,
    listed: eu_sales_list.SalesList,
    period_start: date,
) -> None:
    line = _add(lines, "lws", "ListeAngivelseLinie")
    _add(line, "l", "ListeAngivelseKoeberMomsnummerIdentifikator", buyer.vat_number)
    country = _add(line, "c", "CountryIdentificationCode", buyer.country)
    country.set("scheme", "iso3166-alpha2")
    for prefix, field, amount in (
        ("l", eu_sales_list.GOODS, buyer.goods),
        ("l", eu_sales_list.TRIANGULAR, buyer.triangular),
        ("i", eu_sales_list.SERVICES, buyer.services),
    ):
        if amount:
            _add(line, prefix, field, str(amount))
    _add(line, "l", "ListeAngivelseInternReferenceIdentifikator", buyer.reference)
    given = _add(line, "lws", "ListeAngivelseInddata")
    _add(given, "t", "AngiverSEnummerIdentifikator", listed.se_number)
    period = _add(given, "e", "AngivelsePeriode")
    _add(period, "f", "StartDate", period_start.isoformat())
    _add(period, "u", "EndDate", listed.period_end.isoformat())


def read(payload: etree._Element) -> Reply:
    """What a schema-valid answer says."""
    return Reply(
        notices=_codes(payload, "Advis"),
        errors=_codes(payload, "Fejl"),
        reference=_text(payload, "n", "TransaktionIdentifier") or "",
        deep_link=_text(payload, "n", "UrlIndicator"),
        receipt=_vat_receipt(payload) or _list_receipt(payload),
        calendar=tuple(_entries(payload)),
    )


def transaction_id(message: etree._Element) -> str | None:
    """The id a request carries and its answer repeats."""
    return _text(message, "k", "TransaktionIdentifikator")


def _vat_receipt(payload: etree._Element) -> Receipt | None:
    pdf = _text(payload, "n", "DokumentFilIndholdData")
    number = _text(payload, "a", "OCRnummerIdentifikator")
    if pdf is None and number is None:
        return None
    due = _text(payload, "n", "AngivelseFristKalenderBetalingDato")
    amount = _text(payload, "n", "BetalingIkkeBetaltBeloeb")
    kind = _text(payload, "n", "OCRKortTypeKode")
    account = _text(payload, "n", "OCRKontoNummerIdentifikator")
    return Receipt(
        reference="",
        pdf=base64.b64decode(pdf) if pdf is not None else None,
        payment_line=f"+{kind}<{number}+{account}<" if number else None,
        amount_to_pay=whole(amount) if amount is not None else None,
        payment_date=day(due) if due else None,
    )


def _list_receipt(payload: etree._Element) -> Receipt | None:
    number = _text(payload, "a", "AngivelseKvitteringIdentifikator")
    return Receipt(reference=number) if number else None


def _entries(payload: etree._Element) -> list[CalendarEntry]:
    return [
        CalendarEntry(
            frequency_code=str(whole(_text(frequency, "n", "AngivelseFrekvensTypeCode") or "0")),
            due_date=day(_text(entry, "n", "AngivelseFristKalenderFristDato") or ""),
            payment_date=_day(entry, "AngivelseFristKalenderBetalingDato"),
            valid_from=_day(frequency, "AngivelseFrekvensForholdGyldigFraDate"),
            valid_to=_day(frequency, "AngivelseFrekvensForholdGyldigTilDate"),
        )
        for frequency in payload.iter(_name("ws", "AngivelseFrekvens"))
        for entry in frequency.iter(_name("ws", "AngivelseBetalingFristDato"))
    ]


def _codes(payload: etree._Element, kind: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            str(whole(_text(one, "k", f"{kind}Identifikator") or "0")),
            _text(one, "k", f"{kind}Tekst") or "",
        )
        for one in payload.iter(_name("k", f"{kind}Struktur"))
    )


def _root(prefix: str, name: str) -> etree._Element:
    used = ("svc", "lws", "k", "v", "a", "l", "i", "t", "e", "c", "f", "u")
    prefixes = used if prefix == "svc" else ("ws", "k", "v", "n")
    return etree.Element(_name(prefix, name), nsmap={one: PREFIXES[one] for one in prefixes})


def _context(root: etree._Element, transaction_id: str, now: datetime) -> None:
    about = _add(root, "k", "HovedOplysninger")
    _add(about, "k", "TransaktionIdentifikator", transaction_id)
    _add(about, "k", "TransaktionTid", _moment(now))


def _add(parent: etree._Element, prefix: str, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, _name(prefix, name))
    element.text = text
    return element


def _text(element: etree._Element, prefix: str, name: str) -> str | None:
    found = next(element.iter(_name(prefix, name)), None)
    return None if found is None else (found.text or "").strip()


def _day(element: etree._Element, name: str) -> date | None:
    text = _text(element, "n", name)
    return day(text) if text else None


def _name(prefix: str, name: str) -> str:
    return f"{{{PREFIXES[prefix]}}}{name}"


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
