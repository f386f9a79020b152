"""What was due against what arrived: `duty_status`, of every company, as of a day.

The same tables and the same day give the same rows.

Belongs here: putting the statements together. Does not: the law's days (`duty_periods`), the
statements (`duties.sql`, `duty_rows.sql`).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.authority.arrivals import duty_periods
from assets.authority.arrivals.duty_periods import Kind
from assets.reports import annual_reminder
from warehouse import duck
from warehouse.store import Store
from warehouse.tables import TABLES

TABLE = "duty_status"
_SQL = Path(__file__).parent
_STATEMENTS = (_SQL / "duties.sql").read_text(encoding="utf-8")
_ROWS_SQL = (_SQL / "duty_rows.sql").read_text(encoding="utf-8")
_ROWS = 122_880
_KINDS = (
    "SELECT DISTINCT report_type, frequency, year_end, company_class FROM registered_duty "
    "ORDER BY ALL NULLS FIRST"
)
_LATE = pa.schema([("due_date", pa.date32()), ("filed_day", pa.date32()), ("text", pa.string())])


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of following the duties: how many stand how, by report type and state, and the
    kinds of duty that the law has no day for, which are not followed.
    """

    counts: dict[tuple[str, str], int]
    unknown: list[Kind]


def bring_up_to_date(
    store: Store,
    postponed: pa.Table,
    as_of: date,
    *,
    since: date | None = None,
    memory_limit: str = duck.DEFAULT_MEMORY,
    threads: int = duck.DEFAULT_THREADS,
) -> Followed:
    """Work out `duty_status` as of a day. `postponed`: due dates the authority moved, columns
    cvr, report_type, period_end and due_date. `since`: periods that ended before are left out.
    """
    begin = since or date(as_of.year - 1, 1, 1)
    with store.connect(memory_limit=memory_limit, threads=threads) as con:
        unknown = prepare(con, postponed, as_of, begin)
        table = TABLES[TABLE]
        rows = con.sql(
            f"SELECT 'snapshot' AS _partition, {', '.join(table.names)} FROM ({_ROWS_SQL}) "
            f"ORDER BY {', '.join(table.key)}"
        )
        with store.transaction() as transaction:
            if not transaction.put_sorted(TABLE, rows.to_arrow_reader(_ROWS)):
                transaction.remove(TABLE, "snapshot")
        query = "SELECT report_type, state, count(*) FROM standing GROUP BY ALL ORDER BY ALL"
        counted = con.execute(query).fetchall()
    return Followed({(kind, state): count for kind, state, count in counted}, unknown)


def prepare(
    con: duckdb.DuckDBPyConnection, postponed: pa.Table, as_of: date, since: date
) -> list[Kind]:
    """The temp tables up to where each duty stands; the kinds that cannot be followed."""
    periods, unknown = duty_periods.table(con.execute(_KINDS).fetchall(), since, as_of)
    con.register("duty_period", periods)
    con.register("postponed", postponed)
    con.register("assessment", duty_periods.assessment())
    con.execute(f"SET VARIABLE as_of = DATE '{as_of}'; SET VARIABLE since = DATE '{since}'")
    con.execute(_STATEMENTS)
    con.register("annual_late", _annual_late(con, as_of))
    return unknown


def _annual_late(con: duckdb.DuckDBPyConnection, as_of: date) -> pa.Table:
    """What follows of annual reports that are late, for each day due and day filed.

    The fees are the business authority's own, and laid on the members of the management.
    Source: årsregnskabsloven §§ 150-151.
    """
    pairs = con.execute(
        "SELECT DISTINCT due_date, filed_day FROM standing WHERE report_type = 'annual_report' "
        "AND state IN ('late', 'missing') ORDER BY ALL"
    ).fetchall()
    said = [(due, filed, _consequence(due, filed, as_of)) for due, filed in pairs]
    columns = zip(*said, strict=True) if said else [()] * len(_LATE)
    arrays = [pa.array(one, f.type) for one, f in zip(columns, _LATE, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_LATE)


def _consequence(due: date, filed: date | None, as_of: date) -> str:
    standing = annual_reminder.standing(due, as_of, filed)
    told = annual_reminder.consequence(standing, None)
    return f"Late: {told} (årsregnskabsloven §§ 150-151)." if told else "Late: no fee is laid on."
