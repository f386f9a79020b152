"""The return of any books is the sum of its postings, in any order."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.reports.vat_return import FIELDS, truncated
from tests.ledger_factory import Book, money, tax
from tests.unit.reports.test_vat_return import Q1, build
from warehouse import standards

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


@settings(max_examples=10)
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
