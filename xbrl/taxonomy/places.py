"""What a locator points at, as a name: a concept's, or `url#fragment` of anything else.

Belongs here: document and fragment to name. Does not: whether such a target is allowed.
Source: XBRL 2.1 § 3.5.3.7.3.
"""

from collections.abc import Iterable, Mapping

from lxml.etree import _Element

from xbrl.names import XSD, clark
from xbrl.taxonomy import core
from xbrl.taxonomy.model import Document
from xbrl.taxonomy.pointer import Pointers
from xbrl.taxonomy.syntax import ExtendedLink, Resource, Schema

_SCHEMA, _ELEMENT = f"{{{XSD}}}schema", f"{{{XSD}}}element"


class Places:
    """Names what addresses point at, over all documents of a discoverable taxonomy set."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        schemas: Iterable[Schema],
        links: Iterable[ExtendedLink],
    ) -> None:
        self._documents = documents
        self._pointers = Pointers()
        self._namespaces: dict[str, str] = {}
        self._concepts: dict[str, dict[str, str]] = {}
        for schema in schemas:
            self._namespaces.setdefault(schema.url, schema.namespace)
            ids = self._concepts.setdefault(schema.url, {})
            for name, element in schema.elements.items():
                if (identity := element.get("id")) is not None:
                    ids.setdefault(identity, name)
        self.resources: dict[str, Resource] = {}
        self._resource_at: dict[_Element, str] = {}
        for link in links:
            for resource in link.resources:
                self.resources[resource.key] = resource
                self._resource_at[resource.element] = resource.key

    def name(self, url: str, fragment: str) -> str | None:
        """The name of what stands at `url#fragment`, or None when nothing does."""
        concept = self._concepts.get(url, {}).get(fragment)
        if concept is not None:
            return concept
        key = f"{url}#{fragment}"
        if key in self.resources:
            return key
        document = self._documents.get(url)
        if document is None:
            return self._in_core(url, fragment)
        element = self._pointers.find(url, document.root, fragment)
        return None if element is None else self._name_of(url, element, key)

    def element(self, url: str, fragment: str) -> _Element | None:
        """The element at `url#fragment`, or None when nothing is there."""
        document = self._documents.get(url)
        return None if document is None else self._pointers.find(url, document.root, fragment)

    def _name_of(self, url: str, element: _Element, key: str) -> str:
        if element in self._resource_at:
            return self._resource_at[element]
        parent = element.getparent()
        if element.tag == _ELEMENT and parent is not None and parent.tag == _SCHEMA:
            return clark(self._namespaces.get(url), element.get("name", ""))
        identity = element.get("id")
        return f"{url}#{identity}" if identity is not None else key

    def _in_core(self, url: str, fragment: str) -> str | None:
        known = core.document(url)
        if known is None:
            return None
        if fragment in known.ids:
            return known.ids[fragment]
        declared = any(role.id == fragment for role in known.roles)
        return f"{known.url}#{fragment}" if declared or not known.elements else None
