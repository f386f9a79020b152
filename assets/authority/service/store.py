"""What the sandbox authority has received and decided, in SQLite.

Every message is stored before it is answered. A VAT return is a draft until a
person decides; an EU sales list counts at once and replaces the one before.

Belongs here: rows. Does not: rules.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assets.authority.service.database import transaction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  message_id INTEGER PRIMARY KEY, received_at TEXT NOT NULL, service TEXT NOT NULL,
  request BLOB NOT NULL, answer BLOB);
CREATE TABLE IF NOT EXISTS draft (
  reference TEXT PRIMARY KEY, se_number TEXT NOT NULL, transaction_id TEXT NOT NULL,
  period_start TEXT NOT NULL, period_end TEXT NOT NULL, content BLOB NOT NULL,
  notice INTEGER NOT NULL, state TEXT NOT NULL, number INTEGER NOT NULL UNIQUE,
  due_date TEXT NOT NULL, decided_at TEXT, pdf BLOB,
  UNIQUE (se_number, transaction_id));
CREATE TABLE IF NOT EXISTS sales_list (
  receipt_number TEXT PRIMARY KEY, se_number TEXT NOT NULL, transaction_id TEXT NOT NULL,
  period_start TEXT NOT NULL, period_end TEXT NOT NULL, content BLOB NOT NULL,
  state TEXT NOT NULL, UNIQUE (se_number, transaction_id));
"""


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


class AuthorityStore:
    """One SQLite file; a connection per call, so any thread may ask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with transaction(self._path) as con:
            con.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)

    def keep(self, service: str, request: bytes, received_at: datetime) -> int:
        """Store a message's bytes; its number."""
        with transaction(self._path) as con:
            row = con.execute(
                "INSERT INTO message (received_at, service, request) VALUES (?, ?, ?)",
                (received_at.isoformat(), service, request),
            )
            return int(row.lastrowid or 0)

    def answered(self, message_id: int, answer: bytes) -> None:
        """Store what a message was answered."""
        with transaction(self._path) as con:
            con.execute("UPDATE message SET answer = ? WHERE message_id = ?", (answer, message_id))

    def messages(self) -> list[tuple[str, bytes, bytes | None]]:
        """Service, request and answer of every message, in order."""
        with transaction(self._path) as con:
            return con.execute(
                "SELECT service, request, answer FROM message ORDER BY message_id"
            ).fetchall()

    def drafts(self, se_number: str | None = None) -> list[Draft]:
        """Drafts in the order received."""
        with transaction(self._path) as con:
            rows = con.execute(
                "SELECT * FROM draft WHERE ?1 IS NULL OR se_number = ?1 ORDER BY number",
                (se_number,),
            )
            return [_draft(row) for row in rows]

    def draft(self, reference: str) -> Draft | None:
        """The draft of that reference."""
        with transaction(self._path) as con:
            row = con.execute("SELECT * FROM draft WHERE reference = ?", (reference,)).fetchone()
            return _draft(row) if row else None

    def next_numbers(self) -> tuple[int, int]:
        """The numbers the next draft and the next list get."""
        with transaction(self._path) as con:
            (drafts,) = con.execute("SELECT count(*) FROM draft").fetchone()
            (lists,) = con.execute("SELECT count(*) FROM sales_list").fetchone()
            return drafts + 1, lists + 1

    def add_draft(self, draft: Draft) -> None:
        """Store a draft; one still waiting for the same period is replaced."""
        period = (draft.se_number, draft.period_start.isoformat(), draft.period_end.isoformat())
        with transaction(self._path) as con:
            con.execute(
                "UPDATE draft SET state = 'replaced' WHERE state = 'waiting' AND se_number = ? "
                "AND period_start = ? AND period_end = ?",
                period,
            )
            con.execute(
                "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                (draft.reference, draft.se_number, draft.transaction_id, *period[1:],
                 draft.content, draft.notice, draft.state, draft.number,
                 draft.due_date.isoformat()),
            )  # fmt: skip

    def decide(self, reference: str, state: str, at: datetime, pdf: bytes | None) -> bool:
        """Approve or reject a waiting draft; false when it was not waiting."""
        with transaction(self._path) as con:
            changed = con.execute(
                "UPDATE draft SET state = ?, decided_at = ?, pdf = ? "
                "WHERE reference = ? AND state = 'waiting'",
                (state, at.isoformat(), pdf, reference),
            )
            return changed.rowcount == 1

    def lists(self, se_number: str | None = None) -> list[StoredList]:
        """EU sales lists in the order received."""
        with transaction(self._path) as con:
            rows = con.execute(
                "SELECT * FROM sales_list WHERE ?1 IS NULL OR se_number = ?1 ORDER BY rowid",
                (se_number,),
            )
            return [_list(row) for row in rows]

    def add_list(self, listed: StoredList) -> None:
        """Store a list; the current one for the same period is replaced."""
        period = (listed.se_number, listed.period_start.isoformat(), listed.period_end.isoformat())
        with transaction(self._path) as con:
            con.execute(
                "UPDATE sales_list SET state = 'replaced' WHERE se_number = ? "
                "AND period_start = ? AND period_end = ?",
                period,
            )
            con.execute(
                "INSERT INTO sales_list VALUES (?, ?, ?, ?, ?, ?, ?)",
                (listed.receipt_number, listed.se_number, listed.transaction_id, *period[1:],
                 listed.content, listed.state),
            )  # fmt: skip


def _draft(row: tuple[str, ...]) -> Draft:
    reference, se_number, transaction_id, start, end, content, notice, state = row[:8]
    number, due, decided, pdf = row[8:]
    return Draft(
        reference, se_number, transaction_id, date.fromisoformat(start), date.fromisoformat(end),
        _blob(content) or b"", int(notice), state, int(number), date.fromisoformat(due),
        datetime.fromisoformat(decided) if decided else None, _blob(pdf),
    )  # fmt: skip


def _list(row: tuple[str, ...]) -> StoredList:
    number, se_number, transaction_id, start, end, content, state = row
    return StoredList(
        number, se_number, transaction_id, date.fromisoformat(start), date.fromisoformat(end),
        _blob(content) or b"", state,
    )  # fmt: skip


def _blob(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, bytes) else None
