"""The rules of numbers, fractions and tuples in inline documents.

Belongs here: rules of one such element, its attributes and what stands in it. Does not:
headers and placement (`placement`), the set as a whole (`validity`).

Source: Inline XBRL 1.1 (2013-11-18) § 7, 10, 15.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element

from xbrl.inline.codes import wrong
from xbrl.inline.page import FACTS
from xbrl.inline.whitespace import WHITE_SPACE
from xbrl.names import XSI, split
from xbrl.problem import Problem

_NIL = f"{{{XSI}}}nil"
_NEGATIVE = re.compile(r"-\s*[0-9.]+")


def number(element: _Element, file: str) -> Iterator[Problem]:
    """A number's content, attributes and nesting. Source: § 10.1.1, 10.1.2."""
    yield from _accuracy(element, file)
    yield from _sign(element, file)
    around = next(element.iterancestors(element.tag), None)
    if _is_nil(element):
        if around is not None:
            what = "it is nil and stands in another ix:nonFraction"
            yield wrong(element, file, "nestedNonFractionIsNil", what, "Take it out.")
        return
    children = list(element.iterchildren(etree.Element))
    if not children and not element.text:
        what = "a number was expected, nothing found"
        yield wrong(element, file, "nonFraction", what, "Write the number, or xsi:nil.")
    texts = [element.text, *(child.tail for child in children)]
    if children and (len(children) > 1 or children[0].tag != element.tag):
        what = "a text or one ix:nonFraction was expected, other elements found"
        yield wrong(element, file, "nonFractionChildren", what, "Tag the number alone.")
    elif children and any(text and text.strip(WHITE_SPACE) for text in texts):
        what = "a text or one ix:nonFraction was expected, both found"
        yield wrong(element, file, "nonFractionChildren", what, "Tag the number alone.")
    parent = element.getparent()
    if parent is not None and parent.tag == element.tag:
        yield from _same(parent, element, file)


def _accuracy(element: _Element, file: str) -> Iterator[Problem]:
    """Decimals or precision, and neither on nil. Source: § 10.1.2; XBRL 2.1 § 4.6.3."""
    stated = [name for name in ("decimals", "precision") if element.get(name) is not None]
    if _is_nil(element) and stated:
        what = f"it is nil and has {' and '.join(stated)}"
        yield wrong(element, file, "nilAccuracy", what, f"Remove {' and '.join(stated)}.")
    elif not _is_nil(element) and len(stated) != 1:
        found = "both" if stated else "neither"
        what = f"decimals or precision was expected, {found} found"
        yield wrong(element, file, "accuracy", what, "State decimals, and only that.")


def _sign(element: _Element, file: str) -> Iterator[Problem]:
    """A minus is an attribute, or the format's. Source: § 10.1.1, 7.1.1."""
    sign = element.get("sign")
    if sign is not None and sign != "-":
        what = f"a sign of '-' was expected, {sign!r} found"
        yield wrong(element, file, "sign", what, "Write sign='-', or leave it out.")
    text = (element.text or "").strip(WHITE_SPACE)
    if element.get("format") is None and _NEGATIVE.fullmatch(text):
        what = f"a number without a minus was expected where there is no format, {text!r} found"
        remedy = "Tag the figures without the minus, and write sign='-'."
        yield wrong(element, file, "nonFractionNegative", what, remedy)


def _same(outer: _Element, inner: _Element, file: str) -> Iterator[Problem]:
    """Nested numbers are one text in one form. Source: § 10.1.2."""
    for name in ("format", "scale", "unitRef"):
        one, other = outer.get(name), inner.get(name)
        if name == "scale":
            one, other = one or "0", other or "0"
        if (one or "").strip() != (other or "").strip():
            what = f"{name} was expected to be {one!r} as of the fact around it, {other!r} found"
            yield wrong(inner, file, "nestedNonFractionProperties", what, "Make both the same.")


def fraction(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 7.1.2, 7.1.3."""
    namespace = split(str(element.tag))[0]
    parts = list(element.iterdescendants(f"{{{namespace}}}*"))
    names = [split(str(part.tag))[1] for part in parts]
    if others := sorted(set(names) - {"numerator", "denominator", "fraction"}):
        what = f"a numerator and a denominator were expected, {', '.join(others)} found"
        yield wrong(element, file, "fractionChildren", what, "Tag them outside the fraction.")
    terms = names.count("numerator"), names.count("denominator")
    if _is_nil(element):
        if terms != (0, 0):
            what = "it is nil and has terms"
            yield wrong(element, file, "nilFractionChildren", what, "Remove xsi:nil.")
        if next(element.iterancestors(element.tag), None) is not None:
            what = "it is nil and stands in another ix:fraction"
            yield wrong(element, file, "nestedFractionIsNil", what, "Take it out.")
    elif terms[0] > 1 or terms[1] > 1:
        what = f"one numerator and one denominator were expected, {terms[0]} and {terms[1]} found"
        yield wrong(element, file, "fractionTerms", what, "Tag each term once.")
    for part in parts:
        if part.tag == element.tag and part.get("unitRef") != element.get("unitRef"):
            what = "nested fractions were expected to have one unit"
            yield wrong(part, file, "fractionChildAttributes", what, "Make unitRef the same.")


def term(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 7.1.1."""
    yield from _sign(element, file)
    if len(element):
        what = "text alone was expected, elements found"
        yield wrong(element, file, "fractionTermDescendants", what, "Tag the figures alone.")


def ordered(element: _Element, file: str) -> Iterator[Problem]:
    """An order is a place in a tuple. Source: § 10.1.2, 15.1.2."""
    if element.get("order") is None or element.get("tupleRef") is not None:
        return
    namespace = split(str(element.tag))[0]
    around = next(element.iterancestors(f"{{{namespace}}}*"), None)
    if around is None or around.tag != f"{{{namespace}}}tuple":
        what = f"order {element.get('order')} was expected only in a tuple"
        yield wrong(element, file, "tupleOrder", what, "Remove order, or name the tuple.")


def unnamed(element: _Element, file: str) -> Iterator[Problem]:
    """A tuple without content is named, so that facts can refer to it. Source: § 15.1.2."""
    if element.get("tupleID") is not None or _is_nil(element):
        return
    namespace = split(str(element.tag))[0]
    facts = (f"{{{namespace}}}{name}" for name in FACTS)
    if next(element.iterdescendants(*facts), None) is None:
        what = "a tupleID was expected, since nothing stands in it"
        yield wrong(element, file, "tupleID", what, "Give it a tupleID, or remove it.")


def _is_nil(element: _Element) -> bool:
    return (element.get(_NIL) or "").strip(WHITE_SPACE) in {"true", "1"}
