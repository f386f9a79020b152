"""Inline documents: what each element becomes, and what is said when it is wrong."""

import pytest

from tests.unit.xbrl.inline.page import (
    REFERENCES,
    document,
    element,
    fact,
    header,
    html,
    number,
    problems,
    read,
    words,
)
from xbrl.inline.document import read_inline
from xbrl.model import Markup

NUMBERS = {
    number("1,234", format="t4:num-dot-decimal"): ("1234", "1,234"),
    number(" 12 ", sign="-"): ("-12", " 12 "),
    number("1.5", scale="6"): ("1500000", "1.5"),
    number("25", scale="-2"): ("0.25", "25"),
    number("1.234,5", format="t2:numcommadecimal", scale="3", sign="-"): ("-1234500", "1.234,5"),
    number("–", format="t4:fixed-zero", sign="-"): ("0", "–"),
    number("1.50", decimals="2"): ("1.50", None),
    number("none", format="sec:numwordsen", scale="0"): ("0", "none"),
    number("x", format="sec:numneginf", scale="3"): ("-INF", "x"),
    number("123456789012345678901234567890.10", scale="1"): (
        "1234567890123456789012345678901.0",
        "123456789012345678901234567890.10",
    ),
}


@pytest.mark.parametrize("body", NUMBERS)
def test_a_number_is_transformed_scaled_and_signed_without_loss(body):
    row = fact(body)
    assert (row.value, row.written) == NUMBERS[body]
    assert (row.kind, row.concept, row.context_id, row.unit_id) == ("item", "{urn:f}A", "c", "u")


def test_every_aspect_of_a_number_is_kept():
    row = fact(
        number("7", id="n1", decimals="INF", scale="0", order="2", format="t4:num-dot-decimal")
    )
    assert (row.decimals, row.precision, row.scale, row.sign, row.order) == (
        "INF",
        None,
        "0",
        None,
        "2",
    )
    assert (row.element_id, row.line, row.file, row.parent) == ("n1", 2, 0, -1)
    assert row.format == "{http://www.xbrl.org/inlineXBRL/transformation/2020-02-12}num-dot-decimal"
    assert (row.is_nil, row.is_hidden, row.is_escaped) == (False, False, False)


def test_nested_numbers_are_one_text_and_two_facts():
    rows = list(read(number(number("5", name="f:B", scale="3"), scale="3")).facts.rows())
    assert [(row.concept, row.value) for row in rows] == [
        ("{urn:f}A", "5000"),
        ("{urn:f}B", "5000"),
    ]


@pytest.mark.parametrize("true", ["true", " 1 "])
def test_a_nil_fact_has_no_value(true):
    row = fact(number("", **{"xsi:nil": true}))
    assert (row.is_nil, row.value, row.written) == (True, None, None)


WORDS = {
    words("  two\n  words "): "  two\n  words ",
    words("a<b>c<i>d</i></b>e"): "acde",
    words("a<!-- not this -->b<?nor this?>c"): "abc",
    words("1 &lt; 2 &amp; 3"): "1 < 2 & 3",
    words("before <ix:exclude>page 4<b> of 5</b></ix:exclude>after"): "before after",
    words("31. december\n2024", format="t4:date-day-monthname-year-da"): "2024-12-31",
    words("in words " + number("7")): "in words 7",
}


@pytest.mark.parametrize("body", WORDS)
def test_words_are_the_text_without_what_is_excluded(body):
    assert next(read(body).facts.rows()).value == WORDS[body]


ESCAPED = {
    "a &lt; <b class='x\"y'>c</b>": 'a &lt; <b class="x&quot;y">c</b>',
    "<br/><p/><td></td>": "<br/><p></p><td></td>",
    f"<p>costs {number('7')}</p>": "<p>costs 7</p>",
    "<p>a</p><ix:exclude><p>4</p></ix:exclude> b": "<p>a</p> b",
    "<a href='#note'>x</a>": '<a href="#note">x</a>',
    '<h:b xmlns:h="http://www.w3.org/1999/xhtml">x</h:b>': "<b>x</b>",
    '<p xmlns="http://www.w3.org/1999/xhtml">say xmlns="x"</p>': '<p>say xmlns="x"</p>',
    "": "",
}


