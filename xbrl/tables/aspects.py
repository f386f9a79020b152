"""The aspects of contexts as columns: one row per context, taken by fact afterwards.

Belongs here: a context's canonical key and its columns. Does not: facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from xbrl.model import Context, Period
from xbrl.tables import columns

_TICK = timedelta(microseconds=1)


def dimensions_key(context: Context) -> str:
    """The dimensions of a context, and what else its segment and scenario hold, as one text.

    `{namespace}dimension={namespace}member`, sorted, `;` between; a typed member is
    canonical XML. Where a dimension stood (segment or scenario) is no aspect of it.
    """
    parts = [
        f"{dimension}={typed if member is None else member}"
        for dimension, member, typed, _ in context.dimensions
    ]
    if context.segment:
        parts.append(f"segment={context.segment}")
    if context.scenario:
        parts.append(f"scenario={context.scenario}")
    return ";".join(parts)


@dataclass(slots=True)
class ContextColumns:
    """The context-level columns of the fact table, by fact, and each fact's context number.

    s-equal contexts have the same number, whatever their ids.
    """

    columns: dict[str, pa.Array]
    numbers: pa.Int32Array


def context_columns(
    contexts: dict[str, Context], context_ids: Sequence[str | None] | pa.Array
) -> ContextColumns:
    """Look up every fact's context once; an id without a context gives nulls beside it.

    `context_ids` is one for each fact, as a list or an Arrow column.
    """
    used = columns.text(context_ids)
    distinct = used.dictionary.to_pylist()
    place = {id_: i for i, id_ in enumerate(contexts)}
    for id_ in distinct:
        place.setdefault(id_, len(place))
    ids = list(place)
    undeclared = len(ids) - len(contexts)
    taken = pa.array([place[id_] for id_ in distinct], pa.int32()).take(used.indices)
    rows = list(contexts.values())
    keys = [dimensions_key(context) for context in rows]
    texts: dict[str, list[str | None]] = {
        "entity_scheme": [*(c.scheme or None for c in rows), *[None] * undeclared],
        "entity_identifier": [*(c.identifier or None for c in rows), *[None] * undeclared],
        "dimensions": [*keys, *[""] * undeclared],
    }
    found = {name: columns.text(values).take(taken) for name, values in texts.items()}
    periods = _Periods([context.period for context in rows])
    found |= periods.columns(undeclared, taken)
    found["context_id"] = pa.DictionaryArray.from_arrays(taken, pa.array(ids, pa.string()))
    numbers: dict[object, int] = {}
    aspects = zip(rows, periods.numbers(), keys, strict=True)
    equal = [
        numbers.setdefault((context.scheme, context.identifier, period, key), i)
        for i, (context, period, key) in enumerate(aspects)
    ]
    equal += range(len(rows), len(ids))
    return ContextColumns(found, pa.array(equal, pa.int32()).take(taken))


class _Periods:
    """The periods of many contexts: a filing has thousands of these, of a few periods."""

    def __init__(self, periods: list[Period]) -> None:
        objects = {id(period): period for period in periods}
        self._distinct = list(dict.fromkeys(objects.values()))
        place = {period: i for i, period in enumerate(self._distinct)}
        places = {key: place[period] for key, period in objects.items()}
        self._places = [places[id(period)] for period in periods]

    def columns(self, undeclared: int, taken: pa.Array) -> dict[str, pa.Array]:
        """The period columns by fact."""
        codes = pa.array([*self._places, *[None] * undeclared], pa.int32()).take(taken)
        distinct = self._distinct
        by_period = {
            "period_type": columns.text([p.kind or None for p in distinct]),
            "period_start": pa.array([_first_day(p.start_at) for p in distinct], pa.date32()),
            "period_end": pa.array([_last_day(p.end_at) for p in distinct], pa.date32()),
            "period_start_at": pa.array([p.start_at for p in distinct], pa.timestamp("us")),
            "period_end_at": pa.array([p.end_at for p in distinct], pa.timestamp("us")),
        }
        return {name: column.take(codes) for name, column in by_period.items()}

    def numbers(self) -> list[int]:
        """A number for each, the same for s-equal ones. Source: XBRL 2.1 § 4.10."""
        first: dict[object, int] = {}
        numbers = [
            first.setdefault((p.kind, p.start_at or p.start, p.end_at or p.end), i)
            for i, p in enumerate(self._distinct)
        ]
        return [numbers[place] for place in self._places]


def _first_day(start: datetime | None) -> date | None:
    return None if start is None else start.date()


def _last_day(end: datetime | None) -> date | None:
    """The day whose end a moment is, or which it falls in."""
    return None if end is None else (end - _TICK).date()
