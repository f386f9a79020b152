"""VAT periods and their due dates, as the authority reckons them.

They are reckoned here once more, apart from the reporting calendar: an authority does not ask
its clients when they are due.

Belongs here: days. Does not: which company files how often (`register`).

Source: momsloven § 57.
"""

from datetime import date, timedelta
from functools import cache

import holidays

CODES = {"month": 7, "quarter": 8, "half_year": 9}
"""How often VAT is filed → the tax agency's code for it."""
MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
YEARS = range(1900, 9000)
"""Years a period may be in: those around which days can be reckoned."""
_SEARCHED = 10
"""Years one question about due dates may be over, at most: our own choice."""


def law_due_date(frequency: str, end: date) -> date:
    """When a period ending `end` is due by law, moved past weekends and holidays.

    >>> law_due_date("month", date(2026, 3, 31)), law_due_date("month", date(2026, 6, 30))
    (datetime.date(2026, 4, 27), datetime.date(2026, 8, 17))
    """
    if frequency == "month":
        following = end + timedelta(days=1)
        due = date(end.year, 8, 17) if end.month == 6 else following.replace(day=25)
    else:
        months = end.month + 3
        due = date(end.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)
    closed = _holidays()
    while due.weekday() >= 5 or due in closed:
        due += timedelta(days=1)
    return due


@cache
def _holidays() -> "holidays.HolidayBase":
    return holidays.country_holidays("DK")


def is_period(frequency: str, start: date, end: date) -> bool:
    """Whether those days are one period of that frequency, of a year that a company may be in."""
    months = MONTHS[frequency]
    return (
        start.year in YEARS
        and start.day == 1
        and (start.month - 1) % months == 0
        and end == add_months(start, months) - timedelta(days=1)
    )


def is_list_period(start: date, end: date) -> bool:
    """Whether an EU sales list may cover that period: a month or a quarter."""
    return is_period("month", start, end) or is_period("quarter", start, end)


def is_searched(first: date, last: date) -> bool:
    """Whether due dates may be asked for from `first` to `last`."""
    is_in_order = first <= last and first.year in YEARS
    return is_in_order and last.year - first.year <= _SEARCHED


def period_ends(frequency: str, first: date, last: date) -> list[date]:
    """Last days of the periods, from the one `first` is in, that end by `last`."""
    months = MONTHS[frequency]
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    ends = []
    while (following := add_months(start, months)) - timedelta(days=1) <= last:
        ends.append(following - timedelta(days=1))
        start = following
    return ends


def add_months(day: date, months: int) -> date:
    """The first day of the month `months` after that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
