"""Each company's figures by fiscal year, from the filings that stand.

A year is worked out anew when filings have come to it, and only then: the partition's name
holds the number of the last filing it knows.

Belongs here: which years, and writing them. Does not: what counts (`company_figure.sql`).
"""

from pathlib import Path

from warehouse import duck
from warehouse.store import Store
from warehouse.tables import TABLES

TABLE = "company_figure"
_SQL = (Path(__file__).parent / "company_figure.sql").read_text(encoding="utf-8")
_ROWS = 122_880


def bring_up_to_date(
    store: Store, *, memory_limit: str = duck.DEFAULT_MEMORY, threads: int = duck.DEFAULT_THREADS
) -> list[str]:
    """Work out the years that new filings have come to; returns them."""
    done = []
    for year, newest in _years(store, memory_limit, threads).items():
        wanted = f"{year}/upto={newest:09d}"
        kept = [name for name in store.partitions(TABLE) if name.startswith(f"{year}/")]
        if kept and all(name.startswith(wanted) for name in kept):
            continue
        _write(store, year, wanted, kept, memory_limit, threads)
        done.append(year)
    return done


def _years(store: Store, memory_limit: str, threads: int) -> dict[str, int]:
    """The years there are filings of, and the number of the newest of each."""
    years = {name.split("/")[0] for name in store.partitions("xbrl_filing")} - {"year=none"}
    found = {}
    con = duck.connect(store.temp_directory, memory_limit=memory_limit, threads=threads)
    try:
        for year in sorted(years):
            paths = _paths(store, "xbrl_filing", year)
            rows = con.from_parquet(paths, hive_partitioning=False).max("sequence").fetchall()
            found[year] = int(rows[0][0])
    finally:
        con.close()
    return found


def _write(
    store: Store, year: str, wanted: str, kept: list[str], memory_limit: str, threads: int
) -> None:
    con = duck.connect(store.temp_directory, memory_limit=memory_limit, threads=threads)
    table = TABLES[TABLE]
    try:
        for name in ("filing", "fact", "dimension"):
            paths = _paths(store, f"xbrl_{name}", year)
            if paths:
                relation = con.from_parquet(paths, hive_partitioning=False)
                relation.create_view(f"{name}_of_year")
            else:
                columns = TABLES[f"xbrl_{name}"].columns
                empty = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in columns)
                con.execute(f"CREATE VIEW {name}_of_year AS SELECT {empty} WHERE false")
        query = (
            f"SELECT '{wanted}' AS _partition, {', '.join(table.names)} FROM ({_SQL}) "
            f"ORDER BY {', '.join(table.sorted_by)}"
        )
        with store.transaction() as transaction:
            written = transaction.put_sorted(TABLE, con.sql(query).to_arrow_reader(_ROWS))
            for partition in kept:
                if partition not in written:
                    transaction.remove(TABLE, partition)
    finally:
        con.close()


def _paths(store: Store, table: str, year: str) -> list[str]:
    return store.paths(table, lambda name: name.startswith(f"{year}/"))
