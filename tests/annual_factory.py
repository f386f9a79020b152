"""The input tables of an annual report made by hand, beside a ledger of `ledger_factory`.

    con = ledger(book)
    year = AnnualYear("c1", "2026-01-01", "2026-12-31")
    year.number("fsa:ProposedDividendRecognisedInEquity", 50_000)
    register(con, year)
    report.number_due(con) …

Or `built(con, year)`, which builds the report and leaves its `out_*` tables.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from assets.reports import report
from assets.reports.annual import assemble, forms
from tests.ledger_factory import Amount, due, money

TABLES = {
    "annual_choice": "company_id VARCHAR, period_start DATE, period_end DATE, "
    "company_class VARCHAR, income_form VARCHAR, balance_form VARCHAR, language VARCHAR, "
    "is_condensed BOOLEAN, previous_start DATE, previous_end DATE, previous_origin VARCHAR",
    "annual_adjustment": "company_id VARCHAR, period_end DATE, number INTEGER, line_no INTEGER, "
    "standard_account_code VARCHAR, amount DECIMAL(18,2), text VARCHAR, origin VARCHAR, "
    "source VARCHAR",
    "annual_number": "company_id VARCHAR, period_end DATE, subject VARCHAR, field VARCHAR, "
    "amount DECIMAL(18,2), origin VARCHAR, source VARCHAR",
    "annual_previous": "company_id VARCHAR, period_end DATE, subject VARCHAR, field VARCHAR, "
    "amount DECIMAL(18,2), origin VARCHAR, source VARCHAR",
    "annual_text": "company_id VARCHAR, period_end DATE, subject VARCHAR, field VARCHAR, "
    "field_no SMALLINT, language VARCHAR, text VARCHAR, origin VARCHAR, source VARCHAR",
    "annual_problem": "company_id VARCHAR, period_end DATE, reason VARCHAR",
}


@dataclass
class AnnualYear:
    """One fiscal year of one company, and what people say of it."""

    company_id: str
    start: str
    end: str
    income_form: str = "nature"
    balance_form: str = "account"
    is_condensed: bool = False
    company_class: str = "B"
    previous_origin: str = "none"
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, *values: Any) -> None:
        self.rows.setdefault(table, []).append((self.company_id, self.end, *values))

    def number(self, concept: str, amount: Amount, subject: str = "") -> None:
        source = f"{self.end}.toml: {concept}"
        self.add("annual_number", subject, concept, money(amount), "stated", source)

    def filed(self, concept: str, amount: Amount) -> None:
        """A figure of last year, as its filing has it."""
        self.previous_origin = "filed"
        source = f"filing 0123456789ab #{concept.partition(':')[2]}-current"
        self.add("annual_previous", "", concept, money(amount), "filed", source)

    def adjustment(self, number: int, *lines: tuple[str, Amount]) -> None:
        for line_no, (account, amount) in enumerate(lines, start=1):
            self.add("annual_adjustment", number, line_no, account, money(amount), "Year end",
                     "stated", f"{self.end}.toml: adjustment {number}")  # fmt: skip

    @property
    def choice(self) -> tuple[Any, ...]:
        first = date.fromisoformat(self.start)
        last = first - timedelta(days=1)
        before = date(last.year, first.month, first.day) if first.month == 1 else None
        before = before or date(first.year - 1, first.month, first.day)
        return (self.company_id, self.start, self.end, self.company_class, self.income_form,
                self.balance_form, "da", self.is_condensed, before, last,
                self.previous_origin)  # fmt: skip


def register(con: duckdb.DuckDBPyConnection, *years: AnnualYear) -> None:
    """Create `due`, `withheld` and the input tables of `years` in `con`."""
    due(con, [(year.company_id, year.start, year.end, "year") for year in years])
    for name, columns in TABLES.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        rows = [row for year in years for row in year.rows.get(name, [])]
        if name == "annual_choice":
            rows = [year.choice for year in years]
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            con.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)


def built(
    con: duckdb.DuckDBPyConnection, *years: AnnualYear, as_of: date = date(2030, 1, 1)
) -> duckdb.DuckDBPyConnection:
    """Build the annual reports of `years`; the `out_*` relations are in `con` afterwards."""
    register(con, *years)
    report.number_due(con)
    report.register_fields(con, forms.fields())
    report.run_file(con, "annual/ledger.sql")
    assemble.run(con)
    report.publish(con, "annual_report", as_of)
    return con


def amounts(con: duckdb.DuckDBPyConnection, company_id: str = "c1") -> dict[tuple[str, str], int]:
    """(subject, concept) → whole kroner, of the report last built."""
    rows = con.execute(
        "SELECT subject, field, amount FROM out_report_line WHERE company_id = ?", [company_id]
    ).fetchall()
    return {(subject, concept): amount for subject, concept, amount in rows}


def state(con: duckdb.DuckDBPyConnection, company_id: str = "c1") -> tuple[str, str | None]:
    """State and reason of the report last built."""
    found: tuple[str, str | None] = con.execute(
        "SELECT state, reason FROM out_report WHERE company_id = ?", [company_id]
    ).fetchall()[0]
    return found


def wrong_lineage(con: duckdb.DuckDBPyConnection) -> Iterable[tuple[str, str, Decimal, Decimal]]:
    """Lines of postings whose postings do not add up to them exactly."""
    return con.execute("""
        SELECT l.subject, l.field, l.amount_exact, coalesce(sum(p.amount), 0)
        FROM out_report_line l
        LEFT JOIN out_report_line_posting p USING (report_id, subject, field)
        WHERE l.origin = 'postings'
        GROUP BY l.report_id, l.subject, l.field, l.amount_exact
        HAVING l.amount_exact <> coalesce(sum(p.amount), 0)""").fetchall()
