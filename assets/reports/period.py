"""Build every report due in a period, for all its companies in one pass each.

Belongs here: running reports and their reconciliations, keeping what they give.
Does not: any report's content, or what is withheld and why (`assets.checks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from assets import period_tables
from assets.reports import due, report
from assets.workspace import Workspace
from quality import reconciliations
from warehouse import standards
from warehouse.operations import Operations
from warehouse.store import Store, Transaction

_TABLES = ("report", "report_line", "report_line_posting", "report_text")


@dataclass(frozen=True, slots=True)
class Built:
    """How many reports of a period are in each state; `withheld`: company → reason."""

    states: dict[str, int]
    withheld: dict[str, str]


def build(
    workspace: Workspace, operations: Operations, period: str, withheld: Sequence[tuple[str, str]]
) -> None:
    """Build the reports whose period ends in month `period` (yyyy-mm).

    `withheld` names companies whose figures may not leave, with the reason;
    their reports are built all the same, so that a person can look.
    """
    store = workspace.store()
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        standards.register(con)
        with store.transaction() as transaction:
            for report_type in report.ids():
                obligations = due.rows(operations, workspace, period, report_type)
                due.register(con, obligations)
                due.register_withheld(con, withheld)
                one = report.load(report_type)
                if isinstance(one, report.Prepared):
                    one.prepare(con, workspace, operations, obligations)
                one.build(con, workspace.today)
                _keep(con, store, transaction, workspace, f"period={period}/report={report_type}/")


def reconcile(workspace: Workspace, operations: Operations, period: str) -> int:
    """Compare the period's reports with the ledger; returns how many comparisons fail."""
    store = workspace.store()
    prefix = f"period={period}/part=reconciliation/"
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        standards.register(con)
        due.register(con, due.rows(operations, workspace, period))
        reconciliations.run(con)
        with store.transaction() as transaction:
            for table in ("reconciliation", "finding"):
                kept = period_tables.keep_others(con, store, table, prefix, workspace.selected)
                period_tables.replace(
                    con, store, transaction, table, rows=f"out_{table}", prefix=prefix, kept=kept
                )
        failed = "SELECT count(*) FROM out_reconciliation WHERE NOT is_within_tolerance"
        return int(con.execute(failed).fetchall()[0][0])


def withhold(workspace: Workspace, period: str) -> Built:
    """Withhold the ready reports of companies that now have an error; say what each came to.

    A reconciliation that fails is known only when the report is there.
    """
    store = workspace.store()
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        con.execute(_WITHHOLD, {"period": period})
        with store.transaction() as transaction:
            for report_type in report.ids():
                rows = f"(SELECT * FROM next_report WHERE report_type = '{report_type}')"
                prefix = f"period={period}/report={report_type}/"
                period_tables.replace(
                    con, store, transaction, "report", rows=rows, prefix=prefix, kept=None
                )
        states = con.execute("SELECT state, count(*) FROM next_report GROUP BY 1").fetchall()
        reasons = con.execute(
            "SELECT company_id, reason FROM next_report WHERE state = 'withheld'"
        ).fetchall()
    return Built(dict(states), dict(reasons))


_WITHHOLD = """
CREATE TEMP TABLE next_report AS
WITH wrong AS (
  SELECT company_id, min(rule || ' ' || place || ': ' || message) AS reason
  FROM finding WHERE severity = 'error' AND period = $period GROUP BY company_id
)
SELECT r.* REPLACE (
  CASE WHEN wrong.reason IS NOT NULL AND r.state = 'ready' THEN 'withheld' ELSE r.state END
    AS state,
  CASE WHEN wrong.reason IS NOT NULL AND r.state = 'ready' THEN wrong.reason ELSE r.reason END
    AS reason
)
FROM report r LEFT JOIN wrong USING (company_id)
WHERE strftime(r.period_end, '%Y-%m') = $period
"""


def _keep(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    transaction: Transaction,
    workspace: Workspace,
    prefix: str,
) -> None:
    for table in _TABLES:
        kept = period_tables.keep_others(con, store, table, prefix, workspace.selected)
        period_tables.replace(
            con, store, transaction, table, rows=f"out_{table}", prefix=prefix, kept=kept
        )
