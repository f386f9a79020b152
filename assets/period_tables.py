"""Writing one period's rows of one table into the warehouse.

Belongs here: replacing a period's partitions, with the rows of companies that a
command was not about kept as they are. Does not: what the rows are.
"""

from collections.abc import Iterable

import duckdb

from warehouse.store import Store, Transaction, bucket_sql, replace_prefix
from warehouse.tables import TABLES

_BATCH = 122_880


def replace(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    transaction: Transaction,
    table: str,
    *,
    rows: str,
    prefix: str,
    kept: str | None,
) -> None:
    """Replace the partitions of `table` under `prefix` (ends with `/`).

    `rows` is the relation with the new rows; `kept`, when given, one with the
    rows of `table` in these partitions that stay. Sorted by the table's key.
    """
    columns = ", ".join(TABLES[table].names)
    source = f"SELECT {columns} FROM {rows}"
    if kept is not None:
        source += f" UNION ALL SELECT {columns} FROM {kept}"
    bucket = f"lpad(CAST({bucket_sql('company_id')} AS VARCHAR), 2, '0')"
    query = (
        f"SELECT '{prefix}bucket=' || {bucket} AS _partition, {columns} FROM ({source}) "
        f"ORDER BY 1, {', '.join(TABLES[table].key)}"
    )
    written = transaction.put_sorted(table, con.sql(query).to_arrow_reader(_BATCH))
    for name in replace_prefix(store.partitions(table), prefix, written):
        transaction.remove(table, name)


def keep_others(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    table: str,
    prefix: str,
    selected: Iterable[str] | None,
) -> str | None:
    """A relation with the rows under `prefix` of companies not `selected`; None: all are."""
    if selected is None:
        return None
    paths = store.paths(table, lambda name: name.startswith(prefix))
    if not paths:
        return None
    files = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE selected_company AS "
        "SELECT unnest(CAST($1 AS VARCHAR[])) AS company_id",
        [sorted(selected)],
    )
    name = f"kept_{table}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS "
        f"SELECT * FROM read_parquet([{files}], hive_partitioning = false) "
        "WHERE company_id NOT IN (SELECT company_id FROM selected_company)"
    )
    return name
