"""What the authority has received and decided, in SQLite.

Every message is stored before it is answered. A VAT return is a draft until a
person decides; an EU sales list counts at once and replaces the one before.

Belongs here: reading the rows, and the writer they are written by. Does not: changing them
(`store_rows`), rules.
"""

from pathlib import Path
from typing import TypeVar

from assets.authority.service import events, store_rows
from assets.authority.service.annual_rows import SCHEMA as ANNUAL_SCHEMA
from assets.authority.service.database import Reader, Work, Writer, prepare
from assets.authority.service.store_rows import Draft, StoredList, as_draft, as_list

SCHEMA = store_rows.SCHEMA + ANNUAL_SCHEMA + events.SCHEMA

T = TypeVar("T")


class AuthorityStore:
    """One SQLite file: readers of any thread, and one thread that writes."""

    def __init__(self, path: Path, writer: Writer | None = None) -> None:
        prepare(path, SCHEMA)
        self.reader = Reader(path)
        self._writer = writer or Writer(path)

    def write(self, work: Work[T]) -> T:
        """What one change returns (`store_rows`, `annual_rows`), once it is on disk."""
        return self._writer.write(work)

    def messages(self) -> list[tuple[str, bytes, bytes | None]]:
        """Service, request and answer of every message, in order."""
        return self.reader.rows(
            "SELECT service, CASE WHEN report IS NULL THEN request ELSE "
            "CAST(request || content || request_end AS BLOB) END, answer "
            "FROM message LEFT JOIN annual_report ON case_number = report ORDER BY message_id"
        )

    def message(self, message_id: int) -> bytes:
        """The bytes of one message that brought no annual report; empty when there is none."""
        rows = self.reader.rows("SELECT request FROM message WHERE message_id = ?", (message_id,))
        return bytes(rows[0][0]) if rows else b""

    def drafts(self, se_number: str | None = None) -> list[Draft]:
        """Drafts in the order received."""
        if se_number is None:
            return [as_draft(row) for row in self.reader.rows(f"{_DRAFTS} ORDER BY number")]
        rows = self.reader.rows(f"{_DRAFTS} WHERE se_number = ? ORDER BY number", (se_number,))
        return [as_draft(row) for row in rows]

    def draft(self, reference: str) -> Draft | None:
        """The draft of that reference."""
        rows = self.reader.rows(f"{_DRAFTS} WHERE reference = ?", (reference,))
        return as_draft(rows[0]) if rows else None

    def lists(self, se_number: str | None = None) -> list[StoredList]:
        """EU sales lists in the order received."""
        if se_number is None:
            return [as_list(row) for row in self.reader.rows(f"{_LISTS} ORDER BY rowid")]
        rows = self.reader.rows(f"{_LISTS} WHERE se_number = ? ORDER BY rowid", (se_number,))
        return [as_list(row) for row in rows]


_DRAFTS = "SELECT * FROM draft"
_LISTS = "SELECT * FROM sales_list"
