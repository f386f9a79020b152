"""Every figure of an annual report leads back to postings, parts, a file or a filing."""

from datetime import date
from decimal import Decimal

import pytest

from assets.reports.explain import explain, report_of
from tests.annual_factory import AnnualYear, built
from tests.ledger_factory import Book, ledger
from warehouse.errors import PermanentError

END = date(2026, 12, 31)
ANNUAL = "annual_report"


@pytest.fixture(scope="module")
def con():
    book = Book()
    book.voucher(
        "2025-12-31", "1", [("6480", "100000.40"), ("6510", -40000), ("6935", "-60000.40")]
    )
    book.voucher("2026-03-01", "2", [("1010", "-1000.50"), ("6480", "1000.50")])
    book.voucher("2026-03-02", "3", [("1610", "300.30"), ("6480", "-300.30")])
    year = AnnualYear("c1", "2026-01-01", "2026-12-31")
    year.adjustment(2, ("2670", 500), ("8040", -500))
    year.number("fsa:AverageNumberOfEmployees", 2)
    for concept, amount in (("fsa:ContributedCapital", 40000), ("fsa:RetainedEarnings", 60000),
                            ("fsa:CashAndCashEquivalents", 100000)):  # fmt: skip
        year.filed(concept, amount)
    found = built(ledger(book), year)
    for name in ("report", "report_line", "report_line_posting"):
        found.execute(f"CREATE TABLE {name} AS SELECT * FROM out_{name}")
    return found


def test_an_item_shows_postings_openings_and_adjustments(con):
    bank = explain(con, "c1", ANNUAL, END, "fsa:CashAndCashEquivalents")
    assert [(p.voucher_number, p.text, p.amount) for p in bank.postings] == [
        (None, "balance the year opened with", Decimal("100000.40")),
        ("2", None, Decimal("1000.50")),
        ("3", None, Decimal("-300.30")),
    ]
    assert bank.amount_exact == Decimal("100700.60")
    (entry,) = explain(con, "c1", ANNUAL, END, "OtherExternalExpenses").postings
    assert (entry.voucher_id, entry.amount) == ("adjustment:2", Decimal("500.00"))


def test_every_total_adds_up_from_its_parts(con):
    rows = con.execute("SELECT field, subject FROM report_line WHERE origin = 'total'").fetchall()
    for concept, subject in rows:
        found = explain(con, "c1", ANNUAL, END, concept, subject)
        assert sum(f.sign * f.amount for f in found.fields) == found.amount, (concept, subject)
    assert len(rows) > 15


def test_figures_of_people_and_filings_name_their_source(con):
    employees = explain(con, "c1", ANNUAL, END, "fsa:AverageNumberOfEmployees")
    assert (employees.origin, employees.source) == (
        "stated", "2026-12-31.toml: fsa:AverageNumberOfEmployees",
    )  # fmt: skip
    before = explain(con, "c1", ANNUAL, END, "fsa:CashAndCashEquivalents", "previous")
    assert before.source == "filing 0123456789ab #CashAndCashEquivalents-current"


def test_a_tag_in_the_document_is_enough(con):
    equity = explain(con, "c1", ANNUAL, END, "Equity-opening-RetainedEarningsMember")
    assert (equity.subject, equity.amount) == ("opening;component=RetainedEarningsMember", 60000)
    assert report_of("Equity-opening-RetainedEarningsMember") == ANNUAL
    assert report_of("MomsAngivelseSalgsMomsBeloeb") == "vat_return"


def test_of_many_fields_only_the_near_ones_are_named(con):
    with pytest.raises(PermanentError, match=r"no field 'fsa:Revenues'. Fields: .*fsa:Revenue "):
        explain(con, "c1", ANNUAL, END, "fsa:Revenues")
