"""Which reminders are to be written on a day.

Belongs here: asking the tables for them, and their numbers. Does not: what stands in a letter
(`wording`), its form (`memo`) or the files (`outbox`).
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import duckdb

UPCOMING, OVERDUE, ESTIMATED = "upcoming", "overdue", "estimated"
SECOND_AFTER = 14
"""Days from the first reminder about a report that is missing to the second; our own choice."""
_SQL = (Path(__file__).parent / "choosing.sql").read_text(encoding="utf-8")
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Reminder:
    """One letter to write: about which report, of what kind, the how many-th of that kind.

    `is_draft`: the authority holds a draft the company has not approved. `estimate` and `fee`:
    kroner, of a tax set provisionally.
    """

    cvr: str
    name: str
    report_type: str
    period_start: date
    period_end: date
    kind: str
    number: int
    due_date: date
    is_draft: bool = False
    estimate: Decimal | None = None
    fee: Decimal | None = None

    @property
    def message_id(self) -> str:
        """Its UUID: the same whenever it is made anew, so that none is sent twice.

        MeMo takes only UUIDs of version 4 (`memoUuidType`), which a name-based UUID is not; the
        bits are the SHA-256 of what the letter is, with version 4 written over them.

        >>> day = date(2026, 3, 31)
        >>> Reminder("10150817", "", "vat_return", day, day, "overdue", 1, day).message_id
        'b5aefcd0-4e08-47f3-a0d8-a3275159db2e'
        """
        start, end = self.period_start.isoformat(), self.period_end.isoformat()
        what = (self.cvr, self.report_type, start, end, self.kind, str(self.number))
        digest = sha256("/".join(("indberet", "reminder", *what)).encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


def due(con: duckdb.DuckDBPyConnection, day: date, days: int) -> Iterator[Reminder]:
    """The reminders to write on `day`, upcoming ones `days` before the due date; by company.

    `con` shows duty_status, registered_company, received_filing and reminder.
    """
    cursor = con.execute(_SQL, {"day": day, "days": days, "second_after": SECOND_AFTER})
    while rows := cursor.fetchmany(_BATCH):
        for row in rows:
            yield Reminder(*row)
