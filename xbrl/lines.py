"""Where an element stands in its source.

Belongs here: line numbers. Does not: anything else about position.
"""

from typing import Any

from lxml.etree import _Element


def line_of(element: _Element) -> int:
    """The source line an element's start tag ends on; 0 when it was not parsed."""
    line: Any = element.sourceline  # the stubs leave its type open
    return int(line or 0)
