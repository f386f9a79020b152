"""DuckDB connections that state their limits.

An uncapped connection takes every core and 80 % of memory, so every connection
of ours is made here.
"""

from pathlib import Path

import duckdb

DEFAULT_MEMORY = "2GB"
DEFAULT_THREADS = 2


def connect(
    temp_directory: Path, *, memory_limit: str = DEFAULT_MEMORY, threads: int = DEFAULT_THREADS
) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that spills to `temp_directory`.

    Extensions are neither downloaded nor loaded by themselves; time stamps are
    shown in UTC so that the same rows print the same text on every machine.
    """
    temp_directory.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(temp_directory),
            "autoinstall_known_extensions": False,
            "TimeZone": "UTC",
        },
    )
