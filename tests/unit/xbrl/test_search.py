"""Words are found wherever they stand, also across the blocks the bytes are searched in."""

import pytest

from xbrl.search import Searched

BLOCK = 1 << 14


@pytest.mark.parametrize("at", [0, 1, BLOCK - 5, BLOCK - 4, BLOCK - 1, BLOCK, 2 * BLOCK - 2])
def test_a_word_is_found_at_every_place(at: int) -> None:
    data = b"." * at + b"xmlns" + b"." * 9 + b"xmlns"
    assert Searched(data).places(b"xmlns") == [at, at + 14]


def test_nothing_stands_in_no_bytes() -> None:
    nothing = Searched(b"")
    assert nothing.places(b"xmlns") == []
    assert nothing.after_space(b"on") == []


@pytest.mark.parametrize("length", [2, 3, 4, 5])
def test_a_pair_after_white_space_is_found_at_odd_and_even_places(length: int) -> None:
    data = b"on" + b"x" * length + b"\ton, xon\non"
    assert sorted(Searched(data).after_space(b"on")) == [length + 3, length + 11]
