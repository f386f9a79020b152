"""Statements of one year with a column for each component: equity, fixed assets.

Belongs here: which components there are, their names and columns. Does not: columns of
years (`statements`).
"""

from collections.abc import Sequence

from assets.filings.annual import layout
from assets.filings.annual.places import word
from assets.filings.annual.rows import Subject
from assets.filings.annual.statements import CURRENT, caption_of
from assets.filings.annual.tagging import Tagger
from warehouse.annual import Line
from xbrl.writing.model import text

_WIDEST = 6
"""Columns a page holds; more are told in two tables, or three."""


class Components:
    """The tables by component of one report."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger
        self.report = tagger.report
        self.language = tagger.language

    def write(
        self, statement: str, caption: str, where: Subject = CURRENT, *, is_titled: bool = False
    ) -> str:
        """A statement of one year with a column for each component and one for all."""
        lines = [one for one in layout.lines(statement) if one.concept]
        members = self.members(statement, where)
        has_total = len(members) > 1 or self._is_told_nowhere(lines, where)
        columns = [*members, *([""] if has_total else [])]
        tables = -(-len(columns) // _WIDEST)
        each = -(-len(columns) // tables) if tables else 0
        return "".join(
            self._table(
                statement, lines, where, columns[start : start + each],
                caption_of(caption, is_titled=is_titled),
            )
            for start in range(0, len(columns), each)
        )  # fmt: skip

    def _table(
        self,
        statement: str,
        lines: Sequence[Line],
        where: Subject,
        columns: list[str],
        caption: str,
    ) -> str:
        body = "".join(
            self._across(line, [self._in_column(line, where, one) for one in columns], statement)
            for line in lines
        )
        heads = "".join(f'<th scope="col">{text(self.member(one))}</th>' for one in columns)
        item = text(word("item", self.language))
        return body and (
            f'<table class="figures components of-{len(columns)}">{caption}<thead><tr>'
            f'<th scope="col"><span class="unseen">{item}</span></th>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def _is_told_nowhere(self, lines: Sequence[Line], where: Subject) -> bool:
        """Whether an amount for all components stands in no statement before this one."""
        return any(
            (line.concept, total) not in self.tagger.placed
            and self.report.amount(line.concept, total)
            for line in lines
            for total in [self._in_column(line, where, "")]
        )

    def members(self, statement: str, where: Subject) -> list[str]:
        """The components a statement's lines have in a year, in the order of the balance sheet."""
        concepts = {one.concept for one in layout.lines(statement) if one.concept}
        found = {
            subject.member
            for concept, subject in self.report.amounts
            if concept in concepts and subject.member and subject.is_previous == where.is_previous
        }
        order = list(layout.concepts())
        place = {concept: number for number, concept in enumerate(order)}
        return sorted(found, key=lambda one: (place.get(concept(one), len(order)), one))

    def member(self, member: str) -> str:
        """A component's name, that of the line it is a component of; of all, where it is none."""
        if not member:
            return word("total", self.language)
        line = layout.concepts().get(concept(member))
        name = line.label(self.language) if line else member.removesuffix("Member")
        for word_ in _LONG:
            name = name.replace(word_.replace("|", ""), word_.replace("|", "\u00ad"))
        return name

    def _in_column(self, line: Line, where: Subject, member: str) -> Subject:
        return Subject(where.is_previous, line.kind == "opening", member)

    def _across(self, line: Line, columns: list[Subject], statement: str) -> str:
        amounts = [self.report.amount(line.concept, one) for one in columns]
        if not any(amounts) and not (
            line.shown == "always" and any(a is not None for a in amounts)
        ):
            return ""
        cells = "".join(
            f'<td class="amount">{self.tagger.amount(line, one, statement)}</td>' for one in columns
        )
        kind = "item" if line.kind == "item" else "total"
        return (
            f'<tr class="{kind} level-{line.level}"><th scope="row">'
            f"{text(line.label(self.language))}</th>{cells}</tr>"
        )


def concept(member: str) -> str:
    """The concept a member names.

    >>> concept("RetainedEarningsMember")
    'fsa:RetainedEarnings'
    """
    name = member.removesuffix("Member")
    return f"fsa:{_OTHERWISE.get(name, name)}"


# Where long words at the head of a narrow column may be parted.
_LONG = (
    "irksomheds|kapital",
    "dviklings|omkostninger",
    "etto|opskrivning",
    "værksætter|selskab",
    "nvesterings|ejendomme",
    "roduktions|anlæg",
    "rifts|materiel",
)
_OTHERWISE = {
    "InvestmentsInGroupEnterprises": "LongtermInvestmentsInGroupEnterprises",
    "InvestmentsInAssociates": "LongtermInvestmentsInAssociates",
    "ParticipatingInterests": "LongtermParticipatingInterests",
    "ReceivablesFromGroupEnterprises": "LongtermReceivablesFromGroupEnterprises",
    "ReceivablesFromAssociates": "LongtermReceivablesFromAssociates",
    "ReceivablesFromParticipatingInterests": "LongtermReceivablesFromParticipatingInterests",
    "OtherInvestments": "OtherLongtermInvestments",
    "OtherReceivables": "OtherLongtermReceivables",
}
