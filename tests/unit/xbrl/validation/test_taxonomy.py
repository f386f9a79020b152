"""Taxonomy validity: one defect each in a taxonomy that is otherwise valid, and its message."""

import pytest

from tests.taxonomy_writer import (
    BASE,
    arc,
    discovered,
    extended,
    item,
    linkbase,
    linkbase_ref,
    loc,
    resource,
    schema,
)
from xbrl.validation.taxonomy import validate

ROLE_TYPE = (
    '<link:roleType id="r" roleURI="http://example.com/role">'
    "<link:usedOn>link:presentationLink</link:usedOn></link:roleType>"
)
ROLE_REF = (
    '<link:roleRef xlink:type="simple" xlink:href="e.xsd#r" roleURI="http://example.com/role"/>'
)
TUPLE = """<xs:element name="T" id="t_T" substitutionGroup="xbrli:tuple"><xs:complexType>
<xs:sequence><xs:element ref="t:A" minOccurs="0"/><xs:element ref="t:B"/></xs:sequence>
</xs:complexType></xs:element>"""
ENTRY = schema(
    item("A", more='xbrli:periodType="instant" xbrli:balance="debit"'),
    item("B", more='xbrli:periodType="instant" xbrli:balance="credit"'),
    item("S", "xbrli:stringItemType"),
    TUPLE,
    appinfo=ROLE_TYPE + linkbase_ref("l.xml", "label") + linkbase_ref("m.xml"),
)
LABELS = linkbase(
    extended(
        "link:labelLink",
        loc("A", "e.xsd"),
        resource("link:label", "l", "A", more='xml:lang="en"'),
        arc("link:labelArc", "concept-label", "A", "l"),
    )
)
MORE = linkbase(
    ROLE_REF,
    extended(
        "link:presentationLink",
        loc("A", "e.xsd"),
        loc("B", "e.xsd"),
        loc("S", "e.xsd"),
        arc("link:presentationArc", "parent-child", "S", "A"),
        arc("link:presentationArc", "parent-child", "A", "B"),
        role="http://example.com/role",
    ),
    extended(
        "link:calculationLink",
        loc("A", "e.xsd"),
        loc("B", "e.xsd"),
        loc("S", "e.xsd"),
        arc("link:calculationArc", "summation-item", "A", "B", 'weight="-1"'),
    ),
)
VALID = {"e.xsd": ENTRY, "l.xml": LABELS, "m.xml": MORE}


def faults(**changes):
    documents = dict(VALID)
    for file, (old, new) in changes.items():
        name = {"entry": "e.xsd", "labels": "l.xml", "more": "m.xml"}[file]
        assert old in documents[name], old
        documents[name] = documents[name].replace(old, new, 1)
    taxonomy = discovered(documents)
    return taxonomy.problems + validate(taxonomy)


