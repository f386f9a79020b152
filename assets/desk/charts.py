"""Figures over time as bars: the geometry of a small SVG, drawn by the templates.

A chart is never the only place of its numbers: each page has them in a table beside it.

Belongs here: where bars and marks stand. Does not: colours (the style sheet), or numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assets.desk.words import Words

WIDTH, HEIGHT = 340, 168
_LEFT, _TOP, _BOTTOM = 4, 22, 20
_WIDEST = 46
_UNITS = (
    (Decimal(1_000_000_000), "short.billion"),
    (Decimal(1_000_000), "short.million"),
    (Decimal(1_000), "short.thousand"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its value in short, and where it stands. `kind`: up, down, is_last."""

    label: str
    shown: str
    x: float
    y: float
    width: float
    height: float
    kind: str

    @property
    def middle(self) -> float:
        """Where its labels are centred."""
        return round(self.x + self.width / 2, 1)

    @property
    def label_y(self) -> float:
        """The base line of its value: above a positive bar, below a negative one."""
        return round(self.y + self.height + 13 if "down" in self.kind else self.y - 5, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over a base line. `text` says in words what is drawn, for who does not see it."""

    id: str
    title: str
    text: str
    bars: list[Bar]
    base: float
    width: int = WIDTH
    height: int = HEIGHT


def bars(
    id_: str,
    title: str,
    points: Sequence[tuple[str, Decimal]],
    words: Words,
    unit: str = "",
    width: int = WIDTH,
) -> Chart:
    """A chart of `points` (label, value), in order; the last is drawn strongest."""
    values = [value for _, value in points]
    top, low = max([*values, Decimal(0)]), min([*values, Decimal(0)])
    room = HEIGHT - _TOP - _BOTTOM - (14 if low < 0 else 0)
    scale = float(room) / float(top - low) if top > low else 0.0
    base = round(_TOP + float(top) * scale, 1) if top > low else float(_TOP + room)
    step = (width - 2 * _LEFT) / max(len(points), 1)
    thick = round(min(step * 0.68, _WIDEST), 1)
    drawn = [
        _bar(
            label,
            short(value, words),
            round(_LEFT + step * at + (step - thick) / 2, 1),
            base,
            thick,
            float(value) * scale,
            is_last=at == len(points) - 1,
        )
        for at, (label, value) in enumerate(points)
    ]
    text = "; ".join(f"{label}: {words.number(value)}" for label, value in points)
    return Chart(id_, title, f"{text} {unit}".strip(), drawn, base, width)


def _bar(
    label: str, shown: str, x: float, base: float, width: float, height: float, *, is_last: bool
) -> Bar:
    tall = round(max(abs(height), 1.0), 1)
    y = base if height < 0 else round(base - tall, 1)
    kind = ("down" if height < 0 else "up") + (" last" if is_last else "")
    return Bar(label, shown, x, y, width, tall, kind)


def short(value: Decimal, words: Words) -> str:
    """A value in few signs, for a bar.

    >>> short(Decimal(6120400), Words("en")), short(Decimal(-980), Words("en"))
    ('6.1 m', '−980')
    """
    for size, key in _UNITS:
        if abs(value) >= size:
            part = value / size
            decimals = 0 if abs(part) >= 100 else 1
            return words(key, number=words.number(part, decimals))
    return words.number(value, 0)
