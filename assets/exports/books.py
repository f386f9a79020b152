"""One company's fiscal year, ready to be written: who, when, and its trial balance in SQL.

Belongs here: finding the year, and the temp tables the writers read. Does not: any form of file.
The year's postings, openings and closing entries are those of the annual report
(`assets/reports/annual/ledger.sql`), so that both say the same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from assets.reports import fiscal_year, report
from assets.workspace import Company
from warehouse import standards
from warehouse.errors import SettingsError

_YEAR = """
CREATE OR REPLACE TEMP TABLE report_due AS
SELECT 1 AS report_no, $company AS company_id, $first AS period_start, $last AS period_end;
CREATE OR REPLACE TEMP TABLE annual_choice AS
SELECT company_id, period_start, period_end, 'nature' AS income_form, 'account' AS balance_form,
       false AS is_condensed, CAST(NULL AS DATE) AS previous_start,
       CAST(NULL AS DATE) AS previous_end, 'none' AS previous_origin
FROM report_due"""


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books, and the first and last day of the fiscal year, both included."""

    company_id: str
    name: str
    cvr: str
    se_number: str
    country: str
    base_currency: str
    first: date
    last: date


@dataclass(slots=True)
class Written:
    """What was written; `notes` say what the form cannot hold, or its schema would miss."""

    vouchers: int
    lines: int
    notes: list[str]


def open_year(con: duckdb.DuckDBPyConnection, company: Company, year: int) -> Books:
    """The fiscal year of `company` that ends in `year`, its tables made in `con`.

    `con` has the ledger's views. Makes `annual_opening`, `annual_entry` and what else
    `annual/ledger.sql` makes, with `year_no` 1, and `standard_account`.

    Raises `SettingsError` where neither settings nor ledger know such a year.
    """
    first, last = _year(con, company, year)
    standards.register(con)
    for statement in _YEAR.split(";"):
        values = {"company": company.company_id, "first": first, "last": last}
        named = {key: value for key, value in values.items() if f"${key}" in statement}
        con.execute(statement, named)
    report.run_file(con, "annual/ledger.sql")
    return Books(
        company.company_id, company.name, company.cvr, company.se_number, company.country,
        company.base_currency, first, last,
    )  # fmt: skip


def _year(con: duckdb.DuckDBPyConnection, company: Company, year: int) -> tuple[date, date]:
    """By the settings, else by the years the bookkeeping system tells."""
    begin, end = date(year, 1, 1), date(year, 12, 31)
    if company.annual is not None:
        years = fiscal_year.ending_in(company.annual, begin, end)
    else:
        years = con.execute(
            "SELECT DISTINCT start_date, end_date FROM fiscal_period WHERE company_id = ?"
            " AND kind = 'year' AND end_date BETWEEN ? AND ? ORDER BY ALL",
            [company.company_id, begin, end],
        ).fetchall()
    if len(years) == 1:
        return years[0]
    found = "none" if not years else " and ".join(f"{a} to {b}" for a, b in years)
    raise SettingsError(
        f"Company '{company.company_id}': expected one fiscal year that ends in {year}, found "
        f"{found}. Set [company.annual_report] in indberet.toml: class, year_end, and "
        "odd_years for a year that is not twelve months."
    )


def rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    found: list[tuple[Any, ...]] = con.execute(query, values or None).fetchall()
    return found
