"""Labels and references of concepts, and of whatever else generic links label.

Belongs here: which resource says what of which concept, after prohibition. Does not:
choosing a label for a reader (`Taxonomy.label` and its users).
Source: XBRL 2.1 § 5.2.2, 5.2.3; Generic Labels 1.0; Generic References 1.0.
"""

from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from xbrl.names import CONCEPT_LABEL, CONCEPT_REFERENCE, XML
from xbrl.taxonomy.model import Label, ReferencePart
from xbrl.taxonomy.networks import BaseSet, Relation, effective
from xbrl.taxonomy.syntax import Resource

ELEMENT_LABEL = "http://xbrl.org/arcrole/2008/element-label"
ELEMENT_REFERENCE = "http://xbrl.org/arcrole/2008/element-reference"
LABELLING = frozenset({CONCEPT_LABEL, ELEMENT_LABEL})
REFERRING = frozenset({CONCEPT_REFERENCE, ELEMENT_REFERENCE})
LANGUAGE = f"{{{XML}}}lang"


def labels_of(
    sets: Mapping[BaseSet, list[Relation]], resources: Mapping[str, Resource]
) -> dict[str, list[Label]]:
    """Every label in force, by what it labels."""
    found: dict[str, list[Label]] = {}
    for concept, link_role, resource in _pairs(sets, LABELLING, resources):
        label = Label(
            concept, link_role, resource.role, language(resource.element), text(resource.element)
        )
        found.setdefault(concept, []).append(label)
    return found


def references_of(
    sets: Mapping[BaseSet, list[Relation]], resources: Mapping[str, Resource]
) -> dict[str, list[ReferencePart]]:
    """Every part of every reference in force, by what it refers from; `number` counts from 1."""
    found: dict[str, list[ReferencePart]] = {}
    numbers: dict[str, int] = {}
    for concept, _, resource in _pairs(sets, REFERRING, resources):
        number = numbers[concept] = numbers.get(concept, 0) + 1
        found.setdefault(concept, []).extend(
            ReferencePart(concept, resource.role, number, str(part.tag), text(part))
            for part in resource.element.iterchildren("*")
        )
    return found


def _pairs(
    sets: Mapping[BaseSet, list[Relation]],
    arcroles: frozenset[str],
    resources: Mapping[str, Resource],
) -> Iterator[tuple[str, str, Resource]]:
    for base_set in sorted(sets):
        if base_set[0] in arcroles:
            for relation in effective(sets[base_set]):
                resource = resources.get(relation.target)
                if resource is not None:
                    yield relation.source, base_set[1], resource


def language(element: _Element) -> str:
    """The xml:lang in force at an element; empty where there is none."""
    own = element.get(LANGUAGE)
    if own is not None:
        return own
    inherited = (ancestor.get(LANGUAGE) for ancestor in element.iterancestors())
    return next((found for found in inherited if found is not None), "")


def text(element: _Element) -> str:
    """The text of an element, with that of the markup inside it."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""
