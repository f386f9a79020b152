"""Elements against their declarations: type, nil, attributes, text, children.

Belongs here: what XML Schema says of an element that has a declaration, and of one that
need not have one. Does not: XBRL's own rules, or how a fault becomes a `Problem`. Source: XML
Schema Part 1 (second edition), § 3.3.4 and 3.4.4.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml.etree import _Element

from xbrl.names import XSI, clark, split
from xbrl.validation.models import Model
from xbrl.xsd.components import Components
from xbrl.xsd.declarations import AttributeUse, ComplexType, Declaration
from xbrl.xsd.lexical import BUILTINS

NIL = clark(XSI, "nil")
TYPE = clark(XSI, "type")
_ALWAYS = {NIL, TYPE, clark(XSI, "schemaLocation"), clark(XSI, "noNamespaceSchemaLocation")}
_SHOWN = 100
DEEPEST = 100
"""Levels of elements that are looked into; no honest instance nests as deep."""
_TOO_DEEP = f"stands more than {DEEPEST} levels deep; what is in it is not checked"


class Fault(NamedTuple):
    """Where an element is not what its declaration asks for, and why."""

    element: _Element
    code: str
    message: str


class Content:
    """Checks elements against the components of a taxonomy."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self._models: dict[str, Model] = {}

    def faults(self, element: _Element) -> Iterator[Fault]:
        """What is wrong with an element and everything in it, by its global declaration."""
        declaration = self.components.element(element.tag)
        if declaration is None:
            yield Fault(element, "xmlSchema:elementNotDeclared", "is not declared")
        else:
            yield from self.element_faults(element, declaration)

    def lax_faults(self, element: _Element, depth: int = 0) -> Iterator[Fault]:
        """The same where a declaration is not demanded: what has none is looked into."""
        declaration = self.components.element(element.tag)
        if declaration is not None:
            yield from self.element_faults(element, declaration, depth)
            return
        if depth > DEEPEST:
            yield Fault(element, "xml:depth", _TOO_DEEP)
            return
        yield from self._lax_attribute_faults(element)
        for child in _elements(element):
            yield from self.lax_faults(child, depth + 1)

    def element_faults(
        self, element: _Element, declaration: Declaration, depth: int = 0
    ) -> Iterator[Fault]:
        """What is wrong with an element by the given declaration."""
        if depth > DEEPEST:
            yield Fault(element, "xml:depth", _TOO_DEEP)
            return
        if declaration.is_abstract:
            yield Fault(element, "xmlSchema:abstractElement", "is abstract and may not be used")
        written = element.get(TYPE)
        type_ = self.type_of(element, declaration)
        if written is not None and not self._may_be(written, element, type_, declaration):
            message = f"xsi:type “{written}” must name a type derived from {declaration.type}"
            yield Fault(element, "xmlSchema:typeNotDerived", message)
            return
        found = self.components.complex(type_)
        if found is not None:
            yield from self.attribute_faults(element, found)
        else:
            yield from _no_attribute_faults(element)
        if is_nil(element):
            yield from _nil_faults(element, declaration)
        elif found is None or found.value_type is not None:
            value_type = found.value_type if found else type_
            yield from self._value_faults(element, declaration, value_type or type_)
        else:
            yield from self._children_faults(element, found, depth)

    def type_of(self, element: _Element, declaration: Declaration) -> str:
        """The type in force: the declared one, or the one xsi:type names."""
        written = element.get(TYPE)
        if written is None:
            return declaration.type
        name = BUILTINS["QName"].read(written.strip(), element.nsmap)
        return name if isinstance(name, str) else declaration.type

    def _may_be(
        self, written: str, element: _Element, type_: str, declaration: Declaration
    ) -> bool:
        name = BUILTINS["QName"].read(written.strip(), element.nsmap)
        if not isinstance(name, str) or not self.components.knows_type(name):
            return False
        return self.components.derives(type_, declaration.type)

    def model(self, found: ComplexType) -> Model:
        """The content model of a type, made once."""
        if found.name not in self._models:
            self._models[found.name] = Model(found.particle, self.components)
        return self._models[found.name]

    def attribute_faults(self, element: _Element, found: ComplexType) -> Iterator[Fault]:
        """What is wrong with the attributes of an element of the type."""
        for name, text in element.attrib.items():
            use = found.attributes.get(str(name))
            if use is not None:
                yield from self._attribute_value_faults(element, use, str(text))
            elif name not in _ALWAYS:
                yield from self._other_attribute_faults(element, found, str(name), str(text))
        for use in found.attributes.values():
            if use.is_required and use.name not in element.attrib:
                message = f"must have the attribute {_shown(use.name)}"
                yield Fault(element, "xmlSchema:attributesRequired", message)

    def _other_attribute_faults(
        self, element: _Element, found: ComplexType, name: str, text: str
    ) -> Iterator[Fault]:
        wildcard = found.wildcard
        if wildcard is None or not wildcard.admits(split(name)[0]):
            message = f"may not have the attribute {_shown(name)}"
            yield Fault(element, "xmlSchema:attributesExtraneous", message)
        elif wildcard.process != "skip":
            use = self.components.attribute(name)
            if use is not None:
                yield from self._attribute_value_faults(element, use, text)
            elif wildcard.process == "strict":
                message = f"attribute {_shown(name)} is not declared"
                yield Fault(element, "xmlSchema:attributesExtraneous", message)

    def _lax_attribute_faults(self, element: _Element) -> Iterator[Fault]:
        for name, text in element.attrib.items():
            use = None if name in _ALWAYS else self.components.attribute(str(name))
            if use is not None:
                yield from self._attribute_value_faults(element, use, str(text))

    def _attribute_value_faults(
        self, element: _Element, use: AttributeUse, text: str
    ) -> Iterator[Fault]:
        fault = self._value_fault(use.type, text, use.fixed, element.nsmap)
        if fault:
            message = f"attribute {_shown(use.name)}=“{text[:_SHOWN]}” {fault}"
            yield Fault(element, "xmlSchema:valueError", message)

    def _value_fault(
        self, type_: str, text: str, fixed: str | None, namespaces: Mapping[str | None, str]
    ) -> str | None:
        judgement = self.components.simple.judge(type_, text, namespaces)
        if judgement.fault is not None or fixed is None:
            return judgement.fault
        demanded = self.components.simple.judge(type_, fixed, namespaces)
        return None if demanded.value == judgement.value else f"must be “{fixed}”"

    def _value_faults(
        self, element: _Element, declaration: Declaration, type_: str
    ) -> Iterator[Fault]:
        children = list(_elements(element))
        if children:
            message = f"must hold text only, and holds {_shown(children[0].tag)}"
            yield Fault(element, "xmlSchema:elementUnexpected", message)
            return
        fault = self._value_fault(
            type_, effective_text(element, declaration), declaration.fixed, element.nsmap
        )
        if fault:
            text = _text(element)
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            yield Fault(element, "xmlSchema:valueError", f"value “{shown}” {fault}")

    def _children_faults(
        self, element: _Element, found: ComplexType, depth: int
    ) -> Iterator[Fault]:
        children = list(_elements(element))
        if not found.is_mixed and _own_text(element).strip(" \t\r\n"):
            message = f"must hold no text, and holds “{_own_text(element).strip()[:_SHOWN]}”"
            yield Fault(element, "xmlSchema:textNotAllowed", message)
        model = self.model(found)
        fault = model.fault([child.tag for child in children])
        if fault:
            yield Fault(element, "xmlSchema:elementUnexpected", fault)
        for child in children:
            yield from self._child_faults(child, model, depth + 1)

    def _child_faults(self, child: _Element, model: Model, depth: int) -> Iterator[Fault]:
        place = model.place(child.tag)
        if place is None:  # said already, by the model, of the parent
            return
        if place.declaration is not None and (
            place.wildcard is None or place.wildcard.process != "skip"
        ):
            yield from self.element_faults(child, place.declaration, depth)
        elif place.wildcard is not None and place.wildcard.process == "lax":
            yield from self.lax_faults(child, depth)
        elif place.wildcard is not None and place.wildcard.process == "strict":
            message = "is not declared"
            yield Fault(child, "xmlSchema:elementNotDeclared", message)


