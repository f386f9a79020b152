"""Rules for what arcs of the standard arcroles relate, and by what numbers.

Belongs here: XBRL 2.1 § 5.1.1.2, 5.2.2.3, 5.2.3.3, 5.2.4.2, 5.2.5.2, 5.2.6.2;
Calculations 1.1 § 4. Does not: cycles, or dimensional arcs.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from xbrl.names import (
    CONCEPT_LABEL,
    CONCEPT_REFERENCE,
    ESSENCE_ALIAS,
    GENERAL_SPECIAL,
    LINK,
    PARENT_CHILD,
    REQUIRES_ELEMENT,
    SIMILAR_TUPLES,
    SUMMATION_ITEM,
    SUMMATION_ITEM_11,
)
from xbrl.problem import Problem
from xbrl.taxonomy.model import Concept, Taxonomy
from xbrl.taxonomy.networks import Relation, is_prohibiting, number
from xbrl.taxonomy.syntax import Resource
from xbrl.validation.taxonomy_places import base_sets, error, local, places

Rule = Callable[[Taxonomy, Relation], Iterator[Problem]]

_ITEMS = {"item", "dimension", "hypercube"}
_CONCEPTS = _ITEMS | {"tuple"}
_ROLE_LABEL = "http://www.xbrl.org/2003/role/label"


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """What is wrong with the arcs of the standard arcroles."""
    for (arcrole, _, _, _), relations in base_sets(taxonomy).items():
        rule = _RULES.get(arcrole)
        if rule is not None:
            for relation in relations:
                yield from rule(taxonomy, relation)


def _at(code: str, relation: Relation, message: str) -> Problem:
    return error(code, relation.link.url, relation.arc.element, message)


def _between(
    kinds: set[str], section: str, what: str
) -> Callable[[Taxonomy, Relation], Iterator[Problem]]:
    """A rule that both ends are concepts of some kinds."""

    def rule(taxonomy: Taxonomy, relation: Relation) -> Iterator[Problem]:
        for end in (relation.source, relation.target):
            concept = taxonomy.concepts.get(end)
            if concept is None or concept.kind not in kinds:
                message = f"A {local_arcrole(relation)} arc relates {what}; {local(end)} is none."
                yield _at(f"xbrl.{section}", relation, message)

    return rule


def local_arcrole(relation: Relation) -> str:
    """The last part of an arc's arcrole, for messages."""
    return relation.arc.arcrole.rpartition("/")[2]


def _calculation(taxonomy: Taxonomy, relation: Relation) -> Iterator[Problem]:
    weight = number(relation.arc.attributes.get("weight", ""))
    if weight == 0:
        message = "The weight of a summation-item arc must not be zero."
        yield _at("xbrl.5.2.5.2.1:zeroWeight", relation, message)
    total = taxonomy.concepts.get(relation.source)
    part = taxonomy.concepts.get(relation.target)
    for concept in (total, part):
        if concept is None or concept.kind not in _ITEMS or not concept.is_numeric:
            end = relation.source if concept is total else relation.target
            message = f"A summation-item arc relates numeric items; {local(end)} is none."
            yield _at("xbrl.5.2.5.2:nonNumericCalc", relation, message)
    if total and part and isinstance(weight, Decimal) and not weight.is_nan():
        yield from _balance(relation, total, part, positive=weight > 0)


