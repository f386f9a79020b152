"""The core schemas by heart: what XBRL's own documents declare, as tables of ours.

The documents of the specifications (instance, linkbase, XLink, dimensions, generic
links, formula, the type and link role registries) need not be at hand: their names, types and
roles stand in the `core_*.csv` beside this module.

Belongs here: reading those tables. Does not: what the declarations mean.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from xbrl.names import XSD, clark
from xbrl.taxonomy.model import Facets, RoleType


@dataclass(slots=True)
class CoreElement:
    """An element a core document declares; names are Clark names."""

    name: str
    id: str | None
    substitution_group: str | None
    type: str | None
    is_abstract: bool
    is_nillable: bool
    period_type: str | None
    balance: str | None


@dataclass(slots=True)
class CoreDocument:
    """A core document: its namespace, what it imports, and what it declares."""

    url: str
    namespace: str
    imports: tuple[str, ...]
    elements: dict[str, CoreElement] = field(default_factory=dict)
    types: dict[str, Facets] = field(default_factory=dict)
    roles: list[RoleType] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)


def key_of(url: str) -> str:
    """A core document's name in the tables, whatever scheme and host spelling it is reached by.

    >>> key_of("https://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd")
    'xbrl.org/2003/xbrl-instance-2003-12-31.xsd'
    """
    return url.partition("://")[2].removeprefix("www.")


@cache
def documents() -> dict[str, CoreDocument]:
    """Every core document, by `key_of` its address."""
    return _Reader().documents


def document(url: str) -> CoreDocument | None:
    """The core document at `url`, or None when it is none of them."""
    return documents().get(key_of(url))


class _Reader:
    """Reads the four tables. Their names are `prefix:local`, with the prefixes of the first."""

    def __init__(self) -> None:
        rows = _rows("core_documents.csv")
        self.prefixes = {row["prefix"]: row["namespace"] for row in rows} | {"xs": XSD}
        self.documents = {
            row["document"]: CoreDocument(
                _address(row["document"]),
                row["namespace"],
                tuple(_address(key) for key in row["imports"].split()),
            )
            for row in rows
        }
        self._elements()
        self._types()
        self._roles()

    def _name(self, text: str) -> str | None:
        if not text:
            return None
        prefix, _, local = text.partition(":")
        return clark(self.prefixes[prefix], local)

    def _elements(self) -> None:
        for row in _rows("core_elements.csv"):
            owner = self.documents[row["document"]]
            name = clark(owner.namespace, row["name"])
            owner.elements[name] = CoreElement(
                name,
                row["id"] or None,
                self._name(row["substitution_group"]),
                self._name(row["type"]),
                bool(row["abstract"]),
                bool(row["nillable"]),
                row["period_type"] or None,
                row["balance"] or None,
            )
            if row["id"]:
                owner.ids[row["id"]] = name

    def _types(self) -> None:
        for row in _rows("core_types.csv"):
            owner = self.documents[row["document"]]
            name = clark(owner.namespace, row["name"])
            owner.types[name] = Facets(
                name,
                self._name(row["base"]),
                tuple(filter(None, row["enumeration"].split("|"))),
                tuple(filter(None, row["patterns"].split("\x1f"))),
                dict(pair.split("=", 1) for pair in row["limits"].split()),
                tuple(self._names(row["members"])),
                self._name(row["item"]),
                row["content"] == "complex",
            )

    def _roles(self) -> None:
        for row in _rows("core_roles.csv"):
            owner = self.documents[row["document"]]
            owner.roles.append(
                RoleType(
                    row["uri"],
                    row["kind"],
                    row["id"] or None,
                    None,
                    tuple(self._names(row["used_on"])),
                    row["cycles"] or None,
                    owner.url,
                    0,
                )
            )

    def _names(self, text: str) -> list[str]:
        return [name for name in map(self._name, text.split()) if name]


def _rows(table: str) -> list[dict[str, str]]:
    text = (files("xbrl.taxonomy") / table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _address(key: str) -> str:
    """The usual address of a core document.

    >>> _address("xbrl.org/2023/calculation-1.1.xsd")
    'https://www.xbrl.org/2023/calculation-1.1.xsd'
    """
    secure = key.split("/")[1] >= "2020" and key.startswith("xbrl.org/20")
    secure = secure or key.startswith("xbrl.org/dtr/type/20")
    return f"{'https' if secure else 'http'}://www.{key}"


@cache
def standard_roles() -> dict[str, dict[str, RoleType]]:
    """The roles and arcroles XBRL 2.1 itself gives meaning, by kind and URI."""
    found: dict[str, dict[str, RoleType]] = defaultdict(dict)
    for role in documents()["xbrl.org/2003/xbrl-linkbase-2003-12-31.xsd"].roles:
        found[role.kind][role.uri] = role
    return found
