"""Cycles: networks that lead back to where they began, where their arcrole forbids it.

Belongs here: XBRL 2.1 § 5.1.4.3 over every network of standard and generic arcs.
Does not: paths through dimensional networks (`dimension_cycles`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from xbrl.names import GENERIC, LINK
from xbrl.problem import Problem
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.networks import Relation, effective
from xbrl.validation.taxonomy_places import base_sets, error, local

_CHECKED = (f"{{{LINK}}}", f"{{{GENERIC}}}")


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """The cycles that the arcroles' declarations do not allow.

    What a custom arc that is neither standard nor generic may do is not said by the
    specification, so its cycles are left alone.
    """
    for (arcrole, role, _, arc), relations in base_sets(taxonomy).items():
        allowed = {one.cycles for one in taxonomy.arcrole_types.get(arcrole, ())} - {None}
        if not arc.startswith(_CHECKED) or not allowed or allowed == {"any"}:
            continue
        in_force = effective(relations)
        closing = _directed(in_force)
        kind = "directed"
        if closing is None and "none" in allowed:
            closing, kind = _undirected(in_force), "undirected"
        if closing is not None:
            message = (
                f"{local(closing.source)} → {local(closing.target)} closes a {kind} cycle of "
                f"{arcrole} in {role}; the arcrole allows {'no' if 'none' in allowed else 'only '}"
                f"{'' if 'none' in allowed else 'undirected'} cycles."
            )
            yield error("xbrl.5.1.4.3:cycles", closing.link.url, closing.arc.element, message)


def _pairs(relations: Iterable[Relation]) -> dict[tuple[str, str], Relation]:
    """One relation for each pair of ends: two arcs between the same two are no cycle."""
    return {(one.source, one.target): one for one in relations}


def _directed(relations: Iterable[Relation]) -> Relation | None:
    """A relation that closes a directed cycle, found by depth-first search without recursion."""
    onward: dict[str, list[Relation]] = defaultdict(list)
    for relation in _pairs(relations).values():
        onward[relation.source].append(relation)
    done: set[str] = set()
    for start in list(onward):
        path = [(start, iter(onward[start]))] if start not in done else []
        on_path = {start}
        while path:
            node, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif following.target in on_path:
                return following
            elif following.target not in done:
                on_path.add(following.target)
                path.append((following.target, iter(onward.get(following.target, ()))))
    return None


def _undirected(relations: Iterable[Relation]) -> Relation | None:
    """A relation between two things already connected, whatever the direction."""
    group: dict[str, str] = {}

    def root(node: str) -> str:
        while group.setdefault(node, node) != node:
            group[node] = node = group[group[node]]
        return node

    for relation in _pairs(relations).values():
        one, other = root(relation.source), root(relation.target)
        if one == other:
            return relation
        group[one] = other
    return None
