import pytest

from xbrl.xsd.patterns import PatternError, UnknownBlockError, compiled


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"[A-Z-[IO]]\d{2}", "X42", True),
        (r"[A-Z-[IO]]\d{2}", "I42", False),
        (r"\d", "٣", True),
        ("^a$", "a", False),
        ("^a$", "^a$", True),
        (r"\i\c*", "_a-b.1", True),
        (r"\i\c*", "1a", False),
        (r"\p{Lu}+", "ÆØÅ", True),
        (r"\P{L}", "1", True),
        (r"[^\s]*", "a b", False),
        (r"[\p{Lu}\-_]+", "A-_", True),
        (r"\p{IsGreek}+", "αβγ", True),
        ("a|bc|", "", True),
        (".*", "a\nb", False),
        ("(ab){2,3}", "ababab", True),
        (r"\w+", "a_b", False),
    ],
)
def test_patterns_mean_what_xml_schema_says(pattern, text, matches):
    assert bool(compiled(pattern).fullmatch(text)) is matches


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"\@", "“\\@” is no escape at 2 of “\\@”"),
        ("(a", "a “(” is not closed at 3 of “(a”"),
        ("a)", "unbalanced “)” at 2 of “a)”"),
        ("*a", "“*” has nothing to repeat or close at 1 of “*a”"),
        ("[z-a]", "a range ends before it begins at 5 of “[z-a]”"),
        (r"\p{Xx}", "“Xx” is no Unicode category at 3 of “\\p{Xx}”"),
        ("a{x}", "“{” begins no quantity at 2 of “a{x}”"),
    ],
)
def test_what_is_no_pattern_says_where(pattern, message):
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert str(caught.value) == message


def test_a_block_without_a_table_is_told_apart():
    with pytest.raises(UnknownBlockError):
        compiled(r"\p{IsLinearBSyllabary}")
