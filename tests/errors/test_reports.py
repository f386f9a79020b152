"""Each message of reports, calendar and explain, word for word."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from assets.filings.closed import refuse_replacement, too_late
from assets.filings.register import Rendered
from assets.reports import annual_deadline, authority_calendar, calendar, report
from assets.reports.explain import explain
from quality.finding import Finding
from tests.errors.corpus import expected
from tests.ledger_factory import Book, due, ledger, tax
from warehouse.errors import ReportingError

END = date(2026, 3, 31)
PUBLISHED = Rendered(
    "demo", "10000009", "r", "annual_report", date(2025, 1, 1), date(2025, 12, 31),
    "application/xhtml+xml", b"<html/>",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    frequency_code: str
    due_date: date
    payment_date: date | None = None


@pytest.fixture(scope="module")
def stored():
    """Both reports of one quarter, as the warehouse keeps them."""
    book = Book()
    book.party("p1", "DE", "DE811234567")
    book.voucher("2026-01-10", "1", [("7680", -250, tax("S01", "output", -250))])
    book.voucher("2026-01-11", "2", [("1050", -9, tax("S21", "base", -9))], party="p1")
    con = ledger(book)
    due(con, [("c1", "2026-01-01", "2026-03-31", "quarter")])
    for number, report_type in enumerate(("eu_sales_list", "vat_return")):
        report.load(report_type).build(con, date(2026, 5, 1))
        for name in ("report", "report_line", "report_line_posting"):
            verb = f"INSERT INTO {name}" if number else f"CREATE TABLE {name} AS"
            con.execute(f"{verb} SELECT * FROM out_{name}")
    con.execute("DELETE FROM report_line_posting WHERE voucher_id = 'main:1'")
    return con


def registered(frequency: str) -> list[tuple[str, list[calendar.Registration]]]:
    return [("c1", [calendar.Registration(frequency, date(2026, 1, 1))])]


FAILURES: dict[str, Callable[..., object]] = {
    "report-unknown": lambda _: report.load("intrastat"),
    "explain-unknown-field": lambda con: explain(con, "c1", "eu_sales_list", END, "4"),
    "explain-unknown-period": lambda con: explain(con, "c1", "vat_return", date(2026, 6, 30), "14"),
    "explain-unknown-subject": lambda con: explain(con, "c1", "eu_sales_list", END, "1", "DE1"),
    "explain-does-not-add-up": lambda con: explain(con, "c1", "vat_return", END, "14"),
    "calendar-frequency": lambda _: calendar.obligations(registered("weekly"), END, END),
    "calendar-no-deadline": lambda _: calendar.obligations(
        registered("half_year"), END, date(2026, 6, 30), "eu_sales_list"
    ),
    "annual-no-deadline": lambda _: annual_deadline.due_date("B", date(2019, 12, 31)),
    "annual-published": lambda _: refuse_replacement(
        PUBLISHED, {("demo", "annual_report", PUBLISHED.period_end): {"0" * 64}}
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_says_exactly(case, stored):
    with pytest.raises(ReportingError) as raised:
        FAILURES[case](stored)
    assert str(raised.value) == expected("reports", case)


def told(*entries: Entry) -> tuple[list[calendar.Obligation], list[Finding]]:
    return authority_calendar.from_authority("c1", entries)


def test_the_authoritys_calendar_is_questioned_in_exactly_these_words():
    (unusual,) = authority_calendar.unusual(told(Entry("8", date(2026, 6, 15)))[0])
    (unknown,) = told(Entry("10", date(2026, 6, 1)))[1]
    ours = calendar.obligations(registered("half_year"), END, date(2026, 6, 30))
    (differs,) = authority_calendar.merge(ours, told(Entry("8", date(2026, 6, 1)))[0])[1]
    assert unusual.message == expected("reports", "calendar-unusual-deadline")
    assert unknown.message == expected("reports", "calendar-frequency-unknown")
    assert differs.message == expected("reports", "calendar-frequency-differs")


WITHHELD = {
    "return-unmapped-code": tax("U25", "base", -5, standard=None),
    "return-code-unknown": tax("U25", "base", -5, standard="Z99"),
    "return-leg-unknown": tax("K260", "tax", -5),
    "return-vat-without-field": tax("K620", "input", 5),
}


def test_a_withheld_return_says_exactly_why():
    books = [Book(case) for case in [*WITHHELD, "return-code-outside-validity"]]
    for book in books:
        old = book.company_id == "return-code-outside-validity"
        line = WITHHELD.get(book.company_id, tax("S01", "output", -5))
        book.voucher("2022-12-31" if old else "2026-01-10", "1", [("8040", 5, line)])
    con = ledger(*books)
    due(con, [(b.company_id, "2022-10-01", "2026-03-31", "quarter") for b in books])
    report.load("vat_return").build(con, date(2026, 5, 1))
    found = dict(con.execute("SELECT company_id, reason FROM out_report").fetchall())
    assert found == {b.company_id: expected("reports", b.company_id) for b in books}


def test_a_withheld_list_names_the_buyers():
    book = Book()
    book.party("p1", "FR", None, name="Dupont")
    book.voucher("2026-01-10", "1", [("1050", -5, tax("S21", "base", -5))], party="p1")
    book.voucher("2026-01-11", "2", [("1050", -5, tax("S21", "base", -5))])
    con = ledger(book)
    due(con, [("c1", "2026-01-01", "2026-01-31", "month")])
    report.load("eu_sales_list").build(con, date(2026, 5, 1))
    assert con.execute("SELECT reason FROM out_report").fetchall() == [
        (expected("reports", "list-buyer-without-number"),)
    ]


def test_what_is_published_may_be_made_again_byte_by_byte() -> None:
    key = ("demo", "annual_report", PUBLISHED.period_end)
    refuse_replacement(PUBLISHED, {key: {hashlib.sha256(PUBLISHED.content).hexdigest()}})
    refuse_replacement(PUBLISHED, {})


def test_a_period_more_than_three_years_back_is_not_filed() -> None:
    row = {
        "company_id": "demo",
        "report_type": "vat_return",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 3, 31),
        "due_date": date(2023, 6, 1),
    }
    assert too_late([row], date(2026, 6, 1)) == {}
    key = ("demo", "vat_return", date(2023, 3, 31))
    assert too_late([row], date(2026, 6, 2)) == {key: expected("reports", "too-late-to-file")}
