"""Messages, VAT drafts and EU lists as they are written: a function is a change with its events.

Each takes the connection of a transaction that others share (`database.Writer`), so what it
writes stands or falls together: the message, the report in it, and the event that tells of it.

Belongs here: changing rows. Does not: reading them (`store`), deciding what changes (rules).
"""

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime

from assets.authority.service import events

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  message_id INTEGER PRIMARY KEY, received_at TEXT NOT NULL, service TEXT NOT NULL,
  sender TEXT NOT NULL, transaction_id TEXT NOT NULL, request BLOB NOT NULL,
  report TEXT, request_end BLOB, answer BLOB);
CREATE TABLE IF NOT EXISTS draft (
  reference TEXT PRIMARY KEY, se_number TEXT NOT NULL, transaction_id TEXT NOT NULL,
  period_start TEXT NOT NULL, period_end TEXT NOT NULL, content BLOB NOT NULL,
  notice INTEGER NOT NULL, state TEXT NOT NULL, number INTEGER NOT NULL UNIQUE,
  due_date TEXT NOT NULL, decided_at TEXT, pdf BLOB, sender TEXT NOT NULL, cvr TEXT,
  received_at TEXT NOT NULL, UNIQUE (se_number, transaction_id));
CREATE TABLE IF NOT EXISTS sales_list (
  receipt_number TEXT PRIMARY KEY, se_number TEXT NOT NULL, transaction_id TEXT NOT NULL,
  period_start TEXT NOT NULL, period_end TEXT NOT NULL, content BLOB NOT NULL,
  state TEXT NOT NULL, sender TEXT NOT NULL, cvr TEXT, received_at TEXT NOT NULL,
  UNIQUE (se_number, transaction_id));
CREATE TABLE IF NOT EXISTS refusal (
  message_id INTEGER PRIMARY KEY, report_type TEXT NOT NULL, cvr TEXT, se_number TEXT,
  period_start TEXT, period_end TEXT, codes TEXT NOT NULL, refused_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refusal_of_company ON refusal (cvr) WHERE cvr IS NOT NULL;
"""
_NEVER = datetime(1, 1, 1)  # noqa: DTZ001  (a value that no store gives)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a report is and of which days, as its message says; None: it does not, or not
    readably. `cvr`: of a SOAP message, the company registered by that SE number.
    """

    cvr: str | None = None
    se_number: str | None = None
    period_start: date | None = None
    period_end: date | None = None


_NOBODY = Whose()


@dataclass(frozen=True, slots=True)
class Message:
    """One request as it came. `sender`, `transaction_id`: empty where they are not known.

    `whose`: what it says of itself, kept where it is refused.

    `report`: the annual report that stands in the message, whose bytes are kept once, with the
    report; `request` is then what stood before it and `request_end` what stood after.
    """

    service: str
    request: bytes
    received_at: datetime
    sender: str = ""
    transaction_id: str = ""
    report: str | None = None
    request_end: bytes | None = None
    whose: Whose = _NOBODY


@dataclass(frozen=True, slots=True)
class Draft:
    """One VAT return as received. `state`: waiting, approved, rejected, or
    replaced by a later draft for the same period. `content`: its `Angivelse`.
    """

    reference: str
    se_number: str
    transaction_id: str
    period_start: date
    period_end: date
    content: bytes
    notice: int
    state: str
    number: int
    due_date: date
    decided_at: datetime | None = None
    pdf: bytes | None = None
    sender: str = ""
    cvr: str | None = None
    received_at: datetime = _NEVER


@dataclass(frozen=True, slots=True)
class StoredList:
    """One EU sales list as received. `state`: current or replaced."""

    receipt_number: str
    se_number: str
    transaction_id: str
    period_start: date
    period_end: date
    content: bytes
    state: str
    sender: str = ""
    cvr: str | None = None
    received_at: datetime = _NEVER


def add_message(con: sqlite3.Connection, one: Message) -> int:
    """Store a message's bytes; its number."""
    row = con.execute(
        "INSERT INTO message (received_at, service, sender, transaction_id, request, report, "
        "request_end) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (one.received_at.isoformat(), one.service, one.sender, one.transaction_id, one.request,
         one.report, one.request_end),
    )  # fmt: skip
    return int(row.lastrowid or 0)


def refuse(
    con: sqlite3.Connection, one: Message, report_type: str | None, at: datetime, *codes: object
) -> int:
    """Store a message that is answered with an error; where it was to file something, an event,
    and whose it is.
    """
    number = add_message(con, one)
    if report_type is not None:
        key = events.message_key(number)
        events.append(con, at, report_type, key, "refused", codes)
        start, end = one.whose.period_start, one.whose.period_end
        told = json.dumps([str(code) for code in codes])
        con.execute(
            "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, report_type, one.whose.cvr, one.whose.se_number,
             start.isoformat() if start else None, end.isoformat() if end else None, told,
             at.isoformat()),
        )  # fmt: skip
    return number


def answered(con: sqlite3.Connection, message_id: int, answer: bytes) -> None:
    """Store what a message was answered."""
    con.execute("UPDATE message SET answer = ? WHERE message_id = ?", (answer, message_id))


def add_answered(con: sqlite3.Connection, one: Message, answer: bytes) -> None:
    """Store a message that files nothing, with its answer."""
    answered(con, add_message(con, one), answer)


