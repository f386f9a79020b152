"""Duplicate facts: those with the same aspects, and whether they agree.

Belongs here: grouping and classing. Does not: which duplicates a rule forbids.
Source: XBRL International, "Handling duplicate facts in XBRL and Inline XBRL" 1.0.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal, DecimalException, localcontext
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
    with localcontext(prec=_DIGITS):
        for group in _groups(facts, aspects):
            verdict = _agreement(facts, group)
            for index in group:
                classes[index] = verdict
    return classes


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


def _agreement(facts: Facts, group: list[int]) -> str:
    """Complete when all say the same, consistent when all can be roundings of one number."""
    if _is_same(_written, facts, group) or _is_same(_statement, facts, group):
        return COMPLETE
    intervals = [_interval(facts, index) for index in group]
    known = [interval for interval in intervals if interval is not None]
    if len(known) < len(intervals):
        return INCONSISTENT
    low = max(interval.low for interval in known)
    high = min(interval.high for interval in known)
    return CONSISTENT if low <= high else INCONSISTENT


def _is_same(of: Callable[[Facts, int], object], facts: Facts, group: list[int]) -> bool:
    return len({of(facts, index) for index in group}) == 1


def _written(facts: Facts, index: int) -> object:
    """What a fact says, as it is written: equal for most duplicates, and cheap to compare."""
    return (
        facts.is_nil[index],
        facts.value[index],
        facts.unit_id[index] is None,
        facts.decimals[index],
        facts.precision[index],
    )


def _statement(facts: Facts, index: int) -> object:
    """What a fact says: its value, by number where it is one, and how exactly."""
    value = facts.value[index]
    if facts.unit_id[index] is None:
        return facts.is_nil[index], value
    number = decimal_of(value)
    return (
        facts.is_nil[index],
        value if number is None else number,
        _stripped(facts.decimals[index]),
        _stripped(facts.precision[index]),
    )


def _stripped(text: str | None) -> str | None:
    return text and text.strip()


def _interval(facts: Facts, index: int) -> _Interval | None:
    """The interval of a numeric fact; None for a nil, a text or a malformed one."""
    if facts.unit_id[index] is None:
        return None
    number = decimal_of(facts.value[index])
    if number is None:
        return None
    decimals = _stripped(facts.decimals[index])
    precision = _stripped(facts.precision[index])
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
