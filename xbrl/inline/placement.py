"""Where inline elements may stand, and what the parts of a header may hold.

Belongs here: rules of one element of the header, and of placement. Does not: figures and
tuples (`figures`), the set as a whole (`validity`).

Source: Inline XBRL 1.1 (2013-11-18) § 4 to 9, 12 to 14.
"""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element

from xbrl.inline.codes import wrong
from xbrl.inline.page import FACTS
from xbrl.names import LINK, XBRLI, XHTML, XML, split
from xbrl.problem import Problem

_LANG = f"{{{XML}}}lang"
_HEADER_PARTS = {"hidden", "references", "resources"}
_OWNERS = {"relationship": "resources", "numerator": "fraction", "denominator": "fraction"}
_REFERENCES = {f"{{{LINK}}}schemaRef", f"{{{LINK}}}linkbaseRef"}
_RESOURCES = {
    f"{{{XBRLI}}}context",
    f"{{{XBRLI}}}unit",
    f"{{{LINK}}}roleRef",
    f"{{{LINK}}}arcroleRef",
}


def placed(element: _Element, file: str) -> Iterator[Problem]:
    """Parts of a header stand in it. Source: § 9.1.1, 12.1.1, 14.1.1."""
    parent = element.getparent()
    if parent is None or not str(parent.tag).endswith("}header"):
        what = "it was expected directly in ix:header"
        yield wrong(element, file, "misplaced", what, "Move it into ix:header.")


def owned(element: _Element, file: str) -> Iterator[Problem]:
    """A relationship stands in ix:resources, a term in a fraction. Source: § 7.1.1, 13.1.1."""
    namespace, local = split(str(element.tag))
    owner = _OWNERS[local]
    if next(element.iterancestors(f"{{{namespace}}}{owner}"), None) is None:
        what = f"it was expected within ix:{owner}"
        yield wrong(element, file, "misplaced", what, f"Move it into ix:{owner}.")


def excluded(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 5.1.1."""
    namespace = split(str(element.tag))[0]
    holders = (f"{{{namespace}}}{name}" for name in ("continuation", "footnote", "nonNumeric"))
    if next(element.iterancestors(*holders), None) is None:
        what = "it was expected within ix:nonNumeric, ix:continuation or ix:footnote"
        yield wrong(element, file, "excludeMisplaced", what, "Remove the ix:exclude tags.")


def not_hidden(element: _Element, file: str) -> Iterator[Problem]:
    """A continuation is no hidden fact. Source: § 4.1.1."""
    namespace = split(str(element.tag))[0]
    if next(element.iterancestors(f"{{{namespace}}}hidden"), None) is not None:
        what = "it stands in ix:hidden"
        yield wrong(element, file, "ancestorNodeDisallowed", what, "Move it to the page.")


def header(element: _Element, file: str) -> Iterator[Problem]:
    """What a header holds, and how often. Source: § 8.1.1, 8.1.3."""
    namespace = split(str(element.tag))[0]
    if next(element.iterancestors(f"{{{XHTML}}}head"), None) is not None:
        what = "it stands in the html head"
        yield wrong(element, file, "headerInHead", what, "Move it into a hidden div of the body.")
    names = [split(str(child.tag)) for child in element.iterchildren(etree.Element)]
    for space, local in names:
        if space != namespace or local not in _HEADER_PARTS:
            what = f"ix:hidden, ix:references and ix:resources were expected, {local} found"
            yield wrong(element, file, "headerContent", what, "Move it out of the header.")
    for part in ("hidden", "resources"):
        if names.count((namespace, part)) > 1:
            what = f"one ix:{part} was expected, several found"
            yield wrong(element, file, "headerContent", what, f"Join the ix:{part} elements.")


def hidden(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 9.1.1."""
    namespace = split(str(element.tag))[0]
    allowed = {f"{{{namespace}}}{name}" for name in (*FACTS, "footnote")}
    children = list(element.iterchildren(etree.Element))
    if not children:
        what = "a fact was expected, none found"
        yield wrong(element, file, "hiddenContent", what, "Remove the empty ix:hidden.")
    for child in children:
        if child.tag not in allowed:
            what = f"facts were expected, {child.tag} found"
            yield wrong(element, file, "hiddenContent", what, "Move it to the page.")


def references(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 12.1.1."""
    children = list(element.iterchildren(etree.Element))
    if not children:
        what = "a schemaRef was expected, none found"
        yield wrong(element, file, "referencesContent", what, "Name the taxonomy.")
    for child in children:
        if child.tag not in _REFERENCES:
            what = f"schemaRef and linkbaseRef were expected, {child.tag} found"
            yield wrong(element, file, "referencesContent", what, "Move it out.")
    for name in map(str, element.keys()):
        if name.startswith(f"{{{XBRLI}}}"):
            what = f"the attribute {name} is not allowed"
            yield wrong(element, file, "qualifiedAttributeDisallowed", what, "Remove it.")


def resources(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 14.1.1."""
    namespace = split(str(element.tag))[0]
    allowed = {*_RESOURCES, f"{{{namespace}}}relationship"}
    for child in element.iterchildren(etree.Element):
        if child.tag not in allowed:
            what = f"contexts, units, roles and relationships were expected, {child.tag} found"
            yield wrong(element, file, "resourcesContent", what, "Move it out of ix:resources.")


def footnote(element: _Element, file: str) -> Iterator[Problem]:
    """Source: § 6.1.2."""
    languages = (around.get(_LANG) for around in (element, *element.iterancestors()))
    if not next((language for language in languages if language is not None), None):
        what = "a language in force (xml:lang) was expected, none found"
        yield wrong(element, file, "footnoteLang", what, "Write xml:lang on it.")
