"""What the rows of one annual report say, looked up by concept and subject.

Belongs here: reading `report`, `report_line` and `report_text`, and naming what is missing.
Does not: how anything looks (`page`), or which element it becomes (`tagging`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from assets.filings.annual import layout
from warehouse.errors import PermanentError
from xbrl.writing.model import text

_KIND = "gsd:InformationOnTypeOfSubmittedReport"
THIS_YEAR = ("gsd:ReportingPeriodStartDate", "gsd:ReportingPeriodEndDate")
PREVIOUS_YEAR = ("gsd:PrecedingReportingPeriodStartDate", "gsd:PredingReportingPeriodEndDate")
"""The fields that say which year stands beside; the misspelling is the taxonomy's."""
_DAY = timedelta(days=1)
REBUILD = "Build the report again; if it persists this is a defect of the report."
INPUT = "Correct it in the year's input file and build the report again."


class Subject(NamedTuple):
    """Which context a line is for: year, moment and part, as `report_line.subject` has it."""

    is_previous: bool = False
    is_opening: bool = False
    member: str = ""

    @property
    def slug(self) -> str:
        """As fact ids end.

        >>> Subject().slug, Subject(True, False, "RetainedEarningsMember").slug
        ('current', 'previous-RetainedEarningsMember')
        """
        parts = ["previous" * self.is_previous, "opening" * self.is_opening, self.member]
        return "-".join(part for part in parts if part) or "current"


def subject(written: str) -> Subject:
    """A `report_line.subject` taken apart.

    >>> subject("previous;component=fsa:RetainedEarningsMember")
    Subject(is_previous=True, is_opening=False, member='RetainedEarningsMember')

    Raises: PermanentError for a word that is no part of a subject.
    """
    parts = [part for part in written.split(";") if part]
    member = ""
    for part in parts:
        if part.startswith("component="):
            member = part.removeprefix("component=").rpartition(":")[2]
        elif part not in ("previous", "opening"):
            raise PermanentError(
                f"Writing an annual report: a line's subject is {written!r}; expected parts of "
                f"previous, opening and component=<member>. {REBUILD}"
            )
    return Subject("previous" in parts, "opening" in parts, member)


class Text(NamedTuple):
    """One text: `subject` is empty or an ordinal, `language` da or en."""

    subject: str
    text: str
    language: str


@dataclass(slots=True)
class Report:
    """One annual report. `amounts` are whole kroner with the sign as reported (counts too)."""

    company_id: str
    name: str
    cvr: str
    start: date
    end: date
    language: str
    previous: tuple[date, date] | None
    income_form: str
    balance_form: str
    amounts: dict[tuple[str, Subject], int] = field(default_factory=dict)
    texts: dict[str, list[Text]] = field(default_factory=dict)

    def amount(self, concept: str, where: Subject) -> int | None:
        """The amount there; None where the report has no such line."""
        return self.amounts.get((concept, where))

    def text(self, name: str) -> str | None:
        """The first text of a field; None where it is not said, or said with nothing."""
        found = self.texts.get(name)
        return found[0].text or None if found else None

    def day(self, name: str) -> date | None:
        """A field that is a date.

        Raises: PermanentError when it is none.
        """
        written = self.text(name)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            raise self.wrong(f"{name} is {written!r}, no date (YYYY-MM-DD)", INPUT) from None

    def wrong(self, what: str, remedy: str = REBUILD) -> PermanentError:
        """The error that stops the document."""
        return PermanentError(
            f"Writing the annual report of {self.company_id} for {self.start} to {self.end}: "
            f"{what}. {remedy}"
        )

    @property
    def years(self) -> list[Subject]:
        """The columns of the statements: this year, and last year where there is one."""
        return [Subject(), Subject(is_previous=True)] if self.previous else [Subject()]

    def day_before(self, where: Subject) -> date:
        """The day before the year of `where` begins."""
        return self.year(where)[0] - _DAY

    def year(self, where: Subject) -> tuple[date, date]:
        """First and last day of the year of `where`."""
        return self.previous if where.is_previous and self.previous else (self.start, self.end)


def read(
    report: Mapping[str, Any],
    lines: Iterable[Mapping[str, Any]],
    company: Mapping[str, Any],
    texts: Iterable[Mapping[str, Any]],
) -> Report:
    """The rows of one report, taken together.

    Raises: PermanentError for a line that is stated twice or is no line of an annual
    report, for a subject or date that cannot be read, for figures of last year without its
    dates, and where the CVR number is missing.
    """
    spoken = _texts(texts)
    amounts = _amounts(company["company_id"], lines)
    forms = layout.forms({concept for concept, _ in amounts})
    found = Report(
        company_id=company["company_id"],
        name=_said(spoken, "gsd:NameOfReportingEntity") or str(company.get("name") or ""),
        cvr=str(company.get("cvr") or ""),
        start=report["period_start"],
        end=report["period_end"],
        language=_language(spoken),
        previous=None,
        income_form=forms[0],
        balance_form=forms[1],
        amounts=amounts,
        texts=spoken,
    )
    if not found.cvr:
        raise found.wrong("the company has no CVR number", "Add `cvr` to it in the settings.")
    first, last = found.day(PREVIOUS_YEAR[0]), found.day(PREVIOUS_YEAR[1])
    if first and last:
        found.previous = first, last
    elif any(where.is_previous and amount for (_, where), amount in amounts.items()):
        raise found.wrong(
            f"there are figures of last year, but not {PREVIOUS_YEAR[0]} and {PREVIOUS_YEAR[1]}"
        )
    _check_characters(found)
    return found


def _check_characters(report: Report) -> None:
    for field_, several in report.texts.items():
        for one in several:
            try:
                text(one.text)
            except ValueError as error:
                raise report.wrong(f"{field_} cannot be written: {error}", INPUT) from error


def _texts(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Text]]:
    """By field; within one in the order of their ordinals."""
    found: dict[str, list[Text]] = {}
    for row in rows:
        one = Text(str(row["subject"]), str(row["text"]).strip(), str(row["language"]))
        found.setdefault(str(row["field"]), []).append(one)
    for several in found.values():
        if len(several) > 1:
            several.sort(key=lambda one: (len(one.subject), one.subject))
    return found


def _amounts(company_id: str, lines: Iterable[Mapping[str, Any]]) -> dict[tuple[str, Subject], int]:
    found: dict[tuple[str, Subject], int] = {}
    known = layout.concepts()
    for line in lines:
        concept, where = str(line["field"]), subject(str(line["subject"]))
        if concept not in known or (concept, where) in found:
            what = "twice" if concept in known else "which is no line of an annual report"
            raise PermanentError(
                f"Writing the annual report of {company_id}: the report holds {concept} "
                f"({where.slug}) {what}. {REBUILD}"
            )
        found[concept, where] = int(line["amount"])
    return found


def _said(texts: Mapping[str, list[Text]], name: str) -> str | None:
    found = texts.get(name)
    return found[0].text if found else None


def _language(texts: Mapping[str, list[Text]]) -> str:
    """The document's language: that of its title."""
    title = texts.get(_KIND) or next(iter(texts.values()), None)
    return "en" if title and title[0].language == "en" else "da"
