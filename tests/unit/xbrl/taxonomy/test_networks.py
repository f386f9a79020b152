"""Networks, labels and references: which arcs are in force together."""

import pytest

from tests.taxonomy_writer import (
    ARCROLE,
    ROLE,
    arc,
    discovered,
    extended,
    item,
    linkbase,
    linkbase_ref,
    loc,
    name,
    resource,
    schema,
)

CONCEPTS = schema(item("A"), item("B"), item("C"))


def calculation(*arcs, element="link:calculationArc", arcrole="summation-item"):
    locators = [loc(one) for one in "ABC"]
    links = [
        extended("link:calculationLink", *locators, arc(element, arcrole, *ends, more))
        for *ends, more in arcs
    ]
    taxonomy = discovered(
        {
            "e.xsd": schema(appinfo=linkbase_ref("l.xml")),
            "l.xml": linkbase(*links),
            "c.xsd": CONCEPTS,
        }
    )
    network = taxonomy.network(ARCROLE + arcrole, ROLE)
    return [(one.target[-1], one.order, one.weight) for one in network]


@pytest.mark.parametrize(
    ("arcs", "expected"),
    [
        ([("A", "B", 'weight="1"'), ("A", "B", 'weight="1.0" order="1"')], ["B"]),
        ([("A", "B", 'weight="1"'), ("A", "B", 'weight="-1"')], ["B", "B"]),
        ([("A", "B", 'weight="1"'), ("A", "B", 'weight="1" use="prohibited"')], []),
        ([("A", "B", 'weight="1"'), ("A", "B", 'weight="1" order="2" use="prohibited"')], ["B"]),
        (
            [
                ("A", "B", 'weight="1" priority="3"'),
                ("A", "B", 'weight="1" priority="2" use="prohibited"'),
            ],
            ["B"],
        ),
        ([("A", "C", 'weight="1" order="2"'), ("A", "B", 'weight="1" order="10"')], ["C", "B"]),
        ([("A", "B", 'weight="1" use="prohibited"')], []),
    ],
)
def test_prohibition_priority_and_order(arcs, expected):
    assert [target for target, _, _ in calculation(*arcs)] == expected


def test_an_arc_whose_label_names_several_things_makes_several_relationships():
    link = extended(
        "link:presentationLink",
        loc("A"),
        loc("B", label="children"),
        loc("C", label="children"),
        arc("link:presentationArc", "parent-child", "A", "children", 'preferredLabel="x"'),
    )
    taxonomy = discovered(
        {
            "e.xsd": schema(appinfo=linkbase_ref("l.xml")),
            "l.xml": linkbase(link),
            "c.xsd": CONCEPTS,
        }
    )
    network = taxonomy.network(ARCROLE + "parent-child", ROLE)
    assert [(one.source, one.target, one.preferred_label) for one in network] == [
        (name("A"), name("B"), "x"),
        (name("A"), name("C"), "x"),
    ]
    assert taxonomy.roles(ARCROLE + "parent-child") == [ROLE]


def labelled(*links):
    return discovered(
        {
            "e.xsd": schema(appinfo=linkbase_ref("l.xml") + linkbase_ref("m.xml")),
            "l.xml": linkbase(
                extended(
                    "link:labelLink",
                    loc("A"),
                    resource("link:label", "l", "An <b>A</b>", more='id="l1" xml:lang="en"'),
                    arc("link:labelArc", "concept-label", "A", "l"),
                )
            ),
            "m.xml": linkbase(*links),
            "c.xsd": CONCEPTS,
        }
    )


def test_a_label_of_another_linkbase_can_be_prohibited():
    (label,) = labelled().labels[name("A")]
    assert (label.text, label.language, label.link_role) == ("An A", "en", ROLE)
    remote = '<link:loc xlink:type="locator" xlink:href="l.xml#l1" xlink:label="l"/>'
    prohibiting = arc("link:labelArc", "concept-label", "A", "l", 'use="prohibited"')
    taxonomy = labelled(extended("link:labelLink", loc("A"), remote, prohibiting))
    assert taxonomy.labels == {}


def test_generic_labels_name_what_is_no_concept_by_its_address():
    role = '<link:roleType id="r" roleURI="http://example.com/role">'
    role += "<link:usedOn>link:presentationLink</link:usedOn></link:roleType>"
    generic = extended(
        "gen:link",
        '<link:loc xlink:type="locator" xlink:href="e.xsd#r" xlink:label="r"/>',
        resource("label:label", "l", "Balance sheet", more='xml:lang="en"'),
        arc("gen:arc", "http://xbrl.org/arcrole/2008/element-label", "r", "l"),
    )
    taxonomy = discovered(
        {"e.xsd": schema(appinfo=role + linkbase_ref("g.xml")), "g.xml": linkbase(generic)}
    )
    assert [label.text for label in taxonomy.labels["http://example.com/t/e.xsd#r"]] == [
        "Balance sheet"
    ]
    assert taxonomy.relationships == {}


def test_references_are_numbered_and_keep_their_parts():
    parts = "<t:Name>Act</t:Name><t:Paragraph>7</t:Paragraph>"
    link = extended(
        "link:referenceLink",
        loc("A"),
        resource("link:reference", "r1", parts),
        resource("link:reference", "r2", "<t:Name>Order</t:Name>"),
        arc("link:referenceArc", "concept-reference", "A", "r1"),
        arc("link:referenceArc", "concept-reference", "A", "r2", 'order="2"'),
    )
    taxonomy = labelled(link)
    assert [(one.number, one.part, one.text) for one in taxonomy.references[name("A")]] == [
        (1, name("Name"), "Act"),
        (1, name("Paragraph"), "7"),
        (2, name("Name"), "Order"),
    ]
