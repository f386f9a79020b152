"""Linkbases and schema annotations against the schemas that declare what they hold.

Belongs here: XML Schema's view of every linkbase and of what stands in `appinfo`, and
ids that must be unique. Does not: the schema documents themselves (`taxonomy_schemas`), or
what links mean.
"""

from collections.abc import Collection, Iterator

from lxml.etree import _Element

from xbrl.names import LINK, XL, XLINK, XML, XSD, XSI
from xbrl.problem import Problem
from xbrl.taxonomy.linkbase import TYPE
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.schema import in_appinfo
from xbrl.validation.content import Content, Fault
from xbrl.validation.taxonomy_places import LINKBASE, error, linkbases, local
from xbrl.xsd import components
from xbrl.xsd.components import Components
from xbrl.xsd.declarations import AttributeUse

_ALLOWED = {f"{{{LINK}}}{name}" for name in ("documentation", "roleRef", "arcroleRef")}
_NAMESPACES = (f"{{{XML}}}", f"{{{XSI}}}")
_PREFIXLESS = (f"{{{XLINK}}}", f"{{{XL}}}", f"{{{XSD}}}anyURI", f"{{{XSD}}}string")
_IDS = ("id", f"{{{XML}}}id")


class RepeatedContent(Content):
    """Content whose attributes say the same few things over and over: each is judged once.

    Only what is right is remembered, and only where no prefix could change that.
    """

    def __init__(self, known: Components) -> None:
        super().__init__(known)
        self._right: set[tuple[str, str, str | None]] = set()

    def _attribute_value_faults(
        self, element: _Element, use: AttributeUse, text: str
    ) -> Iterator[Fault]:
        key = use.type, text, use.fixed
        if key in self._right:
            return
        found = list(super()._attribute_value_faults(element, use, text))
        if not found and (":" not in text or use.type.startswith(_PREFIXLESS)):
            self._right.add(key)
        yield from found


def problems(taxonomy: Taxonomy, only: Collection[str] | None = None) -> Iterator[Problem]:
    """What is wrong with a taxonomy's linkbases and annotations as XML; `only` some addresses."""
    content = RepeatedContent(components.of(taxonomy))
    for url, linkbase in linkbases(taxonomy):
        if only is None or url in only:
            yield from _linkbase(content, url, linkbase)
    for schema in taxonomy.schemas:
        for element in in_appinfo(schema.root) if only is None or schema.url in only else ():
            if element.tag != LINKBASE:
                yield from faults(content, schema.url, element)
    for url, document in taxonomy.documents.items():
        if only is None or url in only:
            yield from _ids(url, document.root)


def _linkbase(content: Content, url: str, linkbase: _Element) -> Iterator[Problem]:
    for name in map(str, linkbase.attrib):
        if name != "id" and not name.startswith(_NAMESPACES):
            message = f"linkbase may not have the attribute {name}."
            yield error("xmlSchema:attributesExtraneous", url, linkbase, message)
    for child in linkbase.iterchildren("*"):
        if child.tag not in _ALLOWED and child.get(TYPE) != "extended":
            message = f"linkbase may not hold {local(str(child.tag))}."
            yield error("xmlSchema:elementUnexpected", url, child, message)
        yield from faults(content, url, child)


def faults(content: Content, url: str, element: _Element) -> Iterator[Problem]:
    """What an element is not that its declaration asks for; what has none is looked into."""
    for fault in content.lax_faults(element):
        message = f"{local(str(fault.element.tag))} {fault.message}."
        yield error(fault.code, url, fault.element, message)


def _ids(url: str, root: _Element) -> Iterator[Problem]:
    seen: set[str] = set()
    for element in root.iter("*"):
        for name in _IDS:
            identity = element.get(name)
            if identity is None:
                continue
            if identity in seen:
                message = f"The id {identity} is used before in the document."
                yield error("xml.3.3.1:idMustBeUnique", url, element, message)
            seen.add(identity)
