"""XBRL 2.1's own rules for facts: contexts, units, decimals and precision.

Belongs here: § 4.6, 4.8.2 and 4.9, one fact at a time. Does not: what XML Schema says
(`schema_validity`), or facts together (`calculation`).
"""

import re
from collections.abc import Iterator

from xbrl.model import Fact, Unit
from xbrl.names import ISO4217, LINK, XBRLI, XL, XLINK, clark, split
from xbrl.problem import Problem
from xbrl.taxonomy.model import Concept
from xbrl.validation.subject import Subject

_MONETARY = clark(XBRLI, "monetaryItemType")
_SHARES_TYPE = clark(XBRLI, "sharesItemType")
_SHARES = clark(XBRLI, "shares")
_CURRENCY = re.compile("[A-Z]{3}")
_PRECISION = re.compile(r"\s*(\+?[0-9]+|-0+|INF)\s*")
_DECIMALS = re.compile(r"\s*([+-]?[0-9]+|INF)\s*")
_FORBIDDEN = {XBRLI, LINK, XLINK, XL}


def problems(subject: Subject) -> Iterator[Problem]:
    """Where a fact breaks a rule of XBRL 2.1."""
    for fact in subject.facts:
        concept = subject.concept(fact.concept)
        if concept is None:  # said by `schema_validity`
            continue
        if concept.kind == "tuple":
            yield from _tuple(subject, fact)
        elif concept.kind in {"item", "dimension", "hypercube"}:
            yield from _item(subject, fact, concept)
        else:
            message = f"{subject.name(fact)} must be an item or a tuple, and is neither."
            remedy = "Report a concept of the taxonomy."
            yield subject.problem("xbrl.4.6:notItemOrTuple", [fact], message, remedy)


def _item(subject: Subject, fact: Fact, concept: Concept) -> Iterator[Problem]:
    yield from _context(subject, fact, concept)
    if concept.is_numeric:
        yield from _unit(subject, fact, concept)
    elif fact.unit_id is not None:
        message = f"{subject.name(fact)} is not numeric and may not have a unit ({fact.unit_id})."
        yield subject.problem("xbrl.4.6.2:nonNumericUnit", [fact], message, "Remove unitRef.")
    yield from _accuracy(subject, fact, concept)


def _context(subject: Subject, fact: Fact, concept: Concept) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 4.6.1 and 4.7.2."""
    context = subject.instance.contexts.get(fact.context_id or "")
    if context is None:
        named = f"“{fact.context_id}”, which is none" if fact.context_id else "none"
        message = f"{subject.name(fact)} must refer to a context of the instance, and has {named}."
        remedy = "Refer to the id of a context."
        yield subject.problem("xbrl.4.6.1:itemContextRef", [fact], message, remedy)
        return
    kind = context.period.kind
    if not kind or not concept.period_type:
        return
    if (concept.period_type == "instant") != (kind == "instant"):
        message = (
            (
                f"{subject.name(fact)}: a context with an {_period_words(concept.period_type)} was "
                f"expected, one with {_period_words(kind)} found."
            )
            .replace("with an a ", "with a ")
            .replace("with an an ", "with an ")
        )
        remedy = "Refer to a context of the concept's period type."
        yield subject.problem("xbrl.4.7.2:contextPeriodType", [fact], message, remedy)


def _period_words(kind: str) -> str:
    return {"instant": "an instant", "duration": "a duration"}.get(kind, f"the period {kind}")


def _unit(subject: Subject, fact: Fact, concept: Concept) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 4.6.2 and 4.8.2."""
    unit = subject.instance.units.get(fact.unit_id or "")
    if unit is None:
        named = f"“{fact.unit_id}”, which is none" if fact.unit_id else "none"
        message = f"{subject.name(fact)} is numeric and must refer to a unit, and has {named}."
        remedy = "Refer to the id of a unit."
        yield subject.problem("xbrl.4.6.2:numericUnit", [fact], message, remedy)
        return
    type_ = subject.type_of(fact, concept)
    if concept.item_type == _MONETARY or subject.is_of(type_, _MONETARY):
        yield from _monetary(subject, fact, unit)
    elif concept.item_type == _SHARES_TYPE or subject.is_of(type_, _SHARES_TYPE):
        yield from _shares(subject, fact, unit)


def _monetary(subject: Subject, fact: Fact, unit: Unit) -> Iterator[Problem]:
    if not _is_simple(unit):
        code, wanted = "monetaryFactUnit-notSingleMeasure", "a single currency"
    else:
        namespace, local = split(unit.numerator[0])
        if namespace == ISO4217 and _CURRENCY.fullmatch(local):
            return
        code, wanted = "monetaryFactUnit-notMonetaryMeasure", "a currency (iso4217)"
    yield _wrong_unit(subject, fact, unit, code, wanted)


