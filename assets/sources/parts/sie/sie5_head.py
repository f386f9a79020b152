"""The head of a SIE 5 file: whose it is, and for which years.

Belongs here: FileInfo. Does not: accounts and vouchers (`sie5_reader`).
"""

from datetime import date, timedelta
from typing import Any

from assets.sources import safe_xml
from assets.sources.row_batches import iso_date
from assets.sources.source_files import SourceFile
from warehouse.errors import SourceError

N = "{http://www.sie.se/sie5}"
_ROOTS = (f"{N}Sie", f"{N}SieEntry")
# Documents are embedded in the file as base64, one value each.
LIMITS = safe_xml.Limits(text=64 << 20)


def info(file: SourceFile) -> Any:
    """The FileInfo element. Raises `SourceError`: no SIE 5 file, or none in it."""
    root = safe_xml.root(file.path).tag
    if root not in _ROOTS:
        raise SourceError(
            f"Reading {file.path}: the root element is {root}, which is no SIE 5 file. "
            f"Known: {', '.join(_ROOTS)}. Export SIE 5, or use another `system` for this file."
        )
    for element in safe_xml.elements(file.path, [N + "FileInfo"], LIMITS):
        return element
    raise SourceError(
        f"Reading {file.path}: expected a FileInfo element, found none. "
        "Export it again from the bookkeeping system."
    )


def company(file: SourceFile, info: Any) -> Any:
    """The company's attributes. Raises `SourceError` when none is told."""
    company = info.find(N + "Company")
    if company is None:
        raise SourceError(
            f"Reading {file.path}:{info.sourceline}: expected a Company element, found none. "
            "Export it again from the bookkeeping system."
        )
    return company.attrib


def years(info: Any) -> list[tuple[date, date, Any]]:
    """Start, end and attributes of each fiscal year that has both."""
    years = []
    for year in info.iterfind(f"{N}FiscalYears/{N}FiscalYear"):
        start, end = first_day(year.get("start")), last_day(year.get("end"))
        if start is not None and end is not None:
            years.append((start, end, year.attrib))
    return years


def first_day(month: str | None) -> date | None:
    """Of a month yyyy-mm; None for anything else."""
    return iso_date(f"{month[:7]}-01") if month else None


def last_day(month: str | None) -> date | None:
    """Of a month yyyy-mm; None for anything else."""
    first = first_day(month)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if first else None
