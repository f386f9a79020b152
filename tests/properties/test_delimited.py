"""Every way to write an amount reads back exactly."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assets.sources.parts.delimited.mapping import Layout
from assets.sources.parts.delimited.rows import amount
from tests.unit.sources.test_delimited import D

MONEY = st.decimals(D("-99999999999.99"), D("99999999999.99"), places=2)


@given(MONEY, st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "'")]))
def test_every_way_to_write_an_amount_reads_back_exactly(
    value: Decimal, marks: tuple[str, str]
) -> None:
    point, group = marks
    layout = Layout({}, decimal=point, thousands=group)
    written = f"{value:,.2f}".translate(str.maketrans({",": group, ".": point}))
    assert amount(written, layout) == value
    assert amount(f"{value:.2f}".replace(".", point), layout) == value
    if value < 0:
        assert amount(written.removeprefix("-") + "-", layout) == value
        assert amount(f"({written.removeprefix('-')})", layout) == value
