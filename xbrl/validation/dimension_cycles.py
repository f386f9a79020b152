"""Cycles in dimensional relationship sets, and primary items among their own members.

Belongs here: rules about what a hypercube's relationships make together. Does not:
rules about one relationship (`dimension_relationships`), or cycles within one base
set, which XBRL 2.1 forbids by each arcrole's declaration.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from xbrl.problem import Problem, Severity
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.dimensions import Axis, Dimensions, Hypercube
from xbrl.taxonomy.model import Relationship, Taxonomy
from xbrl.validation.shown import Shown

_POLYMORPHISM = "xbrldte:PrimaryItemPolymorphismError"
_CYCLE = "xbrldte:DRSDirectedCycleError"


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """The problems of each hypercube's relationships. Source: Dimensions 1.0 § 2.4.3, 2.5.3."""
    shown = Shown(taxonomy.prefixes)
    sets = dimensions.of(taxonomy)
    cycles: dict[Axis, list[Relationship]] = {}
    for cube in sets.all_hypercubes():
        heirs = sets.heirs(cube)
        for axis in cube.axes:
            yield from _polymorphism(shown, sets, cube, axis, heirs)
            if axis not in cycles:
                cycles[axis] = directed_cycle(sets.domain(axis).relationships)
                if cycles[axis]:
                    yield _cycle(shown, cube, axis, cycles[axis])


def _polymorphism(
    shown: Shown, sets: Dimensions, cube: Hypercube, axis: Axis, heirs: frozenset[str]
) -> Iterator[Problem]:
    """A primary item may not be a member of a dimension of its own hypercube. Source: § 2.5.3."""
    both = heirs & sets.members(axis)
    if both:
        message = (
            f"{shown.names(both)} was expected not to be both primary item and member of "
            f"{shown.name(axis.dimension)} in hypercube {shown.name(cube.concept)} "
            f"(role {cube.role})."
        )
        remedy = "Use another concept as the member, or make it unusable."
        where = cube.relationship.url, cube.relationship.line
        yield Problem(_POLYMORPHISM, Severity.ERROR, message, *where, None, remedy)


def _cycle(shown: Shown, cube: Hypercube, axis: Axis, cycle: list[Relationship]) -> Problem:
    steps = [cycle[0].source, *(one.target for one in cycle)]
    message = (
        f"The domain of {shown.name(axis.dimension)} in hypercube {shown.name(cube.concept)} (role "
        f"{cube.role}) was expected to have no directed cycle, and has "
        f"{' → '.join(map(shown.name, steps))}."
    )
    remedy = "Remove one relationship of the cycle, or its targetRole."
    return Problem(_CYCLE, Severity.ERROR, message, cycle[0].url, cycle[0].line, None, remedy)


def directed_cycle(relationships: Iterable[Relationship]) -> list[Relationship]:
    """Relationships that lead from a concept back to it, whatever their link roles; or none."""
    leaving: dict[str, list[Relationship]] = defaultdict(list)
    for one in relationships:
        leaving[one.source].append(one)
    done: set[str] = set()
    for start in list(leaving):
        cycle = _cycle_from(start, leaving, done)
        if cycle:
            return cycle
    return []


def _cycle_from(
    start: str, leaving: dict[str, list[Relationship]], done: set[str]
) -> list[Relationship]:
    """Depth first, without recursion: a taxonomy may be deeper than Python's stack."""
    path: list[Relationship] = []
    on_path = {start: 0}
    waiting = [iter(leaving.get(start, ()))]
    while waiting:
        step = next(waiting[-1], None)
        if step is None:
            waiting.pop()
            left = path.pop().target if path else start
            on_path.pop(left)
            done.add(left)
        elif step.target in on_path:
            return [*path[on_path[step.target] :], step]
        elif step.target not in done:
            path.append(step)
            on_path[step.target] = len(path)
            waiting.append(iter(leaving.get(step.target, ())))
    return []
