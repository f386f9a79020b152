"""Rules for extended links: locators, resources, arcs' ends, the roles they use.

Belongs here: what holds for one link by itself. Does not: what arcs of an arcrole mean
(`taxonomy_arcs`), cycles, or XML Schema's view (`taxonomy_documents`).
Source: XBRL 2.1 § 3.5.3, 5.2; XLink 1.0 § 5.1.3.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from xbrl.names import LINK
from xbrl.problem import Problem
from xbrl.taxonomy import core
from xbrl.taxonomy.labels import language
from xbrl.taxonomy.linkbase import HREF
from xbrl.taxonomy.model import RoleType, Taxonomy
from xbrl.taxonomy.syntax import ExtendedLink, Locator
from xbrl.validation.taxonomy_places import error, local, places

_LOC = f"{{{LINK}}}loc"
_IN_LINK = f"{{{LINK}}}"
_CONCEPTS = {"item", "tuple", "dimension", "hypercube"}
# What a locator of a standard link may point at besides concepts, and its section.
_TARGETS = {
    f"{{{LINK}}}labelLink": ("5.2.2.1", f"{{{LINK}}}label"),
    f"{{{LINK}}}referenceLink": ("5.2.3.1", f"{{{LINK}}}reference"),
    f"{{{LINK}}}presentationLink": ("5.2.4.1", None),
    f"{{{LINK}}}calculationLink": ("5.2.5.1", None),
    f"{{{LINK}}}definitionLink": ("5.2.6.1", None),
}
_ELEMENT_SCHEMES = re.compile(r"(element\([^()]*\)\s*)+")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_REFERENCES = {"roleRef": "roleURI", "arcroleRef": "arcroleURI"}


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """What is wrong with a taxonomy's extended links, one by one."""
    referred: dict[_Element, dict[str, set[str]]] = {}
    for link in taxonomy.links:
        parent = link.element.getparent()
        if parent is not None and parent not in referred:
            referred[parent] = _referred(parent)
        for locator in link.locators:
            yield from _locator(taxonomy, link, locator)
        yield from _arc_ends(link)
        if link.name.startswith(_IN_LINK):
            yield from _roles(
                taxonomy, link, referred.get(parent, {}) if parent is not None else {}
            )
        for resource in link.resources:
            if resource.element.tag == f"{{{LINK}}}label" and not language(resource.element):
                message = "The label must have an xml:lang, its own or around it."
                yield error("xbrl.5.2.2.2.1:labelLang", link.url, resource.element, message)


def _referred(linkbase: _Element) -> dict[str, set[str]]:
    """The roles and arcroles a linkbase refers to."""
    return {
        name: {child.get(attribute, "") for child in linkbase.iterchildren(f"{{{LINK}}}{name}")}
        for name, attribute in _REFERENCES.items()
    }


def _locator(taxonomy: Taxonomy, link: ExtendedLink, locator: Locator) -> Iterator[Problem]:
    element, fragment = locator.element, locator.fragment
    href = element.get(HREF)
    standard = _TARGETS.get(link.name)
    if standard and element.tag != _LOC:
        message = f"{local(str(element.tag))} is no link:loc, the only locator allowed here."
        yield error(f"xbrl.{standard[0]}:customLocator", link.url, element, message)
    if "(" in fragment and not _ELEMENT_SCHEMES.fullmatch(fragment):
        message = f"{href} uses a pointer that is neither an id nor of the element() scheme."
        yield error("xbrl.3.5.4:hrefScheme", link.url, element, message)
        return
    if locator.url not in taxonomy.documents and core.document(locator.url) is None:
        return
    name = places(taxonomy).name(locator.url, fragment)
    if name is None:
        message = f"{href} leads to nothing: {locator.url} has no such element."
        yield error("xbrl.3.5.4:hrefIdNotFound", link.url, element, message)
    elif standard:
        yield from _target(taxonomy, link, locator, name)


