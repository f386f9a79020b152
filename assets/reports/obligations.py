"""Obligations as they are kept: the law's dates, and the authority's in their place.

Belongs here: between the calendars' rows and the operations database. Does not:
the law's rows (`calendar`) or reading the authority's (`authority_calendar`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import sqlalchemy as sa

from assets.deliveries.channel import RefusedError
from assets.deliveries.channels import open_channel
from assets.deliveries.obligations import due as kept_rows
from assets.deliveries.obligations import record as keep
from assets.reports import authority_calendar, due, duty, report
from assets.reports.calendar import Obligation
from assets.workspace import Company, Workspace
from quality.finding import Finding, Severity
from warehouse.operations import Operations, Row
from warehouse.operations_schema import obligation as table_kept

_LONGEST = timedelta(days=184)  # a half-year: the longest period the authority names


@dataclass(frozen=True, slots=True)
class Due:
    """One obligation as kept."""

    company_id: str
    report_type: str
    period_start: date
    period_end: date
    due_date: date
    state: str
    origin: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What writing the calendar down came to.

    `changed`: rows new, changed or taken away. `findings`: where the authority
    asks for something else than the settings or the law do.
    """

    changed: int
    findings: list[Finding]


def record(workspace: Workspace, operations: Operations, period: str) -> int:
    """Write down what the selected companies owe for month `period`; returns how many changed."""
    first, after = due.month(period)
    last, types = after - timedelta(days=1), duty.types(workspace)
    return bring_up_to_date(workspace, operations, first, last, report_types=types).changed


def bring_up_to_date(
    workspace: Workspace,
    operations: Operations,
    first: date,
    last: date,
    told: Sequence[Obligation] = (),
    report_types: Collection[str] | None = None,
) -> Kept:
    """Write down what the selected companies owe for periods that end in `first`…`last`.

    `told` is what the authority's calendar says now; what it said before still
    holds where `told` does not replace it. Open obligations that neither the
    settings nor the authority ask for any longer are taken away. `report_types`
    limits it to some; None means all.
    """
    types = report.ids() if report_types is None else report_types
    companies = workspace.selected_companies()
    ids = {company.company_id for company in companies}
    now = authority_calendar.by_report(told)
    earlier = [
        one
        for one in told_for(operations, first, last, ids)
        if one.report_type in types and not _is_told(one, now)
    ]
    merged, findings = merged_with(companies, first, last, [*earlier, *told], types)

    def is_outdated(row: Row) -> bool:
        if row["company_id"] not in ids or row["report_type"] not in types:
            return False
        return first <= row["period_end"] <= last or _is_told(_obligation(row), now)

    changed = keep(operations, merged, outdated=is_outdated)
    theirs = [one for one in merged if one.origin == "authority"]
    return Kept(changed, [*findings, *authority_calendar.unusual(theirs)])


def keep_at_hand(
    workspace: Workspace, operations: Operations, told: Sequence[Obligation] = ()
) -> Kept:
    """Write down what is at hand today: each report as long back and ahead as its duty says."""
    changed, findings = 0, []
    spans: dict[tuple[date, date], list[str]] = defaultdict(list)
    for report_type, its in duty.duties().items():
        spans[its.around(workspace.today)].append(report_type)
    for (first, last), types in spans.items():
        spoken = [one for one in told if one.report_type in types]
        kept = bring_up_to_date(workspace, operations, first, last, spoken, types)
        changed += kept.changed
        findings += kept.findings
    return Kept(changed, findings)


def at_hand(workspace: Workspace, operations: Operations) -> list[Row]:
    """The kept obligations of the selected companies that are at hand today, soonest due first."""
    ids = {company.company_id for company in workspace.selected_companies()}
    spans = {name: its.around(workspace.today) for name, its in duty.duties().items()}
    return [
        row
        for row in kept_rows(operations, states=("open", "filed", "fulfilled"))
        if row["company_id"] in ids
        and row["report_type"] in spans
        and spans[row["report_type"]][0] <= row["period_end"] <= spans[row["report_type"]][1]
    ]


def fulfilled(operations: Operations, ids: Collection[str]) -> set[tuple[str, str, date]]:
    """What the authority has accepted for good: (company, report, last day)."""
    return {
        (row["company_id"], row["report_type"], row["period_end"])
        for row in kept_rows(operations, states=("fulfilled",))
        if row["company_id"] in ids
    }


def ask(workspace: Workspace, operations: Operations) -> Kept:
    """Write down what is at hand, with what the authority's calendar says now.

    Raises `TransientError` or `PermanentError` as the channel does; then nothing
    is written, and the dates kept before still hold.
    """
    first, last = duty.of("vat_return").around(workspace.today)
    told, findings = by_authority(workspace, first, last)
    kept = keep_at_hand(workspace, operations, told)
    return Kept(kept.changed, [*findings, *kept.findings])


