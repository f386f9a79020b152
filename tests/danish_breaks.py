"""How to break each of the authority's filing rules once, in a report that breaks none.

Belongs here: the breaks, for whatever report can be changed the way `danish_report.Report` can.
Does not: what is said of them (`tests.errors.test_dba_rules`, `tests.conformance`).
"""

from dataclasses import replace
from typing import Any

from tests.danish_report import (
    AUTHORITY,
    DEVIATING,
    END,
    GROUP,
    OTHER,
    YEAR,
    Context,
    Fact,
    amount,
    text,
)

ASSISTANCE = "cmn:TypeOfAuditorAssistance"
NO_RESERVATION = "Revisionen har ikke givet anledning til forbehold."
RESPONSIBILITIES = (
    "arr:ReportingResponsibilitiesAccordingToTheDanishExecutiveOrderOnApprovedAuditorsReports"
)


def twice(valid: Any, concept: str, value: str, context: str = "year") -> Any:
    return valid.also(text(concept, value, context))


def group_report(valid: Any) -> Any:
    """With a context of the group's, and its accounting policies."""
    return valid.with_context("group", Context(YEAR, GROUP)).also(
        text("fsa:DisclosureOfAccountingPolicies", "Koncernens", "group")
    )


def broken(valid: Any) -> dict[str, Any]:
    """By rule: the report that breaks it."""
    group = group_report(valid)
    rendered = valid.with_context("other", Context(YEAR, OTHER))
    deviates = valid.with_context("deviating", Context(YEAR, DEVIATING))
    class_d = valid.but(text("fsa:ClassOfReportingEntity", "Regnskabsklasse D"))
    lei = valid.with_entity(scheme="http://standards.iso.org/iso/17442", identifier="LEI1")
    return {
        "TH01": replace(
            valid, references=valid.references.replace(AUTHORITY, "http://example.org/")
        ),
        "TH05": valid.with_context(
            "segment", Context(YEAR, segment=GROUP.replace("Solo", "X"))
        ).also(amount("fsa:OtherFinanceIncome", 1, "segment")),
        "TH06": valid.with_context("forever", Context("<xbrli:forever/>")).moved(
            "gsd:IdentificationNumberCvrOfReportingEntity", "forever"
        ),
        "TH10": replace(valid, references=valid.references * 2),
        "TH14": valid.but(text("gsd:InformationOnTypeOfSubmittedReport", "ESG-rapport")),
        "TR01": valid.moved("gsd:NameOfReportingEntity", "before"),
        "TR02": valid.with_entity(scheme="http://example.org/cvr"),
        "TR03": valid.with_entity(identifier="25160924"),
        "TR05": valid.but(text("gsd:ReportingPeriodStartDate", "2024-02-01"))
        .with_context("short", Context(YEAR.replace("2024-01-01", "2024-02-01")))
        .also(amount("fsa:ProfitLoss", 1, "short")),
        "TR06": valid.with_context("long", Context(YEAR.replace("2024-12-31", "2025-01-31")))
        .with_context("long-end", Context(END.replace("2024-12-31", "2025-01-31")))
        .but(text("gsd:ReportingPeriodEndDate", "2025-01-31"))
        .also(
            amount("fsa:ProfitLoss", 1, "long"),
            *(
                amount(f"fsa:{c}", 1, "long-end")
                for c in ("Assets", "Equity", "LiabilitiesAndEquity")
            ),
        ),
        "TR09": valid.with_context("stranger", Context(END, identifier="25160924")).also(
            amount("fsa:Inventories", 1, "stranger")
        ),
        "TR11": replace(valid, body='<p><img src="https://example.org/logo.png" alt=""/></p>'),
        "TR12": replace(valid, head="<script>alert(1)</script>"),
        "TR15": lei.also(text("gsd:LegalEntityIdentifierOfReportingEntity", "LEI2")),
        "TR16": replace(
            valid, root="", body=f'<p xml:lang="da">{text("fsa:X", "nej").markup()}</p>'
        ),
        "TR17": replace(valid, head='<base href="http://example.org/"/>'),
        "TR19": valid.also(text("cmn:NameOfAuditFirm", "Revision Syd")),
        "TM12": valid.without("gsd:IdentificationNumberCvrOfReportingEntity"),
        "TM13": twice(valid, "gsd:IdentificationNumberCvrOfReportingEntity", "10150817"),
        "TM16": twice(valid, "gsd:InformationOnTypeOfSubmittedReport", "Årsrapport"),
        "TM18": twice(valid, "gsd:ReportingPeriodStartDate", "2024-01-01"),
        "TM20": twice(valid, "gsd:ReportingPeriodEndDate", "2024-12-31"),
        "TM22": twice(valid, "gsd:NameOfReportingEntity", "Nordlys ApS"),
        "TM24": twice(valid, "gsd:NameOfSubmittingEnterprise", "Bogholderiet ApS"),
        "TM25": valid.without("gsd:AddressOfSubmittingEnterpriseStreetAndNumber"),
        "TM26": twice(valid, "gsd:AddressOfSubmittingEnterpriseStreetAndNumber", "Havnegade 1"),
        "TM27": valid.without("gsd:AddressOfSubmittingEnterprisePostcodeAndTown"),
        "TM28": twice(valid, "gsd:AddressOfSubmittingEnterprisePostcodeAndTown", "8000 Aarhus C"),
        "TM29": valid.without("gsd:DateOfGeneralMeeting", "sob:DateOfApprovalOfAnnualReport"),
        "TM30": twice(valid, "gsd:DateOfGeneralMeeting", "2025-03-01"),
        "TM31": twice(valid, "sob:DateOfApprovalOfAnnualReport", "2025-03-01"),
        "TM32": deviates.also(
            *[text("gsd:ReportingPeriodStartDate", "2024-01-01", "deviating")] * 2
        ),
        "TM33": deviates.also(*[text("gsd:ReportingPeriodEndDate", "2024-12-31", "deviating")] * 2),
        "TC02": valid.with_context(
            "person",
            Context(
                YEAR,
                '<xbrldi:typedMember dimension="cmn:IdentificationOfAuditorDimension">'
                "<cmn:auditorIdentifier>010203-1234</cmn:auditorIdentifier></xbrldi:typedMember>",
            ),
        ).also(text("cmn:NameAndSurnameOfAuditor", "Bo Dal", "person")),
        "FR1": valid.without("gsd:NameAndSurnameOfChairmanOfGeneralMeeting"),
        "FR7": valid.but(text("sob:DateOfApprovalOfAnnualReport", "2024-12-31")).without(
            "gsd:DateOfGeneralMeeting"
        ),
        "FR20": valid.without(
            "sob:StatementByExecutiveAndSupervisoryBoards", "sob:DateOfApprovalOfAnnualReport"
        ),
        "FR24": valid.but(
            text("arr:DescriptionOfQualificationsOfAuditedFinancialStatements", NO_RESERVATION)
        ),
        "FR25": valid.but(text(ASSISTANCE, "Erklæring om udvidet gennemgang")).also(
            text(
                "arr:DescriptionOfQualificationsOfFinancialStatementsExtendedReview", NO_RESERVATION
            )
        ),
        "FR33": class_d,
        "FR34": valid.without(
            *(
                f"fsa:{c}"
                for c in (
                    "CurrentAssets",
                    "Assets",
                    "LiabilitiesOtherThanProvisions",
                    "LiabilitiesAndEquity",
                    "LongtermLiabilitiesOtherThanProvisions",
                    "ShorttermLiabilitiesOtherThanProvisions",
                )
            ),
        ),
        "FR35.noDimension": valid.without("fsa:DisclosureOfAccountingPolicies"),
        "FR35.consolidatedSoloDimension": valid.with_context("group", Context(YEAR, GROUP)).also(
            amount("fsa:GrossProfitLoss", 1, "group")
        ),
        "FR36": valid.also(
            text("arr:DescriptionsOfQualificationsOfReviewedFinancialStatements", NO_RESERVATION)
        ),
        "FR37": valid.also(
            text("arr:DescriptionOfQualificationsOfAssuranceEngagementPerformed", NO_RESERVATION)
        ),
        "FR41": valid.without("fsa:TaxExpense", context="year"),
        "FR48": valid.also(amount("fsa:ExtraordinaryIncome", 1)),
        "FR52": valid.also(amount("fsa:ProposedExtraordinaryDividendRecognisedInLiabilities", 1)),
        "FR53": valid.without("cmn:IdentificationNumberCvrOfAuditFirm"),
        "FR56": valid.without("fsa:ProposedDividendRecognisedInEquity", context="before"),
        "FR57.MarkingOfPeriod": valid.without("gsd:ReportingPeriodEndDate"),
        "FR57.ProfitLoss": valid.without("fsa:ProfitLoss"),
        "FR57.Equity": valid.without("fsa:Equity", context="end-before"),
        "FR57.Assets": valid.without("fsa:Assets"),
        "FR57.LiabilitiesAndEquity": valid.without("fsa:LiabilitiesAndEquity", context="end"),
        "FR57.NegativeAssets": valid.without("fsa:CurrentAssets", context="end-before").but(
            amount("fsa:Assets", -1, "end-before")
        ),
        "FR57.NegativeLiabilitiesAndEquity": valid.but(
            amount("fsa:LiabilitiesAndEquity", -1, "end-before"),
            amount("fsa:Equity", -99999, "end-before"),
        ),
        "FR57.Equality": valid.but(amount("fsa:Assets", 100001, "end")),
        "FR58": valid.also(text(f"{RESPONSIBILITIES}Audit", "Ja")),
        "FR59.noDimension": valid.without(
            "arr:DescriptionOfQualificationsOfAuditedFinancialStatements"
        ),
        "FR59.consolidatedSoloDimension": group.also(
            text(ASSISTANCE, "Revisionspåtegning", "group")
        ),
        "FR63": valid.but(amount("fsa:CurrentAssets", 100001, "end")),
        "FR71": valid.but(amount("fsa:EmployeeBenefitsExpense", -300000)),
        "FR72": valid.also(
            text(
                "arr:TypeOfBasisForModifiedOpinionOnFinancialStatementsReview",
                "Grundlag for konklusion med forbehold",
            )
        ),
        "FR73": valid.also(text(f"{RESPONSIBILITIES}ExtendedReview", "Ja")),
        "FR74a": valid.but(amount("fsa:Provisions", 51001, "end")),
        "FR74b": valid.but(amount("fsa:LiabilitiesOtherThanProvisions", 51001, "end")),
        "FR75": valid.without("fsa:AverageNumberOfEmployees", context="year"),
        "FR77a": valid.but(amount("fsa:LongtermLiabilitiesOtherThanProvisions", 51001, "end")),
        "FR77b": valid.but(amount("fsa:ShorttermLiabilitiesOtherThanProvisions", 51001, "end")),
        "FR81": replace(valid, root='xml:lang="de"'),
        "FR87": replace(valid, head='<link rel="stylesheet" type="text/css" href="style.css"/>'),
        "FR89": class_d.but(text(ASSISTANCE, "Ingen bistand")).also(
            amount("fsa:BonusShares", 1),
            *(amount(f"fsa:{c}", 1) for c in ("ContributionFromGroup", "DissolutionOfReserves")),
        ),
        "FR91": valid.but(text("gsd:DateOfGeneralMeeting", "2025-03-02")),
        "FR92": valid.without("arr:SignatureOfAuditorsDate"),
        "FR107": valid.without("gsd:RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed"),
        "FR108": group.also(
            text(
                "gsd:StartDateForUseOfDigitalNonregisteredBookkeepingSystem", "2024-06-01", "group"
            ),
            text("gsd:EndDateForUseOfDigitalNonregisteredBookkeepingSystem", "2024-12-31", "group"),
            text("gsd:TypeOfDigitalNonregisteredBookkeepingSystem", "Eget", "group"),
        ),
        "FR109": valid.but(
            text("gsd:StartDateForUseOfDigitalStandardBookkeepingSystem", "2023-12-31")
        ),
        "FR115": valid.but(
            text("gsd:StartDateForUseOfDigitalStandardBookkeepingSystem", "2024-12-31"),
            text("gsd:EndDateForUseOfDigitalStandardBookkeepingSystem", "2024-01-01"),
        ),
        "FR116": valid.also(Fact("fsa:ProfitLoss", "year", "5000", "DKK", ' decimals="-3"')),
        "FR117": rendered.also(text("fsa:DisclosureOfEquity", "tekst", "other")),
        "FR118": rendered.also(amount("fsa:GrossProfitLoss", 5, "other", ' scale="3"')),
    }
