"""Typed values of arcs' own attributes: 1.0 and 1 are one xs:decimal.

Arcs are equivalent when their attributes are s-equal, and a taxonomy may give arcs attributes of
its own. Few do; without any, nothing happens here.

Belongs here: attributes that schemas of the taxonomy declare. Does not: those of XBRL
itself (`networks`). Source: XBRL 2.1 § 3.5.3.9.7.4.
"""

from collections.abc import Hashable, Iterable, Sequence

from xbrl.taxonomy.syntax import Arc, ExtendedLink, Schema
from xbrl.xsd.components import Components


def type_attributes(links: Iterable[ExtendedLink], schemas: Sequence[Schema]) -> None:
    """Give each arc the values of the attributes that a schema declares globally."""
    declared = {name for schema in schemas for name in schema.attributes}
    if not declared:
        return
    components: Components | None = None
    for link in links:
        for place, arc in enumerate(link.arcs):
            if declared.isdisjoint(arc.attributes):
                continue
            if components is None:
                components = Components((schema.root, schema.namespace) for schema in schemas)
            link.arcs[place] = arc._replace(values=_values(arc, components))


def _values(arc: Arc, components: Components) -> dict[str, Hashable]:
    values: dict[str, Hashable] = {}
    for name, text in arc.attributes.items():
        use = components.attribute(name)
        if use is not None:
            value = components.simple.judge(use.type, text, arc.element.nsmap).value
            values[name] = text if value is None else value
    return values