@pytest.mark.parametrize("content", ESCAPED)
def test_escaped_content_is_xhtml_without_inline_elements_prefixes_and_declarations(content):
    row = next(read(words(content, escape="true")).facts.rows())
    assert (row.value, row.is_escaped) == (ESCAPED[content], True)


def test_both_ways_of_writing_content_agree():
    content = f"<p>costs {number('7')}<br/><span/></p>&amp;"
    plain = next(read(words(content, escape="1")).facts.rows()).value
    careful = next(
        read(words(content + "<ix:exclude>x</ix:exclude>", escape="1")).facts.rows()
    ).value
    assert plain == careful == "<p>costs 7<br/><span></span></p>&amp;"


def test_relative_addresses_follow_the_base_of_the_document():
    content = "<a href='p 2.html'>x</a><img src='data:a'/><p xml:base='q/'><a href='3'/></p>"
    row = next(
        read(words(content, escape="true"), head='<base href="http://a.dk/r/"/>').facts.rows()
    )
    assert row.value == (
        '<a href="http://a.dk/r/p%202.html">x</a><img src="data:a"/>'
        '<p xml:base="q/"><a href="http://a.dk/r/q/3"></a></p>'
    )


def test_what_is_no_address_stays_as_written():
    content = "<a href='http://['>x</a><p xml:base='http://[::y'><a href='3'/></p>"
    (fact,) = read(words(content, escape="true"), head='<base href="http://a.dk/r/"/>').facts.rows()
    assert fact.value == ('<a href="http://[">x</a><p xml:base="http://[::y"><a href="3"></a></p>')


def test_without_a_base_addresses_stay_as_written():
    row = next(read(words("<a href='p.html'>x</a>", escape="true")).facts.rows())
    assert row.value == '<a href="p.html">x</a>'


def test_a_fraction_is_both_its_terms():
    terms = element("numerator", "1,000", format="t4:num-dot-decimal") + " of "
    terms += element("denominator", "3", scale="3", sign="-")
    row = fact(element("fraction", terms, name="f:R", contextRef="c", unitRef="u"))
    assert (row.kind, row.value, row.written) == ("fraction", "1000/-3000", "1,000/3")


def test_continuations_join_over_the_files_of_a_set():
    body = words("a", continuedAt="one")
    second = "<ix:continuation id='two'>c<ix:exclude>x</ix:exclude></ix:continuation>"
    second += "<ix:continuation id='one' continuedAt='two'>b</ix:continuation>"
    files = [("1.html", document(body)), ("2.html", html(second))]
    for order in (files, files[::-1]):
        (instance,) = read_inline(order)
        assert instance.problems == []
        assert instance.facts.value == ["abc"]
        assert instance.files == tuple(name for name, _ in order)


def test_hidden_facts_say_so():
    instance = read(number("1"), hidden=words("x", id="h"))
    assert instance.facts.is_hidden == [True, False]


def test_the_language_in_force_is_kept():
    body = words("a") + f"<div xml:lang='en'>{words('b')}<p xml:lang=''>{words('c')}</p></div>"
    body += words("d", **{"xml:lang": "de"})
    instance = read(body, attributes='xml:lang="da"')
    assert instance.facts.language == ["da", "en", None, "de"]


def test_a_fact_has_the_language_of_the_nearest_fact_around_it_that_states_one():
    inner = words("a") + words("b" + words("c"), **{"xml:lang": ""})
    body = words(inner, **{"xml:lang": "en"}) + words("d") + number("1", **{"xml:lang": "de"})
    instance = read(body, attributes='xml:lang="da"')
    assert instance.facts.language == ["en", "en", None, None, "da", "de"]


