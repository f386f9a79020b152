"""Build every report due in a period, for all its companies in one pass each.

Belongs here: running reports and their reconciliations, keeping what they give.
Does not: any report's content, or what is withheld and why (`assets.checks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from assets import period_tables
from assets.reports import due, duty, report
from assets.workspace import Workspace
from quality import reconciliations, yearly
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
    workspace: Workspace,
    operations: Operations,
    period: str,
    withheld: Sequence[tuple[str, str]],
    withheld_yearly: Sequence[tuple[str, str]] = (),
) -> None:
    """Build the reports whose period ends in month `period` (yyyy-mm).

    `withheld` names companies whose returns may not leave, `withheld_yearly` those
    whose reports of a fiscal year may not, with the reason; their reports are built
    all the same, so that a person can look.
    """
    store = workspace.store()
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        standards.register(con)
        with store.transaction() as transaction:
            for report_type in duty.types(workspace):
                is_yearly = duty.of(report_type).is_final
                obligations = due.rows(operations, workspace, period, report_type)
                due.register(con, obligations)
                due.register_withheld(con, withheld_yearly if is_yearly else withheld)
                one = report.load(report_type)
                if isinstance(one, report.Prepared):
                    one.prepare(con, workspace, operations, obligations)
                one.build(con, workspace.today)
                _keep(con, store, transaction, workspace, f"period={period}/report={report_type}/")


def reconcile(workspace: Workspace, operations: Operations, period: str) -> int:
    """Compare the period's reports with the ledger; returns how many comparisons fail."""
    store = workspace.store()
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        standards.register(con)
        due.register(con, due.rows(operations, workspace, period))
        reconciliations.run(con)
        with store.transaction() as transaction:
            for part, which in _reconciled(workspace):
                prefix = f"period={period}/part={part}/"
                for table in ("reconciliation", "finding"):
                    kept = period_tables.keep_others(con, store, table, prefix, workspace.selected)
                    rows = f"(SELECT * FROM out_{table} WHERE {which})"
                    period_tables.replace(
                        con, store, transaction, table, rows=rows, prefix=prefix, kept=kept
                    )
        failed = "SELECT count(*) FROM out_reconciliation WHERE NOT is_within_tolerance"
        return int(con.execute(failed).fetchall()[0][0])


def _reconciled(workspace: Workspace) -> list[tuple[str, str]]:
    """The parts comparisons are kept in, with the rules of each: of years, and of returns."""
    parts = [("reconciliation-year", yearly.IS_YEARLY)]
    if not workspace.is_yearly_only:
        parts.append(("reconciliation", f"NOT {yearly.IS_YEARLY}"))
    return parts


def withhold(workspace: Workspace, period: str) -> Built:
    """Withhold the ready reports of companies that now have an error; say what each came to.

    A reconciliation that fails is known only when the report is there.
    """
    store = workspace.store()
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        types = duty.types(workspace)
        yearly_types = [one for one in types if duty.of(one).is_final]
        con.execute(_WITHHOLD, {"period": period, "types": types, "yearly": yearly_types})
        with store.transaction() as transaction:
            for report_type in types:
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


_WITHHOLD = f"""
CREATE TEMP TABLE next_report AS
WITH wrong AS (
  SELECT company_id, {yearly.IS_YEARLY} AS is_yearly,
    min(rule || ' ' || place || ': ' || message) AS reason
  FROM finding WHERE severity = 'error' AND period = $period GROUP BY ALL
)
SELECT r.* REPLACE (
  CASE WHEN wrong.reason IS NOT NULL AND r.state = 'ready' THEN 'withheld' ELSE r.state END
    AS state,
  CASE WHEN wrong.reason IS NOT NULL AND r.state = 'ready' THEN wrong.reason ELSE r.reason END
    AS reason
)
FROM report r LEFT JOIN wrong ON wrong.company_id = r.company_id
  AND wrong.is_yearly = list_contains($yearly, r.report_type)
WHERE strftime(r.period_end, '%Y-%m') = $period AND list_contains($types, r.report_type)
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
