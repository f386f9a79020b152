"""Filings read one after another for a person, without a warehouse.

Few are read in this process, many in a pool; either way one bad filing stops no other.

Belongs here: reading in order, and a summary of each. Does not: keeping anything.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.intake import reading
from assets.intake.found import Source, Unreachable
from assets.intake.pool import Failed, Pool

Rows = dict[str, pa.Table]
FEW = 4
CHUNK = 200
_PERIOD = (Path(__file__).parent / "filing_period.sql").read_text(encoding="utf-8")


def read_each(
    source: Source, workers: int, time_limit: float, library: Path | None = None
) -> Iterator[tuple[str, Rows | Unreachable]]:
    """Every filing of `source`: its name, and its rows or why its bytes could not be had.

    Facts are typed and labelled by the taxonomies in `library`.
    """
    unreachable: list[tuple[str, Unreachable]] = []
    read: Iterator[tuple[reading.Task, Rows]]
    if source.total is not None and source.total <= FEW:
        read = ((task, reading.read(task)) for task in _tasks(source, library, unreachable))
    else:
        read = _pooled(_tasks(source, library, unreachable), workers, time_limit)
    for task, rows in read:
        yield task.name, rows
    yield from unreachable


def _tasks(
    source: Source, library: Path | None, unreachable: list[tuple[str, Unreachable]]
) -> Iterator[reading.Task]:
    for place in source.places():
        try:
            content = place.read()
        except Unreachable as error:
            unreachable.append((place.name, error))
        else:
            filing_id = hashlib.sha256(content).hexdigest()
            yield reading.Task(filing_id, place.name, content, library=library)


def _pooled(
    tasks: Iterator[reading.Task], workers: int, time_limit: float
) -> Iterator[tuple[reading.Task, Rows]]:
    count = workers or os.cpu_count() or 1
    pool = Pool(
        reading.work,
        workers=count,
        time_limit=time_limit,
        preload=reading.__name__,
        weight=reading.weight,
    )
    with pool:
        for task, result in pool.run(tasks):
            if isinstance(result, Failed):
                yield task, reading.unread(task, result.reason)
            else:
                yield task, reading.unpack(result)


def summaries(parts: list[Rows]) -> list[dict[str, Any]]:
    """One row for each filing read: entity, period, counts."""
    con = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    try:
        register(con, parts)
        con.execute(_PERIOD)
        rows = con.execute("""
            SELECT filing.*, period_start, period_end, approval_date
            FROM new_xbrl_filing AS filing JOIN filing_period USING (filing_id, target)
        """)
        names = [column[0] for column in rows.description or []]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    finally:
        con.close()


def register(con: duckdb.DuckDBPyConnection, parts: list[Rows]) -> None:
    """The rows of several filings as `new_<table>`."""
    for name, shape in reading.STORED.items():
        tables = [part[name] for part in parts if name in part] or [shape.empty_table()]
        con.register(f"new_{name}", pa.concat_tables(tables).combine_chunks())
