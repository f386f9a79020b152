"""The authority's SQLite file, as its stores open it, and the one thread that writes to it.

What many callers write at once is committed together: one `fsync` for all of them, which is
what bounds how many filings a second can be stored. Several server processes take turns by a
lock on a file, which the system gives back when a process is killed.

Belongs here: how a piece of work is committed. Does not: any table.
"""

import fcntl
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self, TypeVar

from warehouse.errors import PermanentError

VERSION = 2
_AT_ONCE = 128
"""Pieces of work committed together, at most."""
_CACHE = "PRAGMA cache_size=-16384"

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


def prepare(path: Path, schema: str) -> None:
    """Make the tables of `schema` where they are not there.

    Raises: PermanentError where the file is of another version.
    """
    with transaction(path) as con:
        (version,) = con.execute("PRAGMA user_version").fetchone()
        tables = con.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables and version != VERSION:
            raise PermanentError(
                f"The receiving service's file {path} is of version {version}; this program "
                f"writes version {VERSION}. Keep the folder {path.parent} with the program that "
                "made it, and start the service in another; a sandbox's may be deleted."
            )
        con.executescript(
            f"PRAGMA journal_mode=WAL; PRAGMA user_version={VERSION}; BEGIN; {schema} COMMIT;"
        )


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose work is committed whole or not at all, then closed."""
    con = sqlite3.connect(path, timeout=30)
    try:
        with con:
            yield con
    finally:
        con.close()


class Reader:
    """Reading from any thread, each with a connection of its own that stays open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """What a query finds, all of it."""
        con = getattr(self._local, "con", None)
        if con is None:
            con = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            con.execute(_CACHE)
            self._local.con = con
        return con.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close this thread's connection."""
        con = self._local.__dict__.pop("con", None)
        if con is not None:
            con.close()


class Writer:
    """One thread that commits the work of many callers together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None]
        self._waiting = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="authority writer", daemon=True)
        self._started = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, work: Work[T]) -> "Future[T]":
        """What `work` returns, once it is on disk."""
        done: Future[T] = Future()
        with self._started:
            if self._thread.ident is None:
                self._thread.start()
        self._waiting.put((work, done))
        return done

    def write(self, work: Work[T]) -> T:
        """The same, waited for."""
        return self.submit(work).result()

    def close(self) -> None:
        """Finish what waits; nothing is taken afterwards."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        files: tuple[sqlite3.Connection, IO[bytes]] | None = None
        is_open = True
        while is_open:
            batch, is_open = self._batch()
            try:
                files = files or self._opened()
            except (OSError, sqlite3.Error) as error:  # no file left to open: the next may find one
                for _, done in batch:
                    done.set_exception(error)
                continue
            if batch:
                _commit(files[0], files[1].fileno(), batch)
        if files:
            files[0].close()
            files[1].close()

    def _opened(self) -> tuple[sqlite3.Connection, IO[bytes]]:
        """The file to write to, and the one whose lock says whose turn it is."""
        turn = self._path.with_suffix(".lock").open("ab")
        con = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        con.execute("PRAGMA synchronous=FULL")
        con.execute(_CACHE)
        return con, turn

    def _batch(self) -> tuple[list[tuple[Work[Any], Future[Any]]], bool]:
        """What waits now, at least one; whether more may come."""
        batch = []
        one = self._waiting.get()
        while one is not None:
            batch.append(one)
            if len(batch) == _AT_ONCE:
                return batch, True
            try:
                one = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False


def _commit(
    con: sqlite3.Connection, turn: int, batch: list[tuple[Work[Any], "Future[Any]"]]
) -> None:
    """Do all of it in one transaction; tell the callers when it is on disk, not before."""
    told: list[tuple[Future[Any], Any, BaseException | None]] = []
    try:
        with _turn(turn):
            con.execute("BEGIN IMMEDIATE")
            told = [(done, *_tried(con, work)) for work, done in batch]
            con.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001  (disk full, locked: every caller is told)
        with suppress(sqlite3.Error):
            con.execute("ROLLBACK")
        told = [(done, None, error) for _, done in batch]
    for done, result, wrong in told:
        if wrong is None:
            done.set_result(result)
        else:
            done.set_exception(wrong)


def _tried(con: sqlite3.Connection, work: Work[Any]) -> tuple[Any, BaseException | None]:
    """One piece of work; what fails takes back its own and nobody else's."""
    con.execute("SAVEPOINT one")
    try:
        result = work(con)
    except Exception as error:  # noqa: BLE001  (given to its caller)
        con.execute("ROLLBACK TO one")
        con.execute("RELEASE one")
        return None, error
    con.execute("RELEASE one")
    return result, None


@contextmanager
def _turn(descriptor: int) -> Iterator[None]:
    """The file is ours to write. SQLite's own lock is polled, with pauses; this one wakes us."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
