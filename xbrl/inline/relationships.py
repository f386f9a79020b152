"""Footnotes and relationships between facts.

Inline 1.1 relates facts to footnotes, or to facts that explain them, by ix:relationship;
inline 1.0 by footnoteRefs on the facts.

Belongs here: those relationships, as rows. Does not: footnote links of plain instances.

Source: Inline XBRL 1.1 § 6, 13; Inline XBRL 1.0 § 5.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml.etree import _Element

from xbrl.inline import content
from xbrl.inline.codes import problem
from xbrl.inline.continuations import Continuations
from xbrl.inline.facts import ELEMENT, Row
from xbrl.inline.page import Page
from xbrl.lines import line_of
from xbrl.model import Footnote
from xbrl.names import FACT_FOOTNOTE, IX_10, ROLE_LINK

if TYPE_CHECKING:
    from xbrl.problem import Problem

ROLE_FOOTNOTE = "http://www.xbrl.org/2003/role/footnote"
_Place = tuple[str | None, int]
_REMEDY = "Correct the reference, or give the element that id."


class Relationships:
    """The footnotes of a document set, by target."""

    def __init__(
        self,
        pages: Sequence[Page],
        by_target: dict[str | None, list[Row]],
        continuations: Continuations,
    ) -> None:
        self._pages = pages
        self._continuations = continuations
        self._by_target = by_target
        self.rows: dict[str | None, list[Footnote]] = defaultdict(list)
        self.problems: list[Problem] = []
        self._texts: dict[_Element, str] = {}
        self._notes = self._footnotes()
        if any(page.elements.get("relationship") for page in pages):
            self._relate()
        if any(page.namespace == IX_10 for page in pages):
            self._refer()

    def _footnotes(self) -> dict[str, tuple[Page, _Element]]:
        """Footnotes by id (1.1) or footnoteID (1.0)."""
        notes: dict[str, tuple[Page, _Element]] = {}
        for page in self._pages:
            for element in page.elements.get("footnote", ()):
                id_ = element.get("footnoteID" if page.namespace == IX_10 else "id")
                if id_ is not None:
                    notes.setdefault(id_, (page, element))
        return notes

    def _relate(self) -> None:
        """Inline 1.1: each ix:relationship."""
        facts: dict[str, list[_Place]] = defaultdict(list)
        for target, rows in self._by_target.items():
            for place, row in enumerate(rows):
                element = row[ELEMENT]
                assert isinstance(element, _Element)
                if (id_ := element.get("id")) is not None:
                    facts[id_].append((target, place))
        for page in self._pages:
            for element in page.elements.get("relationship", ()):
                self._relationship(page, element, facts)

    def _relationship(self, page: Page, element: _Element, facts: dict[str, list[_Place]]) -> None:
        """The rows of one relationship. Source: Inline XBRL 1.1 § 13."""
        sources = (element.get("fromRefs") or "").split()
        ends = (element.get("toRefs") or "").split()
        self._check_ends(page, element, sources, ends, facts)
        for source in sources:
            for target, place in facts.get(source, ()):
                for end in ends:
                    if end in self._notes:
                        self._note(target, place, (page, element), self._notes[end])
                    else:
                        self._explain(page, element, (target, place), facts.get(end, ()))

    def _explain(
        self, page: Page, element: _Element, source: _Place, ends: Sequence[_Place]
    ) -> None:
        target, place = source
        for other, end in ends:
            if other != target:
                message = f"The facts {element.get('fromRefs')} and {element.get('toRefs')} were "
                message += "expected to be of one target document; they are of different ones."
                self._wrong(page, element, "relationshipCrossTarget", message)
                continue
            row = self._row(place, (page, element), None, None, None, end)
            self.rows[target].append(row)

    def _note(
        self, target: str | None, place: int, by: tuple[Page, _Element], note: tuple[Page, _Element]
    ) -> None:
        page, element = note
        if element not in self._texts:
            pieces = self._continuations.chain(page, element)
            self._texts[element] = content.markup(pieces)
        role = element.get("footnoteRole") or ROLE_FOOTNOTE
        language = page.language_of(element)
        self.rows[target].append(self._row(place, by, role, self._texts[element], language, None))

    def _row(
        self,
        place: int,
        by: tuple[Page, _Element],
        role: str | None,
        text: str | None,
        language: str | None,
        to_fact: int | None,
    ) -> Footnote:
        page, element = by
        link_role = element.get("linkRole") or element.get("footnoteLinkRole") or ROLE_LINK
        arcrole = element.get("arcrole") or FACT_FOOTNOTE
        order = element.get("order") if page.namespace != IX_10 else None
        line = line_of(element)
        return Footnote(
            place, arcrole, link_role, role, text, language, to_fact, order, line, page.name
        )

    def _refer(self) -> None:
        """Inline 1.0: each fact's footnoteRefs; the footnote holds the roles."""
        for target, rows in self._by_target.items():
            for place, row in enumerate(rows):
                element = row[ELEMENT]
                assert isinstance(element, _Element)
                for id_ in (element.get("footnoteRefs") or "").split():
                    note = self._notes.get(id_)
                    if note is None:
                        page = self._page_of(element)
                        message = f"footnoteRefs {id_!r}: no ix:footnote has that footnoteID."
                        self._wrong(page, element, "footnoteRef", message)
                    else:
                        self._note(target, place, note, note)

    def _page_of(self, element: _Element) -> Page:
        root = element.getroottree().getroot()
        return next(page for page in self._pages if page.root is root)

    def _check_ends(
        self,
        page: Page,
        element: _Element,
        sources: list[str],
        ends: list[str],
        facts: dict[str, list[_Place]],
    ) -> None:
        """Source: Inline XBRL 1.1 § 13.1.2."""
        for id_ in sources:
            if id_ not in facts:
                message = f"fromRefs {id_!r}: no fact has that id."
                self._wrong(page, element, "relationshipFromRef", message)
        for id_ in ends:
            if id_ not in facts and id_ not in self._notes:
                message = f"toRefs {id_!r}: no footnote or fact has that id."
                self._wrong(page, element, "relationshipToRef", message)
        if len({id_ in self._notes for id_ in ends if id_ in facts or id_ in self._notes}) > 1:
            message = "toRefs were expected to be all footnotes or all facts; both found."
            self._wrong(page, element, "relationshipReferencesMixed", message)
        if both := sorted(set(sources).intersection(ends)):
            message = f"fromRefs and toRefs were expected to differ; both have {', '.join(both)}."
            self._wrong(page, element, "relationshipFromToMatch", message)

    def _wrong(self, page: Page, element: _Element, name: str, message: str) -> None:
        self.problems.append(problem(element, page.name, name, message, _REMEDY))