def _shares(subject: Subject, fact: Fact, unit: Unit) -> Iterator[Problem]:
    if not _is_simple(unit):
        code = "sharesFactUnit-notSingleMeasure"
    elif unit.numerator[0] != _SHARES:
        code = "sharesFactUnit-notSharesMeasure"
    else:
        return
    yield _wrong_unit(subject, fact, unit, code, "xbrli:shares alone")


def _is_simple(unit: Unit) -> bool:
    return len(unit.numerator) == 1 and not unit.denominator


def _wrong_unit(subject: Subject, fact: Fact, unit: Unit, code: str, wanted: str) -> Problem:
    measures = subject.shown.names(unit.numerator)
    if unit.denominator:
        measures = f"{measures} / {subject.shown.names(unit.denominator)}"
    message = f"{subject.name(fact)} must have {wanted} as its unit; {unit.id} is {measures}."
    return subject.problem(f"xbrl.4.8.2:{code}", [fact], message, "Refer to such a unit.")


def _accuracy(subject: Subject, fact: Fact, concept: Concept) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 4.6.3 to 4.6.5."""
    precision, decimals = fact.precision, fact.decimals
    if precision is not None and not _PRECISION.fullmatch(precision):
        yield _bad(subject, fact, "4.6.4:precision", "precision", precision, "0, 1, 2 … or INF")
    if decimals is not None and not _DECIMALS.fullmatch(decimals):
        yield _bad(subject, fact, "4.6.5:decimals", "decimals", decimals, "a whole number or INF")
    stated = [word for word, text in (("precision", precision), ("decimals", decimals)) if text]
    if len(stated) > 1:
        message = f"{subject.name(fact)} must have decimals or precision, and has both."
        remedy = "Leave out precision."
        yield subject.problem("xbrl.4.6.3:bothPrecisionAndDecimals", [fact], message, remedy)
    yield from _superfluous(subject, fact, concept, stated)


def _superfluous(
    subject: Subject, fact: Fact, concept: Concept, stated: list[str]
) -> Iterator[Problem]:
    is_fraction = fact.kind == "fraction" or _is_fraction(concept)
    if fact.is_nil:
        code, why = "nilPrecisionDecimals", "is nil"
    elif is_fraction:
        code, why = "fractionPrecisionDecimals", "is a fraction"
    elif not concept.is_numeric:
        code, why = "extraneousPrecisionDecimals", "is not numeric"
    else:
        if not stated:
            message = f"{subject.name(fact)} is numeric and must have decimals or precision."
            remedy = "Say how exact the value is, for instance decimals=“0” or “INF”."
            yield subject.problem("xbrl.4.6.3:missingPrecisionDecimals", [fact], message, remedy)
        return
    if stated:
        words = " and ".join(stated)
        message = f"{subject.name(fact)} {why} and may not have {words}."
        yield subject.problem(f"xbrl.4.6.3:{code}", [fact], message, f"Remove {words}.")


def _is_fraction(concept: Concept) -> bool:
    return concept.item_type == clark(XBRLI, "fractionItemType")


def _bad(
    subject: Subject, fact: Fact, code: str, attribute: str, found: str, wanted: str
) -> Problem:
    message = f"{subject.name(fact)}: {attribute} must be {wanted}; “{found}” found."
    return subject.problem(f"xbrl.{code}", [fact], message, f"Correct {attribute}.")


def _tuple(subject: Subject, fact: Fact) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 4.6.1, 4.6.3 and 4.9."""
    if fact.context_id is not None:
        message = f"{subject.name(fact)} is a tuple and may not have a context."
        yield subject.problem("xbrl.4.6.1:tupleContextRef", [fact], message, "Remove contextRef.")
    if fact.precision is not None or fact.decimals is not None:
        message = f"{subject.name(fact)} is a tuple and may not have decimals or precision."
        yield subject.problem(
            "xbrl.4.6.3:tuplePrecisionDecimals", [fact], message, "Remove the attribute."
        )
    if subject.instance.kind != "xbrl":
        return
    for name in map(str, fact.element.attrib):
        if split(name)[0] in _FORBIDDEN:
            message = f"{subject.name(fact)} is a tuple and may not have the attribute {name}."
            yield subject.problem(
                "xbrl.4.9:tupleAttribute", [fact], message, "Remove the attribute."
            )
