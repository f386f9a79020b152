"""The periods that any company may owe a report for, with the day each is due by law.

A nation's companies share few kinds of duty, so the days are reckoned once for each kind and
joined to the companies in SQL (`duties.sql`).

Belongs here: kinds of duty to periods, and what the law says of a missing return. Does not: the
law's days (`assets.reports.calendar`, `assets.reports.annual_deadline`), or any company.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from assets.reports import annual_deadline, calendar
from warehouse import standards
from warehouse.errors import PermanentError

ANNUAL = "annual_report"
CALENDAR_YEAR = "12-31"
"""The fiscal year of a company whose register says nothing (årsregnskabsloven § 15 leaves it
free; most have it)."""
_CLASS = {"A": "B", "B": "B", "C": "C-large", "D": "D"}
"""The register's classes as the deadlines are told by; class A files of its own will, as B."""
_DAY = timedelta(days=1)

Kind = tuple[str, str, str | None, str | None]
"""Report type, frequency, last day of the fiscal year (MM-DD) and class, as registered."""
SCHEMA = pa.schema(
    [("report_type", pa.string()), ("frequency", pa.string()), ("year_end", pa.string()),
     ("company_class", pa.string()), ("first_day", pa.date32()), ("last_day", pa.date32()),
     ("due_date", pa.date32())]
)  # fmt: skip


def table(kinds: Iterable[Kind], since: date, as_of: date) -> tuple[pa.Table, list[Kind]]:
    """The periods of each kind that end on `since` or later and have begun on `as_of`; and the
    kinds the law knows no day for, whose duties cannot be followed.
    """
    rows, unknown = [], []
    for kind in kinds:
        try:
            rows += [(*kind, *period) for period in _periods(kind, since, as_of)]
        except (PermanentError, KeyError, ValueError):
            unknown.append(kind)
    columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(one, f.type) for one, f in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA), unknown


def _periods(kind: Kind, since: date, as_of: date) -> Iterator[tuple[date, date, date]]:
    report_type, frequency, year_end, company_class = kind
    if report_type == ANNUAL:
        given = _CLASS[(company_class or "B")[0]]
        for first, last in _years(year_end or CALENDAR_YEAR, since, as_of):
            yield first, last, annual_deadline.due_date(given, last)
        return
    day = since
    while day <= as_of:
        first, last = calendar.period_of(frequency, day)
        if first <= as_of:
            yield first, last, calendar.due_date(report_type, frequency, last)
        day = last + _DAY


def _years(year_end: str, since: date, as_of: date) -> Iterator[tuple[date, date]]:
    """Fiscal years of twelve months that end on `since` or later and have begun on `as_of`."""
    last = _end_of(year_end, since.year - 1)
    while last < as_of:
        first, last = last + _DAY, _end_of(year_end, last.year + 1)
        if last >= since and first <= as_of:
            yield first, last


def _end_of(year_end: str, year: int) -> date:
    """The last day of the fiscal year in a calendar year; the end of February moves.

    >>> _end_of("02-28", 2024), _end_of("06-30", 2026)
    (datetime.date(2024, 2, 29), datetime.date(2026, 6, 30))
    """
    month, day = map(int, year_end.split("-"))
    if month == 2 and day >= 28:
        return date(year, 3, 1) - _DAY
    return date(year, month, day)


@cache
def assessment() -> pa.Table:
    """What follows a missing return: the rows of `provisional_assessment.csv`, typed.

    Source: opkrævningsloven § 4.
    """
    path = standards.DATA / "provisional_assessment.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    whole = ("fee", "days_after", "returns", "periods_in_row")
    columns = {name: pa.array([int(row[name]) for row in rows], pa.int32()) for name in whole}
    days = {
        name: pa.array(
            [date.fromisoformat(row[name]) if row[name] else None for row in rows], pa.date32()
        )
        for name in ("valid_from", "valid_to")
    }
    report_types = pa.array([row["report_type"] for row in rows], pa.string())
    return pa.table({"report_type": report_types, **columns, **days})
