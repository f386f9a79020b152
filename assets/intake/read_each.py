"""Filings read one after another for a person, without a warehouse.

Few are read in this process, many in a pool; either way one bad filing stops no other.

Belongs here: reading in order, and a summary of each. Does not: keeping anything.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.intake import bulk, bulk_pool
from assets.intake.bulk import Filing
from assets.intake.found import Source, Unreachable
from assets.intake.reading import STORED, Rows

FEW = 4
CHUNK = 200
_PERIOD = (Path(__file__).parent / "filing_period.sql").read_text(encoding="utf-8")


def read_each(
    source: Source, workers: int, time_limit: float, library: Path | None = None
) -> Iterator[tuple[str, Rows | Unreachable]]:
    """Every filing of `source`: its name, and its rows or why its bytes could not be had.

    Facts are typed and labelled by the taxonomies in `library`. No rules are asked.
    """
    unreachable: list[tuple[str, Unreachable]] = []
    filings = _filings(source, unreachable)
    how = bulk_pool.How(workers, time_limit, library=library, is_judged=False)
    is_few = source.total is not None and source.total <= FEW
    for made in (bulk_pool.run_here if is_few else bulk_pool.run)(filings, how):
        for row, name in enumerate(made.column("name").to_pylist()):
            rows = bulk.tables(made.slice(row, 1))
            yield name, {table: some for table, some in rows.items() if some.num_rows}
    yield from unreachable


def _filings(source: Source, unreachable: list[tuple[str, Unreachable]]) -> Iterator[Filing]:
    for place in source.places():
        try:
            content = place.read()
        except Unreachable as error:
            unreachable.append((place.name, error))
        else:
            yield Filing(hashlib.sha256(content).hexdigest(), place.name, content)


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
    for name, shape in STORED.items():
        tables = [part[name] for part in parts if name in part] or [shape.empty_table()]
        con.register(f"new_{name}", pa.concat_tables(tables).combine_chunks())
