"""What definition relationships ask of facts: essence-alias and requires-element.

Belongs here: § 5.2.6.2.2 and 5.2.6.2.4 as far as instances go. Does not: whether the
relationships themselves are allowed. What is found does not make an instance invalid: it is
a warning, as for calculations.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from xbrl.model import Fact
from xbrl.names import ESSENCE_ALIAS, REQUIRES_ELEMENT
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import Relationship
from xbrl.validation.equality import are_fractions_equal, are_v_equal, unit_key
from xbrl.validation.subject import Subject

_Facts = dict[tuple[str, int], list[Fact]]


def problems(subject: Subject) -> Iterator[Problem]:
    """The aliases that differ from their essence, and the elements required and missing."""
    yield from _aliases(subject)
    yield from _requirements(subject)


def _aliases(subject: Subject) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 5.2.6.2.2: in one tuple (or none) and c-equal contexts."""
    taxonomy = subject.taxonomy
    networks = [taxonomy.network(ESSENCE_ALIAS, role) for role in taxonomy.roles(ESSENCE_ALIAS)]
    wanted = {name for network in networks for one in network for name in (one.source, one.target)}
    if not wanted:
        return
    facts: _Facts = defaultdict(list)
    for fact in subject.facts:
        if fact.concept in wanted and not fact.is_nil and fact.kind != "tuple":
            facts[fact.concept, fact.parent].append(fact)
    for network in networks:
        for one in network:
            for essence, alias in _pairs(subject, one, facts):
                problem = _difference(subject, one, essence, alias)
                if problem:
                    yield problem


def _pairs(subject: Subject, one: Relationship, facts: _Facts) -> Iterator[tuple[Fact, Fact]]:
    for (concept, parent), essences in list(facts.items()):
        if concept != one.source:
            continue
        aliases: dict[Hashable, list[Fact]] = defaultdict(list)
        for alias in facts.get((one.target, parent), ()):
            aliases[_context(subject, alias)].append(alias)
        for essence in essences:
            for alias in aliases.get(_context(subject, essence), ()):
                yield essence, alias


def _context(subject: Subject, fact: Fact) -> Hashable:
    context = subject.instance.contexts.get(fact.context_id or "")
    return subject.equality.context(context) if context else ("none", fact.fact_index)


def _difference(subject: Subject, one: Relationship, essence: Fact, alias: Fact) -> Problem | None:
    units = subject.instance.units
    keys = [
        unit_key(units[fact.unit_id]) if fact.unit_id in units else None
        for fact in (essence, alias)
    ]
    if keys[0] != keys[1]:
        code, what = "essenceAliasUnitsInconsistency", f"unit {essence.unit_id}"
        found = alias.unit_id
    elif not _are_equal(subject, essence, alias):
        code, what = "essenceAliasValueInconsistency", f"value “{essence.value}”"
        found = alias.value
    else:
        return None
    message = (
        f"{subject.name(alias)} is an alias of {subject.shown.name(essence.concept)}: "
        f"{what} was expected, “{found}” found (link role {one.role})."
    )
    remedy = "Report the same of both, or only one of them."
    return subject.problem(
        f"xbrl.5.2.6.2.2:{code}", [alias, essence], message, remedy, Severity.WARNING
    )


def _are_equal(subject: Subject, essence: Fact, alias: Fact) -> bool:
    concept = subject.concept(essence.concept)
    if essence.kind == "fraction":
        return are_fractions_equal(essence, alias)
    if concept is not None and concept.is_numeric:
        return are_v_equal(essence, alias)
    type_ = concept.type if concept else None
    values = [
        subject.simple.judge(type_ or "", fact.value or "", fact.element.nsmap).value or fact.value
        for fact in (essence, alias)
    ]
    return values[0] == values[1]


def _requirements(subject: Subject) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 5.2.6.2.4: anywhere in the instance."""
    reported: dict[str, list[Fact]] = defaultdict(list)
    for fact in subject.facts:
        reported[fact.concept].append(fact)
    taxonomy = subject.taxonomy
    for role in taxonomy.roles(REQUIRES_ELEMENT):
        for one in taxonomy.network(REQUIRES_ELEMENT, role):
            if one.source in reported and one.target not in reported:
                message = (
                    f"{subject.shown.name(one.source)} is reported and requires "
                    f"{subject.shown.name(one.target)}, which is not (link role {role})."
                )
                remedy = f"Report {subject.shown.name(one.target)} too."
                yield subject.problem(
                    "xbrl.5.2.6.2.4:requiresElementInconsistency",
                    reported[one.source],
                    message,
                    remedy,
                    Severity.WARNING,
                )
