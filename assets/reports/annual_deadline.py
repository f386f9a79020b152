"""When an annual report must have been received, and how the Act counts days and months.

The Act counts and moves deadlines by its own rules (§ 153), which are not those
of the tax laws: Constitution Day, 24 and 31 December move a deadline too.

Belongs here: counting, holidays, due dates by company class, what is due. Does
not: what follows when the day has passed (`annual_reminder`) or the fiscal years
themselves (`fiscal_year`).

Source: årsregnskabsloven §§ 138, 153. Deadlines are rows of
`warehouse/data/annual_deadline.csv`.
"""

import calendar as month_calendar
import csv
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from assets.reports import fiscal_year
from assets.reports.calendar import Obligation
from assets.workspace import AnnualSettings, Company
from warehouse import standards
from warehouse.errors import PermanentError

_ANNUAL_REPORT = "annual_report"
FREQUENCY = "year"
_DAY = timedelta(days=1)
_MOVED = {(6, 5), (12, 24), (12, 31)}
"""Constitution Day, Christmas Eve, New Year's Eve: § 153 stk. 5."""


def obligations(companies: Iterable[Company], start: date, end: date) -> list[Obligation]:
    """The annual reports of fiscal years whose last day lies in `start`…`end`, both included.

    Years that ended before the first known deadline are left out.

    Raises:
        PermanentError: a company class has no deadline in law.
    """
    return [
        _obligation(company.company_id, company.annual, year)
        for company in companies
        if company.annual is not None
        for year in fiscal_year.ending_in(company.annual, start, end)
        if year[1] >= _known_from(company.annual.company_class)
    ]


def _obligation(company_id: str, annual: AnnualSettings, year: fiscal_year.Year) -> Obligation:
    return Obligation(
        company_id=company_id,
        report_type=_ANNUAL_REPORT,
        period_start=year[0],
        period_end=year[1],
        frequency=FREQUENCY,
        due_date=due_date(annual.company_class, year[1]),
        payment_date=None,
        origin="law",
    )


def due_date(company_class: str, year_end: date) -> date:
    """The last day on which the report of the year that ended on `year_end` is received in time.

    >>> due_date("B", date(2025, 12, 31)), due_date("D", date(2025, 12, 31))
    (datetime.date(2026, 6, 30), datetime.date(2026, 4, 30))
    >>> due_date("B", date(2026, 6, 30))  # 31 December moves past New Year's Day and a weekend
    datetime.date(2027, 1, 4)

    Raises:
        PermanentError: no row of law holds for the class and day.
    """
    for row in _rows():
        valid = row["valid_from"] <= year_end.isoformat() <= (row["valid_to"] or "9999")
        if row["company_class"] == company_class and valid:
            return moved(months_after(year_end, int(row["months"])))
    raise PermanentError(
        f"No deadline is known for the annual report of class {company_class} for the year ending "
        f"{year_end}. Correct annual_report.class in indberet.toml, or add a row with its legal "
        "source to warehouse/data/annual_deadline.csv."
    )


def months_after(day: date, months: int) -> date:
    """The day a deadline of `months` after `day` expires on, before it is moved.

    The same day of the month; from the last day of a month, or where the month has
    no such day, its last day.

    >>> months_after(date(2026, 2, 28), 6), months_after(date(2026, 3, 15), 4)
    (datetime.date(2026, 8, 31), datetime.date(2026, 7, 15))
    >>> months_after(date(2025, 10, 30), 4)
    datetime.date(2026, 2, 28)

    Source: årsregnskabsloven § 153 stk. 3.
    """
    month = day.month - 1 + months
    year, number = day.year + month // 12, month % 12 + 1
    last = month_calendar.monthrange(year, number)[1]
    is_last = (day + _DAY).month != day.month
    return date(year, number, last if is_last else min(day.day, last))


def moved(day: date) -> date:
    """`day`, or the next working day where a deadline may not expire on it.

    >>> moved(date(2026, 6, 5)), moved(date(2026, 12, 24)), moved(date(2024, 6, 30))
    (datetime.date(2026, 6, 8), datetime.date(2026, 12, 28), datetime.date(2024, 7, 1))

    Source: årsregnskabsloven § 153 stk. 5: weekend, public holiday, Constitution Day,
    24 and 31 December. Great prayer day is none from 2024 (lov 214/2023, not in our stored
    sources).
    """
    while not is_working_day(day):
        day += _DAY
    return day


def working_days_after(day: date, days: int) -> date:
    """The last of `days` working days, counted from the day after `day`.

    >>> working_days_after(date(2026, 7, 1), 8)
    datetime.date(2026, 7, 13)

    The Act does not say what a hverdag is; a day on which § 153 stk. 5 lets no deadline
    expire is taken for none.

    Source: årsregnskabsloven § 150 stk. 2 (hverdage), § 153 stk. 1.
    """
    for _ in range(days):
        day = moved(day + _DAY)
    return day


def is_working_day(day: date) -> bool:
    """Whether a deadline of the Act may expire on `day`."""
    return (
        day.weekday() < 5
        and (day.month, day.day) not in _MOVED
        and day not in _public_holidays(day.year)
    )


@cache
def _public_holidays(year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - loaded only where dates are computed

    return frozenset(holidays.country_holidays("DK", years=year))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (standards.DATA / "annual_deadline.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _known_from(company_class: str) -> date:
    """The first year end whose deadline is known for the class."""
    days = [
        date.fromisoformat(row["valid_from"])
        for row in _rows()
        if row["company_class"] == company_class
    ]
    return min(days, default=date.min)
