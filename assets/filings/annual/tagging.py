"""From what the rows say to tagged markup: each amount and text with its context, unit and id.

Belongs here: contexts and their ids, fact ids, signs on the page, which texts and amounts
were placed. Does not: where they stand (`page`), or how elements are written (`xbrl.writing`).
"""

from datetime import date

from assets.filings.annual import entry_points
from assets.filings.annual.layout import side
from assets.filings.annual.rows import INPUT, Report, Subject, Text
from warehouse.annual import Line
from xbrl.writing.forms import NUMBERS, day, day_format
from xbrl.writing.inline import Inline
from xbrl.writing.model import Context, Dimension, Document, Fact, Unit, text

SCHEME = "http://www.dcca.dk/cvr"
PREFIXES = {
    name: f"http://xbrl.dcca.dk/{name}" for name in ("arr", "cmn", "fsa", "gsd", "mrv", "sob")
}
DKK = Unit("DKK", ("iso4217:DKK",))
PURE = Unit("pure", ("xbrli:pure",))
COUNTS = frozenset({"fsa:AverageNumberOfEmployees"})
"""Amounts that are no money."""
INSTANT = frozenset({"fsa:DescriptionOfClassOfIssuedShares"})
"""Texts that the taxonomy wants said of the year's last day; all others are of the year."""
MINUS = "−"
CURRENT = Subject()

# The dimension a statement's components are members of.
_DIMENSIONS = {
    "equity_statement": "fsa:ClassesOfEquityDimension",
    "note_property": "fsa:ClassesOfPropertyPlantAndEquipmentDimension",
    "note_intangible": "fsa:ClassesOfIntangibleAssetsDimension",
    "note_investments": "fsa:ClassesOfInvestmentsDimension",
}
# The typed dimension that numbers those a field is said of: dimension, element, word for ids.
_SYSTEM = "gsd:IdentificationOfDigital{0}BookkeepingSystemDimension"
_ORDINALS = {
    "MemberOfExecutiveBoard": (
        "cmn:IdentificationOfMemberOfExecutiveBoardDimension",
        "cmn:memberOfBoardIdentifier",
        "executive",
    ),
    "MemberOfSupervisoryBoard": (
        "cmn:IdentificationOfMemberOfSupervisoryBoardDimension",
        "cmn:memberOfBoardIdentifier",
        "board",
    ),
    "Audit": ("cmn:IdentificationOfAuditorDimension", "cmn:auditorIdentifier", "auditor"),
    "StandardBookkeepingSystem": (
        _SYSTEM.format("Standard"),
        "gsd:digitalStandardBookkeepingSystemIdentifier",
        "system",
    ),
    "BookkeepingSystem": (
        _SYSTEM.format("NonRegistered"),
        "gsd:digitalNonRegisteredBookkeepingSystemIdentifier",
        "other-system",
    ),
    "BackupCopy": (
        _SYSTEM.format("NonRegistered"),
        "gsd:digitalNonRegisteredBookkeepingSystemIdentifier",
        "other-system",
    ),
}


