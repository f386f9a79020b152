"""Context elements to contexts: entity, period, dimensions, other segment and scenario content.

Belongs here: what § 4.7 of XBRL 2.1 and § 3.1 of Dimensions 1.0 say a context holds,
for plain and inline documents alike. Does not: whether the dimensions are
allowed, or the period makes sense. Bad content is a problem, and the context is kept.
"""

from collections.abc import Iterable
from datetime import datetime

from lxml import etree
from lxml.etree import _Element

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
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})

_Found = list[tuple[str, str]]
"""Problems of one context: section and message."""


def read_contexts(
    elements: Iterable[_Element], file: str, into: dict[str, Context], problems: list[Problem]
) -> None:
    """Add the contexts that `elements` declare to `into`, by id.

    The first of several contexts with one id is kept; the others are problems.
    """
    for element in elements:
        found: _Found = []
        context = _context(element, file, found)
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


def _context(element: _Element, file: str, found: _Found) -> Context:
    """One context. Source: XBRL 2.1 § 4.7."""
    scheme = identifier = ""
    period = _NO_PERIOD
    dimensions: list[DimensionValue] = []
    segment = scenario = None
    for child in element:
        tag = child.tag
        if tag == _ENTITY:
            scheme, identifier, segment = _entity(child, dimensions, found)
        elif tag == _PERIOD:
            period = _period(child, found)
        elif tag == _SCENARIO:
            scenario = _container(child, "scenario", dimensions, found)
    if not (scheme and identifier):
        found.append(("4.7.3:identifier", "an entity's identifier with its scheme was expected"))
    if not period.kind:
        found.append(("4.7.2:period", "a period (instant, start and end, or forever) was expected"))
    id_ = element.get("id")
    if not id_:
        found.append(("4.7.1:id", "an id was expected; no fact can use a context without one"))
    if len(dimensions) > 1:
        dimensions.sort(key=_by_name)
    line = line_of(element)
    return Context(
        id_ or "",
        scheme,
        identifier,
        period,
        tuple(dimensions),
        segment,
        scenario,
        line,
        file,
        element,
    )


def _by_name(value: DimensionValue) -> tuple[str, str]:
    return value.dimension, value.member or value.typed or ""


def _entity(
    element: _Element, dimensions: list[DimensionValue], found: _Found
) -> tuple[str, str, str | None]:
    """Scheme, identifier and other segment content. Source: XBRL 2.1 § 4.7.3."""
    scheme = identifier = ""
    segment = None
    for part in element:
        tag = part.tag
        if tag == _IDENTIFIER:
            scheme = _token(part.get("scheme"))
            identifier = _token(part.text)
        elif tag == _SEGMENT:
            segment = _container(part, "segment", dimensions, found)
    return scheme, identifier, segment


def _token(text: str | None) -> str:
    """A token: white space collapsed. Source: XML Schema 2 § 3.3.2."""
    return " ".join(text.split()) if text else ""


def _period(element: _Element, found: _Found) -> Period:
    """The period of a context. Source: XBRL 2.1 § 4.7.2."""
    start = end = None
    kind = None
    for child in element:
        tag = child.tag
        text = _token(child.text)
        if tag == _START:
            start = text
        elif tag in {_END, _INSTANT}:
            kind = "duration" if tag == _END else "instant"
            end = text
        elif tag == _FOREVER:
            return Period("forever", None, None, None, None)
    if kind is None or (kind == "duration" and start is None):
        return _NO_PERIOD
    start_at = None if start is None else _moment(start, found, is_end=False)
    return Period(kind, start, end, start_at, _moment(end or "", found, is_end=True))


def _moment(text: str, found: _Found, *, is_end: bool) -> datetime | None:
    at = moment(text, is_end=is_end)
    if at is None:
        found.append(("4.7.2:date", f"a date or dateTime was expected and {text!r} found"))
    return at


def _container(
    element: _Element, container: str, dimensions: list[DimensionValue], found: _Found
) -> str | None:
    """Add the dimensions of a segment or scenario; give the rest as canonical XML."""
    others = []
    for child in element:
        tag = child.tag
        if tag == _EXPLICIT:
            nsmap = child.nsmap
            dimension = _name(child.get("dimension"), nsmap, found)
            member = _name(child.text, nsmap, found)
            dimensions.append(DimensionValue(dimension, member, None, container))
        elif tag == _TYPED:
            dimension = _name(child.get("dimension"), child.nsmap, found)
            typed = "".join(map(canonical, child))
            dimensions.append(DimensionValue(dimension, None, typed, container))
        else:
            others.append(canonical(child))
    return "".join(others) or None


def _name(text: str | None, nsmap: dict[str | None, str], found: _Found) -> str:
    """The Clark name of a QName; as written, with a problem, when it has no namespace."""
    name = resolve(text, nsmap)
    if name is None:
        shown = (text or "").strip()
        found.append(
            ("4.7.4:QName", f"a QName with a declared prefix was expected, {shown!r} found")
        )
        return shown
    return name


def canonical(element: _Element) -> str:
    """An element in exclusive canonical XML, without comments.

    Source: Exclusive XML Canonicalization 1.0. The plain case, a text in an element without
    attributes, is written here: it is most typed members, and much cheaper so.
    """
    tag = element.tag
    if len(element) or element.keys() or not isinstance(tag, str):
        return etree.tostring(element, method="c14n", exclusive=True, with_comments=False).decode()
    text = escaped(element.text or "")
    prefix = element.prefix
    namespace, _, local = tag.rpartition("}")
    if not namespace:
        return f"<{local}>{text}</{local}>"
    name, declared = (f"{prefix}:{local}", f"xmlns:{prefix}") if prefix else (local, "xmlns")
    return f'<{name} {declared}="{_attribute(namespace[1:])}">{text}</{name}>'


def escaped(text: str) -> str:
    """A text as canonical XML writes it. Source: Canonical XML 1.0 § 2.3."""
    return text.translate(_ESCAPES)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
