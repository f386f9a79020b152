"""Simple types as a taxonomy declares them: facets, unions, lists over the built-in types.

Belongs here: whether a text is in a type, and which value it has. Does not: the
built-in types themselves (`lexical`), or which element has which type. Source: XML Schema
Part 2 (second edition), § 4.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from xbrl.names import XSD, split
from xbrl.taxonomy.model import Facets
from xbrl.xsd.lexical import BUILTINS, LISTS, Builtin, Namespaces, Value, spaced
from xbrl.xsd.patterns import PatternError, compiled

# Types whose value is not in the text alone: prefixes, and NaN, which equals nothing.
_IN_CONTEXT = {"QName", "NOTATION", "float", "double"}
_SHORT = 32
_MOST_KNOWN = 65_536
_DEPTH = 64  # no honest derivation is as long; a type that derives from itself is cut here


class Judgement(NamedTuple):
    """The value, or why the text is not in the type: “must …”."""

    value: Value | None
    fault: str | None


class _Kind(NamedTuple):
    """A type with its derivation resolved: facets from the most general to the most special."""

    name: str
    builtin: Builtin | None
    item: str | None
    members: tuple[str, ...]
    steps: tuple[Facets, ...]
    white_space: str


class SimpleTypes:
    """The declared simple types, by Clark name, judging texts."""

    def __init__(self, declared: Mapping[str, Facets]) -> None:
        self._declared = declared
        self._kinds: dict[str, _Kind | None] = {}
        self._open: set[str] = set()
        self._known: dict[tuple[str, str], Judgement] = {}

    def knows(self, name: str) -> bool:
        """Whether texts of the type can be judged here."""
        return self._kind(name) is not None

    def primitive(self, name: str) -> str | None:
        """The built-in primitive type's local name; `union` and `list` for those."""
        kind = self._kind(name)
        if kind is None:
            return None
        if kind.builtin is None:
            return "list" if kind.item else "union"
        return kind.builtin.primitive

    def judge(self, name: str, text: str, namespaces: Namespaces) -> Judgement:
        """The value of `text` as type `name`; a type not known here accepts any text."""
        kind = self._kind(name)
        if kind is None:
            return Judgement(Value("untyped", text), None)
        if kind.builtin is None or kind.builtin.primitive in _IN_CONTEXT or len(text) > _SHORT:
            return self._judged(kind, text, namespaces)
        found = self._known.get((name, text))
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[name, text] = self._judged(kind, text, namespaces)
        return found

    def _judged(self, kind: _Kind, text: str, namespaces: Namespaces) -> Judgement:
        text = spaced(text, kind.white_space)
        judgement = self._unfaceted(kind, text, namespaces)
        if judgement.value is None:
            return judgement
        for step in kind.steps:
            fault = self._fault(kind, step, text, judgement.value, namespaces)
            if fault:
                return Judgement(None, fault)
        return judgement

    def _unfaceted(self, kind: _Kind, text: str, namespaces: Namespaces) -> Judgement:
        if kind.members or kind.item:
            if kind.name in self._open:
                return Judgement(None, "is of a type that is defined by itself")
            self._open.add(kind.name)
            try:
                if kind.members:
                    return self._union(kind, text, namespaces)
                return self._list(kind.item or "", text, namespaces)
            finally:
                self._open.discard(kind.name)
        assert kind.builtin is not None
        return _builtin_value(kind.name, kind.builtin, text, namespaces)

    def _union(self, kind: _Kind, text: str, namespaces: Namespaces) -> Judgement:
        faults = []
        for member in kind.members:
            judgement = self.judge(member, text, namespaces)
            if judgement.value is not None:
                return judgement
            faults.append(judgement.fault or "")
        return Judgement(None, " or ".join(dict.fromkeys(faults)))

    def _list(self, item: str, text: str, namespaces: Namespaces) -> Judgement:
        values = []
        for word in text.split():
            judgement = self.judge(item, word, namespaces)
            if judgement.value is None:
                return Judgement(None, f"item “{word}” of the list {judgement.fault}")
            values.append(judgement.value)
        return Judgement(Value("list", tuple(values)), None)

    def _kind(self, name: str) -> _Kind | None:
        if name not in self._kinds:
            self._kinds[name] = self._resolved(name)
        return self._kinds[name]

    def _resolved(self, name: str) -> _Kind | None:
        steps: list[Facets] = []
        current = name
        for _ in range(_DEPTH):
            namespace, local = split(current)
            if namespace == XSD:
                return _builtin_kind(local, tuple(reversed(steps)))
            facets = self._declared.get(current)
            if facets is None:
                return None
            if facets.members or facets.item:
                ordered = (facets, *reversed(steps))
                space = "preserve" if facets.members else "collapse"
                item = None if facets.members else facets.item
                return _Kind(current, None, item, facets.members, ordered, space)
            steps.append(facets)
            if facets.base is None:
                return None
            current = facets.base
        return None

    def _fault(
        self, kind: _Kind, step: Facets, text: str, value: Value, namespaces: Namespaces
    ) -> str | None:
        if step.enumeration and not self._is_listed(step, text, value, namespaces):
            return f"must be one of {_some(step.enumeration)}"
        if step.patterns and not _matches(step.patterns, text):
            return f"must match the pattern {' or '.join(f'“{each}”' for each in step.patterns)}"
        for facet, limit in step.limits.items():
            fault = _limit_fault(kind, facet, limit, text, value, namespaces)
            if fault:
                return fault
        return None

    def _is_listed(self, step: Facets, text: str, value: Value, namespaces: Namespaces) -> bool:
        if text in step.enumeration:
            return True
        if value.kind in {"string", "anyURI", "untyped"} or step.base is None:
            return False
        return any(
            self.judge(step.base, each, namespaces).value == value for each in step.enumeration
        )


