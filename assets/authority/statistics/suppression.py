"""Which cells of a table are kept back, so that none that says too much can be worked out.

First the cells that say too much themselves. Then, along every line of the table (a total and its
parts), until nothing changes:
- a line with one cell kept back gives it away: another is kept back with it;
- where the total is published, the cells kept back on the line add up to a known number: if their
  companies together would say too much, another is kept back.
At last the equations of all lines together are solved: a cell that has only one solution, or cells
whose sum has and says too much, are given away by a way round that no single line shows, and one
more cell beside them is kept back. Each step keeps back more, so it ends.

Which other cell: one that opens no new line, of the fewest companies, a part before a total.

Belongs here: the pattern of one table. Does not: what says too much (`sensitive`).

Source: Handbook on Statistical Disclosure Control ch. 4, secondary cell suppression and common-
variable groups; the steps are ours. What is not done: bounding a cell by inequalities (an attacker
who knows that amounts are not negative may narrow it down), or across years.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assets.authority.statistics.equations import reduced

ALL = "all"
COMPLEMENT = "complement"

Key = tuple[str, ...]
"""A cell's place: its value in each dimension, `all` in those summed over."""


@dataclass(frozen=True, slots=True)
class Line:
    """A total and the parts that add up to it."""

    total: Key
    parts: tuple[Key, ...]


class Table:
    """The cells of one table that hold any company, and the lines they stand in.

    `weight`: companies in each cell. `is_safe`: whether cells of different companies, taken
    together, say nothing of one.
    """

    def __init__(
        self, weight: Mapping[Key, int], is_safe: Callable[[Collection[Key]], bool]
    ) -> None:
        self.weight = weight
        self.is_safe = is_safe
        self.lines = tuple(_lines(weight))
        self.of: dict[Key, list[Line]] = {key: [] for key in weight}
        for line in self.lines:
            for key in (line.total, *line.parts):
                self.of[key].append(line)


def pattern(table: Table, primary: Mapping[Key, str]) -> dict[Key, str]:
    """Every cell to keep back, with the reason: that of `primary`, or `complement`."""
    kept = dict(primary)
    _close(table, kept, table.lines)
    while given_away := _given_away(table, kept):
        for key in given_away:
            _keep(table, kept, _beside(table, kept, key))
    return kept


def _lines(keys: Iterable[Key]) -> Iterator[Line]:
    """Every total with its parts, in each dimension."""
    parts: dict[tuple[int, Key], list[Key]] = {}
    for key in sorted(keys):
        for place, value in enumerate(key):
            if value != ALL:
                total = (*key[:place], ALL, *key[place + 1 :])
                parts.setdefault((place, total), []).append(key)
    for (_, total), found in sorted(parts.items()):
        yield Line(total, tuple(found))


def _close(table: Table, kept: dict[Key, str], lines: Iterable[Line]) -> None:
    """Keep back along `lines`, and those they lead to, until none gives a cell away."""
    waiting = dict.fromkeys(lines)
    while waiting:
        line = next(iter(waiting))
        del waiting[line]
        wanted = _wanted(table, kept, line)
        if wanted is not None:
            kept[wanted] = COMPLEMENT
            waiting.update(dict.fromkeys(table.of[wanted]))


def _keep(table: Table, kept: dict[Key, str], key: Key | None) -> None:
    if key is not None and key not in kept:
        kept[key] = COMPLEMENT
        _close(table, kept, table.of[key])


def _wanted(table: Table, kept: Mapping[Key, str], line: Line) -> Key | None:
    """The cell to keep back so that `line` gives none away; None where it does not."""
    parts = [key for key in line.parts if key in kept]
    is_total_kept = line.total in kept
    if not parts and not is_total_kept:
        return None
    is_given = len(parts) + is_total_kept == 1
    if not is_given and (is_total_kept or table.is_safe(parts)):
        return None
    open_parts = [key for key in line.parts if key not in kept]
    return _cheapest(table, kept, open_parts) or (None if is_total_kept else line.total)


def _cheapest(table: Table, kept: Mapping[Key, str], keys: Sequence[Key]) -> Key | None:
    def cost(key: Key) -> tuple[int, int, Key]:
        fresh = sum(
            not any(one in kept for one in (line.total, *line.parts)) for line in table.of[key]
        )
        return fresh, table.weight[key], key

    return min(keys, key=cost, default=None)


def _given_away(table: Table, kept: Mapping[Key, str]) -> list[Key]:
    """A cell of each set that the equations of all lines together give away."""
    number = {key: place for place, key in enumerate(sorted(kept))}
    places = list(number)
    rows = []
    for line in table.lines:
        row = {number[key]: 1 for key in line.parts if key in number}
        if line.total in number:
            row[number[line.total]] = -1
        if row:
            rows.append(row)
    found = []
    for row in reduced(rows, len(number)):
        cells = [places[one] for one in row]
        if len(cells) == 1 or (
            all(factor == 1 for factor in row.values())
            and _are_apart(cells)
            and not table.is_safe(cells)
        ):
            found.append(cells[0])
    return found


def _are_apart(cells: Sequence[Key]) -> bool:
    """Whether no two cells can hold the same company: they differ in a value of a dimension."""
    return all(
        any(a != b and ALL not in (a, b) for a, b in zip(one, two, strict=True))
        for place, one in enumerate(cells)
        for two in cells[:place]
    )


def _beside(table: Table, kept: Mapping[Key, str], key: Key) -> Key | None:
    """The cell to keep back next to `key`; farther off where all beside it are kept back."""
    for cells in ([key], list(kept)):
        near = {
            one
            for cell in cells
            for line in table.of[cell]
            for one in (line.total, *line.parts)
            if one not in kept
        }
        parts = [one for one in near if ALL not in one]
        found = _cheapest(table, kept, parts or sorted(near))
        if found is not None:
            return found
    return None
