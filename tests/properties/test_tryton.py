"""What was taken in is written down in few words, and read back."""

from hypothesis import given
from hypothesis import strategies as st

from assets.sources.network.remembered import Ids


@given(st.sets(st.integers(min_value=1, max_value=200)))
def test_ids_survive_being_written_down(numbers: set[int]) -> None:
    text = Ids(numbers).text()
    assert Ids.parse(text).text() == text
    assert Ids.parse(text).without(range(1, 201)) == sorted(set(range(1, 201)) - numbers)
