"""Check the books of every company with a report due in a period.

Findings come from three sides: the row rules over the ledger, what the last
reading found wrong in the source, and connections whose last pull failed. A
company with an error is withheld; the others go on.

Belongs here: gathering and keeping findings. Does not: the rules (`quality`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from assets import period_tables
from assets.reports import due
from assets.reports import obligations as calendar
from assets.sources import landing, pull_all
from assets.workspace import Workspace
from quality import rules
from quality.finding import Finding
from warehouse import duck, standards
from warehouse.operations import Operations
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

WITHHELD_SQL = """
    SELECT company_id, min(rule || ' ' || place || ': ' || message) AS reason, count(*) AS errors
    FROM {relation} WHERE severity = 'error' GROUP BY company_id ORDER BY company_id
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of one period found. `withheld`: company → its first error."""

    companies: list[str]
    findings: int
    withheld: dict[str, str] = field(default_factory=dict)
    by_rule: dict[str, dict[str, int]] = field(default_factory=dict)


def check(workspace: Workspace, operations: Operations, period: str) -> Checked:
    """Check month `period` (yyyy-mm) and keep the findings in place of earlier ones."""
    store = workspace.store()
    obligations = due.checked(workspace, due.rows(operations, workspace, period), period)
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        standards.register(con)
        due.register(con, obligations)
        rules.run(con, period, workspace.today)
        companies = sorted({str(row["company_id"]) for row in obligations})
        _add(con, _from_sources(workspace, set(companies)), period)
        _add(con, calendar.differences(workspace, operations, period), period)
        _once(con)
        _keep(con, store, workspace, period)
        return _summary(con, companies)


def _keep(con: duckdb.DuckDBPyConnection, store: Store, workspace: Workspace, period: str) -> None:
    """Put the findings in place; what was reconciled against earlier figures goes."""
    none = "(SELECT * FROM out_finding WHERE false)"
    with store.transaction() as transaction:
        for part, rows in (("checks", "out_finding"), ("reconciliation", none)):
            prefix = f"period={period}/part={part}/"
            kept = period_tables.keep_others(con, store, "finding", prefix, workspace.selected)
            period_tables.replace(
                con, store, transaction, "finding", rows=rows, prefix=prefix, kept=kept
            )


def withheld_in(workspace: Workspace, period: str) -> list[tuple[str, str]]:
    """Companies withheld in month `period` with the reason, from the kept findings."""
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        return withheld(con, period)


def withheld(con: duckdb.DuckDBPyConnection, period: str) -> list[tuple[str, str]]:
    """Companies withheld in `period` with the reason, from the kept findings."""
    relation = f"(SELECT * FROM finding WHERE period = '{period}')"
    found = con.execute(WITHHELD_SQL.format(relation=relation)).fetchall()
    return [(company_id, _reason(reason, errors)) for company_id, reason, errors in found]


def _reason(first: str, errors: int) -> str:
    return first if errors == 1 else f"{first} (and {errors - 1} more)"


def _from_sources(workspace: Workspace, companies: set[str]) -> Iterable[Finding]:
    yield from (found for found in pull_all.stale(workspace) if found.company_id in companies)
    for reference in workspace.connections:
        if reference.company_id in companies:
            yield from landing.findings(workspace.storage / "landed", reference.connection_id)


def _add(con: duckdb.DuckDBPyConnection, findings: Iterable[Finding], period: str) -> None:
    values = [
        (
            f.company_id, f.rule, str(f.severity), f.where, f.message, f.remedy,
            f.voucher_id, f.line_id, f.expected, f.found, period,
        )
        for f in findings
    ]  # fmt: skip
    duck.insert(con, "out_finding", schema(TABLES["finding"]), values)


def _once(con: duckdb.DuckDBPyConnection) -> None:
    """The same finding from two sides is one."""
    key = ", ".join(TABLES["finding"].key)
    con.execute(
        f"DELETE FROM out_finding WHERE rowid NOT IN (SELECT min(rowid) FROM out_finding "
        f"GROUP BY {key})"
    )


def _summary(con: duckdb.DuckDBPyConnection, companies: list[str]) -> Checked:
    by_rule: dict[str, dict[str, int]] = {}
    counts = con.execute(
        "SELECT rule, company_id, count(*) FROM out_finding WHERE severity = 'error' "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for rule, company_id, count in counts:
        by_rule.setdefault(rule, {})[company_id] = count
    total = con.execute("SELECT count(*) FROM out_finding").fetchall()[0][0]
    reasons = con.execute(WITHHELD_SQL.format(relation="out_finding")).fetchall()
    return Checked(
        companies,
        int(total),
        {company_id: _reason(reason, errors) for company_id, reason, errors in reasons},
        by_rule,
    )
