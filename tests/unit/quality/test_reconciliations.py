"""The return against the books: what agrees is silent, what does not is named."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from assets.reports import eu_sales_list, vat_return
from quality import reconciliations, rules
from tests.errors.test_rules import clean
from tests.ledger_factory import Book, due, ledger, tax

Q1 = ("c1", "2026-01-01", "2026-03-31", "quarter")


def reconciled(book: Book) -> duckdb.DuckDBPyConnection:
    con = ledger(book)
    due(con, [Q1])
    eu_sales_list.REPORT.build(con, date(2026, 5, 1))
    for name in ("report", "report_line"):
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM out_{name}")
    vat_return.REPORT.build(con, date(2026, 5, 1))
    reconciliations.run(con)
    return con


def rows(con: duckdb.DuckDBPyConnection, rule: str) -> dict[str, tuple[Decimal, Decimal, bool]]:
    found = con.execute(
        "SELECT subject, left_amount, right_amount, is_within_tolerance FROM out_reconciliation "
        "WHERE rule = ?",
        [rule],
    ).fetchall()
    return {subject: tuple(rest) for subject, *rest in found}


def test_sound_books_reconcile_in_every_comparison() -> None:
    con = reconciled(clean())
    assert rules.findings(con) == []
    assert rows(con, "reconciliation-vat-total") == {
        "MomsAngivelseAfgiftTilsvarBeloeb": (Decimal("-4.17"), Decimal("-4.17"), True)
    }
    assert rows(con, "reconciliation-eu-sales-list") == {
        "MomsAngivelseEUSalgBeloebVarerBeloeb": (Decimal(5000), Decimal(5000), True),
        "MomsAngivelseEUSalgYdelseBeloeb": (Decimal(0), Decimal(0), True),
    }
    assert rows(con, "reconciliation-turnover") == {
        "turnover": (Decimal(6000), Decimal(6000), True)
    }


def test_vat_on_an_account_without_code_shows_in_the_total() -> None:
    book = clean()
    book.voucher("2026-03-01", "7", [("7680", -25), ("6190", 25)])
    con = reconciled(book)
    assert {(f.rule, str(f.severity)) for f in rules.findings(con)} == {
        ("reconciliation-vat-total", "error"),
        ("reconciliation-vat-account", "warning"),
    }
    (total,) = [f for f in rules.findings(con) if f.rule == "reconciliation-vat-total"]
    assert total.message == (
        "MomsAngivelseAfgiftTilsvarBeloeb: ledger accounts 20.83, return -4.17, "
        "difference 25.00 DKK."
    )


def test_revenue_without_a_vat_code_is_named() -> None:
    book = clean()
    book.voucher("2026-03-01", "7", [("1010", -700), ("6190", 700)])
    con = reconciled(book)
    assert [f.rule for f in rules.findings(con)] == ["reconciliation-turnover"]


def test_a_stale_list_differs_from_the_return() -> None:
    con = reconciled(clean())
    con.execute(
        "UPDATE report_line SET amount_exact = 4000 WHERE field = 'ListeAngivelseSalgBeloeb'"
    )
    reconciliations.run(con)
    assert [f.rule for f in rules.findings(con)] == ["reconciliation-eu-sales-list"]


def test_vat_settled_in_the_period_is_not_a_difference() -> None:
    book = clean()
    book.voucher("2026-03-31", "7", [("7680", -1000), ("7840", 1000)])
    assert rules.findings(reconciled(book)) == []


def test_all_vat_on_the_settlement_account_is_compared_as_one_total() -> None:
    """As in Xero: one account of all VAT, which documents post to; its settlement is none."""
    book = Book()
    sale = ("1010", -1000, tax("S01", "base", -1000), tax("S01", "output", -250))
    book.voucher("2026-03-01", "7", [sale, ("7840", -250), ("6190", 1250)])
    book.voucher("2026-03-02", "8", [("7840", 90), ("6480", -90)])
    con = reconciled(book)
    assert rows(con, "reconciliation-vat-total") == {
        "MomsAngivelseAfgiftTilsvarBeloeb": (Decimal(250), Decimal(250), True)
    }
    assert rows(con, "reconciliation-vat-account") == {}


def test_two_fields_on_one_account_leave_the_total_right() -> None:
    book = clean()
    book.voucher(
        "2026-03-01",
        "7",
        [
            ("1610", 400, tax("K260", "base", 400)),
            ("7680", -100, tax("K260", "output", -100)),
            ("7740", 100, tax("K260", "input", 100)),
            ("7440", -400),
        ],
    )
    severities = {str(finding.severity) for finding in rules.findings(reconciled(book))}
    assert severities == {"warning"}


@pytest.mark.parametrize("rule", [rule.id for rule in reconciliations.RULES])
def test_every_comparison_says_what_to_do(rule: str) -> None:
    assert reconciliations._REMEDIES[rule].endswith(".")
