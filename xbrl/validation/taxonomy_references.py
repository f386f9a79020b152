"""Rules for the references between documents: linkbaseRef, roleRef, arcroleRef, import.

Belongs here: that each leads to what it says. Does not: a document that is missing
(discovery says so), or how the roles are used (`taxonomy_links`).
Source: XBRL 2.1 § 3.5.2.4, 3.5.2.5, 4.3, 5.1.2.
"""

from collections import defaultdict
from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.names import LINK, XBRLI, XSD
from xbrl.problem import Problem
from xbrl.taxonomy import core
from xbrl.taxonomy.address import base_of, join
from xbrl.taxonomy.linkbase import HREF, ROLE, TYPE
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.roles import ARCROLE_TYPE, ROLE_TYPE
from xbrl.taxonomy.schema import in_appinfo
from xbrl.validation.taxonomy_places import LINKBASE, error, linkbases, local, places

_STANDARD = "http://www.xbrl.org/2003/role/"
_LINKBASE_REF = f"{{{LINK}}}linkbaseRef"
_LINKS = {
    f"{_STANDARD}{kind}LinkbaseRef": f"{{{LINK}}}{kind}Link"
    for kind in ("label", "reference", "presentation", "calculation", "definition")
}
_KINDS = {
    f"{{{LINK}}}roleRef": ("roleURI", "xbrl.3.5.2.4.5:roleRef", ROLE_TYPE),
    f"{{{LINK}}}arcroleRef": ("arcroleURI", "xbrl.3.5.2.5.5:arcroleRef", ARCROLE_TYPE),
}
_XBRL = f"{{{XBRLI}}}xbrl"


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """What is wrong with the references of a taxonomy's schemas, linkbases and instances."""
    for schema in taxonomy.schemas:
        for element in in_appinfo(schema.root):
            if element.tag == _LINKBASE_REF:
                yield from _linkbase_ref(taxonomy, schema.url, element)
        yield from _imports(taxonomy, schema.url, schema.root)
    for url, linkbase in linkbases(taxonomy):
        yield from _role_refs(taxonomy, url, linkbase)
    for url, document in taxonomy.documents.items():
        if document.kind == "other":
            for instance in document.root.iter(_XBRL):
                yield from _role_refs(taxonomy, url, instance)
                for element in instance.iterchildren(_LINKBASE_REF):
                    yield from _linkbase_ref(taxonomy, url, element)


def _linkbase_ref(taxonomy: Taxonomy, url: str, element: _Element) -> Iterator[Problem]:
    target, fragment = join(base_of(element, url), element.get(HREF, ""))
    if target not in taxonomy.documents:
        return
    found = places(taxonomy).element(target, fragment)
    if found is None or found.tag != LINKBASE:
        what = "nothing" if found is None else local(str(found.tag))
        message = f"The linkbaseRef must lead to a linkbase; {element.get(HREF)} is {what}."
        yield error("xbrl.5.2:linkbaseRootElement", url, element, message)
        return
    expected = _LINKS.get(element.get(ROLE, ""))
    links = [child for child in found.iterchildren("*") if child.get(TYPE) == "extended"]
    for link in links if expected else []:
        if link.tag != expected:
            message = (
                f"The linkbaseRef's role {element.get(ROLE)} says that its target holds only "
                f"{local(expected or '')} extended links; {element.get(HREF)} has a "
                f"{local(str(link.tag))}."
            )
            yield error("xbrl.4.3.4:linkbaseRefLinks", url, element, message)
            return


def _imports(taxonomy: Taxonomy, url: str, root: _Element) -> Iterator[Problem]:
    for element in root.iterchildren(*(f"{{{XSD}}}{how}" for how in ("import", "include"))):
        location = element.get("schemaLocation")
        if location is None:
            continue
        document = taxonomy.documents.get(join(base_of(element, url), location)[0])
        if document is not None and document.kind != "schema":
            message = f"A schema was expected at {location}; found {local(str(document.root.tag))}."
            yield error("xbrl.5.1:schemaRootElement", url, element, message)
        elif document is not None and element.tag == f"{{{XSD}}}import":
            wanted, found = element.get("namespace"), document.root.get("targetNamespace")
            if wanted != found:
                message = f"The import expects namespace {wanted}; {location} declares {found}."
                yield error("xmlSchema:importNamespace", url, element, message)


def _role_refs(taxonomy: Taxonomy, url: str, parent: _Element) -> Iterator[Problem]:
    """Each role referred to once a linkbase or instance, and to its own declaration."""
    seen: dict[str, set[str]] = defaultdict(set)
    for element in parent.iterchildren(*_KINDS):
        tag = str(element.tag)
        attribute, code, wanted = _KINDS[tag]
        uri = element.get(attribute, "")
        if uri in seen[tag]:
            message = f"A second {local(tag)} for {uri}; a linkbase or instance has one at most."
            yield error(f"{code}Duplicate", url, element, message)
        seen[tag].add(uri)
        yield from _declared(taxonomy, url, element, (uri, attribute, code, wanted))


def _declared(
    taxonomy: Taxonomy, url: str, element: _Element, asked: tuple[str, str, str, str]
) -> Iterator[Problem]:
    uri, attribute, code, wanted = asked
    target, fragment = join(base_of(element, url), element.get(HREF, ""))
    known = core.document(target)
    if known is not None:
        if not any(role.uri == uri and role.id == fragment for role in known.roles):
            message = f"{element.get(HREF)} does not declare {uri}."
            yield error(f"{code}Mismatch", url, element, message)
        return
    if target not in taxonomy.documents:
        return
    found = places(taxonomy).element(target, fragment)
    if found is None or found.tag != wanted:
        message = f"{element.get(HREF)} is no {local(wanted)}; it must declare {uri}."
        yield error(f"{code}NotDefined", url, element, message)
    elif found.get(attribute) != uri:
        message = f"{element.get(HREF)} declares {found.get(attribute)}, not {uri}."
        yield error(f"{code}Mismatch", url, element, message)
