"""Declared lineage both ways: what a table or column is made from, and what is made of it.

Belongs here: turning `assets.lineage` round, and boxes for the drawing. Does not: single
figures (`behind`), or where boxes stand (`drawing`).
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from assets import lineage
from assets.desk.drawing import Box, Drawing, Line, draw
from assets.desk.words import Words
from warehouse.tables import LANDED, TABLES
from warehouse.view import VIEWS

Column = tuple[str, str]
"""A table and a column of it; landed streams are tables named `landed.<stream>`."""
_READS = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)")


@cache
def sources() -> Mapping[Column, tuple[Column, ...]]:
    """Every column that comes from others, and which."""
    return {
        (table, column): tuple(_split(one) for one in found)
        for table in TABLES
        for column, found in lineage.columns(table).items()
    }


@cache
def uses() -> Mapping[Column, tuple[Column, ...]]:
    """Every column that others come from, and which."""
    turned: dict[Column, list[Column]] = {}
    for column, found in sources().items():
        for one in found:
            turned.setdefault(one, []).append(column)
    return {column: tuple(sorted(found)) for column, found in turned.items()}


@cache
def view_sources() -> Mapping[str, tuple[str, ...]]:
    """Every view, and the tables and views it reads."""
    known = TABLES.keys() | VIEWS.keys()
    return {
        name: tuple(sorted({one for one in _READS.findall(view.text) if one in known} - {name}))
        for name, view in VIEWS.items()
    }


def tables() -> list[str]:
    """Every table one can look at, landed streams included, in the order of the line."""
    return [*(f"{lineage.LANDING}.{stream}" for stream in LANDED), *TABLES]


def is_known(table: str, column: str = "") -> bool:
    """Whether there is such a table, and such a column of it where one is named."""
    if table in VIEWS:
        return not column
    return table in tables() and (not column or column in names(table))


def names(table: str) -> tuple[str, ...]:
    """The columns of a table or landed stream."""
    stream = table.removeprefix(f"{lineage.LANDING}.")
    return LANDED[stream].names if stream != table else TABLES[table].names


def meaning(table: str) -> str:
    """What one row of it is."""
    if table in VIEWS:
        return VIEWS[table].meaning
    stream = table.removeprefix(f"{lineage.LANDING}.")
    return LANDED[stream].grain if stream != table else TABLES[table].grain


def columns_of(table: str) -> list[tuple[str, str, str, tuple[Column, ...], tuple[Column, ...]]]:
    """Each column: name, type, meaning, what it comes from, what is made of it."""
    stream = table.removeprefix(f"{lineage.LANDING}.")
    shape = LANDED[stream] if stream != table else TABLES[table]
    return [
        (c.name, c.type, c.meaning, sources().get(here, ()), uses().get(here, ()))
        for c in shape.columns
        for here in ((table, c.name),)
    ]


def neighbours(table: str) -> tuple[list[str], list[str]]:
    """The tables it is made from, and the tables and views made of it."""
    if table in VIEWS:
        return list(view_sources()[table]), _views_of(table)
    before = {one for (name, _), found in sources().items() if name == table for one, _ in found}
    after = {one for (name, _), found in uses().items() if name == table for one, _ in found}
    order = tables()
    return (
        sorted(before - {table}, key=order.index),
        sorted(after - {table}, key=order.index) + _views_of(table),
    )


def reached(start: Column, step: Mapping[Column, tuple[Column, ...]]) -> list[tuple[int, Column]]:
    """Every column reached from one, each once, with how many steps away it lies."""
    found: dict[Column, int] = {}
    edge = [start]
    for depth in range(1, len(step) + 2):
        edge = [one for column in edge for one in step.get(column, ()) if one not in found]
        found.update({one: depth for one in edge if one != start})
        if not edge:
            break
    return sorted(((depth, one) for one, depth in found.items() if one != start))


def table_drawing(table: str, words: Words) -> Drawing:
    """A table between what its columns come from and what is made of them."""
    if table in VIEWS:
        return _view_drawing(table, words)
    into = [(source, (table, c)) for c in names(table) for source in sources().get((table, c), ())]
    out = [((table, c), target) for c in names(table) for target in uses().get((table, c), ())]
    linked = {c for _, (_, c) in into} | {c for (_, c), _ in out}
    focus = _box(table, [c for c in names(table) if c in linked], "focus")
    before = [s for s, _ in into if s[0] != table]
    after = [t for _, t in out if t[0] != table]
    views = _views_of(table)
    edges = [(_key(*s), _key(*t)) for s, t in into + out if s[0] != t[0]]
    edges += [(f"t:{table}", f"t:{view}") for view in views]
    return _drawn(
        _grouped(before), focus, _grouped(after) + [_box(one, ()) for one in views], edges, words
    )


def _view_drawing(view: str, words: Words) -> Drawing:
    before, after = neighbours(view)
    edges = [(f"t:{one}", f"t:{view}") for one in before]
    edges += [(f"t:{view}", f"t:{one}") for one in after]
    return _drawn(
        [_box(one, ()) for one in before],
        _box(view, (), "focus"),
        [_box(one, ()) for one in after],
        edges,
        words,
    )


def column_drawing(table: str, column: str, words: Words) -> Drawing:
    """One column between the columns it comes from and those made of it."""
    here = (table, column)
    before = [one for one in sources().get(here, ()) if one != here]
    after = [one for one in uses().get(here, ()) if one != here]
    edges = [(f"from:{_key(*one)}", _key(*here)) for one in before]
    edges += [(_key(*here), f"to:{_key(*one)}") for one in after]
    return _drawn(
        _grouped(before, "from:"), _box(table, (column,), "focus"), _grouped(after, "to:"),
        edges, words,
    )  # fmt: skip


def _drawn(
    before: list[Box], focus: Box, after: list[Box], edges: list[tuple[str, str]], words: Words
) -> Drawing:
    columns = [(words("lineage.from"), before), ("", [focus]), (words("lineage.to"), after)]
    return draw([one for one in columns if one[1]], edges)


def _grouped(columns: Iterable[Column], prefix: str = "") -> list[Box]:
    by_table: dict[str, list[str]] = {}
    for table, column in columns:
        if column not in by_table.setdefault(table, []):
            by_table[table].append(column)
    order = tables()
    return [
        _box(table, by_table[table], prefix=prefix) for table in sorted(by_table, key=order.index)
    ]


def _box(table: str, columns: Iterable[str], kind: str = "", prefix: str = "") -> Box:
    lines = tuple(
        Line(f"{prefix}{_key(table, one)}", one, f"/lineage/table/{table}/{one}") for one in columns
    )
    return Box(f"{prefix}t:{table}", table, f"/lineage/table/{table}", lines, kind)


def _views_of(table: str) -> list[str]:
    return [name for name, read in view_sources().items() if table in read]


def _key(table: str, column: str) -> str:
    return f"{table}/{column}"


def _split(dotted: str) -> Column:
    table, _, column = dotted.rpartition(".")
    return table, column
