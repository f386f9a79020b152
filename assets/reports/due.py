"""Which reports are due in a period: the law's rows written down, then read back.

What is written down lives in the operations database, where the authority's own
calendar may have moved a date.

Belongs here: between the calendar and the stages that ask what is due. Does
not: computing dates (`calendar`) or keeping them (`assets.deliveries.obligations`).
"""

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from assets.workspace import Workspace
from warehouse import duck
from warehouse.operations import Operations, Row
from warehouse.operations_schema import obligation


def rows(
    operations: Operations,
    workspace: Workspace,
    period: str,
    report_type: str | None = None,
) -> list[Row]:
    """The selected companies' obligations whose period ends in month `period` (yyyy-mm).

    Those of fiscal years alone where the workspace is yearly only.
    """
    first, after = month(period)
    o = obligation.c
    query = sa.select(obligation).where(o.period_end >= first, o.period_end < after)
    if report_type is not None:
        query = query.where(o.report_type == report_type)
    if workspace.is_yearly_only:
        query = query.where(o.frequency == "year")
    order = (o.company_id, o.report_type, o.period_start)
    ids = {company.company_id for company in workspace.selected_companies()}
    return [r for r in operations.rows(query.order_by(*order)) if r["company_id"] in ids]


def checked(workspace: Workspace, obligations: Iterable[Row], period: str) -> list[Row]:
    """`obligations`, and for companies that report nothing the year up to month `period`.

    So books can be checked before anything is reported from them.
    """
    first, after = month(period)
    silent = {
        "period_start": first.replace(month=1),
        "period_end": after - timedelta(days=1),
        "frequency": "none",
        "due_date": after,
    }
    companies = () if workspace.is_yearly_only else workspace.selected_companies()
    quiet = [c for c in companies if not c.frequencies and c.annual is None]
    return [*obligations, *(silent | {"company_id": company.company_id} for company in quiet)]


_DUE = pa.schema(
    [("company_id", pa.string()), ("period_start", pa.date32()), ("period_end", pa.date32()),
     ("frequency", pa.string()), ("due_date", pa.date32())]
)  # fmt: skip
_WITHHELD = pa.schema([("company_id", pa.string()), ("reason", pa.string())])


def register(con: duckdb.DuckDBPyConnection, obligations: Iterable[Row]) -> None:
    """The temp table `due`, which rules and reports read."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE due (company_id VARCHAR, period_start DATE, "
        "period_end DATE, frequency VARCHAR, due_date DATE)"
    )
    duck.insert(con, "due", _DUE, [[row[name] for name in _DUE.names] for row in obligations])


def register_withheld(con: duckdb.DuckDBPyConnection, reasons: Iterable[tuple[str, str]]) -> None:
    """The temp table `withheld(company_id, reason)`."""
    con.execute("CREATE OR REPLACE TEMP TABLE withheld (company_id VARCHAR, reason VARCHAR)")
    duck.insert(con, "withheld", _WITHHELD, list(reasons))


def month(period: str) -> tuple[date, date]:
    """The first day of month `period` and of the month after.

    >>> month("2026-12")
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    first = date.fromisoformat(f"{period}-01")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
