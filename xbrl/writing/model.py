"""What is written: facts, each with its context and unit, and the taxonomy they speak of.

Belongs here: the aspects of a fact, checked as far as XML asks. Does not: where a fact
stands on a page (`inline`), or what any concept means.

Names are prefixed (`fsa:Revenue`); a `Document` says what the prefixes mean.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import escape as _escape

XBRLI = "http://www.xbrl.org/2003/instance"
NAMESPACES = {
    "xbrli": XBRLI,
    "link": "http://www.xbrl.org/2003/linkbase",
    "xlink": "http://www.w3.org/1999/xlink",
    "xbrldi": "http://xbrl.org/2006/xbrldi",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
}
"""The prefixes every instance knows beside its own."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Dimension(NamedTuple):
    """One dimension of a context, in its scenario: `member` of an explicit dimension; of a
    typed one the `element` that holds `value`, and no member. Source: Dimensions 1.0 § 3.1.
    """

    name: str
    member: str | None = None
    element: str | None = None
    value: str | None = None


class Context(NamedTuple):
    """Who, when and which part. Without `start` the period is the instant `end`, which as
    a date means the end of that day. Source: XBRL 2.1 § 4.7.
    """

    id: str
    scheme: str
    identifier: str
    start: date | None
    end: date
    dimensions: tuple[Dimension, ...] = ()


class Unit(NamedTuple):
    """A unit: measures multiplied, divided by measures. Source: XBRL 2.1 § 4.8."""

    id: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()


class Fact(NamedTuple):
    """One fact. `value` is lexical, as a plain instance holds it; None is nil. A number has
    a `unit` and, unless nil, `decimals` (an integer or INF).
    """

    concept: str
    context: Context
    value: str | None
    unit: Unit | None = None
    decimals: str | None = None
    language: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What all facts of one instance share: the entry point's address, prefixes, language."""

    entry_point: str
    prefixes: Mapping[str, str]
    language: str

    def declarations(self, *more: Mapping[str, str]) -> str:
        """The xmlns attributes, in the order of their prefixes."""
        known = {**NAMESPACES, **self.prefixes}
        for one in more:
            known |= one
        return " ".join(f'xmlns:{prefix}="{quoted(known[prefix])}"' for prefix in sorted(known))


def text(value: str) -> str:
    """`value` as XML character data that reads back the same.

    >>> text("a < b & c")
    'a &lt; b &amp; c'

    Raises: ValueError when it holds a character XML cannot.
    """
    if value.isalnum():
        return value
    if found := _NOT_XML.search(value):
        raise ValueError(f"U+{ord(found[0]):04X} cannot stand in XML: {value[:60]!r}")
    return _escape(value, {"\r": "&#13;"})


@lru_cache(maxsize=4096)  # names and ids, which all reports share
def quoted(value: str) -> str:
    """`value` inside a double-quoted attribute.

    >>> quoted('"a"')
    '&quot;a&quot;'
    """
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
