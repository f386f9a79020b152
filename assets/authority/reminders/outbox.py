"""The outbox: a day's messages written once, whatever stops the writing.

Messages are first written to a folder beside the days, which nothing sends from; then table
`reminder` is changed, which is when they exist; then they are renamed to their day. What a run
left half done the next one finishes (rows there) or forgets (no rows), by that table alone.

Belongs here: files, the table, and their order. Does not: which messages (`choosing`) or what
they hold. Nothing here sends anything.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from assets.authority.reminders.choosing import Reminder
from warehouse.errors import TransientError
from warehouse.shape import schema
from warehouse.store import Store, naming_full_disk, sync_folder
from warehouse.tables import TABLES

TABLE = "reminder"
_PENDING = ".pending"
_PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Written:
    """One message in the pending folder and the row that makes it exist."""

    reminder: Reminder
    day: date
    sha256: str

    @property
    def row(self) -> dict[str, object]:
        """Its row in table `reminder`."""
        one = self.reminder
        return {
            "message_id": one.message_id,
            "cvr": one.cvr,
            "report_type": one.report_type,
            "period_start": one.period_start,
            "period_end": one.period_end,
            "kind": one.kind,
            "due_date": one.due_date,
            "written_on": self.day,
            "path": f"{self.day.isoformat()}/{one.message_id}.xml",
            "sha256": self.sha256,
        }


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process works on the outbox at a time.

    Raises:
        TransientError: another one has for ten minutes.
    """
    with naming_full_disk(f"write reminders in {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        raise TransientError(
            f"Tried to write reminders in {folder}; another process has been writing there for "
            f"{_PATIENCE // 60} minutes. Wait for it to end, then run again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def finish(folder: Path, store: Store) -> int:
    """Bring what a stopped run left where it belongs; returns how many messages were moved."""
    pending = folder / _PENDING
    if not pending.is_dir():
        return 0
    moved = _release(folder, pending, _paths(store))
    shutil.rmtree(pending)
    return moved


def put(folder: Path, messages: Iterable[tuple[Reminder, bytes]], day: date) -> list[Written]:
    """Write messages to the pending folder. What was there is gone: call `finish` before."""
    pending = folder / _PENDING
    written = []
    with naming_full_disk(f"write reminders in {pending}"):
        pending.mkdir()
        for reminder, content in messages:
            (pending / f"{reminder.message_id}.xml").write_bytes(content)
            written.append(Written(reminder, day, sha256(content).hexdigest()))
        os.sync()  # one for all: a sync for each takes a hundred times as long
        sync_folder(pending)
    return written


def keep(folder: Path, store: Store, written: list[Written]) -> None:
    """Make pending messages exist: their rows, then their places in the outbox."""
    with store.transaction() as transaction:
        added = pa.Table.from_pylist([one.row for one in written], schema=schema(TABLES[TABLE]))
        with store.connect() as con:
            con.register("added", added)
            rows = con.sql(
                f"SELECT * FROM {TABLE} UNION ALL SELECT * FROM added ORDER BY message_id"
            ).to_arrow_table()
        transaction.put(TABLE, "snapshot", rows)
    finish(folder, store)


def _release(folder: Path, pending: Path, paths: dict[str, str]) -> int:
    """Rename every pending message that has a row to its place."""
    moved = 0
    days = set()
    with naming_full_disk(f"write reminders in {folder}"):
        for file in sorted(pending.iterdir()):
            place = paths.get(file.stem)
            if place is None:
                continue
            target = folder / place
            if target.parent not in days:
                target.parent.mkdir(exist_ok=True)
                days.add(target.parent)
            file.replace(target)
            moved += 1
        for changed in (*sorted(days), folder):
            sync_folder(changed)
    return moved


def _paths(store: Store) -> dict[str, str]:
    with store.connect() as con:
        return dict(con.execute(f"SELECT message_id, path FROM {TABLE}").fetchall())
