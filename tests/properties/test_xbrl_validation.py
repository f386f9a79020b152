"""Equality is an equivalence, rounding stays in its interval, the order of facts is nothing."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.unit.xbrl.validation import test_instance_rules
from tests.unit.xbrl.validation.judged import element, judged, sums, taxonomy, told
from xbrl.taxonomy import compiled
from xbrl.validation.accuracy import decimals_of, precision_of, rounded
from xbrl.validation.calculation_11 import interval
from xbrl.validation.content import Content
from xbrl.validation.equality import Equality
from xbrl.xsd.components import of

KNOWN = taxonomy(
    element("Total")
    + "".join(element(f"P{i}") for i in range(5))
    + '<xs:element name="n" type="xs:decimal"/><xs:attribute name="w" type="xs:boolean"/>',
    sums(*(("Total", f"P{i}", "1" if i % 2 else "-1.5") for i in range(5))),
)
EQUALITY = Equality(Content(of(KNOWN)))
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3)
FACTS = st.lists(
    st.tuples(
        st.sampled_from(["Total", *(f"P{i}" for i in range(5))]), NUMBERS, st.integers(-3, 3)
    ),
    max_size=8,
)


@given(NUMBERS, st.integers(0, 3), st.booleans(), st.permutations(["a", "t:w", "b"]))
def test_elements_are_equal_whatever_their_spelling(number, zeros, yes, order):
    spelled = {"a": "1", "b": "2", "t:w": ("true", "1")[zeros % 2] if yes else "0"}
    plain = {"a": "1", "b": "2", "t:w": "true" if yes else "false"}
    attributes = " ".join(f'{name}="{spelled[name]}"' for name in order)
    usual = " ".join(f'{name}="{text}"' for name, text in plain.items())
    one, two, other = (
        etree.fromstring(f'<t:n xmlns:t="http://t.example" {written}>{text}</t:n>')
        for written, text in (
            (attributes, f" {number:f}{'0' * zeros} "),
            (usual, f"{number:f}"),
            (usual, f"{number + 1:f}"),
        )
    )
    assert EQUALITY.element(one) == EQUALITY.element(two)
    assert hash(EQUALITY.element(one)) == hash(EQUALITY.element(two))
    assert EQUALITY.element(one) != EQUALITY.element(other)


@given(NUMBERS, st.integers(-6, 6))
def test_a_rounded_value_lies_in_the_interval_and_rounding_again_changes_nothing(value, decimals):
    near = rounded(value, Decimal(decimals))
    assert abs(near - value) <= Decimal(1).scaleb(-decimals) / 2
    assert rounded(near, Decimal(decimals)) == near
    assert interval(near, Decimal(decimals), truncated=False).low <= value
    assert value <= interval(near, Decimal(decimals), truncated=False).high


@given(NUMBERS.filter(bool), st.integers(1, 20))
def test_decimals_inferred_from_precision_give_the_precision_back(value, precision):
    decimals = decimals_of(value, None, str(precision))
    assert precision_of(value, str(decimals), None) == precision


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_no_verdict(facts, random):
    def verdict(rows):
        body = "".join(
            f'<t:{name} contextRef="c" unitRef="u" decimals="{decimals}">{value:f}</t:{name}>'
            for name, value, decimals in rows
        )
        problems = judged(KNOWN, body)
        return sorted((problem.code, len(problem.facts)) for problem in problems)

    shuffled = list(facts)
    random.shuffle(shuffled)
    assert verdict(facts) == verdict(shuffled)


def test_a_compiled_taxonomy_judges_the_same_but_for_the_content_of_tuples(tmp_path):
    known = test_instance_rules.KNOWN
    compiled.write(known, compiled.Key("package", "entry", "name"), tmp_path / "compiled")
    loaded = compiled.load(tmp_path / "compiled")
    (mark,) = test_instance_rules.test_each_rule_has_its_code_and_message.pytestmark
    for body, code, _ in mark.args[1]:
        if "t:Loan" in body:
            assert [problem.code for problem in judged(loaded, body)] == ["xmlSchema:notChecked"]
        else:
            assert code in {problem.code for problem in judged(loaded, body)}
            assert told(judged(loaded, body)) == told(judged(known, body))
