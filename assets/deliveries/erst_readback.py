"""What was published compared with what was sent: fact by fact, every aspect.

Equal bytes are the short way. What the law keeps from publication may be missing in what was
published (`erst_unpublished.csv`); whatever else differs is named.

Belongs here: the comparison. Does not: fetching (`erst_index`), or what follows (`erst`).

Source: XBRL 2.1 § 4.10 for when facts are of the same aspects; årsregnskabsloven § 138 stk. 6
and § 138 a stk. 3 for what is not published.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from xbrl.model import Fact, Instance, Period, Unit
from xbrl.problem import Severity
from xbrl.read import read_bytes
from xbrl.tables.aspects import dimensions_key

_SHOWN = 5
_TICK = timedelta(microseconds=1)


class Aspects(NamedTuple):
    """What tells one fact from all others, in the order messages name it."""

    concept: str
    period: str
    dimensions: str
    entity: str
    unit: str
    language: str
    target: str


class Value(NamedTuple):
    """What a fact says, and how exactly: a number whatever way it is written, or a text."""

    value: Decimal | str | None
    accuracy: str
    is_nil: bool


Facts = Counter[tuple[Aspects, Value]]


class UnreadableError(Exception):
    """One of the two is no report that can be read; the message says why."""


def differences(sent: bytes, published: bytes) -> list[str]:
    """How `published` differs from `sent`, a clause for each fact; none when it does not.

    Raises: UnreadableError.
    """
    if sent == published:
        return []
    ours, theirs = facts(sent), facts(published)
    missing, extra = ours - theirs, theirs - ours
    changed = _by_aspects(extra)
    found = []
    for (aspects, value), _ in sorted(missing.items(), key=_place):
        if others := changed.get(aspects):
            found.append(f"{_named(aspects)} was sent as {_told(value)} and published as "
                         f"{_told(others.pop(0))}")  # fmt: skip
        elif not _is_unpublished(aspects.concept):
            found.append(f"{_named(aspects)} was sent as {_told(value)} and is not published")
    found += [
        f"{_named(aspects)} was not sent and is published as {_told(value)}"
        for aspects, values in sorted(changed.items())
        for value in values
    ]
    return found


def summary(found: list[str]) -> str:
    """The first differences, and how many more there are."""
    left = len(found) - _SHOWN
    return "; ".join(found[:_SHOWN]) + (f"; and {left} more" if left > 0 else "")


def facts(content: bytes) -> Facts:
    """Every fact of a report with all its aspects.

    Raises: UnreadableError when it holds none, or could not be read whole.
    """
    instances = read_bytes(content, "report")
    broken = [
        one for i in instances for one in i.problems if one.severity is Severity.ERROR
    ]  # fmt: skip
    if broken:
        raise UnreadableError(f"{broken[0].code} {broken[0].message}")
    found: Facts = Counter(each for one in instances for each in _facts(one))
    if not found:
        raise UnreadableError("it holds no facts")
    return found


def _facts(instance: Instance) -> Iterator[tuple[Aspects, Value]]:
    for fact in instance.facts.rows():
        if fact.kind == "tuple":
            continue
        context = instance.contexts.get(fact.context_id or "")
        unit = instance.units.get(fact.unit_id or "")
        aspects = Aspects(
            concept=fact.concept,
            period=_period(context.period) if context else "",
            dimensions=dimensions_key(context) if context else "",
            entity=f"{context.scheme} {context.identifier}" if context else "",
            unit=_unit(unit) if unit else "",
            language=(fact.language or "").lower() if unit is None else "",
            target=instance.target or "",
        )
        yield aspects, _value(fact, is_numeric=unit is not None)


def _value(fact: Fact, *, is_numeric: bool) -> Value:
    accuracy = f"decimals {fact.decimals}" if fact.decimals else fact.precision or ""
    if not is_numeric or fact.value is None:
        return Value(fact.value, accuracy, fact.is_nil)
    try:
        number = Decimal(fact.value.strip())
    except InvalidOperation:
        return Value(fact.value, accuracy, fact.is_nil)
    return Value(number, accuracy, fact.is_nil)


def _period(period: Period) -> str:
    """A period as people write it: last days included."""
    end = (period.end_at - _TICK).date().isoformat() if period.end_at else period.end or ""
    if period.kind != "duration":
        return end or period.kind
    start = period.start_at.date().isoformat() if period.start_at else period.start or ""
    return f"{start}/{end}"


def _unit(unit: Unit) -> str:
    above, below = "*".join(sorted(unit.numerator)), "*".join(sorted(unit.denominator))
    return f"{above}/{below}" if below else above


def _by_aspects(extra: Facts) -> dict[Aspects, list[Value]]:
    found: dict[Aspects, list[Value]] = {}
    for aspects, value in sorted(extra.elements(), key=str):
        found.setdefault(aspects, []).append(value)
    return found


def _place(item: tuple[tuple[Aspects, Value], int]) -> tuple[Aspects, str]:
    (aspects, value), _ = item
    return aspects, str(value)


def _named(aspects: Aspects) -> str:
    """A fact as messages name it: prefix and name, period, and dimensions where it has any."""
    named = " ".join(filter(None, [_short(aspects.concept), aspects.period]))
    members = [_short(one) for pair in aspects.dimensions.split(";") for one in pair.split("=")]
    return f"{named} ({' '.join(filter(None, members))})" if aspects.dimensions else named


def _short(name: str) -> str:
    """`{http://xbrl.dcca.dk/fsa}Assets` as `fsa:Assets`."""
    if not name.startswith("{"):
        return name
    namespace, _, local = name[1:].rpartition("}")
    return f"{namespace.rpartition('/')[2]}:{local}"


def _told(value: Value) -> str:
    if value.is_nil:
        return "nil"
    text = str(value.value)
    return text if len(text) <= 60 else f"{text[:60]}…"


@cache
def _unpublished() -> frozenset[str]:
    text = files("assets.deliveries").joinpath("erst_unpublished.csv").read_text(encoding="utf-8")
    return frozenset(row["concept"] for row in csv.DictReader(text.splitlines()))


def _is_unpublished(concept: str) -> bool:
    return _short(concept) in _unpublished()
