"""How a report type becomes due, and when it no longer is: what each type says of itself.

A report that follows from `frequencies` in the settings (VAT return, EU sales
list) has the duty made here. One with rules of its own carries `duty`.

Belongs here: what the calendar, the commands and the filings ask of a report
type. Does not: the rules themselves (`calendar`, `annual_deadline`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, runtime_checkable

from assets.reports import annual_deadline, annual_reminder, calendar, report
from assets.reports.calendar import Obligation
from assets.workspace import Company, Workspace
from warehouse.operations import Row

_BEGINNING = date(1994, 7, 1)  # since the present VAT act (lov 375/1994)
_HALF_YEAR = timedelta(days=190)
"""A little more than a half-year."""
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Late:
    """What an obligation past its deadline has come to; `consequence`: in kroner so far."""

    state: str
    consequence: str


@dataclass(frozen=True, slots=True)
class Duty:
    """How one report type is due.

    `obligations`: what companies owe for periods that end between two days, both
    included. `back`, `ahead`: how long ago or ahead a period may end whose
    obligation is kept at hand. `is_final`: what has been accepted is not replaced,
    and what is overdue is worked on until it is accepted. `closed`: why an
    obligation can no longer be met from here on a day, or None. `late`: what it means
    that the obligation of a company was not met in time.
    """

    obligations: Callable[[Sequence[Company], date, date], list[Obligation]]
    back: timedelta
    ahead: timedelta
    is_final: bool
    closed: Callable[[Row, date], str | None]
    late: Callable[[Company, date, date, date | None], Late]

    def around(self, today: date) -> tuple[date, date]:
        """The first and last day on which a period ends whose obligation is kept at hand."""
        return today - self.back, today + self.ahead


@runtime_checkable
class Dutiful(Protocol):
    """A report whose obligations do not follow from a frequency."""

    duty: Duty


def of(report_type: str) -> Duty:
    """The duty of a report type.

    Raises:
        SettingsError: there is no such report.
    """
    found = report.load(report_type)
    return found.duty if isinstance(found, Dutiful) else by_frequency(report_type)


def duties() -> dict[str, Duty]:
    """The duty of every report type."""
    return {report_type: of(report_type) for report_type in report.ids()}


def types(workspace: Workspace) -> list[str]:
    """The report types a command is about: all, or those of fiscal years."""
    return [name for name, one in duties().items() if one.is_final or not workspace.is_yearly_only]


def by_frequency(report_type: str) -> Duty:
    """The duty of a return to the tax agency, by the frequencies in the settings."""

    def owed(companies: Sequence[Company], first: date, last: date) -> list[Obligation]:
        registered = [(c.company_id, _registrations(c, report_type)) for c in companies]
        return calendar.obligations(registered, first, last, report_type)

    return Duty(owed, _HALF_YEAR, _HALF_YEAR, False, _past_correction, _simply_late)


def _registrations(company: Company, report_type: str) -> list[calendar.Registration]:
    return [
        calendar.Registration(row.frequency, row.start or _BEGINNING, row.end)
        for row in company.frequencies.get(report_type, ())
    ]


def _simply_late(_company: Company, _due: date, _today: date, received: date | None) -> Late:
    return Late("overdue" if received is None else "received late", "")


def _annual_late(company: Company, due: date, today: date, received: date | None) -> Late:
    """Source: årsregnskabsloven §§ 150-151."""
    found = annual_reminder.standing(due, today, received)
    members = None if company.annual is None else company.annual.members
    return Late(found.state, annual_reminder.consequence(found, members))


def _past_correction(row: Row, today: date) -> str | None:
    """Source: skatteforvaltningsloven § 31: three years after the filing deadline."""
    if calendar.is_correctable(row["due_date"], today):
        return None
    return (
        f"{row['report_type']} {row['period_start']} - {row['period_end']} of "
        f"{row['company_id']} can no longer be filed from here: it was due on "
        f"{row['due_date']}, and the tax agency takes returns and corrections for three "
        f"years, until {calendar.correctable_until(row['due_date'])}. Write to the tax agency "
        "to have the period reopened (skatteforvaltningsloven §§ 31-32)."
    )


ANNUAL = Duty(
    annual_deadline.obligations,
    back=timedelta(days=184) + _YEAR,
    ahead=_YEAR,
    is_final=True,
    closed=lambda _row, _today: None,
    late=_annual_late,
)
"""The annual report: six months to file and a year overdue at hand; never too late to file,
and never filed again once published (årsregnskabsloven § 138 stk. 5)."""
