"""What is due when: obligations computed from rows of law, and the authority's own calendar.

Deadlines are rows of `warehouse/data/deadline_rule.csv` with validity dates;
next year's rule is a row. The authority's calendar service names due dates
only, so the period is found from frequency and date; it overrides what we
compute, because it carries extraordinary postponements.

Belongs here: periods, due dates, holidays, how long a return can be corrected.
Does not: keeping obligations (`assets.deliveries.obligations`) or asking the
authority (channels).

Source: momsloven §§ 54, 57; opkrævningsloven § 2 stk. 3 (next weekday), stk. 4 (payment
the same day).
"""

import calendar as month_calendar
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from quality.finding import Finding, Severity
from warehouse import standards
from warehouse.errors import PermanentError

MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
"""Length of a period by frequency."""

_FREQUENCY_BY_CODE = {"7": "month", "8": "quarter", "9": "half_year"}
CORRECTION_YEARS = 3


@dataclass(frozen=True, slots=True)
class Registration:
    """How often a company reports, from `valid_from` to `valid_to`, both included."""

    frequency: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """One report due from one company for one period; columns as in `warehouse.tables`."""

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


class Entry(Protocol):
    """One date of the authority's calendar, as channels hand it over.

    `frequency_code` as published: 7 or 07 month, 8 quarter, 9 half-year.
    """

    @property
    def frequency_code(self) -> str:
        """Code of how often the company reports."""
        ...

    @property
    def due_date(self) -> date:
        """File by this day."""
        ...

    @property
    def payment_date(self) -> date | None:
        """Pay by this day."""
        ...


