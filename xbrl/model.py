"""An instance as read: contexts, units, facts, footnotes, with where each stood.

The same shape for plain and inline XBRL. Facts are columns (parallel lists), for
reading at the parser's speed and handing to Arrow without a row in between;
`Facts.rows` gives them one by one to those who reason about single facts.

Belongs here: what the XBRL 2.1 and inline 1.1 specifications say an instance
holds. Does not: how it is read, or whether it is valid.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from lxml.etree import _Element

from xbrl.problem import Problem


class Period(NamedTuple):
    """A context's period. Source: XBRL 2.1 § 4.7.2.

    `kind` is `instant`, `duration` or `forever`. `start` and `end` are as written
    (an instant has only `end`); `start_at` and `end_at` are the moments they mean,
    where a date alone as an end or instant is midnight at the *end* of that day.
    A moment with a zone is brought to UTC. Where the text is no date, the moment is None
    and the instance has a problem.
    """

    kind: str
    start: str | None
    end: str | None
    start_at: datetime | None
    end_at: datetime | None


class DimensionValue(NamedTuple):
    """One dimension of a context. Source: Dimensions 1.0 § 3.1.

    `dimension` and `member` are Clark names; `typed` is the typed member's element
    in canonical XML (exclusive, no comments) and then `member` is None. `container` is
    `segment` or `scenario`.
    """

    dimension: str
    member: str | None
    typed: str | None
    container: str


@dataclass(slots=True)
class Context:
    """One context. `dimensions` are sorted by dimension name.

    `segment` and `scenario` hold what stands there beside dimensions, as canonical
    XML with each child's text concatenated; None where nothing does.
    """

    id: str
    scheme: str
    identifier: str
    period: Period
    dimensions: tuple[DimensionValue, ...]
    segment: str | None
    scenario: str | None
    line: int
    file: str
    element: _Element


@dataclass(slots=True)
class Unit:
    """One unit: measures as Clark names, sorted; a simple unit has no denominator."""

    id: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    line: int
    file: str
    element: _Element


class Fact(NamedTuple):
    """One fact, as a row. The columns are those of `Facts`."""

    fact_index: int
    kind: str
    concept: str
    context_id: str | None
    unit_id: str | None
    value: str | None
    decimals: str | None
    precision: str | None
    is_nil: bool
    language: str | None
    element_id: str | None
    parent: int
    order: str | None
    line: int
    file: int
    written: str | None
    format: str | None
    scale: str | None
    sign: str | None
    is_hidden: bool
    is_escaped: bool
    element: _Element


@dataclass(slots=True)
class Facts:
    """Facts in document order, as parallel lists of equal length.

    `kind` is `item`, `fraction` or `tuple`. `concept` is a Clark name. `value` is
    the lexical value after transformation (inline), exactly as written (plain); for a
    fraction `numerator/denominator`; None for a nil fact and for a tuple. `language` is the
    xml:lang in force. `parent` is the index of the tuple the fact stands in, or -1, and
    `order` its place there as inline writes it. `line` is the source line and `file` the index
    into `Instance.files`. The rest is inline only: `written` is the text on the page before
    transformation (None when the same as `value`), `format` the transformation as a Clark
    name, `scale` and `sign` as written.
    """

    kind: list[str] = field(default_factory=list)
    concept: list[str] = field(default_factory=list)
    context_id: list[str | None] = field(default_factory=list)
    unit_id: list[str | None] = field(default_factory=list)
    value: list[str | None] = field(default_factory=list)
    decimals: list[str | None] = field(default_factory=list)
    precision: list[str | None] = field(default_factory=list)
    is_nil: list[bool] = field(default_factory=list)
    language: list[str | None] = field(default_factory=list)
    element_id: list[str | None] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    order: list[str | None] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    file: list[int] = field(default_factory=list)
    written: list[str | None] = field(default_factory=list)
    format: list[str | None] = field(default_factory=list)
    scale: list[str | None] = field(default_factory=list)
    sign: list[str | None] = field(default_factory=list)
    is_hidden: list[bool] = field(default_factory=list)
    is_escaped: list[bool] = field(default_factory=list)
    element: list[_Element] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.concept)

    def column(self, name: str) -> Any:
        """A column by its name, in whatever form it is held: a list, or an Arrow array."""
        return getattr(self, name)

    def by_id(self) -> dict[str, int]:
        """The fact with each id; the first, where an id is repeated."""
        places = range(len(self) - 1, -1, -1)
        found: dict[Any, int] = dict(zip(reversed(self.element_id), places, strict=True))
        found.pop(None, None)
        return found

    def rows(self) -> Iterator[Fact]:
        """The facts one by one."""
        columns = (getattr(self, column.name) for column in fields(self))
        return (Fact(i, *row) for i, row in enumerate(zip(*columns, strict=True)))


class Reference(NamedTuple):
    """A schemaRef, linkbaseRef, roleRef or arcroleRef: how the instance finds its taxonomy.

    `kind` is the element's local name; `uri` is the roleURI or arcroleURI, or a
    linkbaseRef's xlink:role; `base` the xml:base in force, or None.
    """

    kind: str
    href: str
    uri: str | None
    base: str | None
    line: int
    file: str


class Footnote(NamedTuple):
    """One relationship from a fact to a footnote or to another fact.

    `text` is the footnote's content as XHTML-serialised text, `language` its xml:lang;
    for a relationship to a fact both are None and `to_fact` is its index. `order` is the place the
    filer gives it among others, as written.
    """

    fact: int
    arcrole: str
    link_role: str
    role: str | None
    text: str | None
    language: str | None
    to_fact: int | None
    order: str | None
    line: int
    file: str


class Markup(NamedTuple):
    """Something in an inline document's HTML that filing rules speak of.

    `kind` is one of `root-language`, `base`, `xml-base`, `script`, `event-handler`,
    `script-link` (a `javascript:` address), `stylesheet-link`, `style-import`, `image`, `embed`
    (object, iframe, embed, applet), `form`; `value` is the
    attribute or the head (128 characters) of it.
    """

    kind: str
    value: str
    line: int
    file: str


@dataclass(slots=True)
class Instance:
    """One XBRL instance: a plain document, or one target document of an inline document set.

    `kind` is `xbrl` or `inline`; `target` the inline target's name, None for the default.
    `files` are the names it was read from. `prefixes` maps namespace to the prefix the
    document uses for it. `roots` are the parsed trees, one per file.
    """

    kind: str
    target: str | None
    files: tuple[str, ...]
    references: list[Reference] = field(default_factory=list)
    contexts: dict[str, Context] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    footnotes: list[Footnote] = field(default_factory=list)
    markup: list[Markup] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    roots: tuple[_Element, ...] = ()
