"""Which fiscal years a company has: twelve months each, but for the odd ones the settings name.

Belongs here: the years and their last days. Does not: when their report is due
(`annual_deadline`) or what the ledger says of its years (`quality.rules`).

Source: årsregnskabsloven § 15.
"""

import calendar as month_calendar
from collections.abc import Iterator
from datetime import date, timedelta

from assets.workspace import AnnualSettings

Year = tuple[date, date]
"""First and last day of a fiscal year, both included."""

_DAY = timedelta(days=1)


def ending_in(annual: AnnualSettings, start: date, end: date) -> list[Year]:
    """The fiscal years whose last day lies in `start`…`end`, both included, oldest first.

    >>> years = ending_in(AnnualSettings("B", (6, 30)), date(2025, 1, 1), date(2026, 12, 31))
    >>> [f"{first}/{last}" for first, last in years]
    ['2024-07-01/2025-06-30', '2025-07-01/2026-06-30']
    """
    found = [year for year in _all(annual, start, end) if start <= year[1] <= end]
    return sorted(year for year in found if annual.first_day is None or year[0] >= annual.first_day)


def holding(annual: AnnualSettings, day: date) -> Year | None:
    """The fiscal year `day` lies in; None before the first one."""
    for first, last in ending_in(annual, day, day + 2 * timedelta(days=366)):
        if first <= day <= last:
            return first, last
    return None


def year_ends(annual: AnnualSettings) -> list[tuple[date, tuple[int, int]]]:
    """The month and day on which regular years end, each with the day it holds from.

    An odd year that is not the first one is a change: years before it end where it begins.
    """
    odd = sorted(annual.odd_years)
    if not odd:
        return [(date.min, annual.year_end)]
    before = odd[0][0] - _DAY
    ends = [(date.min, (before.month, before.day))]
    return ends + [(last + _DAY, (last.month, last.day)) for _, last in odd]


def is_same_day(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two (month, day) end the same fiscal year; 28 and 29 February do.

    >>> is_same_day((2, 28), (2, 29)), is_same_day((6, 30), (12, 31))
    (True, False)
    """
    return _named(one) == _named(other)


def _named(day: tuple[int, int]) -> tuple[int, int]:
    return (2, 28) if day == (2, 29) else day


def _all(annual: AnnualSettings, start: date, end: date) -> Iterator[Year]:
    """Odd years as they are, and the regular ones between and around them."""
    odd = sorted(annual.odd_years)
    yield from odd
    ends = year_ends(annual)
    borders = [*(first for first, _ in odd), date.max]
    for (since, year_end), border in zip(ends, borders, strict=True):
        for year in range(start.year - 1, end.year + 1):
            last = _on(year, year_end)
            first = _on(year - 1, year_end) + _DAY
            if since <= first and last < border:
                yield first, last


def _on(year: int, day: tuple[int, int]) -> date:
    """That day of `year`; the last of February is the 28th or the 29th."""
    month, number = _named(day)
    if (month, number) == (2, 28):
        return date(year, 2, month_calendar.monthrange(year, 2)[1])
    return date(year, month, number)
