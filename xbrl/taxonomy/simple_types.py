"""Types as tables of facets: what restricts a value, one derivation step a row.

Belongs here: reading simple types and complex types with simple content. Does not:
judging values by them (`xbrl.xsd.types`).
Source: XML Schema 1.0 Structures § 3.14, 3.4; Datatypes § 4.3.
"""

from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from xbrl.names import XBRLI, XSD, clark
from xbrl.taxonomy.model import Facets
from xbrl.taxonomy.schema import qname
from xbrl.taxonomy.syntax import Schema

ORIGINAL = "#original"
"""Ends the name of a type that an xs:redefine builds upon."""

_RESTRICTION, _EXTENSION = f"{{{XSD}}}restriction", f"{{{XSD}}}extension"
_SIMPLE, _COMPLEX = f"{{{XSD}}}simpleType", f"{{{XSD}}}complexType"
_SIMPLE_CONTENT, _COMPLEX_CONTENT = f"{{{XSD}}}simpleContent", f"{{{XSD}}}complexContent"
_UNION, _LIST = f"{{{XSD}}}union", f"{{{XSD}}}list"
_FACETS = {
    f"{{{XSD}}}{name}": name
    for name in (
        *("length", "minLength", "maxLength", "whiteSpace", "totalDigits", "fractionDigits"),
        *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
    )
}
_ATTRIBUTES = tuple(f"{{{XSD}}}{name}" for name in ("attribute", "attributeGroup", "anyAttribute"))
_PATTERN, _ENUMERATION = f"{{{XSD}}}pattern", f"{{{XSD}}}enumeration"


def types_of(schemas: Sequence[Schema]) -> dict[str, Facets]:
    """Every named type, and those anonymous ones that global elements and attributes have."""
    redefined = {name for schema in schemas for name in schema.redefined}
    found: dict[str, Facets] = {}
    for schema in schemas:
        for facets in _declared(schema):
            name = facets.name
            if name in redefined and name not in schema.redefined:
                found.setdefault(name + ORIGINAL, facets._replace(name=name + ORIGINAL))
            elif facets.base == name:
                found.setdefault(name, facets._replace(base=name + ORIGINAL))
            else:
                found.setdefault(name, facets)
    return found


def _declared(schema: Schema) -> Iterator[Facets]:
    for name, element in schema.types.items():
        yield from read_type(schema, element, name)
    for declarations in (schema.elements, schema.attributes):
        for name, element in declarations.items():
            anonymous = anonymous_type(element)
            if anonymous is not None:
                yield from read_type(schema, anonymous, f"{name}#type")


def anonymous_type(element: _Element) -> _Element | None:
    """The type written inside a declaration."""
    return next(element.iterchildren(_SIMPLE, _COMPLEX), None)


def type_name(schema: Schema, element: _Element) -> str | None:
    """The name of the type of an element or attribute declaration; None when it names none."""
    if (text := element.get("type")) is not None:
        return qname(schema, element, text)
    if anonymous_type(element) is not None and (name := element.get("name")):
        return f"{clark(schema.namespace, name)}#type"
    return None


def read_type(schema: Schema, element: _Element, name: str) -> Iterator[Facets]:
    """The rows of a type: its own, and those of the anonymous types inside it."""
    for child in element.iterchildren("*"):
        if child.tag == _UNION:
            yield from _union(schema, child, name)
            return
        if child.tag == _LIST:
            yield from _list(schema, child, name)
            return
        if child.tag == _RESTRICTION and element.tag == _SIMPLE:
            yield from _restriction(schema, child, name)
            return
        if child.tag in {_SIMPLE_CONTENT, _COMPLEX_CONTENT}:
            derivation = next(child.iterchildren(_RESTRICTION, _EXTENSION), None)
            if derivation is not None:
                is_complex = child.tag == _COMPLEX_CONTENT
                yield from _restriction(schema, derivation, name, is_complex=is_complex)
                return
    is_complex = element.tag == _COMPLEX
    attributes = _has_attributes(schema, element)
    yield Facets(name, None, (), (), {}, (), None, is_complex, attributes)


def _has_attributes(schema: Schema, element: _Element) -> bool:
    """Whether a type has attributes of its own; those of XBRL's own groups every fact has."""
    return any(
        not (qname(schema, child, child.get("ref", "")) or "").startswith(f"{{{XBRLI}}}")
        for child in element.iterchildren(*_ATTRIBUTES)
    )


def _restriction(
    schema: Schema, element: _Element, name: str, *, is_complex: bool = False
) -> Iterator[Facets]:
    base = element.get("base")
    base_name = qname(schema, element, base) if base is not None else None
    enumeration, patterns, limits = [], [], {}
    for child in element.iterchildren("*"):
        value = child.get("value")
        if child.tag == _SIMPLE and base_name is None:
            base_name = f"{name}#base"
            yield from read_type(schema, child, base_name)
        elif value is None:
            continue
        elif child.tag == _ENUMERATION:
            enumeration.append(value)
        elif child.tag == _PATTERN:
            patterns.append(value)
        elif child.tag in _FACETS:
            limits[_FACETS[child.tag]] = value
    yield Facets(
        name, base_name, tuple(enumeration), tuple(patterns), limits, (), None, is_complex,
        _has_attributes(schema, element),
    )  # fmt: skip


def _union(schema: Schema, element: _Element, name: str) -> Iterator[Facets]:
    members = [qname(schema, element, text) for text in element.get("memberTypes", "").split()]
    for number, child in enumerate(element.iterchildren(_SIMPLE)):
        members.append(f"{name}#member{number}")
        yield from read_type(schema, child, members[-1])
    yield Facets(name, None, (), (), {}, tuple(members), None)


def _list(schema: Schema, element: _Element, name: str) -> Iterator[Facets]:
    text = element.get("itemType")
    item = qname(schema, element, text) if text is not None else f"{name}#item"
    for child in element.iterchildren(_SIMPLE):
        yield from read_type(schema, child, item)
    yield Facets(name, None, (), (), {}, (), item)
