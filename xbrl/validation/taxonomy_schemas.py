"""Schema documents by XML Schema's own rules, and XBRL's rules for the document as a whole.

Belongs here: elements and attributes a schema document may hold (`schema_documents.xsd`,
in our own words), names declared twice, names that lead nowhere; XBRL 2.1 § 5.1, 5.6.1.
Does not: concepts (`taxonomy_concepts`), content models (`taxonomy_particles`).
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from xbrl.names import XML, XSD, split
from xbrl.problem import Problem
from xbrl.taxonomy import core
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.schema import REDEFINE, qname
from xbrl.taxonomy.syntax import Schema
from xbrl.validation.taxonomy_documents import RepeatedContent, faults
from xbrl.validation.taxonomy_places import error, local
from xbrl.xsd import components
from xbrl.xsd.components import Components
from xbrl.xsd.declarations import ANY_TYPE

_DOCUMENTS = Path(__file__).parent / "schema_documents.xsd"
_SYMBOLS = {"simpleType": "type", "complexType": "type"}
_DECLARING = {"element", "attribute", "group", "attributeGroup", "simpleType", "complexType"}
_NAMING = {
    "type": "type",
    "base": "type",
    "itemType": "type",
    "substitutionGroup": "element",
}
_IMPORT = f"{{{XSD}}}import"


@cache
def _schema_for_schemas() -> _Element:
    return etree.parse(_DOCUMENTS).getroot()


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """What is wrong with a taxonomy's schema documents."""
    roots = [(schema.root, schema.namespace) for schema in taxonomy.schemas]
    content = RepeatedContent(Components([*roots, (_schema_for_schemas(), XSD)]))
    names = _Names(taxonomy)
    for schema in taxonomy.schemas:
        yield from _document(schema)
        yield from faults(content, schema.url, schema.root)
        yield from _twice(schema)
        yield from names.problems(schema)


def _document(schema: Schema) -> Iterator[Problem]:
    target = schema.root.get("targetNamespace")
    if target is not None and not target.strip():
        message = "The schema's targetNamespace is empty; a taxonomy schema must have a namespace."
        yield error("xbrl.5.1:emptyTargetNamespace", schema.url, schema.root, message)
    for element in schema.root.iterchildren(REDEFINE):
        message = "xsd:redefine must not be used in a taxonomy."
        yield error("xbrl.5.6.1:Redefine", schema.url, element, message)
    for element in schema.root.iterchildren(_IMPORT):
        if element.get("namespace") == schema.namespace:
            message = f"The schema imports its own namespace {schema.namespace}."
            yield error("xmlSchema:importNamespace", schema.url, element, message, "Use include.")


def _twice(schema: Schema) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for element in schema.root.iterchildren("*"):
        kind = local(str(element.tag))
        if kind in _DECLARING and (name := element.get("name")):
            key = _SYMBOLS.get(kind, kind), name
            if key in seen:
                message = f"{kind} {name} is declared twice in the schema."
                yield error("xmlSchema:duplicateDeclaration", schema.url, element, message)
            seen.add(key)


class _Names:
    """Whether the names a schema uses are declared, in a namespace the schema imports."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._known = components.of(taxonomy)
        self._taxonomy = taxonomy
        self._core: dict[str, set[str]] = {}
        for document in core.documents().values():
            names = {*document.elements, *document.types}
            self._core.setdefault(document.namespace, set()).update(names)
        self._groups = {name for one in taxonomy.schemas for name in one.groups}
        self._attribute_groups = {name for one in taxonomy.schemas for name in one.attribute_groups}

    def problems(self, schema: Schema) -> Iterator[Problem]:
        """Each name that leads nowhere, once for each place."""
        imported = self._imported(schema)
        for element in schema.root.iter(f"{{{XSD}}}*"):
            kind = local(str(element.tag))
            if kind in {"schema", "documentation"}:
                continue
            for attribute, symbol in _NAMING.items():
                text = element.get(attribute)
                if text is not None and kind in {*_DECLARING, "restriction", "extension", "list"}:
                    yield from self._used(schema, element, symbol, text, imported)
            if (text := element.get("ref")) is not None:
                yield from self._used(schema, element, kind, text, imported)
            for text in (element.get("memberTypes") or "").split():
                yield from self._used(schema, element, "type", text, imported)

    def _imported(self, schema: Schema) -> set[str]:
        """The namespaces a schema may use: its own, XML Schema's, those it imports.

        An included document uses its includer's imports too; the whole set's is taken then.
        """
        own = {schema.namespace, XSD, XML}
        for element in schema.root.iterchildren(_IMPORT):
            own.add(element.get("namespace", ""))
        return own

    def _used(
        self, schema: Schema, element: _Element, symbol: str, text: str, imported: set[str]
    ) -> Iterator[Problem]:
        name = qname(schema, element, text)
        namespace = split(name)[0]
        if text.startswith("xml:"):
            namespace = XML
        if namespace not in imported:
            message = f"{text} is of namespace “{namespace}”, which the schema does not import."
            yield error("xbrl:schemaImportMissing", schema.url, element, message, "Import it.")
        elif namespace != XML and not self._is_declared(symbol, name, namespace):
            message = f"{symbol} {text} is declared nowhere in the taxonomy."
            yield error("xmlSchema:refNotFound", schema.url, element, message)

    def _is_declared(self, symbol: str, name: str, namespace: str) -> bool:
        if name in self._core.get(namespace, ()):
            return True
        if symbol == "element":
            return self._known.element(name) is not None
        if symbol == "type":
            return name == ANY_TYPE or self._known.knows_type(name)
        if symbol == "attribute":
            return self._known.attribute(name) is not None
        if symbol == "group":
            return name in self._groups
        return symbol != "attributeGroup" or self._is_group(name, namespace)

    def _is_group(self, name: str, namespace: str) -> bool:
        return name in self._attribute_groups or namespace in self._core
