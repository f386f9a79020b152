"""What stands before the figures: cover, company, statements, management's review, policies.

Belongs here: their order and markup. Does not: figures (`statements`, `notes`).
"""

from collections.abc import Iterator

from assets.filings.annual.places import Place, at, places, word
from assets.filings.annual.prose import paragraphs
from assets.filings.annual.rows import PREVIOUS_YEAR, THIS_YEAR, Text
from assets.filings.annual.tagging import Tagger
from xbrl.writing.model import text

_BOARD = "cmn:{}OfMemberOf{}Board"
_NAME, _TITLE = "NameAndSurname", "Title"
_WITHOUT = (
    "sob:TheReportingEntityAppliesTheExceptionConcerningOptingOutOfTheStatementByManagementEtc"
)
_DECLARED = {
    "sob:ConfirmationThatFinancialStatementsAreExemptedFromAuditing",
    "sob:StatementOnOptingOutOfAuditingFinancialStatementsInNextReportingPeriodDueToExemption",
}
"""Declared in the review where there is no statement. Source: §§ 9 a stk. 2, 10 a stk. 2."""
_AUDITOR_TITLES = {
    "arr:OpinionOnAuditedFinancialStatements": "audit",
    "arr:OpinionOnFinancialStatementsExtendedReview": "extended",
    "arr:OpinionOnReviewedFinancialStatements": "review_report",
    "arr:OpinionOnSubjectMatterOfAssuranceReport": "assurance",
    "arr:DescriptionOfOtherEngagement": "compilation",
}


