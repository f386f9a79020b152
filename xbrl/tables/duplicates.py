"""Duplicate facts: those with the same aspects, and whether they agree.

Belongs here: grouping and classing. Does not: which duplicates a rule forbids.
Source: XBRL International, "Handling duplicate facts in XBRL and Inline XBRL" 1.0.
"""

from collections.abc import Sequence
from decimal import Decimal, DecimalException, localcontext
from itertools import islice, starmap
from math import inf
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from xbrl.model import Facts
from xbrl.tables.columns import decimal_of

COMPLETE = "complete"
CONSISTENT = "consistent"
INCONSISTENT = "inconsistent"
_DIGITS = 200
"""Enough for any amount, and bounded for who writes 1e999999999."""
_FEW = 512
"""So many facts Python tells apart before Arrow has begun."""


def duplicates(facts: Facts, aspects: Sequence[pa.Array]) -> list[str | None]:
    """For each fact how it agrees with those of the same aspects; None when it stands alone.

    `aspects` are columns of numbers, equal where the aspect is: concept, context, and on. Tuples
    have no duplicates; facts in different tuples are none of each other.
    """
    classes: list[str | None] = [None] * len(facts)
    groups = _groups(facts, aspects)
    if not groups:
        return classes
    with localcontext(prec=_DIGITS):
        said = iter(_statements(facts, [index for group in groups for index in group]))
        for group in groups:
            verdict = _agreement(list(islice(said, len(group))))
            for index in group:
                classes[index] = verdict
    return classes


class _Statement(NamedTuple):
    """What a fact says, as it is written."""

    is_nil: bool
    value: str | None
    unit_id: str | None
    decimals: str | None
    precision: str | None


def _statements(facts: Facts, places: list[int]) -> list[_Statement]:
    """What the facts at some places say: of columns, no more is looked at."""
    columns = (facts.column(name) for name in _Statement._fields)
    said = (
        column.take(places).to_pylist()
        if isinstance(column, pa.Array)
        else [column[place] for place in places]
        for column in columns
    )
    return list(starmap(_Statement, zip(*said, strict=True)))


def _groups(facts: Facts, aspects: Sequence[pa.Array]) -> list[list[int]]:
    """Facts of equal aspects, where there are several."""
    keys: list[object]
    if len(facts) <= _FEW:
        keys = list(zip(*(aspect.to_pylist() for aspect in aspects), strict=True))
        distinct = len(set(keys))
    else:
        numbered = _numbered(aspects)
        distinct = pc.count_distinct(numbered, mode="all").as_py()
        keys = numbered.to_pylist() if distinct < len(facts) else []
    if distinct == len(facts):
        return []
    found: dict[object, list[int]] = {}
    for index, (key, kind) in enumerate(zip(keys, facts.kind, strict=True)):
        if kind != "tuple":
            found.setdefault(key, []).append(index)
    return [group for group in found.values() if len(group) > 1]


def _numbered(aspects: Sequence[pa.Array]) -> pa.Array:
    """One number for each combination of aspects: mixed radix, renumbered before it overflows."""
    key = None
    size = 1
    for aspect in aspects:
        codes = pc.add(pc.cast(pc.fill_null(aspect, -1), pa.int64()), 1)
        radix = (pc.max(codes).as_py() or 0) + 1
        if key is not None and size * radix >= 1 << 62:
            key = pc.cast(key.dictionary_encode().indices, pa.int64())
            size = len(key)
        key = codes if key is None else pc.add(pc.multiply(key, radix), codes)
        size *= radix
    assert key is not None
    return key


class _Interval(NamedTuple):
    """The numbers that a rounded value may stand for, both ends included."""

    low: Decimal | float
    high: Decimal | float


def _agreement(said: list[_Statement]) -> str:
    """Complete when all say the same, consistent when all can be roundings of one number."""
    if len(set(map(_written, said))) == 1 or len(set(map(_meant, said))) == 1:
        return COMPLETE
    intervals = [_interval(one) for one in said]
    known = [interval for interval in intervals if interval is not None]
    if len(known) < len(intervals):
        return INCONSISTENT
    low = max(interval.low for interval in known)
    high = min(interval.high for interval in known)
    return CONSISTENT if low <= high else INCONSISTENT


def _written(said: _Statement) -> object:
    """What a fact says as it is written: equal for most duplicates, and cheap to compare."""
    return said.is_nil, said.value, said.unit_id is None, said.decimals, said.precision


def _meant(said: _Statement) -> object:
    """What a fact says: its value, by number where it is one, and how exactly."""
    if said.unit_id is None:
        return said.is_nil, said.value
    number = decimal_of(said.value)
    return (
        said.is_nil,
        said.value if number is None else number,
        _stripped(said.decimals),
        _stripped(said.precision),
    )


def _stripped(text: str | None) -> str | None:
    return text and text.strip()


def _interval(said: _Statement) -> _Interval | None:
    """The interval of a numeric fact; None for a nil, a text or a malformed one."""
    if said.unit_id is None:
        return None
    number = decimal_of(said.value)
    if number is None:
        return None
    decimals = _stripped(said.decimals)
    precision = _stripped(said.precision)
    try:
        if decimals not in {None, "INF"}:
            return _around(number, int(decimals))
        if decimals is None and precision not in {None, "INF"}:
            return _to_precision(number, int(precision))
    except (ValueError, DecimalException):
        return None
    return _Interval(number, number)


def _to_precision(number: Decimal, precision: int) -> _Interval:
    """`precision` significant digits; 0 says nothing of the number. Source: XBRL 2.1 § 4.6.4."""
    if precision == 0:
        return _Interval(-inf, inf)
    return (
        _around(number, precision - 1 - number.adjusted()) if number else _Interval(number, number)
    )


def _around(number: Decimal, decimals: int) -> _Interval:
    """Half a unit of the last place to either side. Source: XBRL 2.1 § 4.6.7."""
    half = Decimal(5).scaleb(-decimals - 1)
    return _Interval(number - half, number + half)
