"""Small taxonomies with dimensions and instances over them, made by hand, for tests."""

from collections.abc import Iterable, Sequence

from xbrl import names
from xbrl.instance import read_instance
from xbrl.model import Instance
from xbrl.taxonomy.model import Concept, Relationship, Taxonomy

NAMESPACE = "http://example.com/t"
ROLE = "http://example.com/role/a"
_ROOT = (
    f'<xbrl xmlns="{names.XBRLI}" xmlns:xbrldi="{names.XBRLDI}" xmlns:t="{NAMESPACE}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


def name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


def arc(
    arcrole: str,
    source: str,
    target: str,
    role: str = ROLE,
    *,
    target_role: str | None = None,
    context_element: str | None = "scenario",
    closed: bool = True,
    usable: bool = True,
) -> Relationship:
    """A relationship between concepts given by local name."""
    return Relationship(
        arcrole=arcrole,
        role=role,
        link=f"{{{names.LINK}}}definitionLink",
        arc=f"{{{names.LINK}}}definitionArc",
        source=name(source),
        target=name(target),
        order="1",
        weight=None,
        preferred_label=None,
        context_element=context_element if arcrole in {names.ALL, names.NOT_ALL} else None,
        closed=closed,
        usable=usable,
        target_role=target_role,
        url="def.xml",
        line=7,
    )


def concept(local: str, kind: str = "item", typed_domain: str | None = None) -> Concept:
    return Concept(
        name=name(local),
        id=f"t_{local}",
        kind=kind,
        substitution_group=None,
        type=f"{{{names.XBRLI}}}stringItemType",
        item_type=f"{{{names.XBRLI}}}stringItemType",
        primitive=f"{{{names.XSD}}}string",
        is_numeric=False,
        period_type="instant",
        balance=None,
        is_abstract=kind in {"hypercube", "dimension"},
        is_nillable=True,
        typed_domain=typed_domain and name(typed_domain),
        url="t.xsd",
        line=3,
    )


def taxonomy(arcs: Iterable[Relationship], *concepts: Concept) -> Taxonomy:
    """A taxonomy of `arcs`; concepts not given are hypercube, dimension or item by their arcs."""
    arcs = list(arcs)
    made = Taxonomy(("t.xsd",), prefixes={NAMESPACE: "t"})
    cubes = {one.target for one in arcs if one.arcrole in {names.ALL, names.NOT_ALL}}
    axes = {one.target for one in arcs if one.arcrole == names.HYPERCUBE_DIMENSION}
    for one in arcs:
        made.relationships.setdefault(one.arcrole, {}).setdefault(one.role, []).append(one)
        for end in (one.source, one.target):
            kind = "hypercube" if end in cubes else "dimension" if end in axes else "item"
            made.concepts.setdefault(end, concept(end.rpartition("}")[2], kind))
    made.concepts |= {one.name: one for one in concepts}
    return made


def instance(contexts: dict[str, str], facts: Sequence[tuple[str, str]]) -> Instance:
    """An instance: scenario content by context id, and facts as concept and context."""
    text = _ROOT
    for id_, scenario in contexts.items():
        text += (
            f'<context id="{id_}"><entity><identifier scheme="s">1</identifier></entity>'
            f"<period><instant>2025-12-31</instant></period>"
            f"{f'<scenario>{scenario}</scenario>' if scenario else ''}</context>\n"
        )
    for local, context in facts:
        text += f'<t:{local} contextRef="{context}">x</t:{local}>\n'
    return read_instance("i.xbrl", f"{text}</xbrl>".encode())


def explicit(dimension: str, member: str) -> str:
    return f'<xbrldi:explicitMember dimension="t:{dimension}">t:{member}</xbrldi:explicitMember>'


def typed(dimension: str, content: str) -> str:
    return f'<xbrldi:typedMember dimension="t:{dimension}">{content}</xbrldi:typedMember>'
