"""A taxonomy as its users see it: concepts, types, roles, relationships, labels.

Made by `discovery` from files (then `documents` holds every parsed tree, for
validation), or by `compiled` from Parquet (then `documents` is empty). Both give the same
answers to everything else.

Belongs here: the vocabulary and look-ups over it. Does not: finding files, or judging them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml.etree import _Element

from xbrl.problem import Problem
from xbrl.taxonomy.syntax import ExtendedLink, Schema


class Concept(NamedTuple):
    """One element declaration of the taxonomy. All names are Clark names.

    `kind` is `item`, `tuple`, `dimension`, `hypercube` (both are items too), `linkpart` or
    `element` (anything else, for instance a typed domain). `item_type` is the XBRL item type it
    derives from (`{…instance}monetaryItemType`), `primitive` the XML Schema built-in type behind
    that (`{…XMLSchema}decimal`); None for tuples. `is_numeric` covers fractions too.
    `typed_domain` is the domain element of a typed dimension. `url` and `line` are where it stood.
    `default_value` and `fixed_value` are what an empty element is read as.
    Source: XML Schema Part 1 § 3.3.1.
    """

    name: str
    id: str | None
    kind: str
    substitution_group: str | None
    type: str | None
    item_type: str | None
    primitive: str | None
    is_numeric: bool
    period_type: str | None
    balance: str | None
    is_abstract: bool
    is_nillable: bool
    typed_domain: str | None
    url: str
    line: int
    default_value: str | None = None
    fixed_value: str | None = None

    @property
    def value_when_empty(self) -> str | None:
        """The value in force of an element without content; None where that is no value."""
        return self.default_value if self.fixed_value is None else self.fixed_value


class Relationship(NamedTuple):
    """One effective relationship between concepts, after prohibition and override.

    `role` is the extended link's role; `link` and `arc` are its element names.
    `order` and `weight` are as numbers in text (exact). `context_element`, `closed`, `usable` and
    `target_role` belong to dimensional arcs. Source: XBRL 2.1 § 3.5.3.9.7.5; Dimensions 1.0 § 2.
    """

    arcrole: str
    role: str
    link: str
    arc: str
    source: str
    target: str
    order: str
    weight: str | None
    preferred_label: str | None
    context_element: str | None
    closed: bool
    usable: bool
    target_role: str | None
    url: str
    line: int


class Label(NamedTuple):
    """One label of a concept, in one role and language."""

    concept: str
    link_role: str
    role: str
    language: str
    text: str


class ReferencePart(NamedTuple):
    """One part of one reference of a concept to the literature."""

    concept: str
    role: str
    number: int
    part: str
    text: str


class RoleType(NamedTuple):
    """A declared role or arcrole. `used_on` are Clark names; `cycles` is for arcroles only."""

    uri: str
    kind: str
    id: str | None
    definition: str | None
    used_on: tuple[str, ...]
    cycles: str | None
    url: str
    line: int


class Facets(NamedTuple):
    """A simple type as declared: its base, and what restricts it. Names are Clark names.

    `enumeration` is empty when open; `patterns` are XML Schema patterns of one derivation step,
    of which any must match; `limits` holds the other facets by local name
    (`minInclusive`, `maxLength`, `totalDigits`, …). A union names its `members`, a list its `item`.
    A complex type with simple content is one too; one with complex content (a tuple's, a
    fraction's) is only a name and a base, and `is_complex`. An anonymous type is named after
    the declaration it stands in: `{namespace}element#type`. `has_attributes` says that it
    declares attributes beyond those every fact has, which only its schema document tells.
    """

    name: str
    base: str | None
    enumeration: tuple[str, ...]
    patterns: tuple[str, ...]
    limits: Mapping[str, str]
    members: tuple[str, ...]
    item: str | None
    is_complex: bool = False
    has_attributes: bool = False


@dataclass(slots=True)
class Document:
    """One document of a discoverable taxonomy set. `kind` is `schema`, `linkbase` or `other`."""

    url: str
    kind: str
    root: _Element


@dataclass(slots=True)
class Taxonomy:
    """A discoverable taxonomy set, from its entry points. Source: XBRL 2.1 § 3.2.

    `relationships` are effective, by arcrole then link role, each sorted by source and order;
    labels and references by concept. `derived` keeps what others work out from the taxonomy
    (member sets, compiled patterns), each under its own module's name: worked out once.
    What is no concept (a role type, an assertion) is named `url#id` in relationships, labels
    and references. `schemas` and `links` are what the documents say, for validation; like
    `documents` they are empty when read from Parquet.
    """

    entry_points: tuple[str, ...]
    documents: dict[str, Document] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)
    types: dict[str, Facets] = field(default_factory=dict)
    role_types: dict[str, list[RoleType]] = field(default_factory=dict)
    arcrole_types: dict[str, list[RoleType]] = field(default_factory=dict)
    relationships: dict[str, dict[str, list[Relationship]]] = field(default_factory=dict)
    labels: dict[str, list[Label]] = field(default_factory=dict)
    references: dict[str, list[ReferencePart]] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    schemas: list[Schema] = field(default_factory=list, repr=False)
    links: list[ExtendedLink] = field(default_factory=list, repr=False)
    derived: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def network(self, arcrole: str, role: str) -> list[Relationship]:
        """The effective relationships of one arcrole in one extended link role."""
        return self.relationships.get(arcrole, {}).get(role, [])

    def roles(self, arcrole: str) -> list[str]:
        """The link roles in which `arcrole` is used, sorted."""
        return sorted(self.relationships.get(arcrole, {}))
