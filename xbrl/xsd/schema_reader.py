"""Declarations as schema documents write them: elements, attributes, content models.

Belongs here: one declaring node to one value of `declarations`. Does not: types with their
derivation, and look-ups (`components`). Source: XML Schema Part 1 (second edition), § 3.
"""

from abc import abstractmethod

from lxml.etree import _Element

from xbrl.names import split
from xbrl.xsd.declarations import (
    ANY_TYPE,
    AttributeUse,
    Declaration,
    Particle,
    Wildcard,
)
from xbrl.xsd.schema_nodes import (
    ANY_SIMPLE,
    SchemaNodes,
    children_of,
    first_child,
    local_name,
)

_DEPTH = 64


def _wildcard(node: _Element, namespace: str) -> Wildcard:
    process = node.get("processContents") or "strict"
    return Wildcard((node.get("namespace") or "##any").strip(), namespace, process)


class SchemaReader(SchemaNodes):
    """Reads the declaring nodes."""

    @abstractmethod
    def element(self, name: str) -> Declaration | None:
        """The global declaration of an element."""

    def _declaration(self, node: _Element, namespace: str, name: str) -> Declaration:
        group = self._reference(node, namespace, "substitutionGroup")
        return Declaration(
            name,
            self._type_of(node, namespace, group),
            node.get("nillable", "").strip() in {"true", "1"},
            node.get("abstract", "").strip() in {"true", "1"},
            node.get("default"),
            node.get("fixed"),
            group,
        )

    def _type_of(self, node: _Element, namespace: str, group: str | None) -> str:
        named = self._reference(node, namespace, "type")
        if named:
            return named
        inline = first_child(node, "complexType", "simpleType")
        if inline is not None:
            return self._anonymous_name(inline, namespace, node.get("name") or "")
        head = self.element(group) if group and group != node.get("name") else None
        return head.type if head else ANY_TYPE

    def attribute(self, name: str) -> AttributeUse | None:
        """The global declaration of an attribute."""
        found = self._nodes.get(("attribute", name))
        return found and self._use(found[0], found[1], name)

    def _use(self, node: _Element, namespace: str, name: str) -> AttributeUse:
        inner = first_child(node, "simpleType")
        if inner is not None:
            type_ = self._anonymous_name(inner, namespace, split(name)[1])
        else:
            type_ = self._reference(node, namespace, "type") or ANY_SIMPLE
        required = node.get("use") == "required"
        return AttributeUse(name, type_, required, node.get("default"), node.get("fixed"))

    def _attributes(
        self, node: _Element, namespace: str
    ) -> tuple[dict[str, AttributeUse], Wildcard | None]:
        uses: dict[str, AttributeUse] = {}
        wildcard: Wildcard | None = None
        for child in children_of(node, "attribute", "attributeGroup", "anyAttribute"):
            kind = local_name(child)
            if kind == "anyAttribute":
                wildcard = _wildcard(child, namespace)
            elif kind == "attribute" and child.get("use") != "prohibited":
                use = self._attribute_use(child, namespace)
                uses[use.name] = use
            elif kind == "attributeGroup":
                found = self._nodes.get(
                    ("attributeGroup", self._reference(child, namespace, "ref") or "")
                )
                if found is not None and found[0] is not node:
                    more, wider = self._attributes(*found)
                    uses.update(more)
                    wildcard = wildcard or wider
        return uses, wildcard

    def _attribute_use(self, node: _Element, namespace: str) -> AttributeUse:
        referred = self._reference(node, namespace, "ref")
        if referred is None:
            return self._use(node, namespace, self._local_name(node, namespace, "attribute"))
        declared = self.attribute(referred)
        required = node.get("use") == "required"
        if declared is None:
            return AttributeUse(
                referred, ANY_SIMPLE, required, node.get("default"), node.get("fixed")
            )
        default, fixed = node.get("default"), node.get("fixed")
        if default is None and fixed is None:
            default, fixed = declared.default, declared.fixed
        return AttributeUse(referred, declared.type, required, default, fixed)

    def _prohibited(self, node: _Element, namespace: str) -> list[str]:
        return [
            self._reference(child, namespace, "ref")
            or self._local_name(child, namespace, "attribute")
            for child in children_of(node, "attribute")
            if child.get("use") == "prohibited"
        ]

    def _model(self, node: _Element, namespace: str) -> Particle | None:
        found = first_child(node, "sequence", "choice", "all", "group")
        return None if found is None else self._particle(found, namespace, 0)

    def _particle(self, node: _Element, namespace: str, depth: int) -> Particle | None:
        low = int(node.get("minOccurs") or 1)
        written = (node.get("maxOccurs") or "1").strip()
        high = None if written == "unbounded" else int(written)
        if high == 0 or depth > _DEPTH:
            return None
        kind = local_name(node)
        if kind == "element":
            return Particle("element", low, high, element=self._local_element(node, namespace))
        if kind == "any":
            return Particle("any", low, high, wildcard=_wildcard(node, namespace))
        if kind == "group":
            found = self._nodes.get(("group", self._reference(node, namespace, "ref") or ""))
            inner = found and first_child(found[0], "sequence", "choice", "all")
            part = (
                self._particle(inner, found[1], depth + 1) if found and inner is not None else None
            )
            return part and Particle("sequence", low, high, (part,))
        parts = [
            self._particle(child, namespace, depth + 1)
            for child in children_of(node, "element", "any", "sequence", "choice", "group", "all")
        ]
        return Particle(kind, low, high, tuple(filter(None, parts)))

    def _local_element(self, node: _Element, namespace: str) -> Declaration:
        referred = self._reference(node, namespace, "ref")
        if referred is None:
            return self._declaration(node, namespace, self._local_name(node, namespace, "element"))
        declared = self.element(referred)
        return declared or Declaration(referred, ANY_TYPE, True, False, None, None, None)