def _builtin_kind(local: str, steps: tuple[Facets, ...]) -> _Kind | None:
    if local in LISTS:
        return _Kind(local, None, f"{{{XSD}}}{LISTS[local]}", (), steps, "collapse")
    builtin = BUILTINS.get(local)
    if builtin is None:
        return None
    space = builtin.white_space
    for step in steps:
        space = step.limits.get("whiteSpace", space)
    return _Kind(local, builtin, None, (), steps, space)


def _builtin_value(name: str, builtin: Builtin, text: str, namespaces: Namespaces) -> Judgement:
    value = builtin.read(text, namespaces)
    if value is None:
        return Judgement(None, f"must be {_article(name)} xs:{name}")
    if isinstance(value, Decimal):
        if builtin.low is not None and value < builtin.low:
            return Judgement(None, f"must be an xs:{name}, at least {builtin.low}")
        if builtin.high is not None and value > builtin.high:
            return Judgement(None, f"must be an xs:{name}, at most {builtin.high}")
    return Judgement(Value(builtin.primitive, value), None)


def _article(name: str) -> str:
    return "an" if name[0] in "aeiouAEIOUN" else "a"


def _some(values: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{each}”" for each in values[:8])
    return shown if len(values) <= 8 else f"{shown} … ({len(values)} values)"


def _matches(patterns: tuple[str, ...], text: str) -> bool:
    """Whether any pattern of one step matches; a pattern that is none is the schema's problem."""
    for pattern in patterns:
        try:
            if compiled(pattern).fullmatch(text):
                return True
        except PatternError:
            return True
    return False


_BOUNDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "minInclusive": ("at least", lambda value, limit: value >= limit),
    "maxInclusive": ("at most", lambda value, limit: value <= limit),
    "minExclusive": ("more than", lambda value, limit: value > limit),
    "maxExclusive": ("less than", lambda value, limit: value < limit),
}
_LENGTHS: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    "length": ("exactly", lambda length, limit: length == limit),
    "minLength": ("at least", lambda length, limit: length >= limit),
    "maxLength": ("at most", lambda length, limit: length <= limit),
}


def _limit_fault(
    kind: _Kind, facet: str, limit: str, text: str, value: Value, namespaces: Namespaces
) -> str | None:
    if facet in _BOUNDS and kind.builtin is not None:
        words, holds = _BOUNDS[facet]
        bound = kind.builtin.read(limit.strip(), namespaces)
        if bound is not None and not _compares(holds, value.value, bound):
            return f"must be {words} {limit}"
    elif facet in _LENGTHS:
        words, fits = _LENGTHS[facet]
        length = _length(value, text)
        if length is not None and not fits(length, int(limit)):
            return f"must have {words} {limit} {_length_unit(value)}, and has {length}"
    elif facet in {"totalDigits", "fractionDigits"} and isinstance(value.value, Decimal):
        return _digits_fault(facet, int(limit), value.value)
    return None


def _compares(holds: Callable[[Any, Any], bool], value: object, bound: object) -> bool:
    """Whether the bound holds; moments with and without a zone are not compared."""
    if isinstance(value, tuple) and isinstance(bound, tuple) and value[1] != bound[1]:
        return True
    try:
        return holds(value, bound)
    except TypeError:  # NaN, whose value equals and orders with nothing
        return False


def _length(value: Value, text: str) -> int | None:
    if value.kind in {"QName", "NOTATION"}:  # Source: XML Schema Part 2, § 4.3.1.3
        return None
    return len(value.value) if isinstance(value.value, (tuple, bytes)) else len(text)


def _length_unit(value: Value) -> str:
    if value.kind == "list":
        return "items"
    return "bytes" if isinstance(value.value, bytes) else "characters"


def _digits_fault(facet: str, limit: int, value: Decimal) -> str | None:
    _, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    fraction = max(0, -exponent)
    if facet == "fractionDigits":
        too_many, words = fraction > limit, "digits after the decimal point"
    else:
        too_many = max(len(digits) + max(exponent, 0), fraction) > limit
        words = "digits in all"
    return f"must have at most {limit} {words}" if too_many else None
