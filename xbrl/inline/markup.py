"""What filing rules speak of in an inline document's HTML: scripts, handlers, bases, images.

A few kinds of elements, found in the page's own pass; attributes that may stand on any element
are looked for only where the bytes hold them.

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
_MARK = 64

_LANG = f"{{{XML}}}lang"
_BASE = f"{{{XML}}}base"
_HREF = f"{{{XLINK}}}href"
_EMBEDS = {"object": "data", "iframe": "src", "embed": "src", "applet": "code"}
_LINKS = {"a": "href", "area": "href", "img": "src", "image": "src", "form": "action"}
_Found = tuple[str, str, _Element]
_WITH_BASE = etree.XPath("//*[@xml:base]", namespaces={"xml": XML})
_HANDLERS = etree.XPath("//@*[starts-with(local-name(), 'on') or starts-with(local-name(), 'ON')]")


def read_markup(page: Page) -> list[Markup]:
    """The rows of one page, in the order of lines."""
    found = [(kind, value, line_of(element)) for kind, value, element in _all(page)]
    found.sort(key=lambda row: row[2])
    return [Markup(kind, _head(page, value), line, page.name) for kind, value, line in found]


def _head(page: Page, value: str) -> str:
    """The first characters as they were written, of what was cut before parsing too."""
    head = value.strip()[: HEAD + _MARK]  # a mark that begins within the head ends here
    return (page.parsed.restore(head) if page.parsed.is_cut else head)[:HEAD]


def _all(page: Page) -> Iterator[_Found]:
    root = page.root
    if language := root.get(_LANG):
        yield "root-language", language, root
    for element in page.markup:
        name = str(element.tag).rpartition("}")[2]
        yield from (_linked if name in _LINKS else _named)(name, element)
    if page.scan.may_hold_base:
        for element in _nodes(_WITH_BASE, root):
            yield "xml-base", element.get(_BASE, ""), element
    if page.scan.may_hold_handlers():
        for attribute in _nodes(_HANDLERS, root):
            yield "event-handler", f"{attribute.attrname}={attribute}", attribute.getparent()


def _nodes(path: etree.XPath, root: _Element) -> list[Any]:
    found: Any = path(root)  # the stubs know that an XPath can also give a number
    return list(found)


def _named(name: str, element: _Element) -> list[_Found]:
    """What one element of the kinds looked for is."""
    if name == "script":
        return [("script", element.get("src") or element.text or "", element)]
    if name == "base":
        return [("base", element.get("href", ""), element)]
    if name == "link":
        href = element.get("href", "")
        return [("stylesheet-link", href, element)] if _is_stylesheet(element) else []
    if name == "style":
        text = element.text or ""
        return [("style-import", text, element)] if "@import" in text else []
    return [("embed", element.get(_EMBEDS[name], ""), element)]


def _is_stylesheet(element: _Element) -> bool:
    return (
        element.get("type", "").strip().lower() == "text/css"
        or "stylesheet" in element.get("rel", "").lower().split()
    )


def _linked(name: str, element: _Element) -> list[_Found]:
    address = element.get(_LINKS[name]) or element.get(_HREF) or ""
    found = []
    if "script:" in address[:HEAD].lower():
        found.append(("script-link", address, element))
    if name in {"img", "image"}:
        found.append(("image", address, element))
    elif name == "form":
        found.append(("form", address, element))
    return found
