"""Tables `statistic_filing` and `statistic`, worked out anew from what is in the warehouse.

Belongs here: the order of the work. Does not: what adds to what (`contributions.sql`), what may
be published (`cells`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pyarrow as pa

from assets.authority.statistics import measures
from assets.authority.statistics.cells import Cell, Published, publish
from assets.authority.statistics.sensitive import Limits, Sum
from assets.authority.statistics.suppression import Key
from assets.workspace import AuthoritySettings, Workspace
from warehouse import duck
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

STATISTIC, BEHIND = "statistic", "statistic_filing"
_ROWS = 122_880
_CODES = ("measure", "section", "municipality")

Cube = dict[tuple[int, str], dict[str, dict[Key, Cell]]]
"""By year and group: the cells of each measure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was worked out: contributions, cells, and cells kept back by reason."""

    contributions: int
    cells: int
    suppressed: Mapping[str, int]


def limits(settings: AuthoritySettings | None) -> Limits:
    """What a published cell must hold, by the settings; the defaults where there are none."""
    if settings is None:
        return Limits()
    return Limits(settings.minimum_companies, settings.dominance_percent)


def write(workspace: Workspace) -> Outcome:
    """Work out both tables and replace them together."""
    return write_to(
        workspace.store(),
        limits(workspace.authority),
        memory_limit=workspace.memory_limit,
        threads=workspace.threads,
    )


def write_to(
    store: Store,
    given: Limits,
    *,
    memory_limit: str = duck.DEFAULT_MEMORY,
    threads: int = duck.DEFAULT_THREADS,
) -> Outcome:
    """`write`, in this warehouse."""
    with store.connect(memory_limit=memory_limit, threads=threads) as con:
        work_out(con)
        rows = list(statistic(con, given))
        with store.transaction() as transaction:
            reader = con.sql(
                "SELECT 'snapshot' AS _partition, * FROM contribution "
                f"ORDER BY {', '.join(TABLES[BEHIND].key)}"
            )
            written = transaction.put_sorted(BEHIND, reader.to_arrow_reader(_ROWS))
            if not written:
                transaction.remove(BEHIND, "snapshot")
            transaction.put(STATISTIC, "snapshot", _arrow(rows))
        (count,) = con.sql("SELECT count(*) FROM contribution").fetchall()[0]
    reasons = Counter(one.suppressed for _, one in rows if one.suppressed)
    return Outcome(int(count), len(rows), dict(sorted(reasons.items())))


def work_out(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `contribution`, shaped as statistic_filing, from the tables `con` shows."""
    for name in _CODES:
        path = str(measures.FOLDER / f"{name}.csv")
        con.read_csv(path, header=True, all_varchar=True).create(name)
    con.execute(f"CREATE TEMP TABLE contribution AS {_sql('contributions')}")


def statistic(con: duckdb.DuckDBPyConnection, given: Limits) -> Iterator[tuple[int, Published]]:
    """Every cell with its year, from table `contribution`."""
    cube = _cube(con)
    for year in sorted({year for year, _ in cube}):
        kept: dict[str, set[Key]] = {}
        for name, group in measures.groups().items():
            cells = cube.get((year, name), {})
            rows = list(publish(group, cells, given, kept.get(group[0].base, ())))
            kept[name] = {one.key for one in rows if one.suppressed}
            yield from ((year, one) for one in rows)


def _cube(con: duckdb.DuckDBPyConnection) -> Cube:
    group_of = {one.measure: one.group for one in measures.measures()}
    found: Cube = {}
    for row in con.execute(_sql("cube")).fetchall():
        measure, year, industry, size, region, companies, value, total, largest, median = row
        whole = Sum(companies, value, total, tuple(largest))
        cell = Cell(whole, None if median is None else Decimal(str(median)))
        cells = found.setdefault((year, group_of[measure]), {})
        cells.setdefault(measure, {})[industry, size, region] = cell
    return found


def _arrow(rows: list[tuple[int, Published]]) -> pa.Table:
    """Rows as stored, sorted by key."""
    shape = schema(TABLES[STATISTIC])
    rows = sorted(rows, key=lambda row: (row[1].measure, row[0], row[1].key))
    columns = (
        [one.measure for _, one in rows],
        [year for year, _ in rows],
        *([one.key[place] for _, one in rows] for place in range(3)),
        [one.companies for _, one in rows],
        [one.value for _, one in rows],
        [one.unit for _, one in rows],
        [one.suppressed for _, one in rows],
    )
    arrays = [pa.array(column, field.type) for column, field in zip(columns, shape, strict=True)]
    return pa.Table.from_arrays(arrays, schema=shape)


def _sql(name: str) -> str:
    return (measures.FOLDER / f"{name}.sql").read_text(encoding="utf-8")
