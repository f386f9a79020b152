"""Element declarations as concepts: kind, item type, primitive, period type, balance.

Belongs here: what follows from substitution groups and type derivation. Does not:
whether a declaration is allowed (validation).
Source: XBRL 2.1 § 5.1.1; Dimensions 1.0 § 2.2, 2.5.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from lxml.etree import _Element

from xbrl.names import LINK, XBRLDT, XBRLI, XSD
from xbrl.taxonomy.address import base_of, join, line_of
from xbrl.taxonomy.core import CoreDocument, CoreElement, documents
from xbrl.taxonomy.model import Concept, Facets
from xbrl.taxonomy.schema import qname
from xbrl.taxonomy.simple_types import type_name
from xbrl.taxonomy.syntax import Schema

_HEADS = {
    f"{{{XBRLI}}}item": "item",
    f"{{{XBRLI}}}tuple": "tuple",
    f"{{{XBRLDT}}}dimensionItem": "dimension",
    f"{{{XBRLDT}}}hypercubeItem": "hypercube",
    f"{{{LINK}}}part": "linkpart",
}
_FRACTION = f"{{{XBRLI}}}fractionItemType"
_NUMERIC = {
    f"{{{XSD}}}{name}"
    for name in (
        *("decimal", "float", "double", "integer", "nonPositiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}
_TRUE = {"true", "1"}
_DATE_UNION = f"{{{XBRLI}}}dateUnion"


class Derivation:
    """Where types and substitution groups lead, each worked out once."""

    def __init__(self, types: Mapping[str, Facets], heads: Mapping[str, str | None]) -> None:
        self._types = types
        self._heads = heads
        self._kinds: dict[str, str] = dict(_HEADS)
        self._ends: dict[str | None, tuple[str | None, str | None]] = {None: (None, None)}

    def kind(self, name: str) -> str:
        """`item`, `tuple`, `dimension`, `hypercube`, `linkpart` or `element`."""
        chain: list[str] = []
        at: str | None = name
        while at is not None and at not in self._kinds and at not in chain:
            chain.append(at)
            at = self._heads.get(at)
        kind = self._kinds.get(at, "element") if at is not None else "element"
        self._kinds.update(dict.fromkeys(chain, kind))
        return kind

    def ends(self, type_name: str | None) -> tuple[str | None, str | None]:
        """The XBRL item type and the built-in type a type derives from."""
        if type_name not in self._ends:
            self._ends[type_name] = self._follow(type_name)
        return self._ends[type_name]

    def _follow(self, type_name: str | None) -> tuple[str | None, str | None]:
        item_type, seen, at = None, set(), type_name
        while at is not None and at not in seen:
            seen.add(at)
            if item_type is None and is_item_type(at):
                item_type = at
            if at.startswith(f"{{{XSD}}}"):
                return item_type, at
            if at == _DATE_UNION:
                return item_type, f"{{{XSD}}}dateTime"
            facets = self._types.get(at)
            if facets is not None and (facets.members or facets.item):
                return item_type, f"{{{XSD}}}anySimpleType"
            at = facets.base if facets is not None else None
        return item_type, None


def is_item_type(name: str) -> bool:
    """Whether a type is one of the item types of XBRL 2.1 § 5.1.1.3."""
    return name.startswith(f"{{{XBRLI}}}") and name.endswith("ItemType")


def is_numeric(item_type: str | None, primitive: str | None) -> bool:
    """Whether values of a type are numbers; fractions are. Source: XBRL 2.1 § 4.6.2."""
    return primitive in _NUMERIC or item_type == _FRACTION


def concepts_of(
    schemas: Sequence[Schema], core: Iterable[CoreDocument], types: Mapping[str, Facets]
) -> dict[str, Concept]:
    """Every global element declaration, by name: the core's first, then in document order."""
    core_elements = [(one, doc.url) for doc in core for one in doc.elements.values()]
    heads = {one.name: one.substitution_group for one, _ in core_elements}
    for schema in schemas:
        for name, element in schema.elements.items():
            group = element.get("substitutionGroup")
            heads.setdefault(name, qname(schema, element, group) if group else None)
    derivation = Derivation(types, heads)
    found = {one.name: _core_concept(one, url, derivation) for one, url in core_elements}
    types_inherited = _Types(schemas, heads)
    for schema in schemas:
        for name, element in schema.elements.items():
            if name not in found:
                type_ = types_inherited.of(name)
                found[name] = _concept(schema, name, element, heads[name], type_, derivation)
    return found


@cache
def core_types() -> dict[str, Facets]:
    """Every type the core documents declare, whichever of them a taxonomy reaches."""
    return {name: one for document in documents().values() for name, one in document.types.items()}


@cache
def core_concepts() -> dict[str, Concept]:
    """Every element the core documents declare, whichever of them a taxonomy reaches."""
    return concepts_of([], documents().values(), core_types())


class _Types:
    """The type of an element: its own, or its substitution group head's, or anyType.

    Source: XML Schema 1.0 Structures § 3.3.2.
    """

    def __init__(self, schemas: Sequence[Schema], heads: Mapping[str, str | None]) -> None:
        self._heads = heads
        self._declared: dict[str, str | None] = {}
        for schema in schemas:
            for name, element in schema.elements.items():
                self._declared.setdefault(name, type_name(schema, element))

    def of(self, name: str) -> str | None:
        seen: set[str] = set()
        at: str | None = name
        while at is not None and at not in seen:
            seen.add(at)
            if (declared := self._declared.get(at)) is not None:
                return declared
            at = self._heads.get(at)
        return None


def _core_concept(one: CoreElement, url: str, derivation: Derivation) -> Concept:
    item_type, primitive = derivation.ends(one.type)
    return Concept(
        name=one.name,
        id=one.id,
        kind=derivation.kind(one.name),
        substitution_group=one.substitution_group,
        type=one.type,
        item_type=item_type,
        primitive=primitive,
        is_numeric=is_numeric(item_type, primitive),
        period_type=one.period_type,
        balance=one.balance,
        is_abstract=one.is_abstract,
        is_nillable=one.is_nillable,
        typed_domain=None,
        url=url,
        line=0,
    )


def _concept(
    schema: Schema,
    name: str,
    element: _Element,
    head: str | None,
    type_: str | None,
    derivation: Derivation,
) -> Concept:
    get = element.get
    item_type, primitive = derivation.ends(type_)
    return Concept(
        name=name,
        id=get("id"),
        kind=derivation.kind(name),
        substitution_group=head,
        type=type_,
        item_type=item_type,
        primitive=primitive,
        is_numeric=is_numeric(item_type, primitive),
        period_type=get(f"{{{XBRLI}}}periodType"),
        balance=get(f"{{{XBRLI}}}balance"),
        is_abstract=get("abstract", "").strip() in _TRUE,
        is_nillable=get("nillable", "").strip() in _TRUE,
        typed_domain=None,
        url=schema.url,
        line=line_of(element),
        default_value=get("default"),
        fixed_value=get("fixed"),
    )


def typed_domain_places(schemas: Sequence[Schema]) -> dict[str, tuple[str, str]]:
    """Where the domain element of each typed dimension is: document address and fragment."""
    attribute = f"{{{XBRLDT}}}typedDomainRef"
    return {
        name: join(base_of(element, schema.url), href)
        for schema in schemas
        for name, element in schema.elements.items()
        if (href := element.get(attribute)) is not None
    }
