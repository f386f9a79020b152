"""Taxonomy packages: what a zip or folder says of itself and how one enters it.

Belongs here: `META-INF/taxonomyPackage.xml`, and how to do without it. Does not:
following the entry points (`discovery`), or keeping packages (`library`).
Source: Taxonomy Packages 1.0.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from lxml import etree

from xbrl import names
from xbrl.archive import Archive
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.catalog import Rewrite, inside, read_catalog, safe_root

PACKAGE_NAMESPACES = frozenset(
    {
        "http://xbrl.org/2016/taxonomy-package",
        "http://xbrl.org/PR/2015-12-09/taxonomy-package",
        "http://xbrl.org/PWD/2014-01-15/taxonomy-package",
    }
)
NOWHERE = "http://package.invalid/"
"""Stands before the path of a schema that no catalog gives an address (RFC 2606 § 2)."""

_METADATA = "META-INF/taxonomyPackage.xml"
_CATALOG = "META-INF/catalog.xml"
_REFERENCES = re.compile(rb"(?:schemaLocation|href)\s*=\s*[\"']([^\"']+)[\"']")


class FolderAddress(NamedTuple):
    """Where on the web a folder belongs, for archives that do not say it themselves.

    A folder whose name matches `folder` (a regular expression, whole) is kept under
    `uri`, in which `{folder}` stands for the name.
    """

    folder: str
    uri: str


class EntryPoint(NamedTuple):
    """One way into a package: the documents to begin from, and names by language."""

    documents: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    description: str

    @property
    def name(self) -> str:
        """The English name, else the first, else the document's file name."""
        by_language = dict(reversed(self.names))
        first = self.names[0][1] if self.names else posixpath.basename(self.documents[0])
        return by_language.get("en", first)


@dataclass(slots=True)
class Package:
    """One taxonomy package, open. `package_id` is the SHA-256 of the zip it is kept as."""

    package_id: str
    archive: Archive
    identifier: str
    name: str
    version: str
    publisher: str
    published: str
    rewrites: tuple[Rewrite, ...]
    entry_points: tuple[EntryPoint, ...]
    problems: list[Problem]

    @property
    def has_schemas(self) -> bool:
        """Whether there is anything of a taxonomy in it."""
        return any(member.lower().endswith(".xsd") for member in self.archive.members)


def read_package(
    archive: Archive, package_id: str, addresses: Sequence[FolderAddress] = ()
) -> Package:
    """What `archive` is as a taxonomy package; `addresses` serve those without a catalog."""
    problems = list(archive.problems)
    base = _base(archive)
    rewrites = _rewrites(archive, base, addresses, problems)
    package = Package(package_id, archive, archive.name, archive.name, "", "", "", rewrites, (), [])
    root = _metadata(archive, base, problems)
    if root is not None:
        _describe(package, root, problems)
    if not package.entry_points:
        package.entry_points = tuple(_found(archive, rewrites))
    if not package.entry_points and archive.members:
        problems.append(_no_entry_point(package))
    package.problems = problems
    return package


def _base(archive: Archive) -> str:
    """The folder META-INF stands in, with its `/`; the outermost where there are several."""
    found = [
        member.removesuffix(told)
        for told in (_METADATA, _CATALOG)
        for member in archive.members
        if member == told or member.endswith(f"/{told}")
    ]
    return min(found, key=lambda base: (base.count("/"), base), default="")


def _metadata(archive: Archive, base: str, problems: list[Problem]) -> etree._Element | None:
    member = base + _METADATA
    data = archive.read(member)
    where = f"{archive.name}/{member}"
    if data is None:
        if archive.members:
            problems.append(
                _wrong(
                    "metadataFileNotFound",
                    f"{where} is missing, so the package names no entry points.",
                    where,
                    Severity.NOTE,
                )
            )
        return None
    root, why = safe_root(member, data)
    if root is not None and etree.QName(root).namespace in PACKAGE_NAMESPACES:
        return root
    found = why or f"the root is {root.tag if root is not None else 'missing'}"
    message = f"{where} is no taxonomy package description: {found}."
    problems.append(_wrong("invalidMetaDataFile", message, where))
    return None


