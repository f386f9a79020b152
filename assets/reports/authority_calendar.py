"""The authority's own calendar: its dates as obligations, and in place of ours.

The calendar service names due dates only, so the period is found from frequency
and date. It overrides what we compute, because it carries extraordinary
postponements.

Belongs here: reading its dates. Does not: asking for them (channels) or the
law's own deadlines (`calendar`).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

from assets.reports import calendar
from assets.reports.calendar import Obligation
from quality.finding import Finding, Severity

_FREQUENCY_BY_CODE = {"7": "month", "8": "quarter", "9": "half_year"}


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
    period = calendar.period_of(frequency, day)
    for _ in range(24 // calendar.MONTHS[frequency]):
        period = calendar.period_of(frequency, period[0] - timedelta(days=1))
        yield period


def _lawful_period(report_type: str, frequency: str, due: date) -> tuple[date, date] | None:
    for first, last in _earlier_periods(frequency, due):
        if calendar.due_date(report_type, frequency, last) == due:
            return first, last
    return None


def _postponed_period(
    report_type: str, frequency: str, due: date, taken: set[date]
) -> tuple[date, date]:
    for first, last in _earlier_periods(frequency, due):
        if last not in taken and calendar.due_date(report_type, frequency, last) <= due:
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
