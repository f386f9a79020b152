"""Dimensional relationship sets: which hypercubes bind a primary item, and their members.

Everything is worked out when first asked and kept with the taxonomy, so a
million facts cost as many look-ups. Belongs here: what the relationships say.
Does not: whether taxonomy or facts keep the rules (`xbrl.validation.dimensions`).
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from xbrl import names
from xbrl.taxonomy.model import Relationship, Taxonomy

_KEY = "xbrl.taxonomy.dimensions"
HAS_HYPERCUBE = (names.ALL, names.NOT_ALL)


class Axis(NamedTuple):
    """One dimension of a hypercube, and the link role its domain is sought in."""

    dimension: str
    role: str


class Hypercube(NamedTuple):
    """One hypercube as a primary item has it. Source: Dimensions 1.0 § 2.2–2.3.

    `role` is the has-hypercube relationship's own: hypercubes of one role are judged together.
    `is_all` is false for notAll. `source` is the primary item that declares it, which others
    inherit from.
    """

    role: str
    concept: str
    is_all: bool
    is_closed: bool
    context_element: str | None
    source: str
    axes: tuple[Axis, ...]
    relationship: Relationship


class HypercubeRow(NamedTuple):
    """One dimension of one hypercube of one primary item, inherited ones too.

    A hypercube without dimensions is one row with `dimension` and `domain_role` None.
    """

    primary_item: str
    role: str
    hypercube: str
    is_all: bool
    is_closed: bool
    context_element: str | None
    declared_by: str
    dimension: str | None
    domain_role: str | None


class MemberRow(NamedTuple):
    """One member of one dimension in one link role; an unusable one only divides the others.

    A typed dimension is one row with `member` None.
    """

    dimension: str
    role: str
    member: str | None
    is_usable: bool
    is_default: bool


class Domain(NamedTuple):
    """What a dimension reaches in one link role: members, and the relationships to them.

    A member that any relationship makes unusable is not in `usable`.
    Source: Dimensions 1.0 § 2.5.3.3.
    """

    usable: frozenset[str]
    reached: frozenset[str]
    relationships: tuple[Relationship, ...]


class Dimensions:
    """The dimensional relationship sets of a taxonomy. Get it by `of`."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._from: dict[str, dict[tuple[str, str], list[Relationship]]] = {}
        self._parents: dict[str, list[Relationship]] | None = None
        self._hypercubes: dict[str, dict[str, tuple[Hypercube, ...]]] = {}
        self._cubes: dict[Relationship, Hypercube] = {}
        self._domains: dict[Axis, Domain] = {}
        self._defaults: dict[str, str] | None = None

    @property
    def defaults(self) -> dict[str, str]:
        """Default member by dimension; defaults hold everywhere. Source: § 2.6.1."""
        if self._defaults is None:
            found: dict[str, str] = {}
            for relationship in self.relationships(names.DIMENSION_DEFAULT):
                found.setdefault(relationship.source, relationship.target)
            self._defaults = found
        return self._defaults

    def relationships(self, arcrole: str) -> Iterator[Relationship]:
        """All relationships of an arcrole, by role, source and order, the same whatever order."""
        by_role = self._taxonomy.relationships.get(arcrole, {})
        for role in sorted(by_role):
            yield from sorted(by_role[role], key=_place)

    def hypercubes(self, primary_item: str) -> dict[str, tuple[Hypercube, ...]]:
        """A primary item's own and inherited hypercubes by link role. Source: § 2.3–2.4."""
        found = self._hypercubes.get(primary_item)
        if found is None:
            found = self._hypercubes[primary_item] = self._find_hypercubes(primary_item)
        return found

    def heirs(self, hypercube: Hypercube) -> frozenset[str]:
        """The primary items that have a hypercube: its source and all that inherit it."""
        reached = self._descend([(hypercube.source, hypercube.role)])
        return frozenset({hypercube.source, *(step.target for step in reached)})

    def domain(self, axis: Axis) -> Domain:
        """What a dimension reaches through consecutive relationships. Source: § 2.5.3."""
        found = self._domains.get(axis)
        if found is None:
            found = self._domains[axis] = self._find_domain(axis)
        return found

    def members(self, axis: Axis) -> frozenset[str]:
        """The usable members of a dimension in a link role."""
        return self.domain(axis).usable

    def is_typed(self, dimension: str) -> bool:
        """Whether a dimension is typed: its declaration names a domain element."""
        concept = self._taxonomy.concepts.get(dimension)
        return concept is not None and concept.typed_domain is not None

    def all_hypercubes(self) -> Iterator[Hypercube]:
        """Every hypercube as declared, once per has-hypercube relationship."""
        for arcrole in HAS_HYPERCUBE:
            yield from map(self._cube, self.relationships(arcrole))

    def hypercube_rows(self) -> Iterator[HypercubeRow]:
        """Rows for a compiled table: primary item × hypercube × dimension."""
        for item in sorted({item for cube in self.all_hypercubes() for item in self.heirs(cube)}):
            for cubes in self.hypercubes(item).values():
                for cube in cubes:
                    head = (item, cube.role, cube.concept, cube.is_all, cube.is_closed)
                    for axis in cube.axes or (None,):
                        place = (axis.dimension, axis.role) if axis else (None, None)
                        yield HypercubeRow(*head, cube.context_element, cube.source, *place)

    def member_rows(self) -> Iterator[MemberRow]:
        """Rows for a compiled table: dimension × link role × member reached."""
        for axis in sorted({axis for cube in self.all_hypercubes() for axis in cube.axes}):
            if self.is_typed(axis.dimension):
                yield MemberRow(*axis, None, is_usable=True, is_default=False)
                continue
            domain = self.domain(axis)
            default = self.defaults.get(axis.dimension)
            for member in sorted(domain.reached):
                usable = member in domain.usable
                yield MemberRow(*axis, member, is_usable=usable, is_default=member == default)

    def leaving(self, arcrole: str, source: str, role: str) -> list[Relationship]:
        """The relationships of an arcrole from a concept in a link role."""
        index = self._from.get(arcrole)
        if index is None:
            index = self._from[arcrole] = defaultdict(list)
            for relationship in self.relationships(arcrole):
                index[relationship.source, relationship.role].append(relationship)
        return index.get((source, role), [])

    def _find_hypercubes(self, primary_item: str) -> dict[str, tuple[Hypercube, ...]]:
        """Up the domain-member relationships, from all roles first and then consecutively."""
        roles = sorted(
            {role for arcrole in HAS_HYPERCUBE for role in self._taxonomy.roles(arcrole)}
        )
        declared = [one for role in roles for one in self._declared(primary_item, role)]
        arrivals = list(self._arrivals(primary_item))
        seen = set(arrivals)
        while arrivals:
            concept, role = arrivals.pop()
            declared += self._declared(concept, role)
            for above in self._arrivals(concept, role):
                if above not in seen:
                    seen.add(above)
                    arrivals.append(above)
        by_role: dict[str, list[Hypercube]] = defaultdict(list)
        for relationship in sorted(set(declared), key=_place):
            by_role[relationship.role].append(self._cube(relationship))
        return {role: tuple(by_role[role]) for role in sorted(by_role)}

    def _arrivals(self, concept: str, role: str | None = None) -> Iterator[tuple[str, str]]:
        """Parents whose domain-member relationship leads to `concept`, to go on in `role`."""
        if self._parents is None:
            self._parents = defaultdict(list)
            for relationship in self.relationships(names.DOMAIN_MEMBER):
                self._parents[relationship.target].append(relationship)
        for relationship in self._parents.get(concept, ()):
            if role is None or consecutive_role(relationship) == role:
                yield relationship.source, relationship.role

    def _declared(self, concept: str, role: str) -> list[Relationship]:
        return [one for arcrole in HAS_HYPERCUBE for one in self.leaving(arcrole, concept, role)]

    def _cube(self, relationship: Relationship) -> Hypercube:
        found = self._cubes.get(relationship)
        if found is None:
            role = consecutive_role(relationship)
            axes = self.leaving(names.HYPERCUBE_DIMENSION, relationship.target, role)
            found = self._cubes[relationship] = Hypercube(
                relationship.role,
                relationship.target,
                relationship.arcrole == names.ALL,
                relationship.closed,
                relationship.context_element,
                relationship.source,
                tuple(dict.fromkeys(Axis(one.target, consecutive_role(one)) for one in axes)),
                relationship,
            )
        return found

    def _find_domain(self, axis: Axis) -> Domain:
        first = self.leaving(names.DIMENSION_DOMAIN, *axis)
        below = self._descend([(one.target, consecutive_role(one)) for one in first])
        steps = (*first, *below)
        reached = frozenset(one.target for one in steps)
        unusable = {one.target for one in steps if not one.usable}
        return Domain(reached - unusable, reached, steps)

    def _descend(self, starts: list[tuple[str, str]]) -> tuple[Relationship, ...]:
        """The domain-member relationships reached from concepts in roles, each once."""
        seen, waiting = set(starts), list(dict.fromkeys(starts))
        steps: list[Relationship] = []
        while waiting:
            for step in self.leaving(names.DOMAIN_MEMBER, *waiting.pop()):
                steps.append(step)
                below = step.target, consecutive_role(step)
                if below not in seen:
                    seen.add(below)
                    waiting.append(below)
        return tuple(steps)


def of(taxonomy: Taxonomy) -> Dimensions:
    """The dimensional relationship sets of a taxonomy, worked out once and kept with it."""
    found = taxonomy.derived.get(_KEY)
    if not isinstance(found, Dimensions):
        found = taxonomy.derived[_KEY] = Dimensions(taxonomy)
    return found


def consecutive_role(relationship: Relationship) -> str:
    """The link role to go on in: the target role, else its own. Source: § 2.4.3."""
    return relationship.target_role or relationship.role


def _place(relationship: Relationship) -> tuple[str, ...]:
    """A sort key that does not depend on the order the linkbases were read in."""
    one = relationship
    shape = (one.context_element or "", str(one.closed), str(one.usable), one.url)
    return (one.role, one.source, one.target, one.target_role or "", one.arcrole, *shape)