def test_the_language_of_the_references_is_that_of_the_target_document():
    references = REFERENCES.replace("<ix:references", "<ix:references xml:lang='da'")
    body = words("a") + words("b", **{"xml:lang": "en"}) + f"<p xml:lang=''>{words('c')}</p>"
    assert read(body, references=references).facts.language == ["da", "en", None]
    instance = read(words("a"), references=references, attributes="xml:lang='de'")
    assert instance.facts.language == ["de"]


def test_tuples_hold_what_is_nested_and_what_refers_to_them():
    inner = number("1", order="1")
    body = element("tuple", inner, name="f:Tuple", tupleID="t")
    body += words("x", tupleRef="t", order="2") + number("9")
    facts = read(body).facts
    assert facts.kind == ["tuple", "item", "item", "item"]
    assert (facts.parent, facts.order) == ([-1, 0, 0, -1], [None, "1", "2", None])
    assert facts.value == [None, "1", "x", "9"]


def test_a_member_written_twice_is_one():
    body = element("tuple", number("1", order="1"), name="f:Tuple", tupleID="t")
    body += number(" 1 ", tupleRef="t", order="1.0")
    instance = read(body)
    assert (instance.facts.value, instance.problems) == ([None, "1"], [])


def test_each_target_is_an_instance():
    references = REFERENCES + REFERENCES.replace("ix:references>", "ix:references target='esg'>", 1)
    body = number("1") + number("2", target="esg", contextRef2="") + words("3", target="esg")
    default, esg = read_inline([("f.html", document(body, references=references))])
    assert (default.target, default.facts.value) == (None, ["1"])
    assert (esg.target, esg.facts.value, list(esg.units)) == ("esg", ["2", "3"], ["u"])
    assert [row.href for row in esg.references] == ["f.xsd"]
    assert default.problems == esg.problems == []


def test_footnotes_and_explaining_facts():
    relations = "<ix:relationship fromRefs='a b' toRefs='n' order='2' arcrole='urn:why'/>"
    relations += "<ix:relationship fromRefs='a' toRefs='b' linkRole='urn:link'/>"
    body = number("1", id="a") + number("2", id="b")
    body += "<ix:footnote id='n' xml:lang='da' continuedAt='m' footnoteRole='urn:role'>see <b>p</b>"
    body += "</ix:footnote><ix:continuation id='m'> 4</ix:continuation>"
    instance = read(body, resources=relations)
    assert instance.problems == []
    link = "http://www.xbrl.org/2003/role/link"
    why = "http://www.xbrl.org/2003/arcrole/fact-footnote"
    assert [row[:8] for row in instance.footnotes] == [
        (0, "urn:why", link, "urn:role", "see <b>p</b> 4", "da", None, "2"),
        (1, "urn:why", link, "urn:role", "see <b>p</b> 4", "da", None, "2"),
        (0, why, "urn:link", None, None, None, 1, None),
    ]


def test_a_footnote_no_relationship_uses_still_has_its_continuation():
    body = "<ix:footnote id='n' continuedAt='m'>a</ix:footnote>"
    assert problems(body + "<ix:continuation id='m'>b</ix:continuation>") == []


def test_inline_1_0_is_read_too():
    body = number("1,0", format="t1:numcomma", footnoteRefs="n")
    body += "<ix:footnote footnoteID='n' xml:lang='da' arcrole='urn:why'>p</ix:footnote>"
    old = document(body).replace(b"2013/inlineXBRL", b"2008/inlineXBRL")
    (instance,) = read_inline([("f.html", old)])
    assert (instance.facts.value, instance.problems) == (["1.0"], [])
    assert [(row.fact, row.arcrole, row.text) for row in instance.footnotes] == [
        (0, "urn:why", "p")
    ]


def test_only_contexts_and_units_in_use_are_kept():
    spare = "<xbrli:context id='x'/><xbrli:unit id='y'/>"
    instance = read(number("1"), resources=spare)
    assert (list(instance.contexts), list(instance.units)) == (["c"], ["u"])
    assert instance.contexts["c"].period.end == "2024-12-31"


