"""A SAF-T file's header: whose books, which version, which period was selected.

Belongs here: `Header` and its reading. Does not: master files and entries.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assets.sources import safe_xml
from assets.sources.parts.saft.dialect import Dialect, check_version, of_root
from assets.sources.row_batches import iso_date
from warehouse.errors import SourceError


@dataclass(frozen=True, slots=True)
class Header:
    """`start` and `end` are the selected period, None where it is not told;
    `by_period_number` says that they were worked out from period numbers read as
    calendar months, because the file gives no dates.
    """

    dialect: Dialect
    version: str
    created: str
    registration_number: str
    name: str
    vat_number: str | None
    country: str
    currency: str
    start: date | None
    end: date | None
    by_period_number: bool

    @property
    def is_year(self) -> bool:
        """Whether the selection is a whole year."""
        if self.start is None or self.end is None:
            return False
        return (self.end - self.start).days in (364, 365)


def read(path: Path) -> Header:
    """The header of the file at `path`.

    Raises `SourceError` for anything but a SAF-T Financial file we know.
    """
    dialect = of_root(path, safe_xml.root(path).tag)
    tag = f"{{{dialect.namespace}}}Header"
    for element in safe_xml.elements(path, [tag]):
        return _parse(path, dialect, element)
    raise SourceError(
        f"Reading {path}: expected a Header element, found none. "
        "Export it again from the bookkeeping system."
    )


def text_of(element: Any, dialect: Dialect, path: str) -> str | None:
    """The stripped text at a path of local names, None when absent or blank."""
    found = element.find("/".join(f"{{{dialect.namespace}}}{part}" for part in path.split("/")))
    text = found.text if found is not None else None
    return text.strip() or None if text is not None else None


def _parse(path: Path, dialect: Dialect, element: Any) -> Header:
    def told(where: str) -> str | None:
        return text_of(element, dialect, where)

    version = told("AuditFileVersion") or ""
    check_version(path, dialect, version)
    name, currency = told("Company/Name"), told("DefaultCurrencyCode")
    number = told("Company/RegistrationNumber") or told("Company/CVR")
    for what, value in (
        ("Company/RegistrationNumber", number),
        ("Company/Name", name),
        ("DefaultCurrencyCode", currency),
    ):
        if value is None:
            raise SourceError(
                f"Reading {path}:{element.sourceline}: the header's {what} is missing. "
                "Complete the company's details in the bookkeeping system and export again."
            )
    assert number is not None
    assert name is not None
    assert currency is not None
    start, end, by_number = _selection(element, dialect)
    return Header(
        dialect,
        version,
        told("AuditFileDateCreated") or "",
        number,
        name,
        told("Company/TaxRegistration/TaxRegistrationNumber"),
        told("Company/Address/Country") or told("AuditFileCountry") or dialect.country,
        currency,
        start,
        end,
        by_number,
    )


def _selection(element: Any, dialect: Dialect) -> tuple[date | None, date | None, bool]:
    def told(where: str) -> str | None:
        return text_of(element, dialect, f"SelectionCriteria/{where}")

    start, end = iso_date(told("SelectionStartDate")), iso_date(told("SelectionEndDate"))
    if start is not None and end is not None:
        return start, end, False
    first = _month(told("PeriodStartYear"), told("PeriodStart"))
    last = _month(told("PeriodEndYear"), told("PeriodEnd"))
    if first is None or last is None:
        return None, None, False
    return first, (last + timedelta(days=31)).replace(day=1) - timedelta(days=1), True


def _month(year: str | None, period: str | None) -> date | None:
    try:
        return date(int(year or ""), min(int(period or ""), 12), 1)
    except ValueError:
        return None
