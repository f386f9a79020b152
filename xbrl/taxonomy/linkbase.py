"""One linkbase: its extended links, and the documents it asks for.

Belongs here: reading XLink as written. Does not: what arcs mean together (`networks`),
or whether they may stand so (validation).
Source: XBRL 2.1 § 3.5.
"""

from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

from xbrl.names import LINK, XLINK
from xbrl.taxonomy.address import BASE, base_of, join, line_of
from xbrl.taxonomy.schema import asked_by_reference
from xbrl.taxonomy.syntax import Arc, Asked, ExtendedLink, Locator, Resource

TYPE, HREF, LABEL = f"{{{XLINK}}}type", f"{{{XLINK}}}href", f"{{{XLINK}}}label"
ROLE, ARCROLE = f"{{{XLINK}}}role", f"{{{XLINK}}}arcrole"
_LOC = f"{{{LINK}}}loc"
FROM, TO = f"{{{XLINK}}}from", f"{{{XLINK}}}to"


def read_links(url: str, linkbase: _Element, first: int = 0) -> list[ExtendedLink]:
    """The extended links of a linkbase, numbered from `first` within their document."""
    has_base = linkbase.getroottree().getroot().find(f".//*[@{BASE}]") is not None
    has_base = has_base or linkbase.getroottree().getroot().get(BASE) is not None
    links = [child for child in linkbase.iterchildren("*") if child.get(TYPE) == "extended"]
    return [
        _read_link(url, link, number, has_base=has_base)
        for number, link in enumerate(links, start=first + 1)
    ]


def _read_link(url: str, element: _Element, number: int, *, has_base: bool) -> ExtendedLink:
    link = ExtendedLink(str(element.tag), element.get(ROLE, ""), url, element)
    add_locator, add_arc = link.locators.append, link.arcs.append
    base = base_of(element, url) if has_base else url
    for place, child in enumerate(element.iterchildren("*"), start=1):
        attributes: dict[Any, Any] = dict(child.items())
        get = attributes.get
        kind = get(TYPE)
        if kind == "arc":
            add_arc(Arc(get(ARCROLE, ""), get(FROM, ""), get(TO, ""), attributes, child))
        elif kind == "locator":
            start = base_of(child, url) if has_base else base
            target, fragment = join(start, get(HREF, ""))
            add_locator(Locator(get(LABEL, ""), target, fragment, child))
        elif kind == "resource":
            key = f"{url}#{get('id') or f'/{number}/{place}'}"
            link.resources.append(Resource(get(LABEL, ""), key, get(ROLE, ""), child, url))
    return link


def asked_by(url: str, linkbase: _Element, links: list[ExtendedLink]) -> Iterator[Asked]:
    """The documents a linkbase asks for: roleRef, arcroleRef, and its locators' targets.

    Only link:loc itself leads on, not what may be substituted for it.
    Source: XBRL 2.1 § 3.2 (rules 5 to 8).
    """
    for child in linkbase.iterchildren("*"):
        yield from asked_by_reference(child, url)
    seen: set[str] = set()
    for link in links:
        for locator in link.locators:
            if locator.url not in seen and locator.element.tag == _LOC:
                seen.add(locator.url)
                yield Asked(locator.url, "loc", url, line_of(locator.element))