def test_what_filing_rules_speak_of_is_listed():
    head = (
        '<base href="http://a/"/><link rel="stylesheet" href="s.css"/><style>@import "x";</style>'
    )
    head += "<script src='e.js'></script><script>go()</script>"
    body = "<img src='a.png'/><img src='data:image/png;base64,AA'/><a href=' JavaScript:x()'>b</a>"
    body += "<p\nonclick='go()' xml:base='q'>c</p><object data='o'/><form action='f'/>"
    instance = read(body, head=head, attributes='xml:lang="da"')
    assert [row[:2] for row in sorted(instance.markup)] == [
        ("base", "http://a/"),
        ("embed", "o"),
        ("event-handler", "onclick=go()"),
        ("form", "f"),
        ("image", "a.png"),
        ("image", "data:image/png;base64,AA"),
        ("root-language", "da"),
        ("script", "e.js"),
        ("script", "go()"),
        ("script-link", "JavaScript:x()"),
        ("style-import", '@import "x";'),
        ("stylesheet-link", "s.css"),
        ("xml-base", "q"),
    ]
    assert Markup("image", "a.png", 2, "f.html") in instance.markup


def test_an_image_of_many_bytes_is_a_row_of_few():
    payload = "A" * 100_000
    body = f"<img src='data:image/png;base64,{payload}'/>"
    body += words(f"<img src='data:image/png;base64,{payload}'/>", escape="true")
    instance = read(body)
    # The mark that stood for the payload while parsing was once told to the filer.
    assert {row.value for row in instance.markup} == {f"data:image/png;base64,{payload}"[:128]}
    assert instance.facts.value == [f'<img src="data:image/png;base64,{payload}"/>']


def test_utf_16_is_read_as_utf_8_is():
    body = words("å<b>æ</b>", escape="true", **{"xml:lang": "da"}) + "<p onclick='x'/>"
    text = document(body).decode()
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
    one, other = (read_inline([("f", data)])[0] for data in (text.encode(), wide))
    assert one.facts.value == other.facts.value == ["å<b>æ</b>"]
    assert (one.facts.language, one.markup) == (other.facts.language, other.markup)


def test_prefixes_declared_on_a_fact_are_that_facts_own():
    body = number("1").replace("f:A", "g:A").replace("<ix:", "<ix:", 1)
    body = body.replace("contextRef", 'xmlns:g="urn:one" contextRef')
    body += body.replace("urn:one", "urn:two")
    instance = read(body)
    assert instance.facts.concept == ["{urn:one}A", "{urn:two}A"]
    assert instance.prefixes["urn:one"] == instance.prefixes["urn:two"] == "g"


