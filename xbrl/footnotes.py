"""Footnote links of a plain instance: from facts to footnotes, or to other facts.

Belongs here: locators, arcs and resources of footnoteLink, and prohibition among them.
Does not: inline footnotes and relationships, which have elements of their own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import unquote

from lxml.etree import _Element

from xbrl.canonical import canonical, escaped
from xbrl.lines import line_of
from xbrl.model import Facts, Footnote, Instance
from xbrl.names import FACT_EXPLANATORY_FACT, FACT_FOOTNOTE, ROLE_LINK, XLINK, XML
from xbrl.parse import Parsed
from xbrl.pointers import Pointers
from xbrl.problem import Problem, Severity

_TYPE = f"{{{XLINK}}}type"
_ROLE = f"{{{XLINK}}}role"
_ARCROLE = f"{{{XLINK}}}arcrole"
_LABEL = f"{{{XLINK}}}label"
_FROM = f"{{{XLINK}}}from"
_TO = f"{{{XLINK}}}to"
_HREF = f"{{{XLINK}}}href"
_LANG = f"{{{XML}}}lang"
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")

_End = int | _Element
"""What an arc goes from or to: a fact by its index, or another element."""


class _Arc(NamedTuple):
    """One arc between two ends."""

    link_role: str
    arcrole: str
    source: _End
    target: _End
    is_prohibited: bool
    priority: int
    element: _Element


def read_footnotes(
    links: Iterable[_Element], parsed: Parsed, instance: Instance, by_id: dict[str, int]
) -> None:
    """Add the footnotes of footnoteLink elements to an instance. Source: XBRL 2.1 § 4.11."""
    links = list(links)
    if not links:
        return
    assert parsed.root is not None
    targets = _Targets(instance.facts, by_id, parsed)
    arcs = [arc for link in links for arc in _arcs(link, targets, parsed.name, instance.problems)]
    for arc in _effective(arcs):
        if isinstance(arc.source, int) and _can_explain(arc.target):
            instance.footnotes.append(_footnote(arc, arc.source, parsed))
        else:
            instance.problems.append(_not_a_fact(arc, parsed.name))


class _Targets:
    """What the locators of one file point to."""

    def __init__(self, facts: Facts, by_id: dict[str, int], parsed: Parsed) -> None:
        assert parsed.root is not None
        self._file = parsed.name
        self._facts = facts
        self._by_id = by_id
        self._by_element: dict[_Element, int] | None = None
        self._pointers = Pointers(parsed.root)

    def find(self, locator: _Element) -> _End | None:
        """The fact or other element a locator points to. Source: XBRL 2.1 § 4.11.1.1."""
        path, _, fragment = locator.get(_HREF, "").strip().partition("#")
        if path and unquote(path).rsplit("/", 1)[-1] != self._file.rsplit("/", 1)[-1]:
            return None
        fragment = unquote(fragment)
        fact = self._by_id.get(fragment)
        return self._element(self._pointers.find(fragment)) if fact is None else fact

    def _element(self, element: _Element | None) -> _End | None:
        if self._by_element is None:
            self._by_element = {each: i for i, each in enumerate(self._facts.element)}
        return element if element is None else self._by_element.get(element, element)


def _can_explain(end: _End) -> bool:
    """Whether an arc may go there: to a footnote, or to another fact."""
    return isinstance(end, int) or end.get(_TYPE) == "resource"


def _footnote(arc: _Arc, fact: int, parsed: Parsed) -> Footnote:
    line, order = line_of(arc.element), arc.element.get("order")
    if isinstance(arc.target, int):
        return Footnote(
            fact, arc.arcrole, arc.link_role, None, None, None, arc.target, order, line, parsed.name
        )
    return Footnote(
        fact,
        arc.arcrole,
        arc.link_role,
        arc.target.get(_ROLE),
        parsed.restore(content(arc.target)),
        _language(arc.target),
        None,
        order,
        line,
        parsed.name,
    )


def content(element: _Element) -> str:
    """What stands in a footnote, as canonical XHTML without comments."""
    parts = [escaped(element.text or "")]
    for child in element:
        parts += (canonical(child), escaped(child.tail or ""))
    return "".join(parts)


def _language(element: _Element) -> str | None:
    """The xml:lang in force at a footnote."""
    around: _Element | None = element
    while around is not None:
        language = around.get(_LANG)
        if language is not None:
            return str(language) or None
        around = around.getparent()
    return None


def _arcs(link: _Element, targets: _Targets, file: str, problems: list[Problem]) -> Iterable[_Arc]:
    """The arcs of one extended link, between each pair its labels name."""
    ends: dict[str, list[_End]] = defaultdict(list)
    arcs: list[_Element] = []
    for child in link:
        type_ = child.get(_TYPE)
        if type_ == "arc":
            arcs.append(child)
        elif type_ == "resource":
            ends[child.get(_LABEL, "")].append(child)
        elif type_ == "locator":
            target = targets.find(child)
            if target is None:
                problems.append(_dangling(child, file))
            else:
                ends[child.get(_LABEL, "")].append(target)
    link_role = link.get(_ROLE) or ROLE_LINK
    for arc in arcs:
        for source in ends.get(arc.get(_FROM, ""), ()):
            for target in ends.get(arc.get(_TO, ""), ()):
                yield _arc(arc, link_role, source, target)


def _arc(arc: _Element, link_role: str, source: _End, target: _End) -> _Arc:
    priority = (arc.get("priority") or "0").strip()
    return _Arc(
        link_role,
        arc.get(_ARCROLE, ""),
        source,
        target,
        arc.get("use") == "prohibited",
        int(priority) if _INTEGER.fullmatch(priority) else 0,
        arc,
    )


def _effective(arcs: Sequence[_Arc]) -> list[_Arc]:
    """Arcs that no prohibiting arc of the same or higher priority takes back.

    Source: XBRL 2.1 § 3.5.3.9.7.5.
    """
    if not any(arc.is_prohibited for arc in arcs):
        return list(arcs)
    barred: dict[tuple[str, str, _End, _End], int] = {}
    for arc in arcs:
        if arc.is_prohibited:
            key = arc[:4]
            barred[key] = max(arc.priority, barred.get(key, arc.priority))
    return [
        arc
        for arc in arcs
        if not arc.is_prohibited and not (arc[:4] in barred and arc.priority <= barred[arc[:4]])
    ]


def _dangling(locator: _Element, file: str) -> Problem:
    href = locator.get(_HREF, "")
    return _problem(
        locator,
        file,
        f"A locator of a footnote was expected to point to a fact of this document; {href!r} "
        "points to nothing here.",
        "Correct the locator, or give the fact that id.",
    )


def _not_a_fact(arc: _Arc, file: str) -> Problem:
    """An error for the standard arcroles; an arcrole of the filer's own may join what it likes.

    Source: XBRL 2.1 § 4.11.1.3.1.
    """
    is_own = arc.arcrole not in {FACT_FOOTNOTE, FACT_EXPLANATORY_FACT}
    message = (
        f"The footnote's arc from {arc.element.get(_FROM)!r} to {arc.element.get(_TO)!r} was "
        f"expected to go from a fact to a footnote or a fact{'; it is not read' if is_own else ''}."
    )
    problem = _problem(arc.element, file, message, "Point its locators to facts.")
    return replace(problem, severity=Severity.NOTE) if is_own else problem


def _problem(element: _Element, file: str, message: str, remedy: str) -> Problem:
    line = line_of(element)
    return Problem(
        "xbrl.4.11.1.1:locator", Severity.ERROR, message, file, line, element.get("id"), remedy
    )
