"""Content models that must be unambiguous: unique particle attribution.

A model is unambiguous when no child could belong to two of its particles at once, read
from left to right. Found by the positions that may follow one another (Glushkov), as long
as a model is of ordinary size.

Belongs here: that one rule. Does not: checking content by a model (`models`).
Source: XML Schema 1.0 Structures § 3.8.6, appendix H.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from xbrl.names import split
from xbrl.problem import Problem
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.simple_types import anonymous_type
from xbrl.validation.taxonomy_places import error, local
from xbrl.xsd import components
from xbrl.xsd.components import Components
from xbrl.xsd.declarations import Particle

_LARGEST = 2_000
"""Positions; a model with bounded repetitions beyond this is not unrolled further."""


class _Part(NamedTuple):
    """A piece of a model: the positions it may begin and end with, whether it may be empty."""

    first: frozenset[int]
    last: frozenset[int]
    is_empty: bool


_EMPTY = _Part(frozenset(), frozenset(), is_empty=True)


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """The complex types whose content models are ambiguous."""
    known = components.of(taxonomy)
    for schema in taxonomy.schemas:
        types = {name: (name, element) for name, element in schema.types.items()}
        for name, element in schema.elements.items():
            declaration = known.element(name)
            if anonymous_type(element) is not None and declaration is not None:
                types[declaration.type] = (name, element)
        for type_name, (name, element) in types.items():
            found = known.complex(type_name)
            if found is None or found.particle is None or found.is_any:
                continue
            twice = _Model(found.particle, known).ambiguous()
            if twice is not None:
                message = (
                    f"The content model of {local(name)} is ambiguous: {twice} could be "
                    "either of two particles."
                )
                yield error("xmlSchema:uniqueParticleAttribution", schema.url, element, message)


class _Model:
    """The positions of a content model, and which may follow which."""

    def __init__(self, particle: Particle, known: Components) -> None:
        self._known = known
        self._leaves: list[Particle] = []
        self._follow: dict[int, set[int]] = defaultdict(set)
        self._whole = self._part(particle)

    def _part(self, particle: Particle) -> _Part:
        """One particle, repeated as often as is needed to see its ambiguities."""
        once = self._once(particle)
        if len(self._leaves) > _LARGEST:
            return once
        if particle.high is None:
            self._join(once.last, once.first)
        elif particle.high > 1:
            for repetition in range(2, min(particle.high, max(particle.low, 1) + 1) + 1):
                following = self._once(particle)
                is_optional = repetition > particle.low
                once = self._after(once, following._replace(is_empty=is_optional or once.is_empty))
        return once._replace(is_empty=once.is_empty or particle.low == 0)

    def _once(self, particle: Particle) -> _Part:
        if particle.kind in {"element", "any"}:
            self._leaves.append(particle)
            position = frozenset({len(self._leaves) - 1})
            return _Part(position, position, is_empty=False)
        parts = [self._part(part) for part in particle.parts]
        if particle.kind == "sequence":
            found = _EMPTY
            for part in parts:
                found = self._after(found, part)
            return found
        if particle.kind == "all":
            for one in parts:
                for other in parts:
                    if one is not other:
                        self._join(one.last, other.first)
        return _Part(
            frozenset().union(*(part.first for part in parts)),
            frozenset().union(*(part.last for part in parts)),
            is_empty=not parts
            or (all if particle.kind == "all" else any)(part.is_empty for part in parts),
        )

    def _after(self, one: _Part, other: _Part) -> _Part:
        self._join(one.last, other.first)
        return _Part(
            one.first | other.first if one.is_empty else one.first,
            one.last | other.last if other.is_empty else other.last,
            one.is_empty and other.is_empty,
        )

    def _join(self, last: frozenset[int], first: frozenset[int]) -> None:
        for position in last:
            self._follow[position] |= first

    def ambiguous(self) -> str | None:
        """What could belong to two particles at one place, or None."""
        for positions in (self._whole.first, *self._follow.values()):
            ordered = sorted(positions)
            for place, one in enumerate(ordered):
                for other in ordered[place + 1 :]:
                    shared = self._shared(self._leaves[one], self._leaves[other])
                    if shared is not None:
                        return shared
        return None

    def _shared(self, one: Particle, other: Particle) -> str | None:
        """What two particles that are not the same one both admit."""
        if one is other:
            return None
        if one.element is not None and other.element is not None:
            common = self._names(one) & self._names(other)
            return local(min(common)) if common else None
        if one.wildcard is not None and other.wildcard is not None:
            return "any element" if one.wildcard == other.wildcard else None
        wild, named = (one, other) if one.wildcard is not None else (other, one)
        admitted = (
            name
            for name in self._names(named)
            if wild.wildcard is not None and wild.wildcard.admits(split(name)[0])
        )
        return next((local(name) for name in admitted), None)

    def _names(self, particle: Particle) -> set[str]:
        declaration = particle.element
        if declaration is None:
            return set()
        return {declaration.name, *self._known.substitutable(declaration.name)}