PROBLEMS = {
    number("12 apples", format="t4:num-dot-decimal"): (
        "error ix11.10.1.1:transformValueError [f.html:2] Fact f:A: t4:num-dot-decimal expects a "
        "number such as 1,234.5, '12 apples' found. Correct the text on the page, or the fact's "
        "format."
    ),
    words("31.13.2024", format="t4:date-day-month-year"): (
        "error ix11.11.1.1:transformValueError [f.html:2] Fact f:T: t4:date-day-month-year expects "
        "day, month and year such as 31.12.2024, '31.13.2024' found. Correct the text on the page, "
        "or the fact's format."
    ),
    number("1", format="t4:numcommadot"): (
        "error ix11.10.1.2:invalidTransformation [f.html:2] Fact f:A: the registry "
        "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12 has no transformation "
        "numcommadot. Correct the text on the page, or the fact's format."
    ),
    number("1", format="f:own"): (
        "error ix11.10.1.2:invalidTransformation [f.html:2] Fact f:A: the format f:own is of "
        "urn:f, which is no known registry. Correct the text on the page, or the fact's format."
    ),
    number("1", format="q:own"): (
        "error ix11.10.1.2:invalidTransformation [f.html:2] Fact f:A: the prefix of the format "
        "q:own is not declared. Correct the text on the page, or the fact's format."
    ),
    number("many"): (
        "error ix11.10.1.1:transformValueError [f.html:2] Fact f:A: a number was expected, 'many' "
        "found. Correct the text on the page, or the fact's format."
    ),
    number("1", scale="1e3"): (
        "error ix11.10.1.2:scale [f.html:2] Fact f:A: a scale was expected that is an integer "
        "within ±1000, '1e3' found. Correct the text on the page, or the fact's format."
    ),
    number("1").replace('"c"', '"d"'): (
        "error ix11.10.1.2:contextReference [f.html:2] Fact f:A: a context of ix:resources was "
        "expected, contextRef 'd' found. Declare the context, or correct the reference."
    ),
    number("1").replace(' unitRef="u"', ""): (
        "error ix11.10.1.2:unitReference [f.html:2] Fact f:A: a unit of ix:resources was expected, "
        "no unitRef found. Declare the unit, or correct the reference."
    ),
    words("x", name="q:T"): (
        "error ix11.11.1.2:name [f.html:2] A fact's name was expected to be a concept's QName; "
        "'q:T', whose prefix is not declared found. Name the concept, and declare its prefix."
    ),
    words("x", continuedAt="n"): (
        "error ix11.11.1.2:continuationMissing [f.html:2] continuedAt 'n': no ix:continuation has "
        "the id n. Give the ix:continuation that id, or correct continuedAt."
    ),
    words("x", continuedAt="n") + "<ix:continuation id='n' continuedAt='n'/>": (
        "error ix11.4.1.2:continuationCycle [f.html:2] continuedAt 'n': n leads back to itself. "
        "Give the ix:continuation that id, or correct continuedAt."
    ),
    words("x<ix:continuation id='n'/>", continuedAt="n"): (
        "error ix11.4.1.2:continuationChainNested [f.html:2] continuedAt None: it stands within "
        "what it continues. Give the ix:continuation that id, or correct continuedAt."
    ),
    "<ix:continuation id='n'>lost</ix:continuation>": (
        "error ix11.4.1.2:continuationNotReferenced [f.html:2] Continuation n: no continuedAt "
        "refers to it, so its content is in no fact. Refer to it from the fact it continues, or "
        "remove it."
    ),
    element("fraction", "x", name="f:R", contextRef="c", unitRef="u"): (
        "error ix11.7.1.3:fractionTerms [f.html:2] Fact f:R: an ix:numerator was expected, none "
        "found. Correct the text on the page, or the fact's format."
    ),
    words("x", tupleRef="t", order="1"): (
        "error ix11.11.1.2:tupleRefMissing [f.html:2] Fact f:T: no ix:tuple has the tupleID t. "
        "Correct tupleRef, order and target of the fact."
    ),
    "<ix:relation/>": (
        "error ix11:unknownElement [f.html:2] {http://www.xbrl.org/2013/inlineXBRL}relation is no "
        "element of inline XBRL; nothing of it is read. Remove it."
    ),
    number("1", target="x"): (
        "error ix11.12.1.2:missingReferenceTargets [f.html:1] An ix:references for target 'x' was "
        "expected in the document set, none found. Add ix:references with the schemaRef of the "
        "taxonomy."
    ),
}


@pytest.mark.parametrize("body", PROBLEMS)
def test_a_problem_says_where_what_was_expected_and_what_was_found(body):
    with_tuple = "<ix:tuple name='f:Tuple' tupleID='other'/>" if "tupleRef" in body else ""
    assert problems(body + with_tuple) == [PROBLEMS[body]]


def test_a_fact_whose_text_cannot_be_read_is_kept_as_written():
    instance = read(number("1") + number("12 apples", format="t4:num-dot-decimal", decimals="0"))
    row = list(instance.facts.rows())[1]
    assert (row.value, row.written, row.decimals) == ("12 apples", None, "0")
    assert [problem.facts for problem in instance.problems] == [(1,)]


