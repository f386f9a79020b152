"""XBRL 2.1's rules for the footnote links of a plain instance.

Belongs here: § 4.11: labels, arcs, what a footnote arc may join, language. Does not:
which footnotes there are (`xbrl.footnotes`), or roles (`role_rules`).
"""

from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from xbrl.names import FACT_FOOTNOTE, LINK, XLINK, XML, clark
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.address import line_of
from xbrl.validation.subject import Subject

LINKS = clark(LINK, "footnoteLink")
_FOOTNOTE = clark(LINK, "footnote")
_LOCATOR = clark(LINK, "loc")
_TYPE, _LABEL = clark(XLINK, "type"), clark(XLINK, "label")
_FROM, _TO, _ARCROLE = clark(XLINK, "from"), clark(XLINK, "to"), clark(XLINK, "arcrole")
_LANG = clark(XML, "lang")


def problems(subject: Subject) -> Iterator[Problem]:
    """Where a footnote link breaks a rule of XBRL 2.1."""
    if subject.instance.kind != "xbrl":
        return
    file = subject.instance.files[0]
    for root in subject.instance.roots:
        for link in root.iterchildren(LINKS):
            yield from _link(link, file)


def _link(link: _Element, file: str) -> Iterator[Problem]:
    ends: dict[str, _Element] = {}
    arcs: dict[tuple[str, str], _Element] = {}
    for child in link.iterchildren("*"):
        kind = child.get(_TYPE)
        if kind in {"locator", "resource"}:
            ends.setdefault(child.get(_LABEL, ""), child)
        if kind == "locator" and child.tag != _LOCATOR:
            message = f"A footnote link's locators must be link:loc; {child.tag} found."
            yield _problem("4.11.1.1:customLocator", child, message, "Write link:loc.", file)
        if kind == "arc":
            pair = (child.get(_FROM, ""), child.get(_TO, ""))
            if pair in arcs:
                yield _repeated(child, pair, arcs[pair], file)
            arcs.setdefault(pair, child)
        if child.tag == _FOOTNOTE and _language(child) is None:
            message = f"Footnote {child.get(_LABEL, '')} must have a language; none is in force."
            yield _problem("4.11.1.2.1:footnoteLang", child, message, "Add xml:lang.", file)
    for arc in arcs.values():
        yield from _arc(arc, ends, file)


def _repeated(arc: _Element, pair: tuple[str, str], first: _Element, file: str) -> Problem:
    message = (
        f"One arc from {pair[0]} to {pair[1]} was expected; there is one already at line "
        f"{line_of(first)}."
    )
    problem = _problem("", arc, message, "Remove one of them.", file)
    return Problem(
        "xlink:dupArcs", problem.severity, message, file, problem.line, None, problem.remedy
    )


def _arc(arc: _Element, ends: Mapping[str, _Element], file: str) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 3.5.3.9.2, 3.5.3.9.3 and 4.11.1.3.1."""
    for attribute, name, section in ((_FROM, "from", "3.5.3.9.2"), (_TO, "to", "3.5.3.9.3")):
        label = arc.get(attribute, "")
        if label not in ends:
            message = (
                f"The arc's {name} must be a label of the same footnote link; {label!r} is none."
            )
            yield _problem(f"{section}:arcResource", arc, message, "Correct the label.", file)
    if arc.get(_ARCROLE) != FACT_FOOTNOTE:
        return
    source, target = ends.get(arc.get(_FROM, "")), ends.get(arc.get(_TO, ""))
    if source is not None and source.get(_TYPE) != "locator":
        message = f"A footnote's arc must come from a locator; {arc.get(_FROM)} is a resource."
        remedy = "Point a locator to the fact, and the arc from it."
        yield _problem("4.11.1.3.1:factFootnoteArcFrom", arc, message, remedy, file)
    if target is not None and target.tag != _FOOTNOTE:
        message = (
            f"A footnote's arc must lead to a footnote of the same link; {arc.get(_TO)} is none."
        )
        remedy = "Write the footnote in this footnote link."
        yield _problem("4.11.1.3.1:factFootnoteArcTo", arc, message, remedy, file)


def _language(element: _Element) -> str | None:
    for around in (element, *element.iterancestors()):
        language = around.get(_LANG)
        if language:
            return str(language)
    return None


def _problem(code: str, element: _Element, message: str, remedy: str, file: str) -> Problem:
    return Problem(
        f"xbrl.{code}",
        Severity.ERROR,
        message,
        file,
        line_of(element) or None,
        element.get("id"),
        remedy,
    )
