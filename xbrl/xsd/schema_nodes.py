"""Schema documents by their components: the nodes that declare, names in force, simple types.

The core schemas of XBRL are known here in our own words (`core/*.xsd`), so that nothing is
fetched and no document of a taxonomy can replace them.

Belongs here: finding a declaring node, resolving a name at it, and simple types as facets. Does
not: content models and attributes (`schema_reader`), or look-ups (`components`).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import count
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from xbrl.names import XML, XSD, clark, split
from xbrl.taxonomy.model import Facets
from xbrl.xsd.types import SimpleTypes

ANY_SIMPLE = f"{{{XSD}}}anySimpleType"
_CORE = Path(__file__).parent / "core"
_TOP = {"element", "simpleType", "complexType", "attribute", "group", "attributeGroup"}
_FACETS = {
    "length", "minLength", "maxLength", "whiteSpace", "totalDigits", "fractionDigits",
    "minInclusive", "maxInclusive", "minExclusive", "maxExclusive",
}  # fmt: skip


@cache
def _core_roots() -> tuple[_Element, ...]:
    return tuple(etree.parse(path).getroot() for path in sorted(_CORE.glob("*.xsd")))


def local_name(node: _Element) -> str:
    """The local name of a node."""
    return split(node.tag)[1] if isinstance(node.tag, str) else ""


def children_of(node: _Element, *names: str) -> list[_Element]:
    """The child elements with any of the local names."""
    return [child for child in node if local_name(child) in names]


def first_child(node: _Element, *names: str) -> _Element | None:
    """The first child element with any of the local names."""
    return next(iter(children_of(node, *names)), None)


def root_of(node: _Element) -> _Element:
    """The document element above a node."""
    return node.getroottree().getroot()


def is_true(node: _Element, attribute: str) -> bool:
    """Whether a boolean attribute says so."""
    return (node.get(attribute) or "").strip() in {"true", "1"}


class SchemaNodes:
    """The declaring nodes of schema documents (root and namespace in force), and of the core."""

    def __init__(self, roots: Iterable[tuple[_Element, str]], types: Mapping[str, Facets]) -> None:
        self._nodes: dict[tuple[str, str], tuple[_Element, str]] = {}
        self._anonymous: dict[_Element, str] = {}
        self._numbers = count()
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
            kind = local_name(node)
            name = node.get("name")
            if kind in _TOP and name:
                symbol = "type" if kind in {"simpleType", "complexType"} else kind
                self._nodes.setdefault((symbol, clark(namespace, name)), (node, namespace))
                if kind == "simpleType":
                    self._declare_simple(node, namespace, clark(namespace, name))

    def _anonymous_name(self, node: _Element, namespace: str, owner: str) -> str:
        if node not in self._anonymous:
            name = clark(namespace, f"{owner}#{next(self._numbers)}")
            self._anonymous[node] = name
            self._nodes["type", name] = (node, namespace)
            if local_name(node) == "simpleType":
                self._declare_simple(node, namespace, name)
        return self._anonymous[node]

    def _declare_simple(self, node: _Element, namespace: str, name: str) -> None:
        derivation = first_child(node, "restriction", "list", "union")
        if derivation is None:
            return
        inner = [
            self._anonymous_name(each, namespace, split(name)[1])
            for each in children_of(derivation, "simpleType")
        ]
        kind = local_name(derivation)
        if kind == "union":
            named = (derivation.get("memberTypes") or "").split()
            members = (*(self._resolved(derivation, namespace, each) for each in named), *inner)
            self.facets[name] = Facets(name, None, (), (), {}, members, None)
        elif kind == "list":
            item = self._reference(derivation, namespace, "itemType")
            item = item or next(iter(inner), ANY_SIMPLE)
            self.facets[name] = Facets(name, None, (), (), {}, (), item)
        else:
            base = self._reference(derivation, namespace, "base")
            base = base or next(iter(inner), ANY_SIMPLE)
            self.facets[name] = self._restricted(derivation, name, base)

    def _restricted(self, node: _Element, name: str, base: str) -> Facets:
        values = {kind: [] for kind in ("enumeration", "pattern")}  # type: dict[str, list[str]]
        limits: dict[str, str] = {}
        for child in node:
            kind, value = local_name(child), child.get("value") or ""
            if kind in values:
                values[kind].append(value)
            elif kind in _FACETS:
                limits[kind] = value.strip()
        patterns = tuple(values["pattern"])
        return Facets(name, base, tuple(values["enumeration"]), patterns, limits, (), None)

    def _local_name(self, node: _Element, namespace: str, kind: str) -> str:
        name = node.get("name") or ""
        form = node.get("form") or root_of(node).get(f"{kind}FormDefault")
        return clark(namespace, name) if form == "qualified" else name

    def _reference(self, node: _Element, namespace: str, attribute: str) -> str | None:
        written = node.get(attribute)
        return self._resolved(node, namespace, written.strip()) if written else None

    def _resolved(self, node: _Element, namespace: str, written: str) -> str:
        prefix, _, local = written.rpartition(":")
        if prefix == "xml":
            return clark(XML, local)
        found = node.nsmap.get(prefix or None)
        if found is None and not prefix and not root_of(node).get("targetNamespace"):
            found = namespace  # a schema without a namespace takes its includer's
        return clark(found, local)