class Front:
    """The texts of one report as sections."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger
        self.report = tagger.report
        self.language = tagger.language

    def cover(self) -> str:
        """The first page: who, what and when, and who approved it."""
        number = self._one("gsd:IdentificationNumberCvrOfReportingEntity")
        parts = [
            f'<p class="company">{self._one("gsd:NameOfReportingEntity")}</p>',
            f'<p class="cvr">{self.word("cvr")} {number}</p>',
            f"<h1>{self._one('gsd:InformationOnTypeOfSubmittedReport')}</h1>",
            f'<p class="period">{self._span(*THIS_YEAR)}</p>',
        ]
        return f'<div class="cover">{"".join(parts)}{self._approval()}</div>'

    def _approval(self) -> str:
        meeting = self._day("gsd:DateOfGeneralMeeting")
        if not meeting:
            return ""
        chairman = self._one("gsd:NameAndSurnameOfChairmanOfGeneralMeeting")
        return (
            f'<div class="approval"><p>{self.word("approved")} {meeting}</p>'
            f'<p class="signature"><span class="name">{chairman}</span>'
            f'<span class="role">{self.word("chairman")}</span></p></div>'
        )

    def company(self) -> str:
        """The company's details as a list of terms."""
        contact = ("RegisteredOffice", "TelephoneNumber", "Email", "Homepage")
        rows = [
            (self.word("the_company"), f"{text(self.report.name)}<br/>{self._address()}"),
            *self._labelled(*(f"gsd:{one}OfReportingEntity" for one in contact)),
            (self.word("previous_year"), self._span(*PREVIOUS_YEAR)),
            *self._labelled("fsa:ClassOfReportingEntity"),
            (self.word("board"), self._people("Supervisory")),
            (self.word("executive"), self._people("Executive")),
            *self._labelled("cmn:TypeOfAuditorAssistance"),
            (self.word("auditor"), self._auditor()),
            (self.word("submitter"), self._submitter()),
        ]
        return (
            '<table class="details"><tbody>'
            + "".join(
                f'<tr><th scope="row">{label}</th><td>{value}</td></tr>'
                for label, value in rows
                if value
            )
            + "</tbody></table>"
        )

    def _address(self) -> str:
        stem = "gsd:AddressOfReportingEntity"
        street = f"{self._one(f'{stem}StreetName')} {self._one(f'{stem}StreetBuildingIdentifier')}"
        country = self._one(f"{stem}CountryIdentificationCode")
        code = self._one(f"{stem}PostCodeIdentifier")
        town = self._one(f"{stem}DistrictName")
        return f"{street}<br/>{country}{'-' if country and code else ''}{code} {town}"

    def _people(self, board: str) -> str:
        names = self.report.texts.get(_BOARD.format(_NAME, board), [])
        return "<br/>".join(text(one.text) for one in names)

    def _auditor(self) -> str:
        stem = "gsd:AddressOfAuditor"
        firm = self.report.text("cmn:NameOfAuditFirm")
        street = f"{self._one(f'{stem}StreetName')} {self._one(f'{stem}StreetBuildingIdentifier')}"
        town = f"{self._one(f'{stem}PostCodeIdentifier')} {self._one(f'{stem}DistrictName')}"
        return "<br/>".join(one for one in (text(firm or ""), street.strip(), town.strip()) if one)

    def _submitter(self) -> str:
        stem = "gsd:AddressOfSubmittingEnterprise"
        number = self._one("gsd:IdentificationNumberCvrOfSubmittingEnterprise")
        parts = [
            self._one("gsd:NameOfSubmittingEnterprise"),
            self._one(f"{stem}StreetAndNumber"),
            self._one(f"{stem}PostcodeAndTown"),
            f"{self.word('cvr')} {number}" if number else "",
        ]
        return "<br/>".join(part for part in parts if part)

    def statement(self) -> str:
        """Management's statement with its signatures; empty where none is made."""
        spoken = [one for one in at("statement") if one.form in {"truth", "paragraphs"}]
        if self._is_without_statement():
            spoken = [one for one in spoken if one.field not in _DECLARED]
        said = "".join(map(self.block, spoken))
        place, day = (
            self._one("sob:PlaceOfSignatureOfStatement"),
            self._day("sob:DateOfApprovalOfAnnualReport"),
        )
        where = f'<p class="place">{", ".join(one for one in (place, day) if one)}</p>'
        others = "".join(
            map(
                self._dated, [one for one in at("statement") if one.form == "date" and one.words_da]
            )
        )
        return said and said + where + others + self._signatures(
            "Executive", "executive"
        ) + self._signatures("Supervisory", "board")

    def _dated(self, place: Place) -> str:
        day = self._day(place.field)
        return day and f'<p class="place">{place.words(self.language)}: {day}</p>'

    def _signatures(self, board: str, word_: str) -> str:
        names = self.report.texts.get(_BOARD.format(_NAME, board), [])
        titles = {
            one.subject: one for one in self.report.texts.get(_BOARD.format(_TITLE, board), [])
        }
        people = []
        for one in names:
            name = self.tagger.words(_BOARD.format(_NAME, board), one)
            title = titles.get(one.subject)
            role = self.tagger.words(_BOARD.format(_TITLE, board), title) if title else ""
            people.append(
                f'<p class="signature"><span class="name">{name}</span>'
                f'<span class="role">{role}</span></p>'
            )
        if not people:
            return ""
        return f'<h3>{self.word(word_)}</h3><div class="signatures">{"".join(people)}</div>'

    def auditor(self) -> tuple[str, str]:
        """The heading and text of the auditor's report; empty where there is none."""
        fields = [one for one in at("auditor") if self.report.text(one.field)]
        named = [_AUDITOR_TITLES[one.field] for one in fields if one.field in _AUDITOR_TITLES]
        if not named:
            return "", ""
        said, headed = [], False
        for one in fields:
            if one.form == "opinion" and headed:
                said.append(self._block(one, ""))
            elif one.form in {"paragraphs", "opinion", "lead", "heading"}:
                said.append(self.block(one))
            headed = one.form == "heading"
        place, day = (
            self._one("arr:SignatureOfAuditorsPlace"),
            self._day("arr:SignatureOfAuditorsDate"),
        )
        where = f'<p class="place">{", ".join(one for one in (place, day) if one)}</p>'
        return self.word(named[0]), "".join(said) + where + self._auditors_name()

    def _auditors_name(self) -> str:
        number = self._one("cmn:IdentificationNumberCvrOfAuditFirm")
        firm = self._one("cmn:NameOfAuditFirm")
        lines = [
            self._one("cmn:DescriptionOfAuditor"),
            self._one("cmn:IdentificationNumberOfAuditor"),
        ]
        return (f'<p class="firm">{firm}<br/>{self.word("cvr")} {number}</p>' if firm else "") + (
            '<p class="signature"><span class="name">'
            f"{self._one('cmn:NameAndSurnameOfAuditor')}</span>"
            f'<span class="role">{"<br/>".join(one for one in lines if one)}</span></p>'
        )

    def review(self) -> str:
        """The management's review, with what it declares where there is no statement (§ 9 a)."""
        said = list(at("review"))
        if self._is_without_statement():
            said += [one for one in at("statement") if one.field in _DECLARED]
        return "".join(map(self.block, said))

    def _is_without_statement(self) -> bool:
        return self.report.text(_WITHOUT) == "true"

    def policies(self) -> str:
        """The accounting policies: what is general first, then in the order of the rows."""
        known = places()
        general = at("policies-first")
        rest = [
            known[field]
            for field in self.report.texts
            if field in known and known[field].place == "policies"
        ]
        return "".join(map(self.block, [*general, *rest]))

    def block(self, place: Place) -> str:
        """One field as its form wants it, under its heading; empty where it is not said."""
        return self._block(place, place.words(self.language))

    def _block(self, place: Place, heading: str) -> str:
        found = self.report.texts.get(place.field, [])
        return "".join(self._said(place, heading, one) for one in found if one.text)

    def _said(self, place: Place, heading: str, one: Text) -> str:
        if place.form == "truth":
            return self._truth(place, one)
        if place.form == "heading":
            return f"<h3>{self.tagger.words(place.field, one)}</h3>"
        markup = self.tagger.words(place.field, one, paragraphs(one.text))
        if place.form == "lead":
            return f'<div class="lead">{markup}</div>'
        title = f"<h3>{text(heading)}</h3>" if heading else ""
        return f'{title}<div class="prose">{markup}</div>'

    def _truth(self, place: Place, one: Text) -> str:
        sentence = place.words(self.language)
        if place.field == "fsa:AccountingPoliciesAreUnchangedFromPreviousPeriod":
            sentence = self.word("unchanged" if one.text == "true" else "changed")
        elif one.text != "true":  # a rule that was not used is nothing to read about
            self.tagger.hide(place.field, one)
            return ""
        return f"<p>{self.tagger.truth(place.field, one, sentence)}</p>"

    def hidden(self) -> None:
        """What is reported and not shown: the reasons stand in `places.csv`."""
        for place in at("hidden"):
            for one in self.report.texts.get(place.field, []):
                if one.text:
                    self.tagger.hide(place.field, one)

    def word(self, key: str) -> str:
        """One of the page's own words, as markup."""
        return text(word(key, self.language))

    def _labelled(self, *fields: str) -> Iterator[tuple[str, str]]:
        for field in fields:
            yield text(places()[field].words(self.language)), self._one(field)

    def _span(self, first: str, last: str) -> str:
        return " – ".join(one for one in (self._day(first), self._day(last)) if one)

    def _one(self, field: str) -> str:
        found = self.report.texts.get(field)
        return self.tagger.words(field, found[0]) if found and found[0].text else ""

    def _day(self, field: str) -> str:
        found = self.report.texts.get(field)
        return self.tagger.dated(field, found[0]) if found and found[0].text else ""
