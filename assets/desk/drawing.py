"""Boxes in columns with curves between them: the geometry of a lineage drawing.

The first columns hold what something was made from, the last what is made of it. The same
boxes are written as lists beside the drawing, so that nothing is in the drawing alone.

Belongs here: layout. Does not: what stands in the boxes (`graph`, `behind`), or colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

_LINE, _HEAD, _PAD = 21, 30, 18
_WIDE, _NARROW = (268, 92), (232, 62)
"""Width of a box and of the room between boxes: of up to three columns, and of more."""
_MARGIN, _SIZE, _BOLD = 12, 12.5, 14.5
"""Room left and right of a text in its box; pixels of an em of it, and of a title, which is bold
and so wider."""
_THIN, _BROAD = frozenset("fijlrtI .,:;-/|()'"), frozenset("mwMWOQGD…@%–")
_MOST, _FOCUS_MOST = 14, 60
"""Lines a box shows, and the one looked at; the rest is counted, and stands in the lists."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box: a column or a fact. `key` is unique in the drawing."""

    key: str
    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: a table, a filing, a figure. An edge may go to its `key` or to a line's."""

    key: str
    title: str
    href: str = ""
    lines: tuple[Line, ...] = ()
    kind: str = ""
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with the height of its base line; `text` is cut to what the box holds."""

    line: Line
    text: str
    y: int


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box with its corner and size, and its lines."""

    box: Box
    title: str
    subtitle: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[PlacedLine, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything placed: boxes, curves as SVG paths, and the size of it all."""

    boxes: list[PlacedBox]
    curves: list[str]
    width: int
    height: int
    headings: list[tuple[int, str]] = field(default_factory=list)


def draw(columns: Sequence[tuple[str, Sequence[Box]]], edges: Sequence[tuple[str, str]]) -> Drawing:
    """Columns of boxes from left to right, each under its heading, and curves between keys.

    An edge to a line that is not shown goes to its box; one to an unknown key is an error.
    """
    box_width, gap = _WIDE if len(columns) <= 3 else _NARROW
    lefts = [_PAD + at * (box_width + gap) for at in range(len(columns))]
    placed: list[PlacedBox] = []
    ports: dict[str, tuple[int, int, int]] = {}
    tallest = max((_column_height(boxes) for _, boxes in columns), default=0)
    for x, (_, boxes) in zip(lefts, columns, strict=True):
        y = _PAD + _LINE + (tallest - _column_height(boxes)) // 2
        for box in boxes:
            one = _place(box, x, y, box_width)
            placed.append(one)
            _remember(one, ports)
            y += one.height + _PAD
    curves = list(dict.fromkeys(_curve(ports[source], ports[target]) for source, target in edges))
    headings = [(x, name) for x, (name, _) in zip(lefts, columns, strict=True)]
    width = 2 * _PAD + len(columns) * (box_width + gap) - gap
    return Drawing(placed, curves, width, tallest + _LINE + 2 * _PAD, headings)


def _column_height(boxes: Sequence[Box]) -> int:
    return sum(_height(box) + _PAD for box in boxes) - _PAD if boxes else 0


def _height(box: Box) -> int:
    most = _most(box)
    shown = min(len(box.lines), most) + (len(box.lines) > most) + bool(box.subtitle)
    return _HEAD + shown * _LINE + (6 if shown else 0)


def _most(box: Box) -> int:
    return _FOCUS_MOST if box.kind == "focus" else _MOST


def _place(box: Box, x: int, y: int, width: int) -> PlacedBox:
    room = width - 2 * _MARGIN
    first = y + _HEAD + (_LINE if box.subtitle else 0) + 15
    lines = tuple(
        PlacedLine(line, cut(line.text, room / _SIZE), first + at * _LINE)
        for at, line in enumerate(box.lines[: _most(box)])
    )
    rest = max(0, len(box.lines) - _most(box))
    title, subtitle = cut(box.title, room / _BOLD), cut(box.subtitle, room / _SIZE)
    return PlacedBox(box, title, subtitle, x, y, width, _height(box), lines, rest)


def _remember(one: PlacedBox, ports: dict[str, tuple[int, int, int]]) -> None:
    """Where curves to this box and its lines begin and end: left side, right side, height."""
    left, right = one.x, one.x + one.width
    ports[one.box.key] = (left, right, one.y + _HEAD // 2)
    for line in one.box.lines:
        ports[line.key] = ports[one.box.key]
    for placed in one.lines:
        ports[placed.line.key] = (left, right, placed.y - 5)


def _curve(source: tuple[int, int, int], target: tuple[int, int, int]) -> str:
    x1, y1, x2, y2 = source[1], source[2], target[0], target[2]
    bend = (x2 - x1) // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def cut(text: str, ems: float) -> str:
    """The text, or as much of it as so many ems hold, with … after it.

    The reader's font is not known; letters are taken to be as wide as in the widest common ones
    (DejaVu Sans, Verdana).

    >>> cut("net_vat", 5), cut("net_vat_of_turnover", 5)
    ('net_vat', 'net_vat…')
    """
    if sum(map(_ems, text)) <= ems:
        return text
    room = ems - _ems("…")
    kept = 0
    for letter in text:
        room -= _ems(letter)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def _ems(letter: str) -> float:
    """About how wide a letter is; the broadest of its kind."""
    if letter in _THIN:
        return 0.41
    if letter in _BROAD:
        return 1.0
    return 0.72 if letter.isupper() else 0.64
