"""The Unit Type Registry: which units a fact of a registered item type may have.

A unit that is not registered is a warning: the registry is no part of XBRL 2.1's validity.

Belongs here: the table of registered units (`units.csv`: facts of the registry as
last updated 2024-10-22) and the check. Does not: XBRL 2.1's own rules for units (`fact_rules`).
Source: Unit Type Registry 1.0 § 3.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from xbrl.model import Fact, Unit
from xbrl.names import split
from xbrl.problem import Problem, Severity
from xbrl.validation.subject import Subject

_TABLE = Path(__file__).with_name("units.csv")
_IN_FORCE = "REC"


class Entry(NamedTuple):
    """One registered unit. A ratio names the item types above and below its line instead."""

    unit: str
    namespace: str
    item_type: str
    item_type_namespace: str
    numerator_type: str
    numerator_namespace: str
    denominator_type: str
    denominator_namespace: str
    status: str

    @property
    def is_simple(self) -> bool:
        """Whether it is a measure, not a ratio."""
        return not self.numerator_type


@cache
def _entries() -> dict[str, list[Entry]]:
    """The units in force by the local name of their item type."""
    found: dict[str, list[Entry]] = defaultdict(list)
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            entry = Entry(*row)
            if entry.status == _IN_FORCE:
                found[entry.item_type].append(entry)
    return dict(found)


def entries_of(item_type: str) -> list[Entry]:
    """The units in force for an item type, by its Clark name.

    >>> any(entry.unit == "DKK" for entry in entries_of("monetaryItemType"))
    True
    """
    namespace, local = split(item_type)
    return [
        entry
        for entry in _entries().get(local, ())
        if not namespace or entry.item_type_namespace in {"", namespace}
    ]


def is_registered(unit: Unit, item_type: str) -> bool:
    """Whether a fact of exactly this registered item type may have the unit."""
    return _fits(unit.numerator, unit.denominator, entries_of(item_type))


def _fits(above: Sequence[str], below: Sequence[str], entries: Sequence[Entry]) -> bool:
    for entry in entries:
        if entry.is_simple:
            if len(above) == 1 and not below and _is(above[0], entry):
                return True
        elif _is_side(above, entry.numerator_type, entry.numerator_namespace) and _is_side(
            below, entry.denominator_type, entry.denominator_namespace
        ):
            return True
    return False


def _is_side(measures: Sequence[str], local: str, namespace: str) -> bool:
    """Whether one side of a ratio fits; a type without registered units takes any."""
    return local not in _entries() or _fits(measures, (), _typed(local, namespace))


def _typed(local: str, namespace: str) -> list[Entry]:
    return [
        entry
        for entry in _entries().get(local, ())
        if namespace in {"", entry.item_type_namespace} and entry.is_simple
    ]


def _is(measure: str, entry: Entry) -> bool:
    namespace, local = split(measure)
    return local == entry.unit and entry.namespace in {"", namespace}


def problems(subject: Subject) -> Iterator[Problem]:
    """The facts whose unit is not registered for the type they derive from."""
    verdicts: dict[tuple[str, str], str | None] = {}
    for fact in subject.facts:
        concept = subject.concept(fact.concept)
        unit = subject.instance.units.get(fact.unit_id or "")
        if concept is None or not concept.is_numeric or unit is None or concept.type is None:
            continue
        key = (concept.type, unit.id)
        if key not in verdicts:
            verdicts[key] = _offended(subject, concept.type, unit)
        offended = verdicts[key]
        if offended is not None:
            yield _problem(subject, fact, unit, offended)


def _offended(subject: Subject, type_: str, unit: Unit) -> str | None:
    """The registered type whose units these are not: the nearest the type derives from."""
    for name in subject.lineage(type_):
        if entries_of(name):
            return None if is_registered(unit, name) else name
    return None


def _problem(subject: Subject, fact: Fact, unit: Unit, offended: str) -> Problem:
    allowed = [entry.unit for entry in entries_of(offended) if entry.is_simple]
    shown = ", ".join(allowed[:5]) + (f" and {len(allowed) - 5} more" if len(allowed) > 5 else "")
    message = (
        f"{subject.name(fact)}: a unit registered for {split(offended)[1]} was expected "
        f"({shown or 'a ratio'}); unit {unit.id} is none."
    )
    remedy = "Use a registered unit, or a concept of another type."
    code = "utre:error-NumericFactUtrInvalid"
    return subject.problem(code, [fact], message, remedy, Severity.WARNING)
