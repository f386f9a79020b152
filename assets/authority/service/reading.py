"""What the service received, read by what comes after it: events, and the reports they tell of.

Safe while the service runs: nothing here writes, and a reader sees only what is committed.

Belongs here: reading across processes, by cursor or by key. Does not: what is made of it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assets.authority.service.events import ANNUAL_REPORT, SALES_LIST, VAT_RETURN
from warehouse.errors import PermanentError

_FILE = "authority.sqlite"
_AT_ONCE = 200
"""Keys asked for in one query."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one report; `sequence` 1, 2, 3, … without a gap."""

    sequence: int
    at: datetime
    report_type: str
    filing_key: str
    status: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """One report as it was received. `content`: its own bytes: the `Angivelse` of a VAT return,
    the list as CSV, the annual report's XHTML; of what was refused, the message, and whose it
    is as far as it says.
    """

    filing_key: str
    report_type: str
    content: bytes
    cvr: str | None
    se_number: str | None
    period_start: date | None
    period_end: date | None
    sender: str
    transaction_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How many events there are, and how many annual reports wait to be judged."""

    events: int
    undecided: int


def events(folder: Path, after: int, at_most: int) -> list[Event]:
    """Events past `after`, in order.

    Raises: PermanentError where no service has received anything in `folder`.
    """
    with _reading(folder) as con:
        rows = con.execute(
            "SELECT sequence, at, report_type, filing_key, status, codes FROM event "
            "WHERE sequence > ? ORDER BY sequence LIMIT ?",
            (after, at_most),
        ).fetchall()
    return [
        Event(number, datetime.fromisoformat(at), kind, key, status, tuple(json.loads(codes)))
        for number, at, kind, key, status, codes in rows
    ]


def counts(folder: Path, up_to: int) -> dict[str, int]:
    """How many reports the events to `up_to` tell of, by report type."""
    with _reading(folder) as con:
        rows = con.execute(
            "SELECT report_type, count(DISTINCT filing_key) FROM event WHERE sequence <= ? "
            "GROUP BY report_type",
            (up_to,),
        ).fetchall()
    return dict(rows)


def standing(folder: Path) -> Standing:
    """How far the service has come."""
    with _reading(folder) as con:
        (last,) = con.execute("SELECT coalesce(max(sequence), 0) FROM event").fetchone()
        (left,) = con.execute("SELECT count(*) FROM annual_report WHERE code = 1").fetchone()
    return Standing(last, left)


def received(folder: Path, report_type: str, keys: Sequence[str]) -> Iterator[Received]:
    """The reports of those keys (as events name them), in no order; unknown keys give nothing."""
    refused = [key for key in keys if key.startswith("message-")]
    own = [key for key in keys if not key.startswith("message-")]
    with _reading(folder) as con:
        for some in _parts(own):
            for row in con.execute(_SELECT[report_type].format(_marks(some)), some):
                yield _received(report_type, row)
        for some in _parts(refused):
            numbers = [int(key.removeprefix("message-")) for key in some]
            for row in con.execute(_REFUSED.format(_marks(some)), numbers):
                yield _received(report_type, row)


_SELECT = {
    VAT_RETURN: "SELECT reference, content, cvr, se_number, period_start, period_end, sender, "
    "transaction_id, received_at FROM draft WHERE reference IN ({})",
    SALES_LIST: "SELECT receipt_number, content, cvr, se_number, period_start, period_end, "
    "sender, transaction_id, received_at FROM sales_list WHERE receipt_number IN ({})",
    ANNUAL_REPORT: "SELECT case_number, content, cvr, NULL, period_start, period_end, sender, "
    "transaction_id, received_at FROM annual_report WHERE case_number IN ({})",
}
_REFUSED = (
    "SELECT 'message-' || message_id, request, cvr, se_number, period_start, period_end, sender, "
    "transaction_id, received_at FROM message LEFT JOIN refusal USING (message_id) "
    "WHERE message_id IN ({})"
)


def _received(report_type: str, row: tuple[Any, ...]) -> Received:
    key, content, cvr, se_number, start, end, sender, transaction_id, received_at = row
    return Received(
        key, report_type, bytes(content), cvr, se_number, _day(start), _day(end), sender,
        transaction_id, datetime.fromisoformat(received_at),
    )  # fmt: skip


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / _FILE
    if not path.exists():
        raise PermanentError(
            f"Tried to read what was received in {folder}: there is no {_FILE}; no receiving "
            "service has run there. Start one with `indberet authority start`."
        )
    con = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        yield con
    finally:
        con.close()


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _marks(keys: Sequence[str]) -> str:
    return ", ".join("?" * len(keys))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
