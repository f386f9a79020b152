"""Rules for concept declarations: items and tuples.

Belongs here: XBRL 2.1 § 4.9 and 5.1.1. Does not: XML Schema's own rules
(`taxonomy_schemas`, `taxonomy_particles`), or dimensions.
"""

from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.names import LINK, XBRLI, XL, XLINK
from xbrl.problem import Problem
from xbrl.taxonomy.model import Concept, Taxonomy
from xbrl.taxonomy.syntax import Schema
from xbrl.validation.taxonomy_places import error, local
from xbrl.xsd import components
from xbrl.xsd.components import Components
from xbrl.xsd.declarations import ComplexType, Declaration, Particle

_ITEMS = {"item", "dimension", "hypercube"}
_MONETARY = f"{{{XBRLI}}}monetaryItemType"
_FRACTION = f"{{{XBRLI}}}fractionItemType"
_ITEM = f"{{{XBRLI}}}item"
_RESERVED = (f"{{{XBRLI}}}", f"{{{LINK}}}", f"{{{XL}}}", f"{{{XLINK}}}")


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """What is wrong with the items and tuples a taxonomy declares."""
    known = components.of(taxonomy)
    for schema in taxonomy.schemas:
        for name, element in schema.elements.items():
            concept = taxonomy.concepts.get(name)
            if concept is None:
                continue
            if concept.kind in _ITEMS:
                yield from _item(taxonomy, schema, element, concept, known)
            elif concept.kind == "tuple":
                yield from _tuple(taxonomy, schema, element, concept, known)


def _item(
    taxonomy: Taxonomy, schema: Schema, element: _Element, concept: Concept, known: Components
) -> Iterator[Problem]:
    name = local(concept.name)
    if concept.period_type not in {"instant", "duration"}:
        found = concept.period_type or "none"
        yield error(
            "xbrl.5.1.1.1:itemPeriodType",
            schema.url,
            element,
            f"The item {name} must have xbrli:periodType instant or duration; found {found}.",
            "Give the element declaration a periodType.",
        )
    yield from _balance(taxonomy, schema, element, concept)
    yield from _item_type(schema, element, concept, known)


def _balance(
    taxonomy: Taxonomy, schema: Schema, element: _Element, concept: Concept
) -> Iterator[Problem]:
    if concept.balance is None:
        return
    name = local(concept.name)
    if concept.balance not in {"debit", "credit"}:
        message = f"The item {name}'s balance must be debit or credit; found {concept.balance}."
        yield error("xbrl.5.1.1.2:itemBalance", schema.url, element, message)
    if not derives(taxonomy, concept.type, _MONETARY):
        message = (
            f"The item {name} has balance {concept.balance}; only items of monetaryItemType, or "
            f"a type derived from it, may have one, and its type is {local(concept.type or '?')}."
        )
        yield error(
            "xbrl.5.1.1.2:itemBalance",
            schema.url,
            element,
            message,
            "Remove the balance, or make the item monetary.",
        )


def _item_type(
    schema: Schema, element: _Element, concept: Concept, known: Components
) -> Iterator[Problem]:
    name = local(concept.name)
    if concept.item_type is None:
        message = (
            f"The item {name} must have an XBRL item type or one derived from it by restriction; "
            f"found {concept.type or 'no type'}."
        )
        yield error("xbrl.5.1.1.3:itemType", schema.url, element, message)
        return
    found = _content(concept, known)
    if found is not None and found.value_type is None and concept.item_type != _FRACTION:
        message = f"The item {name} has complex content; only fractions may."
        yield error("xbrl.5.1.1.3:itemType", schema.url, element, message)
    if found is not None and found.is_mixed:
        message = f"The item {name} has mixed content, which no item may have."
        yield error("xbrl.5.1.1:itemMixedContent", schema.url, element, message)


def _content(concept: Concept, known: Components) -> ComplexType | None:
    declaration = known.element(concept.name)
    return None if declaration is None else known.complex(declaration.type)


def derives(taxonomy: Taxonomy, type_name: str | None, ancestor: str) -> bool:
    """Whether a type is `ancestor` or derived from it."""
    seen: set[str] = set()
    while type_name is not None and type_name not in seen:
        if type_name == ancestor:
            return True
        seen.add(type_name)
        facets = taxonomy.types.get(type_name)
        type_name = facets.base if facets is not None else None
    return False


def _tuple(
    taxonomy: Taxonomy, schema: Schema, element: _Element, concept: Concept, known: Components
) -> Iterator[Problem]:
    name = local(concept.name)
    for value, attribute in (
        (concept.period_type, "periodType"),
        (concept.balance, "balance"),
    ):
        if value is not None:
            code = f"xbrl.4.9:tuple{attribute[0].upper()}{attribute[1:]}"
            message = f"The tuple {name} has {attribute} {value}; a tuple has none."
            yield error(code, schema.url, element, message, "Remove the attribute.")
    found = _content(concept, known)
    if found is None or found.is_any:
        return
    if found.value_type is not None:
        message = f"The tuple {name} has simple content; its content must be items and tuples."
        yield error("xbrl.4.9:tupleSimpleContent", schema.url, element, message)
    if found.is_mixed:
        message = f"The tuple {name} has mixed content; a tuple holds no text."
        yield error("xbrl.4.9:tupleMixedContent", schema.url, element, message)
    yield from _tuple_attributes(schema, element, name, found)
    yield from _tuple_children(taxonomy, schema, element, concept, found.particle, known)


def _tuple_attributes(
    schema: Schema, element: _Element, name: str, found: ComplexType
) -> Iterator[Problem]:
    for attribute in found.attributes:
        if attribute.startswith(_RESERVED):
            message = (
                f"The tuple {name} takes the attribute {attribute}; attributes of the "
                "XBRL and XLink namespaces are not allowed on tuples."
            )
            yield error("xbrl.4.9:tupleAttribute", schema.url, element, message)


def _tuple_children(
    taxonomy: Taxonomy,
    schema: Schema,
    element: _Element,
    concept: Concept,
    particle: Particle | None,
    known: Components,
) -> Iterator[Problem]:
    for child in _elements(particle):
        about = f"The tuple {local(concept.name)} holds {local(child.name)}"
        if known.element(child.name) is not child:
            code, message = "xbrl.4.9:tupleGloballyDeclared", f"{about}, declared in place."
            if child.name in taxonomy.concepts or known.element(child.name) is None:
                yield error(code, schema.url, element, message, "Declare it globally; refer to it.")
        else:
            kind = taxonomy.concepts[child.name].kind if child.name in taxonomy.concepts else ""
            if kind != "tuple" and kind not in _ITEMS:
                message = f"{about}, which is neither an item nor a tuple."
                yield error("xbrl.4.9:tupleElementItemOrTuple", schema.url, element, message)


def _elements(particle: Particle | None) -> Iterator[Declaration]:
    """The elements a content model names, whatever the order."""
    if particle is not None:
        if particle.element is not None:
            yield particle.element
        for part in particle.parts:
            yield from _elements(part)
