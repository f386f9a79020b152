"""What is written is what is read: every fact in every aspect, plain and on a page."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbrl.read import read_bytes
from xbrl.writing import plain
from xbrl.writing.extract import extract
from xbrl.writing.forms import COMMA, DOT, day, day_format
from xbrl.writing.inline import Inline
from xbrl.writing.model import Context, Dimension, Document, Fact, Unit

DOCUMENT = Document("http://example.org/entry.xsd", {"f": "urn:f", "g": "urn:g"}, "da")
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from(" \n\t<&>\"'"),
    max_size=12,
)
NAMES = st.sampled_from([f"{prefix}:C{n}" for prefix in "fg" for n in range(4)])
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda n: f"{n:f}") | (
    st.integers().map(str)
)
PARTS = st.builds(
    Dimension, st.sampled_from(["f:D1", "f:D2"]), member=st.sampled_from(["f:M1", "g:M2"])
) | st.builds(
    Dimension, st.just("g:D3"), st.none(), st.just("g:typed"), st.text("abc 123", min_size=1)
)
UNITS = [
    Unit("DKK", ("iso4217:DKK",)),
    Unit("pure", ("xbrli:pure",)),
    Unit("each", ("iso4217:DKK",), ("xbrli:shares",)),
]


@st.composite
def contexts(draw, number):
    end = draw(DAYS)
    start = draw(st.none() | st.integers(0, 800).map(lambda days: end - timedelta(days)))
    parts = draw(st.lists(PARTS, unique_by=lambda one: one.name, max_size=3))
    identifier = draw(st.text("0123456789", min_size=1, max_size=8))
    return Context(f"c{number}", "http://scheme", identifier, start, end, tuple(parts))


@st.composite
def facts(draw):
    """Facts with ids of their own, over a few contexts."""
    known = [draw(contexts(number)) for number in range(draw(st.integers(1, 3)))]
    found = []
    for number in range(draw(st.integers(1, 8))):
        context = draw(st.sampled_from(known))
        unit = draw(st.none() | st.sampled_from(UNITS))
        id_ = f"fact-{number}"
        if unit is None:
            value, language = draw(st.none() | WORDS), draw(st.sampled_from([None, "en", "da"]))
            found.append(Fact(draw(NAMES), context, value, None, None, language, id_))
        else:
            value = draw(st.none() | NUMBERS)
            decimals = None if value is None else draw(st.sampled_from(["0", "-3", "2", "INF"]))
            found.append(Fact(draw(NAMES), context, value, unit, decimals, None, id_))
    return found


def page(inline, *markup):
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml" {inline.declarations()} xml:lang="da"><head>'
        f"<title>t</title></head><body><div>{inline.header()}</div>{''.join(markup)}</body></html>"
    ).encode()


def aspects(data, name):
    """Each fact read, by its id."""
    (instance,) = read_bytes(data, name)
    assert not [p for p in instance.problems if p.severity == "error"], instance.problems
    found = {}
    for row in instance.facts.rows():
        context, unit = instance.contexts[row.context_id], instance.units.get(row.unit_id)
        found[row.element_id] = (
            row.concept, context.scheme, context.identifier, context.period.start,
            context.period.end, context.dimensions, unit and (unit.numerator, unit.denominator),
            row.value, row.decimals, row.is_nil, row.language,
        )  # fmt: skip
    return found, instance


@given(facts())
def test_a_plain_instance_and_a_page_say_the_same(written):
    for form in (COMMA, DOT):
        inline = Inline(DOCUMENT)
        markup = [
            inline.text(one) if one.unit is None else inline.number(one, form) for one in written
        ]
        on_page, instance = aspects(page(inline, *markup), "page.xhtml")
        in_plain, _ = aspects(plain.write(DOCUMENT, written), "plain.xbrl")
        assert on_page.keys() == {one.id for one in written}
        assert number_forms(on_page) == number_forms(in_plain)
        again, _ = aspects(plain.write(*extract(instance)), "again.xbrl")
        assert again == on_page


def number_forms(found):
    """A page drops what a number's size does not need: -0 and its like."""
    return {
        key: (*one[:7], one[7] if one[6] is None or one[7] is None else float(one[7]), *one[8:])
        for key, one in found.items()
    }


@given(facts())
def test_hidden_facts_are_read_as_well(written):
    inline = Inline(DOCUMENT)
    for one in written:
        inline.hide(one)
    found, instance = aspects(page(inline), "page.xhtml")
    in_plain, _ = aspects(plain.write(DOCUMENT, written), "plain.xbrl")
    assert number_forms(found) == number_forms(in_plain)
    assert all(instance.facts.is_hidden)


@given(st.integers(), st.integers(0, 9))
def test_scaled_numbers_keep_their_value(number, scale):
    inline = Inline(DOCUMENT)
    context = Context("c", "http://s", "1", None, date(2025, 12, 31))
    fact = Fact("f:A", context, str(number * 10**scale), UNITS[0], "0", None, "a")
    found, _ = aspects(page(inline, inline.number(fact, COMMA, scale)), "page.xhtml")
    assert found["a"][7] == str(number * 10**scale)


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_one_figure_may_state_two_facts(number):
    inline = Inline(DOCUMENT)
    context = Context("c", "http://s", "1", None, date(2025, 12, 31))
    two = [Fact(f"f:A{n}", context, str(number), UNITS[0], "0", None, f"a{n}") for n in range(2)]
    found, _ = aspects(page(inline, inline.number(two[0], DOT, also=two[1:])), "page.xhtml")
    assert found["a0"][7] == found["a1"][7] == str(number)


@settings(max_examples=30)
@given(st.dates(date(1000, 1, 1)), st.sampled_from(["da", "en"]))
def test_a_date_in_words_is_that_date(when, language):
    inline = Inline(DOCUMENT)
    context = Context("c", "http://s", "1", None, date(2025, 12, 31))
    fact = Fact("f:A", context, str(when), id="a")
    shown = inline.text(fact, day(when, language), format_=day_format(language))
    found, _ = aspects(page(inline, shown), "page.xhtml")
    assert found["a"][7] == str(when)


def test_what_cannot_be_written_is_refused():
    inline = Inline(DOCUMENT)
    context = Context("c", "http://s", "1", None, date(2025, 12, 31))
    with pytest.raises(ValueError, match="cannot stand in XML"):
        inline.text(Fact("f:A", context, "a\x00b"))
    inline.text(Fact("f:A", context, "a", id="same"))
    with pytest.raises(ValueError, match="share the id 'same'"):
        inline.text(Fact("f:A", context, "b", id="same"))
    other = context._replace(identifier="2")
    with pytest.raises(ValueError, match="share the id 'c'"):
        inline.text(Fact("f:A", other, "b"))
