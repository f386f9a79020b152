"""The schema components of a taxonomy: what its schema documents declare, resolved on demand.

The core schemas of XBRL are known here in our own words (`core/*.xsd`), so that nothing is
fetched and no document of a taxonomy can replace them.

Belongs here: looking up declarations and types. Does not: checking content against them
(`content`), or judging the schemas themselves.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import count
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from xbrl.names import XML, XSD, clark, split
from xbrl.taxonomy.concepts import core_concepts, core_types
from xbrl.taxonomy.model import Concept, Facets, Taxonomy
from xbrl.validation.declarations import (
    AttributeUse,
    ComplexType,
    Declaration,
    Particle,
    Wildcard,
)
from xbrl.validation.types import SimpleTypes

_CORE = Path(__file__).parent / "core"
ANY_TYPE = f"{{{XSD}}}anyType"
_ANY_SIMPLE = f"{{{XSD}}}anySimpleType"
_TOP = {"element", "simpleType", "complexType", "attribute", "group", "attributeGroup"}
_FACETS = {
    "length", "minLength", "maxLength", "whiteSpace", "totalDigits", "fractionDigits",
    "minInclusive", "maxInclusive", "minExclusive", "maxExclusive",
}  # fmt: skip
_DEPTH = 64


@cache
def _core_roots() -> tuple[_Element, ...]:
    return tuple(etree.parse(path).getroot() for path in sorted(_CORE.glob("*.xsd")))


def _local(node: _Element) -> str:
    return split(node.tag)[1] if isinstance(node.tag, str) else ""


def _children(node: _Element, *names: str) -> list[_Element]:
    return [child for child in node if _local(child) in names]


def _child(node: _Element, *names: str) -> _Element | None:
    return next(iter(_children(node, *names)), None)


_NOTHING: Mapping[str, Facets] = {}
_NO_CONCEPTS: Mapping[str, Concept] = {}


class Components:
    """Everything declared by schema documents (root and namespace in force), and by the core."""

    def __init__(
        self,
        roots: Iterable[tuple[_Element, str]],
        types: Mapping[str, Facets] = _NOTHING,
        concepts: Mapping[str, Concept] = _NO_CONCEPTS,
    ) -> None:
        self._nodes: dict[tuple[str, str], tuple[_Element, str]] = {}
        self._types: dict[str, ComplexType | None] = {}
        self._anonymous: dict[_Element, str] = {}
        self._numbers = count()
        self._members: dict[str, list[str]] | None = None
        self._declarations: dict[str, Declaration | None] = {}
        self._concepts = concepts
        self.facets: dict[str, Facets] = dict(types)
        self.simple = SimpleTypes(self.facets)
        core = {root.get("targetNamespace") or "" for root in _core_roots()}
        for root in _core_roots():
            self._index(root, root.get("targetNamespace") or "")
        for root, namespace in roots:
            if namespace not in core:
                self._index(root, namespace)

    def _index(self, root: _Element, namespace: str) -> None:
        for node in root:
            kind = _local(node)
            name = node.get("name")
            if kind in _TOP and name:
                symbol = "type" if kind in {"simpleType", "complexType"} else kind
                self._nodes.setdefault((symbol, clark(namespace, name)), (node, namespace))
                if kind == "simpleType":
                    self._declare_simple(node, namespace, clark(namespace, name))

    # Elements

    def element(self, name: str) -> Declaration | None:
        """The global declaration of an element."""
        if name not in self._declarations:
            found = self._nodes.get(("element", name))
            self._declarations[name] = (
                self._declaration(found[0], found[1], name) if found else self._by_concept(name)
            )
        return self._declarations[name]

    def _by_concept(self, name: str) -> Declaration | None:
        """What the taxonomy says of an element whose schema document is not at hand."""
        one = self._concepts.get(name)
        if one is None:
            return None
        return Declaration(
            name,
            one.type or ANY_TYPE,
            one.is_nillable,
            one.is_abstract,
            None,
            None,
            one.substitution_group,
        )

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
        inline = _child(node, "complexType", "simpleType")
        if inline is not None:
            return self._anonymous_name(inline, namespace, node.get("name") or "")
        head = self.element(group) if group and group != node.get("name") else None
        return head.type if head else ANY_TYPE

    def substitutable(self, head: str) -> list[str]:
        """`head` and every element that may stand for it, abstract ones left out."""
        if self._members is None:
            self._members = {}
            for kind, name in list(self._nodes):
                declared = self.element(name) if kind == "element" else None
                if declared is not None and declared.substitution_group:
                    self._members.setdefault(declared.substitution_group, []).append(name)
        found: dict[str, None] = {}
        waiting = [head]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting.extend(self._members.get(name, ()))
        return [name for name in found if not self._is_abstract(name)]

    def _is_abstract(self, name: str) -> bool:
        declaration = self.element(name)
        return declaration is not None and declaration.is_abstract

    def substitutes(self, name: str, head: str) -> bool:
        """Whether `name` is `head` or in its substitution group, directly or not."""
        for _ in range(_DEPTH):
            if name == head:
                return True
            declaration = self.element(name)
            if declaration is None or declaration.substitution_group is None:
                return False
            name = declaration.substitution_group
        return False

    # Types

    def complex(self, name: str) -> ComplexType | None:
        """A complex type; None for a simple or unknown one."""
        if name == ANY_TYPE:
            return _ANYTHING
        if name not in self._types:
            self._types[name] = None  # a type that derives from itself ends here
            found = self._nodes.get(("type", name))
            if found is None:
                self._types[name] = self._by_facets(name)
            elif _local(found[0]) == "complexType":
                self._types[name] = self._complex(found[0], found[1], name)
        return self._types[name]

    def _by_facets(self, name: str) -> ComplexType | None:
        """A complex type whose schema document is not at hand: an item type, or any content."""
        facets = self.facets.get(name)
        if facets is None:
            return None
        if facets.is_complex:
            return _ANYTHING._replace(name=name)
        base = self.complex(facets.base) if facets.base else None
        return base and base._replace(name=name, base=facets.base, value_type=name)

    def knows_type(self, name: str) -> bool:
        """Whether the type is declared, or built in."""
        return name == ANY_TYPE or self.complex(name) is not None or self.simple.knows(name)

    def value_type(self, name: str) -> str | None:
        """The simple type of an element's text, whose type is `name`; None for other content."""
        found = self.complex(name)
        if found is not None:
            return found.value_type
        return name if self.simple.knows(name) else None

    def derives(self, name: str, ancestor: str) -> bool:
        """Whether a type is `ancestor` or derived from it, by whatever steps."""
        return ancestor == ANY_TYPE or ancestor in self.lineage(name)

    def lineage(self, name: str) -> list[str]:
        """The type and what it derives from, nearest first."""
        found = [name]
        while len(found) < _DEPTH:
            complex_type = self.complex(found[-1])
            base = complex_type.base if complex_type else self._simple_base(found[-1])
            if base is None or base == ANY_TYPE:
                break
            found.append(base)
        return found

    def _simple_base(self, name: str) -> str | None:
        facets = self.facets.get(name)
        return facets.base if facets else None

    def _anonymous_name(self, node: _Element, namespace: str, owner: str) -> str:
        if node not in self._anonymous:
            name = clark(namespace, f"{owner}#{next(self._numbers)}")
            self._anonymous[node] = name
            self._nodes["type", name] = (node, namespace)
            if _local(node) == "simpleType":
                self._declare_simple(node, namespace, name)
        return self._anonymous[node]

    def _complex(self, node: _Element, namespace: str, name: str) -> ComplexType:
        content = _child(node, "simpleContent", "complexContent")
        mixed = _is_true(node, "mixed")
        if content is None:
            attributes, wildcard = self._attributes(node, namespace)
            return ComplexType(
                name, ANY_TYPE, None, self._model(node, namespace), mixed,
                _is_true(node, "abstract"), attributes, wildcard,
            )  # fmt: skip
        derivation = _child(content, "restriction", "extension")
        if derivation is None:
            return _ANYTHING
        simple = _local(content) == "simpleContent"
        mixed = mixed or _is_true(content, "mixed")
        return self._derived(derivation, namespace, name, simple=simple, mixed=mixed)._replace(
            is_abstract=_is_true(node, "abstract")
        )

    def _derived(
        self, node: _Element, namespace: str, name: str, *, simple: bool, mixed: bool
    ) -> ComplexType:
        base_name = self._reference(node, namespace, "base") or ANY_TYPE
        base = self.complex(base_name)
        own, own_wildcard = self._attributes(node, namespace)
        extends = _local(node) == "extension"
        attributes = {**(base.attributes if base else {}), **own}
        for dropped in self._prohibited(node, namespace):
            attributes.pop(dropped, None)
        wildcard = own_wildcard
        if extends and base and not base.is_any:
            wildcard = _wider(own_wildcard, base.wildcard)
        value_type = self._simple_content(node, namespace, name, base_name) if simple else None
        particle = None if simple else self._model(node, namespace)
        if extends and not simple and base and base.particle and not base.is_any:
            parts = (base.particle,) if particle is None else (base.particle, particle)
            particle = Particle("sequence", 1, 1, parts)
        if extends and base and base.is_mixed and not simple:
            mixed = True
        return ComplexType(
            name, base_name, value_type, particle, mixed, False, attributes, wildcard
        )  # fmt: skip

    def _simple_content(self, node: _Element, namespace: str, name: str, base: str) -> str:
        inner = _child(node, "simpleType")
        if inner is not None:
            below = self._anonymous_name(inner, namespace, split(name)[1])
        else:
            below = self.value_type(base) or base
        self.facets[name] = self._restricted(node, namespace, name, below)
        return name

    def _declare_simple(self, node: _Element, namespace: str, name: str) -> None:
        derivation = _child(node, "restriction", "list", "union")
        if derivation is None:
            return
        inner = [
            self._anonymous_name(each, namespace, split(name)[1])
            for each in _children(derivation, "simpleType")
        ]
        kind = _local(derivation)
        if kind == "union":
            named = (derivation.get("memberTypes") or "").split()
            members = (*(self._resolved(derivation, namespace, each) for each in named), *inner)
            self.facets[name] = Facets(name, None, (), (), {}, members, None)
        elif kind == "list":
            item = self._reference(derivation, namespace, "itemType")
            item = item or next(iter(inner), _ANY_SIMPLE)
            self.facets[name] = Facets(name, None, (), (), {}, (), item)
        else:
            base = self._reference(derivation, namespace, "base")
            base = base or next(iter(inner), _ANY_SIMPLE)
            self.facets[name] = self._restricted(derivation, namespace, name, base)

    def _restricted(self, node: _Element, namespace: str, name: str, base: str) -> Facets:
        del namespace
        values = {kind: [] for kind in ("enumeration", "pattern")}  # type: dict[str, list[str]]
        limits: dict[str, str] = {}
        for child in node:
            kind, value = _local(child), child.get("value") or ""
            if kind in values:
                values[kind].append(value)
            elif kind in _FACETS:
                limits[kind] = value.strip()
        patterns = tuple(values["pattern"])
        return Facets(name, base, tuple(values["enumeration"]), patterns, limits, (), None)

    # Attributes

    def attribute(self, name: str) -> AttributeUse | None:
        """The global declaration of an attribute."""
        found = self._nodes.get(("attribute", name))
        return found and self._use(found[0], found[1], name)

    def _use(self, node: _Element, namespace: str, name: str) -> AttributeUse:
        inner = _child(node, "simpleType")
        if inner is not None:
            type_ = self._anonymous_name(inner, namespace, split(name)[1])
        else:
            type_ = self._reference(node, namespace, "type") or _ANY_SIMPLE
        required = node.get("use") == "required"
        return AttributeUse(name, type_, required, node.get("default"), node.get("fixed"))

    def _attributes(
        self, node: _Element, namespace: str
    ) -> tuple[dict[str, AttributeUse], Wildcard | None]:
        uses: dict[str, AttributeUse] = {}
        wildcard: Wildcard | None = None
        for child in _children(node, "attribute", "attributeGroup", "anyAttribute"):
            kind = _local(child)
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
                referred, _ANY_SIMPLE, required, node.get("default"), node.get("fixed")
            )
        default, fixed = node.get("default"), node.get("fixed")
        if default is None and fixed is None:
            default, fixed = declared.default, declared.fixed
        return AttributeUse(referred, declared.type, required, default, fixed)

    def _prohibited(self, node: _Element, namespace: str) -> list[str]:
        return [
            self._reference(child, namespace, "ref")
            or self._local_name(child, namespace, "attribute")
            for child in _children(node, "attribute")
            if child.get("use") == "prohibited"
        ]

    # Content models

    def _model(self, node: _Element, namespace: str) -> Particle | None:
        found = _child(node, "sequence", "choice", "all", "group")
        return None if found is None else self._particle(found, namespace, 0)

    def _particle(self, node: _Element, namespace: str, depth: int) -> Particle | None:
        low = int(node.get("minOccurs") or 1)
        written = (node.get("maxOccurs") or "1").strip()
        high = None if written == "unbounded" else int(written)
        if high == 0 or depth > _DEPTH:
            return None
        kind = _local(node)
        if kind == "element":
            return Particle("element", low, high, element=self._local_element(node, namespace))
        if kind == "any":
            return Particle("any", low, high, wildcard=_wildcard(node, namespace))
        if kind == "group":
            found = self._nodes.get(("group", self._reference(node, namespace, "ref") or ""))
            inner = found and _child(found[0], "sequence", "choice", "all")
            part = (
                self._particle(inner, found[1], depth + 1) if found and inner is not None else None
            )
            return part and Particle("sequence", low, high, (part,))
        parts = [
            self._particle(child, namespace, depth + 1)
            for child in _children(node, "element", "any", "sequence", "choice", "group", "all")
        ]
        return Particle(kind, low, high, tuple(filter(None, parts)))

    def _local_element(self, node: _Element, namespace: str) -> Declaration:
        referred = self._reference(node, namespace, "ref")
        if referred is None:
            return self._declaration(node, namespace, self._local_name(node, namespace, "element"))
        declared = self.element(referred)
        return declared or Declaration(referred, ANY_TYPE, True, False, None, None, None)

    # Names

    def _local_name(self, node: _Element, namespace: str, kind: str) -> str:
        name = node.get("name") or ""
        form = node.get("form") or _root(node).get(f"{kind}FormDefault")
        return clark(namespace, name) if form == "qualified" else name

    def _reference(self, node: _Element, namespace: str, attribute: str) -> str | None:
        written = node.get(attribute)
        return self._resolved(node, namespace, written.strip()) if written else None

    def _resolved(self, node: _Element, namespace: str, written: str) -> str:
        prefix, _, local = written.rpartition(":")
        if prefix == "xml":
            return clark(XML, local)
        found = node.nsmap.get(prefix or None)
        if found is None and not prefix and not _root(node).get("targetNamespace"):
            found = namespace  # a schema without a namespace takes its includer's
        return clark(found, local)


