"""The value of one inline fact: transformed, scaled and signed, or what is wrong with it.

Belongs here: from an element to its value. Does not: the fact's other aspects.
"""

from typing import TYPE_CHECKING, NamedTuple

from lxml.etree import _Element

from xbrl.inline import content
from xbrl.inline.codes import problem
from xbrl.inline.content import Piece
from xbrl.inline.numeric import LARGEST_SCALE, is_number, scale_of, shifted, signed
from xbrl.inline.page import Page
from xbrl.inline.transformations.registry import REGISTRIES, find
from xbrl.inline.whitespace import WHITE_SPACE, collapse
from xbrl.names import split

if TYPE_CHECKING:
    from xbrl.inline.transformations.rule import Rule
    from xbrl.problem import Problem

_CORRECT_TEXT = "Correct the text on the page, or the fact's format."
_SHOWN = 60


class Value(NamedTuple):
    """A value, the text on the page where it differs, and the format's Clark name."""

    value: str | None
    written: str | None
    format: str | None


class Values:
    """The values of one page's facts; equal texts in equal formats are worked out once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._numbers: dict[tuple[str, str | None, str | None, str | None], Value] = {}
        self._powers: dict[str | None, int] = {}
        self._formats: dict[str, tuple[str | None, Rule | None]] = {}
        self.problems: list[Problem] = []

    def number(
        self, element: _Element, format_: str | None, scale: str | None, sign: str | None
    ) -> Value:
        """The value of a nonFraction, numerator or denominator.

        Source: Inline XBRL 1.1 § 10.2.3, 7.2.3.
        """
        page = self._page
        text = content.text(((page, element),)) if len(element) else element.text or ""
        key = (text, format_, scale, sign)
        value = self._numbers.get(key)
        if value is None:
            count = len(self.problems)
            value = self._number(element, *key)
            if len(self.problems) == count:
                self._numbers[key] = value
        return value

    def _number(
        self,
        element: _Element,
        text: str,
        format_: str | None,
        scale: str | None,
        sign: str | None,
    ) -> Value:
        name, transformed = self._transformed(element, format_, text)
        if transformed is None:
            return Value(text, None, name)
        number = transformed.strip(WHITE_SPACE)
        if not is_number(number):
            self._wrong(
                element, "transformValueError", f"a number was expected, {_shown(number)} found"
            )
            return Value(text, None, name)
        power = self._power(element, scale)
        if power is None:
            return Value(text, None, name)
        if power:
            number = shifted(number, power)
        value = number if sign is None else signed(number, sign)
        return Value(value, None if value == text else text, name)

    def _power(self, element: _Element, scale: str | None) -> int | None:
        """The scale as a number; None where it is none. A page has few different ones."""
        power = self._powers.get(scale)
        if power is not None:
            return power
        power = 0 if scale is None else scale_of(scale)
        if power is None:
            self._wrong(
                element,
                "scale",
                f"a scale was expected that is an integer within ±{LARGEST_SCALE}, "
                f"{_shown(scale or '')} found",
            )
        else:
            self._powers[scale] = power
        return power

    def words(
        self, element: _Element, pieces: list[Piece], format_: str | None, *, is_escaped: bool
    ) -> Value:
        """The value of a nonNumeric. Source: Inline XBRL 1.1 § 11.2.3."""
        text = content.markup(pieces) if is_escaped else content.text(pieces)
        if format_ is None:
            return Value(text, None, None)
        name, value = self._transformed(element, format_, text)
        if value is None:
            return Value(text, None, name)
        return Value(value, None if value == text else text, name)

    def fraction(self, element: _Element) -> Value:
        """Numerator and denominator of a fraction. Source: Inline XBRL 1.1 § 7.2.3."""
        namespace = self._page.namespace
        terms: list[Value] = []
        for kind in ("numerator", "denominator"):
            term = next(element.iter(f"{{{namespace}}}{kind}"), None)
            if term is None:
                self._wrong(element, "fractionTerms", f"an ix:{kind} was expected, none found")
                return Value(content.text(((self._page, element),)), None, None)
            terms.append(self.number(term, term.get("format"), term.get("scale"), term.get("sign")))
        value = "/".join((term.value or "").strip(WHITE_SPACE) for term in terms)
        written = "/".join(
            term.value or "" if term.written is None else term.written for term in terms
        )
        return Value(value, None if written == value else written, None)

    def _transformed(
        self, element: _Element, format_: str | None, text: str
    ) -> tuple[str | None, str | None]:
        """The format's name, and the text transformed by it; None where that fails."""
        if format_ is None:
            return None, text
        try:
            name, rule = self._formats[format_]
        except KeyError:
            name = self._page.names.resolve(format_, element)
            rule = find(name) if name else None
            self._formats[format_] = name, rule
        if rule is None:
            self._wrong(element, "invalidTransformation", _unknown(format_, name))
            return name, None
        value = rule.apply(collapse(text))
        if value is None:
            self._wrong(
                element,
                "transformValueError",
                f"{format_} expects {rule.expected}, {_shown(text)} found",
            )
        return name, value

    def _wrong(self, element: _Element, name: str, what: str) -> None:
        self.problems.append(
            problem(
                element,
                self._page.name,
                name,
                f"Fact {element.get('name') or split(str(element.tag))[1]}: {what}.",
                _CORRECT_TEXT,
                is_constraint=name == "transformValueError",
            )
        )


def _shown(text: str) -> str:
    """A text as messages show it: the beginning of it, in quotes."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _unknown(format_: str, name: str | None) -> str:
    if name is None:
        return f"the prefix of the format {format_} is not declared"
    namespace, local = split(name)
    if namespace in REGISTRIES:
        return f"the registry {namespace} has no transformation {local}"
    return f"the format {format_} is of {namespace or 'no namespace'}, which is no known registry"