def test_facts_nested_to_multiply_a_text_cost_a_finding():
    body = "x" * 20_000
    for _ in range(200):
        body = words(body)
    instance = read(body)
    assert len(instance.facts) == 200
    assert sum(map(len, instance.facts.value)) < 4_000_000
    expected = (
        "error read:expansion [f.html:1] The contents of facts within facts come to more than 64 "
        "times the document; the facts after that are read without their content. Nest facts less "
        "deeply."
    )
    assert [str(problem) for problem in instance.problems] == [expected]


def test_html_that_is_not_well_formed_is_a_problem_and_no_empty_report():
    (instance,) = read_inline([("f.html", document("\n<p>open" + number("1")))])
    assert (len(instance.facts), instance.roots) == (0, ())
    expected = (
        "error xml:well-formed [f.html:3] A well-formed XML document was expected: Opening and "
        "ending tag mismatch: p line 3 and body, line 3, column 87. Correct the document at this "
        "line, or export it again; nothing of it was read."
    )
    assert [str(problem) for problem in instance.problems] == [expected]


def test_one_bad_file_of_a_set_does_not_hide_the_others():
    (instance,) = read_inline([("bad.html", b"<html>"), ("f.html", document(number("1")))])
    assert (instance.facts.value, instance.facts.file) == (["1"], [1])
    assert [problem.file for problem in instance.problems] == ["bad.html"]


def test_a_page_without_inline_elements_is_named():
    (instance,) = read_inline([("f.html", html("<p>Hello</p>"))])
    expected = (
        "error read:not-inline [f.html:1] An inline XBRL document was expected; no inline XBRL "
        "element found. Send the document with its inline XBRL tags."
    )
    assert [str(problem) for problem in instance.problems] == [expected]


def test_a_document_without_references_is_named():
    expected = (
        "error ix11.12.1.2:missingReferences [f.html:1] An ix:references for the default target "
        "was expected in the document set, none found. Add ix:references with the schemaRef of the "
        "taxonomy."
    )
    assert problems(number("1"), references="") == [expected]


def test_two_versions_in_one_document_are_named():
    body = '<x:nonNumeric xmlns:x="http://www.xbrl.org/2008/inlineXBRL">a</x:nonNumeric>'
    expected = (
        "error ix10.10.1.2:multipleIxNamespaces [f.html:2] Elements of one inline namespace "
        "were expected (http://www.xbrl.org/2013/inlineXBRL); "
        "{http://www.xbrl.org/2008/inlineXBRL}nonNumeric found, and nothing of it is read. Use "
        "one version of inline XBRL in a document."
    )
    assert problems(body) == [expected]


def test_relationships_that_point_nowhere_are_named():
    relation = "<ix:relationship fromRefs='a x' toRefs='a y'/>"
    found = problems(number("1", id="a"), resources=relation)
    assert [text.split("] ")[1].split(". ")[0] for text in found] == [
        "fromRefs 'x': no fact has that id",
        "toRefs 'y': no footnote or fact has that id",
        "fromRefs and toRefs were expected to differ; both have a",
    ]


def test_a_header_may_stand_in_another_file():
    files = [("1.html", html(number("1"))), ("2.html", html(header()))]
    (instance,) = read_inline(files)
    assert (instance.facts.value, instance.problems) == (["1"], [])


def test_escaped_content_holds_no_attribute_that_a_document_type_would_add():
    doctype = b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">'
    body = words('<p lang="en"><a name="x"/><br/>1</p>', escape="true")
    for before in (b"", doctype):
        (instance,) = read_inline([("f.html", before + document(body))])
        assert instance.facts.value == ['<p lang="en"><a name="x"></a><br/>1</p>']


def test_the_inline_prefix_may_mean_another_namespace_within_escaped_content():
    body = words('a<ix:b xmlns:ix="urn:other">1</ix:b>' + number("2"), escape="true")
    (instance,) = read_inline([("f.html", document(body))])
    assert instance.facts.value == ["a<ix:b>1</ix:b>2", "2"]
