"""Tuples: which tuple each fact stands in, by nesting or by tupleRef.

Belongs here: finding the tuple, and dropping a member written twice. Does not: what a
tuple may contain by its taxonomy.

Source: Inline XBRL 1.1 § 15.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml.etree import _Element

from xbrl.inline.codes import problem
from xbrl.inline.facts import COLUMNS, ELEMENT, PARENT, Row
from xbrl.inline.page import Page
from xbrl.inline.whitespace import collapse

if TYPE_CHECKING:
    from xbrl.problem import Problem

_ORDER = COLUMNS.index("order")
_FILE = COLUMNS.index("file")
_SAME = tuple(
    COLUMNS.index(name)
    for name in ("kind", "concept", "context_id", "unit_id", "decimals", "precision", "is_nil")
)
_VALUE = COLUMNS.index("value")


class Tuples:
    """The tuples of a document set, by tupleID and by element."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._by_id: dict[str, _Element] = {}
        self.problems: list[Problem] = []
        for page in pages:
            for element in page.elements.get("tuple", ()):
                self._name(page, element)

    def _name(self, page: Page, element: _Element) -> None:
        id_ = element.get("tupleID")
        if id_ is None:
            return
        first = self._by_id.setdefault(id_, element)
        if first is not element:
            message = f"tupleID {id_} was expected once; another tuple has it already."
            self.problems.append(
                problem(
                    element, page.name, "tupleIdDuplication", message, "Give it another tupleID."
                )
            )

    def settle(self, rows: list[Row]) -> list[Row]:
        """The rows of one target with their parents, equal members of equal order once."""
        holders = [self._holder(row) for row in rows]
        if not any(holder is not None for holder in holders):
            return rows
        kept = self._once(rows, holders)
        places = {rows[old][ELEMENT]: new for new, old in enumerate(kept)}
        settled = []
        for old in kept:
            row, holder = rows[old], holders[old]
            parent = -1 if holder is None else places.get(holder, -1)
            if holder is not None and parent < 0:
                self._wrong(
                    row, "tupleMemberDifferentTarget", "a tuple of the same target was expected"
                )
            settled.append((*row[:PARENT], parent, *row[PARENT + 1 :]))
        return self._without_cycles(settled)

    def _holder(self, row: Row) -> _Element | None:
        """The tuple a fact belongs to: by tupleRef, or else the nearest inline element around."""
        element = row[ELEMENT]
        assert isinstance(element, _Element)
        reference = element.get("tupleRef")
        if reference is not None:
            holder = self._by_id.get(reference.strip())
            if holder is None:
                self._wrong(row, "tupleRefMissing", f"no ix:tuple has the tupleID {reference}")
            return holder
        namespace = self._page(row).namespace
        around = next(element.iterancestors(f"{{{namespace}}}*"), None)
        return around if around is not None and around.tag == f"{{{namespace}}}tuple" else None

    def _once(self, rows: list[Row], holders: list[_Element | None]) -> list[int]:
        """The places of rows without members that repeat another of the same order.

        Source: § 15.1.2: members of equal order must be equal, and are one.
        """
        kept = []
        seen: dict[tuple[_Element, str], Row] = {}
        for place, (row, holder) in enumerate(zip(rows, holders, strict=True)):
            order = row[_ORDER]
            if holder is None or order is None:
                if holder is not None:
                    self._wrong(
                        row, "tupleMemberOrderMissing", "an order in its tuple was expected"
                    )
                kept.append(place)
                continue
            first = seen.setdefault((holder, _number(str(order))), row)
            if first is not row and _equal(first, row):
                continue
            if first is not row:
                self._wrong(
                    row, "tupleSameOrderMembersUnequal", f"order {order} has another fact already"
                )
            kept.append(place)
        return kept

    def _without_cycles(self, rows: list[Row]) -> list[Row]:
        """The rows, a parent taken away where following parents leads back."""
        parents = [int(str(row[PARENT])) for row in rows]
        state = [0] * len(rows)
        for place in range(len(rows)):
            path = []
            at = place
            while at >= 0 and not state[at]:
                state[at] = 1
                path.append(at)
                at = parents[at]
            if at >= 0 and state[at] == 1:
                self._wrong(rows[at], "tupleNestingCycle", "a tuple stands within itself")
                rows[at] = (*rows[at][:PARENT], -1, *rows[at][PARENT + 1 :])
                parents[at] = -1
            for passed in path:
                state[passed] = 2
        return rows

    def _page(self, row: Row) -> Page:
        index = row[_FILE]
        return next(page for page in self._pages if page.index == index)

    def _wrong(self, row: Row, name: str, what: str) -> None:
        element = row[ELEMENT]
        assert isinstance(element, _Element)
        message = f"Fact {element.get('name')}: {what}."
        remedy = "Correct tupleRef, order and target of the fact."
        self.problems.append(problem(element, self._page(row).name, name, message, remedy))


def _number(order: str) -> str:
    """An order, so that equal numbers are equal texts.

    >>> _number(" 1.0 "), _number("01"), _number("+2")
    ('1', '1', '2')
    """
    whole, _, part = order.strip().lstrip("+").partition(".")
    return f"{whole.lstrip('0') or '0'}.{part.rstrip('0')}".rstrip(".")


def _equal(one: Row, other: Row) -> bool:
    """Whether two members are the same fact, but for white space."""
    if any(one[column] != other[column] for column in _SAME):
        return False
    return collapse(str(one[_VALUE])) == collapse(str(other[_VALUE]))
