"""What a taxonomy's documents say, as written: schemas' declarations, extended links.

Belongs here: the shapes, before any meaning is drawn from them. Does not: reading
(`schema`, `linkbase`) or judging (`networks`, validation).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import _Element

_NO_VALUES: Mapping[str, Hashable] = {}


class Asked(NamedTuple):
    """A document one document asks for: how (`import`, `linkbaseRef`, `loc`, …), by whom, where.

    `namespace` is the namespace an included schema takes on, or an imported one must have.
    """

    url: str
    how: str
    by: str
    line: int
    namespace: str | None = None


@dataclass(slots=True)
class Schema:
    """One schema document: its global declarations by Clark name.

    `namespace` is the target namespace in force (an included schema without one takes its
    includer's). `inherited` says that it did. `redefined` are names declared in xs:redefine.
    """

    url: str
    namespace: str
    root: _Element
    inherited: bool = False
    redefined: set[str] = field(default_factory=set)
    elements: dict[str, _Element] = field(default_factory=dict)
    types: dict[str, _Element] = field(default_factory=dict)
    groups: dict[str, _Element] = field(default_factory=dict)
    attribute_groups: dict[str, _Element] = field(default_factory=dict)
    attributes: dict[str, _Element] = field(default_factory=dict)


class Locator(NamedTuple):
    """A locator: its label and the document and fragment its href resolves to."""

    label: str
    url: str
    fragment: str
    element: _Element


class Resource(NamedTuple):
    """A resource of an extended link. `key` names it in the whole DTS: `url#id` or `url#n/m`."""

    label: str
    key: str
    role: str
    element: _Element
    url: str


class Arc(NamedTuple):
    """An arc, with its attributes as written (Clark names).

    `values` are the typed values of those whose type a schema of the taxonomy declares.
    """

    arcrole: str
    source: str
    target: str
    attributes: Mapping[str, str]
    element: _Element
    values: Mapping[str, Hashable] = _NO_VALUES


@dataclass(slots=True)
class ExtendedLink:
    """One extended link. `name` is its element; `base` the document's address or xml:base.

    `ends` maps each XLink label to what stands behind it: a concept's Clark name, or
    `url#fragment` for anything else. It is filled once the whole set is discovered.
    """

    name: str
    role: str
    url: str
    element: _Element
    locators: list[Locator] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    ends: dict[str, list[str]] = field(default_factory=dict)
