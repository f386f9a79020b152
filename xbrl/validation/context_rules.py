"""XBRL 2.1's rules for contexts and units.

Belongs here: § 4.7 and 4.8 beyond what XML Schema says. Does not: dimensions, or the unit
a fact may have (`fact_rules`).
"""

from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.model import Context, Unit
from xbrl.names import XBRLI, clark, split
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.address import line_of
from xbrl.validation.subject import Subject

_ITEM, _TUPLE = clark(XBRLI, "item"), clark(XBRLI, "tuple")
_MEASURES = {clark(XBRLI, "pure"), clark(XBRLI, "shares")}
_SECTIONS = {"segment": "4.7.3.2", "scenario": "4.7.4"}


def problems(subject: Subject) -> Iterator[Problem]:
    """Where a context or a unit breaks a rule of XBRL 2.1."""
    for context in subject.instance.contexts.values():
        yield from _dates(context)
        for container, section in _SECTIONS.items():
            for element in context.element.iter(clark(XBRLI, container)):
                yield from _content(subject, context, element, container, section)
    for unit in subject.instance.units.values():
        yield from _unit(subject, unit)


def _dates(context: Context) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 4.7.2."""
    period = context.period
    if period.kind != "duration" or period.start_at is None or period.end_at is None:
        return
    if period.start_at >= period.end_at:
        message = (
            f"Context {context.id}: a start before the end was expected; "
            f"{period.start} to {period.end} found."
        )
        yield _problem(
            context, "xbrl.4.7.2:periodStartBeforeEnd", message, "Correct the period.", context.line
        )


def _content(
    subject: Subject, context: Context, container: _Element, name: str, section: str
) -> Iterator[Problem]:
    """Segments and scenarios hold nothing of XBRL's own. Source: XBRL 2.1 § 4.7.3.2 and 4.7.4."""
    for element in container.iterdescendants("*"):
        if split(element.tag)[0] == XBRLI:
            code, what = f"{name}XbrliElement", "an element of XBRL's own namespace"
        elif _is_fact(subject, element.tag):
            code, what = f"{name}ItemTuple", "an item or tuple"
        else:
            continue
        shown = subject.shown.name(element.tag)
        message = f"Context {context.id}: its {name} may not hold {what}; {shown} found."
        yield _problem(
            context,
            f"xbrl.{section}:{code}",
            message,
            f"Take it out of the {name}.",
            line_of(element),
        )


def _is_fact(subject: Subject, name: str) -> bool:
    if name in {_ITEM, _TUPLE}:
        return True
    concept = subject.concept(name)
    return concept is not None and concept.kind in {"item", "tuple", "dimension", "hypercube"}


def _unit(subject: Subject, unit: Unit) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 4.8.2 and 4.8.4."""
    for measure in dict.fromkeys((*unit.numerator, *unit.denominator)):
        if split(measure)[0] == XBRLI and measure not in _MEASURES:
            shown = subject.shown.name(measure)
            message = f"Unit {unit.id}: xbrli:pure or xbrli:shares was expected, {shown} found."
            remedy = "Use a measure that exists."
            yield _problem(unit, "xbrl.4.8.2:measureElement", message, remedy, unit.line)
    for measure in sorted(set(unit.numerator) & set(unit.denominator)):
        shown = subject.shown.name(measure)
        message = f"Unit {unit.id}: {shown} stands both above and below the line."
        yield _problem(unit, "xbrl.4.8.4:measureBothNumDenom", message, "Cancel it out.", unit.line)


def _problem(
    owner: Context | Unit, code: str, message: str, remedy: str, line: int | None
) -> Problem:
    return Problem(code, Severity.ERROR, message, owner.file, line, owner.id, remedy)
