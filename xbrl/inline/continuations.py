"""Continuations: one fact's content, in pieces over the pages of a document set.

Belongs here: following continuedAt, and what can be wrong with it. Does not: the content.

Source: Inline XBRL 1.1 § 4.
"""

from collections.abc import Sequence

from lxml.etree import _Element

from xbrl.inline.codes import problem
from xbrl.inline.content import Piece
from xbrl.inline.page import Page
from xbrl.problem import Problem

_NAME = "Give the ix:continuation that id, or correct continuedAt."


class Continuations:
    """The continuations of a document set, by id."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pieces: dict[str, Piece] = {}
        for page in pages:
            for element in page.elements.get("continuation", ()):
                id_ = element.get("id")
                if id_ is not None:
                    self._pieces.setdefault(id_, (page, element))
        self._pages = pages
        self._used: dict[str, Piece] = {}
        self._chains: dict[_Element, list[Piece]] = {}
        self.problems: list[Problem] = []

    def chain(self, page: Page, element: _Element) -> list[Piece]:
        """The element and what continues it, in order; broken where a reference is."""
        pieces = self._chains.get(element)
        if pieces is None:
            pieces = self._chains[element] = self._follow(page, element)
        return pieces

    def _follow(self, page: Page, element: _Element) -> list[Piece]:
        pieces = [(page, element)]
        seen = {element}
        next_id = element.get("continuedAt")
        while next_id is not None:
            last = pieces[-1]
            piece = self._pieces.get(next_id.strip())
            if piece is None:
                self._broken(
                    last, "continuationMissing", f"no ix:continuation has the id {next_id}"
                )
                break
            if piece[1] in seen:
                self._broken(last, "continuationCycle", f"{next_id} leads back to itself")
                break
            self._count(next_id.strip(), last)
            seen.add(piece[1])
            pieces.append(piece)
            next_id = piece[1].get("continuedAt")
        return self._without_nested(pieces, seen)

    def _count(self, id_: str, user: Piece) -> None:
        """A continuation may be referred to once. Source: § 4.1.2."""
        first = self._used.setdefault(id_, user)
        if first[1] is not user[1]:
            self._broken(user, "continuationReferences", f"{id_} continues another element already")

    def _without_nested(self, pieces: list[Piece], seen: set[_Element]) -> list[Piece]:
        """The pieces, unless one stands in another: then only the first. Source: § 4.1.2."""
        passed: set[_Element] = set()
        for piece in pieces:
            around = piece[1].getparent()
            while around is not None and around not in passed:
                if around in seen:
                    what = "it stands within what it continues"
                    self._broken(piece, "continuationChainNested", what)
                    return pieces[:1]
                passed.add(around)
                around = around.getparent()
        return pieces

    def _broken(self, piece: Piece, name: str, what: str) -> None:
        page, element = piece
        message = f"continuedAt {element.get('continuedAt')!r}: {what}."
        self.problems.append(problem(element, page.name, name, message, _NAME))

    def unused(self) -> list[Problem]:
        """Continuations no element refers to: their content is in no fact. Source: § 4.1.2."""
        if not self._pieces:
            return []
        for page in self._pages:
            for element in (
                *page.elements.get("nonNumeric", ()),
                *page.elements.get("footnote", ()),
            ):
                if element.get("continuedAt") is not None:
                    self.chain(page, element)  # also those that nothing else has followed
        return [
            problem(
                element,
                page.name,
                "continuationNotReferenced",
                f"Continuation {id_}: no continuedAt refers to it, so its content is in no fact.",
                "Refer to it from the fact it continues, or remove it.",
            )
            for id_, (page, element) in self._pieces.items()
            if id_ not in self._used
        ]