def add_draft(con: sqlite3.Connection, draft: Draft) -> Draft:
    """Store a draft, as it then is: numbered; 5002 where a return for the period is approved.

    One still waiting for the same period is replaced.
    """
    period = _period(draft)
    for (reference,) in con.execute(
        "UPDATE draft SET state = 'replaced' WHERE state = 'waiting' AND se_number = ? "
        "AND period_start = ? AND period_end = ? RETURNING reference",
        period,
    ).fetchall():
        events.append(con, draft.received_at, events.VAT_RETURN, reference, "replaced")
    is_correction = _standing(con, period) is not None
    (last,) = con.execute("SELECT max(number) FROM draft").fetchone()
    new = replace(draft, number=(last or 0) + 1, notice=5002 if is_correction else 5001)
    con.execute(
        "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?)",
        (new.reference, new.se_number, new.transaction_id, *period[1:], new.content, new.notice,
         new.state, new.number, new.due_date.isoformat(), new.sender, new.cvr,
         new.received_at.isoformat()),
    )  # fmt: skip
    events.append(
        con, new.received_at, events.VAT_RETURN, new.reference, "waiting", [new.notice]
    )  # fmt: skip
    return new


def decide(con: sqlite3.Connection, draft: Draft, state: str, at: datetime) -> bool:
    """Approve or reject a waiting draft; false when it was not waiting.

    The approved return it corrects stays approved, and no longer counts.
    """
    before = _standing(con, _period(draft))
    changed = con.execute(
        "UPDATE draft SET state = ?, decided_at = ? WHERE reference = ? AND state = 'waiting'",
        (state, at.isoformat(), draft.reference),
    )
    if changed.rowcount != 1:
        return False
    status = "accepted" if state == "approved" else "rejected"
    events.append(con, at, events.VAT_RETURN, draft.reference, status)
    if state == "approved" and before is not None:
        events.append(con, at, events.VAT_RETURN, before, "replaced")
    return True


def keep_pdf(con: sqlite3.Connection, reference: str, pdf: bytes) -> None:
    """Store the receipt of an approved return, the first time that it is asked for."""
    con.execute("UPDATE draft SET pdf = ? WHERE reference = ? AND pdf IS NULL", (pdf, reference))


def add_list(con: sqlite3.Connection, listed: StoredList) -> StoredList:
    """Store a list, its receipt number made; the current one for the same period is replaced."""
    period = _period(listed)
    for (number,) in con.execute(
        "UPDATE sales_list SET state = 'replaced' WHERE state = 'current' AND se_number = ? "
        "AND period_start = ? AND period_end = ? RETURNING receipt_number",
        period,
    ).fetchall():
        events.append(con, listed.received_at, events.SALES_LIST, number, "replaced")
    (last,) = con.execute("SELECT max(rowid) FROM sales_list").fetchone()
    number = f"{listed.period_end:%Y%m%d}{listed.se_number}{(last or 0) + 1:06d}"
    new = replace(listed, receipt_number=number)
    con.execute(
        "INSERT INTO sales_list VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, new.se_number, new.transaction_id, *period[1:], new.content, new.state,
         new.sender, new.cvr, new.received_at.isoformat()),
    )  # fmt: skip
    events.append(con, new.received_at, events.SALES_LIST, number, "accepted")
    return new


def draft_of(con: sqlite3.Connection, se_number: str, transaction_id: str) -> Draft | None:
    """The draft a company sent under that id."""
    row = con.execute(
        "SELECT * FROM draft WHERE se_number = ? AND transaction_id = ?",
        (se_number, transaction_id),
    ).fetchone()
    return as_draft(row) if row else None


def list_of(con: sqlite3.Connection, se_number: str, transaction_id: str) -> StoredList | None:
    """The list a company sent under that id."""
    row = con.execute(
        "SELECT * FROM sales_list WHERE se_number = ? AND transaction_id = ?",
        (se_number, transaction_id),
    ).fetchone()
    return as_list(row) if row else None


def as_draft(row: tuple[str, ...]) -> Draft:
    """A row of the table as a value."""
    reference, se_number, transaction_id, start, end, content, notice, state = row[:8]
    number, due, decided, pdf, sender, cvr, received = row[8:]
    return Draft(
        reference, se_number, transaction_id, date.fromisoformat(start), date.fromisoformat(end),
        _blob(content) or b"", int(notice), state, int(number), date.fromisoformat(due),
        datetime.fromisoformat(decided) if decided else None, _blob(pdf), sender, cvr,
        datetime.fromisoformat(received),
    )  # fmt: skip


def as_list(row: tuple[str, ...]) -> StoredList:
    """A row of the table as a value."""
    number, se_number, transaction_id, start, end, content, state, sender, cvr, received = row
    return StoredList(
        number, se_number, transaction_id, date.fromisoformat(start), date.fromisoformat(end),
        _blob(content) or b"", state, sender, cvr, datetime.fromisoformat(received),
    )  # fmt: skip


def _standing(con: sqlite3.Connection, period: tuple[str, str, str]) -> str | None:
    """The reference of the approved return that counts for a period: the last one approved."""
    row = con.execute(
        "SELECT reference FROM draft WHERE state = 'approved' AND se_number = ? "
        "AND period_start = ? AND period_end = ? ORDER BY number DESC LIMIT 1",
        period,
    ).fetchone()
    return str(row[0]) if row else None


def _period(one: Draft | StoredList) -> tuple[str, str, str]:
    return one.se_number, one.period_start.isoformat(), one.period_end.isoformat()


def _blob(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, bytes) else None
