"""Inline facts as rows, by target document.

Belongs here: every aspect of a fact that stands on its element. Does not: values
(`values`), tuples (`tuples`), footnotes (`relationships`).
"""

from collections.abc import Sequence
from dataclasses import fields

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

_NIL = f"{{{XSI}}}nil"
_TRUE = frozenset({"true", "1"})
_KINDS = {"nonFraction": "item", "nonNumeric": "item", "fraction": "fraction", "tuple": "tuple"}
COLUMNS = tuple(column.name for column in fields(Facts))
Row = tuple[object, ...]
ELEMENT = COLUMNS.index("element")
PARENT = COLUMNS.index("parent")


class Rows:
    """The facts of a document set, as rows in document order, by target."""

    def __init__(self, continuations: Continuations) -> None:
        self._continuations = continuations
        self.by_target: dict[str | None, list[Row]] = {}
        self.problems: list[tuple[str | None, Problem]] = []

    def add(self, page: Page) -> None:
        """The facts of one page."""
        values = Values(page)
        tags = {f"{{{page.namespace}}}{name}": name for name in _KINDS}
        resolve = page.names.resolve
        is_plain = not page.languages
        for element in page.facts:
            attributes: dict[str, str] = dict(element.items())  # type: ignore[arg-type]
            get = attributes.get
            name = tags[str(element.tag)]
            concept = resolve(get("name") or "", element)
            target = get("target")
            if concept is None:
                self.problems.append((target, _nameless(page, element)))
                concept = get("name") or ""
            is_nil = get(_NIL, "").strip(WHITE_SPACE) in _TRUE
            value = _NONE if is_nil else self._value(page, values, name, element, attributes)
            if values.problems:
                self.problems += [(target, found) for found in values.problems]
                values.problems.clear()
            context, unit = get("contextRef"), get("unitRef")
            rows = self.by_target.get(target)
            if rows is None:
                rows = self.by_target[target] = []
            rows.append(
                (
                    _KINDS[name],
                    concept,
                    context and context.strip(WHITE_SPACE),
                    unit and unit.strip(WHITE_SPACE),
                    value.value,
                    get("decimals"),
                    get("precision"),
                    is_nil,
                    page.language if is_plain else page.language_of(element),
                    get("id"),
                    -1,
                    get("order"),
                    line_of(element),
                    page.index,
                    value.written,
                    value.format,
                    get("scale"),
                    get("sign"),
                    element in page.hidden,
                    get("escape", "").strip(WHITE_SPACE) in _TRUE,
                    element,
                )
            )

    def _value(
        self,
        page: Page,
        values: Values,
        name: str,
        element: _Element,
        attributes: dict[str, str],
    ) -> Value:
        if name == "nonFraction":
            return values.number(element, attributes)
        if name == "nonNumeric":
            return values.words(element, attributes, self._continuations.chain(page, element))
        return values.fraction(element) if name == "fraction" else _NONE


_NONE = Value(None, None, None)


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
