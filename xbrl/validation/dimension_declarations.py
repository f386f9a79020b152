"""What a taxonomy declares of dimensions: hypercubes, dimensions, typed domains, target roles.

Belongs here: rules about single declarations and attributes. Does not: rules about
relationships between concepts (`dimension_relationships`, `dimension_cycles`).
"""

from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.names import LINK, ROLE_LINK, XBRLDT, XSD, clark
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.address import base_of, join, line_of
from xbrl.taxonomy.model import Document, Taxonomy
from xbrl.taxonomy.pointer import Pointers
from xbrl.taxonomy.syntax import Schema
from xbrl.validation.shown import Shown

TYPED_DOMAIN_REF = f"{{{XBRLDT}}}typedDomainRef"
TARGET_ROLE = f"{{{XBRLDT}}}targetRole"
_DEFINITION_ARC = f"{{{LINK}}}definitionArc"
_LINKBASE = f"{{{LINK}}}linkbase"
_ROLE_REF = f"{{{LINK}}}roleRef"
_ELEMENT = f"{{{XSD}}}element"
_SCHEMA = f"{{{XSD}}}schema"
_ABSTRACT_CODES = {
    "hypercube": "xbrldte:HypercubeElementIsNotAbstractError",
    "dimension": "xbrldte:DimensionElementIsNotAbstractError",
}


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """The problems of declarations; those of typed domains and target roles need the documents."""
    yield from _not_abstract(taxonomy)
    typed_domains = _TypedDomains(taxonomy)
    for schema in taxonomy.schemas:
        for element in schema.root.iter(_ELEMENT):
            if element.get(TYPED_DOMAIN_REF) is not None:
                yield from typed_domains.problems(schema, element)
    for document in taxonomy.documents.values():
        yield from _target_roles(document)


def _not_abstract(taxonomy: Taxonomy) -> Iterator[Problem]:
    """Source: Dimensions 1.0 § 2.2.1, 2.5.1."""
    shown = Shown(taxonomy.prefixes)
    for concept in taxonomy.concepts.values():
        code = _ABSTRACT_CODES.get(concept.kind)
        if code and not concept.is_abstract:
            name = shown.name(concept.name)
            what = f"{name} is a {concept.kind}, was expected to be abstract, and is not."
            remedy = 'Add abstract="true" to the declaration.'
            yield Problem(code, Severity.ERROR, what, concept.url, concept.line, concept.id, remedy)


class _TypedDomains:
    """Follows typedDomainRef attributes. Source: Dimensions 1.0 § 2.5.2.1.1."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._pointers = Pointers()

    def problems(self, schema: Schema, element: _Element) -> Iterator[Problem]:
        """What is wrong with one element's typedDomainRef."""
        found = self._fault(schema, element)
        if found is not None:
            code, what, remedy = found
            what = f"{element.get('name')}: {what}."
            where = schema.url, line_of(element), element.get("id")
            yield Problem(f"xbrldte:{code}", Severity.ERROR, what, *where, remedy)

    def _fault(self, schema: Schema, element: _Element) -> tuple[str, str, str] | None:
        """Code, what was expected and found, remedy."""
        reference = element.get(TYPED_DOMAIN_REF) or ""
        said = f"typedDomainRef {reference!r}"
        if not self._is_dimension(schema, element):
            what = f"{said} was expected on a dimension, and this element is none"
            remedy = "Remove the attribute, or substitute the element for xbrldt:dimensionItem."
            return "TypedDomainRefError", what, remedy
        url, fragment = join(base_of(element, schema.url), reference)
        if not fragment:
            what = f"{said} was expected to have a fragment identifier"
            return "TypedDimensionURIError", what, "Add # and the id of the domain element."
        target = self._find(url, fragment)
        if target is None:
            what = f"{said} was expected to lead to an element in a schema of the taxonomy"
            remedy = "Import the schema that declares the domain element, or correct the address."
            return "OutOfDTSSchemaError", what, remedy
        if not _is_global_element(target):
            what = f"{said} was expected to lead to a global element that is not abstract"
            remedy = "Refer to a global element declaration that is not abstract."
            return "TypedDimensionError", f"{what}, and leads to {_described(target)}", remedy
        return None

    def _is_dimension(self, schema: Schema, element: _Element) -> bool:
        concept = self._taxonomy.concepts.get(clark(schema.namespace, element.get("name") or ""))
        return _is_global(element) and concept is not None and concept.kind == "dimension"

    def _find(self, url: str, fragment: str) -> _Element | None:
        document = self._taxonomy.documents.get(url)
        return None if document is None else self._pointers.find(url, document.root, fragment)


def _is_global(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == _SCHEMA


def _is_global_element(element: _Element) -> bool:
    is_abstract = element.get("abstract", "").strip() in {"true", "1"}
    return element.tag == _ELEMENT and _is_global(element) and not is_abstract


def _described(element: _Element) -> str:
    kind = str(element.tag).rpartition("}")[2]
    scope = "global" if _is_global(element) else "local"
    abstract = "abstract " if element.get("abstract", "").strip() in {"true", "1"} else ""
    return f"the {abstract}{scope} {kind} {element.get('name')} in line {line_of(element)}"


def _target_roles(document: Document) -> Iterator[Problem]:
    """A target role needs a roleRef in its linkbase. Source: Dimensions 1.0 § 2.4.3.1.

    Only definition arcs are bound by it.
    """
    for linkbase in document.root.iter(_LINKBASE):
        declared = {one.get("roleURI", "").strip() for one in linkbase.iter(_ROLE_REF)}
        for arc in linkbase.iter(_DEFINITION_ARC):
            role = arc.get(TARGET_ROLE)
            if role is not None and role.strip() not in declared | {ROLE_LINK}:
                what = f"targetRole {role} was expected to have a roleRef in its linkbase."
                remedy = "Add a link:roleRef for the role, or correct the role."
                where = document.url, line_of(arc), arc.get("id")
                code = "xbrldte:TargetRoleNotResolvedError"
                yield Problem(code, Severity.ERROR, what, *where, remedy)
