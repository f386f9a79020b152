"""A batch of filings' rows into the warehouse, all at once or not at all.

The period each filing reports on and its verdict are worked out while the batch is at hand.
Its files join those of the years in which the filings' periods end.

Belongs here: one batch. Does not: making batches (`take_in`), or merging files (`compact`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.intake import again
from assets.intake.reading import STORED
from warehouse import duck
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

_SQL = Path(__file__).parent
_ROWS = 122_880
_MEMORY = "512MB"
_TAKEN = pa.schema(
    [
        pa.field("filing_id", pa.string()),
        pa.field("sequence", pa.int64()),
        pa.field("place", pa.string()),
        pa.field("path", pa.string()),
        pa.field("published_at", pa.timestamp("us", tz="UTC")),
    ]
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What the intake knows of one filing beside its rows."""

    filing_id: str
    sequence: int
    place: str
    path: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Filings in the order taken in, their rows by table, and the places found.

    Rows that the warehouse holds of the filings in `replaced` are taken out.
    """

    taken: list[Taken]
    rows: dict[str, list[pa.Table]]
    places: list[Sequence[Any]]
    replaced: frozenset[str] = frozenset()


def write(store: Store, batch: Batch) -> dict[str, int]:
    """Write `batch`; returns how many filings got each verdict."""
    con = duck.connect(store.temp_directory, memory_limit=_MEMORY, threads=1)
    try:
        return _write(con, store, batch)
    finally:
        con.close()


def _write(con: duckdb.DuckDBPyConnection, store: Store, batch: Batch) -> dict[str, int]:
    for name, shape in STORED.items():
        parts = batch.rows.get(name) or [shape.empty_table()]
        con.register(f"new_{name}", pa.concat_tables(parts).combine_chunks())
    con.register("taken", _table(_TAKEN, [_values(one) for one in batch.taken]))
    con.register("found", _table(schema(TABLES["xbrl_source"]), batch.places))
    con.execute((_SQL / "filing_period.sql").read_text(encoding="utf-8"))
    con.execute((_SQL / "filing.sql").read_text(encoding="utf-8"))
    with store.transaction() as transaction:
        for name in STORED:
            if batch.replaced:
                again.take_out(con, store, transaction, name, batch.replaced)
            transaction.append_sorted(name, con.sql(_sorted(name)).to_arrow_reader(_ROWS))
        transaction.append_sorted("xbrl_source", con.sql(_SOURCES).to_arrow_reader(_ROWS))
    query = "SELECT verdict, count(*) FROM judged_xbrl_filing GROUP BY 1"
    return dict(con.execute(query).fetchall())


_SOURCES = f"""
    SELECT 'year=all' AS _partition, {", ".join(TABLES["xbrl_source"].names)}
    FROM found ORDER BY {", ".join(TABLES["xbrl_source"].sorted_by)}
"""


def _sorted(name: str) -> str:
    """The batch's rows of a table with their partition, as they are stored."""
    table = TABLES[name]
    rows = "judged_xbrl_filing" if name == "xbrl_filing" else f"new_{name}"
    columns = ", ".join(f"rows.{column}" for column in table.names)
    order = ", ".join(f"rows.{column}" for column in table.sorted_by)
    return f"""
        SELECT of_filing._partition, {columns}
        FROM {rows} AS rows
        JOIN (SELECT DISTINCT filing_id, _partition FROM filing_period) AS of_filing
            ON of_filing.filing_id = rows.filing_id
        ORDER BY of_filing._partition, {order}
    """


def _values(one: Taken) -> Sequence[Any]:
    return one.filing_id, one.sequence, one.place, one.path, one.published_at


def _table(shape: pa.Schema, rows: Sequence[Sequence[Any]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(shape)
    arrays = [pa.array(column, f.type) for column, f in zip(columns, shape, strict=True)]
    return pa.Table.from_arrays(arrays, schema=shape)
