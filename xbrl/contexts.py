"""Context elements to contexts: entity, period, dimensions, other segment and scenario content.

A filing has thousands of contexts of a few shapes. Where the parts stand is worked out once for
each shape (names in document order and numbers of children, which determine the tree);
each context is then read by place.

Belongs here: what § 4.7 of XBRL 2.1 and § 3.1 of Dimensions 1.0 say a context holds,
for plain and inline documents alike. Does not: whether the dimensions are
allowed, or the period makes sense. Bad content is a problem, and the context is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lxml.etree import _Element

from xbrl.canonical import canonical
from xbrl.dates import moment
from xbrl.lines import line_of
from xbrl.model import Context, DimensionValue, Period
from xbrl.names import XBRLDI, XBRLI
from xbrl.problem import Problem, Severity
from xbrl.qnames import resolve

_ENTITY = f"{{{XBRLI}}}entity"
_IDENTIFIER = f"{{{XBRLI}}}identifier"
_SEGMENT = f"{{{XBRLI}}}segment"
_SCENARIO = f"{{{XBRLI}}}scenario"
_PERIOD = f"{{{XBRLI}}}period"
_INSTANT = f"{{{XBRLI}}}instant"
_START = f"{{{XBRLI}}}startDate"
_END = f"{{{XBRLI}}}endDate"
_FOREVER = f"{{{XBRLI}}}forever"
_EXPLICIT = f"{{{XBRLDI}}}explicitMember"
_TYPED = f"{{{XBRLDI}}}typedMember"
_NO_PERIOD = Period("", None, None, None, None)

_Found = list[tuple[str, str]]
"""Problems of one context: section and message."""


def read_contexts(
    elements: Iterable[_Element],
    file: str,
    into: dict[str, Context],
    problems: list[Problem],
    stable: Mapping[str | None, str],
) -> None:
    """Add the contexts that `elements` declare to `into`, by id.

    The first of several contexts with one id is kept; the others are problems. `stable` are the
    prefixes known to mean one namespace throughout the file.
    """
    reader = _Reader(file, stable)
    for element in elements:
        found: _Found = []
        context = reader.context(element, found)
        if context.id and context.id not in into:
            into[context.id] = context
        elif context.id:
            first = into[context.id]
            found.append(
                ("4.7.1:duplicateId", f"its id is used already at {first.file}:{first.line}")
            )
        if found:
            problems += [_problem(context, code, what) for code, what in found]


def _problem(context: Context, code: str, what: str) -> Problem:
    return Problem(
        f"xbrl.{code}",
        Severity.ERROR,
        f"Context {context.id or 'without id'}: {what}.",
        context.file,
        context.line,
        context.id or None,
        "Correct the context; facts that use it cannot be relied on.",
    )


@dataclass(slots=True)
class _Shape:
    """Where the parts of a context stand among its elements in document order; 0 is nowhere."""

    identifier: int = 0
    kind: str = ""
    start: int = 0
    end: int = 0
    explicit: list[tuple[int, str]] = field(default_factory=list)
    typed: list[tuple[int, str, tuple[int, ...]]] = field(default_factory=list)
    others: dict[str, list[int]] = field(default_factory=dict)


def _shape(elements: list[_Element]) -> _Shape:
    """Find the parts of a context. Source: XBRL 2.1 § 4.7; Dimensions 1.0 § 3.1."""
    shape = _Shape()
    place = {element: i for i, element in enumerate(elements)}
    for child in elements[0]:
        if child.tag == _ENTITY:
            for part in child:
                if part.tag == _IDENTIFIER:
                    shape.identifier = place[part]
                elif part.tag == _SEGMENT:
                    _add_container(shape, part, "segment", place)
        elif child.tag == _PERIOD:
            _add_period(shape, child, place)
        elif child.tag == _SCENARIO:
            _add_container(shape, child, "scenario", place)
    return shape


def _add_period(shape: _Shape, period: _Element, place: Mapping[_Element, int]) -> None:
    """Where the dates stand. Source: XBRL 2.1 § 4.7.2."""
    for child in period:
        if child.tag == _START:
            shape.start = place[child]
        elif child.tag in {_END, _INSTANT}:
            shape.kind = "duration" if child.tag == _END else "instant"
            shape.end = place[child]
        elif child.tag == _FOREVER:
            shape.kind = "forever"
    if shape.kind == "duration" and not shape.start:
        shape.kind = ""


def _add_container(
    shape: _Shape, container: _Element, name: str, place: Mapping[_Element, int]
) -> None:
    """Where dimensions and other content of a segment or scenario stand."""
    for child in container:
        if child.tag == _EXPLICIT:
            shape.explicit.append((place[child], name))
        elif child.tag == _TYPED:
            shape.typed.append((place[child], name, tuple(place[part] for part in child)))
        else:
            shape.others.setdefault(name, []).append(place[child])


class _Reader:
    """Reads the contexts of one file, and remembers what they share."""

    def __init__(self, file: str, stable: Mapping[str | None, str]) -> None:
        self._file = file
        self._stable = stable
        self._shapes: dict[object, _Shape] = {}
        self._periods: dict[tuple[str, str | None, str | None], Period] = {}
        self._names: dict[str | None, str] = {}
        self._entities: dict[tuple[str | None, str | None], tuple[str, str]] = {}

    def context(self, element: _Element, found: _Found) -> Context:
        """One context. Source: XBRL 2.1 § 4.7."""
        elements = list(element.iter())
        key = tuple([part.tag for part in elements]), tuple(map(len, elements))
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = _shape(elements)
        scheme, entity = self._entity(elements, shape, found)
        id_ = element.get("id")
        if not id_:
            found.append(("4.7.1:id", "an id was expected; no fact can use a context without one"))
        others = shape.others
        return Context(
            id_ or "",
            scheme,
            entity,
            self._period(elements, shape, found),
            self._dimensions(elements, shape, found),
            _others(elements, others.get("segment")) if others else None,
            _others(elements, others.get("scenario")) if others else None,
            line_of(element),
            self._file,
            element,
        )

    def _entity(self, elements: list[_Element], shape: _Shape, found: _Found) -> tuple[str, str]:
        """Scheme and identifier. Source: XBRL 2.1 § 4.7.3."""
        identifier = elements[shape.identifier] if shape.identifier else None
        key = (None, None) if identifier is None else (identifier.get("scheme"), identifier.text)
        entity = self._entities.get(key)
        if entity is None:
            entity = self._entities[key] = _token(key[0]), _token(key[1])
        if not all(entity):
            what = "an entity's identifier with its scheme was expected"
            found.append(("4.7.3:identifier", what))
        return entity

    def _period(self, elements: list[_Element], shape: _Shape, found: _Found) -> Period:
        start = elements[shape.start].text if shape.start else None
        end = elements[shape.end].text if shape.end else None
        key = shape.kind, start, end
        period = self._periods.get(key)
        if period is None:
            count = len(found)
            period = _period(*key, found)
            if len(found) == count:
                self._periods[key] = period
        return period

    def _dimensions(
        self, elements: list[_Element], shape: _Shape, found: _Found
    ) -> tuple[DimensionValue, ...]:
        """The dimensions, by name. Source: Dimensions 1.0 § 3.1.4."""
        values = []
        for place, container in shape.explicit:
            element = elements[place]
            dimension = self._name(element.get("dimension"), element, found)
            member = self._name(element.text, element, found)
            values.append(DimensionValue(dimension, member, None, container))
        for place, container, parts in shape.typed:
            element = elements[place]
            dimension = self._name(element.get("dimension"), element, found)
            typed = "".join([canonical(elements[part]) for part in parts])
            values.append(DimensionValue(dimension, None, typed, container))
        if len(values) > 1:
            values.sort(key=_by_name)
        return tuple(values)

    def _name(self, text: str | None, element: _Element, found: _Found) -> str:
        """The Clark name of a QName; as written, with a problem, when it has no namespace."""
        known = self._names.get(text)
        if known is not None:
            return known
        shown = (text or "").strip()
        is_stable = (shown.rpartition(":")[0] or None) in self._stable
        name = resolve(shown, self._stable if is_stable else element.nsmap)
        if name is None:
            what = f"a QName with a declared prefix was expected, {shown!r} found"
            found.append(("4.7.4:QName", what))
            return shown
        if is_stable:
            self._names[text] = name
        return name


def _by_name(value: DimensionValue) -> tuple[str, str]:
    return value.dimension, value.member or value.typed or ""


def _token(text: str | None) -> str:
    """A token: white space collapsed. Source: XML Schema 2 § 3.3.2."""
    return " ".join(text.split()) if text else ""


def _period(kind: str, start: str | None, end: str | None, found: _Found) -> Period:
    """A period from its texts. Source: XBRL 2.1 § 4.7.2."""
    if not kind:
        what = "a period (an instant, a start and an end, or forever) was expected"
        found.append(("4.7.2:period", what))
        return _NO_PERIOD
    if kind == "forever":
        return Period(kind, None, None, None, None)
    begin = _token(start) if kind == "duration" else None
    until = _token(end)
    begin_at = None if begin is None else _moment(begin, found, is_end=False)
    return Period(kind, begin, until, begin_at, _moment(until, found, is_end=True))


def _moment(text: str, found: _Found, *, is_end: bool) -> datetime | None:
    at = moment(text, is_end=is_end)
    if at is None:
        what = f"a date or dateTime was expected and {text!r} found"
        found.append(("4.7.2:date", what))
    return at


def _others(elements: list[_Element], places: list[int] | None) -> str | None:
    """What stands in a segment or scenario beside dimensions, as canonical XML."""
    return "".join(canonical(elements[place]) for place in places) if places else None
