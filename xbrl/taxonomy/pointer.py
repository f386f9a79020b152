"""What a fragment points at: shorthand pointers and the element() scheme.

Belongs here: finding one element of one document. Does not: what it is.
Source: XBRL 2.1 § 3.5.4; XPointer Framework § 3.2; XPointer element() Scheme.
"""

import re

from lxml.etree import _Element

from xbrl.names import XML

_PARTS = re.compile(r"([\w.:-]+)\(([^()]*)\)\s*")
_XML_ID = f"{{{XML}}}id"


class Pointers:
    """Finds elements by fragment, each document's ids gathered once."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, _Element]] = {}

    def find(self, url: str, root: _Element, fragment: str) -> _Element | None:
        """The element `fragment` points at in the document at `url`; the root without one."""
        if not fragment:
            return root
        if "(" not in fragment:
            return self._by_id(url, root, fragment)
        for scheme, data in _PARTS.findall(fragment):
            if scheme == "element":
                element = self._by_sequence(url, root, data)
                if element is not None:
                    return element
        return None

    def _by_id(self, url: str, root: _Element, name: str) -> _Element | None:
        if url not in self._ids:
            ids: dict[str, _Element] = {}
            for element in root.iter("*"):
                identity = element.get("id") or element.get(_XML_ID)
                if identity is not None:
                    ids.setdefault(identity, element)
            self._ids[url] = ids
        return self._ids[url].get(name)

    def _by_sequence(self, url: str, root: _Element, data: str) -> _Element | None:
        start, *steps = data.strip().split("/")
        element: _Element | None
        if start:
            element = self._by_id(url, root, start)
        else:
            first, *steps = steps or ["0"]
            element = root if first == "1" else None
        for step in steps:
            if element is None or not step.isdigit():
                return None
            children = element.iterchildren("*")
            element = next((one for n, one in enumerate(children, 1) if n == int(step)), None)
        return element
