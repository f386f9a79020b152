"""What filing rules speak of in an inline document's HTML: scripts, handlers, bases, images.

One pass over a few kinds of elements; attributes that may stand on any element are looked for
only where the bytes hold them.

Belongs here: rows of `Markup`. Does not: what is forbidden (an authority's rules say).
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element

from xbrl.inline.page import Page
from xbrl.lines import line_of
from xbrl.model import Markup
from xbrl.names import XLINK, XML

HEAD = 128
"""Characters kept of a value: an image's address may be megabytes of base64."""

_LANG = f"{{{XML}}}lang"
_BASE = f"{{{XML}}}base"
_HREF = f"{{{XLINK}}}href"
_EMBEDS = {"object": "data", "iframe": "src", "embed": "src", "applet": "code"}
_LINKS = {"a": "href", "area": "href", "img": "src", "image": "src", "form": "action"}
_TAGS = [f"{{*}}{name}" for name in ("script", "base", "link", "style", *_EMBEDS, *_LINKS)]
_WITH_BASE = etree.XPath("//*[@xml:base]", namespaces={"xml": XML})
_HANDLERS = etree.XPath("//@*[starts-with(local-name(), 'on') or starts-with(local-name(), 'ON')]")


def read_markup(page: Page) -> list[Markup]:
    """The rows of one page, in the order of lines."""
    found = [(kind, value, line_of(element)) for kind, value, element in _all(page)]
    found.sort(key=lambda row: row[2])
    return [Markup(kind, value.strip()[:HEAD], line, page.name) for kind, value, line in found]


def _all(page: Page) -> Iterator[tuple[str, str, _Element]]:
    root = page.root
    if language := root.get(_LANG):
        yield "root-language", language, root
    for element in root.iter(*_TAGS):
        name = etree.QName(element).localname
        yield from _named(name, element)
    if page.scan.may_hold_base:
        for element in _found(_WITH_BASE, root):
            yield "xml-base", element.get(_BASE, ""), element
    if page.scan.may_hold_handlers():
        for attribute in _found(_HANDLERS, root):
            yield "event-handler", f"{attribute.attrname}={attribute}", attribute.getparent()


def _found(path: etree.XPath, root: _Element) -> list[Any]:
    found: Any = path(root)  # the stubs know that an XPath can also give a number
    return list(found)


def _named(name: str, element: _Element) -> Iterator[tuple[str, str, _Element]]:
    """What one element of the kinds looked for is."""
    if name == "script":
        yield "script", element.get("src") or element.text or "", element
    elif name == "base":
        yield "base", element.get("href", ""), element
    elif name == "link":
        if _is_stylesheet(element):
            yield "stylesheet-link", element.get("href", ""), element
    elif name == "style":
        if "@import" in (element.text or ""):
            yield "style-import", element.text or "", element
    elif name in _EMBEDS:
        yield "embed", element.get(_EMBEDS[name], ""), element
    else:
        yield from _linked(name, element)


def _is_stylesheet(element: _Element) -> bool:
    return (
        element.get("type", "").strip().lower() == "text/css"
        or "stylesheet" in element.get("rel", "").lower().split()
    )


def _linked(name: str, element: _Element) -> Iterator[tuple[str, str, _Element]]:
    address = element.get(_LINKS[name]) or element.get(_HREF) or ""
    if "script:" in address[:HEAD].lower():
        yield "script-link", address, element
    if name in {"img", "image"}:
        yield "image", address, element
    elif name == "form":
        yield "form", address, element
