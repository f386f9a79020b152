"""What the rules over a fiscal year say, word for word, and that they withhold no return."""

from collections.abc import Callable
from datetime import date

import pytest

from assets.reports.due import register
from quality import rules, yearly
from quality.finding import Finding
from tests.errors.corpus import expected
from tests.ledger_factory import Book, ledger
from warehouse.operations import Row


def _due(frequency: str, first: date, last: date) -> Row:
    return {
        "company_id": "c1",
        "period_start": first,
        "period_end": last,
        "frequency": frequency,
        "due_date": last,
    }


YEAR = _due("year", date(2025, 1, 1), date(2025, 12, 31))
QUARTER = _due("quarter", date(2025, 10, 1), date(2025, 12, 31))


def booked() -> Book:
    """A year with a voucher in every month, and the year in the ledger's calendar."""
    book = Book()
    for month in range(1, 13):
        book.voucher(f"2025-{month:02d}-10", str(month), [("1010", -100), ("6190", 100)])
    book.rows["fiscal_period"] = [fiscal_year("2025-01-01", "2025-12-31")]
    return book


def fiscal_year(first: str, last: str) -> Row:
    return {
        "company_id": "c1",
        "kind": "year",
        "start_date": date.fromisoformat(first),
        "end_date": date.fromisoformat(last),
        "state": "open",
        "connection_id": "main",
        "source_id": first,
        "load_id": "l",
    }


def found(book: Book, *obligations: Row) -> list[Finding]:
    con = ledger(book)
    register(con, obligations)
    rules.run(con, "2025-12", date(2026, 2, 1))
    yearly.run(con, "2025-12", date(2026, 2, 1))
    return rules.findings(con)


def another_year(book: Book) -> Row:
    book.rows["fiscal_period"] = [
        fiscal_year("2024-07-01", "2025-06-30"),
        fiscal_year("2025-07-01", "2026-06-30"),
    ]
    return YEAR


def a_long_year(book: Book) -> Row:
    book.rows["fiscal_period"] = [fiscal_year("2024-12-01", "2025-12-31")]
    book.voucher("2024-12-10", "0", [("1010", -100), ("6190", 100)])
    return YEAR | {"period_start": date(2024, 12, 1)}


def an_empty_month(book: Book) -> Row:
    for table in ("voucher", "posting"):
        rows = book.rows[table]
        book.rows[table] = [r for r in rows if r["posting_date"].month != 3]
    return YEAR


CASES: dict[str, Callable[[Book], Row]] = {
    "year-fiscal-year-differs": another_year,
    "year-not-twelve-months": a_long_year,
    "year-month-empty": an_empty_month,
}


@pytest.mark.parametrize("rule_id", CASES)
def test_a_broken_rule_of_the_year_is_named(rule_id: str) -> None:
    book = booked()
    obligation = CASES[rule_id](book)
    own = [one for one in found(book, obligation) if one.rule == rule_id]
    assert [one.message for one in own] == [expected("rules", rule_id)]


def test_a_clean_year_breaks_no_rule() -> None:
    assert found(booked(), YEAR) == []


def broken(book: Book) -> list[str]:
    """The rules broken; that this book has no VAT codes, which its quarter needs, is no news."""
    seen = [one.rule for one in found(book, YEAR, QUARTER)]
    return [rule for rule in seen if rule != "vat-code-none"]


def test_an_error_outside_the_quarter_is_the_years_alone() -> None:
    book = booked()
    book.voucher("2025-02-01", "13", [("1010", -100), ("6190", 90)])
    assert broken(book) == ["year-voucher-unbalanced"]
    book.voucher("2025-11-01", "14", [("1010", -100), ("6190", 90)])
    twice = sorted(broken(book))
    assert twice == ["voucher-unbalanced", "year-voucher-unbalanced", "year-voucher-unbalanced"]
