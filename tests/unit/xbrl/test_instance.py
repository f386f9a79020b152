"""Plain instances: what each part of one becomes."""

import pytest

from xbrl.instance import read_instance
from xbrl.model import DimensionValue
from xbrl.read import read_bytes

NAMESPACES = (
    'xmlns="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:f="urn:f" xmlns:d="urn:d" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
PERIOD = "<instant>2024-12-31</instant>"


def context(id_="c", *, period=PERIOD, segment="", scenario=""):
    segment = f"<segment>{segment}</segment>" if segment else ""
    scenario = f"<scenario>{scenario}</scenario>" if scenario else ""
    return (
        f'<context id="{id_}"><entity><identifier scheme="urn:cvr"> 123 </identifier>{segment}'
        f"</entity><period>{period}</period>{scenario}</context>"
    )


def document(*parts, attributes=""):
    return f"<xbrl {NAMESPACES} {attributes}>{''.join(parts)}</xbrl>".encode()


def read(*parts, attributes=""):
    return read_instance("f.xml", document(*parts, attributes=attributes))


PERIODS = {
    "<instant>2024-12-31</instant>": ("instant", None, "2025-01-01T00:00:00"),
    "<instant>2024-12-31T00:00:00</instant>": ("instant", None, "2024-12-31T00:00:00"),
    "<instant>2024-12-31T24:00:00</instant>": ("instant", None, "2025-01-01T00:00:00"),
    "<instant>2024-12-31T23:00:00-02:00</instant>": ("instant", None, "2025-01-01T01:00:00"),
    "<startDate>2024-01-01</startDate><endDate>\n2024-12-31Z </endDate>": (
        "duration",
        "2024-01-01T00:00:00",
        "2025-01-01T00:00:00",
    ),
    "<startDate>2024-01-01T12:30:15.25</startDate><endDate>2024-01-02T00:00:00</endDate>": (
        "duration",
        "2024-01-01T12:30:15.250000",
        "2024-01-02T00:00:00",
    ),
    "<forever/>": ("forever", None, None),
}


@pytest.mark.parametrize("period", PERIODS)
def test_periods(period):
    instance = read(context(period=period))

    found = instance.contexts["c"].period
    assert instance.problems == []
    moments = [at and at.isoformat() for at in (found.start_at, found.end_at)]
    assert (found.kind, *moments) == PERIODS[period]


BAD_CONTEXTS = {
    context(period="<instant>31-12-2024</instant>"): (
        "error xbrl.4.7.2:date [f.xml:1] Context c: a date or dateTime was expected and "
        "'31-12-2024' found. Correct the context; facts that use it cannot be relied on."
    ),
    context(period="<startDate>2024-01-01</startDate>"): (
        "error xbrl.4.7.2:period [f.xml:1] Context c: a period (an instant, a start and an end, "
        "or forever) was expected. Correct the context; facts that use it cannot be relied on."
    ),
    context(scenario='<xbrldi:explicitMember dimension="x:D">d:M</xbrldi:explicitMember>'): (
        "error xbrl.4.7.4:QName [f.xml:1] Context c: a QName with a declared prefix was expected, "
        "'x:D' found. Correct the context; facts that use it cannot be relied on."
    ),
    f'<context id="c"><period>{PERIOD}</period></context>': (
        "error xbrl.4.7.3:identifier [f.xml:1] Context c: an entity's identifier with its scheme "
        "was expected. Correct the context; facts that use it cannot be relied on."
    ),
}


@pytest.mark.parametrize("bad", BAD_CONTEXTS)
def test_a_bad_context_is_a_problem_and_kept(bad):
    instance = read(bad)

    assert [str(problem) for problem in instance.problems] == [BAD_CONTEXTS[bad]]
    assert list(instance.contexts) == ["c"]


def test_dimensions_are_read_from_segment_and_scenario_by_name():
    explicit = '<xbrldi:explicitMember dimension="d:B"> d:M </xbrldi:explicitMember>'
    nested = '<xbrldi:explicitMember xmlns:d="urn:e" dimension="d:B">d:M</xbrldi:explicitMember>'
    typed = '<xbrldi:typedMember dimension="d:A"><d:v a="1">1 &lt; 2</d:v></xbrldi:typedMember>'
    other = "<d:other>x<d:y/></d:other>"

    instance = read(
        context(segment=typed + other, scenario=explicit), context("e", scenario=nested)
    )

    assert instance.contexts["c"].dimensions == (
        DimensionValue("{urn:d}A", None, '<d:v xmlns:d="urn:d" a="1">1 &lt; 2</d:v>', "segment"),
        DimensionValue("{urn:d}B", "{urn:d}M", None, "scenario"),
    )
    assert instance.contexts["c"].segment == '<d:other xmlns:d="urn:d">x<d:y></d:y></d:other>'
    assert instance.contexts["e"].dimensions[0].dimension == "{urn:e}B"


def test_an_ampersand_in_a_namespace_is_canonical():
    typed = '<v xmlns="urn:a?b&amp;c" a="1"><w>="urn:a?b&amp;c"</w></v>'

    instance = read(
        context(scenario=f'<xbrldi:typedMember dimension="d:A">{typed}</xbrldi:typedMember>')
    )

    assert instance.contexts["c"].dimensions[0].typed == typed


def test_contexts_of_one_shape_are_read_apart():
    stray = '<context id="s"><entity/><identifier scheme="a">1</identifier></context>'
    instance = read(context("a"), context("b", period="<instant>2023-12-31</instant>"), stray)

    assert instance.contexts["a"].period.end == "2024-12-31"
    assert instance.contexts["b"].period.end == "2023-12-31"
    assert instance.contexts["s"].identifier == ""


def test_units_are_products_and_ratios_sorted():
    instance = read(
        '<unit id="u"><measure>iso4217:DKK</measure><measure> d:x</measure></unit>',
        '<unit id="r"><divide><unitNumerator><measure>iso4217:DKK</measure></unitNumerator>'
        "<unitDenominator><measure>shares</measure></unitDenominator></divide></unit>"
        '<unit id="b"><measure>x:y</measure></unit>',
    )

    dkk = "{http://www.xbrl.org/2003/iso4217}DKK"
    assert instance.units["u"].numerator == (dkk, "{urn:d}x")
    assert instance.units["r"].numerator == (dkk,)
    assert instance.units["r"].denominator == ("{http://www.xbrl.org/2003/instance}shares",)
    assert [str(problem) for problem in instance.problems] == [
        (
            "error xbrl.4.8:measure [f.xml:1] Unit b: a QName with a declared prefix was expected, "
            "'x:y' found. Correct the unit; facts that use it cannot be relied on."
        )
    ]


def test_facts_keep_every_attribute_and_their_place():
    instance = read(
        '\n<f:a contextRef="c" unitRef="u" decimals="-3" id="i"> 1000 </f:a>\n',
        '<f:b contextRef="c" xsi:nil="1"/><f:b contextRef="c" xml:lang="da"></f:b>',
        '<f:n contextRef="c" unitRef="u" precision="4"><numerator>1</numerator>'
        "<denominator> 3</denominator></f:n>",
        attributes='xml:lang="en"',
    )

    assert [row[1:14] + row[14:15] for row in instance.facts.rows()] == [
        ("item", "{urn:f}a", "c", "u", " 1000 ", "-3", None, False, "en", "i", -1, None, 2, 0),
        ("item", "{urn:f}b", "c", None, None, None, None, True, "en", None, -1, None, 3, 0),
        ("item", "{urn:f}b", "c", None, "", None, None, False, "da", None, -1, None, 3, 0),
        ("fraction", "{urn:f}n", "c", "u", "1/3", None, "4", False, "en", None, -1, None, 3, 0),
    ]


def test_tuples_nest_and_hand_down_their_language():
    instance = read(
        '<f:t xml:lang="da"><f:a contextRef="c">1</f:a><f:t><f:a contextRef="c">2</f:a></f:t></f:t>'
        '<f:a contextRef="c">3</f:a>'
    )

    facts = instance.facts
    assert facts.kind == ["tuple", "item", "tuple", "item", "item"]
    assert facts.parent == [-1, 0, 0, 2, -1]
    assert facts.value == [None, "1", None, "2", "3"]
    assert facts.language == ["da", "da", "da", "da", None]


LINK = (
    '<link:footnoteLink xlink:type="extended" xlink:role="urn:r">'
    '<link:loc xlink:type="locator" xlink:href="{href}" xlink:label="a"/>'
    '<link:footnote xlink:type="resource" xlink:label="n" xlink:role="urn:n" xml:lang="da">'
    'Se <p xmlns="http://www.w3.org/1999/xhtml">note<br/></p> &amp; 1</link:footnote>'
    '<link:footnoteArc xlink:type="arc" xlink:from="a" xlink:to="n" xlink:arcrole="urn:a"{use}/>'
    "{more}</link:footnoteLink>"
)


@pytest.mark.parametrize(
    "href", ["#i", "f.xml#i", "#element(i)", "#element(/1/2)", "#element(x)element(i)"]
)
def test_footnotes_by_any_pointer(href):
    instance = read(
        context(), '<f:a contextRef="c" id="i">1</f:a>', LINK.format(href=href, use="", more="")
    )

    (note,) = instance.footnotes
    assert instance.problems == []
    assert (note.fact, note.arcrole, note.link_role, note.role) == (0, "urn:a", "urn:r", "urn:n")
    assert note.language == "da"
    assert note.text == ('Se <p xmlns="http://www.w3.org/1999/xhtml">note<br></br></p> &amp; 1')


def test_a_prohibited_footnote_is_none():
    prohibition = (
        '<link:footnoteArc xlink:type="arc" xlink:from="a" xlink:to="n" xlink:arcrole="urn:a" '
        'use="prohibited" priority="{}"/>'
    )
    fact = '<f:a contextRef="c" id="i">1</f:a>'
    links = [
        LINK.format(href="#i", use=' priority="2"', more=prohibition.format(n)) for n in (1, 2)
    ]

    assert [len(read(fact, link).footnotes) for link in links] == [1, 0]


@pytest.mark.parametrize("priority", ["+-3", "9" * 5000, "٣"])
def test_a_priority_that_is_no_number_is_none(priority):
    link = LINK.format(href="#i", use=f' priority="{priority}"', more="")

    assert len(read('<f:a contextRef="c" id="i">1</f:a>', link).footnotes) == 1


def test_an_address_that_is_none_stays_as_written():
    reference = '<link:schemaRef xml:base="http://[" xlink:type="simple" xlink:href="http://[::x"/>'

    (found,) = read(reference).references

    assert (found.href, found.base) == ("http://[::x", "http://[")


def test_a_fact_may_explain_a_fact():
    more = (
        '<link:loc xlink:type="locator" xlink:href="#j" xlink:label="b"/>'
        '<link:footnoteArc xlink:type="arc" xlink:from="a" xlink:to="b" xlink:arcrole="urn:e" '
        'order="1.5"/>'
    )
    facts = '<f:a contextRef="c" id="i">1</f:a><f:a contextRef="c" id="j">1</f:a>'

    notes = read(facts, LINK.format(href="#i", use="", more=more)).footnotes

    found = [(note.arcrole, note.to_fact, note.order) for note in notes]
    assert found == [("urn:a", None, None), ("urn:e", 1, "1.5")]


def test_a_dangling_locator_is_a_problem():
    instance = read(LINK.format(href="#gone", use="", more=""))

    assert [str(problem) for problem in instance.problems] == [
        (
            "error xbrl.4.11.1.1:locator [f.xml:1] A locator of a footnote was expected to point "
            "to a fact of this document; '#gone' points to nothing here. Correct the locator, or "
            "give the fact that id."
        )
    ]


def test_references_with_their_base():
    instance = read(
        '<link:schemaRef xlink:href="e.xsd" xml:base="b/"/>',
        '<link:roleRef xlink:href="r.xsd#r" roleURI="urn:r"/>',
        attributes='xml:base="http://x/a/"',
    )

    assert [reference[:4] for reference in instance.references] == [
        ("schemaRef", "e.xsd", None, "http://x/a/b/"),
        ("roleRef", "r.xsd#r", "urn:r", "http://x/a/"),
    ]


PROBLEMS = {
    document('<f:a contextRef="c" id="i"/>\n<f:a contextRef="c" id="i"/>'): (
        "error xml:duplicate-id [f.xml:2] Id i was expected once; it is used already at line 1. "
        "Give each element an id of its own."
    ),
    document('<f:a contextRef="c" id="i">1<b/>2</f:a>'): (
        "error xbrl.4.6:content [f.xml:1] Fact a: text was expected, an element found "
        "({http://www.xbrl.org/2003/instance}b). Write the value as text, with markup escaped."
    ),
    document(
        '<f:a contextRef="c"><numerator>1</numerator><f:b contextRef="c"/>'
        "<denominator>3</denominator></f:a>"
    ): (
        "error xbrl.4.6:content [f.xml:1] Fact a: one numerator and one denominator were "
        "expected, {urn:f}b found. Keep the numerator and the denominator; nothing else in a "
        "fraction is read."
    ),
    document("<kontekst/>"): (
        "error xbrl.4:unexpected [f.xml:1] A fact, context, unit, reference or footnote was "
        "expected, {http://www.xbrl.org/2003/instance}kontekst found. Remove the element: "
        "nothing in it is read."
    ),
    document(context() + context()): (
        "error xbrl.4.7.1:duplicateId [f.xml:1] Context c: its id is used already at f.xml:1. "
        "Correct the context; facts that use it cannot be relied on."
    ),
    b"<invoice/>": (
        "error read:not-xbrl [f.xml:1] An XBRL instance (xbrli:xbrl) was expected; the root is "
        "invoice. Send the XBRL instance itself, or an inline XBRL document."
    ),
}


@pytest.mark.parametrize("bad", PROBLEMS)
def test_what_is_wrong_is_said(bad):
    (instance,) = read_bytes(bad, "f.xml")

    assert [str(problem) for problem in instance.problems] == [PROBLEMS[bad]]


def test_lines_past_65535_are_exact():
    blank = "\n" * 70_000
    nested = context().replace("<entity>", "\n<entity>")

    instance = read(blank, nested, '\n<f:a contextRef="c">1</f:a>\n<f:b contextRef="c"/>\n\n')

    assert instance.contexts["c"].line == 70_001
    assert instance.facts.line == [70_003, 70_004]