def differences(workspace: Workspace, operations: Operations, period: str) -> list[Finding]:
    """Where the authority's calendar, as last asked, differs for periods ending in `period`."""
    first, after = due.month(period)
    last = after - timedelta(days=1)
    companies = {company.company_id: company for company in workspace.selected_companies()}
    told = [
        one
        for one in told_for(operations, first, last, set(companies))
        if first <= one.period_end <= last
    ]
    spoken_of = [companies[name] for name in sorted({one.company_id for one in told})]
    findings = merged_with(spoken_of, first, last, told, report.ids())[1]
    return [*findings, *authority_calendar.unusual(told)]


def table(workspace: Workspace, operations: Operations, period: str) -> list[Due]:
    """The obligations of month `period`, soonest due first."""
    rows = due.rows(operations, workspace, period)
    found = [Due(**{name: row[name] for name in Due.__dataclass_fields__}) for row in rows]
    return sorted(found, key=lambda one: (one.due_date, one.company_id, one.report_type))


def by_law(
    companies: Iterable[Company],
    first: date,
    last: date,
    report_types: Collection[str] | None = None,
) -> list[Obligation]:
    """What `companies` owe for periods whose last day lies in `first`…`last`, both included."""
    companies = tuple(companies)
    return [
        obligation
        for report_type, its in duty.duties().items()
        if report_types is None or report_type in report_types
        for obligation in its.obligations(companies, first, last)
    ]


def by_authority(
    workspace: Workspace, first: date, last: date
) -> tuple[list[Obligation], list[Finding]]:
    """What the authority's own calendar asks of the selected companies, due in `first`…`last`.

    The findings are of companies it does not answer for and of dates that cannot be
    used. Raises `TransientError` or `PermanentError` as the channel does.
    """
    channel = open_channel(workspace, "vat_return")
    found: list[Obligation] = []
    findings: list[Finding] = []
    for company in workspace.selected_companies():
        if not (company.se_number and "vat_return" in company.frequencies):
            continue
        try:
            entries = channel.calendar(company.se_number, first, last)
        except RefusedError as error:
            if not error.response:
                raise
            findings.append(_not_told(company, error))
            continue
        obligations, unusable = authority_calendar.from_authority(company.company_id, entries)
        found += obligations
        findings += unusable
    return found, findings


def told_for(
    operations: Operations, first: date, last: date, ids: Collection[str]
) -> list[Obligation]:
    """What the authority said, when last asked, for days in `first`…`last` of companies `ids`."""
    o = table_kept.c
    query = sa.select(table_kept).where(
        o.origin == "authority", o.period_end >= first, o.period_start <= last
    )
    return [_obligation(row) for row in operations.rows(query) if row["company_id"] in ids]


def merged_with(
    companies: Sequence[Company],
    first: date,
    last: date,
    told: list[Obligation],
    report_types: Collection[str],
) -> tuple[list[Obligation], list[Finding]]:
    """The law's obligations of the days, with `told`, the authority's, in their place.

    What ends outside the days is computed too where the authority has spoken, so
    that a period is cut alike whichever days are asked about.
    """
    spoken_of = {one.company_id for one in told}
    silent = [company for company in companies if company.company_id not in spoken_of]
    others = [company for company in companies if company.company_id in spoken_of]
    wide = (
        min([first, *(one.period_start for one in told)]) - _LONGEST,
        max([last, *(one.period_end for one in told)]) + _LONGEST,
    )
    merged, findings = authority_calendar.merge(by_law(others, *wide, report_types), told)
    inside = [one for one in merged if one.origin == "authority" or first <= one.period_end <= last]
    return [*by_law(silent, first, last, report_types), *inside], findings


def _obligation(row: Row) -> Obligation:
    return Obligation(**{field.name: row[field.name] for field in fields(Obligation)})


def _is_told(one: Obligation, told: dict[tuple[str, str], list[Obligation]]) -> bool:
    """Whether one of `told` speaks of days of `one`."""
    rivals = told.get((one.company_id, one.report_type), ())
    return any(authority_calendar.overlaps(one, other) for other in rivals)


def _not_told(company: Company, error: RefusedError) -> Finding:
    return Finding(
        rule="calendar.not_told",
        severity=Severity.WARNING,
        company_id=company.company_id,
        where=f"authority calendar of SE number {company.se_number}",
        message=str(error),
        remedy="The dates shown are the law's; postponements are not known.",
    )