def is_nil(element: _Element) -> bool:
    """Whether xsi:nil is true."""
    return (element.get(NIL) or "").strip() in {"true", "1"}


def effective_text(element: _Element, declaration: Declaration) -> str:
    """The text, or the declared default of an element without any."""
    text = _text(element)
    if text:
        return text
    return declaration.fixed or declaration.default or ""


def _nil_faults(element: _Element, declaration: Declaration) -> Iterator[Fault]:
    if not declaration.is_nillable:
        message = "is declared not nillable and may not have xsi:nil"
        yield Fault(element, "xmlSchema:nilNotAllowed", message)
    if next(_elements(element), None) is not None or _text(element):
        message = "is nil and must be empty"
        yield Fault(element, "xmlSchema:nilNotEmpty", message)


def _no_attribute_faults(element: _Element) -> Iterator[Fault]:
    for name in element.attrib:
        if name not in _ALWAYS:
            message = f"may not have the attribute {_shown(str(name))}"
            yield Fault(element, "xmlSchema:attributesExtraneous", message)


def _elements(element: _Element) -> Iterator[_Element]:
    return (child for child in element if isinstance(child.tag, str))


def _text(element: _Element) -> str:
    return _own_text(element) if len(element) else element.text or ""


def _own_text(element: _Element) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _shown(name: str) -> str:
    return split(name)[1]
