"""The authority's own calendar: its dates as obligations, and in place of ours.

The calendar service names due dates only, so the period is found from frequency
and date. It overrides what we compute, because it carries extraordinary
postponements.

Belongs here: reading its dates. Does not: asking for them (channels) or the
law's own deadlines (`calendar`).
"""

from collections.abc import Iterable
from dataclasses import replace
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
    before it and that no other date claims; `unusual` says so. The findings are
    of dates that cannot be used.
    """
    found: dict[date, Obligation] = {}
    findings: list[Finding] = []
    postponed: list[tuple[Entry, str]] = []
    for entry in sorted(entries, key=lambda e: e.due_date):
        frequency = _FREQUENCY_BY_CODE.get(entry.frequency_code.lstrip("0"))
        if frequency is None:
            findings.append(_unknown_frequency(company_id, entry))
            continue
        period = _lawful_period(report_type, frequency, entry.due_date)
        if period is None:
            postponed.append((entry, frequency))
        else:
            found[period[1]] = _told(company_id, report_type, entry, frequency, period)
    for entry, frequency in postponed:
        period = _postponed_period(report_type, frequency, entry.due_date, set(found))
        found[period[1]] = _told(company_id, report_type, entry, frequency, period)
    return [found[last] for last in sorted(found)], findings


def unusual(told: Iterable[Obligation]) -> list[Finding]:
    """Findings of the authority's dates that are not the law's own for their period."""
    return [
        _postponed(one)
        for one in told
        if one.due_date
        != calendar.due_date(
            one.report_type,
            one.frequency,
            calendar.period_of(one.frequency, one.period_end)[1],
        )
    ]


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


def _postponed(told: Obligation) -> Finding:
    return Finding(
        rule="calendar.unusual_deadline",
        severity=Severity.WARNING,
        company_id=told.company_id,
        where=f"authority calendar {told.due_date}",
        message=(
            f"The authority's calendar asks for a {told.frequency} return by {told.due_date}, "
            f"which is no usual deadline; it is taken for the period {told.period_start} to "
            f"{told.period_end}."
        ),
        remedy="Compare with the periods shown in TastSelv Erhverv.",
        found=str(told.due_date),
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
    computed: Iterable[Obligation], told: Iterable[Obligation]
) -> tuple[list[Obligation], list[Finding]]:
    """Computed obligations with the authority's in place of those they overlap.

    The authority names no periods: where one of ours alone lies in its period at
    the same frequency (cut where a registration begins or ends), ours is kept and
    takes its dates. A finding tells where the authority's frequency differs from
    the settings'.
    """
    ours, theirs = by_report(computed), by_report(told)
    merged: list[Obligation] = []
    findings: list[Finding] = []
    for key in sorted(ours.keys() | theirs.keys()):
        found, said = _merge_one(ours.get(key, []), theirs.get(key, []))
        merged += found
        findings += said
    return merged, findings


def by_report(obligations: Iterable[Obligation]) -> dict[tuple[str, str], list[Obligation]]:
    """`obligations` by company and report type."""
    found: dict[tuple[str, str], list[Obligation]] = {}
    for one in obligations:
        found.setdefault((one.company_id, one.report_type), []).append(one)
    return found


def _merge_one(
    computed: list[Obligation], told: list[Obligation]
) -> tuple[list[Obligation], list[Finding]]:
    """One company's obligations for one report, oldest first."""
    kept = [ours for ours in computed if not any(overlaps(ours, theirs) for theirs in told)]
    findings: list[Finding] = []
    for theirs in told:
        replaced = [ours for ours in computed if overlaps(ours, theirs)]
        differing = [ours for ours in replaced if ours.frequency != theirs.frequency]
        if differing:
            findings.append(_frequency_differs(differing[0], theirs))
        kept.append(_within(theirs, replaced))
    return sorted(kept, key=lambda one: one.period_end), findings


def _within(theirs: Obligation, ours: list[Obligation]) -> Obligation:
    """The authority's dates for the period as the registration cuts it."""
    if len(ours) == 1 and ours[0].frequency == theirs.frequency:
        only = ours[0]
        return replace(theirs, period_start=only.period_start, period_end=only.period_end)
    return theirs


def overlaps(one: Obligation, other: Obligation) -> bool:
    """Whether two obligations are for the same report and share a day."""
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
        where=f"{theirs.report_type} {theirs.period_start} to {theirs.period_end}",
        message=(
            f"The settings say the company files by {ours.frequency}; the authority's calendar "
            f"asks for {theirs.frequency} ({theirs.period_start} to {theirs.period_end})."
        ),
        remedy="The authority's period is used. Correct the frequency in indberet.toml.",
        expected=theirs.frequency,
        found=ours.frequency,
    )
