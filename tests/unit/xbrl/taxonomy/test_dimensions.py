"""Dimensional relationship sets: inheritance, target roles, domains, defaults."""

from tests.dimension_factory import ROLE, arc, concept, name, taxonomy
from xbrl import names
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.dimensions import Axis

OTHER = "http://example.com/role/b"


def test_hypercubes_are_inherited_down_the_primary_items_only():
    made = taxonomy(
        [
            arc(names.ALL, "Parent", "Cube"),
            arc(names.DOMAIN_MEMBER, "Parent", "Child"),
            arc(names.DOMAIN_MEMBER, "Child", "Grandchild"),
            arc(names.DOMAIN_MEMBER, "Above", "Parent", OTHER),
        ]
    )
    sets = dimensions.of(made)
    assert [cube.concept for cube in sets.hypercubes(name("Grandchild"))[ROLE]] == [name("Cube")]
    assert sets.hypercubes(name("Above")) == {}
    (cube,) = sets.hypercubes(name("Child"))[ROLE]
    assert sets.heirs(cube) == {name("Parent"), name("Child"), name("Grandchild")}


def test_inheritance_goes_on_in_the_target_role_alone():
    made = taxonomy(
        [
            arc(names.ALL, "Parent", "Cube"),
            arc(names.DOMAIN_MEMBER, "Parent", "Child", target_role=OTHER),
            arc(names.DOMAIN_MEMBER, "Child", "There", OTHER),
            arc(names.DOMAIN_MEMBER, "Child", "Here"),
        ]
    )
    sets = dimensions.of(made)
    assert list(sets.hypercubes(name("There"))) == [ROLE]
    assert sets.hypercubes(name("Here")) == {}


def test_a_domain_holds_what_consecutive_relationships_reach_and_no_unusable_member():
    made = taxonomy(
        [
            arc(names.DIMENSION_DOMAIN, "Axis", "Domain", target_role=OTHER, usable=False),
            arc(names.DOMAIN_MEMBER, "Domain", "A", OTHER),
            arc(names.DOMAIN_MEMBER, "A", "B", OTHER, usable=False),
            arc(names.DOMAIN_MEMBER, "B", "C", OTHER),
            arc(names.DOMAIN_MEMBER, "Domain", "NotReached"),
        ]
    )
    sets = dimensions.of(made)
    domain = sets.domain(Axis(name("Axis"), ROLE))
    assert domain.usable == {name("A"), name("C")}
    assert domain.reached == {name("Domain"), name("A"), name("B"), name("C")}
    assert sets.members(Axis(name("Axis"), OTHER)) == frozenset()


def test_a_cycle_of_primary_items_and_members_ends():
    made = taxonomy(
        [
            arc(names.ALL, "P", "Cube"),
            arc(names.DOMAIN_MEMBER, "P", "Q"),
            arc(names.DOMAIN_MEMBER, "Q", "P"),
            arc(names.DIMENSION_DOMAIN, "Axis", "P"),
        ]
    )
    sets = dimensions.of(made)
    assert len(sets.hypercubes(name("Q"))[ROLE]) == 1
    assert sets.members(Axis(name("Axis"), ROLE)) == {name("P"), name("Q")}


def test_what_is_worked_out_is_kept_with_the_taxonomy():
    made = taxonomy([arc(names.ALL, "P", "Cube")])
    assert dimensions.of(made) is dimensions.of(made)


def test_rows_for_a_compiled_table():
    made = taxonomy(
        [
            arc(names.ALL, "P", "Cube", target_role=OTHER),
            arc(names.NOT_ALL, "P", "Empty", closed=False, context_element="segment"),
            arc(names.HYPERCUBE_DIMENSION, "Cube", "Axis", OTHER),
            arc(names.HYPERCUBE_DIMENSION, "Cube", "Typed", OTHER),
            arc(names.DIMENSION_DOMAIN, "Axis", "D", OTHER, usable=False),
            arc(names.DOMAIN_MEMBER, "D", "M", OTHER),
            arc(names.DIMENSION_DEFAULT, "Axis", "M"),
        ],
        concept("Typed", "dimension", typed_domain="domain"),
    )
    sets = dimensions.of(made)
    shape = [
        (row.hypercube, row.is_all, row.dimension, row.domain_role) for row in sets.hypercube_rows()
    ]
    assert shape == [
        (name("Cube"), True, name("Axis"), OTHER),
        (name("Cube"), True, name("Typed"), OTHER),
        (name("Empty"), False, None, None),
    ]
    assert [row[2:] for row in sets.member_rows()] == [
        (name("D"), False, False),
        (name("M"), True, True),
        (None, True, False),
    ]
