"""Values out of UBL elements: texts, exact numbers, parties with their identifiers.

Belongs here: one element at a time. Does not: what a document is made of
(`reader`).

Source: UBL 2.1 (OASIS) common basic and aggregate components.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assets.sources.parts.einvoice.document import Identifier, Party
from assets.sources.row_batches import is_money, number

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {
    "a": f"{UBL}CommonAggregateComponents-2",
    "b": f"{UBL}CommonBasicComponents-2",
}
AGGREGATE, BASIC = (f"{{{NS[prefix]}}}" for prefix in "ab")
# The VAT scheme: UN/ECE 5153 in EN 16931, urn:oioubl:id:taxschemeid in OIOUBL.
VAT_SCHEMES = frozenset({"VAT", "63"})

Odd = list[tuple[str, int, str]]
"""What is noticed while reading: kind, line in the file, what is wrong."""


def party(element: Any) -> Party:
    """The party of a Party element; one without name and numbers where there is none."""
    if element is None:
        return Party("", None, ())
    country = text(element, "a:PostalAddress/a:Country/b:IdentificationCode")
    name = (
        text(element, "a:PartyLegalEntity/b:RegistrationName")
        or text(element, "a:PartyName/b:Name")
        or ""
    )
    return Party(name, country.upper() if country else None, tuple(_identifiers(element)))


def _identifiers(element: Any) -> Iterator[Identifier]:
    places = (
        ("legal", "a:PartyLegalEntity/b:CompanyID"),
        ("tax", "a:PartyTaxScheme"),
        ("party", "a:PartyIdentification/b:ID"),
        ("endpoint", "b:EndpointID"),
    )
    for place, where in places:
        for found in element.iterfind(where, NS):
            told = found
            if place == "tax":
                if (text(found, "a:TaxScheme/b:ID") or "").upper() not in VAT_SCHEMES:
                    continue
                told = found.find("b:CompanyID", NS)
            value = (told.text or "").strip() if told is not None else ""
            if value:
                yield Identifier(place, told.get("schemeID") or "", value)


def text(element: Any, where: str) -> str | None:
    """The stripped text at a path below `element`, None when absent or blank."""
    found = element.find(where, NS)
    told = found.text if found is not None else None
    return (told.strip() or None) if told is not None else None


def attribute(element: Any, where: str, name: str) -> str | None:
    """An attribute of the element at a path, None when either is absent."""
    found = element.find(where, NS)
    return found.get(name) if found is not None else None


def decimal(element: Any, where: str, odd: Odd) -> Decimal | None:
    """A number; one that is none is noted and counts as missing."""
    told = text(element, where)
    if told is None:
        return None
    try:
        return number(told)
    except ValueError:
        wrong = f"a {where.rpartition(':')[2]} of {told!r}, which is no number"
        odd.append(("amount", element.sourceline, wrong))
        return None


def amount(element: Any, where: str, odd: Odd) -> Decimal | None:
    """Money: a number with at most two decimals."""
    value = decimal(element, where, odd)
    if value is not None and not is_money(value):
        wrong = f"a {where.rpartition(':')[2]} of {value}, expected at most two decimals"
        odd.append(("amount", element.sourceline, wrong))
        return round(value, 2)
    return value


def percent_of(element: Any, odd: Odd) -> Decimal | None:
    """The Percent below `element`; one that is no rate of VAT is noted and counts as missing."""
    value = decimal(element, "b:Percent", odd)
    if value is None or 0 <= value <= 100:
        return value
    odd.append(("amount", element.sourceline, f"a Percent of {value}, expected 0 to 100"))
    return None