class Tagger:
    """The facts of one report as markup, each placed by the page that asks for it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.language = report.language
        address = entry_points.entry_point(report.end, report.income_form, report.balance_form)
        self.inline = Inline(Document(address, PREFIXES, report.language))
        self.placed: set[tuple[str, Subject]] = set()
        self.said: set[tuple[str, str]] = set()
        self._numbers = NUMBERS[report.language]
        self._contexts: dict[tuple[Subject, bool, str], Context] = {}
        self._times: dict[str, int] = {}

    def amount(
        self,
        line: Line,
        where: Subject,
        statement: str,
        natural: str = "",
        also: Line | None = None,
    ) -> str:
        """An amount as its statement shows it, minus and all; empty where there is none.

        `natural`: the side that stands without a minus, where it is not the statement's.
        `also`: another concept that the same figure states, a total's only part.
        """
        value = self.report.amount(line.concept, where)
        if value is None:
            return ""
        fact = self.fact(line, where, value, statement)
        shown = -value if line.balance not in ("", natural or side(statement)) else value
        more = []
        if also is not None and self.report.amount(also.concept, where) == value:
            more = [self.fact(also, where, value, statement)]
        return (MINUS if shown < 0 else "") + self.inline.number(fact, self._numbers, also=more)

    def fact(self, line: Line, where: Subject, value: int, statement: str) -> Fact:
        """The fact of an amount, under an id of its own."""
        self.placed.add((line.concept, where))
        return Fact(
            concept=line.concept,
            context=self.context(where, statement, is_instant=line.period == "instant"),
            value=str(value),
            unit=PURE if line.concept in COUNTS else DKK,
            decimals="0",
            id=self._id(f"{line.concept.partition(':')[2]}-{where.slug}"),
        )

    def context(self, where: Subject, statement: str, *, is_instant: bool) -> Context:
        """The context of a subject: the year, its last day, or the day before it begins."""
        key = where, is_instant, statement if where.member else ""
        if key not in self._contexts:
            first, last = self.report.year(where)
            if is_instant and where.is_opening:
                last = self.report.day_before(where)
            parts: tuple[Dimension, ...] = ()
            if where.member:
                parts = (Dimension(self._dimension(statement), f"fsa:{where.member}"),)
            id_ = where.slug + ("-end" if is_instant and not where.is_opening else "")
            # The opening of this year is the end of last year, unless a day lies between.
            plain = None if is_instant else first
            same = (one for one in self._contexts.values() if one[3:] == (plain, last, parts))
            new = Context(id_, SCHEME, self.report.cvr, plain, last, parts)
            self._contexts[key] = next(same, new)
        return self._contexts[key]

    def _dimension(self, statement: str) -> str:
        found = _DIMENSIONS.get(statement)
        if found is None:
            raise self.report.wrong(f"{statement} has components, but no dimension is known for it")
        return found

    def words(self, field: str, one: Text, markup: str | None = None) -> str:
        """A text as it stands, or as `markup` that reads back the same."""
        return self.inline.text(self.said_fact(field, one, is_spoken=True), markup)

    def dated(self, field: str, one: Text) -> str:
        """A date in words of the document's language."""
        shown = day(self._day(field, one), self.language)
        return self.inline.text(
            self.said_fact(field, one), shown, format_=day_format(self.language)
        )

    def truth(self, field: str, one: Text, sentence: str) -> str:
        """A sentence that means true or false."""
        format_ = f"ixt:fixed-{'true' if one.text == 'true' else 'false'}"
        return self.inline.text(self.said_fact(field, one), text(sentence), format_=format_)

    def hide(self, field: str, one: Text) -> None:
        """A text no reader of the page sees."""
        self.inline.hide(self.said_fact(field, one))

    def said_fact(self, field: str, one: Text, *, is_spoken: bool = False) -> Fact:
        """The fact of a text. What is words says its language itself: the page's is not
        that of the facts to every reader (filing rule FR81).
        """
        self.said.add((field, one.subject))
        return Fact(
            concept=field,
            context=self._said_context(field, one.subject),
            value=one.text,
            language=one.language if is_spoken else None,
            id=self._id(f"{field.partition(':')[2]}-{one.subject or 'current'}"),
        )

    def _said_context(self, field: str, ordinal: str) -> Context:
        current = self.context(CURRENT, "", is_instant=field in INSTANT)
        if not ordinal:
            return current
        found = next((value for part, value in _ORDINALS.items() if part in field), None)
        if found is None:
            raise self.report.wrong(f"{field} is said of number {ordinal}, but it is said once")
        dimension, element, word = found
        part = Dimension(dimension, element=element, value=ordinal)
        return current._replace(id=f"current-{word}-{ordinal}", dimensions=(part,))

    def _day(self, field: str, one: Text) -> date:
        try:
            return date.fromisoformat(one.text)
        except ValueError:
            raise self.report.wrong(
                f"{field} is {one.text!r}, no date (YYYY-MM-DD)", INPUT
            ) from None

    def _id(self, wanted: str) -> str:
        """An id of its own; the second time the same fact is shown it ends in 2."""
        times = self._times.get(wanted, 0) + 1
        self._times[wanted] = times
        return wanted if times == 1 else f"{wanted}-{times}"
