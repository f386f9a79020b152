"""Whether the dimensions and members written in contexts exist, and stand there once.

Belongs here: rules about a context by itself. Does not: whether a concept may stand in it
(`dimension_facts`), or what a typed member holds (`dimension_typed`).
"""

from collections import defaultdict
from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.canonical import canonical
from xbrl.model import Context, DimensionValue, Instance
from xbrl.names import XBRLDI, XBRLI
from xbrl.problem import Problem, Severity
from xbrl.qnames import resolve
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.address import line_of
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.dimension_typed import TypedMembers
from xbrl.validation.shown import Shown

EXPLICIT = f"{{{XBRLDI}}}explicitMember"
TYPED = f"{{{XBRLDI}}}typedMember"

_Found = tuple[str, str, str]
"""Code, what was expected and found, remedy."""


def problems(instance: Instance, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The problems of each context, with the facts that use it. Source: Dimensions 1.0 § 3.1.4."""
    check = _Check(instance, taxonomy)
    told = [(context, *one) for context in instance.contexts.values() for one in check.of(context)]
    if not told:
        return
    users = defaultdict(list)
    for index, context_id in enumerate(instance.facts.context_id):
        users[context_id].append(index)
    for context, line, (code, what, remedy) in told:
        yield Problem(
            code,
            Severity.ERROR,
            f"Context {context.id}: {what}.",
            context.file,
            line,
            context.id,
            remedy,
            tuple(users[context.id]),
        )


class _Check:
    """Checks contexts one by one; each dimension value is judged once."""

    def __init__(self, instance: Instance, taxonomy: Taxonomy) -> None:
        self._concepts = taxonomy.concepts
        self._defaults = dimensions.of(taxonomy).defaults
        self._shown = Shown(instance.prefixes, taxonomy.prefixes)
        self._typed = TypedMembers(taxonomy, self._shown)
        self._judged: dict[tuple[str, str | None, str | None], tuple[_Found, ...]] = {}

    def of(self, context: Context) -> Iterator[tuple[int, _Found]]:
        """Lines and what is wrong there."""
        seen: dict[str, DimensionValue] = {}
        for value in context.dimensions:
            for found in self._value(context, value):
                yield _line(context, value), found
            first = seen.setdefault(value.dimension, value)
            if first is not value:
                yield _line(context, value), self._repeated(first, value)

    def _value(self, context: Context, value: DimensionValue) -> tuple[_Found, ...]:
        key = value.dimension, value.member, value.typed
        if key not in self._judged:
            judged = (
                self._explicit(value) if value.typed is None else self._of_typed(context, value)
            )
            self._judged[key] = tuple(judged)
        return self._judged[key]

    def _explicit(self, value: DimensionValue) -> Iterator[_Found]:
        """Source: § 3.1.4.5."""
        dimension = self._shown.name(value.dimension)
        concept = self._concepts.get(value.dimension)
        if concept is None or concept.kind != "dimension" or concept.typed_domain is not None:
            what = f"{dimension} was expected to be an explicit dimension, and {_is(concept)}"
            remedy = "Name an explicit dimension of the taxonomy."
            yield "xbrldie:ExplicitMemberNotExplicitDimensionError", what, remedy
        member = self._shown.name(value.member or "")
        if value.member not in self._concepts:
            what = f"member {member} of {dimension} is not declared in the taxonomy"
            remedy = "Name a member the taxonomy declares, with its namespace."
            yield "xbrldie:ExplicitMemberUndefinedQNameError", what, remedy
        elif self._defaults.get(value.dimension) == value.member:
            what = f"{member} is the default of {dimension}, which is never written"
            remedy = "Leave the default out; a fact without the dimension has it."
            yield "xbrldie:DefaultValueUsedInInstanceError", what, remedy

    def _of_typed(self, context: Context, value: DimensionValue) -> Iterator[_Found]:
        """Source: § 3.1.4.4."""
        dimension = self._shown.name(value.dimension)
        concept = self._concepts.get(value.dimension)
        if concept is None or concept.kind != "dimension" or concept.typed_domain is None:
            what = f"{dimension} was expected to be a typed dimension, and {_is(concept)}"
            remedy = "Name a typed dimension of the taxonomy."
            yield "xbrldie:TypedMemberNotTypedDimensionError", what, remedy
            return
        faults = (
            self._typed.fault(concept.typed_domain, element) for element in _written(context, value)
        )
        fault = next(filter(None, faults), None)
        if fault:
            what = f"typed dimension {dimension} {fault}"
            remedy = f"Write one {self._shown.name(concept.typed_domain)} with content of its type."
            yield "xbrldie:IllegalTypedDimensionContentError", what, remedy

    def _repeated(self, first: DimensionValue, again: DimensionValue) -> _Found:
        """Source: § 3.1.4.2; segment and scenario count together."""
        containers = " and ".join(dict.fromkeys((first.container, again.container)))
        dimension = self._shown.name(again.dimension)
        what = f"{dimension} was expected once, and stands again in {containers}"
        return "xbrldie:RepeatedDimensionInInstanceError", what, "Keep one value of the dimension."


def _is(concept: object) -> str:
    if concept is None:
        return "the taxonomy does not declare it"
    kind = getattr(concept, "kind", "")
    if kind != "dimension":
        return f"is declared as {kind}"
    return (
        "is an explicit one" if getattr(concept, "typed_domain", None) is None else "is a typed one"
    )


def _written(context: Context, value: DimensionValue) -> list[_Element]:
    """The elements that say a dimension value, in document order."""
    tag = EXPLICIT if value.typed is None else TYPED
    container = f"{{{XBRLI}}}{value.container}"
    return [
        element
        for element in context.element.iter(tag)
        if (parent := element.getparent()) is not None
        and parent.tag == container
        and resolve(element.get("dimension"), element.nsmap) == value.dimension
        and _says(element, value)
    ]


def _says(element: _Element, value: DimensionValue) -> bool:
    if value.typed is None:
        return resolve(element.text, element.nsmap) == value.member
    return "".join(map(canonical, element)) == value.typed


def _line(context: Context, value: DimensionValue) -> int:
    """The line of the last element that says it: of a repeated one, the repetition."""
    elements = _written(context, value)
    return (line_of(elements[-1]) if elements else None) or context.line
