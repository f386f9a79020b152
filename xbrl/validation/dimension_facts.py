"""Facts whose context their concept's hypercubes do not allow, each told once.

Belongs here: which facts share a place, and the words for what is wrong. Does
not: the judgement (`dimension_judge`), or whether the dimensions and members of a context exist
(`dimension_contexts`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from xbrl.model import Context, DimensionValue, Instance
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.dimensions import Dimensions, Hypercube
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.dimension_judge import Fault, Judge, Place
from xbrl.validation.shown import Shown

CODE = "xbrldie:PrimaryItemDimensionallyInvalidError"
_REMEDY = "Give the fact a context whose dimensions its concept's hypercubes allow."
_ROLES_SHOWN = 3
# The nearest miss first: what a reader most likely meant.
_NEARNESS = ("member", "default", "missing", "excluded", "content", "dimension")


def problems(instance: Instance, taxonomy: Taxonomy) -> Iterator[Problem]:
    """One problem per concept and set of dimension values that is invalid.

    Source: Dimensions 1.0 § 3.1.1.
    """
    sets = dimensions.of(taxonomy)
    judge = Judge(sets)
    wording = _Wording(Shown(instance.prefixes, taxonomy.prefixes), sets)
    places = places_of(instance.contexts.values())
    for (concept, _), indices in _groups(instance, places).items():
        place = places[instance.facts.context_id[indices[0]] or ""]
        faults = judge.faults(concept, place)
        if faults:
            yield _problem(instance, indices, wording.sentence(concept, place, faults))


def places_of(contexts: Iterable[Context]) -> dict[str, Place]:
    """Each context's place, by context id; equal places are the same object.

    A context that gives a dimension twice is no place: which value holds nobody can say, and
    `dimension_contexts` names it.
    """
    known: dict[tuple[tuple[DimensionValue, ...], bool, bool], Place] = {}
    places = {}
    for context in contexts:
        if len({value.dimension for value in context.dimensions}) < len(context.dimensions):
            continue
        key = context.dimensions, context.segment is not None, context.scenario is not None
        if key not in known:
            known[key] = Place(len(known), _by_container(context), _with_other_content(context))
        places[context.id] = known[key]
    return places


def _by_container(context: Context) -> Mapping[str, Mapping[str, DimensionValue]]:
    values: dict[str, dict[str, DimensionValue]] = {}
    for value in context.dimensions:
        values.setdefault(value.container, {}).setdefault(value.dimension, value)
    return values


def _with_other_content(context: Context) -> frozenset[str]:
    content = {"segment": context.segment, "scenario": context.scenario}
    return frozenset(container for container, other in content.items() if other is not None)


def _groups(instance: Instance, places: Mapping[str, Place]) -> dict[tuple[str, int], list[int]]:
    """The facts of each concept and place; a fact without a readable context is in none."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    facts = instance.facts
    for index, (concept, context_id) in enumerate(
        zip(facts.concept, facts.context_id, strict=True)
    ):
        place = places.get(context_id) if context_id is not None else None
        if place is not None:
            groups[concept, place.number].append(index)
    return groups


def _problem(instance: Instance, indices: list[int], message: str) -> Problem:
    facts, first = instance.facts, indices[0]
    return Problem(
        CODE,
        Severity.ERROR,
        message,
        instance.files[facts.file[first]],
        facts.line[first],
        facts.element_id[first],
        _REMEDY,
        tuple(indices),
    )


class _Wording:
    """Says what was found and what each link role's hypercube expected."""

    def __init__(self, shown: Shown, sets: Dimensions) -> None:
        self._shown = shown
        self._sets = sets

    def sentence(self, concept: str, place: Place, faults: list[tuple[Hypercube, Fault]]) -> str:
        reasons = [
            f"in role {cube.role} {self._reason(cube, fault)}"
            for cube, fault in sorted(faults, key=_distance)[:_ROLES_SHOWN]
        ]
        more = len(faults) - _ROLES_SHOWN
        if more > 0:
            reasons.append(f"and {more} more roles fail too")
        head = f"{self._shown.name(concept)} {self._found(place)} fits none of its hypercubes"
        return f"{head}: {'; '.join(reasons)}."

    def _found(self, place: Place) -> str:
        values = [value for container in place.values.values() for value in container.values()]
        texts = [
            f"{self._shown.name(one.dimension)} = {self._value(one)} ({one.container})"
            for one in values
        ]
        return f"with {', '.join(texts)}" if texts else "without dimensions"

    def _value(self, value: DimensionValue) -> str:
        return self._shown.name(value.member) if value.member else value.typed or "nothing"

    def _reason(self, cube: Hypercube, fault: Fault) -> str:
        name = f"hypercube {self._shown.name(cube.concept)}"
        where = cube.context_element or "a context element it does not name"
        if fault.kind == "content":
            return f"{name} is closed, and its {where} holds something beside dimensions"
        if fault.kind == "excluded":
            return f"{name} (notAll) excludes exactly this combination in the {where}"
        assert fault.axis is not None
        dimension = self._shown.name(fault.axis.dimension)
        if fault.kind == "dimension":
            return f"{name} is closed and has no dimension {dimension} in the {where}"
        expected = self._expected(fault)
        if fault.kind == "missing":
            return f"{name} needs dimension {dimension} in the {where}, which has no default"
        member = self._shown.name(fault.member) if fault.member else "a typed member"
        if fault.kind == "default":
            return f"{name} lacks the default {member} of {dimension} ({expected})"
        return f"{name} does not take {member} for {dimension} ({expected})"

    def _expected(self, fault: Fault) -> str:
        assert fault.axis is not None
        members = self._sets.members(fault.axis)
        return f"it takes {self._shown.names(members)}" if members else "its domain is empty"


def _distance(fault: tuple[Hypercube, Fault]) -> int:
    return _NEARNESS.index(fault[1].kind)
