"""Whether a concept may stand among certain dimension values, by its hypercubes.

Belongs here: the judgement of one concept in one place, kept so that it is made
once. Does not: finding the places of an instance, or wording (`dimension_facts`).
"""

from collections.abc import Mapping
from typing import NamedTuple

from xbrl.model import DimensionValue
from xbrl.taxonomy.dimensions import Axis, Dimensions, Hypercube


class Place(NamedTuple):
    """What hypercubes see of a context; many contexts are the same place.

    `values` are by container, then dimension; `other` are the containers that hold
    something beside dimensions.
    """

    number: int
    values: Mapping[str, Mapping[str, DimensionValue]]
    other: frozenset[str]


class Fault(NamedTuple):
    """Why a place does not satisfy a hypercube, with the dimension and member concerned.

    `kind` is `content` (something beside dimensions, and closed), `dimension` (one it does not
    have, and closed), `missing` (no value and no default), `member` (not in the domain),
    `default` (the default is not in the domain) or `excluded` (a notAll that matches).
    """

    kind: str
    axis: Axis | None = None
    member: str | None = None


class Judge:
    """Judges concepts in places by a taxonomy's hypercubes.

    Valid in one link role is valid, and in a link role every hypercube must agree.
    Source: Dimensions 1.0 § 3.1.1.
    """

    def __init__(self, sets: Dimensions) -> None:
        self._sets = sets
        self._faults: dict[tuple[int, int], Fault | None] = {}

    def faults(self, concept: str, place: Place) -> list[tuple[Hypercube, Fault]]:
        """The first fault in each link role; empty when one link role is satisfied."""
        found = []
        for cubes in self._sets.hypercubes(concept).values():
            for cube in cubes:
                fault = self.fault(cube, place)
                if fault is not None:
                    found.append((cube, fault))
                    break
            else:
                return []
        return found

    def fault(self, cube: Hypercube, place: Place) -> Fault | None:
        """Why a place fails a hypercube. A notAll is satisfied by what does not match it."""
        key = id(cube), place.number
        if key not in self._faults:
            fault = self._mismatch(cube, place)
            if not cube.is_all:
                fault = Fault("excluded") if fault is None else None
            self._faults[key] = fault
        return self._faults[key]

    def _mismatch(self, cube: Hypercube, place: Place) -> Fault | None:
        """Why a place does not match a hypercube's dimensions. Source: § 3.1.3."""
        container = cube.context_element or ""
        values = place.values.get(container, {})
        if cube.is_closed:
            if container in place.other:
                return Fault("content")
            extra = values.keys() - {axis.dimension for axis in cube.axes}
            if extra:
                dimension = min(extra)
                return Fault("dimension", Axis(dimension, ""), values[dimension].member)
        misfits = (self._misfit(axis, values) for axis in cube.axes)
        return next((fault for fault in misfits if fault is not None), None)

    def _misfit(self, axis: Axis, values: Mapping[str, DimensionValue]) -> Fault | None:
        """Why one dimension's value, or its default, is not in its domain."""
        value = values.get(axis.dimension)
        if value is not None and self._sets.is_typed(axis.dimension):
            return None
        member = value.member if value else self._sets.defaults.get(axis.dimension)
        if member is not None and member in self._sets.members(axis):
            return None
        if value is not None:
            return Fault("member", axis, member)
        return Fault("default" if member else "missing", axis, member)
