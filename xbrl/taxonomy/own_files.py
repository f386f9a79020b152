"""What a filing brings of its own: extension schemas and linkbases beside it or in its package.

Belongs here: which file of the filing's folder or zip stands for an address; nothing outside
of either is opened. Does not: installed packages (`library`), or discovery.
Source: Report Packages 1.0 § 3; Taxonomy Packages 1.0 § 4.
"""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import unquote

from xbrl.archive import Archive, open_folder, open_zip
from xbrl.taxonomy.package import read_package
from xbrl.taxonomy.package_resolver import PackageResolver
from xbrl.taxonomy.resolver import FolderResolver, Resolver, file_url, is_absolute

_CATALOG = "META-INF/catalog.xml"
_MEMBER = re.compile(r"(\.(?:zip|xbri|xbr)!)(?!/)", re.IGNORECASE)
_MAY_CLIMB = 3
"""Folders between a report and the root of its unpacked package, `reports` among them."""


def address_of(file: str) -> str:
    """The address of a file by the name it was read under: an address, a path, `path!member`.

    >>> address_of("http://example.com/a.xml")
    'http://example.com/a.xml'
    >>> address_of("/filings/many.zip!one.xml")
    'file:///filings/many.zip%21/one.xml'
    """
    return file if is_absolute(file) else file_url(Path(_MEMBER.sub(r"\1/", file)))


class Nothing:
    """A filing that came alone."""

    def open(self, _: str) -> bytes | None:
        """Nothing, ever."""
        return None


class Packed:
    """The members of a zip, by their path in it or by the address its catalog gives them."""

    def __init__(
        self, prefix: str, opener: Callable[[], Archive], *, has_catalog: bool = True
    ) -> None:
        self._prefix = prefix
        self._opener = opener
        self._has_catalog = has_catalog

    @cached_property
    def _archive(self) -> Archive:
        return self._opener()

    @cached_property
    def _catalog(self) -> Resolver:
        if any(f"/{member}".endswith(f"/{_CATALOG}") for member in self._archive.members):
            return PackageResolver([read_package(self._archive, "")])
        return Nothing()

    def open(self, url: str) -> bytes | None:
        """The member that stands for `url`."""
        if url.startswith(self._prefix):
            return self._archive.read(unquote(url.removeprefix(self._prefix)))
        if url.startswith("file:") or not self._has_catalog:
            return None
        return self._catalog.open(url)


def beside(place: str, content: bytes) -> Resolver:
    """What came with the filing found at `place`: a path, or `path!member` of an archive."""
    member = _MEMBER.search(place)
    if content.startswith(b"PK"):
        return Packed(f"{file_url(Path(place))}/", lambda: open_zip(place, content))
    if member and not Path(place).is_file():
        path = Path(place[: member.end() - 1])
        prefix = f"{address_of(f'{path}!')}/"
        return Packed(prefix, lambda: _archive(path), has_catalog=False)
    if not Path(place).is_file():
        return Nothing()
    folder = Path(place).absolute().parent
    root = _package_root(folder)
    if root is not None:
        return Packed(f"{file_url(root)}/", lambda: open_folder(root))
    return FolderResolver({f"{file_url(folder)}/": folder})


def _archive(path: Path) -> Archive:
    """An archive of filings; the one they came from is asked again and again."""
    try:
        return _opened(path, path.stat().st_mtime_ns)
    except OSError:
        return Archive(path.name, {}, [], lambda _: b"")


@lru_cache(1)
def _opened(path: Path, _: int) -> Archive:
    return open_zip(path.name, path)


def _package_root(folder: Path) -> Path | None:
    """The unpacked package that a report's folder stands in."""
    nearest = [folder, *folder.parents][:_MAY_CLIMB]
    return next((one for one in nearest if (one / _CATALOG).is_file()), None)
