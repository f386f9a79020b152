"""Elements as exclusive canonical XML, without comments: the same text for the same content.

Belongs here: the one way content is written down. Does not: comparing it.
"""

import re
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from xbrl.names import split

_BARE = re.compile(r'xmlns[^="]*="[^"&]*&')
_SPECIAL = re.compile(r"[&<>\r]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})


def canonical(element: _Element) -> str:
    """An element in exclusive canonical XML, without what follows it.

    Source: Exclusive XML Canonicalization 1.0. The plain case, a text in an element without
    attributes, is written here: it is most typed members, and much cheaper so.

    >>> canonical(etree.fromstring('<a xmlns="urn:a" xmlns:b="urn:b">1 &lt; 2</a>'))
    '<a xmlns="urn:a">1 &lt; 2</a>'
    """
    if len(element) or element.keys():
        return _whole(element)
    start, end = _tags(str(element.tag), element.prefix)
    return f"{start}{escaped(element.text or '')}{end}"


def _whole(element: _Element) -> str:
    """An element with everything in it.

    libxml2 refuses a namespace that is no absolute URI; such content is written all the same, by
    the slower writer of Canonical XML 2.0.
    """
    try:
        parts: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    except etree.C14NError:
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        return str(etree.canonicalize(text, with_comments=False))
    return _with_escaped_namespaces(parts.decode(), element)


def _with_escaped_namespaces(xml: str, element: _Element) -> str:
    """libxml2 (2.14) writes an ampersand in a namespace as it is; nothing else leaves one bare."""
    if "&" not in xml or not _BARE.search(xml):
        return xml
    for namespace in {uri for part in element.iter() for uri in part.nsmap.values() if "&" in uri}:
        xml = xml.replace(f'="{namespace}"', f'="{namespace.replace("&", "&amp;")}"')
    return xml


@lru_cache(maxsize=1024)
def _tags(tag: str, prefix: str | None) -> tuple[str, str]:
    """The start and end tag of an element without attributes."""
    namespace, local = split(tag)
    if not namespace:
        return f"<{local}>", f"</{local}>"
    name, declared = (f"{prefix}:{local}", f"xmlns:{prefix}") if prefix else (local, "xmlns")
    uri = namespace.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'<{name} {declared}="{uri}">', f"</{name}>"


def escaped(text: str) -> str:
    """A text as canonical XML writes it. Source: Canonical XML 1.0 § 2.3."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def text_of_canonical(xml: str) -> str:
    """The text in canonical elements.

    >>> text_of_canonical('<a xmlns="urn:a">1 &lt; 2</a>')
    '1 < 2'
    """
    if xml.count("<") == 2 and "&" not in xml and xml.count(">") == 2:
        return xml[xml.index(">") + 1 : xml.rindex("<")]
    return "".join(map(str, parsed_canonical(xml).itertext()))


def parsed_canonical(xml: str) -> _Element:
    """Canonical elements, however many and however deep, within one around them."""
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    return etree.fromstring(f"<all>{xml}</all>", parser)
