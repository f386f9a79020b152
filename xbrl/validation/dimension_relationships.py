"""Which kinds of concepts a dimensional relationship may join, and one default per dimension.

Belongs here: rules about one relationship, and defaults. Does not: rules about
networks of them (`dimension_cycles`).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from xbrl import names
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.model import Concept, Relationship, Taxonomy
from xbrl.validation.shown import Shown


class _End(NamedTuple):
    """What one end of a relationship must be, by which code its absence is known."""

    code: str
    expected: str
    holds: Callable[[Concept], bool]


def _is_item(concept: Concept) -> bool:
    return concept.kind == "item"


def _is_hypercube(concept: Concept) -> bool:
    return concept.kind == "hypercube"


def _is_dimension(concept: Concept) -> bool:
    return concept.kind == "dimension"


def _is_explicit(concept: Concept) -> bool:
    return concept.kind == "dimension" and concept.typed_domain is None


_HAS_HYPERCUBE = (
    _End("HasHypercubeSourceError", "a primary item", _is_item),
    _End("HasHypercubeTargetError", "a hypercube", _is_hypercube),
)
_ENDS = {
    names.ALL: _HAS_HYPERCUBE,
    names.NOT_ALL: _HAS_HYPERCUBE,
    names.HYPERCUBE_DIMENSION: (
        _End("HypercubeDimensionSourceError", "a hypercube", _is_hypercube),
        _End("HypercubeDimensionTargetError", "a dimension", _is_dimension),
    ),
    names.DIMENSION_DOMAIN: (
        _End("DimensionDomainSourceError", "an explicit dimension", _is_explicit),
        _End("DimensionDomainTargetError", "a domain member", _is_item),
    ),
    names.DOMAIN_MEMBER: (
        _End("DomainMemberSourceError", "a primary item or domain member", _is_item),
        _End("DomainMemberTargetError", "a primary item or domain member", _is_item),
    ),
    names.DIMENSION_DEFAULT: (
        _End("DimensionDefaultSourceError", "an explicit dimension", _is_explicit),
        _End("DimensionDefaultTargetError", "a domain member", _is_item),
    ),
}
"""Source and target of each dimensional arcrole. Source: Dimensions 1.0 § 2.2–2.6."""


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """The problems of single dimensional relationships, and of defaults."""
    shown = Shown(taxonomy.prefixes)
    sets = dimensions.of(taxonomy)
    for arcrole in _ENDS:
        for relationship in sets.relationships(arcrole):
            yield from _ends(taxonomy, shown, relationship)
    for arcrole in dimensions.HAS_HYPERCUBE:
        for relationship in sets.relationships(arcrole):
            if relationship.context_element not in {"segment", "scenario"}:
                yield _no_context_element(shown, relationship)
    yield from _defaults(shown, sets)


def _ends(taxonomy: Taxonomy, shown: Shown, relationship: Relationship) -> Iterator[Problem]:
    both = relationship.source, relationship.target
    for end, name, side in zip(
        _ENDS[relationship.arcrole], both, ("source", "target"), strict=True
    ):
        concept = taxonomy.concepts.get(name)
        if concept is not None and not end.holds(concept):
            what = (
                f"its {side} was expected to be {end.expected}, "
                f"and {shown.name(name)} is {_kind(concept)}"
            )
            yield _problem(end.code, shown, relationship, what, "Correct the arc or its locators.")


def _no_context_element(shown: Shown, relationship: Relationship) -> Problem:
    """Source: Dimensions 1.0 § 2.3.1.1."""
    found = relationship.context_element
    what = f"contextElement was expected to be segment or scenario, and is {found or 'missing'}"
    code = "HasHypercubeMissingContextElementAttributeError"
    return _problem(code, shown, relationship, what, "Add xbrldt:contextElement to the arc.")


def _defaults(shown: Shown, sets: dimensions.Dimensions) -> Iterator[Problem]:
    """Defaults are global: one per dimension in the whole taxonomy. Source: § 2.6.1."""
    for relationship in sets.relationships(names.DIMENSION_DEFAULT):
        first = sets.defaults[relationship.source]
        if relationship.target != first:
            what = (
                f"{shown.name(relationship.source)} was expected to have one default, "
                f"and has {shown.name(first)} too"
            )
            remedy = "Keep one dimension-default relationship for the dimension."
            yield _problem("TooManyDefaultMembersError", shown, relationship, what, remedy)


def _kind(concept: Concept) -> str:
    if concept.kind == "dimension" and concept.typed_domain is not None:
        return "a typed dimension"
    return f"{'an' if concept.kind[0] in 'aeiou' else 'a'} {concept.kind}"


def _problem(
    code: str, shown: Shown, relationship: Relationship, what: str, remedy: str
) -> Problem:
    arcrole = relationship.arcrole.rpartition("/")[2]
    ends = f"{shown.name(relationship.source)} to {shown.name(relationship.target)}"
    message = f"{arcrole} from {ends} in role {relationship.role}: {what}."
    where = relationship.url, relationship.line
    return Problem(f"xbrldte:{code}", Severity.ERROR, message, *where, None, remedy)
