"""Letters that PC8 has, lacks, and shares with other character sets."""

import pytest

from assets.exports.pc8 import Letters
from warehouse.errors import PermanentError


def test_customary_replacements_are_made_and_counted() -> None:
    letters = Letters("cp437", "x")
    assert letters.text("Køb – 5 €\nä é ő", "1") == "Köb - 5 EUR ä é o"
    (note,) = letters.note()
    assert note == (
        "5 characters of names and texts cannot be written and stand otherwise: '\\n' → ' ' (1), "
        "ø → ö (1), ő → o (1), – → - (1), € → EUR (1). --encoding utf-8 keeps letters as they are."
    )


def test_letters_whose_bytes_mean_others_in_windows_or_utf_8_are_not_written() -> None:
    letters = Letters("cp437", "x")
    assert letters.text("5 ÷ 2 µ ß", "1") == "5 / 2 u ss"
    with pytest.raises(PermanentError):
        letters.text("Σ", "1")


def test_identifiers_are_kept_or_refused() -> None:
    assert Letters("cp437", "x").identifier("Å-1", "object") == "Å-1"
    assert Letters("utf-8", "x").identifier("Ø-1", "object") == "Ø-1"
    for wrong in ("Ø-1", "a\\", 'a\\"b'):
        with pytest.raises(PermanentError):
            Letters("cp437", "x").identifier(wrong, "object")


def test_a_backslash_at_the_end_would_hide_the_quotation_mark() -> None:
    letters = Letters("utf-8", "x")
    assert letters.text("c:\\tmp\\", "1") == "c:\\tmp/"
    assert letters.replaced == {("\\", "/"): 1}
