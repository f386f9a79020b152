"""Every posting with a VAT code counts once, whatever the amounts."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.ledger.test_tax_line import DAY, tax_lines
from tests.unit.sources.books import Books

AMOUNT = st.integers(-(10**17), 10**17)  # øre: up to what DECIMAL(18,2) holds


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["U25", "I25", "IY"]), AMOUNT), min_size=30))
def test_every_coded_posting_is_a_base_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, sales: list[tuple[str, int]]
) -> None:
    account = {"U25": "1000", "I25": "2000", "IY": "2100"}
    books = Books()
    books.vouchers = {
        str(n): (DAY, [
            (account[code], str(Decimal(oere) / 100), code),
            ("5000", str(-Decimal(oere) / 100), None)])
        for n, (code, oere) in enumerate(sales)
    }  # fmt: skip
    lines = tax_lines(tmp_path_factory.mktemp("books"), books)
    bases = sorted(
        Decimal(amount) for found in lines.values() for _, part, amount in found if part == "base"
    )
    assert bases == sorted(Decimal(oere) / 100 for _, oere in sales)
