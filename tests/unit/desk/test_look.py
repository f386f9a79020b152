"""The desk's colours and drawings: contrast computed, geometry checked."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from assets.desk import graph
from assets.desk.charts import HEIGHT, WIDTH, bars
from assets.desk.drawing import Box, Line, cut, draw
from assets.desk.rendering import style
from assets.desk.words import Words
from warehouse.tables import TABLES
from warehouse.view import VIEWS

EN = Words("en")
TEXT = [
    *((ink, ground) for ink in ("ink", "quiet", "link") for ground in ("ground", "paper", "faint")),
    ("ink", "plain-ground"), ("ink", "mark"), ("quiet", "mark"), ("good", "good-ground"),
    ("warn", "warn-ground"), ("bad", "bad-ground"), ("bad", "paper"), ("bad", "faint"),
    ("bad", "ground"), ("paper", "link"),
]  # fmt: skip
SHAPES = [("accent", "paper"), ("accent", "ground"), ("quiet", "paper"), ("edge", "paper")]


def palettes() -> dict[str, dict[str, str]]:
    roots = re.findall(r":root \{(.*?)\}", style().decode(), re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", root)) for root in roots[:2])
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    colours = palettes()[scheme]
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXT
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_that_carry_meaning_stand_out(scheme: str) -> None:
    colours = palettes()[scheme]
    weak = [
        p for p in SHAPES if contrast(colours[p[0]], colours[p[1]]) < (2.4 if p[0] == "edge" else 3)
    ]
    assert weak == []


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bars("c", "Profit", [("2023", Decimal(200)), ("2024", Decimal(-100)),
                                 ("2025", Decimal(100))], EN, "DKK")  # fmt: skip
    first, second, third = chart.bars
    assert first.height == pytest.approx(2 * second.height, abs=0.2)
    assert second.height == pytest.approx(third.height, abs=0.1)
    assert (second.y, second.kind) == (chart.base, "down")
    assert third.y + third.height == pytest.approx(chart.base, abs=0.1)
    assert third.kind == "up last"
    assert all(b.x >= 0 and b.x + b.width <= WIDTH and 0 <= b.y < HEIGHT for b in chart.bars)
    assert chart.text == "2023: 200; 2024: −100; 2025: 100 DKK"


@pytest.mark.parametrize("values", [[], [Decimal(0)], [Decimal(-5)], [Decimal(10) ** 15]])
def test_bars_of_odd_numbers(values: list[Decimal]) -> None:
    chart = bars("c", "Odd", [(str(at), value) for at, value in enumerate(values)], EN)
    assert len(chart.bars) == len(values)
    assert all(bar.height >= 1 and 0 <= bar.y <= HEIGHT for bar in chart.bars)


def test_boxes_do_not_lie_on_each_other() -> None:
    boxes = [Box(f"b{at}", f"box {at}", lines=tuple(Line(f"{at}/{n}", "x") for n in range(at * 6)))
             for at in range(5)]  # fmt: skip
    made = draw([("left", boxes), ("right", [Box("z", "z")])], [("4/20", "z"), ("b0", "z")])
    left = [one for one in made.boxes if one.box.key != "z"]
    assert all(a.y + a.height < b.y for a, b in pairwise(left))
    assert max(one.y + one.height for one in made.boxes) <= made.height
    assert max(one.x + one.width for one in made.boxes) <= made.width
    assert left[4].rest == 10
    with pytest.raises(KeyError):
        draw([("left", boxes)], [("b0", "nowhere")])


def test_lineage_turned_round_is_the_same_lineage() -> None:
    pairs = {(one, column) for column, found in graph.sources().items() for one in found}
    assert pairs == {(one, column) for one, found in graph.uses().items() for column in found}
    assert pairs


def test_every_table_column_and_view_can_be_drawn() -> None:
    for name in graph.tables():
        graph.table_drawing(name, EN)
    for name in TABLES:
        graph.column_drawing(name, TABLES[name].names[0], EN)
    for name in VIEWS:
        before, _ = graph.neighbours(name)
        assert before, name
        graph.table_drawing(name, EN)


def test_every_source_of_a_column_is_one() -> None:
    unknown = {one for found in graph.sources().values() for one in found
               if not graph.is_known(*one)}  # fmt: skip
    assert unknown == set()


def test_steps_are_counted_and_end() -> None:
    step = {("t", "a"): (("t", "b"),), ("t", "b"): (("t", "c"), ("t", "a")), ("t", "c"): ()}
    assert graph.reached(("t", "a"), step) == [(1, ("t", "b")), (2, ("t", "c"))]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("statistic", "statistic"), ("iiiiiiiiiiiiiiiiiiii", "iiiiiiiiiiiiiiiiiiii"),
     ("MMMMMMMMMMMMMMMMMMMM", "MMMMMMMMM…"), ("provisional_assessment", "provisional_ass…")],
)  # fmt: skip
def test_a_text_is_cut_to_the_width_of_its_letters(text: str, shown: str) -> None:
    assert cut(text, 10) == shown


def test_title_subtitle_and_lines_end_within_their_box() -> None:
    name = "Salg til udlandet uden moms af varer og ydelser"
    box = Box("a", name, subtitle=name, lines=(Line("b", name),))
    (placed,) = draw([("", [box])], []).boxes
    assert {placed.title[-1], placed.subtitle[-1], placed.lines[0].text[-1]} == {"…"}
