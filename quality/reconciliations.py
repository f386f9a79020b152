"""A finished report against the ledger's accounts and against other reports.

Every comparison is kept and shown with the report, in tolerance or not; those
outside it are findings as well. The comparisons are in `reconciliations.sql`, those of annual
reports in `reconciliations_annual*.sql`.

Belongs here: what is compared, how much a difference weighs, its words. Does
not: rules about single postings (`quality.rules`) or making reports
(`assets.reports`).

Source: Bogføringsloven § 11 (reconciliations at the latest when the report is due).
"""

from pathlib import Path

import duckdb

from quality import rules
from quality.finding import Severity
from quality.rules import Rule
from warehouse import annual
from warehouse.shape import ddl
from warehouse.tables import TABLES

_SQL = Path(__file__).parent / "reconciliations.sql"
_ANNUAL_SQL = Path(__file__).parent / "reconciliations_annual.sql"
_OPENING_SQL = Path(__file__).parent / "reconciliations_annual_opening.sql"

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES = (
    Rule("reconciliation-vat-total", ERROR, "The VAT accounts hold what the return says in all",
         "Bogføringsloven § 11"),
    Rule("reconciliation-vat-account", WARNING, "Each VAT account holds what its field says",
         "Bogføringsloven § 11"),
    Rule("reconciliation-eu-sales-list", WARNING, "The EU sales list adds up to fields 4 and 17",
         "Momsloven §§ 54 and 57"),
    Rule("reconciliation-turnover", WARNING, "Revenue accounts carry sales VAT codes",
         "Bogføringsloven § 11; momsloven § 57"),
    Rule("reconciliation-turnover-code", NOTE, "Sales under a code stand on revenue accounts",
         "Bogføringsloven § 11"),
    Rule("reconciliation-bought-abroad", WARNING, "EU purchases carry the VAT owed on them",
         "Momsloven §§ 46 and 57"),
    Rule("reconciliation-annual-turnover", WARNING,
         "The year's net turnover is what was sold under VAT codes", "Bogføringsloven § 11"),
    Rule("reconciliation-annual-turnover-part", NOTE,
         "What the year's net turnover and its sales under VAT codes differ by",
         "Bogføringsloven § 11"),
    Rule("reconciliation-annual-returns", WARNING,
         "The year's net turnover is what its VAT returns say", "Bogføringsloven § 11"),
    Rule("reconciliation-annual-opening", ERROR,
         "Equity opens with what last year's report closed with", "Årsregnskabsloven § 13 stk. 1"),
    Rule("reconciliation-annual-opening-line", WARNING,
         "Each line of the balance sheet opens with what last year's report closed with",
         "Årsregnskabsloven § 13 stk. 1"),
)  # fmt: skip
"""The total is an error: with it off, the return is not what the books say. A single
account may be off because two fields share one account, which the total survives."""

_REMEDIES = {
    "reconciliation-vat-total": "Look for postings on VAT accounts without a code, VAT posted on "
    "other accounts, and VAT accounts not mapped to the standard chart.",
    "reconciliation-vat-account": "Check which standard accounts the VAT accounts are mapped to; "
    "the total is compared on its own.",
    "reconciliation-eu-sales-list": "Build the EU sales list again, and correct it if it was filed "
    "before later postings.",
    "reconciliation-turnover": "Give the revenue postings without one a sales VAT code; exempt "
    "sales have codes, too.",
    "reconciliation-turnover-code": "Nothing to do where assets were sold under the code.",
    "reconciliation-annual-turnover": "The parts of the difference stand beside it. Look for sales "
    "without a VAT code, and for year-end entries on turnover that belong to VAT returns.",
    "reconciliation-annual-turnover-part": "Nothing to do where it is meant: exempt sales without "
    "a code, sold assets, accruals at the year's end.",
    "reconciliation-annual-returns": "Check turnover without VAT, reverse charge and margin "
    "schemes first, then returns that were filed before later postings; correct those.",
    "reconciliation-annual-opening": "Correct what was booked in the year before after its report "
    "was filed, or state it as a correction of an error in the year's input file.",
    "reconciliation-annual-opening-line": "Look for postings of the year before booked after its "
    "report, year-end entries that were never booked, and accounts mapped to another line since.",
    "reconciliation-bought-abroad": "Check the vouchers under the codes of these fields for "
    "reverse charge that was not computed.",
}

