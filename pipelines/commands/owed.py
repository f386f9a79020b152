"""The table of what is owed: due in how many days, overdue since when, at what cost so far.

Belongs here: the words and the table, for `status` and `calendar`. Does not: the
standing itself (`assets.reports.standing`).
"""

from datetime import date
from typing import Any

from assets.workspace import Workspace
from pipelines.commands.call import Call
from warehouse.operations import Operations

_SHOWN = 30
"""Rows of the table; beyond, they are counted, and `--json` has them all."""


def rows(workspace: Workspace, operations: Operations) -> list[dict[str, Any]]:
    """What the selected companies owe today, soonest due first."""
    from assets.reports.standing import standings

    return [
        {
            "company": one.obligation.company_id,
            "report": one.obligation.report_type,
            "period": f"{one.obligation.period_start} – {one.obligation.period_end}",
            "due": one.obligation.due_date,
            "when": when(one.obligation.due_date, workspace.today),
            "state": one.state,
            "consequence so far": one.consequence,
        }
        for one in standings(workspace, operations)
    ]


def show(call: Call, owed: list[dict[str, Any]]) -> None:
    """The table, cut where it is long."""
    if not owed:
        return
    call.out.table("Owed", list(owed[0]), [row.values() for row in owed[:_SHOWN]])
    if len(owed) > _SHOWN:
        call.out.say(f"{len(owed) - _SHOWN} more. `--company` limits; `--json` has them all.")
    if any(row["consequence so far"] for row in owed):
        call.out.say(
            "Late annual reports: årsregnskabsloven §§ 150-152. The days are the earliest "
            "possible, for a reminder dated the day after the deadline; the letter's own date "
            "counts."
        )


def when(due: date, today: date) -> str:
    """How far off a deadline is.

    >>> when(date(2026, 6, 30), date(2026, 6, 30)), when(date(2026, 6, 30), date(2026, 7, 1))
    ('today', '1 day overdue')
    """
    days = (due - today).days
    if days == 0:
        return "today"
    counted = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {counted}" if days > 0 else f"{counted} overdue"
