"""The content of an element: its text, or its XHTML, without what ix:exclude holds.

Belongs here: turning elements into text, continuations included. Does not: numbers,
dates and transformations.
"""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy

from lxml import etree
from lxml.etree import _Element

from xbrl.inline.fragments import inner
from xbrl.inline.page import Page
from xbrl.names import XHTML, XML
from xbrl.uris import joined, split_uri

Piece = tuple[Page, _Element]
"""An element, and the page it stands on."""

_DECLARATIONS = re.compile(r"\sxmlns(?::[^\s=]+)?=\"[^\"]*\"")
_TAGS = re.compile(r"<[^<>]+>")
_ADDRESSES = {
    "a": ("href",),
    "area": ("href",),
    "blockquote": ("cite",),
    "del": ("cite",),
    "form": ("action",),
    "img": ("src", "longdesc", "usemap"),
    "input": ("src", "usemap"),
    "ins": ("cite",),
    "object": ("codebase", "classid", "data", "archive", "usemap"),
    "q": ("cite",),
}
_BASE = f"{{{XML}}}base"


def text(pieces: Sequence[Piece]) -> str:
    """The text of an element and its continuations, one after the other.

    Source: Inline XBRL 1.1 § 11.2, 4.1.
    """
    return _within_allowance(pieces, _text)


def _text(page: Page, element: _Element) -> str:
    if not len(element):
        found = element.text or ""
    elif element in page.excluding:
        found = _text_in(_without_excluded(page, element))
    else:
        found = _text_in(element)
    return page.parsed.restore(found) if page.parsed.is_cut else found


def _text_in(element: _Element) -> str:
    found: str = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return found


def _without_excluded(page: Page, element: _Element) -> _Element:
    copy = deepcopy(element)
    etree.strip_elements(copy, f"{{{page.namespace}}}exclude", with_tail=False)
    return copy


def markup(pieces: Sequence[Piece]) -> str:
    """The content of an element and its continuations as XHTML.

    Inline elements give way to what they hold; names of HTML have no prefix and nothing declares
    a namespace; an element without content keeps its end tag unless HTML forbids one; relative
    addresses are resolved where the document states a base. Source: Inline XBRL 1.1 § 11.2.
    """
    return _within_allowance(pieces, _markup)


def _within_allowance(pieces: Sequence[Piece], content_of: Callable[[Page, _Element], str]) -> str:
    """The pieces' content, or nothing once the page's allowance is spent."""
    allowance = pieces[0][0].allowance
    if allowance.left < 0:
        allowance.is_spent = True
        return ""
    found = "".join([content_of(page, element) for page, element in pieces])
    allowance.left -= len(found)
    return found


def _markup(page: Page, element: _Element) -> str:
    if page.fragments is None or page.has_base or element in page.excluding:
        return _careful_markup(page, element)
    return _finished(page, element, page.fragments.inner(element))


def _careful_markup(page: Page, element: _Element) -> str:
    """The same on a copy of the elements, where something must be taken out or changed."""
    copy = _without_excluded(page, element) if element in page.excluding else deepcopy(element)
    if page.has_base:
        _resolve_addresses(copy, page.base_of(element))
    etree.strip_tags(copy, f"{{{page.namespace}}}*")
    return _finished(page, element, inner(copy))


def _finished(page: Page, element: _Element, written: bytes) -> str:
    xhtml = written.decode()
    if page.has_inner_declarations and "xmlns" in xhtml:
        xhtml = _TAGS.sub(lambda tag: _DECLARATIONS.sub("", tag[0]), xhtml)
    for prefix in _html_prefixes(page, element):
        xhtml = re.sub(f"(</?){re.escape(prefix)}:", r"\1", xhtml)
    return page.parsed.restore(xhtml) if page.parsed.is_cut else xhtml


def _html_prefixes(page: Page, element: _Element) -> set[str]:
    """The prefixes HTML's names may have within an element."""
    if page.html_prefixes is not None:
        return page.html_prefixes
    elements = (part for part in element.iter(f"{{{XHTML}}}*"))
    return {str(part.prefix) for part in elements if part.prefix}


def _resolve_addresses(copy: _Element, base: str | None) -> None:
    """Resolve the relative addresses in an element against the base in force at each.

    Source: Inline XBRL 1.1 § 11.2; HTML 4.01 § 12.4.1; XML Base § 4.
    """
    bases: dict[_Element, str] = {}
    for element in copy.iter(etree.Element):
        around = element.getparent()
        current = (base or "") if around is None else bases[around]
        own = element.get(_BASE)
        if own and element is not copy:
            current = joined(current, own.strip())
        bases[element] = current
        name = etree.QName(element).localname
        for attribute in _ADDRESSES.get(name, ()) if current else ():
            _resolve(element, name, attribute, current)


def _resolve(element: _Element, name: str, attribute: str, base: str) -> None:
    address = element.get(attribute)
    if address is None:
        return
    # These are relative to the codebase, which is resolved itself.
    if name == "object" and attribute in {"classid", "data", "archive"} and element.get("codebase"):
        return
    addresses = address.split() if attribute == "archive" else [address]
    element.set(attribute, " ".join(_absolute(one, base) for one in addresses))


def _absolute(address: str, base: str) -> str:
    if split_uri(address).scheme:
        return address
    return joined(base, address).replace(" ", "%20")
