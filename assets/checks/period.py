"""Check the books of every company with a report due in a period.

Findings come from four sides: the row rules over the ledger, bank accounts compared
with what their bank states, what the last reading found wrong in the source, and
connections whose last pull failed. A
company with an error is withheld; the others go on.

Belongs here: gathering and keeping findings. Does not: the rules (`quality`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from assets import period_tables
from assets.checks import bank
from assets.reports import due
from assets.reports import obligations as calendar
from assets.sources import position, pull_all
from assets.workspace import Workspace
from quality import rules, yearly
from quality.finding import Finding
from warehouse import duck, standards
from warehouse.operations import Operations, Row
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

WITHHELD_SQL = """
    SELECT company_id, min(rule || ' ' || place || ': ' || message) AS reason, count(*) AS errors
    FROM {relation} WHERE severity = 'error' AND {which} GROUP BY company_id ORDER BY company_id
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
        bank.reconcile(con, workspace, period)
        yearly.run(con, period, workspace.today)
        bank.reconcile(con, workspace, period, is_yearly=True)
        companies = sorted({str(row["company_id"]) for row in obligations})
        for prefix, concerned in _by_scope(obligations).items():
            _add(con, _from_sources(workspace, concerned), period, prefix)
        _add(con, calendar.differences(workspace, operations, period), period)
        _once(con)
        _keep(con, store, workspace, period)
        return _summary(con, companies)


def _keep(con: duckdb.DuckDBPyConnection, store: Store, workspace: Workspace, period: str) -> None:
    """Put the findings in place; what was reconciled against earlier figures goes."""
    parts = [("year", yearly.IS_YEARLY), ("reconciliation-year", "false")]
    if not workspace.is_yearly_only:
        parts += [("checks", f"NOT {yearly.IS_YEARLY}"), ("reconciliation", "false")]
    with store.transaction() as transaction:
        for part, condition in parts:
            rows = f"(SELECT * FROM out_finding WHERE {condition})"
            prefix = f"period={period}/part={part}/"
            kept = period_tables.keep_others(con, store, "finding", prefix, workspace.selected)
            period_tables.replace(
                con, store, transaction, "finding", rows=rows, prefix=prefix, kept=kept
            )
        bank.keep(con, store, transaction, workspace, period)


def withheld_in(
    workspace: Workspace, period: str, *, is_yearly: bool = False
) -> list[tuple[str, str]]:
    """Companies withheld in month `period` with the reason, from the kept findings.

    `is_yearly`: those whose annual report is, else those whose returns are.
    """
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        which = yearly.IS_YEARLY if is_yearly else f"NOT {yearly.IS_YEARLY}"
        relation = f"(SELECT * FROM finding WHERE period = '{period}')"
        found = con.execute(WITHHELD_SQL.format(relation=relation, which=which)).fetchall()
    return [(company_id, _reason(reason, errors)) for company_id, reason, errors in found]


def _reason(first: str, errors: int) -> str:
    return first if errors == 1 else f"{first} (and {errors - 1} more)"


def _from_sources(workspace: Workspace, companies: set[str]) -> Iterable[Finding]:
    yield from (found for found in pull_all.stale(workspace) if found.company_id in companies)
    for reference in workspace.connections:
        if reference.company_id in companies:
            yield from position.findings(workspace.storage / "landed", reference.connection_id)


def _by_scope(obligations: Iterable[Row]) -> dict[str, set[str]]:
    """The companies checked for a period and for a fiscal year, by the prefix of their findings."""
    found: dict[str, set[str]] = {"": set(), yearly.PREFIX: set()}
    for row in obligations:
        found[yearly.PREFIX if row["frequency"] == "year" else ""].add(row["company_id"])
    return found


def _add(
    con: duckdb.DuckDBPyConnection, findings: Iterable[Finding], period: str, prefix: str = ""
) -> None:
    values = [
        (
            f.company_id, prefix + f.rule, str(f.severity), f.where, f.message, f.remedy,
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
    reasons = con.execute(WITHHELD_SQL.format(relation="out_finding", which="true")).fetchall()
    return Checked(
        companies,
        int(total),
        {company_id: _reason(reason, errors) for company_id, reason, errors in reasons},
        by_rule,
    )
