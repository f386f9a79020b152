"""Whose a message is, and of which days, by what it says itself: kept where it is refused.

It is what the sender claims. It is read only of a message whose signature holds, and of one that
breaks its schema as well; what is not a number or a day is left out.

Belongs here: reading a message's company and period. Does not: whether the sender may file for it.
"""

import re
from datetime import date

from lxml import etree

from assets.authority.service.register import Register
from assets.authority.service.store_rows import Whose
from assets.deliveries.skat_schemas import PREFIXES

_SE_NUMBER = re.compile(r"[0-9]{8}")
_FILER = (("v", "VirksomhedSENummerIdentifikator"), ("t", "AngiverSEnummerIdentifikator"))
_FIRST = (("n", "AngivelsePeriodeFraDato"), ("f", "StartDate"))
_LAST = (("n", "AngivelsePeriodeTilDato"), ("u", "EndDate"))


def said(payload: etree._Element, register: Register) -> Whose:
    """The SE number and period that stand in a message, and the CVR number registered for it."""
    number = _said(payload, _FILER)
    se_number = number if _SE_NUMBER.fullmatch(number) else None
    company = register.company(se_number) if se_number else None
    start, end = _day(_said(payload, _FIRST)), _day(_said(payload, _LAST))
    return Whose(company.cvr if company else None, se_number, start, end)


def _said(payload: etree._Element, names: tuple[tuple[str, str], ...]) -> str:
    """The text of the first element of one of those names; empty when there is none."""
    found = payload.iter(*(f"{{{PREFIXES[prefix]}}}{name}" for prefix, name in names))
    return next(((one.text or "").strip() for one in found), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
