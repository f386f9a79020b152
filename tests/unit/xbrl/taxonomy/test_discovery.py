"""Discovery: which document leads to which, and what is said of one that is missing."""

from tests.taxonomy_writer import (
    BASE,
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
from xbrl.taxonomy.discovery import discover

LABEL_LINK = extended(
    "link:labelLink",
    loc("Assets"),
    resource("link:label", "l", "Assets", more='xml:lang="en"'),
    arc("link:labelArc", "concept-label", "Assets", "l"),
)


def files(taxonomy):
    return sorted(url.removeprefix(BASE) for url in taxonomy.documents)


def test_concepts_behind_locators_alone_are_found():
    taxonomy = discovered(
        {
            "e.xsd": schema(appinfo=linkbase_ref("l.xml", "label")),
            "l.xml": linkbase(LABEL_LINK),
            "c.xsd": schema(item("Assets")),
        }
    )
    assert files(taxonomy) == ["c.xsd", "e.xsd", "l.xml"]
    assert taxonomy.concepts[name("Assets")].url == BASE + "c.xsd"
    assert [label.text for label in taxonomy.labels[name("Assets")]] == ["Assets"]
    assert taxonomy.problems == []


def test_a_missing_document_is_named_once_with_who_asked_first():
    taxonomy = discovered(
        {
            "e.xsd": schema(appinfo=linkbase_ref("gone.xml") + linkbase_ref("l.xml")),
            "l.xml": linkbase(LABEL_LINK),
        }
    )
    assert [(p.code, p.where, p.message, p.remedy) for p in taxonomy.problems] == [
        (
            "dts:missing-document",
            f"{BASE}e.xsd:2",
            f"The document {BASE}gone.xml was not found; {BASE}e.xsd refers to it (linkbaseRef).",
            "Add the taxonomy package or folder that holds it.",
        ),
        (
            "dts:missing-document",
            f"{BASE}l.xml:2",
            f"The document {BASE}c.xsd was not found; {BASE}l.xml refers to it (loc).",
            "Add the taxonomy package or folder that holds it.",
        ),
    ]


def test_a_missing_entry_point_and_a_broken_document_are_problems():
    missing, broken = discovered({}), discovered({"e.xsd": "<xs:schema"})
    assert [p.message for p in missing.problems] == [
        f"The document {BASE}e.xsd was not found; it is the entry point."
    ]
    assert [p.code for p in broken.problems] == ["xml:well-formed"]
    nowhere = discovered({"e.xsd": schema(appinfo=linkbase_ref("http://["))})
    assert [p.message for p in nowhere.problems] == [
        f"The document http://[ was not found; {BASE}e.xsd refers to it (linkbaseRef)."
    ]
    assert broken.documents == {}


def test_each_document_is_opened_once():
    class Counting:
        def __init__(self):
            self.asked = []

        def open(self, url):
            self.asked.append(url)
            documents = {
                "e.xsd": schema(appinfo=linkbase_ref("l.xml") * 2),
                "l.xml": linkbase(LABEL_LINK, LABEL_LINK),
                "c.xsd": schema(item("Assets"), appinfo=linkbase_ref("l.xml")),
            }
            return documents[url.removeprefix(BASE)].encode()

    resolver = Counting()
    discover([BASE + "e.xsd", BASE + "c.xsd"], resolver)
    assert sorted(resolver.asked) == [BASE + "c.xsd", BASE + "e.xsd", BASE + "l.xml"]


def test_an_included_schema_without_a_namespace_takes_its_includers():
    bare = schema(item("Assets", "mine"), '<xs:simpleType name="x"/>', target=None).replace(
        "</xs:schema>",
        '<xs:complexType name="mine"><xs:simpleContent><xs:restriction '
        'base="xbrli:pureItemType"/></xs:simpleContent></xs:complexType></xs:schema>',
    )
    taxonomy = discovered(
        {"e.xsd": schema(imports='<xs:include schemaLocation="bare.xsd"/>'), "bare.xsd": bare}
    )
    concept = taxonomy.concepts[name("Assets")]
    assert (concept.type, concept.primitive) == (
        name("mine"),
        "{http://www.w3.org/2001/XMLSchema}decimal",
    )


def test_embedded_linkbases_and_xml_base():
    inside = linkbase(LABEL_LINK.replace("c.xsd", ""))
    outside = linkbase(LABEL_LINK.replace("c.xsd", "../e.xsd"), more='xml:base="deep/"')
    taxonomy = discovered(
        {
            "e.xsd": schema(
                item("Assets"),
                appinfo=inside + linkbase_ref("l.xml").replace("/>", ' xml:base="b/"/>'),
            ),
            "b/l.xml": outside.replace("../e.xsd", "../../e.xsd"),
        }
    )
    assert taxonomy.problems == []
    assert len(taxonomy.labels[name("Assets")]) == 2


def test_pointers_by_child_sequence_reach_concepts_and_resources():
    taxonomy = discovered(
        {
            "e.xsd": schema(item("Assets"), imports="", appinfo=linkbase_ref("l.xml")),
            "l.xml": linkbase(LABEL_LINK.replace("c.xsd#t_Assets", "e.xsd#element(/1/2)")),
        }
    )
    assert list(taxonomy.labels) == [name("Assets")]


def test_only_link_loc_leads_on():
    custom = loc("Assets").replace("link:loc", "t:loc")
    taxonomy = discovered(
        {
            "e.xsd": schema(appinfo=linkbase_ref("l.xml")),
            "l.xml": linkbase(extended("link:labelLink", custom)),
        }
    )
    assert files(taxonomy) == ["e.xsd", "l.xml"]


def test_role_references_lead_to_the_schemas_that_declare():
    role = '<link:roleType id="r" roleURI="http://example.com/role"><link:definition>A role'
    role += "</link:definition><link:usedOn>link:label</link:usedOn></link:roleType>"
    reference = '<link:roleRef xlink:type="simple" xlink:href="r.xsd#r" '
    reference += 'roleURI="http://example.com/role"/>'
    taxonomy = discovered(
        {"e.xml": linkbase(reference), "r.xsd": schema(appinfo=role)}, entry_points=["e.xml"]
    )
    (declared,) = taxonomy.role_types["http://example.com/role"]
    assert (declared.id, declared.definition, declared.url) == ("r", "A role", BASE + "r.xsd")
    assert declared.used_on == ("{http://www.xbrl.org/2003/linkbase}label",)


def test_the_typed_domain_of_a_dimension_is_named_where_the_set_has_it():
    axis = item("Axis", "xbrli:stringItemType").replace("xbrli:item", "xbrldt:dimensionItem")
    axis = axis.replace("/>", ' xbrldt:typedDomainRef="d.xsd#t_Domain"/>')
    documents = {
        "e.xsd": schema(axis),
        "d.xsd": schema('<xs:element name="Domain" id="t_Domain" type="xs:string"/>'),
    }
    alone, both = discovered(documents), discovered(documents, ["e.xsd", "d.xsd"])
    assert files(alone) == ["e.xsd"]
    assert alone.concepts[name("Axis")].typed_domain is None
    concept = both.concepts[name("Axis")]
    assert (concept.kind, concept.typed_domain) == ("dimension", name("Domain"))


def test_an_instance_as_entry_point_leads_to_its_taxonomy():
    instance = (
        '<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" '
        'xmlns:link="http://www.xbrl.org/2003/linkbase" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<link:schemaRef xlink:type="simple" xlink:href="c.xsd"/></xbrli:xbrl>'
    )
    taxonomy = discovered({"i.xml": instance, "c.xsd": schema(item("Assets"))}, ["i.xml"])
    assert files(taxonomy) == ["c.xsd", "i.xml"]
    assert taxonomy.network("x", ROLE) == []
