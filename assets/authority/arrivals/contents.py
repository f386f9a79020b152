"""One report's bytes as rows; or, where they cannot be had as such, why and what to do.

Belongs here: reading one report and holding it against its envelope. Does not: annual reports'
facts (`assets.intake` reads those) or keeping anything.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from assets.deliveries.skat_schemas import VAT, day, parse, whole
from assets.filings import eu_sales_list, vat_return
from warehouse.errors import PermanentError

if TYPE_CHECKING:
    from assets.authority.service.reading import Received

MISSING = "arrival-bytes-missing"
UNREADABLE = "arrival-unreadable"
MISMATCH = "arrival-not-what-it-says"
_FIELDS = frozenset(vat_return.FIELDS)
_SE, _FROM, _TO = (
    "VirksomhedSENummerIdentifikator",
    "AngivelsePeriodeFraDato",
    "AngivelsePeriodeTilDato",
)
_READ_AGAIN = (
    "Compare it with the sender's copy; when it can be read, run `indberet authority run --again`."
)


@dataclass(frozen=True, slots=True)
class Poisoned:
    """Why a report cannot be brought into the tables."""

    rule: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What one report says, in rows without their key.

    `amounts`: field, whole kroner, of a VAT return. `sales`: country, VAT number, goods,
    triangular, services, of an EU list, in its order. `is_zero`: no amount at all; None where
    that is not asked (annual reports, what was refused at the door).
    """

    filing_id: str
    byte_count: int
    amounts: tuple[tuple[str, int], ...] = ()
    sales: tuple[tuple[str, str, int, int, int], ...] = ()
    is_zero: bool | None = field(default=None)


def read(received: "Received", *, is_refused: bool) -> Contents | Poisoned:
    """The contents of one report; what was refused at the door is kept by its hash alone."""
    content = received.content
    reader = None if is_refused else _READERS.get(received.report_type)
    if reader is None:
        return unread(received)
    try:
        return reader(received, hashlib.sha256(content).hexdigest())
    except (PermanentError, ValueError, KeyError) as error:
        said = str(error).rstrip(".")
        return Poisoned(
            UNREADABLE,
            f"{received.report_type} {received.filing_key} ({len(content):,} bytes) cannot be "
            f"read: {said}.",
            _READ_AGAIN,
        )


def unread(received: "Received") -> Contents:
    """What is kept of a poisoned report: that it came, and its bytes' hash."""
    content = received.content
    return Contents(hashlib.sha256(content).hexdigest(), len(content))


def missing(report_type: str, filing_key: str) -> Poisoned:
    """What is said of a report whose bytes the service does not give."""
    return Poisoned(
        MISSING,
        f"The receiving service tells of {report_type} {filing_key}, but gives no bytes for it.",
        "Restore authority.sqlite from its copy, then run `indberet authority run --again`.",
    )


def _vat_return(received: "Received", filing_id: str) -> Contents | Poisoned:
    filed = _quickly(received.content) or vat_return.read(received.content)
    told = (filed.se_number, filed.period_start, filed.period_end)
    envelope = (received.se_number, received.period_start, received.period_end)
    if told != envelope:
        return _mismatch(received, told, envelope)
    amounts = tuple(sorted(filed.amounts.items()))
    is_zero = not any(filed.amounts.values())
    return Contents(filing_id, len(received.content), amounts=amounts, is_zero=is_zero)


def _quickly(content: bytes) -> vat_return.VatReturn | None:
    """A return of the plainest form, read without its schema: ten times as fast.

    None for anything out of the ordinary, which is then read, or refused, by the schema.
    """
    root = parse(content)
    if root.tag != f"{{{VAT}}}Angivelse":
        return None
    texts: dict[str, str] = {}
    for one in root.iter(etree.Element):
        if len(one):
            continue
        name = etree.QName(one).localname
        if name in texts or not one.text or one.attrib:
            return None
        texts[name] = one.text
    amounts = {name: text for name, text in texts.items() if name in _FIELDS}
    if texts.keys() - amounts.keys() != {_SE, _FROM, _TO} or vat_return.TOTAL not in amounts:
        return None
    return vat_return.VatReturn(
        texts[_SE],
        day(texts[_FROM]),
        day(texts[_TO]),
        {name: whole(text) for name, text in amounts.items()},
    )


def _eu_sales_list(received: "Received", filing_id: str) -> Contents | Poisoned:
    listed = eu_sales_list.read(received.content)
    told, envelope = (
        (listed.se_number, listed.period_end),
        (received.se_number, received.period_end),
    )
    if told != envelope:
        return _mismatch(received, told, envelope)
    sales = tuple(
        (one.country, one.vat_number, one.goods, one.triangular, one.services)
        for one in listed.buyers
    )
    is_zero = not any(any(row[2:]) for row in sales)
    return Contents(filing_id, len(received.content), sales=sales, is_zero=is_zero)


def _mismatch(
    received: "Received", told: tuple[object, ...], envelope: tuple[object, ...]
) -> Poisoned:
    said, expected = (" ".join(map(str, one)) for one in (told, envelope))
    return Poisoned(
        MISMATCH,
        f"{received.report_type} {received.filing_key} was received for {expected}, but its bytes "
        f"are of {said}.",
        _READ_AGAIN,
    )


_READERS: dict[str, Callable[["Received", str], Contents | Poisoned]] = {
    "vat_return": _vat_return,
    "eu_sales_list": _eu_sales_list,
}
