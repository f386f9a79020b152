"""One batch into the tables, in one step with the statement of the run that brought it.

Only the months of receipt that the batch touches are written anew, each sorted by its key, so
the tables' bytes do not depend on how the events were cut into batches.

Belongs here: SQL over what is there and what is new. Does not: reports' bytes (`batch`).
"""

from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.authority.arrivals.batch import Rows
from assets.authority.arrivals.folding import Standing
from warehouse.shape import schema
from warehouse.store import Store, Transaction
from warehouse.tables import TABLES

FILING, QUARANTINE, RUN = "received_filing", "quarantined_filing", "intake_run"
BY_MONTH = (FILING, "filed_vat_amount", "filed_eu_sale")
ARRIVALS = (*BY_MONTH, QUARANTINE, RUN)
SNAPSHOT = "snapshot"
_ROWS = 122_880
_SQL = Path(__file__).parent
_ARRIVED = (_SQL / "arrived.sql").read_text(encoding="utf-8")
_FILINGS = (_SQL / "filings_of_month.sql").read_text(encoding="utf-8")
_STANDING = pa.schema(
    [
        *(schema(TABLES[FILING]).field(name) for name in ("filing_key", "event_to", "status")),
        schema(TABLES[FILING]).field("decided_at"),
        pa.field("codes", pa.list_(pa.string())),
        *(schema(TABLES[FILING]).field(name) for name in ("accepted_at", "accepted_event")),
    ]
)


def known(con: duckdb.DuckDBPyConnection, keys: Collection[str]) -> set[str]:
    """Those of `keys` that the tables know, as reports or in quarantine."""
    con.register("asked", pa.table({"filing_key": pa.array(sorted(keys), pa.string())}))
    rows = con.execute(
        f"SELECT filing_key FROM {FILING} SEMI JOIN asked USING (filing_key) "
        f"UNION SELECT filing_key FROM {QUARANTINE} SEMI JOIN asked USING (filing_key)"
    ).fetchall()
    con.unregister("asked")
    return {key for (key,) in rows}


def prepare(
    con: duckdb.DuckDBPyConnection, fresh: Rows, standings: Iterable[Standing]
) -> list[str]:
    """Put the batch beside the tables: `fresh_<table>` and `standing`, of reports known before.

    Returns the months of receipt it touches, `received=2026-03`.
    """
    for name in (*BY_MONTH, QUARANTINE):
        con.register(f"given_{name}", fresh.table(name))
    con.register("standing", _standings(standings))
    con.execute(_ARRIVED)
    return [month for (month,) in con.execute("SELECT month FROM touched ORDER BY 1").fetchall()]


def write(
    con: duckdb.DuckDBPyConnection, store: Store, transaction: Transaction, months: list[str]
) -> None:
    """The months touched, and the quarantine, as they are after the batch."""
    for table in BY_MONTH:
        wanted = months if table == FILING else _fresh_months(con, table)
        for month in wanted:
            _month(con, store, transaction, table, month)
    names = ", ".join(TABLES[QUARANTINE].names)
    rows = con.sql(f"SELECT {names} FROM still_quarantined ORDER BY filing_key")
    transaction.put(QUARANTINE, SNAPSHOT, rows.to_arrow_table())


def _month(
    con: duckdb.DuckDBPyConnection, store: Store, transaction: Transaction, table: str, month: str
) -> None:
    """One month of one table: what was there carried on, and what is new. A month by itself:
    where its row groups begin must not depend on the months beside it.
    """
    entry = store.partitions(table).get(month)
    before = f"fresh_{table} WHERE false"
    if entry is not None:
        path = str(store.folder / entry.file).replace("'", "''")
        before = f"read_parquet('{path}', hive_partitioning = false)"
    shape = TABLES[table]
    columns, key = ", ".join(shape.names), ", ".join(shape.sorted_by or shape.key)
    con.execute(f"CREATE OR REPLACE TEMP VIEW before AS SELECT {columns} FROM {before}")
    statement = _FILINGS if table == FILING else f"SELECT {columns} FROM before"
    rows = con.sql(
        f"SELECT '{month}' AS _partition, {columns} FROM ({statement} UNION ALL "
        f"SELECT {columns} FROM fresh_{table} WHERE month = '{month}') ORDER BY {key}"
    )
    transaction.put_sorted(table, rows.to_arrow_reader(_ROWS))


def _fresh_months(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = con.execute(f"SELECT DISTINCT month FROM fresh_{table} ORDER BY 1").fetchall()
    return [month for (month,) in rows]


def _standings(standings: Iterable[Standing]) -> pa.Table:
    rows = [
        (s.filing_key, s.event_to, s.status, s.decided_at, s.codes, s.accepted_at, s.accepted_event)
        for s in standings
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(_STANDING)
    arrays = [pa.array(one, f.type) for one, f in zip(columns, _STANDING, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_STANDING)
