"""The schema components of a taxonomy: what its schema documents declare, resolved on demand.

Belongs here: looking up declarations and types, with their derivation. Does not: checking
content against them (`content`), or judging the schemas themselves.
"""

from collections.abc import Iterable, Mapping, Sequence

from lxml.etree import _Element

from xbrl.names import split
from xbrl.taxonomy.concepts import core_concepts, core_types
from xbrl.taxonomy.model import Concept, Facets, Taxonomy
from xbrl.xsd.declarations import (
    ANY_TYPE,
    ComplexType,
    Declaration,
    Particle,
    Wildcard,
)
from xbrl.xsd.schema_nodes import first_child, is_true, local_name
from xbrl.xsd.schema_reader import SchemaReader

_DEPTH = 64
_NOTHING: Mapping[str, Facets] = {}
_NO_CONCEPTS: Mapping[str, Concept] = {}


class Components(SchemaReader):
    """Everything declared by schema documents (root and namespace in force), and by the core."""

    def __init__(
        self,
        roots: Iterable[tuple[_Element, str]],
        types: Mapping[str, Facets] = _NOTHING,
        concepts: Mapping[str, Concept] = _NO_CONCEPTS,
    ) -> None:
        super().__init__(roots, types)
        self._concepts = concepts
        self._types: dict[str, ComplexType | None] = {}
        self._members: dict[str, list[str]] | None = None
        self._declarations: dict[str, Declaration | None] = {}
        self._heads: dict[str, list[str]] = {}

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
            one.default_value,
            one.fixed_value,
            one.substitution_group,
        )

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

    def heads(self, name: str) -> Sequence[str]:
        """An element's name and those it may stand for, in whose substitution groups it is."""
        found = self._heads.get(name)
        if found is None:
            found = self._heads[name] = [name]
            while len(found) < _DEPTH:
                declaration = self.element(found[-1])
                if declaration is None or declaration.substitution_group is None:
                    break
                found.append(declaration.substitution_group)
        return found

    def complex(self, name: str) -> ComplexType | None:
        """A complex type; None for a simple or unknown one."""
        if name == ANY_TYPE:
            return _ANYTHING
        if name not in self._types:
            self._types[name] = None  # a type that derives from itself ends here
            found = self._nodes.get(("type", name))
            if found is None:
                self._types[name] = self._by_facets(name)
            elif local_name(found[0]) == "complexType":
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

    def _complex(self, node: _Element, namespace: str, name: str) -> ComplexType:
        content = first_child(node, "simpleContent", "complexContent")
        mixed = is_true(node, "mixed")
        if content is None:
            attributes, wildcard = self._attributes(node, namespace)
            return ComplexType(
                name, ANY_TYPE, None, self._model(node, namespace), mixed,
                is_true(node, "abstract"), attributes, wildcard,
            )  # fmt: skip
        derivation = first_child(content, "restriction", "extension")
        if derivation is None:
            return _ANYTHING
        simple = local_name(content) == "simpleContent"
        mixed = mixed or is_true(content, "mixed")
        return self._derived(derivation, namespace, name, simple=simple, mixed=mixed)._replace(
            is_abstract=is_true(node, "abstract")
        )

    def _derived(
        self, node: _Element, namespace: str, name: str, *, simple: bool, mixed: bool
    ) -> ComplexType:
        base_name = self._reference(node, namespace, "base") or ANY_TYPE
        base = self.complex(base_name)
        own, own_wildcard = self._attributes(node, namespace)
        extends = local_name(node) == "extension"
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
        inner = first_child(node, "simpleType")
        if inner is not None:
            below = self._anonymous_name(inner, namespace, split(name)[1])
        else:
            below = self.value_type(base) or base
        self.facets[name] = self._restricted(node, name, below)
        return name


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
