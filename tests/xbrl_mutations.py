"""Ways to damage a file: bytes, attributes, elements. The same steps always do the same damage.

Belongs here: damage, and an independent count of the facts that are left. Does not: what readers
must make of it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

JUNK = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"&",
    b"&x;",
    b"<",
    b"]]>",
    b"<!--",
    b"<![CDATA[x]]>",
    b"<?x ?>",
    "é".encode(),
    "\U0001d7d9".encode(),
    b" ",
    b"-1e99999",
    b"1E999999999",
    b"{http://x}y",
    b"a:b",
    b"xml:lang",
    b"9" * 400,
    b"../../../x",
    b"javascript:1",
    b"http://[",
)
_ATTRIBUTE = re.compile(rb"""\s([A-Za-z_][\w.:-]*)\s*=\s*("[^"<]*"|'[^'<]*')""")
_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>")
_FACTS = ("nonFraction", "nonNumeric", "fraction")
_INLINE = ("http://www.xbrl.org/2008/inlineXBRL", "http://www.xbrl.org/2013/inlineXBRL")
_INSTANCE = "http://www.xbrl.org/2003/instance"
_LINKBASE = "http://www.xbrl.org/2003/linkbase"


class Step(NamedTuple):
    """One damage: which, where (from 0 to 1 of the places there are), a second place, what."""

    kind: str
    at: float
    other: float
    junk: bytes


def damage(data: bytes, steps: list[Step]) -> bytes:
    """The file after every step."""
    for step in steps:
        data = KINDS[step.kind](data, step) if data else step.junk
    return data


def _place(step: Step, count: int) -> int:
    return min(int(step.at * count), count - 1)


def _other(step: Step, count: int) -> int:
    return min(int(step.other * count), count - 1)


def _flip(data: bytes, step: Step) -> bytes:
    at = _place(step, len(data))
    return data[:at] + bytes([data[at] ^ (1 + int(step.other * 254))]) + data[at + 1 :]


def _cut(data: bytes, step: Step) -> bytes:
    at, other = sorted((_place(step, len(data)), _other(step, len(data))))
    return data[:at] + data[min(other, at + 400) :]


def _end(data: bytes, step: Step) -> bytes:
    return data[: _place(step, len(data))]


def _insert(data: bytes, step: Step) -> bytes:
    at = _place(step, len(data))
    return data[:at] + step.junk + data[at:]


def _repeat(data: bytes, step: Step) -> bytes:
    at = _place(step, len(data))
    piece = data[at : at + int(step.other * 300)]
    return data[:at] + piece * 3 + data[at:]


def _attributes(data: bytes, step: Step, change: Callable[[list[re.Match[bytes]]], bytes]) -> bytes:
    found = list(_ATTRIBUTE.finditer(data))
    if not found:
        return data
    one = found[_place(step, len(found))]
    return data[: one.start()] + change([one, found[_other(step, len(found))]]) + data[one.end() :]


def _drop_attribute(data: bytes, step: Step) -> bytes:
    return _attributes(data, step, lambda _: b"")


def _set_attribute(data: bytes, step: Step) -> bytes:
    return _attributes(data, step, lambda two: b' %s="%s"' % (two[0][1], _quoted(step.junk)))


def _rename_attribute(data: bytes, step: Step) -> bytes:
    return _attributes(data, step, lambda two: b" %s=%s" % (two[1][1], two[0][2]))


def _swap_attribute(data: bytes, step: Step) -> bytes:
    return _attributes(data, step, lambda two: b" %s=%s" % (two[0][1], two[1][2]))


def _quoted(junk: bytes) -> bytes:
    return junk.replace(b"<", b"&lt;").replace(b'"', b"&quot;")


def _tags(data: bytes) -> list[re.Match[bytes]]:
    return list(_TAG.finditer(data))


def _drop_tag(data: bytes, step: Step) -> bytes:
    tags = _tags(data)
    if not tags:
        return data
    one = tags[_place(step, len(tags))]
    return data[: one.start()] + data[one.end() :]


