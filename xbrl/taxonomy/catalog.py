"""Catalogs: where in an archive the documents of a web address are kept.

Belongs here: reading `META-INF/catalog.xml` and the look-up of one address. Does not:
packages, or which of several wins (`package_resolver`). Source: Taxonomy Packages 1.0 § 4;
OASIS XML Catalogs 1.1 § 6.5.
"""

import posixpath
from typing import NamedTuple, cast
from urllib.parse import unquote

from lxml import etree

from xbrl import names
from xbrl.parse import parse
from xbrl.problem import Problem, Severity
from xbrl.uris import joined, split_uri

OASIS = "urn:oasis:names:tc:entity:xmlns:xml:catalog"


class Rewrite(NamedTuple):
    """Addresses that begin with `start` are kept below `target` in the archive.

    With `exact` the one address `start` is the one member `target`. A `target` of the archive's
    root is empty; others end in `/` unless exact.
    """

    start: str
    target: str
    exact: bool = False

    def member(self, url: str) -> str | None:
        """Where `url` is kept, or None when this row does not speak of it."""
        if self.exact:
            return self.target if url == self.start else None
        if not url.startswith(self.start):
            return None
        return inside(self.target + unquote(url[len(self.start) :]))


def inside(member: str) -> str | None:
    """A path in an archive brought to its plain form, or None when it leads out of it.

    >>> inside("pkg/META-INF/../2024/entry.xsd")
    'pkg/2024/entry.xsd'
    >>> inside("../elsewhere.xsd") is None
    True
    """
    plain = posixpath.normpath(member)
    return None if plain.startswith(("..", "/")) else plain


def without_fragment(url: str) -> str:
    """The address of a whole document."""
    return url.partition("#")[0]


def safe_root(name: str, data: bytes) -> tuple[etree._Element | None, str]:
    """The root of a small XML document, or why there is none. No entity, no network."""
    parsed = parse(name, data)
    return parsed.root, parsed.problems[0].message.rstrip(".") if parsed.problems else ""


def read_catalog(member: str, data: bytes) -> tuple[tuple[Rewrite, ...], list[Problem]]:
    """The rows of the catalog kept at `member`, longest start first, and what is wrong with it."""
    root, why = safe_root(member, data)
    if root is None or root.tag != f"{{{OASIS}}}catalog":
        found = why or f"the root is {root.tag if root is not None else 'missing'}"
        return (), [_invalid(member, f"is no XML catalog: {found}.", None)]
    rewrites, problems = dict[str, Rewrite](), list[Problem]()
    for element in root.iter(f"{{{OASIS}}}rewriteURI", f"{{{OASIS}}}uri"):
        row = _row(member, element)
        if isinstance(row, Problem):
            problems.append(row)
        elif row.start in rewrites:
            problems.append(_twice(member, row.start, element))
        else:
            rewrites[row.start] = row
    return tuple(sorted(rewrites.values(), key=lambda row: (-len(row.start), row.start))), problems


def _row(member: str, element: etree._Element) -> Rewrite | Problem:
    """One row; `rewritePrefix` and `uri` are relative to the catalog's own place."""
    exact = etree.QName(element).localname == "uri"
    start = element.get("name" if exact else "uriStartString")
    target = element.get("uri" if exact else "rewritePrefix")
    if not start or target is None:
        needed = "name and uri" if exact else "uriStartString and rewritePrefix"
        return _invalid(member, f"has a row without {needed}.", element)
    base = _base(element)
    if split_uri(base + target).scheme:
        return _invalid(member, f"leads {start} out of the package, to {target}.", element)
    place = joined(base, target) if base else target
    found = inside(posixpath.join(posixpath.dirname(member), unquote(place)))
    if found is None:
        return _invalid(member, f"leads {start} out of the package, to {target}.", element)
    root = "" if found == "." else found
    is_folder = not exact and root and (target.endswith("/") or target in {".", ".."})
    return Rewrite(start, f"{root}/" if is_folder else root, exact)


def _base(element: etree._Element) -> str:
    """The xml:base in force inside the catalog."""
    bases = [one.get(f"{{{names.XML}}}base") for one in (element, *element.iterancestors())]
    base = ""
    for one in reversed(bases):
        base = joined(base, one) if one else base
    return base


def _invalid(member: str, message: str, element: etree._Element | None) -> Problem:
    return Problem(
        "tpe:invalidCatalogFile",
        Severity.ERROR,
        f"{member} {message}",
        member,
        None if element is None else _line(element),
        remedy="The row is not used; ask the package's publisher for a sound catalog.",
    )


def _twice(member: str, start: str, element: etree._Element) -> Problem:
    return Problem(
        "tpe:multipleRewriteURIsForStartString",
        Severity.ERROR,
        f"{member} rewrites {start} twice; the first row is used.",
        member,
        _line(element),
    )


def _line(element: etree._Element) -> int | None:
    return cast("int | None", element.sourceline)
