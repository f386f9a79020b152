"""Every figure leads back to its postings, to the øre."""

from datetime import date
from decimal import Decimal

import pytest

from assets.reports import report
from assets.reports.explain import explain
from tests.ledger_factory import Book, due, ledger, tax
from warehouse.errors import PermanentError, SettingsError

END = date(2026, 3, 31)


@pytest.fixture
def con():
    book = Book()
    book.party("p1", "DE", "DE811234567")
    book.voucher(
        "2026-01-10",
        "1",
        [
            ("1010", "-17829.00", tax("S01", "base", "-17829.00")),
            ("7680", "-4457.25", tax("S01", "output", "-4457.25")),
            ("6190", "22286.25"),
        ],
        text="Faktura 1",
    )
    book.voucher(
        "2026-02-01",
        "2",
        [
            ("1710", "1502.24", tax("K260", "base", "1502.24")),
            ("7720", "-375.56", tax("K260", "output", "-375.56")),
            ("7740", "375.56", tax("K260", "input", "375.56")),
            ("7740", "4153.30", tax("K010", "input", "4153.30")),
            ("6480", "-5655.54"),
        ],
    )
    book.voucher("2026-03-01", "3", [("2060", "90.01"), ("7780", "9.99"), ("6480", "-100")])
    book.voucher(
        "2026-03-02", "4", [("1050", "-500.50", tax("S21", "base", "-500.50"))], party="p1"
    )
    return ledger(book)


def built(con, report_type: str):
    due(con, [("c1", "2026-01-01", "2026-03-31", "quarter")])
    report.load(report_type).build(con, date(2026, 5, 1))
    for name in ("report", "report_line", "report_line_posting"):
        con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM out_{name}")
    return con


def test_every_field_of_the_return_adds_up_to_the_oere(con):
    built(con, "vat_return")
    for field in report.load("vat_return").fields:
        found = explain(con, "c1", "vat_return", END, field.field)
        if field.is_total:
            assert sum(f.sign * f.amount for f in found.fields) == found.amount == 295
            assert sum(f.sign * f.amount_exact for f in found.fields) == found.amount_exact
        else:
            assert sum((p.amount for p in found.postings), Decimal(0)) == found.amount_exact
            assert found.count == len(found.postings)
            assert found.rest == 0


def test_a_posting_is_named_as_a_person_would_look_it_up(con):
    (posting,) = explain(built(con, "vat_return"), "c1", "vat_return", END, "Salgsmoms").postings
    assert (posting.voucher_number, posting.account_code, posting.account_name) == (
        "1",
        "7680",
        "Salgsmoms",
    )
    assert (posting.vat_code, posting.part, posting.text) == ("S01", "output", "Faktura 1")
    assert (posting.posting_amount, posting.amount) == (Decimal("-4457.25"), Decimal("4457.25"))
    assert posting.where_found == "test:1"


def test_a_duty_leads_to_the_posting_itself(con):
    found = explain(built(con, "vat_return"), "c1", "vat_return", END, "6")
    assert [(p.voucher_number, p.seq, p.amount) for p in found.postings] == [
        ("3", 0, Decimal("9.99"))
    ]
    assert found.amount == 9


def test_a_limit_still_accounts_for_the_rest(con):
    found = explain(built(con, "vat_return"), "c1", "vat_return", END, "9", limit=1)
    assert found.count == 2
    assert len(found.postings) == 1
    assert found.postings[0].amount + found.rest == found.amount_exact == Decimal("4528.86")


def test_a_buyer_on_the_list_leads_to_the_sales(con):
    built(con, "eu_sales_list")
    found = explain(con, "c1", "eu_sales_list", END, "Varer", subject="DE811234567")
    assert [p.voucher_number for p in found.postings] == ["4"]
    assert (found.amount_exact, found.amount) == (Decimal("500.50"), 500)


def test_a_posting_gone_from_the_ledger_since_is_shown_by_its_ids(con):
    built(con, "vat_return")
    con.execute("DELETE FROM voucher WHERE voucher_number = '1'")
    con.execute("DELETE FROM posting WHERE voucher_id = 'main:1'")
    (posting,) = explain(con, "c1", "vat_return", END, "14").postings
    assert (posting.voucher_number, posting.voucher_id, posting.line_id) == (None, "main:1", "2")
    assert posting.amount == Decimal("4457.25")


def test_a_way_back_that_does_not_add_up_is_refused(con):
    built(con, "vat_return")
    con.execute("DELETE FROM report_line_posting WHERE field = 'MomsAngivelseSalgsMomsBeloeb'")
    with pytest.raises(PermanentError, match=r"is stored as 4457\.25, but .* adds up to 0\.00"):
        explain(con, "c1", "vat_return", END, "14")


def test_unknown_fields_periods_and_subjects_list_those_there_are(con):
    built(con, "vat_return")
    with pytest.raises(PermanentError, match="16 MomsAngivelseEUKoebYdelseBeloeb"):
        explain(con, "c1", "vat_return", END, "18")
    with pytest.raises(PermanentError, match="end on: 2026-03-31"):
        explain(con, "c1", "vat_return", date(2026, 6, 30), "14")
    with pytest.raises(PermanentError, match="lines for: ''"):
        explain(con, "c1", "vat_return", END, "14", subject="DE1")
    with pytest.raises(SettingsError, match="eu_sales_list, vat_return"):
        explain(con, "c1", "intrastat", END, "14")
