"""Networks of relationships: which arcs are in force together.

Arcs of one base set (arcrole, link role, link element, arc element) that relate the same
two things with the same other attributes are equivalent; of those the highest priority
wins, and a prohibiting arc of that priority takes them all away.

Belongs here: prohibition, priority and order. Does not: reading arcs (`linkbase`), or
what a relationship says (labels, dimensions, sums).
Source: XBRL 2.1 § 3.5.3.9.7.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from xbrl.names import XBRLDT, XLINK
from xbrl.taxonomy.address import line_of
from xbrl.taxonomy.model import Relationship
from xbrl.taxonomy.syntax import Arc, ExtendedLink

_XLINK = f"{{{XLINK}}}"
_EXEMPT = {"use", "priority"}
_NUMBERS = {"order", "weight"}
_ONE = Decimal(1)

BaseSet = tuple[str, str, str, str]
"""Arcrole, link role, link element, arc element."""


class Relation(NamedTuple):
    """An arc from one thing to one other: an arc whose labels name several makes several."""

    source: str
    target: str
    arc: Arc
    link: ExtendedLink


def base_sets(links: Iterable[ExtendedLink]) -> dict[BaseSet, list[Relation]]:
    """Every relation as written, by base set. Source: XBRL 2.1 § 3.5.3.9.7.3."""
    found: dict[BaseSet, list[Relation]] = defaultdict(list)
    for link in links:
        ends = link.ends
        for arc in link.arcs:
            relations = found[arc.arcrole, link.role, link.name, str(arc.element.tag)]
            targets = ends.get(arc.target, ())
            for source in ends.get(arc.source, ()):
                for target in targets:
                    relations.append(Relation(source, target, arc, link))
    return found


def effective(relations: Iterable[Relation]) -> list[Relation]:
    """The relations of one base set in force, sorted by source and order.

    Of equivalent arcs without prohibition the first by document address and line stands
    for all, so the order in which documents are read changes nothing.
    """
    classes: dict[tuple[str, str, frozenset[tuple[str, object]]], list[Relation]] = {}
    for relation in relations:
        key = relation.source, relation.target, signature(relation.arc)
        classes.setdefault(key, []).append(relation)
    standing = (one for same in classes.values() if (one := _winner(same)) is not None)
    return sorted(standing, key=_place)


def _winner(same: list[Relation]) -> Relation | None:
    if len(same) == 1:
        return None if is_prohibiting(same[0].arc) else same[0]
    highest = max(priority(relation.arc) for relation in same)
    decisive = [relation for relation in same if priority(relation.arc) == highest]
    if any(is_prohibiting(relation.arc) for relation in decisive):
        return None
    return min(decisive, key=lambda one: (one.link.url, line_of(one.arc.element)))


def _place(relation: Relation) -> tuple[str, Decimal, str, str, str, str, int]:
    get = relation.arc.attributes.get
    return (
        relation.source,
        order(relation.arc),
        relation.target,
        get("weight", ""),
        get("preferredLabel", ""),
        relation.link.url,
        line_of(relation.arc.element),
    )


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | str:
    """A decimal's value, so that `1` and `1.0` are equal; the text itself where it is none."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return text


def signature(arc: Arc) -> frozenset[tuple[str, object]]:
    """The attributes that arcs must share to be equivalent, by value where a type is known.

    XLink's own and `use` and `priority` are exempt; `order` counts as 1 where it is missing.
    Source: XBRL 2.1 § 3.5.3.9.7.4.
    """
    attributes = arc.attributes
    found: set[tuple[str, object]] = {("order", _ONE)} if "order" not in attributes else set()
    for name, value in attributes.items():
        if name in _NUMBERS:
            found.add((name, number(value)))
        elif name not in _EXEMPT and not name.startswith(_XLINK):
            found.add((name, arc.values.get(name, value)))
    return frozenset(found)


def priority(arc: Arc) -> int:
    """An arc's priority; 0 where it says none or no integer."""
    text = arc.attributes.get("priority")
    if text is None:
        return 0
    try:
        return int(text)
    except ValueError:
        return 0


def order(arc: Arc) -> Decimal:
    """An arc's place among its siblings; 1 where it says none or no number."""
    text = arc.attributes.get("order")
    value = number(text) if text is not None else _ONE
    return value if isinstance(value, Decimal) and value.is_finite() else _ONE


def is_prohibiting(arc: Arc) -> bool:
    """Whether the arc takes equivalent arcs away instead of adding one."""
    return arc.attributes.get("use") == "prohibited"


def relationships(
    sets: Mapping[BaseSet, list[Relation]], apart: frozenset[str]
) -> dict[str, dict[str, list[Relationship]]]:
    """The effective relationships by arcrole and link role, but for the arcroles in `apart`.

    Networks of one arcrole and role whose link or arc elements differ stand after each other.
    """
    found: dict[str, dict[str, list[Relationship]]] = {}
    for base_set in sorted(sets):
        arcrole, role, _, _ = base_set
        if arcrole not in apart:
            rows = list(_rows(base_set, effective(sets[base_set])))
            found.setdefault(arcrole, {}).setdefault(role, []).extend(rows)
    return {
        arcrole: kept
        for arcrole, roles in found.items()
        if (kept := {role: rows for role, rows in roles.items() if rows})
    }


def _rows(base_set: BaseSet, relations: Iterable[Relation]) -> Iterator[Relationship]:
    arcrole, role, link, arc = base_set
    for relation in relations:
        get = relation.arc.attributes.get
        yield Relationship(
            arcrole=arcrole,
            role=role,
            link=link,
            arc=arc,
            source=relation.source,
            target=relation.target,
            order=get("order", "1").strip(),
            weight=get("weight"),
            preferred_label=get("preferredLabel"),
            context_element=get(f"{{{XBRLDT}}}contextElement"),
            closed=get(f"{{{XBRLDT}}}closed", "").strip() in {"true", "1"},
            usable=get(f"{{{XBRLDT}}}usable", "true").strip() in {"true", "1"},
            target_role=get(f"{{{XBRLDT}}}targetRole"),
            url=relation.link.url,
            line=line_of(relation.arc.element),
        )
