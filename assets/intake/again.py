"""Filings that could not be read, taken in again: by a better reader, or with more time.

A filing whose rows would say the same stays as it is, so doing it twice changes nothing.
Otherwise its rows are taken out of their files in the step that writes the new ones.

Belongs here: which filings, and taking out rows. Does not: reading or writing (`take_in`, `batch`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from warehouse.store import Store, Transaction
from warehouse.tables import TABLES

Said = frozenset[tuple[str, str]]
"""What is wrong with a filing: codes and messages."""
_ROWS = 122_880
_FIND = """
    SELECT filing_id, list({'code': code, 'message': message})
    FROM xbrl_problem SEMI JOIN (FROM xbrl_filing WHERE NOT is_read) USING (filing_id)
    GROUP BY 1
"""
_FILES = """
    SELECT DISTINCT filename FROM read_parquet(?, filename = true, hive_partitioning = false)
    WHERE filing_id IN (SELECT unnest(?))
"""


@dataclass(slots=True)
class Unread:
    """The filings that could not be read: what was said of each, and their places' digests."""

    said: dict[str, Said] = field(default_factory=dict)
    places: set[bytes] = field(default_factory=set)

    def is_told_already(self, filing_id: str, rows: Mapping[str, pa.Table]) -> bool:
        """Whether the warehouse says of an unread filing just what `rows` say."""
        filing = rows["xbrl_filing"]
        if filing_id not in self.said or any(filing["is_read"].to_pylist()):
            return False
        return self.said[filing_id] == _said(rows["xbrl_problem"].to_pylist())


def unread(store: Store) -> Unread:
    """The filings in `store` that could not be read."""
    with store.connect(memory_limit="256MB", threads=1) as con:
        return Unread({one: _said(problems) for one, problems in con.execute(_FIND).fetchall()})


def take_out(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    transaction: Transaction,
    table: str,
    filing_ids: Collection[str],
) -> None:
    """Take the rows of filings out of a table; `store` is as before the transaction."""
    live = {str(store.folder / e.file): name for name, e in store.partitions(table).items()}
    if not live:
        return
    names, order = ", ".join(TABLES[table].names), ", ".join(TABLES[table].sorted_by)
    wanted = sorted(filing_ids)
    for (path,) in sorted(con.execute(_FILES, [sorted(live), wanted]).fetchall()):
        transaction.remove(table, live[path])
        kept = con.sql(
            f"SELECT '{live[path].rpartition('/')[0]}' AS _partition, {names} "
            "FROM read_parquet($path, hive_partitioning = false) "
            f"WHERE filing_id NOT IN (SELECT unnest($wanted)) ORDER BY {order}",
            params={"path": path, "wanted": wanted},
        )
        transaction.append_sorted(table, kept.to_arrow_reader(_ROWS))


def _said(problems: Collection[Mapping[str, str]]) -> Said:
    return frozenset((one["code"], one["message"]) for one in problems)
