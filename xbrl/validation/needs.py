"""Whether an instance can be judged by a compiled taxonomy, or asks for the schema documents.

Compiled tables know concepts, values' types, relationships and defaults of elements. They
keep no content models and no attributes of types: the few instances whose content
stands on those are judged by the documents, and nothing is skipped.

Belongs here: telling which. Does not: any check, or loading (`basis`).
"""

from lxml.etree import _Element

from xbrl.model import Instance
from xbrl.names import LINK, XBRLDI, XBRLI, XHTML, XSI, clark, split
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.footnote_rules import LINKS

_PLAIN = {"contextRef", "unitRef", "decimals", "precision", "id", clark(XSI, "nil")}
_FOOTNOTES = {LINK, XHTML}
_DEPTH = 64


def documents(instance: Instance, taxonomy: Taxonomy) -> bool:
    """Whether the schema documents of the compiled `taxonomy` are asked for."""
    if "tuple" in instance.facts.kind:
        return True
    if any(one.kind == "linkbaseRef" for one in instance.references):
        return True
    if any(_asks(taxonomy, name) for name in set(instance.facts.concept)):
        return True
    if any(_context(taxonomy, one.element) for one in instance.contexts.values()):
        return True
    return instance.kind == "xbrl" and (_attributes(instance) or _footnotes(instance))


def _asks(taxonomy: Taxonomy, name: str) -> bool:
    """Whether a fact's type, or one it derives from, says more than its table row."""
    concept = taxonomy.concepts.get(name)
    type_ = concept.type if concept else None
    for _ in range(_DEPTH):
        facets = taxonomy.types.get(type_ or "")
        if facets is None or facets.name.startswith(f"{{{XBRLI}}}"):
            return False
        if facets.is_complex or facets.has_attributes:
            return True
        type_ = facets.base
    return True


def _context(taxonomy: Taxonomy, context: _Element) -> bool:
    """Whether a segment or scenario holds more than explicit members and plain typed ones."""
    containers = context.iter(clark(XBRLI, "segment"), clark(XBRLI, "scenario"))
    for element in (one for container in containers for one in container.iterchildren("*")):
        if element.tag == clark(XBRLDI, "explicitMember"):
            continue
        if element.tag != clark(XBRLDI, "typedMember"):
            return True
        if any(_structured(taxonomy, domain) for domain in element.iterchildren("*")):
            return True
    return False


def _structured(taxonomy: Taxonomy, domain: _Element) -> bool:
    name = str(domain.tag)
    concept = taxonomy.concepts.get(name)
    is_empty = not domain.text and not len(domain)
    if is_empty and concept is not None and concept.value_when_empty is not None:
        return True
    return bool(domain.attrib) or len(domain) > 0 or _asks(taxonomy, name)


def _attributes(instance: Instance) -> bool:
    """Whether a fact has an attribute that not every fact may have, or a type of its own."""
    for element in instance.facts.element:
        for name in element.attrib:
            if name not in _PLAIN:
                return True
    return False


def _footnotes(instance: Instance) -> bool:
    """Whether footnote links hold elements that a taxonomy declares."""
    return any(
        split(str(element.tag))[0] not in _FOOTNOTES
        for root in instance.roots
        for link in root.iterchildren(LINKS)
        for element in link.iter("*")
    )
