"""The return's fields, one situation each, as a bookkeeper would book it."""

from datetime import date
from decimal import Decimal

import pytest

from assets.reports.vat_return import FIELDS, REPORT
from tests.ledger_factory import Book, due, ledger, tax
from warehouse.tables import TABLES

AS_OF = date(2026, 5, 1)
Q1 = ("c1", "2026-01-01", "2026-03-31", "quarter")
NO = {field.field: field.field_no for field in FIELDS}


def build(*books: Book, periods=(Q1,), withheld=(), as_of=AS_OF):
    con = ledger(*books)
    due(con, periods, withheld)
    REPORT.build(con, as_of)
    return con


def amounts(con, company_id="c1") -> dict[int, int]:
    """Whole kroner by field number, zeros left out."""
    rows = con.execute(
        "SELECT field_no, amount FROM out_report_line WHERE company_id = ? AND amount <> 0 "
        "ORDER BY field_no",
        [company_id],
    ).fetchall()
    return dict(rows)


def states(con) -> dict[str, tuple[str, str | None]]:
    return {
        company: (state, reason)
        for company, state, reason in con.execute(
            "SELECT company_id, state, reason FROM out_report"
        ).fetchall()
    }


def booked(*lines, day="2026-01-15", **values) -> Book:
    book = Book()
    book.voucher(day, "1", lines, **values)
    return book


def test_oere_are_dropped_per_field_and_the_total_is_made_of_what_is_left():
    book = booked(
        ("7680", "-4457.25", tax("S01", "output", "-4457.25")),
        ("7720", "-375.56", tax("K260", "output", "-375.56")),
        ("7740", "4528.86", tax("K010", "input", "4528.86")),
    )
    con = build(book)
    assert amounts(con) == {1: 304, 9: 4528, 12: 375, 14: 4457}
    assert con.execute(
        "SELECT amount_exact FROM out_report_line WHERE field_no = 1"
    ).fetchall() == [(Decimal("303.95"),)]


SITUATIONS = {
    "reverse charge on EU services is owed once and deducted once": (
        [
            ("1710", 1000, tax("K260", "base", 1000)),
            ("7720", -250, tax("K260", "output", -250)),
            ("7740", 250, tax("K260", "input", 250)),
            ("7440", -1000),
        ],
        {9: 250, 12: 250, 16: 1000},
    ),
    "reverse charge on EU goods": (
        [
            ("1630", 1000, tax("K210", "base", 1000)),
            ("7700", -250, tax("K210", "output", -250)),
            ("7740", 250, tax("K210", "input", 250)),
        ],
        {3: 1000, 9: 250, 11: 250},
    ),
    "imported goods have no box for their value": (
        [
            ("1650", 800, tax("K410", "base", 800)),
            ("7700", -200, tax("K410", "output", -200)),
            ("7740", 200, tax("K410", "input", 200)),
        ],
        {9: 200, 11: 200},
    ),
    "services from outside the EU have no box for their value": (
        [
            ("1740", 800, tax("K460", "base", 800)),
            ("7720", -200, tax("K460", "output", -200)),
            ("7740", 200, tax("K460", "input", 200)),
        ],
        {9: 200, 12: 200},
    ),
    "domestic reverse charge counts as output VAT": (
        [
            ("1660", 400, tax("K660", "base", 400)),
            ("7680", -100, tax("K660", "output", -100)),
            ("7740", 100, tax("K660", "input", 100)),
        ],
        {9: 100, 14: 100},
    ),
    "without a right to deduct the whole VAT is paid": (
        [("1710", 1250, tax("K280", "base", 1000)), ("7720", -250, tax("K280", "output", -250))],
        {1: 250, 12: 250, 16: 1000},
    ),
    "partial deduction takes what was posted as deducted": (
        [
            ("1910", "1187.50", tax("K070", "base", 1000)),
            ("7740", "62.50", tax("K070", "input", "62.50")),
        ],
        {1: -62, 9: 62},
    ),
    "one stop shop VAT of another country stays out": (
        [("1050", -1000, tax("S62", "base", -1000)), ("8040", -190, tax("S62", "output", -190))],
        {5: 1000},
    ),
    "margin schemes report their VAT and their purchases nowhere": (
        [
            ("1010", -5000, tax("S83", "base", -5000)),
            ("7680", -200, tax("S83", "output", -200)),
            ("1610", 4000, tax("K620", "base", 4000)),
        ],
        {1: 200, 14: 200},
    ),
    "a bad debt reduces output VAT": (
        [("2280", 80, tax("S01", "base", 80)), ("7680", 20, tax("S01", "output", 20))],
        {1: -20, 14: -20},
    ),
    "credit notes make fields negative": (
        [
            ("1050", "700.70", tax("S21", "base", "700.70")),
            ("7740", "-30.99", tax("K010", "input", "-30.99")),
        ],
        {1: 30, 4: -700, 9: -30},
    ),
    "old VAT codes reach the same fields": (
        [
            ("7680", -250, tax("S1", "output", -250)),
            ("1630", 40, tax("K-EU-V-1", "base", 40)),
            ("1050", -30, tax("S2", "base", -30)),
        ],
        {1: 250, 3: 40, 4: 30, 14: 250},
    ),
    "VAT stated beside what is posted is not counted again": (
        [
            ("1710", 1000, tax("K260", "base", 1000), tax("K260", "stated", 250)),
            ("7720", -250, tax("K260", "output", -250)),
            ("7740", 250, tax("K260", "input", 250)),
        ],
        {9: 250, 12: 250, 16: 1000},
    ),
}
ZERO_RATED = {
    "S21": 4,
    "S22": 5,
    "S23": 17,
    "S41": 7,
    "S42": 7,
    "S02": 7,
    "S61": 7,
    "S62": 5,
    "S63": 7,
    "S65": 3,
}
NOT_REPORTED = ("S25", "S81", "S82", "S88", "S24", "S43", "S64")
for _code in (*ZERO_RATED, *NOT_REPORTED):
    _where = {ZERO_RATED[_code]: 999} if _code in ZERO_RATED else {}
    _line = ("1050", "-999.99", tax(_code, "base", "-999.99"))
    SITUATIONS[f"a sale under {_code} by its value"] = ([_line], _where)


