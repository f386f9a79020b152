"""Obligations of one period: the law's dates written down, and read back to be shown.

Belongs here: between the calendar's rows and the operations database. Does not:
the law's rows (`calendar`).
"""

from dataclasses import dataclass
from datetime import date

from assets.deliveries.obligations import Obligation
from assets.deliveries.obligations import record as keep
from assets.reports import calendar, due
from assets.workspace import Company, Workspace
from warehouse.operations import Operations


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


def record(workspace: Workspace, operations: Operations, period: str) -> int:
    """Write down what the selected companies owe for month `period`; returns how many changed."""
    first, after = due.month(period)
    rows = [
        obligation
        for company in workspace.selected_companies()
        for obligation in by_law(company, first, after)
    ]
    return keep(operations, rows)


def table(workspace: Workspace, operations: Operations, period: str) -> list[Due]:
    """The obligations of month `period`, soonest due first."""
    rows = due.rows(operations, workspace, period)
    found = [Due(**{name: row[name] for name in Due.__dataclass_fields__}) for row in rows]
    return sorted(found, key=lambda one: (one.due_date, one.company_id, one.report_type))


def by_law(company: Company, first: date, after: date) -> list[Obligation]:
    """What `company` owes for periods that end from `first` up to, not including, `after`."""
    raise NotImplementedError(calendar)
