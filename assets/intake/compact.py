"""Many small files to few: when a year has gathered enough, they are sorted into one.

Files below the size that reads well are merged whenever a partition has sixteen of them; a
large merge is cut into files by company, so that a company's facts lie in few of them. The
swap is one manifest: readers see the files before or the files after.

Belongs here: which files, and the merge. Does not: what the rows mean.
"""

from collections import defaultdict
from itertools import pairwise

import duckdb

from warehouse import duck
from warehouse.shape import Table
from warehouse.store import Entry, Store
from warehouse.tables import TABLES

FEW = 16
LARGE = 1_000_000
_ROWS = 122_880
_MEMORY = "512MB"
GROWING = [name for name in TABLES if name.startswith("xbrl_")]


def compact(store: Store, *, few: int = FEW, large: int = LARGE, most: int | None = None) -> int:
    """Merge small files where a partition has `few` or more; returns how many were merged.

    `most`: partitions merged in this call, those of the most files first.
    """
    ripe = [
        (name, partition, small)
        for name in GROWING
        for partition, small in sorted(_small(store, name, large).items())
        if len(small) >= few
    ]
    ripe.sort(key=lambda one: -len(one[2]))
    for name, partition, small in ripe[:most]:
        _merge(store, TABLES[name], partition, small, large)
    return sum(len(small) for _, _, small in ripe[:most])


def _small(store: Store, name: str, large: int) -> dict[str, dict[str, Entry]]:
    """The files worth merging, by partition."""
    found: dict[str, dict[str, Entry]] = defaultdict(dict)
    for file, entry in store.partitions(name).items():
        if entry.rows < large:
            found[file.rpartition("/")[0]][file] = entry
    return found


def _merge(store: Store, table: Table, partition: str, small: dict[str, Entry], large: int) -> None:
    paths = [str(store.folder / entry.file) for entry in small.values()]
    rows = sum(entry.rows for entry in small.values())
    con = duck.connect(store.temp_directory, memory_limit=_MEMORY, threads=1)
    try:
        con.from_parquet(paths, hive_partitioning=False).create_view("merged")
        with store.transaction() as transaction:
            for file in small:  # first: a shelf may come to the very bytes of one of them
                transaction.remove(table.name, file)
            for shelf in _shelves(con, table, max(1, round(rows / large))):
                query = (
                    f"SELECT '{partition}' AS _partition, {', '.join(table.names)} FROM merged "
                    f"WHERE {shelf} ORDER BY {', '.join(table.sorted_by)}"
                )
                transaction.append_sorted(table.name, con.sql(query).to_arrow_reader(_ROWS))
    finally:
        con.close()


def _shelves(con: duckdb.DuckDBPyConnection, table: Table, count: int) -> list[str]:
    """Conditions that part the rows into `count` shelves by company, or one for all."""
    if count == 1 or "entity_identifier" not in table.names:
        return ["true"]
    shares = [number / count for number in range(1, count)]
    found = con.execute(
        "SELECT quantile_disc(coalesce(entity_identifier, ''), ?) FROM merged", [shares]
    ).fetchall()
    bounds = sorted({"", *found[0][0]})
    text = "coalesce(entity_identifier, '')"
    quoted = ["'" + bound.replace("'", "''") + "'" for bound in bounds]
    shelves = [f"{text} >= {low} AND {text} < {high}" for low, high in pairwise(quoted)]
    return [*shelves, f"{text} >= {quoted[-1]}"]
