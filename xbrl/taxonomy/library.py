"""The library: a folder of installed taxonomy packages and what was compiled of them.

    library.json                    the packages, in the order they were added
    packages/<package_id>.zip       each package's bytes, never changed
    compiled/<package_id>/<entry_point_id>/   see `compiled`

Belongs here: adding, listing, finding by address, compiling on demand. Does not:
how a taxonomy is discovered or laid out on disk. Several processes may use one library:
one writes at a time, and readers see whole files only.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from xbrl.archive import digest, open_folder, open_zip, pack
from xbrl.problem import Problem
from xbrl.taxonomy import compiled
from xbrl.taxonomy.catalog import Rewrite, without_fragment
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.package import EntryPoint, FolderAddress, Package, read_package
from xbrl.taxonomy.package_resolver import PackageResolver

Progress = Callable[[str, int, int], None]
"""Told what is being compiled, how many are done, and of how many."""


def _silent(_: str, __: int, ___: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class Installed:
    """One package of the library, as `library.json` remembers it."""

    package_id: str
    file: str
    identifier: str
    name: str
    version: str
    publisher: str
    published: str
    added_at: str
    byte_count: int
    rewrites: tuple[Rewrite, ...]
    entry_points: tuple[EntryPoint, ...]

    def covers(self, url: str) -> bool:
        """Whether `url` is an entry point, or its catalog or address table speaks of it."""
        declared = any(url in one.documents for one in self.entry_points)
        return declared or any(row.member(url) is not None for row in self.rewrites)


@dataclass(frozen=True, slots=True)
class Found:
    """One way into a taxonomy: the package, and the documents to begin from."""

    package: Installed
    entry_point: EntryPoint
    folder: Path

    @property
    def key(self) -> compiled.Key:
        """The key columns of its compiled tables."""
        return compiled.Key(self.package.package_id, self.folder.name, self.entry_point.name)

    @property
    def about(self) -> compiled.About:
        """What its package says of itself."""
        said = asdict(self.package)
        return compiled.About(**{name: said[name] for name in compiled.About._fields})


@dataclass(slots=True)
class Added:
    """What adding a package came to; `package` is None when nothing could be installed."""

    package: Installed | None
    is_new: bool
    problems: list[Problem] = field(default_factory=list)


class TaxonomyLibrary:
    """The library in `folder`; `addresses` serve packages without a catalog."""

    def __init__(self, folder: Path, addresses: Sequence[FolderAddress] = ()) -> None:
        self.folder = folder
        self._addresses = tuple(addresses)
        self._open: dict[str, Package] = {}

    def installed(self) -> list[Installed]:
        """The packages, in the order they were added."""
        try:
            rows = json.loads((self.folder / "library.json").read_bytes())["packages"]
        except FileNotFoundError:
            return []
        return [_installed(row) for row in rows]

    def add(self, path: Path) -> Added:
        """Install the package at `path`, a zip or a folder. Raises `OSError` where none is."""
        archive = open_folder(path) if path.is_dir() else open_zip(path.name, path)
        if path.is_dir():
            members = {member: archive.read(member) or b"" for member in archive.members}
            data = pack(members)
        else:
            data = path.read_bytes()
        package = read_package(archive, digest(data), self._addresses)
        if not package.has_schemas:
            return Added(None, is_new=False, problems=package.problems)
        row = Installed(
            package.package_id, path.name, package.identifier, package.name, package.version,
            package.publisher, package.published, datetime.now(UTC).isoformat(timespec="seconds"),
            len(data), package.rewrites, package.entry_points,
        )  # fmt: skip
        return Added(row, is_new=self._keep(row, data), problems=package.problems)

    def _keep(self, row: Installed, data: bytes) -> bool:
        """Write a package down; false when the library has it already."""
        (self.folder / "packages").mkdir(parents=True, exist_ok=True)
        with self._lock():
            before = self.installed()
            is_new = row.package_id not in {one.package_id for one in before}
            _write(self._zip(row.package_id), data)
            if is_new:
                rows = [asdict(one) for one in (*before, row)]
                text = json.dumps({"packages": rows}, indent=1, ensure_ascii=False)
                _write(self.folder / "library.json", text.encode())
        return is_new

    def path(self, package: Installed) -> Path:
        """Where the package's bytes lie, for another processor to read."""
        return self._zip(package.package_id)

    def entry_points(self, package: Installed) -> list[Found]:
        """The ways into one package."""
        return [self._found(package, one) for one in package.entry_points]

    def find(self, url: str) -> Found | None:
        """The way in that a filing's schema reference (or a part of its name) asks for.

        The newest package wins where two have the same. An address that no package names as
        an entry point, but one holds, is a way in by itself.
        """
        plain = without_fragment(url)
        packages = list(reversed(self.installed()))
        for package in packages:
            for one in package.entry_points:
                if one.documents == (plain,):
                    return self._found(package, one)
        for package in packages:
            if package.covers(plain) and self.resolver(package).open(plain) is not None:
                name = plain.rpartition("/")[2].removesuffix(".xsd")
                return self._found(package, EntryPoint((plain,), (("", name),), ""))
        return None

    def find_all(self, urls: Sequence[str]) -> Found | None:
        """The way in that several references together ask for; None when one is not here.

        Where the first has them all in its set, that is the way in.
        """
        found = [self.find(url) for url in urls]
        whole = [one for one in found if one is not None]
        if not whole or len(whole) != len(found):
            return None
        if len(whole) == 1 or set(urls) <= set(compiled.documents(self.compile(whole[0]))):
            return whole[0]
        name = " + ".join(one.entry_point.name for one in whole)
        return self._found(whole[0].package, EntryPoint(tuple(urls), (("", name),), ""))

    def named(self, text: str) -> list[Found]:
        """The ways in whose address or name holds `text`, whatever its case."""
        wanted = text.casefold()
        return [
            found
            for package in self.installed()
            for found in self.entry_points(package)
            if wanted in " ".join((*found.entry_point.documents, found.entry_point.name)).casefold()
        ]

    def resolver(self, first: Installed | None = None) -> PackageResolver:
        """Documents out of `first`, then out of the others in their order."""
        every = self.installed()
        if first is not None:
            every = [first, *(one for one in every if one.package_id != first.package_id)]
        return PackageResolver([self._package(one) for one in every])

    def is_compiled(self, found: Found) -> bool:
        """Whether it is compiled, and no package added since holds what was missing then."""
        said = compiled.summary(found.folder)
        if said is None:
            return False
        known = set(said["packages"])
        new = [self._package(one) for one in self.installed() if one.package_id not in known]
        later = PackageResolver(new)
        return not any(later.locate(url) for url in said["missing"]) if new else True

    def compile(self, found: Found) -> Path:
        """Compile an entry point unless that is done; the folder with its tables."""
        if self.is_compiled(found):
            return found.folder
        with self._lock(found.folder.name):
            if not self.is_compiled(found):
                resolver = _Recording(self.resolver(found.package))
                taxonomy = discover(found.entry_point.documents, resolver)
                packages = [one.package_id for one in self.installed()]
                served = {"packages": packages, "missing": resolver.missing}
                compiled.write(taxonomy, found.key, found.folder, served, found.about)
        return found.folder

    def compile_all(self, package: Installed, progress: Progress = _silent) -> list[Path]:
        """Compile every entry point of a package, telling `progress` before each and at the end."""
        ways, folders = self.entry_points(package), []
        for done, found in enumerate(ways):
            progress(found.entry_point.name, done, len(ways))
            folders.append(self.compile(found))
        progress("", len(ways), len(ways))
        return folders

    def taxonomy(self, url: str) -> Taxonomy | None:
        """The taxonomy a schema reference asks for, compiled first if need be; None if unknown."""
        found = self.find(url)
        return None if found is None else self.load(found)

    def load(self, found: Found, *, texts: bool = True) -> Taxonomy:
        """A way in as compiled, which is done first if need be; see `compiled.load`."""
        return compiled.load(self.compile(found), texts=texts)

    def missing(self, found: Found) -> list[str]:
        """The documents of a compiled way in that no package held."""
        said = compiled.summary(found.folder)
        return sorted(said["missing"]) if said else []

    def discover(self, found: Found) -> Taxonomy:
        """A way in with its documents, read anew."""
        return discover(found.entry_point.documents, self.resolver(found.package))

    def _found(self, package: Installed, entry_point: EntryPoint) -> Found:
        entry_point_id = digest("\n".join(entry_point.documents).encode())
        folder = self.folder / "compiled" / package.package_id / entry_point_id
        return Found(package, entry_point, folder)

    def _package(self, row: Installed) -> Package:
        if row.package_id not in self._open:
            archive = open_zip(row.file, self._zip(row.package_id))
            self._open[row.package_id] = read_package(archive, row.package_id, self._addresses)
        return self._open[row.package_id]

    def _zip(self, package_id: str) -> Path:
        return self.folder / "packages" / f"{package_id}.zip"

    def _lock(self, name: str = "library") -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / f".{name}.lock")


class _Recording:
    """A resolver that remembers what it could not open."""

    def __init__(self, resolver: PackageResolver) -> None:
        self._resolver = resolver
        self.missing: set[str] = set()

    def open(self, url: str) -> bytes | None:
        data = self._resolver.open(url)
        if data is None:
            self.missing.add(url)
        return data


def _installed(row: dict[str, Any]) -> Installed:
    rewrites = tuple(Rewrite(*one) for one in row["rewrites"])
    entry_points = tuple(
        EntryPoint(tuple(documents), tuple((a, b) for a, b in names), description)
        for documents, names, description in row["entry_points"]
    )
    return Installed(**{**row, "rewrites": rewrites, "entry_points": entry_points})


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
