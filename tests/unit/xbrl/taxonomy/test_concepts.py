"""Concepts and types: what follows from substitution groups and derivations."""

import pytest

from tests.taxonomy_writer import discovered, item, name, schema
from xbrl.taxonomy import core
from xbrl.taxonomy.concepts import core_concepts, core_types

XS = "{http://www.w3.org/2001/XMLSchema}"
XBRLI = "{http://www.xbrl.org/2003/instance}"

RATE = """<xs:complexType name="rate"><xs:simpleContent>
<xs:restriction base="xbrli:decimalItemType"><xs:minInclusive value="0"/>
<xs:maxInclusive value="100"/></xs:restriction></xs:simpleContent></xs:complexType>"""
COLOUR = """<xs:element name="Colour" id="t_Colour" substitutionGroup="t:Head"
 xbrli:periodType="duration"><xs:complexType><xs:simpleContent>
<xs:restriction base="xbrli:tokenItemType"><xs:enumeration value="red"/>
<xs:enumeration value="blue"/><xs:pattern value="r.*"/><xs:pattern value="b.*"/>
</xs:restriction></xs:simpleContent></xs:complexType></xs:element>"""
HEAD = item("Head", "xbrli:stringItemType", 'abstract="true" xbrli:periodType="duration"')
UNION = """<xs:simpleType name="either"><xs:union memberTypes="xs:date">
<xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:union></xs:simpleType>"""


def test_kind_type_and_primitive_follow_the_derivation():
    taxonomy = discovered({"e.xsd": schema(RATE, item("Rate", "t:rate"), COLOUR, HEAD)})
    rate, colour = taxonomy.concepts[name("Rate")], taxonomy.concepts[name("Colour")]
    assert (rate.kind, rate.item_type, rate.primitive, rate.is_numeric) == (
        "item",
        f"{XBRLI}decimalItemType",
        f"{XS}decimal",
        True,
    )
    assert (colour.kind, colour.type, colour.item_type, colour.is_numeric) == (
        "item",
        name("Colour#type"),
        f"{XBRLI}tokenItemType",
        False,
    )
    assert taxonomy.concepts[name("Head")].is_abstract


def test_facets_are_kept_one_derivation_step_a_row():
    taxonomy = discovered({"e.xsd": schema(RATE, COLOUR, HEAD, UNION)})
    assert taxonomy.types[name("rate")].limits == {"minInclusive": "0", "maxInclusive": "100"}
    colour = taxonomy.types[name("Colour#type")]
    assert (colour.enumeration, colour.patterns) == (("red", "blue"), ("r.*", "b.*"))
    either = taxonomy.types[name("either")]
    assert either.members == (f"{XS}date", name("either#member0"))
    assert taxonomy.types[name("either#member0")].item == f"{XS}int"


def test_a_redefined_type_stands_on_its_original():
    more = """<xs:redefine schemaLocation="o.xsd"><xs:complexType name="rate"><xs:simpleContent>
    <xs:restriction base="t:rate"><xs:maxInclusive value="50"/></xs:restriction>
    </xs:simpleContent></xs:complexType></xs:redefine>"""
    taxonomy = discovered(
        {"e.xsd": schema(imports=more), "o.xsd": schema(RATE, item("R", "t:rate"))}
    )
    assert taxonomy.types[name("rate")].limits == {"maxInclusive": "50"}
    assert taxonomy.types[name("rate#original")].limits["maxInclusive"] == "100"
    assert taxonomy.concepts[name("R")].item_type == f"{XBRLI}decimalItemType"


def test_a_type_or_group_that_leads_to_itself_ends():
    loop = """<xs:element name="A" substitutionGroup="t:B"/>
    <xs:element name="B" substitutionGroup="t:A"/>
    <xs:simpleType name="s"><xs:restriction base="t:s"/></xs:simpleType>"""
    taxonomy = discovered({"e.xsd": schema(loop, item("C", "t:s"))})
    assert taxonomy.concepts[name("A")].kind == "element"
    assert taxonomy.concepts[name("C")].primitive is None


@pytest.mark.parametrize(
    ("local", "primitive"),
    [
        ("monetaryItemType", f"{XS}decimal"),
        ("integerItemType", f"{XS}integer"),
        ("dateTimeItemType", f"{XS}dateTime"),
        ("fractionItemType", None),
    ],
)
def test_the_item_types_of_the_specification(local, primitive):
    taxonomy = discovered({"e.xsd": schema(item("One", f"xbrli:{local}"))})
    concept = taxonomy.concepts[name("One")]
    assert (concept.item_type, concept.primitive) == (f"{XBRLI}{local}", primitive)


def test_the_core_tables_hang_together():
    documents = core.documents()
    assert len(documents) > 50
    for key, document in documents.items():
        assert core.document(document.url) is document, key
        assert all(core.document(url) for url in document.imports), key
    types = core_types()
    for facets in types.values():
        for other in (facets.base, facets.item, *facets.members):
            assert other is None or other.startswith(XS) or other in types, facets
    for concept in core_concepts().values():
        head = concept.substitution_group
        assert head is None or head in core_concepts(), concept
    items = [one for one in types if one.startswith(XBRLI) and one.endswith("ItemType")]
    assert len(items) == 40


def test_standard_roles_say_where_they_belong():
    role = core.standard_roles()["arcrole"]["http://www.xbrl.org/2003/arcrole/parent-child"]
    assert role.used_on == ("{http://www.xbrl.org/2003/linkbase}presentationArc",)
    assert role.cycles == "undirected"
