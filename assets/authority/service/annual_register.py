"""When an annual report is due; and a company that files them, as a sandbox is told of it.

The due date is reckoned here once more, apart from the reporting calendar: an authority does
not ask its clients when they are due.

Belongs here: the day. Does not: which companies there are (`register`), what was filed.

Source: årsregnskabsloven § 138 stk. 1 and 5, § 153.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

MONTHS = 6
MONTHS_CLASS_D = 4


@dataclass(frozen=True, slots=True)
class AnnualCompany:
    """One company that files annual reports with a sandbox; `senders`: the organisations it
    gives a mandate to, the sandbox's own sender when empty.
    """

    cvr: str
    name: str
    senders: tuple[str, ...] = ()


def due_date(year_end: date, *, is_class_d: bool = False) -> date:
    """The last day a report of the year that ended `year_end` is in time.

    >>> due_date(date(2025, 12, 31)), due_date(date(2026, 2, 28)), due_date(date(2025, 6, 30))
    (datetime.date(2026, 6, 30), datetime.date(2026, 8, 31), datetime.date(2026, 1, 2))
    """
    index = year_end.year * 12 + year_end.month - 1 + (MONTHS_CLASS_D if is_class_d else MONTHS)
    year, month = index // 12, index % 12 + 1
    last = calendar.monthrange(year, month)[1]
    is_last = year_end.day == calendar.monthrange(year_end.year, year_end.month)[1]
    due = date(year, month, last if is_last else min(year_end.day, last))
    while due.weekday() >= 5 or due in _holidays() or (due.month, due.day) in _CLOSED:
        due += timedelta(days=1)
    return due


_CLOSED = {(6, 5), (12, 24), (12, 31)}
"""Constitution Day, Christmas Eve, New Year's Eve. Source: § 153 stk. 5."""


@cache
def _holidays() -> "holidays.HolidayBase":
    return holidays.country_holidays("DK")