def _balance(
    relation: Relation, total: Concept, part: Concept, *, positive: bool
) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 5.1.1.2, table 6."""
    if total.balance and part.balance and (total.balance == part.balance) is not positive:
        message = (
            f"{local(part.name)} ({part.balance}) in the sum {local(total.name)} "
            f"({total.balance}) must have a {'negative' if positive else 'positive'} weight; "
            f"found {relation.arc.attributes.get('weight')}."
        )
        sign = "Positive" if positive else "Negative"
        yield _at(f"xbrl.5.1.1.2:balanceCalcWeightIllegal{sign}", relation, message)


_presented = _between(_CONCEPTS, "5.2.4.2:presentationArcEnds", "concepts")


def _presentation(taxonomy: Taxonomy, relation: Relation) -> Iterator[Problem]:
    yield from _presented(taxonomy, relation)
    preferred = relation.arc.attributes.get("preferredLabel")
    if preferred is None or is_prohibiting(relation.arc):
        return
    labels = taxonomy.labels.get(relation.target, ())
    if not any(label.role == preferred for label in labels):
        message = (
            f"The preferred label of {local(relation.target)} is {preferred}; "
            "the concept has no label in that role."
        )
        yield _at("xbrl.5.2.4.2.1:preferredLabelMissing", relation, message)


_aliased = _between(_ITEMS, "5.2.6.2.2:essenceAliasEnds", "items")


def _essence_alias(taxonomy: Taxonomy, relation: Relation) -> Iterator[Problem]:
    yield from _aliased(taxonomy, relation)
    essence = taxonomy.concepts.get(relation.source)
    alias = taxonomy.concepts.get(relation.target)
    if essence is None or alias is None:
        return
    pair = f"{local(essence.name)} and its alias {local(alias.name)}"
    if essence.item_type != alias.item_type:
        message = f"{pair} have different item types."
        yield _at("xbrl.5.2.6.2.2:essenceAliasTypes", relation, message)
    if essence.period_type != alias.period_type:
        message = f"{pair} have different period types."
        yield _at("xbrl.5.2.6.2.2:essenceAliasPeriodTypes", relation, message)
    if essence.balance and alias.balance and essence.balance != alias.balance:
        message = f"{pair} have different balances."
        yield _at("xbrl.5.2.6.2.2:essenceAliasBalance", relation, message)


def _is_own(relation: Relation, resource: Resource) -> bool:
    """Whether the resource stands in the arc's own extended link."""
    return resource.element.getparent() is relation.link.element


def _to_resource(element: str, section: str) -> Rule:
    """A rule that an arc goes from a concept to a resource, to a remote one only to prohibit."""

    def rule(taxonomy: Taxonomy, relation: Relation) -> Iterator[Problem]:
        concept = taxonomy.concepts.get(relation.source)
        resource = places(taxonomy).resources.get(relation.target)
        name = local(element)
        if concept is None or concept.kind not in _CONCEPTS:
            message = f"A {name} arc starts at a concept; {local(relation.source)} is none."
            yield _at(f"xbrl.{section}:{name}ArcFrom", relation, message)
        if resource is None or resource.element.tag != element:
            message = f"A {name} arc ends at a {name}; {local(relation.target)} is none."
            yield _at(f"xbrl.{section}:{name}ArcTo", relation, message)
        elif not is_prohibiting(relation.arc) and not _is_own(relation, resource):
            message = f"An arc to a {name} of another extended link may only prohibit."
            yield _at(f"xbrl.{section}:{name}ArcRemoteResource", relation, message)

    return rule


_RULES: dict[str, Rule] = {
    SUMMATION_ITEM: _calculation,
    SUMMATION_ITEM_11: _calculation,
    PARENT_CHILD: _presentation,
    ESSENCE_ALIAS: _essence_alias,
    GENERAL_SPECIAL: _between(_ITEMS, "5.2.6.2.1:generalSpecialEnds", "items"),
    SIMILAR_TUPLES: _between({"tuple"}, "5.2.6.2.3:similarTuplesEnds", "tuples"),
    REQUIRES_ELEMENT: _between(_CONCEPTS, "5.2.6.2.4:requiresElementEnds", "concepts"),
    CONCEPT_LABEL: _to_resource(f"{{{LINK}}}label", "5.2.2.3"),
    CONCEPT_REFERENCE: _to_resource(f"{{{LINK}}}reference", "5.2.3.3"),
}
