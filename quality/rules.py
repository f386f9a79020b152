"""The row rules: what is looked for in the ledger, and running them in one pass.

A rule is an entry in `RULES` and a file `rules/<id>.sql`: one SELECT of the
offending places, over the views `rules/prepare.sql` makes, for all due companies
together. The words of a finding are in the SQL, beside the condition.

Belongs here: the catalogue and the runner. Does not: comparisons of a finished
report with the ledger (`quality.reconciliations`), or the shape of tables
(`quality.expectations`).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from quality import numbers
from quality.finding import Finding, Severity
from warehouse import standards
from warehouse.errors import PermanentError
from warehouse.shape import ddl
from warehouse.tables import TABLES

FOLDER = Path(__file__).parent / "rules"

NAMED_PER_RULE = 200
"""Findings named per company and rule; the rest are counted in one more."""

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: id (also its SQL file's name, unless `file` says another), what it weighs,
    what it says, whence.
    """

    id: str
    severity: Severity
    title: str
    source: str
    file: str = ""

    @property
    def sql(self) -> str:
        """The SELECT that finds the offending places."""
        return (FOLDER / f"{self.file or self.id}.sql").read_text(encoding="utf-8")


RULES = (
    Rule("voucher-unbalanced", ERROR, "Every voucher sums to zero", "Bogføringsloven § 7"),
    Rule("voucher-duplicate", ERROR, "A voucher id names one voucher", "Bogføringsloven § 9"),
    Rule("account-missing", ERROR, "Postings stand on accounts of the chart",
         "Bogføringsloven § 8"),
    Rule("account-unmapped", ERROR, "Accounts that carry VAT are mapped to the standard chart",
         "Bogføringsloven § 11; standard chart 2025-12"),
    Rule("account-mapping-incomplete", WARNING, "Accounts in use are mapped",
         "Standard chart 2025-12"),
    Rule("vat-code-none", ERROR, "Books that give a VAT return have VAT codes", "Momsloven § 57"),
    Rule("vat-code-missing", ERROR, "VAT codes in use are among the company's codes",
         "Bogføringsloven § 8"),
    Rule("vat-code-unmapped", ERROR, "VAT codes in use are mapped to standard VAT codes",
         "Momsloven § 57; standard VAT codes 2025-12"),
    Rule("vat-code-invalid", ERROR, "Mappings point at standard VAT codes valid on the day",
         "Standard VAT codes 2025-12"),
    Rule("date-implausible", ERROR, "Posting dates can be right", "Bogføringsloven § 9"),
    Rule("date-outside-fiscal-period", ERROR, "Posting dates lie inside fiscal periods",
         "Bogføringsloven § 9; årsregnskabsloven § 15"),
    Rule("fiscal-period-unknown", NOTE, "The source names its fiscal periods",
         "Bogføringsloven § 9"),
    Rule("closed-period-changed", NOTE, "Vouchers of closed periods stay as they were",
         "Bogføringsloven § 9 (corrections show old and new)"),
    Rule("currency-arithmetic", WARNING, "Foreign amount × rate is the amount posted",
         "Bogføringsloven § 10"),
    Rule("voucher-number-gap", WARNING, "Voucher numbers run without gaps", "Bogføringsloven § 9"),
    Rule("voucher-number-duplicate", WARNING, "A voucher number is used once",
         "Bogføringsloven § 9"),
    Rule("vat-recomputed", WARNING, "VAT per code follows from base and rate",
         "Momsloven §§ 27, 33, 37"),
    Rule("vat-rate-wrong", ERROR, "VAT per code is not grossly off", "Momsloven §§ 27, 33, 37"),
    Rule("vat-recomputed-voucher", WARNING, "VAT per voucher follows from base and rate",
         "Momsloven §§ 27, 33, 37"),
    Rule("reverse-charge-unpaired", ERROR, "Reverse charge has base, VAT owed and VAT deducted",
         "Momsloven § 46; § 37"),
    Rule("vat-account-without-code", ERROR, "Postings on VAT accounts carry a VAT code",
         "Bogføringsloven §§ 8 and 11"),
    Rule("period-incomplete", ERROR, "What was read is what the source says it holds",
         "Bogføringsloven § 8"),
    Rule("balance-mismatch", WARNING, "Opening balance and movements make the closing balance",
         "Bogføringsloven § 11"),
    Rule("movement-outlier", WARNING, "Movements resemble those of earlier periods",
         "Bogføringsloven § 11"),
    Rule("period-empty", WARNING, "A company with steady vouchers has some in the period",
         "Momsloven § 57"),
    Rule("company-without-cvr", ERROR, "A company has a CVR number", "Momsloven § 47"),
    Rule("cvr-invalid", ERROR, "CVR and SE numbers are valid", "Momsloven § 47"),
    Rule("eu-vat-number-missing", ERROR, "EU sales name their buyer's VAT number",
         "Momsloven § 54; § 34 stk. 1 nr. 1"),
    Rule("eu-vat-number-invalid", ERROR, "EU buyers' VAT numbers are valid",
         "Momsloven § 54; § 34 stk. 1 nr. 1"),
    Rule("document-not-booked", WARNING, "Invoices received beside the books are booked",
         "Bogføringsloven §§ 7, 9 and 11"),
    Rule("document-amount-differs", WARNING, "Invoices are booked with their own amount",
         "Bogføringsloven §§ 7 and 9"),
)  # fmt: skip


