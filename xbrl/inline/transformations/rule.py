"""What a transformation rule is.

Belongs here: the shape shared by those that make rules and the registry that names
them. Does not: any rule.
"""

from collections.abc import Callable
from typing import NamedTuple

Apply = Callable[[str], str | None]
"""From a text, its white space collapsed, to the value; None where the text is not of the
rule's form."""


class Rule(NamedTuple):
    """One transformation: what it does, and the form it expects, in words for a message."""

    apply: Apply
    expected: str