def _root(node: _Element) -> _Element:
    return node.getroottree().getroot()


def _is_true(node: _Element, attribute: str) -> bool:
    return (node.get(attribute) or "").strip() in {"true", "1"}


def _wildcard(node: _Element, namespace: str) -> Wildcard:
    process = node.get("processContents") or "strict"
    return Wildcard((node.get("namespace") or "##any").strip(), namespace, process)


def _wider(own: Wildcard | None, base: Wildcard | None) -> Wildcard | None:
    if own is None or base is None:
        return own or base
    if own.namespaces == base.namespaces:
        return own
    return Wildcard("##any", own.target, own.process)


_LAX = Wildcard("##any", "", "lax")
_ANYTHING = ComplexType(
    ANY_TYPE, None, None, Particle("any", 0, None, wildcard=_LAX), True, False, {}, _LAX, True
)


def of(taxonomy: Taxonomy) -> Components:
    """The components of a taxonomy; of one read from Parquet, as far as its tables tell."""
    found = taxonomy.derived.get(__name__)
    if not isinstance(found, Components):
        roots = [(schema.root, schema.namespace) for schema in taxonomy.schemas]
        found = Components(
            roots, core_types() | taxonomy.types, core_concepts() | taxonomy.concepts
        )
        taxonomy.derived[__name__] = found
    return found
