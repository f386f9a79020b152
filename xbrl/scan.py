"""What a document's bytes tell at once: whether it holds certain attributes at all, and where.

Asking the tree means visiting every element; the bytes answer at the speed of memory, and
most often the answer is that there is nothing to look for. A document whose bytes
cannot be read so (UTF-16, EBCDIC) is asked through its tree.

Belongs here: such answers. Does not: what follows from them.
"""

import re
from functools import cached_property

from lxml.etree import _Element

from xbrl.search import Searched

_DECLARATION = re.compile(rb"xmlns(?::([^\s=]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?([^\s<>/:]+)")
# One search per white space: a pattern that begins with fixed characters is many times faster.
_HANDLERS = tuple(f"{space}on[a-zA-Z]+\\s*=" for space in (" ", "\n", "\t", "\r"))


class Scan:
    """One document's bytes, asked what they hold."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.is_readable = b"xmlns" in data
        self._searched = Searched(data)

    @cached_property
    def may_hold_base(self) -> bool:
        """Whether an xml:base may stand in the document."""
        return not self.is_readable or self._searched.holds("xml:base")

    def may_hold_handlers(self) -> bool:
        """Whether an attribute beginning with `on` may stand in the document."""
        return not self.is_readable or any(map(self._searched.holds, _HANDLERS))

    def elements_with(self, attribute: str) -> set[str] | None:
        """Local names of elements that may carry the attribute; None where unknown."""
        if not self.is_readable:
            return None
        word, data = attribute.encode(), self._data
        names = set()
        at = -1
        for _ in range(self._searched.count(attribute)):
            at = data.find(word, at + 1)
            tag = _TAG.match(data, max(data.rfind(b"<", 0, at), 0))
            if tag:
                names.add(tag[1].decode("utf-8", "replace"))
        return names

    @cached_property
    def declaration_count(self) -> int:
        """How often a namespace is declared, at most."""
        return self._searched.count("xmlns")

    @cached_property
    def _bindings(self) -> dict[str | None, set[bytes]]:
        """Each prefix with the namespaces it is bound to somewhere; None is the default."""
        data = self._data
        bindings: dict[bytes, set[bytes]] = {}
        seen = set()
        at = -1
        for _ in range(self.declaration_count):
            at = data.find(b"xmlns", at + 1)
            # Most declarations repeat others to the letter; one look at each suffices.
            text = data[at : data.find(b'"', data.find(b'"', at) + 1) + 1]
            if text in seen:
                continue
            seen.add(text)
            if found := _DECLARATION.match(data, at):
                uri = found[2] if found[2] is not None else found[3]
                bindings.setdefault(found[1] or b"", set()).add(uri)
        return {
            prefix.decode("utf-8", "replace") or None: uris for prefix, uris in bindings.items()
        }

    def rebound_prefixes(self) -> set[str | None] | None:
        """The prefixes that do not mean one namespace throughout; None where unknown."""
        if not self.is_readable:
            return None
        return {
            prefix
            for prefix, uris in self._bindings.items()
            if len(uris) > 1 or any(b"&" in uri for uri in uris)
        }

    def stable_prefixes(self, root: _Element) -> dict[str | None, str]:
        """The namespaces in force at the root that are in force by those prefixes throughout."""
        rebound = self.rebound_prefixes()
        if rebound is None:
            return {}
        return {prefix: uri for prefix, uri in root.nsmap.items() if prefix not in rebound}

    def prefixes_of(self, namespace: str | None) -> set[str | None] | None:
        """The prefixes bound to a namespace somewhere; None where unknown."""
        if not self.is_readable or namespace is None:
            return None
        uri = namespace.encode()
        if any(b"&" in other for uris in self._bindings.values() for other in uris):
            return None
        return {prefix for prefix, uris in self._bindings.items() if uri in uris}
