"""Dimensions over random taxonomies: order means nothing, defaults stand for themselves."""

from hypothesis import given
from hypothesis import strategies as st

from tests.dimension_factory import arc, concept, explicit, instance, name, taxonomy
from xbrl import names
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.dimensions import Axis, consecutive_role
from xbrl.taxonomy.model import Relationship
from xbrl.validation.dimension_facts import problems as fact_problems
from xbrl.validation.dimensions import validate_taxonomy

ROLES = ("r0", "r1", "r2")
ITEMS = ("P", "Q", "R", "A", "B", "C")
AXES = ("X", "Y")
CUBES = ("H", "K")
MEMBERS = ("", "A", "B", "C")

_role = st.sampled_from(ROLES)
_target_role = st.sampled_from((None, None, *ROLES))
_item = st.sampled_from(ITEMS)
_axis = st.sampled_from(AXES)
_cube = st.sampled_from(CUBES)


def _arcs(arcrole: str, source: st.SearchStrategy, target: st.SearchStrategy, most: int):
    made = st.builds(
        arc,
        st.just(arcrole),
        source,
        target,
        _role,
        target_role=_target_role,
        closed=st.booleans(),
        usable=st.booleans(),
    )
    return st.lists(made, max_size=most)


@st.composite
def networks(draw: st.DrawFn) -> list[Relationship]:
    """Relationships of every dimensional arcrole; each pair has at most one default."""
    found = draw(_arcs(names.ALL, _item, _cube, 3))
    found += draw(_arcs(names.NOT_ALL, _item, _cube, 2))
    found += draw(_arcs(names.HYPERCUBE_DIMENSION, _cube, _axis, 4))
    found += draw(_arcs(names.DIMENSION_DOMAIN, _axis, _item, 4))
    found += draw(_arcs(names.DOMAIN_MEMBER, _item, _item, 8))
    defaults = draw(st.dictionaries(_axis, st.sampled_from(MEMBERS[1:])))
    return found + [arc(names.DIMENSION_DEFAULT, *pair) for pair in defaults.items()]


KNOWN = (
    *(concept(item) for item in ITEMS),
    *(concept(axis, "dimension") for axis in AXES),
    *(concept(cube, "hypercube") for cube in CUBES),
)
SCENARIOS = {
    f"{x or '-'}{y or '-'}": (explicit("X", x) if x else "") + (explicit("Y", y) if y else "")
    for x in MEMBERS
    for y in MEMBERS
}
EVERYWHERE = instance(SCENARIOS, [(item, where) for item in ITEMS for where in SCENARIOS])


def _said(arcs: list[Relationship]) -> list[str]:
    made = taxonomy(arcs, *KNOWN)
    return [str(one) for one in (*validate_taxonomy(made), *fact_problems(EVERYWHERE, made))]


def _invalid(arcs: list[Relationship]) -> set[int]:
    made = taxonomy(arcs, *KNOWN)
    return {fact for one in fact_problems(EVERYWHERE, made) for fact in one.facts}


@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_relationships_changes_nothing(arcs, random):
    shuffled = arcs.copy()
    random.shuffle(shuffled)
    assert _said(shuffled) == _said(arcs)


@given(networks())
def test_an_absent_dimension_is_its_default(arcs):
    """Taken away from the taxonomy and written into the contexts, a default is worth the same.

    In open hypercubes: a closed one without the dimension refuses what is written.
    """
    defaults = {one.source: one.target for one in arcs if one.arcrole == names.DIMENSION_DEFAULT}
    without = [one for one in arcs if one.arcrole != names.DIMENSION_DEFAULT]
    is_open = [one._replace(closed=False) for one in arcs]
    invalid, written = _invalid(is_open), _invalid([one._replace(closed=False) for one in without])
    for index, (item, where) in enumerate((i, w) for i in ITEMS for w in SCENARIOS):
        filled = [
            defaults.get(name(axis), "").rpartition("}")[2] if at == "-" else at
            for axis, at in zip(AXES, where, strict=True)
        ]
        same = "".join(at or "-" for at in filled)
        other = ITEMS.index(item) * len(SCENARIOS) + list(SCENARIOS).index(same)
        assert (index in invalid) == (other in written)


@given(networks())
def test_a_domain_is_the_naive_closure(arcs):
    """Against relationships followed until nothing new comes, without an index."""
    sets = dimensions.of(taxonomy(arcs, *KNOWN))
    for axis in AXES:
        for role in ROLES:
            steps = _closure(arcs, name(axis), role)
            unusable = {one.target for one in steps if not one.usable}
            expected = {one.target for one in steps} - unusable
            assert sets.members(Axis(name(axis), role)) == expected


def _closure(arcs: list[Relationship], axis: str, role: str) -> set[Relationship]:
    def follows(step: Relationship, before: Relationship) -> bool:
        return step.source == before.target and step.role == consecutive_role(before)

    domain = [one for one in arcs if one.arcrole == names.DIMENSION_DOMAIN]
    below = [one for one in arcs if one.arcrole == names.DOMAIN_MEMBER]
    found = {one for one in domain if (one.source, one.role) == (axis, role)}
    while True:
        more = {one for one in below if any(follows(one, before) for before in found)} - found
        if not more:
            return found
        found |= more


@given(networks())
def test_heirs_and_hypercubes_are_two_views_of_one_thing(arcs):
    sets = dimensions.of(taxonomy(arcs, *KNOWN))
    had = {(item, cube) for cube in sets.all_hypercubes() for item in sets.heirs(cube)}
    found = {
        (name(item), cube)
        for item in ITEMS
        for cubes in sets.hypercubes(name(item)).values()
        for cube in cubes
    }
    assert found == had
