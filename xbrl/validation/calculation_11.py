"""Calculations 1.1: totals against their weighted parts, as intervals.

A fact stands for every number that rounds (or truncates) to it. A total is inconsistent when no
number it stands for can be the sum of numbers its parts stand for.

Belongs here: both modes, over both summation-item arcroles. Does not: XBRL 2.1's own
check (`calculation`). Source: Calculations 1.1 § 4 and 5.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from xbrl.model import Fact
from xbrl.names import SUMMATION_ITEM, SUMMATION_ITEM_11
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import Relationship
from xbrl.validation.accuracy import decimals_of, is_computable, number, rounded, weight_of
from xbrl.validation.equality import unit_key
from xbrl.validation.subject import Subject

_EXACT = Context(prec=10_000)
_SHOWN = 60
_HALF = Decimal("0.5")
_Key = tuple[Hashable, Hashable]


class Interval(NamedTuple):
    """The numbers a fact stands for; each end belongs to it or not."""

    low: Decimal
    high: Decimal
    has_low: bool
    has_high: bool

    def plus(self, other: "Interval") -> "Interval":
        """Every sum of a number of each."""
        return Interval(
            _EXACT.add(self.low, other.low),
            _EXACT.add(self.high, other.high),
            self.has_low and other.has_low,
            self.has_high and other.has_high,
        )

    def times(self, weight: Decimal) -> "Interval":
        """Every number times a weight."""
        low, high = _EXACT.multiply(self.low, weight), _EXACT.multiply(self.high, weight)
        if weight < 0:
            return Interval(high, low, self.has_high, self.has_low)
        return Interval(low, high, self.has_low, self.has_high)

    def common(self, other: "Interval") -> "Interval | None":
        """The numbers in both; None for none."""
        low = max(self.low, other.low)
        high = min(self.high, other.high)
        has_low = all(one.has_low for one in (self, other) if one.low == low)
        has_high = all(one.has_high for one in (self, other) if one.high == high)
        if low > high or (low == high and not (has_low and has_high)):
            return None
        return Interval(low, high, has_low, has_high)

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.low:f}"
        left, right = "[" if self.has_low else "(", "]" if self.has_high else ")"
        return f"{left}{self.low:f}, {self.high:f}{right}"


def interval(value: Decimal, decimals: Decimal, *, truncated: bool) -> Interval:
    """The numbers a value stands for. Source: Calculations 1.1 § 4.

    >>> str(interval(Decimal("12"), Decimal(0), truncated=False))
    '[11.5, 12.5]'
    >>> str(interval(Decimal("12"), Decimal(0), truncated=True))
    '[12, 13)'
    """
    if not decimals.is_finite():
        return Interval(value, value, True, True)
    step = Decimal((0, (1,), -int(decimals)))
    if not truncated:
        half = _EXACT.multiply(step, _HALF)
        return Interval(_EXACT.subtract(value, half), _EXACT.add(value, half), True, True)
    low = value if value > 0 else _EXACT.subtract(value, step)
    high = value if value < 0 else _EXACT.add(value, step)
    return Interval(low, high, value > 0, value < 0)


BOTH = (SUMMATION_ITEM, SUMMATION_ITEM_11)


def problems(
    subject: Subject, *, truncated: bool, arcroles: Sequence[str] = BOTH
) -> Iterator[Problem]:
    """The totals that cannot be what their parts add up to."""
    facts, keys = _sets(subject)
    told: set[tuple[str, _Key]] = set()
    for arcrole in arcroles:
        for role in subject.taxonomy.roles(arcrole):
            groups: dict[str, list[Relationship]] = defaultdict(list)
            for one in subject.taxonomy.network(arcrole, role):
                groups[one.source].append(one)
            for total, parts in groups.items():
                if any(weight_of(one.weight) is None for one in parts):
                    continue  # the taxonomy's own validity says so
                yield from _repeated(subject, role, parts)
                yield from _not_decimal(subject, parts)
                for key in keys.get(total, ()):
                    yield from _total(subject, facts, parts, key, told, truncated=truncated)


_Sets = dict[tuple[str, _Key], list[Fact]]


def _sets(subject: Subject) -> tuple[_Sets, dict[str, list[_Key]]]:
    """The facts outside tuples that share concept, context and unit."""
    instance = subject.instance
    facts: _Sets = defaultdict(list)
    keys: dict[str, list[_Key]] = defaultdict(list)
    for fact in subject.facts:
        concept = subject.concept(fact.concept)
        context = instance.contexts.get(fact.context_id or "")
        unit = instance.units.get(fact.unit_id or "")
        if concept is None or not concept.is_numeric or context is None or unit is None:
            continue
        has_value = fact.is_nil or number(fact.value) is not None
        if fact.kind == "item" and fact.parent < 0 and has_value:
            key = (subject.equality.context(context), unit_key(unit))
            if (fact.concept, key) not in facts:
                keys[fact.concept].append(key)
            facts[fact.concept, key].append(fact)
    return facts, keys


def _repeated(subject: Subject, role: str, parts: list[Relationship]) -> Iterator[Problem]:
    """Source: Calculations 1.1 § 5.1: a part contributes once."""
    seen: dict[str, Relationship] = {}
    for one in parts:
        first = seen.setdefault(one.target, one)
        if first is not one:
            message = (
                f"{subject.shown.name(one.target)} was expected to contribute once to "
                f"{subject.shown.name(one.source)} in {role}; {first.url}:{first.line} says so too."
            )
            yield Problem(
                "calc11e:duplicateCalculationRelationships",
                Severity.ERROR,
                message,
                one.url,
                one.line,
                None,
                "Remove one of the relationships.",
            )


def _not_decimal(subject: Subject, parts: list[Relationship]) -> Iterator[Problem]:
    """Source: Calculations 1.1 § 5.1: both ends are decimal concepts."""
    for one in parts:
        for name in (one.source, one.target):
            concept = subject.concept(name)
            type_ = concept.type if concept else None
            value_type = subject.components.value_type(type_) if type_ else None
            if value_type is None or subject.simple.primitive(value_type) != "decimal":
                message = (
                    f"Decimal concepts were expected in the relationship from "
                    f"{subject.shown.name(one.source)} to {subject.shown.name(one.target)}; "
                    f"{subject.shown.name(name)} is none."
                )
                yield Problem(
                    "calc11e:nonDecimalItemNode",
                    Severity.ERROR,
                    message,
                    one.url,
                    one.line,
                    None,
                    "Remove the relationship, or give the concept a decimal type.",
                )


def _total(
    subject: Subject,
    facts: _Sets,
    parts: Sequence[Relationship],
    key: _Key,
    told: set[tuple[str, _Key]],
    *,
    truncated: bool,
) -> Iterator[Problem]:
    sets = [(one, facts[one.target, key]) for one in parts if (one.target, key) in facts]
    if not sets:
        return
    reported = facts[parts[0].source, key]
    intervals: list[Interval] = []
    blocked = False
    for found in [reported, *(each for _, each in sets)]:
        result = _common(found, truncated=truncated)
        if isinstance(result, Stop):
            blocked = True
            if (found[0].concept, key) not in told:
                told.add((found[0].concept, key))
                yield _disallowed(subject, found, result)
        elif result is not None:
            intervals.append(result)
    is_total_nil = all(fact.is_nil for fact in reported)
    if blocked or is_total_nil or len(intervals) < 2:
        return
    sums = _summed(sets, truncated=truncated)
    if intervals[0].common(sums) is None:
        yield _inconsistent(subject, intervals[0], sums, reported, sets, truncated=truncated)


def _summed(sets: Sequence[tuple[Relationship, list[Fact]]], *, truncated: bool) -> Interval:
    sums = Interval(Decimal(0), Decimal(0), True, True)
    for one, found in sets:
        part = _common(found, truncated=truncated)
        if isinstance(part, Interval):
            weight = weight_of(one.weight)
            assert weight is not None
            sums = sums.plus(part.times(weight))
    return sums


class Stop(NamedTuple):
    """Why nothing can be said of what facts stand for."""

    code: str
    why: str


_NIL = Stop("oime:disallowedDuplicateFacts", "one of the facts is nil and another is not")
_APART = Stop("oime:disallowedDuplicateFacts", "the values do not agree")
_UNKNOWN = Stop("calc11e:unknownAccuracy", "how exact a value is cannot be known")
_TOO_LONG = Stop("xbrl.5.2.5.2:notComputed", "a value has too many digits to be added up")
_EXCESS = Stop("calc11e:excessDigits", "a value has more digits than it says are meant")


def _stop(value: Decimal, decimals: Decimal) -> Stop | None:
    if decimals.is_nan():
        return _UNKNOWN
    if not is_computable(value, decimals):
        return _TOO_LONG
    return None if rounded(value, decimals) == value else _EXCESS


def _common(facts: Sequence[Fact], *, truncated: bool) -> Interval | Stop | None:
    """What duplicates stand for together; None when all are nil."""
    stated = [fact for fact in facts if not fact.is_nil]
    if not stated:
        return None
    if len(stated) < len(facts):
        return _NIL
    common: Interval | None = None
    for fact in stated:
        value = number(fact.value)
        assert value is not None
        decimals = decimals_of(value, fact.decimals, fact.precision)
        if stop := _stop(value, decimals):
            return stop
        found = interval(value, decimals, truncated=truncated)
        common = found if common is None else common.common(found)
        if common is None:
            return _APART
    return common


def _disallowed(subject: Subject, facts: Sequence[Fact], stop: Stop) -> Problem:
    values = ", ".join(_written(fact) for fact in facts[:5])
    message = (
        f"{subject.name(facts[0])}: totals with it are not checked, since {stop.why} ({values})."
    )
    remedy = "Report one value, with no more digits than its decimals."
    return subject.problem(stop.code, facts, message, remedy, Severity.WARNING)


def _written(fact: Fact) -> str:
    text = fact.value or ""
    return "nil" if fact.is_nil else f"“{text if len(text) <= _SHOWN else f'{text[:_SHOWN]}…'}”"


def _inconsistent(
    subject: Subject,
    reported: Interval,
    sums: Interval,
    totals: Sequence[Fact],
    sets: Sequence[tuple[Relationship, list[Fact]]],
    *,
    truncated: bool,
) -> Problem:
    mode = "Truncation" if truncated else "Rounding"
    terms = ", ".join(
        f"{subject.shown.name(one.target)} “{found[0].value}” × {one.weight}"
        for one, found in sets[:10]
    )
    message = (
        f"{subject.name(totals[0])} was expected to be within {sums}, the sum of {terms}; "
        f"it is within {reported} (link role {sets[0][0].role})."
    )
    facts = [*totals, *(fact for _, found in sets for fact in found)]
    return subject.problem(
        f"calc11e:inconsistentCalculationUsing{mode}",
        facts,
        message,
        "Correct the total or its parts, or report the parts that are missing.",
        Severity.WARNING,
    )
