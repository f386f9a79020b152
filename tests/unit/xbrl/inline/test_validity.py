"""Inline XBRL's own rules: one broken document for each, and its message."""

import pytest

from tests.unit.xbrl.inline.page import (
    REFERENCES,
    document,
    element,
    header,
    html,
    number,
    words,
)
from xbrl.inline.document import read_inline
from xbrl.inline.validity import validate

NIL = {"xsi:nil": "true"}
NUMERATOR = "<ix:numerator>1</ix:numerator>"
DENOMINATOR = "<ix:denominator>2</ix:denominator>"


def right(text, **attributes):
    return number(text, decimals="0", **attributes)


def fraction(content, **attributes):
    return element("fraction", content, name="f:R", contextRef="c", unitRef="u", **attributes)


BROKEN = {
    "<ix:hidden>" + words("x") + "</ix:hidden>": (
        "ix11.9.1.2:misplaced",
        "ix:hidden: it was expected directly in ix:header.",
    ),
    "<ix:relationship fromRefs='a' toRefs='b'/>": (
        "ix11.13.1.2:misplaced",
        "ix:relationship: it was expected within ix:resources.",
    ),
    NUMERATOR: (
        "ix11.7.1.3:misplaced",
        "ix:numerator: it was expected within ix:fraction.",
    ),
    "<ix:exclude>x</ix:exclude>": (
        "ix11.5.1.2:excludeMisplaced",
        "ix:exclude: it was expected within ix:nonNumeric, ix:continuation or ix:footnote.",
    ),
    number("1"): (
        "ix11.10.1.2:accuracy",
        "ix:nonFraction f:A: decimals or precision was expected, neither found.",
    ),
    right("1", precision="3"): (
        "ix11.10.1.2:accuracy",
        "ix:nonFraction f:A: decimals or precision was expected, both found.",
    ),
    right("", **NIL): (
        "ix11.10.1.2:nilAccuracy",
        "ix:nonFraction f:A: it is nil and has decimals.",
    ),
    right("1", sign="+"): (
        "ix11.10.1.2:sign",
        "ix:nonFraction f:A: a sign of '-' was expected, '+' found.",
    ),
    right("-1"): (
        "ix11.10.1.2:nonFractionNegative",
        (
            "ix:nonFraction f:A: a number without a minus was expected where there is no "
            "format, '-1' found."
        ),
    ),
    right("", format="t4:fixed-zero"): (
        "ix11.10.1.2:nonFraction",
        "ix:nonFraction f:A: a number was expected, nothing found.",
    ),
    right("1<b>2</b>"): (
        "ix11.10.1.2:nonFractionChildren",
        "ix:nonFraction f:A: a text or one ix:nonFraction was expected, other elements found.",
    ),
    right("1" + right("2", name="f:B")): (
        "ix11.10.1.2:nonFractionChildren",
        "ix:nonFraction f:A: a text or one ix:nonFraction was expected, both found.",
    ),
    right(right("2", name="f:B", scale="3")): (
        "ix11.10.1.2:nestedNonFractionProperties",
        "ix:nonFraction f:B: scale was expected to be '0' as of the fact around it, '3' found.",
    ),
    right(number("", name="f:B", **NIL)): (
        "ix11.10.1.2:nestedNonFractionIsNil",
        "ix:nonFraction f:B: it is nil and stands in another ix:nonFraction.",
    ),
    right("1", order="1"): (
        "ix11.10.1.2:tupleOrder",
        "ix:nonFraction f:A: order 1 was expected only in a tuple.",
    ),
    "<ix:tuple name='f:Tuple'/>": (
        "ix11.15.1.2:tupleID",
        "ix:tuple f:Tuple: a tupleID was expected, since nothing stands in it.",
    ),
    fraction(NUMERATOR + DENOMINATOR + words("x")): (
        "ix11.7.1.3:fractionChildren",
        "ix:fraction f:R: a numerator and a denominator were expected, nonNumeric found.",
    ),
    fraction(NUMERATOR * 2 + DENOMINATOR): (
        "ix11.7.1.3:fractionTerms",
        "ix:fraction f:R: one numerator and one denominator were expected, 2 and 1 found.",
    ),
    fraction(NUMERATOR, **NIL): (
        "ix11.7.1.3:nilFractionChildren",
        "ix:fraction f:R: it is nil and has terms.",
    ),
    fraction("<ix:numerator>1<b/></ix:numerator>" + DENOMINATOR): (
        "ix11.7.1.3:fractionTermDescendants",
        "ix:numerator: text alone was expected, elements found.",
    ),
    fraction(fraction(NUMERATOR + DENOMINATOR).replace('"u"', '"v"')): (
        "ix11.7.1.3:fractionChildAttributes",
        "ix:fraction f:R: nested fractions were expected to have one unit.",
    ),
    "<ix:footnote id='n'>x</ix:footnote>": (
        "ix11.6.1.2:footnoteLang",
        "ix:footnote n: a language in force (xml:lang) was expected, none found.",
    ),
    right("1", id="a") + words("x", id="a"): (
        "ix11.11.1.2:uniqueIxId",
        "ix:nonNumeric f:T: an id of its own was expected; f.html:2 has it already.",
    ),
}
HEADERS = {
    "hidden": (
        "<p>x</p>",
        "ix11.9.1.2:hiddenContent",
        "ix:hidden: facts were expected, {http://www.w3.org/1999/xhtml}p found.",
    ),
    "references": (
        "<ix:references/>",
        "ix11.12.1.2:referencesContent",
        "ix:references: a schemaRef was expected, none found.",
    ),
    "resources": (
        "<p>x</p>",
        "ix11.14.1.2:resourcesContent",
        (
            "ix:resources: contexts, units, roles and relationships were expected, "
            "{http://www.w3.org/1999/xhtml}p found."
        ),
    ),
}


