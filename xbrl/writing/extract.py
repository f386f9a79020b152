"""From an instance as read to what can be written: an inline page's facts as a plain instance.

Belongs here: names back to prefixes, contexts and units back to values. Does not: reading
(`xbrl.read`), footnotes or tuples, which reports of ours do not have.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from lxml import etree

from xbrl.model import Context as Read
from xbrl.model import DimensionValue, Instance
from xbrl.names import split
from xbrl.writing.model import NAMESPACES, Context, Dimension, Document, Fact, Unit


def extract(instance: Instance) -> tuple[Document, list[Fact]]:
    """The document and facts of an instance whose facts are items with dates.

    Raises: ValueError for what cannot be written: a tuple, a fraction, a period that is
    forever or has a time of day, a taxonomy named by anything but one schemaRef.
    """
    (reference,) = [one for one in instance.references if one.kind == "schemaRef"]
    prefixes = {
        prefix: namespace
        for namespace, prefix in instance.prefixes.items()
        if prefix and NAMESPACES.get(prefix, namespace) == namespace
    }
    names = {namespace: prefix for prefix, namespace in (NAMESPACES | prefixes).items()}
    contexts = {key: _context(one, names) for key, one in instance.contexts.items()}
    units = {
        key: Unit(key, _names(one.numerator, names), _names(one.denominator, names))
        for key, one in instance.units.items()
    }
    facts = list(_facts(instance, contexts, units, names))
    spoken = [one.language for one in facts if one.language]
    language = max(sorted(set(spoken)), key=spoken.count, default="en")
    own = {name: uri for name, uri in prefixes.items() if name not in NAMESPACES}
    document = Document(reference.href, own, language)
    return document, [
        one._replace(language=None if one.language == language else one.language) for one in facts
    ]


def _facts(
    instance: Instance,
    contexts: Mapping[str, Context],
    units: Mapping[str, Unit],
    names: Mapping[str, str],
) -> Iterator[Fact]:
    for row in instance.facts.rows():
        if row.kind != "item" or row.context_id is None:
            raise ValueError(f"{row.concept} is a {row.kind}, which is not written")
        yield Fact(
            concept=_prefixed(row.concept, names),
            context=contexts[row.context_id],
            value=row.value,
            unit=units[row.unit_id] if row.unit_id else None,
            decimals=row.decimals,
            language=row.language,
            id=row.element_id,
        )


def _context(one: Read, names: Mapping[str, str]) -> Context:
    return Context(
        one.id,
        one.scheme,
        one.identifier,
        date.fromisoformat(one.period.start) if one.period.start else None,
        date.fromisoformat(one.period.end or ""),
        tuple(_dimension(part, names) for part in one.dimensions),
    )


def _dimension(one: DimensionValue, names: Mapping[str, str]) -> Dimension:
    dimension = _prefixed(one.dimension, names)
    if one.typed is None:
        return Dimension(dimension, _prefixed(one.member or "", names))
    element = etree.fromstring(one.typed)
    return Dimension(dimension, None, _prefixed(str(element.tag), names), element.text or "")


def _names(several: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_prefixed(one, names) for one in several)


def _prefixed(name: str, names: Mapping[str, str]) -> str:
    namespace, local = split(name)
    return f"{names[namespace]}:{local}"
