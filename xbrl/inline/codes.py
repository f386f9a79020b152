"""The codes of inline problems: the section of the specification that is broken, and what it is.

Belongs here: sections by element. Does not: the checks.

Source: Inline XBRL 1.1 (2013-11-18) and 1.0 (2010-04-20), the "Constraints" and
"Validation rules" sections; the names after the colon are those Arelle gives.
"""

from lxml.etree import _Element

from xbrl.lines import line_of
from xbrl.names import IX_10, split
from xbrl.problem import Problem, Severity

_SECTIONS_11 = {
    "html": ("3.3.1", "3.3.1"),
    "continuation": ("4.1.1", "4.1.2"),
    "exclude": ("5.1.1", "5.1.2"),
    "footnote": ("6.1.1", "6.1.2"),
    "fraction": ("7.1.2", "7.1.3"),
    "denominator": ("7.1.1", "7.1.3"),
    "numerator": ("7.1.1", "7.1.3"),
    "header": ("8.1.1", "8.1.3"),
    "hidden": ("9.1.1", "9.1.2"),
    "nonFraction": ("10.1.1", "10.1.2"),
    "nonNumeric": ("11.1.1", "11.1.2"),
    "references": ("12.1.1", "12.1.2"),
    "relationship": ("13.1.1", "13.1.2"),
    "resources": ("14.1.1", "14.1.2"),
    "tuple": ("15.1.1", "15.1.2"),
}
_SECTIONS_10 = {
    "html": ("3.3.1", "3.3.1"),
    "footnote": ("5.1.1", "5.1.2"),
    "fraction": ("6.1.1", "6.1.2"),
    "denominator": ("6.1.1", "6.1.2"),
    "numerator": ("6.1.1", "6.1.2"),
    "header": ("7.1.1", "7.1.3"),
    "hidden": ("8.1.1", "8.1.2"),
    "nonFraction": ("9.1.1", "9.1.2"),
    "nonNumeric": ("10.1.1", "10.1.2"),
    "references": ("11.1.1", "11.1.2"),
    "resources": ("12.1.1", "12.1.2"),
    "tuple": ("13.1.1", "13.1.2"),
}


def code(namespace: str, element: str, name: str, *, is_constraint: bool = False) -> str:
    """The code of a broken rule of one inline element.

    >>> code("http://www.xbrl.org/2013/inlineXBRL", "nonFraction", "unitReference")
    'ix11.10.1.2:unitReference'
    """
    version, sections = ("ix10", _SECTIONS_10) if namespace == IX_10 else ("ix11", _SECTIONS_11)
    section = sections.get(element)
    return f"{version}.{section[not is_constraint]}:{name}" if section else f"{version}:{name}"


def problem(
    element: _Element,
    file: str,
    name: str,
    message: str,
    remedy: str,
    *,
    is_constraint: bool = False,
    facts: tuple[int, ...] = (),
) -> Problem:
    """A problem of an inline element, with the code of its section."""
    namespace, local = split(str(element.tag))
    return Problem(
        code(namespace, local, name, is_constraint=is_constraint),
        Severity.ERROR,
        message,
        file,
        line_of(element),
        element.get("id"),
        remedy,
        facts,
    )


def wrong(element: _Element, file: str, name: str, what: str, remedy: str) -> Problem:
    """A problem whose message begins with the element and its name or id."""
    local = split(str(element.tag))[1]
    shown = element.get("name") or element.get("id")
    message = f"ix:{local}{f' {shown}' if shown else ''}: {what}."
    return problem(element, file, name, message, remedy)
