"""Obligations of one period: the law's dates written down, and read back to be shown.

Belongs here: between the calendar's rows and the operations database. Does not:
the law's rows (`calendar`).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from assets.deliveries.channels import open_channel
from assets.deliveries.obligations import Obligation
from assets.deliveries.obligations import record as keep
from assets.reports import authority_calendar, calendar, due
from assets.workspace import REPORT_TYPES, Company, Workspace
from warehouse.operations import Operations

_BEGINNING = date(1994, 7, 1)  # since the present VAT act (lov 375/1994)


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
    return keep(
        operations, by_law(workspace.selected_companies(), first, after - timedelta(days=1))
    )


def table(workspace: Workspace, operations: Operations, period: str) -> list[Due]:
    """The obligations of month `period`, soonest due first."""
    rows = due.rows(operations, workspace, period)
    found = [Due(**{name: row[name] for name in Due.__dataclass_fields__}) for row in rows]
    return sorted(found, key=lambda one: (one.due_date, one.company_id, one.report_type))


def by_law(companies: Iterable[Company], first: date, last: date) -> list[Obligation]:
    """What `companies` owe for periods whose last day lies in `first`…`last`, both included."""
    found = [
        obligation
        for report_type in REPORT_TYPES
        for obligation in calendar.obligations(
            [(c.company_id, _registrations(c, report_type)) for c in companies],
            first,
            last,
            report_type,
        )
    ]
    return [Obligation(**asdict(one)) for one in found]


def by_authority(workspace: Workspace, first: date, last: date) -> list[Obligation]:
    """What the authority's own calendar asks of the selected companies, due in `first`…`last`.

    Raises `TransientError` or `PermanentError` as the channel does.
    """
    channel = open_channel(workspace)
    found: list[calendar.Obligation] = []
    for company in workspace.selected_companies():
        if company.se_number and "vat_return" in company.frequencies:
            entries = channel.calendar(company.se_number, first, last)
            found += authority_calendar.from_authority(company.company_id, entries)[0]
    return [Obligation(**asdict(one)) for one in found]


def _registrations(company: Company, report_type: str) -> list[calendar.Registration]:
    return [
        calendar.Registration(row.frequency, row.start or _BEGINNING, row.end)
        for row in company.frequencies.get(report_type, ())
    ]