def _target(
    taxonomy: Taxonomy, link: ExtendedLink, locator: Locator, name: str
) -> Iterator[Problem]:
    section, resource = _TARGETS[link.name]
    concept = taxonomy.concepts.get(name)
    if concept is not None and concept.kind in _CONCEPTS:
        return
    found = places(taxonomy).resources.get(name)
    if resource is not None and found is not None and found.element.tag == resource:
        return
    what = f"a concept or a {local(resource)}" if resource else "a concept"
    message = f"The locator must point at {what}; {locator.element.get(HREF)} is neither."
    if resource is None:
        message = f"The locator must point at {what}; {locator.element.get(HREF)} is none."
    code = f"xbrl.{section}:{local(link.name)}LocTarget"
    yield error(code, link.url, locator.element, message)


def _arc_ends(link: ExtendedLink) -> Iterator[Problem]:
    labels = {one.label for one in link.locators} | {one.label for one in link.resources}
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for arc in link.arcs:
        for end, label in (("From", arc.source), ("To", arc.target)):
            if label not in labels:
                message = f"The arc goes {end.lower()} “{label}”; no locator or resource of the "
                message += "extended link has that label."
                yield error(f"xbrl.3.5.3.9.2:arc{end}", link.url, arc.element, message)
        pairs[arc.source, arc.target] += 1
        if pairs[arc.source, arc.target] == 2:
            message = (
                f"A second arc from “{arc.source}” to “{arc.target}” in one extended link; "
                "XLink allows one."
            )
            yield error("xlink:dupArcs", link.url, arc.element, message)


def _roles(
    taxonomy: Taxonomy, link: ExtendedLink, referred: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """The roles a standard link, its resources and its arcs use. Source: § 3.5.2.4, 3.5.2.5."""
    yield from _used(taxonomy, link, link.element, link.role, referred)
    for resource in link.resources:
        if resource.role and str(resource.element.tag).startswith(_IN_LINK):
            yield from _used(taxonomy, link, resource.element, resource.role, referred)
    for arc in link.arcs:
        if str(arc.element.tag).startswith(_IN_LINK):
            yield from _used(taxonomy, link, arc.element, arc.arcrole, referred, kind="arcrole")


def _used(
    taxonomy: Taxonomy,
    link: ExtendedLink,
    element: _Element,
    uri: str,
    referred: Mapping[str, set[str]],
    kind: str = "role",
) -> Iterator[Problem]:
    name = local(str(element.tag))
    section, reference = ("3.5.2.4", "roleRef") if kind == "role" else ("3.5.2.5", "arcroleRef")
    standard = core.standard_roles()[kind].get(uri)
    if standard is not None:
        if element.tag not in standard.used_on:
            message = f"The standard {kind} {uri} is not for {name}."
            yield error(f"xbrl.{section}:{kind}UsedOn", link.url, element, message)
        return
    if not _ABSOLUTE.match(uri):
        message = f"The {kind} “{uri}” of {name} is no absolute URI."
        yield error(f"xbrl.{section}:{kind}NotAbsolute", link.url, element, message)
        return
    if uri not in referred.get(reference, ()):
        message = f"The {kind} {uri} is used without a {reference} in the linkbase."
        yield error(
            f"xbrl.{section}:missing{reference[0].upper()}{reference[1:]}",
            link.url,
            element,
            message,
        )
    yield from _used_on(taxonomy, link, element, uri, kind)


def _used_on(
    taxonomy: Taxonomy, link: ExtendedLink, element: _Element, uri: str, kind: str
) -> Iterator[Problem]:
    declared = taxonomy.role_types if kind == "role" else taxonomy.arcrole_types
    types: list[RoleType] = declared.get(uri, [])
    if types and not any(element.tag in one.used_on for one in types):
        code = "xbrl.5.1.3.4:custRoleUsedOn" if kind == "role" else "xbrl.5.1.4.5:custArcroleUsedOn"
        where = ", ".join(local(name) for name in types[0].used_on)
        message = f"The {kind} {uri} is declared for {where}; used on {local(str(element.tag))}."
        yield error(code, link.url, element, message)
