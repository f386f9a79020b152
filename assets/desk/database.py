"""One shared, read-only view of the warehouse that notices a new manifest.

Making views over every table takes a tenth of a second, so it is done once per manifest, not
once per request. A request gets a cursor of its own; a reader that began before the manifest
changed ends on the files it began with, which stay for one more generation.

Belongs here: connections. Does not: any question to the tables.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from warehouse.errors import TransientError
from warehouse.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

Connection: TypeAlias = duckdb.DuckDBPyConnection
_Stamp = tuple[int, ...]
_MEMORY = "1GB"
_TRIES = 3
_PATIENCE = 0.5
"""Seconds a request waits for a newer manifest before it is answered from the one before."""


KEPT: Mapping[str, tuple[str, str]] = {
    "company_name": (
        "registered_company",
        """SELECT cvr, se_number, name, lower(name) AS sought, legal_form, industry, municipality,
        registered_to FROM registered_company ORDER BY name, cvr""",
    ),
    "standing": (
        "duty_status",
        """SELECT DISTINCT state, cvr FROM duty_status
        WHERE state NOT IN ('not_due', 'on_time') ORDER BY state, cvr""",
    ),
    "duty_count": (
        "duty_status",
        """SELECT report_type, state AS standing, count(*) AS n, max(as_of) AS as_of
        FROM duty_status GROUP BY ALL ORDER BY ALL""",
    ),
    "received_count": (
        "received_filing",
        """SELECT report_type, status AS standing, count(*) AS n
        FROM received_filing GROUP BY ALL ORDER BY ALL""",
    ),
    "received_month": (
        "received_filing",
        """SELECT strftime(received_at, '%Y-%m') AS month, count(*) AS reports
        FROM received_filing GROUP BY month ORDER BY month""",
    ),
}
"""What pages ask of all companies, kept in memory: the table it is of, and the question.

Asked anew only when that table's content is another.
"""


class _Opened:
    """The views of one manifest with what is kept, and how many requests still read them."""

    def __init__(self, store: Store, stamp: _Stamp, before: "_Opened | None") -> None:
        self.stamp = stamp
        self.readers = 0
        self.is_stale = False
        self.kept: dict[str, tuple[str, pa.Table]] = {}
        self._stack = ExitStack()
        self.con = self._stack.enter_context(store.connect(memory_limit=_MEMORY, is_whole=True))
        for name, (table, query) in KEPT.items():
            self._keep(name, store.content_sha256(table), query, before)

    def close(self) -> None:
        self._stack.close()

    def _keep(self, name: str, content: str, query: str, before: "_Opened | None") -> None:
        known = before.kept.get(name) if before is not None else None
        if known is None or known[0] != content:
            known = content, self.con.sql(query).to_arrow_table()
        self.kept[name] = known
        self.con.register("_kept", known[1])
        self.con.execute(f"CREATE TABLE kept_{name} AS FROM _kept")
        self.con.unregister("_kept")


class Reading:
    """Cursors over the newest manifest of one store. Safe to share between threads.

    While the views of a new manifest are made, which may take a second where there are
    hundreds of thousands of companies, a request waits a moment and is then answered from
    the manifest before.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._opening: threading.Thread | None = None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A cursor with one view per table, and a table `kept_…` of each of `KEPT`."""
        self._look()
        with self._lock:
            opened = self._opened
            assert opened is not None
            opened.readers += 1
            cursor = opened.con.cursor()
        cursor.execute("SET parquet_metadata_cache = true")  # a cursor's own; files never change
        try:
            yield cursor
        except duckdb.IOException:  # its files were replaced twice: the next request looks anew
            with self._lock:
                opened.stamp = ()
            raise
        finally:
            cursor.close()
            with self._lock:
                opened.readers -= 1
                if opened.is_stale and opened.readers == 0:
                    opened.close()

    def written_at(self) -> datetime | None:
        """When the warehouse last changed; None where nothing was ever written."""
        path = self.store.folder / "manifest.json"
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None

    def close(self) -> None:
        """Let go of the files; open requests end first."""
        with self._lock:
            thread = self._opening
        if thread is not None:
            thread.join()
        with self._lock:
            self._put(None)

    def _look(self) -> None:
        """See that the newest manifest is open, or being opened."""
        stamp = _stamp(self.store)
        with self._lock:
            if self._opened is not None and self._opened.stamp == stamp:
                return
            thread = self._opening
            if thread is None:
                thread = self._opening = threading.Thread(target=self._open, daemon=True)
                thread.start()
            is_first = self._opened is None
        thread.join(None if is_first else _PATIENCE)
        if self._opened is None:
            raise TransientError(
                f"Opening the tables in {self.store.folder}: they were replaced {_TRIES} times "
                "while they were being opened. Ask for the page again."
            )

    def _open(self) -> None:
        try:
            for _ in range(_TRIES):
                try:
                    fresh = _Opened(self.store, _stamp(self.store), self._opened)
                except duckdb.IOException:  # replaced twice while the views were made
                    continue
                with self._lock:
                    self._put(fresh)
                return
        finally:
            with self._lock:
                self._opening = None

    def _put(self, fresh: _Opened | None) -> None:
        old, self._opened = self._opened, fresh
        if old is not None:
            old.is_stale = True
            if old.readers == 0:
                old.close()


def _stamp(store: Store) -> _Stamp:
    """What tells one manifest from another; none before anything was written."""
    try:
        found = (store.folder / "manifest.json").stat()
    except FileNotFoundError:
        return (0,)
    return found.st_mtime_ns, found.st_ino, found.st_size


def rows(con: Connection, query: str, parameters: object = None) -> list[dict[str, object]]:
    """The rows a query gives, each by column name. `parameters` as DuckDB takes them."""
    found = con.execute(query, parameters)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def row(con: Connection, query: str, parameters: object = None) -> dict[str, object] | None:
    """The first row, or None."""
    found = rows(con, query, parameters)
    return found[0] if found else None
