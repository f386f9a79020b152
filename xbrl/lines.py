"""Where an element stands in its source.

Belongs here: line numbers. Does not: anything else about position.
"""

from collections.abc import Sequence
from typing import Any

from lxml.etree import _Element

LAST_EXACT = 65_534
"""Beyond this line libxml2 keeps none for elements: it looks at the text in or after them."""


def line_of(element: _Element) -> int:
    """The source line an element's start tag ends on; 0 when it was not parsed.

    Past line 65,534 it is, for an element with a text of several lines, a line within that text.
    """
    reported: Any = element.sourceline  # the stubs leave its type open
    line = int(reported or 0)
    if line <= LAST_EXACT:
        return line
    text = element.text or ("" if len(element) else element.tail) or ""
    return line if text.strip() else line - text.count("\n")


def lines_of(elements: list[_Element], texts: Sequence[str] | None = None) -> list[int]:
    """The lines of many elements; `texts` are their texts, where they are at hand."""
    lines: list[Any] = [element.sourceline for element in elements]
    if max(lines, default=0) <= LAST_EXACT:
        return lines
    if texts is None:
        return list(map(line_of, elements))
    return [
        line if text and not text.isspace() else line_of(element)
        for line, text, element in zip(lines, texts, elements, strict=True)
    ]