def _rename_element(data: bytes, step: Step) -> bytes:
    """Another element's name, in start and end tag, so that the file stays well-formed."""
    found = _element(data, step)
    tags = _tags(data)
    if found is None:
        return data
    start, end, name = found
    new = tags[_other(step, len(tags))][2]
    piece = data[start:end]
    head = b"<" + new + piece[1 + len(name) :]
    closing = b"</" + name + b">"
    if head.endswith(closing):
        head = head[: -len(closing)] + b"</" + new + b">"
    return data[:start] + head + data[end:]


def _drop_element(data: bytes, step: Step) -> bytes:
    found = _element(data, step)
    return data if found is None else data[: found[0]] + data[found[1] :]


def _double_element(data: bytes, step: Step) -> bytes:
    found = _element(data, step)
    return (
        data if found is None else data[: found[1]] + data[found[0] : found[1]] + data[found[1] :]
    )


def _move_element(data: bytes, step: Step) -> bytes:
    found = _element(data, step)
    if found is None:
        return data
    piece, rest = data[found[0] : found[1]], data[: found[0]] + data[found[1] :]
    tags = _tags(rest)
    if not tags:
        return data
    at = tags[_other(step, len(tags))].end()
    return rest[:at] + piece + rest[at:]


def _nest_element(data: bytes, step: Step) -> bytes:
    """The element within itself, many times."""
    found = _element(data, step)
    if found is None:
        return data
    start, end, name = found
    piece = data[start:end]
    closing = b"</" + name + b">"
    if not piece.endswith(closing):
        return data
    head = piece[: piece.index(b">") + 1]
    depth = 1 + int(step.other * 300)
    return data[:start] + head * depth + piece + closing * depth + data[end:]


def _element(data: bytes, step: Step) -> tuple[int, int, bytes] | None:
    """Where one element begins and ends: as markup has it, without parsing."""
    starts = [tag for tag in _tags(data) if not tag[1]]
    if not starts:
        return None
    first = starts[_place(step, len(starts))]
    if first[0].endswith(b"/>"):
        return first.start(), first.end(), first[2]
    depth = 1
    for tag in _TAG.finditer(data, first.end()):
        if tag[2] == first[2] and not tag[0].endswith(b"/>"):
            depth += -1 if tag[1] else 1
            if not depth:
                return first.start(), tag.end(), first[2]
    return None


KINDS: dict[str, Callable[[bytes, Step], bytes]] = {
    "flip": _flip,
    "cut": _cut,
    "end": _end,
    "insert": _insert,
    "repeat": _repeat,
    "drop attribute": _drop_attribute,
    "set attribute": _set_attribute,
    "rename attribute": _rename_attribute,
    "swap attribute": _swap_attribute,
    "drop tag": _drop_tag,
    "rename element": _rename_element,
    "drop element": _drop_element,
    "double element": _double_element,
    "move element": _move_element,
    "nest element": _nest_element,
}


def facts_in(data: bytes) -> int | None:
    """Items in the file by a plain parse of it; None where it is not well-formed XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    inline = root.iter(*(f"{{{ix}}}{kind}" for ix in _INLINE for kind in _FACTS))
    if count := len({_in_tuple(one) or one for one in inline}):
        return count
    if root.tag != f"{{{_INSTANCE}}}xbrl":
        return 0
    return sum(_is_item(one, root) for one in root.iter("*") if one.get("contextRef") is not None)


def _in_tuple(element: etree._Element) -> tuple[str, ...] | None:
    """What makes it the same as another fact of its tuple; None for one without an order.

    Source: inline XBRL 1.1 § 15.1.2: equal members of equal order are one.
    """
    order = element.get("order")
    if order is None:
        return None
    tuples = element.iterancestors(*(f"{{{ix}}}tuple" for ix in _INLINE))
    paths = (element.getroottree().getpath(one) for one in tuples)
    holder = element.get("tupleRef") or next(paths, "")
    text = " ".join("".join(map(str, element.itertext())).split())
    return holder, order.strip(), element.get("name", ""), text


def _is_item(element: etree._Element, root: etree._Element) -> bool:
    """Whether it stands where facts stand: in the root, or in elements of no specification."""
    while element is not root:
        if _namespace(element) in {_INSTANCE, _LINKBASE}:
            return False
        parent = element.getparent()
        assert parent is not None
        element = parent
    return True


def _namespace(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")