def rule(rule_id: str) -> Rule:
    """The rule of that id.

    Raises `PermanentError`, listing the valid ids, when there is none.
    """
    for entry in RULES:
        if entry.id == rule_id:
            return entry
    valid = ", ".join(entry.id for entry in RULES)
    raise PermanentError(f"There is no rule {rule_id!r}. The rules are: {valid}.")


_COLLECT = """
INSERT INTO out_finding ({columns})
WITH found_place AS ({select}
), one AS (
  SELECT company_id, place, message, min(remedy) AS remedy, min(voucher_id) AS voucher_id,
    min(line_id) AS line_id, min(expected) AS expected, min(found) AS found
  FROM found_place GROUP BY company_id, place, message
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY company_id ORDER BY place, message) AS n,
    count(*) OVER (PARTITION BY company_id) AS total
  FROM one
)
SELECT company_id, $rule, $severity, place, message, remedy, voucher_id, line_id, expected,
  found, $period FROM numbered WHERE n <= $named
UNION ALL
SELECT company_id, $rule, $severity, 'and more', (total - $named) || ' more findings of the rule '
    || $rule || '; the first ' || $named || ' are named.',
  'Correct the first ones and check again.', NULL, NULL, CAST($named AS VARCHAR),
  CAST(total AS VARCHAR), $period
FROM numbered WHERE n = $named AND total > $named
"""


def run(con: duckdb.DuckDBPyConnection, period: str, today: date | None = None) -> None:
    """Check every due company's period, fiscal years aside; create the temp table `out_finding`.

    `con` holds the ledger views of `warehouse.tables.TABLES` and the temp table
    `due(company_id, period_start, period_end, …)`; a company due for several
    reports is checked once, from the earliest start to the latest end. A fiscal year is
    checked by rules of its own (`quality.yearly`): a year would hide what is off in a
    quarter, and an old month would withhold a new return. `period`
    (yyyy-mm) is the month in which the periods end. `today` tells vouchers later than
    an old period from impossible ones; without it they are judged by the period. Rows
    of `out_finding` have the shape of `TABLES["finding"]`, at most `NAMED_PER_RULE` per
    company and rule plus one that counts the rest; their order is not defined.
    """
    prepare(con, "frequency <> 'year'")
    con.execute("SET VARIABLE today = $1::DATE", [today])
    numbers.register(con)
    for part in ("prepare_vat.sql", "prepare_documents.sql"):
        con.execute((FOLDER / part).read_text(encoding="utf-8"))
    con.execute(_empty("finding"))
    for entry in RULES:
        collect(con, entry, period)


def prepare(con: duckdb.DuckDBPyConnection, which: str = "true") -> None:
    """Make the views and temp tables of the due periods (see `rules/prepare.sql`).

    `which`: a condition on the rows of `due`.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE checked_due AS SELECT * FROM due WHERE {which}")
    known = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not {"standard_vat_code", "standard_account"} <= known:
        standards.register(con)
    con.execute((FOLDER / "prepare.sql").read_text(encoding="utf-8"))


def collect(con: duckdb.DuckDBPyConnection, entry: Rule, period: str) -> None:
    """Add the findings of one rule to `out_finding`."""
    con.execute(
        _COLLECT.format(columns=", ".join(TABLES["finding"].names), select=entry.sql),
        {
            "rule": entry.id,
            "severity": str(entry.severity),
            "period": period,
            "named": NAMED_PER_RULE,
        },
    )


def findings(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """What `run` found, errors first, then by company, rule and place."""
    rows = con.execute(
        "SELECT rule, severity, company_id, place, message, remedy, voucher_id, line_id, expected,"
        " found FROM out_finding ORDER BY CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2"
        " ELSE 3 END, company_id, rule, place, message"
    ).fetchall()
    return [Finding(rule, Severity(severity), *rest) for rule, severity, *rest in rows]


def _empty(table: str) -> str:
    create = ddl(TABLES[table])
    return create.replace(f"CREATE TABLE {table}", f"CREATE OR REPLACE TEMP TABLE out_{table}", 1)
