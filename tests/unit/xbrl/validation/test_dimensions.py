"""What Dimensions 1.0 forbids in an instance, with the exact messages."""

import pytest

from tests.dimension_factory import (
    ROLE,
    arc,
    concept,
    explicit,
    instance,
    taxonomy,
    typed,
)
from xbrl import names
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation import dimensions

OTHER = "http://example.com/role/b"
CUBE = [
    arc(names.ALL, "Sales", "Cube"),
    arc(names.HYPERCUBE_DIMENSION, "Cube", "Region"),
    arc(names.DIMENSION_DOMAIN, "Region", "World", usable=False),
    arc(names.DOMAIN_MEMBER, "World", "North"),
    arc(names.DOMAIN_MEMBER, "World", "South"),
]
DEFAULT = [arc(names.DIMENSION_DEFAULT, "Region", "North")]


def problems(made: Taxonomy, scenario: str, fact: str = "Sales") -> list[tuple[str, str]]:
    read = instance({"c": scenario}, [(fact, "c")])
    assert not read.problems
    found = dimensions.validate(read, made)
    assert all(one.facts == (0,) and one.remedy and one.file == "i.xbrl" for one in found)
    return [(one.code.removeprefix("xbrldie:"), one.message) for one in found]


def invalid(text: str) -> list[tuple[str, str]]:
    return [("PrimaryItemDimensionallyInvalidError", text)]


def test_a_member_of_the_domain_is_valid():
    assert problems(taxonomy(CUBE), explicit("Region", "North")) == []


def test_a_member_outside_the_domain():
    made = taxonomy(CUBE, concept("East"))
    assert problems(made, explicit("Region", "East")) == invalid(
        "t:Sales with t:Region = t:East (scenario) fits none of its hypercubes: in role "
        f"{ROLE} hypercube t:Cube does not take t:East for t:Region (it takes t:North, t:South)."
    )


def test_a_dimension_without_value_or_default():
    assert problems(taxonomy(CUBE), "") == invalid(
        f"t:Sales without dimensions fits none of its hypercubes: in role {ROLE} "
        "hypercube t:Cube needs dimension t:Region in the scenario, which has no default."
    )


def test_a_default_fills_in_unless_it_is_unusable():
    assert problems(taxonomy([*CUBE, *DEFAULT]), "") == []
    unusable = [*CUBE, arc(names.DIMENSION_DEFAULT, "Region", "World")]
    assert problems(taxonomy(unusable), "") == invalid(
        f"t:Sales without dimensions fits none of its hypercubes: in role {ROLE} hypercube t:Cube "
        "lacks the default t:World of t:Region (it takes t:North, t:South)."
    )


def test_a_default_is_never_written():
    assert problems(taxonomy([*CUBE, *DEFAULT]), explicit("Region", "North")) == [
        (
            "DefaultValueUsedInInstanceError",
            "Context c: t:North is the default of t:Region, which is never written.",
        )
    ]


def test_a_closed_hypercube_takes_nothing_else():
    made = taxonomy([arc(names.ALL, "Sales", "Cube")], concept("Region", "dimension"), concept("A"))
    assert problems(made, explicit("Region", "A")) == invalid(
        f"t:Sales with t:Region = t:A (scenario) fits none of its hypercubes: in role {ROLE} "
        "hypercube t:Cube is closed and has no dimension t:Region in the scenario."
    )
    assert problems(made, "<t:other/>") == invalid(
        f"t:Sales without dimensions fits none of its hypercubes: in role {ROLE} hypercube t:Cube "
        "is closed, and its scenario holds something beside dimensions."
    )
    is_open = taxonomy(
        [arc(names.ALL, "Sales", "Cube", closed=False)],
        concept("Region", "dimension"),
        concept("A"),
    )
    assert problems(is_open, explicit("Region", "A") + "<t:other/>") == []


def test_not_all_excludes_what_matches_and_nothing_else():
    made = taxonomy(
        [
            *CUBE,
            arc(names.NOT_ALL, "Sales", "Not"),
            arc(names.HYPERCUBE_DIMENSION, "Not", "Region", target_role=OTHER),
            arc(names.DIMENSION_DOMAIN, "Region", "South", OTHER),
        ]
    )
    assert problems(made, explicit("Region", "North")) == []
    assert problems(made, explicit("Region", "South")) == invalid(
        f"t:Sales with t:Region = t:South (scenario) fits none of its hypercubes: in role {ROLE} "
        "hypercube t:Not (notAll) excludes exactly this combination in the scenario."
    )


