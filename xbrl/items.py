"""The facts of a plain instance as columns.

Belongs here: items, fractions and tuples, their attributes, values and languages, read at
the parser's speed: columns by comprehension, no object per fact. Does not: the
rest of the instance.
"""

from typing import Any

from lxml.etree import _Element

from xbrl.lines import lines_of
from xbrl.model import Facts
from xbrl.names import XBRLI, XML, XSI, split
from xbrl.parse import Parsed
from xbrl.problem import Problem, Severity

_NUMERATOR = f"{{{XBRLI}}}numerator"
_DENOMINATOR = f"{{{XBRLI}}}denominator"
_LANG = f"{{{XML}}}lang"
_NIL = f"{{{XSI}}}nil"


def read_facts(taken: "Taken", language: str | None, parsed: Parsed) -> tuple[Facts, list[Problem]]:
    """The facts that elements and the tuples among them hold, and items that hold elements.

    `language` is the one in force around them.
    """
    if not taken.holds_elements:
        return _columns(taken, [-1] * len(taken.elements), language, parsed), []
    nested, parents = _with_nested(taken.elements)
    if len(nested) > len(taken.elements):
        taken = Taken()
        taken.take(nested, [element.tag for element in nested])
    facts = _columns(taken, parents, language, parsed)
    return facts, _bad_content(facts, parsed.name)


def _with_nested(facts: list[_Element]) -> tuple[list[_Element], list[int]]:
    """Facts and those in tuples in document order, with the index of the tuple each is in.

    A tuple is what has no contextRef. Source: XBRL 2.1 § 4.9.
    """
    elements: list[_Element] = []
    parents: list[int] = []
    waiting = [(element, -1) for element in reversed(facts)]
    while waiting:
        element, parent = waiting.pop()
        if len(element) and element.get("contextRef") is None:
            index = len(elements)
            waiting += [(child, index) for child in reversed(element)]
        elements.append(element)
        parents.append(parent)
    return elements, parents


def _columns(taken: "Taken", parents: list[int], language: str | None, parsed: Parsed) -> Facts:
    """The facts as columns. Source: XBRL 2.1 § 4.6."""
    elements = taken.elements
    count = len(elements)
    contexts = taken.column("contextRef")
    nil = _nil(taken.column(_NIL))
    kinds = ["tuple" if context is None else "item" for context in contexts]
    values = taken.texts
    if "tuple" in kinds or taken.holds_elements:
        for index, element in enumerate(elements):
            if kinds[index] == "tuple":
                values[index] = None
            elif len(element):
                kinds[index], values[index] = _content(element)
    if True in nil:
        values = [None if is_nil else value for value, is_nil in zip(values, nil, strict=True)]
    if parsed.is_cut:
        values = [value and parsed.restore(value) for value in values]
    return Facts(
        kind=kinds,
        concept=taken.names,
        context_id=contexts,
        unit_id=taken.column("unitRef"),
        value=values,
        decimals=taken.column("decimals"),
        precision=taken.column("precision"),
        is_nil=nil,
        language=_languages(taken.column(_LANG), parents, language),
        element_id=taken.column("id"),
        parent=parents,
        order=[None] * count,
        line=taken.lines,
        file=[0] * count,
        written=[None] * count,
        format=[None] * count,
        scale=[None] * count,
        sign=[None] * count,
        is_hidden=[False] * count,
        is_escaped=[False] * count,
        element=elements,
    )


def _nil(column: list[str | None]) -> list[bool]:
    """Which facts say xsi:nil. Source: XML Schema 1 § 2.6.2."""
    if not any(column):
        return [False] * len(column)
    return [text is not None and text.strip() in {"true", "1"} for text in column]


class Taken:
    """Names, texts, lines and attributes of many elements, as columns.

    Taken block by block: the tree is far larger than the processor's cache, and each part of it
    should pass through once. Most elements carry the same few sets of attributes, so
    values are found by the place they have in the set.
    """

    def __init__(self) -> None:
        self.elements: list[_Element] = []
        self.names: list[str] = []
        self.texts: list[str | None] = []
        self.lines: list[int] = []
        self.holds_elements = False
        self._values: list[Any] = []
        self._numbers: list[int] = []
        self._shapes: dict[tuple[str | bytes, ...], int] = {}

    def take(self, block: list[_Element], names: list[str]) -> None:
        """Add elements, whose names are at hand."""
        self.elements += block
        self.names += names
        texts = [element.text or "" for element in block]
        self.texts += texts
        self.lines += lines_of(block, texts)
        self.holds_elements = self.holds_elements or any(map(len, block))
        shapes = map(tuple, map(_Element.keys, block))
        known = self._shapes
        self._numbers += [known.setdefault(shape, len(known)) for shape in shapes]
        self._values += map(_Element.values, block)

    def column(self, name: str) -> list[str | None]:
        """One attribute of every element, None where it is missing."""
        places = [shape.index(name) if name in shape else None for shape in self._shapes]
        distinct = set(places)
        if distinct <= {None}:
            return [None] * len(self._values)
        if len(distinct) == 1:
            place = distinct.pop()
            return [values[place] for values in self._values]
        return [
            None if (place := places[number]) is None else values[place]
            for number, values in zip(self._numbers, self._values, strict=True)
        ]


def _content(element: _Element) -> tuple[str, str]:
    """Kind and value of a fact with elements in it: a fraction, or content no item has."""
    above = element.find(_NUMERATOR)
    below = element.find(_DENOMINATOR)
    if above is None or below is None:
        return "item", "".join(map(str, element.itertext()))
    return "fraction", f"{(above.text or '').strip()}/{(below.text or '').strip()}"


def _bad_content(facts: Facts, file: str) -> list[Problem]:
    """Items and fractions with elements no fact has. Source: XBRL 2.1 § 4.6, 5.1.1.3.1."""
    return [
        Problem(
            "xbrl.4.6:content",
            Severity.ERROR,
            f"Fact {split(facts.concept[i])[1]}: {fault[0]}.",
            file,
            facts.line[i],
            facts.element_id[i],
            fault[1],
            (i,),
        )
        for i, element in enumerate(facts.element)
        if len(element) and (fault := _fault(facts.kind[i], element))
    ]


def _fault(kind: str, element: _Element) -> tuple[str, str] | None:
    """What elements within a fact are wrong, and the remedy; None when none are."""
    if kind == "item":
        found = f"text was expected, an element found ({element[0].tag})"
        return found, "Write the value as text, with markup escaped."
    others = [one for one in element if one.tag not in {_NUMERATOR, _DENOMINATOR}]
    others += [inner for one in element for inner in one]
    if kind == "tuple" or not (others or len(element) != 2):
        return None
    found = str(others[0].tag) if others else f"{len(element)} parts"
    what = f"one numerator and one denominator were expected, {found} found"
    return what, "Keep the numerator and the denominator; nothing else in a fraction is read."


def _languages(own: list[str | None], parents: list[int], default: str | None) -> list[str | None]:
    """The language in force for each fact: its own, its tuple's, or the document's."""
    if all(language is None for language in own):
        return [default] * len(own)
    languages: list[str | None] = []
    for language, parent in zip(own, parents, strict=True):
        if language is not None:
            languages.append(language or None)
        else:
            languages.append(languages[parent] if parent >= 0 else default)
    return languages