_FINDINGS = """
INSERT INTO out_finding ({columns})
SELECT r.company_id, r.rule, $severity, r.subject || ', ' || CAST(r.period_start AS VARCHAR)
    || ' to ' || CAST(r.period_end AS VARCHAR),
  r.subject || ': ' || r.left_name || ' '
    || money_text(r.left_amount) || ', ' || r.right_name || ' ' || money_text(r.right_amount)
    || ', difference ' || money_text(r.difference) || ' ' || c.base_currency || '.',
  $remedy, NULL, NULL, CAST(r.right_amount AS VARCHAR), CAST(r.left_amount AS VARCHAR),
  strftime(r.period_end, '%Y-%m')
FROM out_reconciliation AS r JOIN checked_company AS c USING (company_id)
WHERE r.rule = $rule AND NOT r.is_within_tolerance
"""


def run(con: duckdb.DuckDBPyConnection) -> None:
    """Compare the reports of the due periods; create the temp table `out_reconciliation`.

    `con` holds the ledger views, `due` with the periods of every report type to
    compare, and the reports: the temp tables `out_report*` where they were just
    built, else the stored `report` and `report_line`. Grain and signs as in
    `TABLES["reconciliation"]`. Differences outside tolerance (one krone) are added
    to `out_finding`, which is made if it is not there.
    """
    rules.prepare(con)
    _reports(con)
    con.execute(_empty("reconciliation", replace=True))
    con.execute(_SQL.read_text(encoding="utf-8"))
    is_annual = "SELECT count(*) FROM reconciled_report WHERE report_type = 'annual_report'"
    if con.execute(is_annual).fetchall()[0][0]:
        con.execute(_ANNUAL_SQL.read_text(encoding="utf-8"))
        _openings(con)
    con.execute(_empty("finding", replace=False))
    for rule in RULES:
        con.execute(
            _FINDINGS.format(columns=", ".join(TABLES["finding"].names)),
            {
                "rule": rule.id,
                "severity": str(rule.severity),
                "remedy": _REMEDIES[rule.id],
            },
        )


def _openings(con: duckdb.DuckDBPyConnection) -> None:
    """Compare the lines of the balance sheet, where what is behind them is at hand."""
    known = {
        n for (n,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    }
    behind = next(
        (n for n in ("out_report_line_posting", "report_line_posting") if n in known), None
    )
    if behind is not None:
        annual.register(con)
        con.execute(
            "CREATE OR REPLACE TEMP VIEW annual_line_posting AS SELECT p.* "
            f"FROM {behind} AS p SEMI JOIN due AS d USING (company_id, period_start, period_end) "
            "WHERE p.report_type = 'annual_report'"
        )
        con.execute(_OPENING_SQL.read_text(encoding="utf-8"))


def _reports(con: duckdb.DuckDBPyConnection) -> None:
    """`reconciled_report` and `reconciled_line`: fresh ones first, stored ones beside.

    `stored_return` and `stored_return_line`: the VAT returns of every period that are stored.
    """
    known = {
        n for (n,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    }
    parts = {
        "reconciled_report": ("report", "out_report", "stored_return"),
        "reconciled_line": ("report_line", "out_report_line", "stored_return_line"),
    }
    for name, (stored, fresh, returns) in parts.items():
        columns = ", ".join(f"r.{column}" for column in TABLES[stored].names)
        due = "SEMI JOIN due AS d USING (company_id, period_start, period_end)"
        selects = []
        if fresh in known:
            selects.append(f"SELECT {columns} FROM {fresh} AS r {due}")
        if stored in known:
            older = f"SELECT {columns} FROM {stored} AS r {due}"
            if fresh in known:
                older += " WHERE r.report_type NOT IN (SELECT report_type FROM out_report)"
            selects.append(older)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {' UNION ALL '.join(selects)}")
        of_all = stored if stored in known else f"(SELECT * FROM {fresh} WHERE false)"
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {returns} AS "
            f"SELECT * FROM {of_all} WHERE report_type = 'vat_return'"
        )


def _empty(table: str, *, replace: bool) -> str:
    how = "CREATE OR REPLACE TEMP TABLE" if replace else "CREATE TEMP TABLE IF NOT EXISTS"
    return ddl(TABLES[table]).replace(f"CREATE TABLE {table}", f"{how} out_{table}", 1)
