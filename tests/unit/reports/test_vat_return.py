"""The return's fields, one situation each, as a bookkeeper would book it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.reports.vat_return import FIELDS, REPORT, truncated
from tests.ledger_factory import Book, due, ledger, money, tax
from warehouse import standards
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


def test_reverse_charge_on_services_is_owed_once_and_deducted_once():
    book = booked(
        ("1710", 1000, tax("K260", "base", 1000)),
        ("7720", -250, tax("K260", "output", -250)),
        ("7740", 250, tax("K260", "input", 250)),
        ("7440", -1000),
    )
    assert amounts(build(book)) == {9: 250, 12: 250, 16: 1000}


def test_reverse_charge_on_goods_from_the_eu():
    book = booked(
        ("1630", 1000, tax("K210", "base", 1000)),
        ("7700", -250, tax("K210", "output", -250)),
        ("7740", 250, tax("K210", "input", 250)),
    )
    assert amounts(build(book)) == {3: 1000, 9: 250, 11: 250}


@pytest.mark.parametrize(("code", "account", "field"), [("K410", "7700", 11), ("K460", "7720", 12)])
def test_purchases_from_outside_the_eu_have_no_box_for_their_value(code, account, field):
    book = booked(
        ("1650", 800, tax(code, "base", 800)),
        (account, -200, tax(code, "output", -200)),
        ("7740", 200, tax(code, "input", 200)),
    )
    assert amounts(build(book)) == {9: 200, field: 200}


def test_domestic_reverse_charge_counts_as_output_vat():
    book = booked(
        ("1660", 400, tax("K660", "base", 400)),
        ("7680", -100, tax("K660", "output", -100)),
        ("7740", 100, tax("K660", "input", 100)),
    )
    assert amounts(build(book)) == {9: 100, 14: 100}


def test_without_a_right_to_deduct_the_whole_vat_is_paid():
    book = booked(
        ("1710", 1250, tax("K280", "base", 1000)), ("7720", -250, tax("K280", "output", -250))
    )
    assert amounts(build(book)) == {1: 250, 12: 250, 16: 1000}


def test_partial_deduction_takes_what_was_posted_as_deducted():
    book = booked(
        ("1910", "1187.50", tax("K070", "base", 1000)),
        ("7740", "62.50", tax("K070", "input", "62.50")),
    )
    assert amounts(build(book)) == {1: -62, 9: 62}


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


def sold_under(*codes: str):
    books = [Book(code) for code in codes]
    for book in books:
        line = tax(book.company_id, "base", "-999.99")
        book.voucher("2026-01-15", "1", [("1050", "-999.99", line)])
    return build(*books, periods=[(code, *Q1[1:]) for code in codes])


def test_sales_without_danish_vat_go_to_their_box_by_value():
    con = sold_under(*ZERO_RATED)
    assert {code: amounts(con, code) for code in ZERO_RATED} == {
        code: {field: 999} for code, field in ZERO_RATED.items()
    }


def test_sales_that_do_not_belong_on_the_return_leave_it_empty():
    con = sold_under(*NOT_REPORTED)
    assert {code: amounts(con, code) for code in NOT_REPORTED} == {
        code: {} for code in NOT_REPORTED
    }
    assert set(states(con).values()) == {("ready", None)}


def test_one_stop_shop_vat_of_another_country_stays_out_and_withholds_nothing():
    con = build(
        booked(
            ("1050", -1000, tax("S62", "base", -1000)), ("8040", -190, tax("S62", "output", -190))
        )
    )
    assert amounts(con) == {5: 1000}
    assert states(con)["c1"] == ("ready", None)


def test_margin_schemes_report_their_vat_and_their_purchases_nowhere():
    book = booked(
        ("1010", -5000, tax("S83", "base", -5000)),
        ("7680", -200, tax("S83", "output", -200)),
        ("1610", 4000, tax("K620", "base", 4000)),
    )
    assert amounts(build(book)) == {1: 200, 14: 200}


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


def test_a_bad_debt_reduces_output_vat_and_credit_notes_make_fields_negative():
    book = Book()
    book.voucher("2026-01-05", "1", [("2280", 80), ("7680", 20, tax("S01", "output", 20))])
    book.voucher("2026-01-06", "2", [("1050", "700.70", tax("S21", "base", "700.70"))])
    book.voucher("2026-01-07", "3", [("7740", "-30.99", tax("K010", "input", "-30.99"))])
    assert amounts(build(book)) == {1: 10, 4: -700, 9: -30, 14: -20}


def test_a_period_without_vat_gives_a_zero_return_with_all_seventeen_fields():
    con = build(Book())
    lines = con.execute(
        "SELECT field, field_no, amount, amount_exact FROM out_report_line ORDER BY field_no"
    ).fetchall()
    assert [(no, name) for name, no, _, _ in lines] == [(f.field_no, f.field) for f in FIELDS]
    assert {(amount, exact) for _, _, amount, exact in lines} == {(0, Decimal("0.00"))}
    assert states(con)["c1"] == ("ready", None)


def test_old_vat_codes_still_reach_the_same_fields():
    book = booked(
        ("7680", -250, tax("S1", "output", -250)),
        ("1630", 40, tax("K-EU-V-1", "base", 40)),
        ("1050", -30, tax("S2", "base", -30)),
    )
    assert amounts(build(book)) == {1: 250, 3: 40, 4: 30, 14: 250}


def test_postings_outside_the_period_are_left_to_their_own():
    book = Book()
    for no, day in enumerate(("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"), start=1):
        book.voucher(day, str(no), [("7680", -(10**no), tax("S01", "output", -(10**no)))])
    assert amounts(build(book)) == {1: 1100, 14: 1100}


@pytest.mark.parametrize(
    ("start", "end", "frequency", "expected"),
    [
        ("2026-01-01", "2026-01-31", "month", 1),
        ("2026-01-01", "2026-03-31", "quarter", 111),
        ("2026-01-01", "2026-06-30", "half_year", 111111),
    ],
)
def test_month_quarter_and_half_year_hold_their_months(start, end, frequency, expected):
    book = Book()
    for month in range(1, 7):
        amount = -(10 ** (month - 1))
        day = f"2026-{month:02d}-15"
        book.voucher(day, str(month), [("7680", amount, tax("S01", "output", amount))])
    con = build(book, periods=[("c1", start, end, frequency)])
    assert amounts(con) == {1: expected, 14: expected}


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


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            tax("X1", "output", -5, standard="Z99"),
            "VAT code X1 mapped to Z99, which is no standard VAT code",
        ),
        (
            tax("X1", "tax", -5, standard="K260"),
            "VAT code X1 with VAT that is known neither as owed nor as deducted",
        ),
        (
            tax("K620", "input", 5),
            "VAT code K620 with VAT (input) that its standard VAT code has no field for",
        ),
        (
            tax("S21", "output", -5),
            "VAT code S21 with VAT (output) that its standard VAT code has no field for",
        ),
    ],
)
def test_vat_that_would_vanish_from_the_return_withholds_it(line, reason):
    assert states(build(booked(("7680", line.amount, line))))["c1"] == ("withheld", reason)


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


CODES = sorted(c for c, row in standards.vat_codes().items() if row.treatment != "outside")
LINES = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(["base", "output", "input"]),
        st.integers(-10_000_000, 10_000_000),
    ),
    max_size=12,
)


def book_of(company_id, lines, order) -> Book:
    book = Book(company_id)
    for i in order:
        code, part, cents = lines[i]
        amount = Decimal(cents) / 100
        book.voucher(f"2026-0{i % 3 + 1}-10", str(i), [("8040", amount, tax(code, part, amount))])
    return book


def by_company(con, columns: str, relation: str) -> dict[str, list]:
    found: dict[str, list] = {"c1": [], "c2": []}
    for company, *values in con.execute(f"SELECT company_id, {columns} FROM {relation}").fetchall():
        found[company].append(values)
    return {company: sorted(rows) for company, rows in found.items()}


@settings(max_examples=12)
@given(LINES, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_every_field_is_the_sum_of_its_postings(lines, random):
    order = list(range(len(lines)))
    shuffled = random.sample(order, len(order))
    con = build(
        book_of("c1", lines, order), book_of("c2", lines, shuffled), periods=[Q1, ("c2", *Q1[1:])]
    )
    for columns, relation in (
        ("state, reason, line_count, input_sha256", "out_report"),
        ("field, amount_exact, amount", "out_report_line"),
        ("field, voucher_id, line_id, seq, amount", "out_report_line_posting"),
    ):
        found = by_company(con, columns, relation)
        assert found["c1"] == found["c2"]

    exact = {
        f: e for f, e, _ in by_company(con, "field, amount_exact, amount", "out_report_line")["c1"]
    }
    whole = {
        f: a for f, _, a in by_company(con, "field, amount_exact, amount", "out_report_line")["c1"]
    }
    behind = dict(
        con.execute(
            "SELECT field, sum(amount) FROM out_report_line_posting "
            "WHERE company_id = 'c1' GROUP BY field"
        ).fetchall()
    )
    for field in FIELDS[1:]:
        assert exact[field.field] == behind.get(field.field, money(0))
        assert whole[field.field] == truncated(exact[field.field])
        assert abs(whole[field.field]) <= abs(exact[field.field])
        assert abs(exact[field.field] - whole[field.field]) < 1
    assert whole[FIELDS[0].field] == sum(f.total_sign * whole[f.field] for f in FIELDS)
