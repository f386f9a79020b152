"""What stands within inline elements, as XHTML: each stretch of a page is written once.

Facts stand within facts: the tables of a note in the note, the figures in the tables. An
element is written with all that stands in it, and then taken apart at the inline tags; what any
inline element in it holds is a run of the parts.

Belongs here: writing and taking apart. Does not: what a value needs beyond that (`content`).
"""

from lxml import etree
from lxml.etree import _Element

_VOID = {"area", "base", "basefont", "br", "col", "frame", "hr", "img", "input", "isindex"}
_VOID |= {"link", "meta", "param"}


class Fragments:
    """The contents of one page's inline elements, all of whose names have the same prefix."""

    def __init__(self, namespace: str, prefix: str) -> None:
        self._tag = f"{{{namespace}}}*"
        self._start, self._end = f"<{prefix}:".encode(), f"</{prefix}:".encode()
        self._runs: dict[_Element, tuple[list[bytes], int, int]] = {}

    def inner(self, element: _Element) -> bytes:
        """The content of an inline element, without inline tags."""
        if not len(element):
            return _escaped(element.text or "")
        if element not in self._runs:
            self._take_apart(element)
        parts, first, last = self._runs[element]
        return b"".join(parts[first:last])

    def _take_apart(self, element: _Element) -> None:
        """Write an element, and note the run of parts of each inline element in it.

        In what libxml2 writes, no `<` stands but at the beginning of a tag, no `>` but at the end.
        """
        parts: list[bytes] = []
        open_: list[tuple[_Element, int]] = []
        inlines = element.iter(self._tag)
        _, *starts = _written(element).split(self._start)
        for inline, start in zip(inlines, starts, strict=True):
            open_.append((inline, len(parts)))
            first, *others = start.split(self._end)
            parts.append(first[first.index(b">") + 1 :])
            for other in others:
                opened, place = open_.pop()
                self._runs[opened] = parts, place, len(parts)
                parts.append(other[other.index(b">") + 1 :])


def inner(element: _Element) -> bytes:
    """The content of any element, inline tags and all."""
    written = _written(element)
    return written[written.index(b">") + 1 : written.rindex(b"<")]


def _written(element: _Element) -> bytes:
    return closed(etree.tostring(element, encoding="UTF-8", with_tail=False))


def _escaped(text: str) -> bytes:
    """A text as libxml2 writes it."""
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace("\r", "&#13;")
    return text.encode()


def closed(xhtml: bytes) -> bytes:
    """Every empty element with an end tag, but for those HTML has none for.

    >>> closed(b'<p class="a"/><br/>')
    b'<p class="a"></p><br/>'
    """
    *parts, last = xhtml.split(b"/>")
    if not parts:
        return xhtml
    ends = _Ends()
    done: list[bytes] = []
    for part in parts:
        start = part.rindex(b"<") + 1
        space = part.find(b" ", start)
        done += (part, ends[part[start:space] if space > 0 else part[start:]])
    return b"".join([*done, last])


class _Ends(dict[bytes, bytes]):
    """How an empty element of each name ends; a prefix HTML may have goes later."""

    def __missing__(self, name: bytes) -> bytes:
        is_void = name.rpartition(b":")[2].decode() in _VOID
        end = self[name] = b"/>" if is_void else b"></%s>" % name
        return end
