"""Facts as a plain XBRL 2.1 instance.

Belongs here: the instance's bytes. Does not: pages (`inline`).
"""

from collections.abc import Iterable
from typing import TypeVar

from xbrl.writing import resources
from xbrl.writing.model import Context, Document, Fact, Unit, quoted, text


def write(document: Document, facts: Iterable[Fact]) -> bytes:
    """The instance, one element a line, facts in the given order; contexts and units in the
    order of their first use.

    Raises: ValueError when two contexts or units that differ share an id.
    """
    contexts: dict[str, Context] = {}
    units: dict[str, Unit] = {}
    items: list[str] = []
    for fact in facts:
        keep(contexts, fact.context)
        if fact.unit is not None:
            keep(units, fact.unit)
        items.append(_item(fact))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xbrli:xbrl {document.declarations()} xml:lang="{quoted(document.language)}">',
        f'<link:schemaRef xlink:type="simple" xlink:href="{quoted(document.entry_point)}"/>',
        *map(resources.context, contexts.values()),
        *map(resources.unit, units.values()),
        *items,
        "</xbrli:xbrl>\n",
    ]
    return "\n".join(lines).encode()


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """Facts that differ in more than their id: what a page shows twice is said once."""
    found: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        found.setdefault(fact[:-1], fact)
    return list(found.values())


Resource = TypeVar("Resource", Context, Unit)


def keep(known: dict[str, Resource], one: Resource) -> None:
    """Remember a context or unit by its id.

    Raises: ValueError when another one has that id.
    """
    if known.setdefault(one.id, one) != one:
        raise ValueError(f"Two contexts or units that differ share the id {one.id!r}.")


def _item(fact: Fact) -> str:
    attributes = f' contextRef="{quoted(fact.context.id)}"'
    if fact.unit is not None:
        attributes += f' unitRef="{quoted(fact.unit.id)}"'
        if fact.value is not None:
            attributes += f' decimals="{quoted(fact.decimals or "INF")}"'
    if fact.language is not None:
        attributes += f' xml:lang="{quoted(fact.language)}"'
    if fact.id is not None:
        attributes += f' id="{quoted(fact.id)}"'
    if fact.value is None:
        return f'<{fact.concept}{attributes} xsi:nil="true"/>'
    return f"<{fact.concept}{attributes}>{text(fact.value)}</{fact.concept}>"
