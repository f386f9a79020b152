"""What an instance is judged by: the discoverable taxonomy set its references lead to.

What installed packages hold is compiled once and loaded, with its documents where the
instance asks for them. A filing that brings schemas or linkbases of its own has its set
discovered from those and the packages together.

Belongs here: finding the set, or saying what of it is missing. Does not: any check
(`validate`), or where a filing's own files are (`taxonomy.own_files`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import core
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.library import Found, TaxonomyLibrary
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.own_files import Nothing
from xbrl.taxonomy.resolver import Resolver
from xbrl.validation import dimensions, needs
from xbrl.validation import taxonomy as taxonomy_validity
from xbrl.validation.entry_points import entry_points

_KEPT = 4
"""Taxonomies held at once; each is some tens of megabytes."""
_KEPT_WITH_DOCUMENTS = 2
_INSTALL = "Install the package that holds it: `indberet taxonomy add PACKAGE.zip`."


@dataclass(slots=True)
class Basis:
    """A set to judge by, or None; what is wrong with the filing's own part, and what is missing."""

    taxonomy: Taxonomy | None
    problems: list[Problem] = field(default_factory=list)


def of(instance: Instance, library: TaxonomyLibrary | None, own: Resolver | None = None) -> Basis:
    """What `instance` is judged by, out of its `own` files and the `library`."""
    both = _Both(own or Nothing(), library)
    points = entry_points(instance, both)
    wanted = [url for url in points if core.document(url) is None]
    missing = [url for url in wanted if both.open(url) is None]
    if missing or not wanted:
        return Basis(None, [_without(instance, missing)])
    if both.own_files:
        return _own(instance, points, both)
    found = _way_in(library, tuple(wanted)) if library else None
    if library is None or found is None:
        return _own(instance, points, both)
    return _installed(instance, library, found)


class _Both:
    """The filing's own files first, then the library's; remembers which were the filing's."""

    def __init__(self, own: Resolver, library: TaxonomyLibrary | None) -> None:
        self._own = own
        self._installed: Resolver = Nothing() if library is None else library.resolver()
        self.own_files: set[str] = set()
        self.missing: set[str] = set()

    def open(self, url: str) -> bytes | None:
        data = self._own.open(url)
        if data is not None:
            self.own_files.add(url)
            return data
        data = self._installed.open(url)
        if data is None:
            self.missing.add(url)
        return data


def _installed(instance: Instance, library: TaxonomyLibrary, found: Found) -> Basis:
    """The set of an installed package, as compiled if that is enough for the instance."""
    taxonomy = _compiled(library, found)
    missing = library.missing(found)
    absent = [url for url in missing if _is_schema(url)]
    if absent:
        return Basis(None, [_without(instance, absent)])
    if needs.documents(instance, taxonomy):
        taxonomy = _with_documents(library, found)
    return Basis(taxonomy, [_incomplete(instance, missing)] if missing else [])


def _own(instance: Instance, points: Sequence[str], both: _Both) -> Basis:
    """The set discovered anew; its own documents are judged with the filing."""
    both.missing.clear()  # what a hint led to need not be there
    taxonomy = discover(points, both)
    absent = sorted(filter(_is_schema, both.missing))
    if absent:
        return Basis(None, [_without(instance, absent)])
    found = taxonomy_validity.validate(taxonomy, both.own_files)
    found += dimensions.validate_taxonomy(taxonomy)
    own = [one for one in found if one.file in both.own_files]
    return Basis(taxonomy, [*taxonomy.problems, *own])


def _is_schema(url: str) -> bool:
    """A schema is missing, and its concepts: then most of what could be said would be untrue."""
    return url.partition("?")[0].endswith(".xsd")


def _without(instance: Instance, missing: Sequence[str]) -> Problem:
    """The note that only part of the filing was judged, and why."""
    told = f"Its taxonomy ({', '.join(dict.fromkeys(missing))}) is not installed"
    remedy = _INSTALL
    if not missing:
        told, remedy = "It names no taxonomy", "Add the schemaRef that its taxonomy asks for."
    elif all(url.startswith("file:") for url in missing):
        names = ", ".join(dict.fromkeys(url.rpartition("/")[2] for url in missing))
        told = f"Its own taxonomy ({names}) did not come with it"
        remedy = "Put it beside the filing, or send both as one report package."
    return Problem(
        "taxonomy:not-installed",
        Severity.NOTE,
        f"{told}: concepts, types, dimensions and sums were not judged.",
        instance.files[0],
        remedy=remedy,
    )


def _incomplete(instance: Instance, missing: Sequence[str]) -> Problem:
    """The note that linkbases are missing from an installed taxonomy."""
    return Problem(
        "taxonomy:incomplete",
        Severity.NOTE,
        f"Of its taxonomy {', '.join(missing)} is not installed: what relationships there say "
        "was not judged.",
        instance.files[0],
        remedy=_INSTALL,
    )


@lru_cache(64)
def _way_in(library: TaxonomyLibrary, urls: tuple[str, ...]) -> Found | None:
    return library.find_all(urls)


@lru_cache(_KEPT)
def _compiled(library: TaxonomyLibrary, found: Found) -> Taxonomy:
    return library.load(found, texts=False)


@lru_cache(_KEPT_WITH_DOCUMENTS)
def _with_documents(library: TaxonomyLibrary, found: Found) -> Taxonomy:
    return library.discover(found)
