"""The sandbox authority's SQLite file, as its stores open it.

Belongs here: how a piece of work is committed. Does not: any table.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose work is committed whole or not at all, then closed."""
    con = sqlite3.connect(path, timeout=30)
    try:
        with con:
            yield con
    finally:
        con.close()
