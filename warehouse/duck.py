"""DuckDB connections that state their limits.

An uncapped connection takes every core and 80 % of memory, so every connection
of ours is made here.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

DEFAULT_MEMORY = "2GB"
DEFAULT_THREADS = 2


def connect(
    temp_directory: Path, *, memory_limit: str = DEFAULT_MEMORY, threads: int = DEFAULT_THREADS
) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that spills to `temp_directory`.

    Extensions are neither downloaded nor loaded by themselves; time stamps are
    shown in UTC so that the same rows print the same text on every machine. No
    progress bar is printed among what a command says.
    """
    temp_directory.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(temp_directory),
            "autoinstall_known_extensions": False,
            "TimeZone": "UTC",
        },
    )
    con.execute("SET enable_progress_bar = false")  # it cannot be told to connect
    return con


def insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    shape: pa.Schema,
    rows: Sequence[Sequence[object]],
) -> None:
    """Insert `rows`, values in the order of `shape`, into `table` in one statement.

    For rows that grow with companies or postings: one statement a row costs DuckDB
    a millisecond each.
    """
    columns = zip(*rows, strict=True) if rows else [()] * len(shape)
    arrays = [pa.array(column, f.type) for column, f in zip(columns, shape, strict=True)]
    con.register("_inserted", pa.Table.from_arrays(arrays, schema=shape))
    names = ", ".join(shape.names)
    con.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM _inserted")
    con.unregister("_inserted")
