"""The base64 skeleton: an inline document without the payload of its pictures and fonts.

Most bytes of a designed annual report are `data:` addresses. They hold no facts, so
each payload is cut to a short mark before parsing, and put back where a fact's value holds it.

A cut cannot change the document: it takes only letters, digits, `+`, `/` and `=` that
stand after `;base64,`, in an encoding where those bytes mean those characters; it
leaves base64 characters in their place; it takes no line end. Whether markup is well-formed,
where each line begins and what every other byte says therefore stays as it was. Equal
payloads get equal marks, so equal texts stay equal.

Belongs here: cutting and putting back. Does not: parsing.
"""

import re
from collections.abc import Callable

from xbrl.search import Searched

SHORTEST = 512
_HEAD = b";base64,"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_MARK = b"QXZjQXZjQXZj"
"""Letters that texts hold seldom: what does not end with one of them is passed over fast."""
_ENDS = (b'"', b"'", b")", b"<", b"&")


def cut(data: bytes) -> tuple[bytes, Callable[[str], str]]:
    """The document without long base64 payloads, and what puts them back into a text.

    >>> page = b'<img src="data:image/png;base64,' + b"A" * 600 + b'"/>'
    >>> short, restore = cut(page)
    >>> len(page) - len(short) > 500, restore(short.decode()) == page.decode()
    (True, True)
    """
    runs = _runs(data)
    if not runs:
        return data, unchanged
    starts = (*(start for start, _ in runs), len(data))
    ends = (0, *(start + len(payload) for start, payload in runs))
    kept = [data[end:start] for end, start in zip(ends, starts, strict=True)]
    mark = _unused_mark(kept)
    numbers: dict[bytes, int] = {}
    pieces = [kept[0]]
    for (_, payload), after in zip(runs, kept[1:], strict=True):
        number = numbers.setdefault(payload, len(numbers))
        pieces += (b"%s%dx" % (mark, number), after)
    return b"".join(pieces), _restorer(mark.decode(), list(numbers))


def _runs(data: bytes) -> list[tuple[int, bytes]]:
    """The payloads worth cutting, and where each begins: purely base64, and long."""
    runs = []
    nearest = dict.fromkeys(_ENDS, -1)
    for at in Searched(data).places(_HEAD):
        start = at + len(_HEAD)
        end = _nearest_end(data, start, nearest)
        if end - start >= SHORTEST:
            payload = data[start:end]
            if not payload.translate(None, _BASE64):
                runs.append((start, payload))
    return runs


def _nearest_end(data: bytes, start: int, nearest: dict[bytes, int]) -> int:
    """The first character from `start` that can end a payload.

    `nearest` remembers where each was last found, so the file is scanned once for each.
    """
    for character, at in nearest.items():
        if at < start:
            found = data.find(character, start)
            nearest[character] = found if found >= 0 else len(data)
    return min(nearest.values())


def _unused_mark(kept: list[bytes]) -> bytes:
    """Base64 characters that what is kept of the document does not hold."""
    mark = _MARK
    while any(mark in piece for piece in kept):
        mark += b"Q"
    return mark


def _restorer(mark: str, payloads: list[bytes]) -> Callable[[str], str]:
    """A function that puts payloads back where their marks stand."""
    pattern = re.compile(f"{mark}([0-9]+)x")

    def restore(text: str) -> str:
        if mark not in text:
            return text
        return pattern.sub(lambda found: payloads[int(found[1])].decode("ascii"), text)

    return restore


def unchanged(text: str) -> str:
    """What puts back nothing, for a document without cuts."""
    return text
