"""What the row rules say of any ledger, whatever its rows."""

import random
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from quality import rules
from tests.errors.test_rules import clean, voucher_unbalanced
from tests.ledger_factory import Book, due, ledger, tax
from tests.unit.quality.test_row_rules import only

OERE = st.integers(-(10**13), 10**13).map(lambda oere: Decimal(oere) / 100)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.lists(OERE, min_size=1, max_size=6), min_size=1, max_size=12),
    st.data(),
)
def test_a_voucher_is_named_exactly_when_it_does_not_sum_to_zero(
    vouchers: list[list[Decimal]], data: st.DataObject
) -> None:
    book = Book()
    wrong = set()
    for number, amounts in enumerate(vouchers):
        off = data.draw(st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(-400)]))
        lines = [("6190", amount) for amount in [*amounts, off - sum(amounts)]]
        voucher_id = book.voucher("2026-02-01", str(number), lines)
        if off:
            wrong.add(voucher_id)
    assert only(ledger(book), "voucher-unbalanced").keys() == wrong


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=15, unique=True))
def test_vat_rounded_to_the_oere_is_never_called_wrong(bases: list[int]) -> None:
    book = Book()
    for number, oere in enumerate(bases):
        base = Decimal(oere) / 100
        vat = (base / 4).quantize(Decimal("0.01"))
        book.voucher(
            "2026-02-01",
            str(number),
            [
                ("1610", base, tax("K010", "base", base)),
                ("7740", vat, tax("K010", "input", vat)),
                ("7440", -base - vat),
            ],
        )
    con = ledger(book)
    assert only(con, "vat-recomputed-voucher") == {}
    assert only(con, "vat-recomputed") == {}


def test_the_order_of_rows_changes_nothing() -> None:
    books = []
    for seed in (None, 1, 2):
        book = clean()
        voucher_unbalanced(book)
        for rows in book.rows.values():
            if seed is not None:
                random.Random(seed).shuffle(rows)
        con = ledger(book)
        due(con, [("c1", "2026-01-01", "2026-03-31", "quarter")])
        rules.run(con, "2026-03")
        books.append(rules.findings(con))
    assert books[0] == books[1] == books[2] != []
