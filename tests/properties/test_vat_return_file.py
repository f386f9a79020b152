"""The return's file: what is written is read back, in whatever order it came."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assets.filings.vat_return import FIELDS, TOTAL, read, render, total, validate
from tests.unit.filings.test_vat_return import COMPANY, PERIOD, lines

amounts = st.dictionaries(
    st.sampled_from([field for field in FIELDS if field != TOTAL]),
    st.integers(min_value=-(10**14), max_value=10**14),
)


@given(amounts)
def test_every_amount_is_read_back_as_it_was_written(figures):
    content = render(PERIOD, lines(figures), COMPANY)
    stated = read(content)
    assert stated.se_number == "12345674"
    assert (stated.period_start, stated.period_end) == (date(2026, 1, 1), date(2026, 3, 31))
    expected = dict.fromkeys(FIELDS, 0) | figures
    assert stated.amounts == expected | {TOTAL: total(figures)}
    assert validate(content) == []


@given(amounts, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_byte(figures, random):
    shuffled = lines(figures)
    random.shuffle(shuffled)
    assert render(PERIOD, shuffled, COMPANY) == render(PERIOD, lines(figures), COMPANY)
