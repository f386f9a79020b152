"""The figures' tables: income statement, balance sheet, distribution, equity.

A row is a line of the layout that has an amount in any column (or always stands); an
amount of nothing is 0, and what is not stated is left empty.

Belongs here: rows and columns. Does not: notes (`notes`), an amount's tag (`tagging`).
"""

from collections.abc import Mapping, Sequence

from assets.filings.annual import layout
from assets.filings.annual.places import word
from assets.filings.annual.rows import Subject
from assets.filings.annual.tagging import Tagger
from warehouse.annual import Line
from xbrl.writing.model import text

CURRENT, PREVIOUS = Subject(), Subject(is_previous=True)


class Statements:
    """The tables of one report. `notes`: concept → the number of the note that tells more."""

    def __init__(self, tagger: Tagger, notes: Mapping[str, int]) -> None:
        self.tagger = tagger
        self.report = tagger.report
        self.language = tagger.language
        self.notes = notes

    def table(self, statement: str, caption: str, *, is_titled: bool = False) -> str:
        """A statement with a column for each year, notes beside the labels. The parts of an
        income statement's totals stand in notes; an only part shares its total's figure.

        `is_titled`: a heading says already what the caption does.
        """
        parts = layout.parts(statement) if statement.startswith("income") else {}
        inside = {one.concept for several in parts.values() for one in several}
        rows = [
            one
            for one in self.shown(layout.lines(statement))
            if one.concept not in inside and one.kind != "heading"
        ]
        has_notes = any(one.concept in self.notes for one in rows)
        body = "".join(
            self.row(
                one._replace(kind="item") if one.concept in parts else one,
                statement,
                self._note(one) if has_notes else "",
                also=self.only_part(parts.get(one.concept, ())),
            )
            for one in rows
        )
        return body and self.frame(caption, body, has_notes=has_notes, is_titled=is_titled)

    def only_part(self, parts: Sequence[Line]) -> Line | None:
        """The part that is all of its total; None where there are several, or none."""
        found = self.shown(parts)
        return found[0] if len(found) == 1 else None

    def shown(self, lines: Sequence[Line]) -> list[Line]:
        """The lines with an amount in some year: what is nothing in both years is left out.

        Source: årsregnskabsloven § 24 stk. 2.
        """
        return [one for one in lines if one.kind == "heading" or self._has(one)]

    def _has(self, line: Line) -> bool:
        amounts = [self.report.amount(line.concept, year) for year in self.report.years]
        if line.shown == "always":
            return any(amount is not None for amount in amounts)
        return any(amounts)

    def frame(
        self, caption: str, body: str, *, has_notes: bool = False, is_titled: bool = False
    ) -> str:
        """A table of years around its rows."""
        note = f'<th scope="col" class="note">{self.word("note")}</th>' if has_notes else ""
        years = "".join(
            f'<th scope="col">{self.year(one)}<br/><span class="unit">{self.word("currency")}'
            "</span></th>"
            for one in self.report.years
        )
        return (
            f'<table class="figures">{caption_of(caption, is_titled=is_titled)}<thead><tr>'
            f'<th scope="col"><span class="unseen">{self.word("item")}</span></th>{note}{years}'
            f"</tr></thead><tbody>{body}</tbody></table>"
        )

    def year(self, where: Subject) -> str:
        """A year's name: 2025, or 2024/25."""
        first, last = self.report.year(where)
        if first.year == last.year:
            return str(last.year)
        return f"{first.year}/{last.year % 100:02}"

    def _note(self, line: Line) -> str:
        number = self.notes.get(line.concept)
        link = f'<a href="#note-{number}">{number}</a>' if number else ""
        return f'<td class="note">{link}</td>'

    def row(
        self,
        line: Line,
        statement: str,
        between: str = "",
        natural: str = "",
        also: Line | None = None,
    ) -> str:
        """One line: its label and an amount for each year; the rest as `Tagger.amount`."""
        cells = "".join(
            f'<td class="amount">{self.tagger.amount(line, year, statement, natural, also)}</td>'
            for year in self.report.years
        )
        kind = "total" if line.kind == "total" else "item"
        return (
            f'<tr class="{kind} level-{line.level}"><th scope="row">'
            f"{text(self.label(line))}</th>{between}{cells}</tr>"
        )

    def label(self, line: Line) -> str:
        """A line's words; gross profit or gross loss by what it is. Source: § 32."""
        words = line.label(self.language)
        if line.concept == "fsa:GrossProfitLoss" and "/" in words:
            profit, _, loss = words.partition("/")
            return loss if (self.report.amount(line.concept, CURRENT) or 0) < 0 else profit
        return words

    def word(self, key: str) -> str:
        """One of the page's own words, as markup."""
        return text(word(key, self.language))


def caption_of(caption: str, *, is_titled: bool) -> str:
    """A table's caption; `is_titled`: for those who do not see the heading above it."""
    unseen = ' class="unseen"' if is_titled else ""
    return f"<caption{unseen}>{text(caption)}</caption>"