def obligations(
    companies: Iterable[tuple[str, Sequence[Registration]]],
    start: date,
    end: date,
    report_type: str = "vat_return",
) -> list[Obligation]:
    """What is due for periods whose last day lies in `start`…`end`, both included.

    A period is cut where a registration begins or ends in the middle of it; its
    deadline stays that of the whole period.

    Raises:
        PermanentError: a frequency has no deadline in law, or an old period no rule.
    """
    return [
        _obligation(company_id, report_type, registration, *period)
        for company_id, registrations in companies
        for registration in sorted(registrations, key=lambda r: r.valid_from)
        for period in _periods(registration, start, end)
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
def _rule(report_type: str, frequency: str, period_end: date) -> _Rule:
    """The deadline row in force for a period; one for its very month goes first."""
    with (standards.DATA / "deadline_rule.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
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


def from_authority(
    company_id: str, entries: Iterable[Entry], report_type: str = "vat_return"
) -> tuple[list[Obligation], list[Finding]]:
    """The authority's calendar as obligations, each date with the period it is for.

    A date that is some period's lawful deadline belongs to that period. Any
    other is taken as the postponed deadline of the latest period that was due
    before it and that no other date claims, and a finding says so.
    """
    found: dict[date, Obligation] = {}
    findings: list[Finding] = []
    unusual: list[Entry] = []
    for entry in sorted(entries, key=lambda e: e.due_date):
        frequency = _FREQUENCY_BY_CODE.get(entry.frequency_code.lstrip("0"))
        if frequency is None:
            findings.append(_unknown_frequency(company_id, entry))
            continue
        period = _lawful_period(report_type, frequency, entry.due_date)
        if period is None:
            unusual.append(entry)
        else:
            found[period[1]] = _told(company_id, report_type, entry, frequency, period)
    for entry in unusual:
        frequency = _FREQUENCY_BY_CODE[entry.frequency_code.lstrip("0")]
        period = _postponed_period(report_type, frequency, entry.due_date, set(found))
        found[period[1]] = _told(company_id, report_type, entry, frequency, period)
        findings.append(_postponed(company_id, entry, frequency, period))
    return [found[last] for last in sorted(found)], findings


def _told(
    company_id: str, report_type: str, entry: Entry, frequency: str, period: tuple[date, date]
) -> Obligation:
    return Obligation(
        company_id=company_id,
        report_type=report_type,
        period_start=period[0],
        period_end=period[1],
        frequency=frequency,
        due_date=entry.due_date,
        payment_date=entry.payment_date,
        origin="authority",
    )


def _earlier_periods(frequency: str, day: date) -> Iterable[tuple[date, date]]:
    """The periods that ended before `day`, newest first, two years back."""
    period = period_of(frequency, day)
    for _ in range(24 // MONTHS[frequency]):
        period = period_of(frequency, period[0] - timedelta(days=1))
        yield period


def _lawful_period(report_type: str, frequency: str, due: date) -> tuple[date, date] | None:
    for first, last in _earlier_periods(frequency, due):
        if due_date(report_type, frequency, last) == due:
            return first, last
    return None


def _postponed_period(
    report_type: str, frequency: str, due: date, taken: set[date]
) -> tuple[date, date]:
    for first, last in _earlier_periods(frequency, due):
        if last not in taken and due_date(report_type, frequency, last) <= due:
            return first, last
    return next(iter(_earlier_periods(frequency, due)))


def _postponed(company_id: str, entry: Entry, frequency: str, period: tuple[date, date]) -> Finding:
    return Finding(
        rule="calendar.unusual_deadline",
        severity=Severity.WARNING,
        company_id=company_id,
        where=f"authority calendar {entry.due_date}",
        message=(
            f"The authority's calendar asks for a {frequency} return by {entry.due_date}, which "
            f"is no usual deadline; it is taken for the period {period[0]} to {period[1]}."
        ),
        remedy="Compare with the periods shown in TastSelv Erhverv.",
        found=str(entry.due_date),
    )


def _unknown_frequency(company_id: str, entry: Entry) -> Finding:
    return Finding(
        rule="calendar.frequency_unknown",
        severity=Severity.WARNING,
        company_id=company_id,
        where=f"authority calendar {entry.due_date}",
        message=(
            f"The authority's calendar names frequency code {entry.frequency_code} for "
            f"{entry.due_date}; a VAT return is filed by month (7), quarter (8) or half-year (9)."
        ),
        remedy="Read the company's registration in TastSelv Erhverv; the date is not used.",
        expected="7, 8 or 9",
        found=entry.frequency_code,
    )


def merge(
    computed: Iterable[Obligation], told: Sequence[Obligation]
) -> tuple[list[Obligation], list[Finding]]:
    """Computed obligations with the authority's in place of those they overlap.

    A finding tells where the authority's frequency differs from the settings'.
    """
    kept: list[Obligation] = []
    findings: list[Finding] = []
    for ours in computed:
        rivals = [theirs for theirs in told if _overlaps(ours, theirs)]
        if not rivals:
            kept.append(ours)
        elif rivals[0].frequency != ours.frequency:
            findings.append(_frequency_differs(ours, rivals[0]))
    everything = [*kept, *told]
    return sorted(everything, key=lambda o: (o.company_id, o.report_type, o.period_end)), findings


def _overlaps(one: Obligation, other: Obligation) -> bool:
    return (
        (one.company_id, one.report_type) == (other.company_id, other.report_type)
        and one.period_start <= other.period_end
        and other.period_start <= one.period_end
    )


def _frequency_differs(ours: Obligation, theirs: Obligation) -> Finding:
    return Finding(
        rule="calendar.frequency_differs",
        severity=Severity.WARNING,
        company_id=ours.company_id,
        where=f"{ours.report_type} {ours.period_start} to {ours.period_end}",
        message=(
            f"The settings say the company files by {ours.frequency}; the authority's calendar "
            f"asks for {theirs.frequency} ({theirs.period_start} to {theirs.period_end})."
        ),
        remedy="The authority's period is used. Correct the frequency in indberet.toml.",
        expected=theirs.frequency,
        found=ours.frequency,
    )


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
