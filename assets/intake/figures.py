"""Each company's figures by fiscal year, from the filings that stand.

A year is worked out anew when filings have come to it or to the year after, which states it
for comparison, and only then: the partition's name holds the number of the last filing it
knows, by which statement it was worked out, and which filings did not stand at the authority.

Belongs here: which years, and writing them. Does not: what counts (`company_figure.sql`).
"""

import hashlib
from pathlib import Path

import duckdb

from warehouse import duck
from warehouse.store import Store
from warehouse.tables import TABLES

TABLE = "company_figure"
_SQL = (Path(__file__).parent / "company_figure.sql").read_text(encoding="utf-8")
_STATEMENT = hashlib.sha256(_SQL.encode()).hexdigest()[:8]
_FALLEN = """
    SELECT filing_id FROM received_filing
    WHERE report_type = 'annual_report' AND filing_id IS NOT NULL
    GROUP BY 1 HAVING NOT bool_or(status = 'accepted')
"""
_KNOWN = """
    SELECT max(sequence), string_agg(DISTINCT filing_id ORDER BY filing_id)
        FILTER (filing_id IN (SELECT filing_id FROM fallen))
    FROM filing
"""
_ROWS = 122_880


def bring_up_to_date(
    store: Store, *, memory_limit: str = duck.DEFAULT_MEMORY, threads: int = duck.DEFAULT_THREADS
) -> list[str]:
    """Work out the years that new filings have come to; returns those that changed."""
    done = []
    for year, upto in _years(store, memory_limit, threads).items():
        wanted = f"year={year:04d}/upto={upto}-{_STATEMENT}"
        kept = [name for name in store.partitions(TABLE) if name.startswith(f"year={year:04d}/")]
        if kept and all(name.startswith(wanted) for name in kept):
            continue
        con = duck.connect(store.temp_directory, memory_limit=memory_limit, threads=threads)
        try:
            written = _write(con, store, year, wanted, kept)
        finally:
            con.close()
        if written or kept:
            done.append(f"year={year:04d}")
    return done


def _years(store: Store, memory_limit: str, threads: int) -> dict[int, str]:
    """The years that filings state, and what each knows: the newest filing that may state it,
    and a hash of those that do not stand.
    """
    names = {name.split("/")[0] for name in store.partitions("xbrl_filing")} - {"year=none"}
    found: dict[int, tuple[int, str]] = {}
    con = duck.connect(store.temp_directory, memory_limit=memory_limit, threads=threads)
    try:
        _fallen(con, store)
        for year in sorted(int(name.removeprefix("year=")) for name in names):
            filings = con.from_parquet(_paths(store, "xbrl_filing", year), hive_partitioning=False)
            ((newest, fallen),) = filings.query("filing", _KNOWN).fetchall()
            for stated in (year - 1, year):
                before, known = found.get(stated, (0, ""))
                found[stated] = max(before, int(newest)), known + (fallen or "")
    finally:
        con.close()
    return {year: f"{newest:09d}{_short(ids)}" for year, (newest, ids) in found.items()}


def _short(fallen: str) -> str:
    """A hash of the ids of filings that do not stand; nothing where there are none."""
    return f"-{hashlib.sha256(fallen.encode()).hexdigest()[:8]}" if fallen else ""


def _write(
    con: duckdb.DuckDBPyConnection, store: Store, year: int, wanted: str, kept: list[str]
) -> list[str]:
    """Work out one year in place of the partitions `kept`; returns the new ones."""
    _fallen(con, store)
    _view(con, store, "filing_of_year", "xbrl_filing", [year])
    _view(con, store, "filing_of_next", "xbrl_filing", [year + 1])
    _view(con, store, "fact_of_years", "xbrl_fact", [year, year + 1])
    _view(con, store, "dimension_of_years", "xbrl_dimension", [year, year + 1])
    table = TABLES[TABLE]
    query = (
        f"SELECT '{wanted}' AS _partition, {', '.join(table.names)} FROM ({_SQL}) "
        f"ORDER BY {', '.join(table.sorted_by)}"
    )
    with store.transaction() as transaction:
        figures = con.sql(query, params={"year": year})
        written = transaction.put_sorted(TABLE, figures.to_arrow_reader(_ROWS))
        for partition in kept:
            if partition not in written:
                transaction.remove(TABLE, partition)
    return written


def _fallen(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    """The filings an authority received that do not stand: undecided, rejected, refused, or
    replaced by another, which may be of other days. None where there is no authority.
    """
    paths = store.paths("received_filing")
    if paths:
        con.from_parquet(paths, hive_partitioning=False).create_view("received_filing")
        con.execute(f"CREATE VIEW fallen AS {_FALLEN}")
    else:
        con.execute("CREATE VIEW fallen AS SELECT CAST(NULL AS VARCHAR) AS filing_id WHERE false")


def _view(
    con: duckdb.DuckDBPyConnection, store: Store, view: str, table: str, years: list[int]
) -> None:
    """The rows of a table of these years; an empty view where there are none."""
    paths = [path for year in years for path in _paths(store, table, year)]
    if paths:
        con.from_parquet(paths, hive_partitioning=False).create_view(view)
    else:
        empty = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in TABLES[table].columns)
        con.execute(f"CREATE VIEW {view} AS SELECT {empty} WHERE false")


def _paths(store: Store, table: str, year: int) -> list[str]:
    return store.paths(table, lambda name: name.startswith(f"year={year:04d}/"))
