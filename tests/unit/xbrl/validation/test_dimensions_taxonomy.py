"""What Dimensions 1.0 forbids in a taxonomy, with the exact messages."""

import pytest

from tests.dimension_factory import NAMESPACE, ROLE, arc, concept, taxonomy
from xbrl import names
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Relationship
from xbrl.taxonomy.resolver import MemoryResolver
from xbrl.validation import dimensions

OTHER = "http://example.com/role/b"
DECLARED = (
    concept("Item"),
    concept("Tuple", "tuple"),
    concept("Cube", "hypercube"),
    concept("Axis", "dimension"),
    concept("Typed", "dimension", "domain"),
)


def found(*arcs: Relationship) -> list[tuple[str, str]]:
    problems = dimensions.validate_taxonomy(taxonomy(arcs, *DECLARED))
    assert all(one.remedy and one.file == "def.xml" and one.line == 7 for one in problems)
    return [(one.code.removeprefix("xbrldte:"), one.message) for one in problems]


EXPECTED = {
    "HasHypercubeSource": "a primary item",
    "HasHypercubeTarget": "a hypercube",
    "HypercubeDimensionSource": "a hypercube",
    "HypercubeDimensionTarget": "a dimension",
    "DimensionDomainSource": "an explicit dimension",
    "DimensionDomainTarget": "a domain member",
    "DomainMemberSource": "a primary item or domain member",
    "DomainMemberTarget": "a primary item or domain member",
    "DimensionDefaultSource": "an explicit dimension",
    "DimensionDefaultTarget": "a domain member",
}


@pytest.mark.parametrize(
    ("relationship", "code", "found_is"),
    [
        (arc(names.ALL, "Axis", "Cube"), "HasHypercubeSource", "t:Axis is a dimension"),
        (arc(names.NOT_ALL, "Item", "Item"), "HasHypercubeTarget", "t:Item is an item"),
        (
            arc(names.HYPERCUBE_DIMENSION, "Tuple", "Axis"),
            "HypercubeDimensionSource",
            "t:Tuple is a tuple",
        ),
        (
            arc(names.HYPERCUBE_DIMENSION, "Cube", "Item"),
            "HypercubeDimensionTarget",
            "t:Item is an item",
        ),
        (
            arc(names.DIMENSION_DOMAIN, "Typed", "Item"),
            "DimensionDomainSource",
            "t:Typed is a typed dimension",
        ),
        (
            arc(names.DIMENSION_DOMAIN, "Axis", "Cube"),
            "DimensionDomainTarget",
            "t:Cube is a hypercube",
        ),
        (arc(names.DOMAIN_MEMBER, "Axis", "Item"), "DomainMemberSource", "t:Axis is a dimension"),
        (arc(names.DOMAIN_MEMBER, "Item", "Tuple"), "DomainMemberTarget", "t:Tuple is a tuple"),
        (
            arc(names.DIMENSION_DEFAULT, "Item", "Item"),
            "DimensionDefaultSource",
            "t:Item is an item",
        ),
        (
            arc(names.DIMENSION_DEFAULT, "Axis", "Axis"),
            "DimensionDefaultTarget",
            "t:Axis is a dimension",
        ),
    ],
)
def test_what_a_relationship_may_not_join(relationship: Relationship, code: str, found_is: str):
    kind = relationship.arcrole.rpartition("/")[2]
    ends = " to ".join(f"t:{end.rpartition('}')[2]}" for end in relationship[4:6])
    side = "source" if code.endswith("Source") else "target"
    what = f"its {side} was expected to be {EXPECTED[code]}, and {found_is}"
    assert found(relationship) == [(f"{code}Error", f"{kind} from {ends} in role {ROLE}: {what}.")]


def test_a_hypercube_says_where_its_dimensions_stand():
    what = "contextElement was expected to be segment or scenario, and is missing"
    assert found(arc(names.ALL, "Item", "Cube", context_element=None)) == [
        (
            "HasHypercubeMissingContextElementAttributeError",
            f"all from t:Item to t:Cube in role {ROLE}: {what}.",
        )
    ]


def test_one_default_in_the_whole_taxonomy():
    same = (
        arc(names.DIMENSION_DEFAULT, "Axis", "A"),
        arc(names.DIMENSION_DEFAULT, "Axis", "A", OTHER),
    )
    assert found(*same) == []
    assert found(*same, arc(names.DIMENSION_DEFAULT, "Axis", "B")) == [
        (
            "TooManyDefaultMembersError",
            (
                f"dimension-default from t:Axis to t:B in role {ROLE}: "
                "t:Axis was expected to have one default, and has t:A too."
            ),
        )
    ]


CUBE = (
    arc(names.ALL, "P", "Cube"),
    arc(names.HYPERCUBE_DIMENSION, "Cube", "Axis"),
    arc(names.DIMENSION_DOMAIN, "Axis", "D"),
)


def test_a_directed_cycle_of_a_domain_whatever_its_roles():
    forth = arc(names.DOMAIN_MEMBER, "D", "M", target_role=OTHER)
    back = arc(names.DOMAIN_MEMBER, "M", "D", OTHER)
    assert found(forth, back) == []
    assert found(*CUBE, forth) == []
    assert found(*CUBE, forth, back) == [
        (
            "DRSDirectedCycleError",
            (
                f"The domain of t:Axis in hypercube t:Cube (role {ROLE}) was expected to have no "
                "directed cycle, and has t:D → t:M → t:D."
            ),
        )
    ]


