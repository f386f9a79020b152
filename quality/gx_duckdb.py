"""A read-only SQLAlchemy dialect by which Great Expectations reads a DuckDB connection.

Great Expectations has no DuckDB support. Through the public duckdb-engine every
expectation fails, because Great Expectations closes a connection before it reads
the result, and there the cursor *is* the connection. Here a cursor is a DuckDB
cursor of its own, beside the caller's connection and seeing its tables and views,
whose rows are fetched when it executes; and nothing is ever written: no
transaction is opened and anything but a query is refused.

The dialect calls itself `postgresql`, by which Great Expectations chooses the
regular-expression operator `~`. DuckDB before 2.0 matches `~` against the whole
text and 2.0 anywhere in it, as PostgreSQL does: patterns must carry `^` and `$`.

Belongs here: the dialect. Does not: suites (`quality.expectations`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, ClassVar

import duckdb
import sqlalchemy as sa
from sqlalchemy import pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect

# Those of `warehouse.tables`; any other is text.
_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "BOOLEAN": sa.Boolean,
    "SMALLINT": sa.SmallInteger,
    "INTEGER": sa.Integer,
    "BIGINT": sa.BigInteger,
    "DATE": sa.Date,
    "TIMESTAMP WITH TIME ZONE": sa.DateTime,
}
_NAME = "indberet_duckdb"
_shared: dict[str, duckdb.DuckDBPyConnection] = {}
_numbers = count(1)


class ReadOnlyError(duckdb.Error):  # type: ignore[misc]  # duckdb is untyped
    """Something other than a query was sent."""


class _Cursor:
    """A DB-API cursor that holds its rows."""

    arraysize = 1

    def __init__(self, connection: "_Connection") -> None:
        self.connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self._next = 0
        self.description: Sequence[Any] | None = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Any = None, _context: Any = None) -> None:
        if statement.lstrip(" \t\n(").split(None, 1)[0].upper() not in {"SELECT", "WITH", "SHOW"}:
            raise ReadOnlyError(f"Only queries may be sent here, not: {statement}")
        cursor = _shared[self.connection.name].cursor()
        try:
            cursor.execute(statement, parameters) if parameters else cursor.execute(statement)
            # Types as text: a kept DuckDB type is reported as leaked when Python ends.
            self.description = [(c[0], str(c[1]), *c[2:]) for c in cursor.description or ()]
            self._rows, self._next = cursor.fetchall(), 0
        finally:
            cursor.close()

    def fetchone(self) -> tuple[Any, ...] | None:
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        start, self._next = self._next, self._next + (size or self.arraysize)
        return self._rows[start : self._next]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows) or 1)

    def close(self) -> None:
        """Nothing is held but rows."""


class _Connection:
    """A DB-API connection onto the caller's DuckDB connection; closing it closes nothing.

    It knows the connection by name only, since Great Expectations keeps it for good.
    """

    notices: ClassVar[list[str]] = []

    def __init__(self, name: str) -> None:
        self.name = name

    def cursor(self) -> _Cursor:
        return _Cursor(self)

    def commit(self) -> None:
        """Nothing was written."""

    rollback = close = commit


class ReadOnlyDialect(PGDialect):
    """PostgreSQL's SQL, as far as queries go DuckDB's too, over `_Connection`."""

    name = "postgresql"
    driver = _NAME
    default_paramstyle = "qmark"
    supports_statement_cache = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """DuckDB's module: its exceptions and parameter style."""
        return duckdb

    def create_connect_args(self, url: sa.URL) -> tuple[list[Any], dict[str, Any]]:
        """The name of the caller's connection, from the URL."""
        return [url.database], {}

    def connect(self, *cargs: Any, **_options: Any) -> Any:
        """A connection of the caller's, by name."""
        return _Connection(cargs[0])

    @classmethod
    def get_pool_class(cls, _url: sa.URL) -> type[pool.Pool]:
        """One connection, kept."""
        return pool.StaticPool

    def initialize(self, _connection: Any) -> None:
        """PostgreSQL would be asked for its version; DuckDB is not."""
        self.default_schema_name = "main"
        self.server_version_info = (15, 0)

    def on_connect(self) -> None:
        """Nothing is set on a connection that only reads."""

    def do_begin(self, _connection: Any) -> None:
        """Reading needs no transaction."""

    def do_rollback(self, _connection: Any) -> None:
        """Reading needs no transaction."""

    def do_commit(self, _connection: Any) -> None:
        """Nothing was written."""

    def has_table(self, connection: Any, table_name: str, *_args: Any, **_options: Any) -> bool:
        """Whether a table or view of that name is there."""
        return bool(self.get_columns(connection, table_name))

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **_options: Any
    ) -> list[Any]:
        """Name, type and nullability of a table's or view's columns, in order."""
        del schema  # the warehouse has one
        rows = connection.execute(
            sa.text(
                "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
                "WHERE table_name = :name AND table_schema = 'main' ORDER BY ordinal_position"
            ),
            {"name": table_name},
        ).fetchall()
        return [
            {"name": name, "type": _type(data_type), "nullable": null == "YES", "default": None}
            for name, data_type, null in rows
        ]


def _type(data_type: str) -> sa.types.TypeEngine[Any]:
    if data_type.startswith("DECIMAL("):
        precision, scale = data_type[8:-1].split(",")
        return sa.Numeric(int(precision), int(scale))
    return _TYPES.get(data_type, sa.String)()


registry.register(_NAME, __name__, ReadOnlyDialect.__name__)


@contextmanager
def url(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A SQLAlchemy URL that reads `con`, valid within the block."""
    name = f"connection-{next(_numbers)}"
    _shared[name] = con
    try:
        yield f"{_NAME}:///{name}"
    finally:
        del _shared[name]
