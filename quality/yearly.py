"""The rules over a whole fiscal year: what the books must be for an annual report.

Rules of the periods that hold for any span are run again over the year, under a name
of their own (`year-…`): what they find withholds the annual report and no return.

Belongs here: which rules a year is checked by, and running them. Does not: what the
statements need of the books (the annual report asks for it by name).
"""

from dataclasses import replace
from datetime import date

import duckdb

from quality import rules
from quality.finding import Severity
from quality.rules import Rule

PREFIX = "year-"
IS_YEARLY = f"(rule LIKE '{PREFIX}%' OR rule LIKE 'reconciliation-annual%')"
"""In SQL: whether a finding's rule is about a fiscal year's report, and withholds only that."""

_ALSO = (
    "voucher-unbalanced",
    "voucher-duplicate",
    "account-missing",
    "date-implausible",
    "date-outside-fiscal-period",
    "period-incomplete",
    "balance-mismatch",
    "company-without-cvr",
    "cvr-invalid",
)

RULES = (
    *(replace(rules.rule(name), id=f"{PREFIX}{name}", file=name) for name in _ALSO),
    Rule("year-fiscal-year-differs", Severity.WARNING, "The ledger has the same fiscal year",
         "Årsregnskabsloven § 15", "yearly/year-fiscal-year-differs"),
    Rule("year-not-twelve-months", Severity.NOTE, "A fiscal year has twelve months",
         "Årsregnskabsloven § 15", "yearly/year-not-twelve-months"),
    Rule("year-month-empty", Severity.WARNING, "Every month of the year is booked",
         "Bogføringsloven § 7", "yearly/year-month-empty"),
)  # fmt: skip


def run(con: duckdb.DuckDBPyConnection, period: str, today: date | None = None) -> None:
    """Check the fiscal years among `due`; add what is found to `out_finding`.

    `con` as for `quality.rules.run`, which has made `out_finding`.
    """
    rules.prepare(con, "frequency = 'year'")
    con.execute("SET VARIABLE today = $1::DATE", [today])
    for entry in RULES:
        rules.collect(con, entry, period)
