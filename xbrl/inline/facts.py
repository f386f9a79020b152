"""Inline facts as rows, by target document.

Belongs here: every aspect of a fact that stands on its element. Does not: values
(`values`), tuples (`tuples`), footnotes (`relationships`).
"""

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import itemgetter
from typing import Any, NamedTuple

from lxml.etree import _Element

from xbrl.inline.codes import problem
from xbrl.inline.continuations import Continuations
from xbrl.inline.page import Page
from xbrl.inline.values import Value, Values
from xbrl.inline.whitespace import WHITE_SPACE
from xbrl.lines import line_of
from xbrl.model import Facts
from xbrl.names import XSI
from xbrl.problem import Problem

_TRUE = frozenset({"true", "1"})
_KINDS = {"nonFraction": "item", "nonNumeric": "item", "fraction": "fraction", "tuple": "tuple"}
COLUMNS = tuple(column.name for column in fields(Facts))
Row = tuple[object, ...]
ELEMENT = COLUMNS.index("element")
PARENT = COLUMNS.index("parent")


class Attributes(NamedTuple):
    """The attributes of a fact that become columns, as written; None where missing."""

    name: str | None
    target: str | None
    context: str | None
    unit: str | None
    decimals: str | None
    precision: str | None
    nil: str | None
    id: str | None
    order: str | None
    format: str | None
    scale: str | None
    sign: str | None
    escape: str | None
    continued_at: str | None


_ATTRIBUTES = (
    *("name", "target", "contextRef", "unitRef", "decimals", "precision", f"{{{XSI}}}nil"),
    *("id", "order", "format", "scale", "sign", "escape", "continuedAt"),
)


class Rows:
    """The facts of a document set, as rows in document order, by target."""

    def __init__(self, continuations: Continuations) -> None:
        self._continuations = continuations
        self._getters: dict[tuple[object, ...], Callable[[list[Any]], tuple[Any, ...]]] = {}
        self.by_target: dict[str | None, list[Row]] = {}
        self.problems: list[tuple[str | None, Problem]] = []

    def add(self, page: Page) -> None:
        """The facts of one page."""
        values = Values(page)
        tags = {f"{{{page.namespace}}}{name}": name for name in _KINDS}
        language = None if page.languages else page.language
        for element in page.facts:
            attributes = self._attributes(element)
            kind = tags[str(element.tag)]
            value = self._value(page, values, kind, element, attributes)
            if values.problems:
                self.problems += [(attributes.target, found) for found in values.problems]
                values.problems.clear()
            concept = page.names.resolve(attributes.name or "", element)
            if concept is None:
                self.problems.append((attributes.target, _nameless(page, element)))
                concept = attributes.name or ""
            rows = self.by_target.get(attributes.target)
            if rows is None:
                rows = self.by_target[attributes.target] = []
            rows.append(
                (
                    _KINDS[kind],
                    concept,
                    _token(attributes.context),
                    _token(attributes.unit),
                    value.value,
                    attributes.decimals,
                    attributes.precision,
                    value is _NIL_VALUE,
                    language or page.language_of(element),
                    attributes.id,
                    -1,
                    attributes.order,
                    line_of(element),
                    page.index,
                    value.written,
                    value.format,
                    attributes.scale,
                    attributes.sign,
                    element in page.hidden,
                    _is_true(attributes.escape),
                    element,
                )
            )

    def _attributes(self, element: _Element) -> Attributes:
        """A fact's attributes. Most facts carry one of few sets of them, found by position."""
        names = tuple(element.keys())
        getter = self._getters.get(names)
        if getter is None:
            places = [names.index(name) if name in names else -1 for name in _ATTRIBUTES]
            getter = self._getters[names] = itemgetter(*places)
        return Attributes(*getter([*element.values(), None]))

    def _value(
        self, page: Page, values: Values, kind: str, element: _Element, attributes: Attributes
    ) -> Value:
        if attributes.nil is not None and _is_true(attributes.nil):
            return _NIL_VALUE
        if kind == "nonFraction":
            return values.number(element, attributes.format, attributes.scale, attributes.sign)
        if kind == "nonNumeric":
            pieces = (
                [(page, element)]
                if attributes.continued_at is None
                else self._continuations.chain(page, element)
            )
            return values.words(
                element, pieces, attributes.format, is_escaped=_is_true(attributes.escape)
            )
        return values.fraction(element) if kind == "fraction" else _NO_VALUE


_NO_VALUE = Value(None, None, None)
_NIL_VALUE = Value(None, None, None)


def _is_true(text: str | None) -> bool:
    return text is not None and text.strip(WHITE_SPACE) in _TRUE


def _token(text: str | None) -> str | None:
    return text and text.strip(WHITE_SPACE)


def _nameless(page: Page, element: _Element) -> Problem:
    name = element.get("name")
    found = "no name" if name is None else f"{name!r}, whose prefix is not declared"
    message = f"A fact's name was expected to be a concept's QName; {found} found."
    return problem(element, page.name, "name", message, "Name the concept, and declare its prefix.")


def columns(rows: Sequence[Row]) -> Facts:
    """The rows as columns."""
    if not rows:
        return Facts()
    return Facts(*map(list, zip(*rows, strict=True)))