@pytest.mark.parametrize("body", BROKEN)
def test_each_rule_names_what_breaks_it(body):
    found = validate(read_inline([("f.html", document(body))]))
    assert [(problem.code, problem.message) for problem in found] == [BROKEN[body]]
    assert found[0].where == "f.html:2"
    assert found[0].remedy


@pytest.mark.parametrize("part", HEADERS)
def test_each_part_of_a_header_holds_only_its_own(part):
    content, code, message = HEADERS[part]
    found = validate(read_inline([("f.html", document("", **{part: content}))]))
    assert [(problem.code, problem.message) for problem in found] == [(code, message)]


def test_a_header_holds_its_parts_once():
    twice = header().replace("</ix:header>", "<ix:resources/><p/></ix:header>")
    found = validate(read_inline([("f.html", html(twice))]))
    assert [problem.message for problem in found] == [
        "ix:header: ix:hidden, ix:references and ix:resources were expected, p found.",
        "ix:header: one ix:resources was expected, several found.",
    ]


def test_a_set_has_a_header_and_resources():
    found = validate(read_inline([("f.html", html(right("1")))]))
    header_missing, resources_missing = map(str, found)
    assert header_missing == (
        "error ix11.8.1.3:missingHeader [f.html:1] An ix:header was expected in the document set, "
        "none found. Add the ix:header."
    )
    assert resources_missing == (
        "error ix11.14.1.2:missingResources [f.html:1] An ix:resources was expected in the "
        "document set, none found. Add the ix:resources."
    )


def test_ids_are_unique_over_the_files_of_a_set():
    files = [("1.html", document("")), ("2.html", html(words("x", id="c")))]
    found = validate(read_inline(files))
    assert [problem.message for problem in found] == [
        "ix:nonNumeric f:T: an id of its own was expected; 1.html:1 has it already."
    ]


def test_references_of_one_target_agree():
    one = REFERENCES.replace("<ix:references", "<ix:references id='r' xml:lang='da'")
    other = REFERENCES.replace("<ix:references", "<ix:references id='s' xml:lang='da'")
    found = validate(read_inline([("f.html", document("", references=one + other))]))
    assert [problem.code for problem in found] == [
        "ix11.12.1.2:referencesAttributeDuplication",
        "ix11.12.1.2:referencesTargetId",
    ]


def test_a_document_as_it_should_be_has_no_problem():
    tuple_ = element("tuple", right("1", order="1"), name="f:Tuple")
    body = right(right("2", name="f:B")) + words("a<ix:exclude>b</ix:exclude>") + tuple_
    body += fraction(NUMERATOR + DENOMINATOR) + number("", **NIL)
    assert validate(read_inline([("f.html", document(body))])) == []


def test_nothing_read_is_nothing_to_judge():
    assert validate(read_inline([("f.html", b"<html>")])) == []
    assert validate([]) == []
