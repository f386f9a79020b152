from decimal import Decimal

import pytest

from xbrl.names import XSD
from xbrl.taxonomy.model import Facets
from xbrl.xsd.lexical import Value
from xbrl.xsd.types import SimpleTypes

BUILT_IN = SimpleTypes({})


def type_of(base="string", members=(), item=None, enumeration=(), patterns=(), **limits):
    name = None if members or item else f"{{{XSD}}}{base}"
    return Facets("t", name, tuple(enumeration), tuple(patterns), limits, tuple(members), item)


def fault(text, facets=None, base="string", namespaces=None):
    if facets is None:
        return BUILT_IN.judge(f"{{{XSD}}}{base}", text, namespaces or {}).fault
    return SimpleTypes({"t": facets}).judge("t", text, namespaces or {}).fault


@pytest.mark.parametrize(
    ("base", "good", "bad"),
    [
        ("decimal", [" 1.50 ", "-.5", "+1."], ["1e3", "", "1,5", "INF"]),
        ("integer", ["-0", "+12"], ["1.0"]),
        ("byte", ["-128"], ["128"]),
        ("nonNegativeInteger", ["0"], ["-1"]),
        ("boolean", ["true", "0"], ["TRUE", "yes"]),
        ("double", ["1e3", "-INF", "NaN"], ["+INF", "e3"]),
        ("date", ["2024-02-29", "2024-12-31Z"], ["2023-02-29", "2024-13-01", "0000-01-01"]),
        ("dateTime", ["2024-12-31T24:00:00"], ["2024-12-31T24:00:01", "2024-12-31"]),
        ("time", ["12:30:00.5+01:00"], ["25:00:00"]),
        ("gYear", ["2024", "-" + "9" * 18], ["24", "9" * 5000]),
        ("gMonthDay", ["--02-29"], ["--02-30"]),
        ("duration", ["P1Y2M", "-PT0.5S"], ["P", "P1YT", "1Y"]),
        ("hexBinary", ["0aFF"], ["0"]),
        ("base64Binary", ["aGk="], ["aGk"]),
        ("NCName", ["_a-b"], ["a:b", "1a"]),
        ("language", ["da-DK"], ["da_DK"]),
        ("NMTOKENS", ["a b"], ["a (b"]),
    ],
)
def test_lexical_spaces(base, good, bad):
    assert [fault(text, base=base) for text in good] == [None] * len(good)
    assert all(fault(text, base=base) for text in bad)


def test_values_are_exact_and_typed():
    judge = BUILT_IN.judge
    assert judge(f"{{{XSD}}}decimal", "1.50", {}).value == Value("decimal", Decimal("1.5"))
    assert judge(f"{{{XSD}}}QName", "p:a", {"p": "http://p"}).value == Value("QName", "{http://p}a")
    one, other = (judge(f"{{{XSD}}}double", "NaN", {}).value for _ in range(2))
    assert one != other
    at = [
        judge(f"{{{XSD}}}dateTime", text, {}).value
        for text in ("2024-12-31T24:00:00", "2025-01-01T00:00:00")
    ]
    assert at[0] == at[1]


@pytest.mark.parametrize(
    ("facets", "text", "message"),
    [
        (type_of(enumeration=["a", "b"]), "c", "must be one of “a”, “b”"),
        (type_of(patterns=["[0-9]{8}"]), "1", "must match the pattern “[0-9]{8}”"),
        (type_of(maxLength="2"), "abc", "must have at most 2 characters, and has 3"),
        (type_of("decimal", minInclusive="0"), "-1", "must be at least 0"),
        (type_of("decimal", maxExclusive="1"), "1.0", "must be less than 1"),
        (
            type_of("decimal", fractionDigits="2"),
            "1.005",
            "must have at most 2 digits after the decimal point",
        ),
        (type_of("decimal", totalDigits="3"), "1234", "must have at most 3 digits in all"),
        (type_of("date", minInclusive="2024-01-01"), "2023-12-31", "must be at least 2024-01-01"),
        (type_of("hexBinary", length="1"), "0000", "must have exactly 1 bytes, and has 2"),
        (
            type_of(members=[f"{{{XSD}}}integer", f"{{{XSD}}}boolean"]),
            "x",
            "must be an xs:integer or must be a xs:boolean",
        ),
        (type_of(item=f"{{{XSD}}}integer"), "1 x", "item “x” of the list must be an xs:integer"),
    ],
)
def test_facets_say_what_was_expected(facets, text, message):
    assert fault(text, facets) == message


def test_facets_let_good_values_through():
    assert fault("1.0", type_of("decimal", enumeration=["1"])) is None
    assert fault("1.00", type_of("decimal", fractionDigits="0")) is None
    assert fault("true", type_of(members=[f"{{{XSD}}}integer", f"{{{XSD}}}boolean"])) is None
    assert fault("  a  b ", type_of(whiteSpace="collapse", maxLength="3")) is None


def test_a_type_that_derives_from_itself_ends():
    types = SimpleTypes({"t": Facets("t", "t", (), (), {}, (), None)})
    assert not types.knows("t")


def test_a_union_of_itself_ends():
    types = SimpleTypes({"t": Facets("t", None, (), (), {}, ("t",), None)})
    assert types.judge("t", "x", {}).fault == "is of a type that is defined by itself"
