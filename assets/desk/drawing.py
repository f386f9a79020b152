"""Boxes in columns with curves between them: the geometry of a lineage drawing.

The first columns hold what something was made from, the last what is made of it. The same
boxes are written as lists beside the drawing, so that nothing is in the drawing alone.

Belongs here: layout. Does not: what stands in the boxes (`graph`, `behind`), or colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

_BOX, _GAP, _LINE, _HEAD, _PAD = 268, 92, 21, 30, 18
_LONGEST = 36
_MOST = 14
"""Lines one box shows; the rest is counted, and stands in the lists."""


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
    placed: list[PlacedBox] = []
    ports: dict[str, tuple[int, int, int]] = {}
    tallest = max((_column_height(boxes) for _, boxes in columns), default=0)
    for at, (_, boxes) in enumerate(columns):
        x = _PAD + at * (_BOX + _GAP)
        y = _PAD + _LINE + (tallest - _column_height(boxes)) // 2
        for box in boxes:
            one = _place(box, x, y)
            placed.append(one)
            _remember(one, ports)
            y += one.height + _PAD
    curves = list(dict.fromkeys(_curve(ports[source], ports[target]) for source, target in edges))
    headings = [(_PAD + at * (_BOX + _GAP), name) for at, (name, _) in enumerate(columns)]
    width = 2 * _PAD + len(columns) * (_BOX + _GAP) - _GAP
    return Drawing(placed, curves, width, tallest + _LINE + 2 * _PAD, headings)


def _column_height(boxes: Sequence[Box]) -> int:
    return sum(_height(box) + _PAD for box in boxes) - _PAD if boxes else 0


def _height(box: Box) -> int:
    shown = min(len(box.lines), _MOST) + (len(box.lines) > _MOST) + bool(box.subtitle)
    return _HEAD + shown * _LINE + (6 if shown else 0)


def _place(box: Box, x: int, y: int) -> PlacedBox:
    first = y + _HEAD + (_LINE if box.subtitle else 0) + 15
    lines = tuple(
        PlacedLine(line, _cut(line.text), first + at * _LINE)
        for at, line in enumerate(box.lines[:_MOST])
    )
    rest = max(0, len(box.lines) - _MOST)
    return PlacedBox(box, _cut(box.title), x, y, _BOX, _height(box), lines, rest)


def _remember(one: PlacedBox, ports: dict[str, tuple[int, int, int]]) -> None:
    """Where curves to this box and its lines begin and end: left side, right side, height."""
    left, right = one.x, one.x + one.width
    ports[one.box.key] = (left, right, one.y + _HEAD // 2)
    for line in one.box.lines:
        ports[line.key] = ports[one.box.key]
    for line in one.lines:
        ports[line.line.key] = (left, right, line.y - 5)


def _curve(source: tuple[int, int, int], target: tuple[int, int, int]) -> str:
    x1, y1, x2, y2 = source[1], source[2], target[0], target[2]
    bend = (x2 - x1) // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
