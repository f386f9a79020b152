"""What management and the auditor sign: statement, members, the auditor's report.

Belongs here: which elements these answers become, and our wording of management's
statement. Does not: the words of an auditor, which are never ours.

Source: årsregnskabsloven §§ 9-10 a, 135; filing rules FR20, FR53, FR59, FR91, FR92.
"""

from collections.abc import Iterator

from assets.reports.annual import catalogue
from assets.reports.annual.catalogue import Text
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.text_row import TextRow, default, enumerated, row, stated
from assets.reports.annual.year import Year

_CONFIRMED = (
    "sob:ConfirmationThatAnnualReportIsPresentedInAccordanceWithRequirementsProvidedForBy"
    "LegislationAnyStandardsAndRequirementsProvidedByArticlesOfAssociationOrByAgreement"
)
_TRUE_AND_FAIR = (
    "sob:ConfirmationThatFinancialStatementGivesTrueAndFairViewOfAssetsLiabilitiesEquity"
    "FinancialPositionAndResults"
)
_NOT_AUDITED = "sob:ConfirmationThatFinancialStatementsAreExemptedFromAuditing"
_NEXT_YEAR = (
    "sob:StatementOnOptingOutOfAuditingFinancialStatementsInNextReportingPeriodDueToExemption"
)
_WITHOUT = (
    "sob:TheReportingEntityAppliesTheExceptionConcerningOptingOutOfTheStatementByManagementEtc"
)


def statement(year: Year, file: InputFile) -> Iterator[TextRow]:
    """Management's statement, ours or theirs; what §§ 9 stk. 6 and 10 a add stands either way."""
    without = file.values.get("management.without_statement", False)
    if without:
        yield row(_WITHOUT, "true", "stated", file.source("management.without_statement"))
    elif "management.statement" in file.values:
        one = catalogue.text("sob:StatementByExecutiveAndSupervisoryBoards")
        yield stated(file, one, file.values["management.statement"])
    else:
        is_exempt = bool(file.values.get("report.micro_exemptions"))
        yield default(year, "sob:StatementByExecutiveAndSupervisoryBoards", "statement")
        yield default(year, _CONFIRMED, "presented")
        fair = "true_and_fair_micro" if is_exempt else "true_and_fair"
        yield default(year, _TRUE_AND_FAIR, fair)
        yield default(year, "sob:ManagementsStatementAboutManagementsReview", "on_review")
        field = "sob:RecommendationForApprovalOfAnnualReportByGeneralMeeting"
        yield default(year, field, "recommended")
    role = file.values.get("auditor.assistance", "none")
    if role not in {"audit", "extended_review"}:
        yield default(year, _NOT_AUDITED, "not_audited")
    if file.values.get("auditor.opted_out_next_year"):
        yield default(year, _NEXT_YEAR, "next_year_not_audited")
    if not without:
        yield from _signed(file)


def _signed(file: InputFile) -> Iterator[TextRow]:
    """Place and day. FR91 wants the day of approval to be that of the general meeting; where it
    is another, it stands in the elements of each board.
    """
    if "management.place" in file.values:
        one = catalogue.text("sob:PlaceOfSignatureOfStatement")
        yield stated(file, one, file.values["management.place"])
    approved = file.values.get("management.approved")
    if approved is None:
        return
    fields = ["sob:DateOfApprovalOfAnnualReport"]
    if approved != file.values.get("report.general_meeting", approved):
        fields = ["sob:DateOfApprovalOfAnnualReportExecutiveBoard"]
        if file.values.get("management.board"):
            fields.append("sob:DateOfApprovalOfAnnualReportSupervisoryBoard")
    for field in fields:
        yield row(field, str(approved), "stated", file.source("management.approved"))


def people(file: InputFile) -> Iterator[TextRow]:
    """The members of management, numbered."""
    boards = (("executive_board", "ExecutiveBoard"), ("board", "SupervisoryBoard"))
    for key, board in boards:
        source = file.source(f"management.{key}")
        for number, person in enumerate(file.values.get(f"management.{key}", []), start=1):
            pairs = (("NameAndSurname", person.name), ("Title", person.title))
            for what, text in pairs:
                field = f"cmn:{what}OfMemberOf{board}"
                if text:
                    yield row(field, text, "stated", source, str(number))


_SUFFIX = {
    "audit": "(audit)",
    "extended_review": "(extended review)",
    "review": "(review)",
    "other_assurance": "(other assurance)",
    "compilation": "(compilation)",
}
"""How `texts.csv` marks which assistance a text of the auditor belongs to."""


def auditor(year: Year, file: InputFile) -> Iterator[TextRow]:
    """The auditor's role, and, where there is one, who it is and what the report says."""
    role = file.values.get("auditor.assistance")
    if role is None:
        return
    field = "cmn:TypeOfAuditorAssistance"
    source = file.source("auditor.assistance")
    yield row(field, enumerated(year, f"assistance:{role}"), "stated", source)
    if role == "none":
        return
    for one in catalogue.texts():
        if one.part != "auditor" or one.field == field:
            continue
        is_report = one.label_en.endswith(tuple(_SUFFIX.values()))
        if is_report and not one.label_en.endswith(_SUFFIX[role]):
            continue
        yield from _of_auditor(year, file, one)


def _of_auditor(year: Year, file: InputFile, one: Text) -> Iterator[TextRow]:
    """One text of the auditor's, if there is an answer to make it of."""
    if one.label_en.startswith("Kind of basis"):
        if kind := file.values.get("auditor.opinion_kind"):
            source = file.source("auditor.opinion_kind")
            yield row(one.field, enumerated(year, f"basis:{kind}"), "stated", source)
    elif one.key == "auditor.opinion_kind":
        if kind := file.values.get(one.key):
            yield stated(file, one, enumerated(year, f"opinion:{kind}"))
    elif one.key in file.values:
        yield stated(file, one, str(file.values[one.key]))
    elif one.key == "auditor.addressee":
        yield default(year, one.field, "addressee")