def _describe(package: Package, root: etree._Element, problems: list[Problem]) -> None:
    """Fill in what the metadata says. Source: Taxonomy Packages 1.0 § 3.2."""
    package.identifier = _text(root, "identifier") or package.identifier
    package.name = _preferred(_texts(root, "name")) or package.name
    package.version = _text(root, "version")
    package.publisher = _preferred(_texts(root, "publisher"))
    package.published = _text(root, "publicationDate")
    entry_points = [_entry_point(one) for one in root.iterfind("{*}entryPoints/{*}entryPoint")]
    package.entry_points = tuple(one for one in entry_points if one.documents)
    for one in entry_points:
        if not one.documents:
            where = f"{package.archive.name}/{_METADATA}"
            message = f"{where}: entry point {dict(one.names)} names no document."
            problems.append(_wrong("invalidMetaDataFile", message, where))


def _entry_point(element: etree._Element) -> EntryPoint:
    hrefs = (one.get("href", "").strip() for one in element.iterfind("{*}entryPointDocument"))
    documents = tuple(dict.fromkeys(href for href in hrefs if href))
    names_ = tuple(_texts(element, "name"))
    return EntryPoint(documents, names_, _preferred(_texts(element, "description")))


def _texts(element: etree._Element, local: str) -> list[tuple[str, str]]:
    """(language, text) of the children of that name, in order."""
    found = []
    for child in element.iterfind(f"{{*}}{local}"):
        holders = (child, *child.iterancestors())
        language = next((v for one in holders if (v := one.get(f"{{{names.XML}}}lang"))), "")
        found.append((language, " ".join((child.text or "").split())))
    return found


def _text(element: etree._Element, local: str) -> str:
    return next((text for _, text in _texts(element, local)), "")


def _preferred(texts: list[tuple[str, str]]) -> str:
    """The English text, else the first."""
    english = (text for language, text in texts if language.partition("-")[0] == "en")
    return next(english, texts[0][1] if texts else "")


def _rewrites(
    archive: Archive, base: str, addresses: Sequence[FolderAddress], problems: list[Problem]
) -> tuple[Rewrite, ...]:
    """The catalog's rows; without a catalog, those of folders whose address is known."""
    member = base + _CATALOG
    data = archive.read(member)
    if data is not None:
        rewrites, wrong = read_catalog(member, data)
        problems.extend(wrong)
        if rewrites:
            return rewrites
    folders = {parent for one in archive.members for parent in _parents(one)}
    rows = {
        Rewrite(address.uri.replace("{folder}", posixpath.basename(folder)), f"{folder}/")
        for address in addresses
        for folder in folders
        if re.fullmatch(address.folder, posixpath.basename(folder))
    }
    return tuple(sorted(rows, key=lambda row: (-len(row.start), row.start, row.target)))


def _parents(member: str) -> Iterable[str]:
    folder = posixpath.dirname(member)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)


def _found(archive: Archive, rewrites: Sequence[Rewrite]) -> Iterable[EntryPoint]:
    """Entry points where none are declared: schemas named so, else those nothing refers to."""
    schemas = [member for member in archive.members if member.lower().endswith(".xsd")]
    named = [one for one in schemas if posixpath.basename(one).lower().startswith("entry")]
    for member in named or _unreferenced(archive, schemas):
        url = _address(member, rewrites)
        yield EntryPoint((url,), (("", posixpath.basename(member).removesuffix(".xsd")),), "")


def _unreferenced(archive: Archive, schemas: list[str]) -> list[str]:
    """The schemas no other document of the archive imports, includes or points to."""
    referred = set[str | None]()
    for member in [one for one in archive.members if one.lower().endswith((".xsd", ".xml"))]:
        for part in _REFERENCES.findall(archive.read(member) or b""):
            for href in part.decode("utf-8", "replace").split():
                path = href.partition("#")[0]
                target = inside(posixpath.join(posixpath.dirname(member), path)) if path else None
                referred.add(target if target != member else None)
    return [one for one in schemas if one not in referred]


def _address(member: str, rewrites: Sequence[Rewrite]) -> str:
    """The web address of a member; one of nowhere where the catalog has none."""
    for row in rewrites:
        if not row.exact and member.startswith(row.target):
            return row.start + quote(member[len(row.target) :])
    return NOWHERE + quote(member)


def _no_entry_point(package: Package) -> Problem:
    name = package.archive.name
    if package.has_schemas:
        message = f"{name} names no entry point; it serves other packages."
        return _wrong("noEntryPoint", message, name, Severity.NOTE)
    return _wrong("noEntryPoint", f"{name} holds no schema to begin from.", name)


def _wrong(code: str, message: str, where: str, severity: Severity = Severity.ERROR) -> Problem:
    remedy = "Ask its publisher for a package after Taxonomy Packages 1.0."
    remedy = remedy if severity is Severity.ERROR else ""
    return Problem(f"tpe:{code}", severity, message, where, remedy=remedy)
