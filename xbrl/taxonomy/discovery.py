"""Discovery: from entry points to the whole discoverable taxonomy set.

Belongs here: which document leads to which, and putting the parts together. Does not:
reading one document (`schema`, `linkbase`), what arcs mean together (`networks`), or validity.
Source: XBRL 2.1 § 3.2.
"""

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from lxml.etree import _Element

from xbrl import parse
from xbrl.names import LINK, XBRLI, XSD
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import core, labels, linkbase, networks, roles
from xbrl.taxonomy import schema as schemas
from xbrl.taxonomy.arc_values import type_attributes
from xbrl.taxonomy.concepts import concepts_of, typed_domain_places
from xbrl.taxonomy.model import Concept, Document, Taxonomy
from xbrl.taxonomy.places import Places
from xbrl.taxonomy.resolver import Resolver
from xbrl.taxonomy.simple_types import types_of
from xbrl.taxonomy.syntax import Asked, ExtendedLink, Schema

_SCHEMA, _LINKBASE, _XBRL = f"{{{XSD}}}schema", f"{{{LINK}}}linkbase", f"{{{XBRLI}}}xbrl"
_KINDS = {_SCHEMA: "schema", _LINKBASE: "linkbase"}
_COMPOSED = {"include", "redefine"}
# Every set stands on these, even where only a locator says so.
_FOUNDATION = (
    "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd",
    "http://www.xbrl.org/2003/xbrl-linkbase-2003-12-31.xsd",
)


def discover(entry_points: Sequence[str], resolver: Resolver) -> Taxonomy:
    """The discoverable taxonomy set of `entry_points`: absolute addresses of documents.

    A document that is not to be had, or cannot be read, is a problem that names who asked.
    """
    found = _Discovery(resolver)
    with _growing():
        found.run(entry_points)
        return found.taxonomy(tuple(entry_points))


