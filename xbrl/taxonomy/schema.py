"""One schema document: its global declarations, and the documents it asks for.

Belongs here: reading XML Schema as written. Does not: what a declaration means as a
concept (`concepts`) or a type (`simple_types`), or whether it may stand so (validation).
"""

from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.names import LINK, XLINK, XSD, clark
from xbrl.taxonomy.address import base_of, join, line_of
from xbrl.taxonomy.syntax import Asked, Schema

_HREF = f"{{{XLINK}}}href"
_KINDS = {
    f"{{{XSD}}}element": "elements",
    f"{{{XSD}}}simpleType": "types",
    f"{{{XSD}}}complexType": "types",
    f"{{{XSD}}}group": "groups",
    f"{{{XSD}}}attributeGroup": "attribute_groups",
    f"{{{XSD}}}attribute": "attributes",
}
_COMPOSING = {f"{{{XSD}}}{name}": name for name in ("import", "include", "redefine")}
_REFERENCES = ("schemaRef", "linkbaseRef", "roleRef", "arcroleRef")
_REFERRING = {f"{{{LINK}}}{name}": name for name in _REFERENCES}
REDEFINE = f"{{{XSD}}}redefine"
ANNOTATION = f"{{{XSD}}}annotation"
APPINFO = f"{{{XSD}}}appinfo"


def read_schema(url: str, root: _Element, namespace: str | None = None) -> Schema:
    """The declarations of the schema at `url`; `namespace` is its includer's.

    Source: XML Schema 1.0 Structures § 4.2.1 (an included schema without a target
    namespace takes that of its includer).
    """
    own = root.get("targetNamespace")
    inherited = own is None and bool(namespace)
    schema = Schema(url, own if own is not None else namespace or "", root, inherited)
    for child in root:
        if child.tag == REDEFINE:
            for grandchild in child:
                _declare(schema, grandchild)
                schema.redefined.add(clark(schema.namespace, grandchild.get("name", "")))
        else:
            _declare(schema, child)
    return schema


def _declare(schema: Schema, element: _Element) -> None:
    kind = _KINDS.get(element.tag)
    name = element.get("name")
    if kind and name:
        # A second declaration of one name is validation's to report; the first one stands.
        getattr(schema, kind).setdefault(clark(schema.namespace, name.strip()), element)


def asked_by(schema: Schema) -> Iterator[Asked]:
    """The documents the schema asks for: its parts and its linkbases.

    A typedDomainRef asks for none: what it leads to must be in the set by other ways.
    Source: XBRL 2.1 § 3.2 (rules 2 to 4, 8); Dimensions 1.0 § 2.5.2.1.
    """
    for child in schema.root:
        how = _COMPOSING.get(child.tag)
        location = child.get("schemaLocation")
        if how and location is not None:
            url, _ = join(base_of(child, schema.url), location)
            namespace = child.get("namespace") if how == "import" else schema.namespace
            yield Asked(url, how, schema.url, line_of(child), namespace)
    for element in in_appinfo(schema.root):
        yield from asked_by_reference(element, schema.url)


def asked_by_reference(element: _Element, url: str) -> Iterator[Asked]:
    """The document a schemaRef, linkbaseRef, roleRef or arcroleRef asks for."""
    how = _REFERRING.get(element.tag)
    href = element.get(_HREF)
    if how and href is not None:
        yield Asked(join(base_of(element, url), href)[0], how, url, line_of(element))


def in_appinfo(root: _Element) -> Iterator[_Element]:
    """The elements in the `appinfo` of a schema's own annotations. Source: XBRL 2.1 § 5.1."""
    for annotation in root.iterchildren(ANNOTATION):
        for appinfo in annotation.iterchildren(APPINFO):
            yield from appinfo.iterchildren("*")


def qname(schema: Schema, element: _Element, text: str) -> str:
    """The Clark name a QName in a schema means, where it stands.

    Source: XML Schema 1.0 Structures § 3.15.3. A prefix nobody declares gives a name in no
    namespace, which then resolves to nothing.
    """
    prefix, _, local = text.strip().rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    if namespace is None and not prefix and schema.inherited:
        namespace = schema.namespace
    return clark(namespace, local)
