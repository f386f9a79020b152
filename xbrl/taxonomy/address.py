"""Addresses of documents: joining, fragments, xml:base.

Belongs here: what RFC 3986, XML Base and XPointer say of an href. Does not: opening one.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from lxml.etree import _Element

from xbrl.names import XML
from xbrl.uris import joined

BASE = f"{{{XML}}}base"


@lru_cache(maxsize=65536)
def join(base: str, href: str) -> tuple[str, str]:
    """The absolute document address and the fragment of `href` seen from `base`.

    >>> join("http://example.com/a/b.xml", "../c.xsd#x_Assets")
    ('http://example.com/c.xsd', 'x_Assets')
    >>> join("http://example.com/a/b.xml", "#here")
    ('http://example.com/a/b.xml', 'here')
    """
    document, _, fragment = href.strip().partition("#")
    return (joined(base, document) if document else base.partition("#")[0]), unquote(fragment)


def base_of(element: _Element, url: str) -> str:
    """The base address in force at `element` of the document at `url`. Source: XML Base § 4."""
    bases = [element.get(BASE)]
    bases += [ancestor.get(BASE) for ancestor in element.iterancestors()]
    for base in reversed(bases):
        if base is not None:
            url = joined(url, base.strip())
    return url


def line_of(element: _Element) -> int:
    """The source line of an element; 0 where the parser did not keep it."""
    line: Any = element.sourceline  # its stub has no type
    return line or 0