@pytest.fixture(scope="module")
def every_situation():
    """One company per situation, all in one pass."""
    books = [Book(situation) for situation in SITUATIONS]
    for book in books:
        book.voucher("2026-01-15", "1", SITUATIONS[book.company_id][0])
    return build(*books, periods=[(book.company_id, *Q1[1:]) for book in books])


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_fills_its_fields_and_no_other(situation, every_situation):
    assert amounts(every_situation, situation) == SITUATIONS[situation][1]
    assert states(every_situation)[situation] == ("ready", None)


def test_energy_duties_are_the_movement_on_their_accounts_without_the_settlement():
    book = Book()
    book.voucher(
        "2026-01-05",
        "1",
        [("7760", 11), ("7780", 22), ("7800", 33), ("7810", 44), ("7820", 55), ("7830", "66.99")],
    )
    book.voucher("2026-02-05", "2", [("7780", "-2.00"), ("6480", 2)])
    book.voucher("2026-03-31", "3", [("7780", -20), ("7830", "-66.99"), ("7840", "86.99")])
    assert amounts(build(book)) == {1: -229, 2: 66, 6: 20, 8: 33, 10: 44, 13: 11, 15: 55}


def test_a_period_without_vat_gives_a_zero_return_with_all_seventeen_fields():
    con = build(Book())
    lines = con.execute(
        "SELECT field, field_no, amount, amount_exact FROM out_report_line ORDER BY field_no"
    ).fetchall()
    assert [(no, name) for name, no, _, _ in lines] == [(f.field_no, f.field) for f in FIELDS]
    assert {(amount, exact) for _, _, amount, exact in lines} == {(0, Decimal("0.00"))}
    assert states(con)["c1"] == ("ready", None)


def test_postings_outside_the_period_are_left_to_their_own():
    book = Book()
    for no, day in enumerate(("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"), start=1):
        book.voucher(day, str(no), [("7680", -(10**no), tax("S01", "output", -(10**no)))])
    assert amounts(build(book)) == {1: 1100, 14: 1100}


def test_month_quarter_and_half_year_hold_their_months():
    frequencies = {"month": "2026-01-31", "quarter": "2026-03-31", "half_year": "2026-06-30"}
    books = [Book(frequency) for frequency in frequencies]
    for book in books:
        for month in range(1, 7):
            amount = -(10 ** (month - 1))
            day = f"2026-{month:02d}-15"
            book.voucher(day, str(month), [("7680", amount, tax("S01", "output", amount))])
    con = build(*books, periods=[(f, "2026-01-01", end, f) for f, end in frequencies.items()])
    assert [amounts(con, frequency)[14] for frequency in frequencies] == [1, 111, 111111]


