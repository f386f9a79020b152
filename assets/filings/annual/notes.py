"""The notes: figures behind lines of the statements, and what must be told in words.

A note is made where there is something to tell, and numbered in the order of the page;
the statements' lines link to the note that tells more of them.

Belongs here: which notes there are. Does not: tables of years (`statements`) or
components (`components`).
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from assets.filings.annual import layout
from assets.filings.annual.components import Components
from assets.filings.annual.front import Front
from assets.filings.annual.layout import EMPLOYEES
from assets.filings.annual.places import Place, at, word
from assets.filings.annual.statements import CURRENT, Statements
from assets.filings.annual.tagging import Tagger
from warehouse.annual import Line
from xbrl.writing.model import text

_STAFF = "fsa:EmployeeBenefitsExpense"


class Note(NamedTuple):
    """A note to be written: its title, the concepts it tells more of, and what writes it."""

    title: str
    concepts: frozenset[str]
    write: Callable[[], str]


class Notes:
    """The notes of one report."""

    def __init__(self, tagger: Tagger, front: Front) -> None:
        self.tagger = tagger
        self.report = tagger.report
        self.language = tagger.language
        self.front = front
        self.tables = Statements(tagger, {})
        self.components = Components(tagger)
        self.notes = [*self._of_parts(), *self._of_figures(), *self._of_words()]

    @property
    def numbers(self) -> dict[str, int]:
        """The note of each concept that one tells more of; the first, of several."""
        numbered = list(enumerate(self.notes, start=1))
        return {one: number for number, note in reversed(numbered) for one in note.concepts}

    def write(self) -> str:
        """All notes, each under its number."""
        return "".join(
            f'<div class="note" id="note-{number}"><h3><span class="number">{number}</span> '
            f"{text(note.title)}</h3>{note.write()}</div>"
            for number, note in enumerate(self.notes, start=1)
        )

    def _of_parts(self) -> Iterator[Note]:
        """Totals of the income statement told by their parts, in its order; staff costs with
        the number of employees, which come first where costs are told by function.
        """
        parts = layout.parts(layout.FORMS[self.report.income_form])
        if _STAFF not in parts:
            parts = {_STAFF: layout.parts("income_nature")[_STAFF], **parts}
        for concept, several in parts.items():
            if concept == _STAFF and self._stated((*several, EMPLOYEES)):
                title, write = word("staff", self.language), partial(self._staff, several)
            elif len(self._stated(several)) > 1:
                line = layout.concepts()[concept]
                title, write = line.label(self.language), partial(self._parts, line, several)
            else:
                continue
            yield Note(title, frozenset({concept}), write)

    def _stated(self, lines: tuple[Line, ...]) -> list[Line]:
        return self.tables.shown(lines)

    def _staff(self, parts: tuple[Line, ...]) -> str:
        return self._parts(layout.concepts()[_STAFF], parts, self._stated((EMPLOYEES,)))

    def _parts(self, total: Line, parts: tuple[Line, ...], more: list[Line] | None = None) -> str:
        """Parts and their total, shown on the side the total is reported positive on."""
        lines = self._stated(parts)
        if lines:
            lines = [*lines, *self._stated((total,))]
        statement = total.statement
        body = "".join(
            self.tables.row(one, statement, natural=total.balance)
            for one in (*lines, *(more or ()))
        )
        return self.tables.frame(total.label(self.language), body, is_titled=True)

    def _of_figures(self) -> Iterator[Note]:
        """Tables of figures in the order of what they tell more of: first the income
        statement's (the tax), then the balance sheet's.
        """
        form = layout.FORMS[self.report.income_form]
        income = {one.concept for one in layout.lines(form) if one.concept}
        for statement in sorted(
            layout.notes(),
            key=lambda one: income.isdisjoint(line.concept for line in layout.lines(one)),
        ):
            lines = layout.lines(statement)
            title = next(one.label(self.language) for one in lines if one.kind == "heading")
            members = self.components.members(statement, CURRENT)
            told = [one for one in lines if one.concept]
            is_told = any(
                self.report.amount(one.concept, year)
                for one in told[:-1]
                for year in self.report.years
            )
            if members or is_told:
                write = self._by_component if members else self._by_year
                concepts = frozenset({told[-1].concept})
                yield Note(title, concepts, partial(write, statement, title))

    def _by_component(self, statement: str, title: str) -> str:
        return self.components.write(statement, title, is_titled=True)

    def _by_year(self, statement: str, title: str) -> str:
        lines = [one for one in self._stated(layout.lines(statement)) if one.concept]
        body = "".join(self.tables.row(one, statement) for one in lines)
        return self.tables.frame(title, body, is_titled=True)

    def _of_words(self) -> Iterator[Note]:
        for place in at("note"):
            if self.report.text(place.field):
                yield Note(
                    place.words(self.language),
                    frozenset(),
                    partial(self._words, place),
                )
        said = [one for one in at("exemptions") if self.report.text(one.field)]
        if any(self.report.text(one.field) == "true" for one in said):
            yield Note(
                word("exemptions", self.language),
                frozenset(),
                partial(self._exemptions, said),
            )

    def _exemptions(self, said: list[Place]) -> str:
        return "".join(map(self.front.block, said))

    def _words(self, place: Place) -> str:
        return self.front.block(place._replace(words_da="", words_en=""))
