"""Documents by web address, out of installed packages; never the network.

Belongs here: which package serves an address. Does not: the core schemas every
processor knows by heart, or following references (`discovery`).
Source: Taxonomy Packages 1.0 § 4.
"""

import posixpath
from collections.abc import Sequence
from urllib.parse import unquote

from xbrl.taxonomy.catalog import Rewrite, without_fragment
from xbrl.taxonomy.package import NOWHERE, Package
from xbrl.uris import split_uri

_STANDARD_HOSTS = frozenset({"xbrl.org", "www.xbrl.org"})


class PackageResolver:
    """Opens addresses from `packages`, asked in their order.

    An address goes to the row of a catalog with the longest matching start. A relative
    reference may climb above what the catalog names (`../types.xsd` from the folder it maps):
    the same climb is made in the archive. Copies of the consortium's schemas that a package
    carries at its top serve last.
    """

    def __init__(self, packages: Sequence[Package]) -> None:
        self._packages = tuple(packages)
        self._climbing = [_climbs(package.rewrites) for package in self._packages]

    def open(self, url: str) -> bytes | None:
        """The document at `url`, or None when no package holds it."""
        found = self.locate(url)
        return None if found is None else found[0].archive.read(found[1])

    def locate(self, url: str) -> tuple[Package, str] | None:
        """The package that serves `url`, and the member it is."""
        plain = without_fragment(url)
        return self._mapped(plain) or self._climbed(plain) or self._copied(plain)

    def _mapped(self, url: str) -> tuple[Package, str] | None:
        found: list[tuple[int, int, Package, str]] = []
        for place, package in enumerate(self._packages):
            member = _own(url, package)
            if member:
                found.append((0, place, package, member))
            for row in package.rewrites:
                member = row.member(url)
                if member in package.archive.members:
                    found.append((-len(row.start), place, package, member))
        return min(found, key=lambda one: one[:2])[2:] if found else None

    def _climbed(self, url: str) -> tuple[Package, str] | None:
        for package, rows in zip(self._packages, self._climbing, strict=True):
            for row in rows:
                member = row.member(url)
                if member in package.archive.members:
                    return package, member
        return None

    def _copied(self, url: str) -> tuple[Package, str] | None:
        parts = split_uri(url)
        if parts.hostname not in _STANDARD_HOSTS:
            return None
        for package in self._packages:
            for top in _tops(package):
                member = top + posixpath.basename(parts.path)
                if member in package.archive.members:
                    return package, member
        return None


def _own(url: str, package: Package) -> str | None:
    """The member behind the address a package gives schemas that no catalog row covers."""
    if not url.startswith(NOWHERE):
        return None
    member = unquote(url.removeprefix(NOWHERE))
    return member if member in package.archive.members else None


def _climbs(rewrites: Sequence[Rewrite]) -> list[Rewrite]:
    """Rows for the folders above those of the catalog, as long as both sides share the name."""
    found = []
    for row in rewrites:
        start, target = row.start, row.target
        while not row.exact and start.endswith("/") and target.endswith("/"):
            name = posixpath.basename(target[:-1])
            if not start.endswith(f"/{name}/"):
                break
            start = start.removesuffix(f"{name}/")
            target = target.removesuffix(f"{name}/")
            found.append(Rewrite(start, target))
    return found


def _tops(package: Package) -> set[str]:
    """The outermost folders of a package's archive, with their `/`."""
    return {member.partition("/")[0] + "/" for member in package.archive.members if "/" in member}
