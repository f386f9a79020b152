"""Fragment identifiers: from the part of an address after `#` to an element.

Belongs here: shorthand ids and the element() scheme. Does not: fetching documents.
"""

import re

from lxml import etree
from lxml.etree import _Element

_SCHEME = re.compile(r"element\(([^)]*)\)")
_XPOINTER_ID = re.compile(r"xpointer\(id\([\"']([^\"']*)[\"']\)\)")


class Pointers:
    """The elements of one document by fragment identifier.

    Source: XPointer Framework § 3.2; XPointer element() scheme § 2; XBRL 2.1 § 3.5.4.
    """

    def __init__(self, root: _Element) -> None:
        self._root = root
        self._ids: dict[str, _Element] | None = None

    def find(self, fragment: str) -> _Element | None:
        """The element; the first found of several pointers in a row."""
        if "(" not in fragment:
            return self._by_id(fragment)
        if found := _XPOINTER_ID.fullmatch(fragment):
            return self._by_id(found[1])
        elements = (self._by_path(path) for path in _SCHEME.findall(fragment))
        return next((element for element in elements if element is not None), None)

    def _by_id(self, id_: str) -> _Element | None:
        if self._ids is None:
            pairs = [(e.get("id"), e) for e in self._root.iter(etree.Element)]
            self._ids = {key: e for key, e in reversed(pairs) if key is not None}
        return self._ids.get(id_)

    def _by_path(self, path: str) -> _Element | None:
        """`id`, `id/1/2` or `/1/2`: counting child elements from 1."""
        start, *steps = path.split("/")
        element: _Element | None = self._by_id(start) if start else None
        if not start:
            if not steps or steps.pop(0) != "1":
                return None
            element = self._root
        for step in steps:
            if element is None or not step.isdecimal() or not 0 < int(step) <= len(element):
                return None
            element = element[int(step) - 1]
        return element
