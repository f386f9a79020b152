"""Dagster's record of runs in SQLite, with its connections kept open.

Dagster's own storage makes an engine, opens the file and closes it again for every
statement: three or four times per event, and each close folds the write-ahead log back
into the database. A run here records two events per asset check, and half of its time
went there. This storage writes the same rows into the same files, so either reads what
the other wrote.

Belongs here: how `dagster.yaml` stores events. Does not: what is recorded.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from sqlalchemy import pool

_OPEN = 4
"""Files kept open at a time: the index of all runs, and the runs last written or looked at."""


class _Kept(NamedTuple):
    """An open file: its engine, and which file it was."""

    engine: sa.Engine
    file: tuple[int, int] | None


class KeptOpenEvents(SqliteEventLogStorage):
    """Dagster's event log in SQLite, one kept connection per file."""

    _new: ClassVar[bytes] = b""
    """A run's file as Dagster makes it, before any event: making one costs it 50 ms."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        """One transaction on the file of a run, or on the index; one thread at a time."""
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> sa.Engine:
        """The engine of a file, with the one connection it keeps; the lock must be held."""
        kept = self._kept.get(shard)
        if kept is None or kept.file != _identity(self.path_for_shard(shard)):
            self._forget(shard)
            kept = self._kept[shard] = self._open(shard)
            while len(self._kept) > _OPEN:
                self._forget(next(iter(self._kept)))
        self._kept.move_to_end(shard)
        return kept.engine

    def _open(self, shard: str) -> _Kept:
        url, path = self.conn_string_for_shard(shard), Path(self.path_for_shard(shard))
        options: dict[str, Any] = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        is_a_runs = not path.exists() and shard != INDEX_SHARD_NAME
        if is_a_runs and self._new:
            whole = path.with_suffix(f".{os.getpid()}")
            whole.write_bytes(self._new)
            with suppress(FileExistsError):
                path.hardlink_to(whole)
            whole.unlink()
        else:
            self._initdb(sa.create_engine(url, poolclass=pool.NullPool, connect_args=options))
            if is_a_runs:
                KeptOpenEvents._new = path.read_bytes()
        options["check_same_thread"] = False  # they take turns by the lock
        engine = sa.create_engine(url, poolclass=pool.StaticPool, connect_args=options)
        sa.event.listen(engine, "connect", _on_connect)
        return _Kept(engine, _identity(self.path_for_shard(shard)))

    def _forget(self, shard: str) -> None:
        if (kept := self._kept.pop(shard, None)) is not None:
            kept.engine.dispose()

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table: asked for every event, and tables only come."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close what is kept open."""
        with self._db_lock:
            for shard in list(self._kept):
                self._forget(shard)
        super().dispose()


class Storage(DagsterSqliteStorage):
    """Runs, events and schedules in SQLite under one folder, as Dagster lays them out."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = KeptOpenEvents(str(Path(base_dir, "history", "runs")))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "Storage":
        """The storage that `dagster.yaml` describes."""
        return cls.from_local(inst_data=inst_data, **config_value)


def _identity(path: str) -> tuple[int, int] | None:
    """Which file lies there now: it may be removed or replaced while it is open."""
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _on_connect(connection: Any, _record: Any) -> None:
    """Commits do not wait for the disk: a crash of the machine may cost the last records.

    They are about runs. What was sent, and the answer to it, is kept by
    `warehouse.operations`.
    """
    connection.execute("PRAGMA synchronous = NORMAL")
