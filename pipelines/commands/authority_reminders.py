"""The commands about reminders: what is to be written, and writing it to the outbox.

Belongs here: what a person sees. Does not: choosing or writing (`assets.authority.reminders`).
"""

from collections import Counter
from datetime import date

from assets.authority.reminders import writing
from pipelines import output
from pipelines.commands.call import Call

_SHOWN = 30
_NOTHING_SENT = "Nothing is sent: what is in the outbox is handed over by whoever may send it."


def list_(call: Call, as_of: date | None) -> int:
    """Show the reminders that are to be written; nothing is written."""
    workspace = call.workspace()
    day = as_of or workspace.today
    due = writing.listed(workspace, day)
    rows = [
        (one.cvr, one.name, one.report_type, one.period_end, one.due_date, one.kind) for one in due
    ]
    columns = ("CVR", "company", "report", "period ends", "due", "reminder")
    call.out.table(f"Reminders to write on {day}", columns, rows[:_SHOWN])
    kinds = Counter(one.kind for one in due)
    parts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    call.out.say(f"{len(due):,} in all{': ' * bool(parts)}{parts}.")
    call.out.data(
        [
            {
                "message_id": one.message_id,
                "cvr": one.cvr,
                "report_type": one.report_type,
                "period_start": one.period_start,
                "period_end": one.period_end,
                "due_date": one.due_date,
                "kind": one.kind,
            }
            for one in due
        ]
    )
    return output.OK


def write(call: Call, as_of: date | None) -> int:
    """Write the reminders of the day to the outbox, each once."""
    workspace = call.workspace()
    day = as_of or workspace.today
    with call.out.progress("Reminders"):
        outcome = writing.write(workspace, day)
    rows = [(*kind, count) for kind, count in outcome.written.items()]
    if rows:
        call.out.table(f"Written on {day}", ("report", "reminder", ">messages"), rows)
    if outcome.finished:
        call.out.say(f"{outcome.finished:,} that a stopped run had left were put in their place.")
    for finding in outcome.findings:
        call.out.say(str(finding), is_markup=False)
    folder = workspace.storage / "authority" / writing.FOLDER / day.isoformat()
    total = sum(outcome.written.values())
    call.out.say(f"{total:,} new messages in {folder}. {_NOTHING_SENT}", is_markup=False)
    call.out.data(
        {
            "day": day,
            "folder": str(folder),
            "finished": outcome.finished,
            "written": [
                {"report_type": report, "kind": kind, "messages": count}
                for (report, kind), count in outcome.written.items()
            ],
            "findings": [str(finding) for finding in outcome.findings],
        }
    )
    return output.WITHHELD if outcome.findings else output.OK
