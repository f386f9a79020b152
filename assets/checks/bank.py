"""The bank accounts of the companies being checked: reconciled, and the result kept.

Belongs here: what the settings say of it, and its tables' partitions. Does not: matching and
comparing (`quality.bank`).
"""

import duckdb

from assets import period_tables
from assets.workspace import Workspace
from quality import bank
from warehouse.store import Store, Transaction

_SYSTEM = "camt053"
_PARTS = {False: "checks", True: "year"}


def reconcile(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, period: str, *, is_yearly: bool = False
) -> None:
    """Reconcile the companies in `checked_company`; add what is found to `out_finding`.

    Call it right after the rules of the returns, and of fiscal years, were run.
    """
    bank.prepare(con)
    bank.run(con, period, settings(workspace), is_yearly=is_yearly)
    for table in bank.TABLES_MADE:
        part = _PARTS[is_yearly]
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table}_{part} AS FROM out_{table}")


def settings(workspace: Workspace) -> list[bank.Setting]:
    """How each company's bank is reconciled, as its connections of bank statements say."""
    return [
        bank.Setting(
            one.company_id,
            one.options.get("days", bank.DAYS),
            one.options.get("withhold", False),
        )
        for one in workspace.connections
        if one.system == _SYSTEM
    ]


def keep(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    transaction: Transaction,
    workspace: Workspace,
    period: str,
) -> None:
    """Put what was reconciled in place of what was before."""
    for is_yearly, part in _PARTS.items():
        if workspace.is_yearly_only and not is_yearly:
            continue
        prefix = f"period={period}/part={part}/"
        for table in bank.TABLES_MADE:
            kept = period_tables.keep_others(con, store, table, prefix, workspace.selected)
            period_tables.replace(
                con, store, transaction, table, rows=f"{table}_{part}", prefix=prefix, kept=kept
            )