def test_the_taxonomy_the_defects_are_made_in_is_valid():
    assert faults() == []


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            {"entry": ('xbrli:periodType="instant" xbrli:balance="debit"', "")},
            "xbrl.5.1.1.1:itemPeriodType",
            "The item A must have xbrli:periodType instant or duration; found none.",
        ),
        (
            {
                "entry": (
                    'id="t_A" type="xbrli:monetaryItemType"',
                    'id="t_A" type="xbrli:sharesItemType"',
                )
            },
            "xbrl.5.1.1.2:itemBalance",
            (
                "The item A has balance debit; only items of monetaryItemType, or a type derived "
                "from it, may have one, and its type is sharesItemType."
            ),
        ),
        (
            {"entry": ('"xbrli:stringItemType"', '"xs:string"')},
            "xbrl.5.1.1.3:itemType",
            (
                "The item S must have an XBRL item type or one derived from it by restriction; "
                "found {http://www.w3.org/2001/XMLSchema}string."
            ),
        ),
        (
            {
                "entry": (
                    'substitutionGroup="xbrli:tuple"',
                    'substitutionGroup="xbrli:tuple" xbrli:periodType="instant"',
                )
            },
            "xbrl.4.9:tuplePeriodType",
            "The tuple T has periodType instant; a tuple has none.",
        ),
        (
            {"entry": ("<xs:complexType>\n", '<xs:complexType mixed="true">\n')},
            "xbrl.4.9:tupleMixedContent",
            "The tuple T has mixed content; a tuple holds no text.",
        ),
        (
            {"entry": ('<xs:element ref="t:B"/>', '<xs:element name="C" type="xs:string"/>')},
            "xbrl.4.9:tupleGloballyDeclared",
            "The tuple T holds C, declared in place.",
        ),
        (
            {"entry": ('<xs:element ref="t:B"/>', '<xs:element ref="t:A"/>')},
            "xmlSchema:uniqueParticleAttribution",
            "The content model of T is ambiguous: A could be either of two particles.",
        ),
        (
            {"entry": ('<xs:element ref="t:B"/>', '<xs:element ref="t:X"/>')},
            "xmlSchema:refNotFound",
            "element t:X is declared nowhere in the taxonomy.",
        ),
        (
            {"entry": ('name="S"', 'nme="S"')},
            "xmlSchema:attributesExtraneous",
            "element may not have the attribute nme.",
        ),
        (
            {"entry": ('name="S"', 'name="A"')},
            "xmlSchema:duplicateDeclaration",
            "element A is declared twice in the schema.",
        ),
        (
            {
                "entry": (
                    "<link:usedOn>",
                    "<link:usedOn>link:presentationLink</link:usedOn><link:usedOn>",
                )
            },
            "xbrl.5.1.3.4:usedOnDuplicate",
            "The role http://example.com/role names presentationLink twice as usedOn.",
        ),
        (
            {"entry": (ROLE_TYPE, ROLE_TYPE + ROLE_TYPE.replace('id="r"', 'id="q"'))},
            "xbrl.5.1.3:roleTypeDuplicate",
            "The role http://example.com/role is declared twice in one schema.",
        ),
        (
            {"entry": ("link:presentationLink", "link:definitionLink")},
            "xbrl.5.1.3.4:custRoleUsedOn",
            (
                "The role http://example.com/role is declared for definitionLink; "
                "used on presentationLink."
            ),
        ),
        (
            {"more": (ROLE_REF, "")},
            "xbrl.3.5.2.4:missingRoleRef",
            "The role http://example.com/role is used without a roleRef in the linkbase.",
        ),
        (
            {"more": (ROLE_REF, ROLE_REF + ROLE_REF)},
            "xbrl.3.5.2.4.5:roleRefDuplicate",
            "A second roleRef for http://example.com/role; a linkbase or instance has one at most.",
        ),
        (
            {"more": ("e.xsd#r", "e.xsd#t_A")},
            "xbrl.3.5.2.4.5:roleRefNotDefined",
            "e.xsd#t_A is no roleType; it must declare http://example.com/role.",
        ),
        (
            {"entry": ("labelLinkbaseRef", "referenceLinkbaseRef")},
            "xbrl.4.3.4:linkbaseRefLinks",
            (
                "The linkbaseRef's role http://www.xbrl.org/2003/role/referenceLinkbaseRef says "
                "that its target holds only referenceLink extended links; l.xml has a labelLink."
            ),
        ),
        (
            {"labels": ("e.xsd#t_A", "e.xsd#t_X")},
            "xbrl.3.5.4:hrefIdNotFound",
            f"e.xsd#t_X leads to nothing: {BASE}e.xsd has no such element.",
        ),
        (
            {"labels": ("e.xsd#t_A", "e.xsd#xpointer(/1)")},
            "xbrl.3.5.4:hrefScheme",
            "e.xsd#xpointer(/1) uses a pointer that is neither an id nor of the element() scheme.",
        ),
        (
            {"more": ("e.xsd#t_S", "e.xsd#r")},
            "xbrl.5.2.4.1:presentationLinkLocTarget",
            "The locator must point at a concept; e.xsd#r is none.",
        ),
        (
            {"labels": ('xml:lang="en"', "")},
            "xbrl.5.2.2.2.1:labelLang",
            "The label must have an xml:lang, its own or around it.",
        ),
        (
            {"labels": ('xlink:to="l"', 'xlink:to="x"')},
            "xbrl.3.5.3.9.2:arcTo",
            "The arc goes to “x”; no locator or resource of the extended link has that label.",
        ),
        (
            {"labels": ('xlink:to="l"', 'xlink:to="A"')},
            "xbrl.5.2.2.3:labelArcTo",
            "A label arc ends at a label; A is none.",
        ),
        (
            {"more": ('xlink:from="S" xlink:to="A"', 'xlink:from="A" xlink:to="B"')},
            "xlink:dupArcs",
            "A second arc from “A” to “B” in one extended link; XLink allows one.",
        ),
        (
            {"more": ('xlink:from="S" xlink:to="A"', 'xlink:from="B" xlink:to="A"')},
            "xbrl.5.1.4.3:cycles",
            (
                "B → A closes a directed cycle of http://www.xbrl.org/2003/arcrole/parent-child in "
                "http://example.com/role; the arcrole allows only undirected cycles."
            ),
        ),
        (
            {
                "more": (
                    'xlink:from="S" xlink:to="A" ',
                    'xlink:from="S" xlink:to="A" preferredLabel="http://x/y"',
                )
            },
            "xbrl.5.2.4.2.1:preferredLabelMissing",
            "The preferred label of A is http://x/y; the concept has no label in that role.",
        ),
        (
            {"more": ('weight="-1"', 'weight="1"')},
            "xbrl.5.1.1.2:balanceCalcWeightIllegalPositive",
            "B (credit) in the sum A (debit) must have a negative weight; found 1.",
        ),
        (
            {"more": ('weight="-1"', 'weight="0.0"')},
            "xbrl.5.2.5.2.1:zeroWeight",
            "The weight of a summation-item arc must not be zero.",
        ),
        (
            {"more": ('xlink:to="B" weight', 'xlink:to="S" weight')},
            "xbrl.5.2.5.2:nonNumericCalc",
            "A summation-item arc relates numeric items; S is none.",
        ),
        (
            {"more": ('weight="-1"', "")},
            "xmlSchema:attributesRequired",
            "calculationArc must have the attribute weight.",
        ),
        (
            {"more": ("</link:presentationLink>", "<link:label/></link:presentationLink>")},
            "xmlSchema:elementUnexpected",
            None,
        ),
    ],
)
def test_each_defect_has_its_code_and_message(change, code, message):
    found = [(problem.code, problem.message) for problem in faults(**change)]
    assert code in [one for one, _ in found], found
    if message is not None:
        assert (code, message) in found


def test_an_ambiguity_behind_a_repetition_is_seen_and_a_plain_choice_is_none():
    ambiguous = TUPLE.replace("<xs:sequence>", '<xs:sequence maxOccurs="unbounded">').replace(
        '<xs:element ref="t:B"/>', '<xs:element ref="t:B"/><xs:element ref="t:A" minOccurs="0"/>'
    )
    plain = TUPLE.replace("xs:sequence", "xs:choice").replace(' minOccurs="0"', "")
    codes = {problem.code for problem in faults(entry=(TUPLE, ambiguous))}
    assert codes == {"xmlSchema:uniqueParticleAttribution"}
    assert faults(entry=(TUPLE, plain)) == []
