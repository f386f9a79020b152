"""What is due when: obligations computed from rows of law.

Deadlines are rows of `warehouse/data/deadline_rule.csv` with validity dates;
next year's rule is a row.

Belongs here: periods, due dates, holidays, how long a return can be corrected.
Does not: the authority's own dates (`authority_calendar`) or keeping obligations
(`assets.deliveries.obligations`).

Source: momsloven §§ 54, 57; opkrævningsloven § 2 stk. 3 (next weekday), stk. 4 (payment
the same day).
"""

import calendar as month_calendar
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from warehouse import standards
from warehouse.errors import PermanentError

MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
"""Length of a period by frequency."""

CORRECTION_YEARS = 3


@dataclass(frozen=True, slots=True)
class Registration:
    """How often a company reports, from `valid_from` to `valid_to`, both included."""

    frequency: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """One report due from one company for one period; columns as in `warehouse.tables`.

    `frequency`: month, quarter or half_year. `origin`: law or authority.
    """

    company_id: str
    report_type: str
    period_start: date
    period_end: date
    frequency: str
    due_date: date
    payment_date: date | None
    origin: str


@dataclass(frozen=True, slots=True)
class _Rule:
    months_after: int
    day: int
    has_payment: bool


def obligations(
    companies: Iterable[tuple[str, Sequence[Registration]]],
    start: date,
    end: date,
    report_type: str = "vat_return",
) -> list[Obligation]:
    """What is due for periods whose last day lies in `start`…`end`, both included.

    A period is cut where a registration begins or ends in the middle of it; its
    deadline stays that of the whole period. Periods before the first known
    deadline are left out: they are past correction, and old books are still checked.

    Raises:
        PermanentError: a frequency has no deadline in law.
    """
    return [
        _obligation(company_id, report_type, registration, *period)
        for company_id, registrations in companies
        for registration in sorted(registrations, key=lambda r: r.valid_from)
        for period in _periods(registration, start, end)
        if period[1] >= _known_from(report_type, registration.frequency)
    ]


def _obligation(
    company_id: str, report_type: str, registration: Registration, first: date, last: date
) -> Obligation:
    whole = period_of(registration.frequency, last)
    due = due_date(report_type, registration.frequency, whole[1])
    rule = _rule(report_type, registration.frequency, whole[1])
    return Obligation(
        company_id=company_id,
        report_type=report_type,
        period_start=first,
        period_end=last,
        frequency=registration.frequency,
        due_date=due,
        payment_date=due if rule.has_payment else None,
        origin="law",
    )


def _periods(registration: Registration, start: date, end: date) -> Iterable[tuple[date, date]]:
    """The registration's periods, cut to its validity, that end in `start`…`end`."""
    if registration.frequency not in MONTHS:
        raise PermanentError(
            f"Cannot compute deadlines for frequency '{registration.frequency}'. "
            f"Known frequencies: {', '.join(MONTHS)}. Correct it in indberet.toml."
        )
    day = max(start, registration.valid_from)
    until = registration.valid_to or date.max
    while day <= min(end, until):
        first, last = period_of(registration.frequency, day)
        first, last = max(first, registration.valid_from), min(last, until)
        if start <= last <= end:
            yield first, last
        day = period_of(registration.frequency, day)[1] + timedelta(days=1)


def period_of(frequency: str, day: date) -> tuple[date, date]:
    """First and last day of the period of `frequency` that holds `day`.

    >>> period_of("half_year", date(2026, 8, 5))
    (datetime.date(2026, 7, 1), datetime.date(2026, 12, 31))
    """
    length = MONTHS[frequency]
    first_month = (day.month - 1) // length * length + 1
    last_month = first_month + length - 1
    return date(day.year, first_month, 1), _last_day(day.year, last_month)


def due_date(report_type: str, frequency: str, period_end: date) -> date:
    """Last day to file for the period that ends on `period_end`.

    >>> due_date("vat_return", "month", date(2026, 6, 30))
    datetime.date(2026, 8, 17)

    Source: momsloven § 57 stk. 2-4; a Saturday, Sunday or public holiday moves it
    to the next weekday (opkrævningsloven § 2 stk. 3).
    """
    rule = _rule(report_type, frequency, period_end)
    month = period_end.month - 1 + rule.months_after
    return next_working_day(date(period_end.year + month // 12, month % 12 + 1, rule.day))


def next_working_day(day: date) -> date:
    """`day`, or the next that is no Saturday, Sunday or Danish public holiday.

    Public holidays are those of the law on holidays (Great Prayer Day until
    2023). Constitution Day, 24 and 31 December are none for tax.

    >>> next_working_day(date(2026, 12, 25))
    datetime.date(2026, 12, 28)
    """
    while day.weekday() >= 5 or day in _holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - loaded only where dates are computed

    return frozenset(holidays.country_holidays("DK", years=year))


@cache
def _rule_rows() -> tuple[dict[str, str], ...]:
    with (standards.DATA / "deadline_rule.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _known_from(report_type: str, frequency: str) -> date:
    """The day from which deadlines of this report and frequency are known."""
    days = [
        date.fromisoformat(row["valid_from"])
        for row in _rule_rows()
        if (row["report_type"], row["frequency"]) == (report_type, frequency)
    ]
    return min(days, default=date.min)


@cache
def _rule(report_type: str, frequency: str, period_end: date) -> _Rule:
    """The deadline row in force for a period; one for its very month goes first."""
    rows = [
        row
        for row in _rule_rows()
        if (row["report_type"], row["frequency"]) == (report_type, frequency)
        and row["period_end_month"] in {"", str(period_end.month)}
        and row["valid_from"] <= period_end.isoformat() <= (row["valid_to"] or "9999")
    ]
    if not rows:
        raise PermanentError(
            f"No deadline is known for {report_type} by {frequency} for the period ending "
            f"{period_end}. Choose another frequency, or add a row with its legal source to "
            "warehouse/data/deadline_rule.csv."
        )
    row = max(rows, key=lambda row: row["period_end_month"] != "")
    return _Rule(int(row["months_after"]), int(row["day"]), row["has_payment"] == "yes")


def correctable_until(due: date) -> date:
    """Last day on which a return that was due on `due` can be corrected by itself.

    >>> correctable_until(date(2024, 2, 29))
    datetime.date(2027, 2, 28)

    `due` is the deadline as moved past weekends and holidays.

    Source: skatteforvaltningsloven § 31: three years after the filing deadline
    (counted from the moved one: info.skat.dk oid=1977067); the delivery service
    refuses older periods with code 4804.
    """
    year = due.year + CORRECTION_YEARS
    return date(year, due.month, min(due.day, _last_day(year, due.month).day))


def is_correctable(due: date, today: date) -> bool:
    """Whether a return that was due on `due` can still be corrected on `today`."""
    return today <= correctable_until(due)


def _last_day(year: int, month: int) -> date:
    return date(year, month, month_calendar.monthrange(year, month)[1])
