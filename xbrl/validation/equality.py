"""The equalities of XBRL 2.1, as keys: two things are equal when their keys are.

Belongs here: s-equality of elements (typed where the schemas know a type, with
defaulted attributes), c-equality of contexts, u-equality of units, x- and v-equality of values.
Does not: what follows from them. p-equality is having the same `parent`. Source: XBRL 2.1 § 4.10.
"""

from collections.abc import Hashable, Iterable
from decimal import Decimal

from lxml.etree import _Element

from xbrl.canonical import canonical
from xbrl.model import Context, Fact, Period, Unit
from xbrl.names import XBRLI, XSI, clark
from xbrl.validation.accuracy import decimals_of, number, rounded
from xbrl.validation.content import DEEPEST, Content, effective_text, is_nil
from xbrl.xsd.declarations import ComplexType, Declaration
from xbrl.xsd.lexical import spaced

_SEGMENT = clark(XBRLI, "segment")
_SCENARIO = clark(XBRLI, "scenario")
_LOCATIONS = {clark(XSI, "schemaLocation"), clark(XSI, "noNamespaceSchemaLocation")}


class Equality:
    """Keys of elements, contexts and units under one taxonomy."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._components = content.components
        self._contexts: dict[int, Hashable] = {}

    def element(self, element: _Element) -> Hashable:
        """s-equality of an element by its global declaration, where it has one.

        Element name, attributes in any order, text and children in order. An xs:double that is NaN
        equals nothing.
        """
        return self._element(element, self._components.element(element.tag), 0)

    def context(self, context: Context) -> Hashable:
        """c-equality: entity, period, segment and scenario."""
        key = id(context)
        if key not in self._contexts:
            self._contexts[key] = (
                context.scheme.strip(),
                spaced(context.identifier, "collapse"),
                period_key(context.period),
                self._within(context.element, _SEGMENT),
                self._within(context.element, _SCENARIO),
            )
        return self._contexts[key]

    def _within(self, context: _Element, container: str) -> Hashable:
        return tuple(
            tuple(self.element(child) for child in found if isinstance(child.tag, str))
            for found in context.iter(container)
        )

    def _element(self, element: _Element, declaration: Declaration | None, depth: int) -> Hashable:
        if depth > DEEPEST:  # a finding of `content`; here its text tells it from others
            return canonical(element)
        found = None
        value_type = None
        if declaration is not None:
            type_ = self._content.type_of(element, declaration)
            found = self._components.complex(type_)
            value_type = self._components.value_type(type_)
        children = [child for child in element if isinstance(child.tag, str)]
        if value_type is not None and declaration is not None and not is_nil(element):
            text = effective_text(element, declaration)
            value = self._value(value_type, text, element)
        elif found is not None and not found.is_mixed and not found.is_any:
            value = None
        else:
            value = _text(element) if not children else _text(element).strip()
        return (
            element.tag,
            value,
            frozenset(self._attributes(element, found)),
            tuple(self._child(child, found, depth + 1) for child in children),
        )

    def _child(self, child: _Element, found: ComplexType | None, depth: int) -> Hashable:
        place = self._content.model(found).place(child.tag) if found is not None else None
        if place is not None and place.declaration is not None:
            return self._element(child, place.declaration, depth)
        return self._element(child, self._components.element(child.tag), depth)

    def _attributes(
        self, element: _Element, found: ComplexType | None
    ) -> Iterable[tuple[str, Hashable]]:
        uses = found.attributes if found is not None else {}
        for written, text in element.attrib.items():
            name = str(written)
            use = uses.get(name) or self._components.attribute(name)
            if name not in _LOCATIONS:
                value = self._value(use.type, str(text), element) if use else str(text)
                yield name, value
        for name, use in uses.items():
            default = use.fixed if use.fixed is not None else use.default
            if default is not None and name not in element.attrib:
                yield name, self._value(use.type, default, element)

    def _value(self, type_: str, text: str, element: _Element) -> Hashable:
        return self._components.simple.judge(type_, text, element.nsmap).value or text


def period_key(period: Period) -> Hashable:
    """A period by the moments it means, as written where it means none."""
    return (period.kind, period.start_at or period.start, period.end_at or period.end)


def unit_key(unit: Unit) -> Hashable:
    """u-equality: the same measures above and below, in any order."""
    return (tuple(sorted(unit.numerator)), tuple(sorted(unit.denominator)))


def are_v_equal(one: Fact, other: Fact) -> bool:
    """Whether two numeric facts agree at the lesser of their accuracies.

    Source: XBRL 2.1 § 4.10, table 4, with inferred decimals.
    """
    if one.is_nil or other.is_nil:
        return one.is_nil == other.is_nil
    left, right = number(one.value), number(other.value)
    if left is None or right is None:
        return one.value == other.value
    decimals = _lesser(
        decimals_of(left, one.decimals, one.precision),
        decimals_of(right, other.decimals, other.precision),
    )
    return rounded(left, decimals) == rounded(right, decimals)


def are_fractions_equal(one: Fact, other: Fact) -> bool:
    """Whether numerators are equal and denominators are. Source: XBRL 2.1 § 4.10, table 4."""
    return _parts(one.value) == _parts(other.value)


def _parts(text: str | None) -> list[Decimal | str | None]:
    return [number(part) or part.strip() for part in (text or "").split("/")]


def _lesser(one: Decimal, other: Decimal) -> Decimal:
    return one if one.is_nan() or (not other.is_nan() and one < other) else other


def _text(element: _Element) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)