@contextmanager
def _growing() -> Iterator[None]:
    """Without the cycle collector: nothing made here is garbage yet, and looking costs half."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Discovery:
    """The documents found so far, and those still to be opened."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._waiting: deque[Asked] = deque()
        self._asked: set[tuple[str, str | None]] = set()
        self._missing: set[str] = set()
        self.documents: dict[str, Document] = {}
        self.core: dict[str, core.CoreDocument] = {}
        self.schemas: list[Schema] = []
        self.links: list[ExtendedLink] = []
        self.problems: list[Problem] = []

    def run(self, entry_points: Iterable[str]) -> None:
        for url in entry_points:
            self._ask(Asked(url, "entry point", url, 0))
        for url in _FOUNDATION:
            self._reach_core(url)
        while self._waiting:
            self._open(self._waiting.popleft())

    def _ask(self, asked: Asked) -> None:
        """Queue a document once; an included one once for each namespace it takes on."""
        namespace = asked.namespace if asked.how in _COMPOSED else None
        if (asked.url, namespace) not in self._asked:
            self._asked.add((asked.url, namespace))
            self._waiting.append(asked)

    def _reach_core(self, url: str) -> None:
        known = core.document(url)
        if known is not None and known.url not in self.core:
            self.core[known.url] = known
            for imported in known.imports:
                self._reach_core(imported)

    def _open(self, asked: Asked) -> None:
        if core.document(asked.url) is not None:
            self._reach_core(asked.url)
            return
        document = self.documents.get(asked.url)
        is_new = document is None
        if document is None:
            document = self._load(asked)
        if document is None:
            return
        if document.kind == "schema":
            self._schema(document, asked, is_new=is_new)
        elif is_new:
            self._other(document)

    def _load(self, asked: Asked) -> Document | None:
        if asked.url in self._missing:
            return None
        data = self._resolver.open(asked.url)
        if data is None:
            self._missing.add(asked.url)
            self.problems.append(_missing(asked))
            return None
        parsed = parse.parse(asked.url, data)
        self.problems += parsed.problems
        if parsed.root is None:
            self._missing.add(asked.url)
            return None
        kind = _KINDS.get(str(parsed.root.tag), "other")
        document = self.documents[asked.url] = Document(asked.url, kind, parsed.root)
        return document

    def _schema(self, document: Document, asked: Asked, *, is_new: bool) -> None:
        """Read a schema; again only when it takes on another namespace."""
        has_own = document.root.get("targetNamespace") is not None
        if not is_new and (has_own or asked.how not in _COMPOSED):
            return
        namespace = asked.namespace if asked.how in _COMPOSED else None
        schema = schemas.read_schema(document.url, document.root, namespace)
        self.schemas.append(schema)
        for next_one in schemas.asked_by(schema):
            self._ask(next_one)
        if is_new:
            embedded = (one for one in schemas.in_appinfo(document.root) if one.tag == _LINKBASE)
            self._linkbases(document.url, embedded)

    def _other(self, document: Document) -> None:
        """A linkbase, or a document that refers to a taxonomy or holds linkbases."""
        for element in document.root.iter(_XBRL):
            for child in element.iterchildren(f"{{{LINK}}}*"):
                for asked in schemas.asked_by_reference(child, document.url):
                    self._ask(asked)
        self._linkbases(document.url, document.root.iter(_LINKBASE))

    def _linkbases(self, url: str, elements: Iterable[_Element]) -> None:
        count = 0
        for element in elements:
            links = linkbase.read_links(url, element, count)
            count += len(links)
            self.links += links
            for asked in linkbase.asked_by(url, element, links):
                self._ask(asked)

    def taxonomy(self, entry_points: tuple[str, ...]) -> Taxonomy:
        """Everything found, put together."""
        core_documents = list(self.core.values())
        types = {name: facets for one in core_documents for name, facets in one.types.items()}
        types |= types_of(self.schemas)
        concepts = concepts_of(self.schemas, core_documents, types)
        places = Places(self.documents, self.schemas, self.links)
        concepts |= _typed_domains(concepts, self.schemas, places)
        for link in self.links:
            _find_ends(link, places)
        type_attributes(self.links, self.schemas)
        sets = networks.base_sets(self.links)
        role_types, arcrole_types = roles.role_types(self.schemas, core_documents)
        return Taxonomy(
            entry_points,
            documents=self.documents,
            concepts=concepts,
            types=types,
            role_types=role_types,
            arcrole_types=arcrole_types,
            relationships=networks.relationships(sets, labels.LABELLING | labels.REFERRING),
            labels=labels.labels_of(sets, places.resources),
            references=labels.references_of(sets, places.resources),
            prefixes=_prefixes(self.schemas),
            problems=self.problems,
            schemas=self.schemas,
            links=self.links,
        )


def _find_ends(link: ExtendedLink, places: Places) -> None:
    """Name what stands behind each XLink label of `link`; nothing for a broken locator."""
    ends = link.ends
    for locator in link.locators:
        name = places.name(locator.url, locator.fragment)
        if name is not None:
            ends.setdefault(locator.label, []).append(name)
    for resource in link.resources:
        ends.setdefault(resource.label, []).append(resource.key)


def _typed_domains(
    concepts: dict[str, Concept], found: Sequence[Schema], places: Places
) -> dict[str, Concept]:
    return {
        name: concepts[name]._replace(typed_domain=places.name(url, fragment))
        for name, (url, fragment) in typed_domain_places(found).items()
    }


def _prefixes(found: Sequence[Schema]) -> dict[str, str]:
    """The prefix each schema's author uses for its namespace."""
    prefixes: dict[str, str] = {}
    for schema in found:
        for prefix, namespace in schema.root.nsmap.items():
            if prefix and namespace == schema.namespace:
                prefixes.setdefault(namespace, prefix)
    return prefixes


def _missing(asked: Asked) -> Problem:
    who = f"{asked.by} refers to it ({asked.how})"
    if asked.how == "entry point":
        who = "it is the entry point"
    return Problem(
        "dts:missing-document",
        Severity.ERROR,
        f"The document {asked.url} was not found; {who}.",
        asked.by,
        asked.line or None,
        remedy="Add the taxonomy package or folder that holds it.",
    )
