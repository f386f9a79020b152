"""An annual report against the year's VAT returns and last year's report, over a small ledger."""

from datetime import date
from decimal import Decimal

from assets.reports import vat_return
from quality import reconciliations
from tests.annual_factory import AnnualYear, built
from tests.errors.test_rules import clean
from tests.ledger_factory import Book, due, ledger

Q1 = ("c1", "2026-01-01", "2026-03-31", "quarter")


def annual(book: Book, revenue: str | None, *lines: tuple[str, str, str, str]) -> dict:
    """Rules of the findings about an annual report for Q1, as a year; what was compared."""
    con = ledger(book)
    due(con, [Q1])
    vat_return.REPORT.build(con, date(2026, 5, 1))
    for name in ("report", "report_line"):
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM out_{name}")
    con.execute("UPDATE out_report SET report_type = 'annual_report'")
    con.execute("DELETE FROM out_report_line")
    given = [("", "fsa:Revenue", revenue, "postings")] if revenue else []
    for number, (subject, field, amounts, origin) in enumerate([*given, *lines]):
        exact, _, whole = amounts.partition("/")
        con.execute(
            "INSERT INTO out_report_line (company_id, report_type, period_start, period_end, "
            "subject, field, field_no, amount, amount_exact, origin) VALUES "
            "('c1', 'annual_report', '2026-01-01', '2026-03-31', ?, ?, ?, ?, ?, ?)",
            [subject, field, number, Decimal(whole or exact), Decimal(exact), origin],
        )
    reconciliations.run(con)
    return {
        (rule, subject): (left, right, is_within)
        for rule, subject, left, right, is_within in con.execute(
            "SELECT rule, subject, left_amount, right_amount, is_within_tolerance "
            "FROM out_reconciliation WHERE report_type = 'annual_report'"
        ).fetchall()
    }


def test_turnover_of_the_year_is_what_was_sold_under_vat_codes() -> None:
    compared = annual(clean(), "6000")
    turnover = ("reconciliation-annual-turnover", "net turnover")
    assert compared[turnover] == (Decimal(6000), Decimal(6000), True)
    assert all(is_within for _, _, is_within in compared.values()), compared


def test_what_turnover_differs_by_is_explained_by_its_parts() -> None:
    book = clean()
    book.voucher("2026-03-01", "7", [("1010", -700), ("6190", 700)])
    compared = annual(book, "6750")
    off = {key: values[:2] for key, values in compared.items() if not values[2]}
    part = "reconciliation-annual-turnover-part"
    assert off == {
        ("reconciliation-annual-turnover", "net turnover"): (Decimal(6750), Decimal(6000)),
        ("reconciliation-annual-returns", "net turnover"): (Decimal(6750), Decimal(6000)),
        (part, "turnover without a sales VAT code"): (Decimal(700), Decimal(0)),
        (part, "year-end entries outside the books"): (Decimal(6750), Decimal(6700)),
    }
    parts = [left - right for (rule, _), (left, right, _) in compared.items() if rule == part]
    assert sum(parts) == 6750 - 6000


def test_a_report_without_turnover_is_compared_by_its_books() -> None:
    compared = annual(clean(), None)
    assert compared["reconciliation-annual-turnover", "net turnover"][2]


def test_equity_opens_as_last_years_report_closed() -> None:
    filed = ("previous", "fsa:Equity", "500/500", "filed")
    sound = ("opening;component=RetainedEarningsMember", "fsa:Equity", "500.40/500", "postings")
    off = ("opening;component=ContributedCapitalMember", "fsa:Equity", "40/42", "postings")
    compared = annual(clean(), "6000", filed, sound, off)
    opening = {key[1]: v[2] for key, v in compared.items() if key[0].endswith("annual-opening")}
    assert opening == {
        "fsa:Equity RetainedEarningsMember": True,
        "fsa:Equity ContributedCapitalMember": False,
    }


def test_each_line_opens_as_last_years_report_closed() -> None:
    book = clean()
    book.voucher("2025-12-31", "90", [("6480", -900), ("6190", 700), ("6510", 200)])
    con = ledger(book)
    year = AnnualYear("c1", "2026-01-01", "2026-12-31")
    year.filed("fsa:ShorttermDebtToBanks", 900)
    year.filed("fsa:ShorttermTradeReceivables", 650)
    built(con, year)
    reconciliations.run(con)
    compared = con.execute(
        "SELECT subject, left_amount, right_amount, is_within_tolerance FROM out_reconciliation "
        "WHERE rule = 'reconciliation-annual-opening-line' ORDER BY subject"
    ).fetchall()
    assert compared == [
        ("fsa:ShorttermDebtToBanks", Decimal(-900), Decimal(-900), True),
        ("fsa:ShorttermTradeReceivables", Decimal(700), Decimal(650), False),
    ]
    told = con.execute(
        "SELECT place, severity FROM out_finding WHERE rule = 'reconciliation-annual-opening-line'"
    ).fetchall()
    assert told == [("fsa:ShorttermTradeReceivables, 2026-01-01 to 2026-12-31", "warning")]
