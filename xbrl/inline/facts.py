"""Inline facts as rows, by target document.

Belongs here: every aspect of a fact that stands on its element. Does not: values
(`values`), tuples (`tuples`), footnotes (`relationships`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from operator import itemgetter
from typing import Any

from lxml.etree import _Element

from xbrl.inline.codes import problem
from xbrl.inline.continuations import Continuations
from xbrl.inline.page import Page
from xbrl.inline.values import Value, Values
from xbrl.inline.whitespace import WHITE_SPACE
from xbrl.lines import lines_of
from xbrl.model import Facts
from xbrl.names import XSI
from xbrl.problem import Problem

_TRUE = frozenset({"true", "1"})
_KINDS = {"nonFraction": "item", "nonNumeric": "item", "fraction": "fraction", "tuple": "tuple"}
COLUMNS = tuple(column.name for column in fields(Facts))
Row = tuple[object, ...]
ELEMENT = COLUMNS.index("element")
PARENT = COLUMNS.index("parent")


_ATTRIBUTES = (
    *("name", "target", "contextRef", "unitRef", "decimals", "precision", f"{{{XSI}}}nil"),
    *("id", "order", "format", "scale", "sign", "escape", "continuedAt"),
)


class Rows:
    """The facts of a document set, as rows in document order, by target."""

    def __init__(
        self, continuations: Continuations, languages: Mapping[str | None, str | None]
    ) -> None:
        """`languages` are the xml:lang of each target's ix:references, or None."""
        self._continuations = continuations
        self._languages = languages
        self._getters: dict[tuple[object, ...], Callable[[list[Any]], tuple[Any, ...]]] = {}
        self.by_target: dict[str | None, list[Row]] = {}
        self.problems: list[tuple[str | None, _Element, Problem]] = []

    def add(self, page: Page) -> None:
        """The facts of one page."""
        values = Values(page)
        tags = {f"{{{page.namespace}}}{name}": name for name in _KINDS}
        resolve, hidden, index = page.names.resolve, page.hidden, page.index
        languages, of_target = page.languages, self._languages.get
        for element, line in zip(page.facts, lines_of(page.facts), strict=True):
            # fmt: off
            (name, target, context, unit, decimals, precision, nil, id_, order, format_, scale,
             sign, escape, continued_at) = self._attributes(element)
            # fmt: on
            kind = tags[str(element.tag)]
            is_nil = nil is not None and nil.strip(WHITE_SPACE) in _TRUE
            is_escaped = escape is not None and escape.strip(WHITE_SPACE) in _TRUE
            if is_nil:
                value = _NO_VALUE
            elif kind == "nonFraction":
                value = values.number(element, format_, scale, sign)
            elif kind == "nonNumeric":
                pieces = [(page, element)]
                if continued_at is not None:
                    pieces = self._continuations.chain(page, element)
                value = values.words(element, pieces, format_, is_escaped=is_escaped)
            else:
                value = values.fraction(element) if kind == "fraction" else _NO_VALUE
            concept = resolve(name or "", element)
            if concept is None:
                values.problems.append(_nameless(page, element))
                concept = name or ""
            if values.problems:
                self.problems += [(target, element, found) for found in values.problems]
                values.problems.clear()
            rows = self.by_target.get(target)
            if rows is None:
                rows = self.by_target[target] = []
            rows.append(
                (
                    _KINDS[kind],
                    concept,
                    context and context.strip(WHITE_SPACE),
                    unit and unit.strip(WHITE_SPACE),
                    value.value,
                    decimals,
                    precision,
                    is_nil,
                    languages[element]
                    if element in languages
                    else page.language or of_target(target),
                    id_,
                    -1,
                    order,
                    line,
                    index,
                    value.written,
                    value.format,
                    scale,
                    sign,
                    element in hidden,
                    is_escaped,
                    element,
                )
            )

    def _attributes(self, element: _Element) -> tuple[Any, ...]:
        """A fact's attributes. Most facts carry one of few sets of them, found by position."""
        names = tuple(element.keys())
        getter = self._getters.get(names)
        if getter is None:
            places = [names.index(name) if name in names else -1 for name in _ATTRIBUTES]
            getter = self._getters[names] = itemgetter(*places)
        values: Any = element.values()  # a list; the stubs know less
        values.append(None)
        return getter(values)


_NO_VALUE = Value(None, None, None)


def _nameless(page: Page, element: _Element) -> Problem:
    name = element.get("name")
    found = "no name" if name is None else f"{name!r}, whose prefix is not declared"
    message = f"A fact's name was expected to be a concept's QName; {found} found."
    return problem(element, page.name, "name", message, "Name the concept, and declare its prefix.")


def of_facts(
    problems: Sequence[tuple[str | None, _Element, Problem]], target: str | None, facts: Facts
) -> list[Problem]:
    """The problems of one target's facts, each with the place of its fact."""
    own = [(element, found) for name, element, found in problems if name == target]
    if not own:
        return []
    places = {element: place for place, element in enumerate(facts.element)}
    return [
        replace(found, facts=(places[element],)) if element in places else found
        for element, found in own
    ]


def columns(rows: Sequence[Row]) -> Facts:
    """The rows as columns."""
    if not rows:
        return Facts()
    return Facts(*map(list, zip(*rows, strict=True)))
