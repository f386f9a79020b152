"""Footnote links of a plain instance: from facts to footnotes, or to other facts.

Belongs here: locators, arcs and resources of footnoteLink, and prohibition among them.
Does not: inline footnotes and relationships, which have elements of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from lxml.etree import _Element

from xbrl.contexts import canonical, escaped
from xbrl.lines import line_of
from xbrl.model import Footnote, Instance
from xbrl.names import ROLE_LINK, XLINK, XML
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


class _Arc(NamedTuple):
    """One arc between two elements; `order` and `priority` as written."""

    link_role: str
    arcrole: str
    source: _Element
    target: _Element
    is_prohibited: bool
    priority: int
    element: _Element


def read_footnotes(links: Iterable[_Element], parsed: Parsed, instance: Instance) -> None:
    """Add the footnotes of footnoteLink elements to an instance. Source: XBRL 2.1 § 4.11."""
    links = list(links)
    if not links:
        return
    assert parsed.root is not None
    pointers = Pointers(parsed.root)
    arcs = [arc for link in links for arc in _arcs(link, pointers, parsed.name, instance.problems)]
    index = {element: i for i, element in enumerate(instance.facts.element)}
    for arc in _effective(arcs):
        fact = index.get(arc.source)
        if fact is None:
            instance.problems.append(_not_a_fact(arc.element, parsed.name))
        elif arc.target in index:
            instance.footnotes.append(_footnote(arc, fact, parsed, to_fact=index[arc.target]))
        elif arc.target.get(_TYPE) == "resource":
            instance.footnotes.append(_footnote(arc, fact, parsed, to_fact=None))
        else:
            instance.problems.append(_not_a_fact(arc.element, parsed.name))


def _footnote(arc: _Arc, fact: int, parsed: Parsed, *, to_fact: int | None) -> Footnote:
    resource = arc.target if to_fact is None else None
    return Footnote(
        fact,
        arc.arcrole,
        arc.link_role,
        None if resource is None else resource.get(_ROLE),
        None if resource is None else parsed.restore(content(resource)),
        None if resource is None else _language(resource),
        to_fact,
        line_of(arc.element),
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
    for around in (element, *element.iterancestors()):
        language = around.get(_LANG)
        if language is not None:
            return str(language) or None
    return None


def _arcs(link: _Element, pointers: Pointers, file: str, problems: list[Problem]) -> Iterable[_Arc]:
    """The arcs of one extended link, between each pair its labels name."""
    ends: dict[str, list[_Element]] = defaultdict(list)
    arcs: list[_Element] = []
    for child in link:
        type_ = child.get(_TYPE)
        if type_ == "arc":
            arcs.append(child)
        elif type_ == "resource":
            ends[child.get(_LABEL, "")].append(child)
        elif type_ == "locator":
            target = _located(child, pointers, file)
            if target is None:
                problems.append(_dangling(child, file))
            else:
                ends[child.get(_LABEL, "")].append(target)
    link_role = link.get(_ROLE) or ROLE_LINK
    for arc in arcs:
        for source in ends.get(arc.get(_FROM, ""), ()):
            for target in ends.get(arc.get(_TO, ""), ()):
                yield _arc(arc, link_role, source, target)


def _arc(arc: _Element, link_role: str, source: _Element, target: _Element) -> _Arc:
    priority = (arc.get("priority") or "0").strip()
    return _Arc(
        link_role,
        arc.get(_ARCROLE, ""),
        source,
        target,
        arc.get("use") == "prohibited",
        int(priority) if priority.lstrip("+-").isdecimal() else 0,
        arc,
    )


def _effective(arcs: Sequence[_Arc]) -> list[_Arc]:
    """Arcs that no prohibiting arc of the same or higher priority takes back.

    Source: XBRL 2.1 § 3.5.3.9.7.5.
    """
    if not any(arc.is_prohibited for arc in arcs):
        return list(arcs)
    barred: dict[tuple[str, str, _Element, _Element], int] = {}
    for arc in arcs:
        if arc.is_prohibited:
            key = arc[:4]
            barred[key] = max(arc.priority, barred.get(key, arc.priority))
    return [
        arc
        for arc in arcs
        if not arc.is_prohibited and not (arc[:4] in barred and arc.priority <= barred[arc[:4]])
    ]


def _located(locator: _Element, pointers: Pointers, file: str) -> _Element | None:
    """The element of this document that a locator points to. Source: XBRL 2.1 § 4.11.1.1."""
    path, _, fragment = locator.get(_HREF, "").strip().partition("#")
    if path and unquote(path).rsplit("/", 1)[-1] != file.rsplit("/", 1)[-1]:
        return None
    return pointers.find(unquote(fragment))


def _dangling(locator: _Element, file: str) -> Problem:
    href = locator.get(_HREF, "")
    return _problem(
        locator,
        file,
        f"A locator of a footnote was expected to point to a fact of this document; {href!r} "
        "points to nothing here.",
        "Correct the locator, or give the fact that id.",
    )


def _not_a_fact(arc: _Element, file: str) -> Problem:
    message = (
        f"The footnote's arc from {arc.get(_FROM)!r} to {arc.get(_TO)!r} was expected to go from "
        "a fact to a footnote or a fact."
    )
    return _problem(arc, file, message, "Point its locators to facts.")


def _problem(element: _Element, file: str, message: str, remedy: str) -> Problem:
    line = line_of(element)
    return Problem(
        "xbrl.4.11.1.1:locator", Severity.ERROR, message, file, line, element.get("id"), remedy
    )
