"""The EU sales list's file: what is written is read back."""

from hypothesis import given
from hypothesis import strategies as st

from assets.filings.eu_sales_list import GOODS, SERVICES, TRIANGULAR, read, render, validate, write
from tests.unit.filings.test_eu_sales_list import COMPANY, REPORT, line

NUMBERS = ["DE136695976", "EL094259216", "SE556036079301", "FR40303265045", "NL004495445B01",
           "IE8+49289F", "IE8*49289F", "NL+*ABCDEF1286"]  # fmt: skip


rows = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        *[st.integers(min_value=-(10**12), max_value=10**12)] * 3,
    ),
    min_size=1,
    unique_by=lambda row: row[0],
).filter(lambda found: all(any(row[1:]) for row in found))


@given(rows)
def test_every_buyer_is_read_back_as_written(found):
    lines = [
        line(number, field, amount)
        for number, *amounts in found
        for field, amount in zip((GOODS, TRIANGULAR, SERVICES), amounts, strict=True)
    ]
    content = render(REPORT, lines, COMPANY)
    assert validate(content) == []
    listed = read(content)
    assert {(b.country + b.vat_number, b.goods, b.triangular, b.services) for b in listed.buyers} \
        == set(found)  # fmt: skip
    assert write(listed) == content
    assert render(REPORT, reversed(lines), COMPANY) == content