def test_a_change_of_frequency_in_the_year_reports_each_posting_once():
    book = Book()
    for month in range(1, 7):
        book.voucher(f"2026-{month:02d}-28", str(month), [("7680", -1, tax("S01", "output", -1))])
    periods = [
        Q1,
        *[
            ("c1", f"2026-{m:02d}-01", f"2026-{m:02d}-{d}", "month")
            for m, d in ((4, 30), (5, 31), (6, 30))
        ],
    ]
    con = build(book, periods=periods)
    assert con.execute(
        "SELECT amount FROM out_report_line WHERE field_no = 14 ORDER BY period_start"
    ).fetchall() == [(3,), (1,), (1,), (1,)]
    assert con.execute(
        "SELECT count(*), count(DISTINCT voucher_id) FROM out_report_line_posting"
    ).fetchall() == [(6, 6)]


def test_a_code_that_is_not_mapped_withholds_its_company_and_no_other():
    one, two = Book("c1"), Book("c2")
    for book, standard in ((one, None), (two, "S01")):
        book.voucher(
            "2026-01-05",
            "1",
            [("1010", -100, tax("U25", "base", -100, standard=standard)), ("6190", 100)],
        )
    con = build(one, two, periods=[Q1, ("c2", *Q1[1:])])
    assert states(con) == {
        "c1": ("withheld", "VAT code U25 not mapped to a standard VAT code"),
        "c2": ("ready", None),
    }


LOST = {
    "VAT code X1 mapped to Z99, which is no standard VAT code": tax(
        "X1", "output", -5, standard="Z99"
    ),
    "VAT code X1 with VAT that is known neither as owed nor as deducted": tax(
        "X1", "tax", -5, standard="K260"
    ),
    "VAT code K620 with VAT (input) that its standard VAT code has no field for": tax(
        "K620", "input", 5
    ),
    "VAT code S21 with VAT (output) that its standard VAT code has no field for": tax(
        "S21", "output", -5
    ),
}


def test_vat_that_would_vanish_from_the_return_withholds_it():
    books = [Book(reason) for reason in LOST]
    for book in books:
        book.voucher("2026-01-15", "1", [("7680", -5, LOST[book.company_id])])
    con = build(*books, periods=[(reason, *Q1[1:]) for reason in LOST])
    assert states(con) == {reason: ("withheld", reason) for reason in LOST}


def test_a_code_used_before_it_was_valid_withholds_the_return():
    book = booked(("7680", -5, tax("S01", "output", -5)), day="2022-12-31")
    con = build(book, periods=[("c1", "2022-10-01", "2022-12-31", "quarter")])
    state, reason = states(con)["c1"]
    assert state == "withheld"
    assert reason == "VAT code S01 used outside the dates its standard VAT code is valid"


def test_findings_withhold_with_their_reasons_and_the_figures_stay_visible():
    book = booked(("7680", -5, tax("S01", "output", -5)))
    con = build(book, withheld=[("c1", "b second"), ("c1", "a first"), ("c9", "other")])
    assert states(con)["c1"] == ("withheld", "a first; b second")
    assert amounts(con) == {1: 5, 14: 5}


def test_a_period_that_has_not_ended_is_provisional_until_the_day_after():
    assert states(build(Book(), as_of=date(2026, 3, 31)))["c1"][0] == "provisional"
    assert states(build(Book(), as_of=date(2026, 4, 1)))["c1"][0] == "ready"


def test_published_tables_have_the_declared_shape():
    con = build(booked(("7680", -5, tax("S01", "output", -5))))
    for name in ("report", "report_line", "report_line_posting"):
        columns = [(row[0], row[1]) for row in con.execute(f"DESCRIBE out_{name}").fetchall()]
        assert columns == [(c.name, c.type) for c in TABLES[name].columns]


def test_a_report_id_names_its_content_and_the_input_hash_its_postings():
    def ids(*lines):
        return (
            build(booked(*lines))
            .execute("SELECT report_id, input_sha256 FROM out_report")
            .fetchall()[0]
        )

    first = ids(("7680", -5, tax("S01", "output", -5)))
    again = ids(("7680", -5, tax("S01", "output", -5)))
    more = ids(("7680", -6, tax("S01", "output", -6)))
    split = ids(("7680", -3, tax("S01", "output", -3)), ("7680", -2, tax("S01", "output", -2)))
    assert first == again
    assert first[0] != more[0]
    assert first[0] == split[0]
    assert first[1] != split[1]
    assert (len(first[0]), len(first[1])) == (32, 64)