def test_two_ways_to_a_member_are_no_directed_cycle():
    ways = [("D", "A"), ("D", "B"), ("A", "M"), ("B", "M")]
    assert found(*CUBE, *(arc(names.DOMAIN_MEMBER, *way) for way in ways)) == []


def test_a_deep_domain_is_followed_to_its_end():
    chain = [arc(names.DOMAIN_MEMBER, f"M{n}", f"M{n + 1}") for n in range(2000)]
    into = arc(names.DOMAIN_MEMBER, "D", "M0")
    assert found(*CUBE, into, *chain) == []
    (problem,) = found(*CUBE, into, *chain, arc(names.DOMAIN_MEMBER, "M2000", "M1999"))
    assert problem[0] == "DRSDirectedCycleError"


def test_a_primary_item_is_no_member_of_its_own_hypercube():
    inherits = arc(names.DOMAIN_MEMBER, "P", "Q")
    assert found(*CUBE, inherits, arc(names.DOMAIN_MEMBER, "D", "Q", usable=False)) == []
    assert found(*CUBE, inherits, arc(names.DOMAIN_MEMBER, "D", "Q")) == [
        (
            "PrimaryItemPolymorphismError",
            (
                "t:Q was expected not to be both primary item and member of t:Axis in hypercube "
                f"t:Cube (role {ROLE})."
            ),
        )
    ]


SCHEMA = f"""<xs:schema xmlns:xs="{names.XSD}" xmlns:xbrldt="{names.XBRLDT}" xmlns:t="{NAMESPACE}"
  xmlns:xbrli="{names.XBRLI}" targetNamespace="{NAMESPACE}">
<xs:import namespace="{names.XBRLI}"
  schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
<xs:import namespace="{names.XBRLDT}" schemaLocation="http://www.xbrl.org/2005/xbrldt-2005.xsd"/>
%s
</xs:schema>"""
DIMENSION = (
    '<xs:element name="D" id="d" substitutionGroup="xbrldt:dimensionItem" '
    'type="xbrli:stringItemType" {abstract} {reference}/>'
)


def declared(text: str) -> list[tuple[str, str, int | None]]:
    resolver = MemoryResolver({"http://example.com/t.xsd": (SCHEMA % text).encode()})
    made = discover(["http://example.com/t.xsd"], resolver)
    assert not made.problems
    problems = dimensions.validate_taxonomy(made)
    return [(one.code.removeprefix("xbrldte:"), one.message, one.line) for one in problems]


def dimension(reference: str = "", abstract: str = 'abstract="true"') -> str:
    return DIMENSION.format(abstract=abstract, reference=reference)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("dimension", "DimensionElementIsNotAbstractError"),
        ("hypercube", "HypercubeElementIsNotAbstractError"),
    ],
)
def test_dimensions_and_hypercubes_are_abstract(kind: str, code: str):
    text = dimension(abstract="").replace("dimensionItem", f"{kind}Item")
    message = f"t:D is a {kind}, was expected to be abstract, and is not."
    assert declared(text) == [(code, message, 6)]


@pytest.mark.parametrize(
    ("reference", "code", "what"),
    [
        ("t.xsd", "TypedDimensionURIError", "to have a fragment identifier"),
        ("u.xsd#x", "OutOfDTSSchemaError", "to lead to an element in a schema of the taxonomy"),
        ("#nothing", "OutOfDTSSchemaError", "to lead to an element in a schema of the taxonomy"),
        (
            "#d",
            "TypedDimensionError",
            (
                "to lead to a global element that is not abstract, "
                "and leads to the abstract global element D in line 6"
            ),
        ),
    ],
)
def test_where_a_typed_domain_must_be(reference: str, code: str, what: str):
    text = dimension(f'xbrldt:typedDomainRef="{reference}"')
    message = f"D: typedDomainRef '{reference}' was expected {what}."
    assert declared(text) == [(code, message, 6)]


def test_only_a_dimension_has_a_typed_domain():
    text = '<xs:element name="E" id="e" xbrldt:typedDomainRef="#e"/>'
    what = "was expected on a dimension, and this element is none"
    assert declared(text) == [("TypedDomainRefError", f"E: typedDomainRef '#e' {what}.", 6)]


ARC = (
    f'<xs:annotation><xs:appinfo><l:linkbase xmlns:l="{names.LINK}" xmlns:x="{names.XLINK}">'
    '<l:definitionLink x:type="extended" x:role="http://www.xbrl.org/2003/role/link">\n'
    '<l:definitionArc x:type="arc" x:from="a" x:to="a" x:arcrole="r" {}/>'
    "</l:definitionLink></l:linkbase></xs:appinfo></xs:annotation>"
)


def test_a_target_role_needs_a_role_reference_in_its_linkbase():
    what = "targetRole http://e was expected to have a roleRef in its linkbase."
    assert declared(ARC.format('xbrldt:targetRole="http://e"')) == [
        ("TargetRoleNotResolvedError", what, 7)
    ]
    assert declared(ARC.format(f'xbrldt:targetRole="{names.ROLE_LINK}"')) == []
