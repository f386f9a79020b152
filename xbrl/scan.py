"""What a document's bytes tell at once: whether it holds certain attributes at all, and where.

Asking the tree means visiting every element; the bytes answer at the speed of memory, and
most often the answer is that there is nothing to look for. A document whose bytes
cannot be read so (UTF-16, EBCDIC) is asked through its tree.

Belongs here: such answers. Does not: what follows from them.
"""

import re
from collections import Counter
from functools import cached_property

from lxml.etree import _Element

from xbrl.search import Searched

_DECLARATION = re.compile(rb"xmlns(?::([^\s=]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?([^\s<>/:]+)")
_HANDLER = re.compile(rb"on[a-zA-Z]+\s*=")


class Scan:
    """One document's bytes, asked what they hold."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.is_readable = b"xmlns" in data
        self._searched = Searched(data)

    @cached_property
    def _reserved(self) -> list[int]:
        return self._searched.places(b"xml")

    def _beginning(self, word: bytes) -> list[int]:
        return [at for at in self._reserved if self._data.startswith(word, at)]

    @cached_property
    def _declarations(self) -> list[int]:
        return self._beginning(b"xmlns")

    @property
    def may_hold_base(self) -> bool:
        """Whether an xml:base may stand in the document."""
        return not self.is_readable or bool(self._beginning(b"xml:base"))

    def may_hold_handlers(self) -> bool:
        """Whether an attribute beginning with `on` may stand in the document."""
        places = self._searched.after_space(b"on") if self.is_readable else ()
        return not self.is_readable or any(_HANDLER.match(self._data, at) for at in places)

    def languages_on(self) -> Counter[str] | None:
        """Local names of elements that may carry an xml:lang, and how many; None where unknown."""
        if not self.is_readable:
            return None
        data = self._data
        starts = {data.rfind(b"<", 0, at) for at in self._beginning(b"xml:lang")}
        tags = (_TAG.match(data, max(start, 0)) for start in starts)
        return Counter(tag[1].decode("utf-8", "replace") for tag in tags if tag)

    @property
    def declaration_count(self) -> int:
        """How often a namespace is declared, at most."""
        return len(self._declarations)

    @cached_property
    def _bindings(self) -> dict[str | None, set[bytes]]:
        """Each prefix with the namespaces it is bound to somewhere; None is the default."""
        data = self._data
        bindings: dict[bytes, set[bytes]] = {}
        seen = set()
        for at in self._declarations:
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
