"""SIE fields come back as written, whatever is in them."""

from hypothesis import given
from hypothesis import strategies as st

from assets.sources.parts.sie.sie4_text import _FIELD, _value

LETTERS = st.characters(
    codec="cp437", exclude_characters='\\"\r\n', categories=["L", "N", "S", "P"]
)


@given(st.lists(st.text(LETTERS)))
def test_quoted_fields_come_back_as_written(fields: list[str]) -> None:
    line = " ".join(f'"{field}"' for field in fields)
    assert [_value(match) for match in _FIELD.finditer(line)] == fields
