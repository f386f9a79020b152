"""Calculation consistency of XBRL 2.1: totals against their weighted parts.

Belongs here: which facts a summation binds, and whether they add up at the total's
accuracy. Does not: Calculations 1.1 (`calculation_11`). An inconsistency does not make an
instance invalid: it is a warning. Source: XBRL 2.1 § 5.2.5.2.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from xbrl.model import Fact
from xbrl.names import SUMMATION_ITEM
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import Relationship
from xbrl.validation.accuracy import (
    decimals_of,
    exact_sum,
    is_computable,
    number,
    rounded,
    weight_of,
)
from xbrl.validation.equality import unit_key
from xbrl.validation.subject import Subject

_ROOT = -1


class _Place(NamedTuple):
    """Where facts bind together: an ancestor, a context and a unit."""

    ancestor: int
    context: Hashable
    unit: Hashable


class Bound(NamedTuple):
    """A total with the contributing facts of each relationship that has any."""

    total: Fact
    parts: tuple[tuple[Relationship, Fact], ...]


def problems(subject: Subject) -> Iterator[Problem]:
    """The totals that do not equal what their parts add up to."""
    numeric = _numeric(subject)
    places = {fact.fact_index: _place(subject, fact) for fact in numeric}
    below, beside = _indexed(subject, numeric, places)
    for role in subject.taxonomy.roles(SUMMATION_ITEM):
        for relationships in _by_total(subject.taxonomy.network(SUMMATION_ITEM, role)):
            for bound in _bound(relationships, below, beside, places):
                problem = _inconsistency(subject, role, bound)
                if problem:
                    yield problem


def _numeric(subject: Subject) -> list[Fact]:
    """The numeric items that have a context, a unit and a value or none (nil)."""
    instance = subject.instance
    found = []
    for fact in subject.facts:
        concept = subject.concept(fact.concept)
        if concept is None or not concept.is_numeric or fact.kind != "item":
            continue
        known = fact.context_id in instance.contexts and fact.unit_id in instance.units
        if known and (fact.is_nil or number(fact.value) is not None):
            found.append(fact)
    return found


def _place(subject: Subject, fact: Fact) -> _Place:
    instance = subject.instance
    context = instance.contexts[fact.context_id or ""]
    unit = instance.units[fact.unit_id or ""]
    return _Place(fact.parent, subject.equality.context(context), unit_key(unit))


_Index = dict[tuple[str, _Place], list[Fact]]


def _indexed(
    subject: Subject, numeric: Sequence[Fact], places: dict[int, _Place]
) -> tuple[_Index, _Index]:
    """The facts below every ancestor, and those directly in their parent."""
    parents = subject.instance.facts.parent
    below: _Index = defaultdict(list)
    beside: _Index = defaultdict(list)
    for fact in numeric:
        place = places[fact.fact_index]
        beside[fact.concept, place].append(fact)
        ancestor = fact.parent
        while ancestor != _ROOT:
            below[fact.concept, place._replace(ancestor=ancestor)].append(fact)
            ancestor = parents[ancestor]
        below[fact.concept, place._replace(ancestor=_ROOT)].append(fact)
    return below, beside


def _by_total(relationships: Sequence[Relationship]) -> list[list[Relationship]]:
    """One base set's relationships by the total they lead from."""
    groups: dict[tuple[str, str, str], list[Relationship]] = {}
    for one in relationships:
        groups.setdefault((one.link, one.arc, one.source), []).append(one)
    return list(groups.values())


def _bound(
    relationships: list[Relationship], below: _Index, beside: _Index, places: dict[int, _Place]
) -> Iterator[Bound]:
    """The totals that bind: neither they nor a part is a duplicate, and a part is there."""
    source = relationships[0].source
    totals = [facts for (concept, _), facts in beside.items() if concept == source]
    for facts in totals:
        total = facts[0]
        if len(facts) > 1 or total.is_nil:
            continue
        place = places[total.fact_index]
        parts = [
            (one, fact)
            for one in relationships
            for fact in below.get((one.target, place), ())
            if not fact.is_nil
        ]
        if parts and not any(_is_duplicate(fact, beside, places) for _, fact in parts):
            yield Bound(total, tuple(parts))


def _is_duplicate(fact: Fact, beside: _Index, places: dict[int, _Place]) -> bool:
    same = beside[fact.concept, places[fact.fact_index]]
    return sum(not other.is_nil for other in same) > 1


def _inconsistency(subject: Subject, role: str, bound: Bound) -> Problem | None:
    total = bound.total
    reported = _value(total)
    accuracy = decimals_of(reported, total.decimals, total.precision)
    weights = [weight for one, _ in bound.parts if (weight := weight_of(one.weight)) is not None]
    if len(weights) < len(bound.parts):
        return None  # the taxonomy's own validity says so
    found = _sum(weights, bound) if is_computable(reported) else None
    facts = [total, *(fact for _, fact in bound.parts)]
    if found is None:
        message = f"{subject.name(total)}: it or its parts have too many digits to be added up."
        remedy = "Report values of a sensible size."
        return subject.problem("xbrl.5.2.5.2:notComputed", facts, message, remedy, Severity.NOTE)
    if rounded(found, accuracy) == rounded(reported, accuracy):
        return None
    message = (
        f"{subject.name(total)} was expected to be {_shown(rounded(found, accuracy))}, the sum of "
        f"{_terms(subject, bound)}; {_shown(rounded(reported, accuracy))} found "
        f"({_accuracy_words(total)}, link role {role})."
    )
    remedy = "Correct the total or its parts, or report the parts that are missing."
    return subject.problem(
        "xbrl.5.2.5.2:calcInconsistency", facts, message, remedy, Severity.WARNING
    )


def _sum(weights: Sequence[Decimal], bound: Bound) -> Decimal | None:
    """What the parts come to; None where they have too many digits."""
    values = [_rounded(fact) for _, fact in bound.parts]
    if any(value.is_finite() and not is_computable(value) for value in values):
        return None
    return exact_sum(zip(weights, values, strict=True))


def _value(fact: Fact) -> Decimal:
    value = number(fact.value)
    assert value is not None
    return value


def _rounded(fact: Fact) -> Decimal:
    value = _value(fact)
    return rounded(value, decimals_of(value, fact.decimals, fact.precision))


def _terms(subject: Subject, bound: Bound) -> str:
    terms = [
        f"{subject.shown.name(fact.concept)} {_shown(_rounded(fact))} × {one.weight}"
        for one, fact in bound.parts[:10]
    ]
    more = len(bound.parts) - len(terms)
    return ", ".join(terms) + (f" and {more} more" if more > 0 else "")


def _accuracy_words(fact: Fact) -> str:
    return f"precision {fact.precision}" if fact.precision else f"decimals {fact.decimals}"


def _shown(value: Decimal) -> str:
    return "an unknown number" if value.is_nan() else f"{value:f}"
