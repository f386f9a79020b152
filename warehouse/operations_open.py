"""Opening the operations database: its address, its settings, its newest shape.

Belongs here: engines, migrations run at open, database failures in our words.
Does not: what is read and written (`warehouse.operations`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy import exc

from warehouse.errors import PermanentError, TransientError
from warehouse.operations_schema import HEAD

_MIGRATIONS = Path(__file__).with_name("migrations")
_POSTGRESQL_LOCK = 0x1D_BE_2E_7  # any constant of our own; held while migrating


def open_engine(url: str, busy_seconds: float) -> sa.Engine:
    """An engine on `url` with every table in its newest shape.

    Several processes may open at once: one migrates, the others wait.
    Raises TransientError when the database stays locked for `busy_seconds` or
    does not answer, PermanentError when it cannot be opened at all or was
    written by a newer version.
    """
    engine = _engine(url, busy_seconds)
    with (
        translated(f"open the operations database {engine.url!r}"),
        _opening(engine, busy_seconds),
    ):
        _migrate(engine)
    return engine


def _engine(url: str, busy_seconds: float) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, pool_pre_ping=True)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": busy_seconds})
    except (exc.ArgumentError, ImportError, OSError) as error:
        raise PermanentError(
            f"Tried to open the operations database: {error}. Give a URL such as "
            "sqlite:///var/operations.sqlite or postgresql+psycopg2://user@host/indberet, "
            "and install the driver it names."
        ) from error
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # in WAL mode: each commit is on disk


def _begin_sqlite(connection: sa.Connection) -> None:
    """Writers wait for each other at BEGIN, where the busy time-out holds; readers never wait."""
    reads = connection.get_execution_options().get("only_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _opening(engine: sa.Engine, busy_seconds: float) -> Iterator[None]:
    """One process at a time.

    SQLite's change to WAL does not wait for locks, so a lock file stands before
    it; PostgreSQL locks in `_migrate`.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    try:
        with FileLock(f"{engine.url.database}.lock", timeout=busy_seconds):
            raw = engine.raw_connection()
            raw.cursor().execute("PRAGMA journal_mode = WAL")
            raw.close()
            yield
    except TimeoutError as error:
        raise TransientError(
            f"Tried to open the operations database {engine.url.database}: another process has "
            f"been opening it for {busy_seconds:g} seconds. Try again when that has ended."
        ) from error


def _migrate(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
        if _revision(connection) == HEAD:
            return
        from alembic import command  # noqa: PLC0415  slow to import, seldom needed
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise PermanentError(
                f"The operations database {engine.url!r} was written by a newer Indberet "
                f"({error}). Upgrade Indberet on this machine, then try again."
            ) from error


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


@contextmanager
def translated(attempt: str) -> Iterator[None]:
    """Database failures in our words: what time may heal, and what it will not."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        text = str(error.orig if isinstance(error, exc.DBAPIError) else error).strip()
        if isinstance(error, exc.OperationalError | sqlite3.OperationalError) and not _is_lasting(
            text
        ):
            raise TransientError(
                f"Tried to {attempt}: {text}. Nothing was changed. Another process may be "
                "writing, or the database is out of reach or its disk full; try again shortly."
            ) from error
        raise PermanentError(
            f"Tried to {attempt}: {text}. Nothing was changed. Check that the address is "
            "right, that it may be written to and that it is an Indberet database."
        ) from error


def _is_lasting(text: str) -> bool:
    return any(
        sign in text for sign in ("unable to open", "readonly", "no such", "authentication failed")
    )