def test_one_satisfied_role_is_enough():
    made = taxonomy([*CUBE, arc(names.ALL, "Sales", "Empty", OTHER)])
    assert problems(made, "") == []
    assert problems(made, explicit("Region", "South")) == []


def test_a_concept_without_hypercubes_takes_any_dimension():
    assert problems(taxonomy(CUBE, concept("Free")), explicit("Region", "South"), "Free") == []


def test_facts_of_one_concept_and_place_are_one_problem_at_the_first_of_them():
    read = instance({"a": "", "b": ""}, [("Free", "a"), ("Sales", "a"), ("Sales", "b")])
    (problem,) = dimensions.validate(read, taxonomy(CUBE))
    assert (problem.facts, problem.line) == ((1, 2), 4)


def test_roles_beyond_the_third_are_counted():
    roles = [f"http://example.com/role/{n}" for n in range(5)]
    made = taxonomy([arc(names.NOT_ALL, "Sales", "Cube", role) for role in roles])
    ((_, message),) = problems(made, "")
    assert message.count("hypercube t:Cube") == 3
    assert message.endswith("; and 2 more roles fail too.")


@pytest.mark.parametrize(
    ("scenario", "code", "message"),
    [
        (
            explicit("Sales", "North"),
            "ExplicitMemberNotExplicitDimensionError",
            "t:Sales was expected to be an explicit dimension, and is declared as item",
        ),
        (
            explicit("Nowhere", "North"),
            "ExplicitMemberNotExplicitDimensionError",
            (
                "t:Nowhere was expected to be an explicit dimension, "
                "and the taxonomy does not declare it"
            ),
        ),
        (
            explicit("Typed", "North"),
            "ExplicitMemberNotExplicitDimensionError",
            "t:Typed was expected to be an explicit dimension, and is a typed one",
        ),
        (
            explicit("Region", "Nowhere"),
            "ExplicitMemberUndefinedQNameError",
            "member t:Nowhere of t:Region is not declared in the taxonomy",
        ),
        (
            explicit("Region", "North") + explicit("Region", "South"),
            "RepeatedDimensionInInstanceError",
            "t:Region was expected once, and stands again in scenario",
        ),
        (
            typed("Region", "<t:number>1</t:number>"),
            "TypedMemberNotTypedDimensionError",
            "t:Region was expected to be a typed dimension, and is an explicit one",
        ),
        (
            typed("Typed", "<t:other>1</t:other>"),
            "IllegalTypedDimensionContentError",
            "typed dimension t:Typed was expected to hold t:number, and holds t:other",
        ),
        (
            typed("Typed", ""),
            "IllegalTypedDimensionContentError",
            "typed dimension t:Typed was expected to hold one t:number, and holds no element",
        ),
        (
            typed("Typed", "<t:number>one</t:number>"),
            "IllegalTypedDimensionContentError",
            "typed dimension t:Typed holds t:number, which must be an xs:integer",
        ),
    ],
)
def test_what_a_context_may_not_hold(scenario: str, code: str, message: str):
    number = concept("number", "element")._replace(type=f"{{{names.XSD}}}integer")
    made = taxonomy(CUBE, concept("Typed", "dimension", "number"), number, concept("Free"))
    assert problems(made, scenario, "Free") == [(code, f"Context c: {message}.")]


def test_segment_and_scenario_count_together_for_repetition():
    read = instance({"c": explicit("Region", "North")}, [])
    (context,) = read.contexts.values()
    (value,) = context.dimensions
    context.dimensions = (value, value._replace(container="segment"))
    found = dimensions.validate(read, taxonomy(CUBE))
    assert [one.message for one in found] == [
        "Context c: t:Region was expected once, and stands again in scenario and segment."
    ]


def test_with_a_repeated_dimension_facts_are_not_judged():
    twice = explicit("Region", "North") + explicit("Region", "Sales")
    ((code, _),) = problems(taxonomy(CUBE), twice)
    assert code == "RepeatedDimensionInInstanceError"
