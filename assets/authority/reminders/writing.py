"""The reminders of a day, from the tables to the outbox.

Belongs here: the order of the work, and what is told of it. Does not: any part of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from assets.authority.reminders import choosing, danish, document, memo, outbox, wording
from assets.authority.reminders.choosing import Reminder
from assets.workspace import AuthoritySettings, Workspace
from quality.finding import Finding, Severity
from warehouse.errors import SettingsError
from warehouse.store import Store

FOLDER = "outbox"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: messages by (report type, kind), and those that could not be addressed."""

    day: date
    written: Mapping[tuple[str, str], int]
    finished: int
    findings: tuple[Finding, ...]


def settings(workspace: Workspace) -> AuthoritySettings:
    """Who sends the letters.

    Raises:
        SettingsError: the workspace is no authority's.
    """
    if workspace.authority is None:
        raise SettingsError(
            f"Reminders are sent by an authority, and {workspace.settings} is of none. Add a "
            'section [authority] with name = "…" and cvr = "…", or name the settings of an '
            "authority with --settings."
        )
    return workspace.authority


def listed(workspace: Workspace, day: date) -> list[Reminder]:
    """The reminders that `write` would write on `day`; nothing is written."""
    days = settings(workspace).reminder_days
    with workspace.store().connect() as con:
        return list(choosing.due(con, day, days))


def write(workspace: Workspace, day: date) -> Outcome:
    """Write the reminders of `day` to the outbox, each once; a rerun writes nothing more.

    Raises:
        SettingsError: the workspace is no authority's.
        TransientError: another process is writing them.
    """
    sender = settings(workspace)
    folder = workspace.folder("authority") / FOLDER
    return write_to(folder, workspace.store(), sender, day)


def write_to(folder: Path, store: Store, sender: AuthoritySettings, day: date) -> Outcome:
    """`write`, of these tables and into this folder."""
    findings: list[Finding] = []
    with outbox.alone(folder):
        finished = outbox.finish(folder, store)
        with store.connect() as con:
            chosen = choosing.due(con, day, sender.reminder_days)
            written = outbox.put(folder, _messages(chosen, sender, day, findings), day)
        if written:
            outbox.keep(folder, store, written)
    kinds = Counter((one.reminder.report_type, one.reminder.kind) for one in written)
    return Outcome(day, dict(sorted(kinds.items())), finished, tuple(findings))


def _messages(
    reminders: Iterator[Reminder], sender: AuthoritySettings, day: date, findings: list[Finding]
) -> Iterator[tuple[Reminder, bytes]]:
    for reminder in reminders:
        if memo.is_cvr(reminder.cvr):
            yield reminder, message(reminder, sender, day)
        else:
            findings.append(_unaddressed(reminder))


def message(reminder: Reminder, sender: AuthoritySettings, day: date) -> bytes:
    """The MeMo message of one reminder.

    Raises:
        PermanentError: a value that MeMo does not take.
    """
    reminder = replace(reminder, name=memo.name(reminder.name) or reminder.cvr)
    letter = wording.letter(reminder)
    sent_by = memo.name(sender.name)
    stem = f"{reminder.report_type}_{reminder.period_end}"
    return memo.build(
        memo.Message(
            message_id=reminder.message_id,
            subject=letter.subject,
            notification="Du har fået et brev om indberetning.",
            sender_cvr=sender.cvr,
            sender_name=sent_by,
            recipient_cvr=reminder.cvr,
            recipient_name=reminder.name,
            day=day,
            files=(
                memo.File("text/html", f"{stem}.html", document.html(reminder, letter, sent_by)),
                memo.File("text/plain", f"{stem}.txt", document.plain(reminder, letter, sent_by)),
            ),
            action=(f"Indberet: {letter.place}", letter.url),
            data=(
                ("reportType", reminder.report_type),
                ("periodStart", reminder.period_start.isoformat()),
                ("periodEnd", reminder.period_end.isoformat()),
                ("dueDate", reminder.due_date.isoformat()),
                ("kind", reminder.kind),
            ),
        )
    )


def _unaddressed(reminder: Reminder) -> Finding:
    period = danish.period(reminder.period_start, reminder.period_end)
    return Finding(
        "reminder-without-recipient",
        Severity.ERROR,
        reminder.cvr,
        f"registered_company {reminder.cvr}",
        f"The reminder about {reminder.report_type} for {period} has no recipient: expected a CVR "
        f"number, eight digits, found {reminder.cvr!r}.",
        "Correct the number in the register and run `indberet authority reminders` again.",
        expected="eight digits",
        found=reminder.cvr,
    )
