"""Unit elements to units: products and ratios of measures.

Belongs here: what § 4.8 of XBRL 2.1 says a unit holds, for plain and inline documents
alike, and the one way a unit is written in tables. Does not: whether a fact may
have it. Bad content is a problem, and the unit is kept.
"""

from collections.abc import Iterable

from lxml.etree import _Element

from xbrl.lines import line_of
from xbrl.model import Unit
from xbrl.names import ISO4217, XBRLI, split
from xbrl.problem import Problem, Severity
from xbrl.qnames import resolve

_MEASURE = f"{{{XBRLI}}}measure"
_DIVIDE = f"{{{XBRLI}}}divide"
_NUMERATOR = f"{{{XBRLI}}}unitNumerator"
_DENOMINATOR = f"{{{XBRLI}}}unitDenominator"

_Found = list[tuple[str, str]]


def read_units(
    elements: Iterable[_Element], file: str, into: dict[str, Unit], problems: list[Problem]
) -> None:
    """Add the units that `elements` declare to `into`, by id.

    The first of several units with one id is kept; the others are problems.
    """
    for element in elements:
        found: _Found = []
        unit = _unit(element, file, found)
        if unit.id and unit.id not in into:
            into[unit.id] = unit
        elif unit.id:
            first = into[unit.id]
            found.append(("duplicateId", f"its id is used already at {first.file}:{first.line}"))
        problems += [_problem(unit, code, what) for code, what in found]


def _problem(unit: Unit, code: str, what: str) -> Problem:
    return Problem(
        f"xbrl.4.8:{code}",
        Severity.ERROR,
        f"Unit {unit.id or 'without id'}: {what}.",
        unit.file,
        unit.line,
        unit.id or None,
        "Correct the unit; facts that use it cannot be relied on.",
    )


def _unit(element: _Element, file: str, found: _Found) -> Unit:
    """One unit. Source: XBRL 2.1 § 4.8."""
    numerator = _measures(element, found)
    denominator: list[str] = []
    for divide in element.iterchildren(_DIVIDE):
        numerator += [n for part in divide.iterchildren(_NUMERATOR) for n in _measures(part, found)]
        denominator += [
            n for part in divide.iterchildren(_DENOMINATOR) for n in _measures(part, found)
        ]
        if not denominator:
            found.append(("divide", "a ratio needs measures above and below the line"))
    if not numerator:
        found.append(("measure", "a measure was expected and is missing"))
    id_ = element.get("id")
    if not id_:
        found.append(("id", "an id was expected; no fact can use a unit without one"))
    line = line_of(element)
    return Unit(
        id_ or "", tuple(sorted(numerator)), tuple(sorted(denominator)), line, file, element
    )


def _measures(element: _Element, found: _Found) -> list[str]:
    """The measures directly in an element, as Clark names. Source: XBRL 2.1 § 4.8.2."""
    names = []
    for measure in element.iterchildren(_MEASURE):
        name = resolve(measure.text, measure.nsmap)
        if name is None:
            name = (measure.text or "").strip()
            found.append(
                ("measure", f"a QName with a declared prefix was expected, {name!r} found")
            )
        names.append(name)
    return names


def unit_key(unit: Unit) -> str:
    """A unit as tables write it: the same text for s-equal units.

    `iso4217:DKK`, `xbrli:shares` and the like for the two namespaces everyone knows,
    `{namespace}name` for the rest, joined by `*`, with `/` before a denominator.
    Source: XBRL 2.1 § 4.10, table 4.

    >>> from lxml import etree
    >>> dkk, share = "{http://www.xbrl.org/2003/iso4217}DKK", "{http://www.xbrl.org/2003/instance}shares"
    >>> unit_key(Unit("u", (dkk,), (share,), 1, "f.xml", etree.Element("unit")))
    'iso4217:DKK/xbrli:shares'
    """
    above = "*".join(map(_measure_key, unit.numerator))
    if not unit.denominator:
        return above
    return f"{above}/{'*'.join(map(_measure_key, unit.denominator))}"


def _measure_key(measure: str) -> str:
    namespace, local = split(measure)
    if namespace == ISO4217:
        return f"iso4217:{local}"
    return f"xbrli:{local}" if namespace == XBRLI else measure
