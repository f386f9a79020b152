"""How companies stand today against what they owe: due, overdue, and what it costs so far.

Belongs here: today's view of the obligations. Does not: keeping them
(`obligations`) or what lateness means for a report (`duty`).
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta

from assets.danish_day import danish_day
from assets.deliveries.machine import FILED
from assets.reports import duty, obligations
from assets.reports.calendar import Obligation
from assets.workspace import Workspace
from warehouse.operations import Operations, Row


@dataclass(frozen=True, slots=True)
class Standing:
    """One obligation as it stands today. `consequence`: what its lateness costs so far, in words.

    `state`: open, filed, overdue, received late, or what the report type calls it.
    """

    obligation: Obligation
    state: str
    consequence: str


_Key = tuple[str, str, date, date]
"""Company, report type, first and last day."""


def standings(workspace: Workspace, operations: Operations) -> list[Standing]:
    """What the selected companies owe today, or have filed late, soonest due first.

    Of periods that have ended: what is not fulfilled, and what was fulfilled late at a
    cost. A return of the past that was never written down here is left out: whether it
    was filed elsewhere is not known. Nothing is written.
    """
    today = workspace.today
    owners = {company.company_id: company for company in workspace.selected_companies()}
    kept = {_key(row): row["state"] for row in obligations.at_hand(workspace, operations)}
    received, duties = _received(operations, owners), duty.duties()
    found = []
    for one in _owed(workspace, operations):
        its, key = duties[one.report_type], _key(_row(one))
        if key not in kept and one.due_date < today and not its.is_final:
            continue
        state, late = kept.get(key, "open"), duty.Late("open", "")
        if state == "filed":
            late = duty.Late(state, "")
        elif one.due_date < today:
            late = its.late(owners[one.company_id], one.due_date, today, received.get(key))
        if state != "fulfilled" or late.consequence:
            found.append(Standing(one, late.state, late.consequence))
    return sorted(found, key=lambda s: (s.obligation.due_date, _key(_row(s.obligation))))


def _owed(workspace: Workspace, operations: Operations) -> list[Obligation]:
    """What is asked for of periods that have ended, by law and by the authority."""
    today, companies = workspace.today, workspace.selected_companies()
    ids = {company.company_id for company in companies}
    found: list[Obligation] = []
    for report_type, its in duty.duties().items():
        first, last = its.around(today)[0], today - timedelta(days=1)
        told = [
            one
            for one in obligations.told_for(operations, first, last, ids)
            if one.report_type == report_type
        ]
        merged = obligations.merged_with(companies, first, last, told, [report_type])[0]
        found += [one for one in merged if one.period_end < today]
    return found


def _received(operations: Operations, ids: Collection[str]) -> dict[_Key, date]:
    """When each obligation's first accepted filing was decided."""
    found: dict[_Key, date] = {}
    for row in operations.filings(company_ids=sorted(ids), states=sorted(FILED)):
        day = danish_day(row["decided_at"])
        found[_key(row)] = min(day, found.get(_key(row), day))
    return found


def _row(one: Obligation) -> Row:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _key(row: Row) -> _Key:
    return row["company_id"], row["report_type"], row["period_start"], row["period_end"]
