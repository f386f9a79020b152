"""A small company's annual report as rows, whole and valid, to write documents from.

`sample()` gives the rows `assets.filings.annual_report.render` takes. Language, forms and
class vary; the figures are the same books.
"""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

START, END = date(2025, 1, 1), date(2025, 12, 31)
CVR = "10150817"
FORMS = [
    ("nature", "account"),
    ("nature", "current"),
    ("function", "account"),
    ("function", "current"),
]
CLASSES = ("B-micro", "B", "C-medium")

_CLASS = {
    "B-micro": ("Regnskabsklasse B, mikrovirksomhed", "Reporting class B, micro-undertaking"),
    "B": ("Regnskabsklasse B", "Reporting class B"),
    "C-medium": (
        "Regnskabsklasse C, mellemstor virksomhed",
        "Reporting class C, medium-size enterprise",
    ),
}
_DEPRECIATION = (
    "fsa:DepreciationAmortisationExpenseAndImpairmentLossesOf"
    "PropertyPlantAndEquipmentAndIntangibleAssetsRecognisedInProfitOrLoss"
)

# concept: this year, last year
_BY_NATURE = {
    "fsa:GrossProfitLoss": (2_845_300, 2_412_750),
    "fsa:EmployeeBenefitsExpense": (1_934_120, 1_702_480),
    "fsa:WagesAndSalaries": (1_688_400, 1_489_000),
    "fsa:PostemploymentBenefitExpense": (201_320, 176_080),
    "fsa:SocialSecurityContributions": (44_400, 37_400),
    _DEPRECIATION: (148_000, 131_000),
}
_BY_FUNCTION = {
    "fsa:Revenue": (6_120_400, 5_433_900),
    "fsa:CostOfProduction": (3_275_100, 3_021_150),
    "fsa:GrossResult": (2_845_300, 2_412_750),
    "fsa:DistributionCosts": (612_000, 548_480),
    "fsa:AdministrativeExpenses": (1_470_120, 1_285_000),
}
_RESULT = {
    "fsa:ProfitLossFromOrdinaryOperatingActivities": (763_180, 579_270),
    "fsa:OtherFinanceIncome": (4_310, 0),
    "fsa:OtherFinanceExpenses": (51_090, 58_870),
    "fsa:RestOfOtherFinanceExpenses": (51_090, 58_870),
    "fsa:ProfitLossFromOrdinaryActivitiesBeforeTax": (716_400, 520_400),
    "fsa:TaxExpense": (158_400, 115_200),
    "fsa:CurrentTaxExpense": (146_400, 118_000),
    "fsa:AdjustmentsForDeferredTax": (12_000, -2_800),
    "fsa:ProfitLoss": (558_000, 405_200),
    "fsa:TransferredToFromRetainedEarnings": (358_000, 255_200),
}
_ASSETS = {
    "fsa:PlantAndMachinery": (412_000, 318_000),
    "fsa:FixturesFittingsToolsAndEquipment": (96_500, 121_500),
    "fsa:PropertyPlantAndEquipment": (508_500, 439_500),
    "fsa:DepositsLongtermInvestmentsAndReceivables": (75_000, 75_000),
    "fsa:LongtermInvestmentsAndReceivables": (75_000, 75_000),
    "fsa:NoncurrentAssets": (583_500, 514_500),
    "fsa:ManufacturedGoodsAndGoodsForResale": (845_200, 790_400),
    "fsa:Inventories": (845_200, 790_400),
    "fsa:ShorttermTradeReceivables": (612_480, 548_120),
    "fsa:DeferredIncomeAssets": (28_400, 24_100),
    "fsa:ShorttermReceivables": (640_880, 572_220),
    "fsa:CashAndCashEquivalents": (731_620, 402_080),
    "fsa:CurrentAssets": (2_217_700, 1_764_700),
    "fsa:Assets": (2_801_200, 2_279_200),
}
_EQUITY = {
    "fsa:ContributedCapital": (80_000, 80_000),
    "fsa:RetainedEarnings": (1_204_200, 846_200),
    "fsa:ProposedDividendRecognisedInEquity": (200_000, 150_000),
    "fsa:Equity": (1_484_200, 1_076_200),
}
_SHORT = {
    "fsa:ShorttermDebtToBanks": (60_000, 60_000),
    "fsa:ShorttermTradePayables": (341_200, 302_500),
    "fsa:ShorttermTaxPayables": (146_400, 118_000),
    "fsa:VatAndDutiesPayables": (118_900, 98_300),
    "fsa:OtherPayablesIncludingTaxPayablesLiabilitiesOtherThanProvisionsShortterm": (
        308_500,
        234_200,
    ),
    "fsa:ShorttermLiabilitiesOtherThanProvisions": (975_000, 813_000),
}
_LIABILITIES = {
    "account": {
        "fsa:ProvisionsForDeferredTax": (42_000, 30_000),
        "fsa:Provisions": (42_000, 30_000),
        "fsa:LongtermDebtToBanks": (300_000, 360_000),
        "fsa:LongtermLiabilitiesOtherThanProvisions": (300_000, 360_000),
        **_SHORT,
        "fsa:LiabilitiesOtherThanProvisions": (1_275_000, 1_173_000),
        "fsa:LiabilitiesAndEquity": (2_801_200, 2_279_200),
    },
    "current": {
        "fsa:DeferredTaxLiabilitiesLongterm": (42_000, 30_000),
        "fsa:LongtermDebtToBanks": (300_000, 360_000),
        "fsa:LongtermLiabilitiesOtherThanProvisions": (342_000, 390_000),
        **_SHORT,
        "fsa:LiabilitiesAndEquity": (2_801_200, 2_279_200),
    },
}
_CAPITAL, _RETAINED, _PROPOSED = (
    "ContributedCapitalMember",
    "RetainedEarningsMember",
    "ProposedDividendRecognisedInEquityMember",
)
# concept: capital, retained, proposed, all
_CHANGES = {
    "opening": ("fsa:Equity", (80_000, 846_200, 150_000, 1_076_200)),
    "paid": ("fsa:DividendPaid", (None, None, 150_000, 150_000)),
    "result": ("fsa:ProfitLoss", (None, 358_000, 200_000, 558_000)),
    "closing": ("fsa:Equity", (80_000, 1_204_200, 200_000, 1_484_200)),
}
_LOSSES = "ImpairmentLossesAndDepreciationOf"
_PLANT, _FIXTURES = "PlantAndMachineryMember", "FixturesFittingsToolsAndEquipmentMember"
_PROPERTY = "PropertyPlantAndEquipment"
# concept, is opening: plant, fixtures, all
_MOVEMENTS = [
    (f"fsa:{_PROPERTY}Gross", True, (640_000, 250_000, 890_000)),
    (f"fsa:AdditionsTo{_PROPERTY}", False, (217_000, None, 217_000)),
    (f"fsa:DisposalsOf{_PROPERTY}", False, (40_000, None, 40_000)),
    (f"fsa:{_PROPERTY}Gross", False, (817_000, 250_000, 1_067_000)),
    (f"fsa:Accumulated{_LOSSES}{_PROPERTY}", True, (322_000, 128_500, 450_500)),
    (f"fsa:DepreciationOf{_PROPERTY}", False, (123_000, 25_000, 148_000)),
    (f"fsa:ReversalsOf{_LOSSES}Disposed{_PROPERTY}", False, (40_000, None, 40_000)),
    (f"fsa:Accumulated{_LOSSES}{_PROPERTY}", False, (405_000, 153_500, 558_500)),
    (f"fsa:{_PROPERTY}", False, (412_000, 96_500, None)),
]  # fmt: skip


class Sample(NamedTuple):
    """Rows of `report`, `report_line`, `company` and `report_text`, in `render`'s order."""

    report: dict[str, Any]
    lines: list[dict[str, Any]]
    company: dict[str, Any]
    texts: list[dict[str, Any]]


def sample(
    language: str = "da",
    income_form: str = "nature",
    balance_form: str = "account",
    company_class: str = "B",
) -> Sample:
    """The rows of a whole report for 2025 with 2024 beside it."""
    report = {
        "report_id": "ab" * 16,
        "company_id": "nordlys",
        "report_type": "annual_report",
        "period_start": START,
        "period_end": END,
        "state": "ready",
    }
    lines = _lines(income_form, balance_form)
    texts = _texts(language, company_class)
    company = {"company_id": "nordlys", "name": "Nordlys Lamper ApS", "cvr": CVR, "se_number": CVR}
    return Sample(
        report,
        [{**report, "field_no": n, **line} for n, line in enumerate(lines)],
        company,
        [{**report, "field_no": n, **text} for n, text in enumerate(texts)],
    )


def changed(given: Sample, **texts: str | None) -> Sample:
    """The sample with other texts: field, its colon as an underscore → text, or None for none."""
    names = {name.replace("_", ":", 1): value for name, value in texts.items()}
    kept = [row for row in given.texts if row["field"] not in names]
    put = [
        {**row, "text": names[row["field"]]}
        for row in given.texts
        if names.get(row["field"]) is not None
    ]
    return given._replace(texts=kept + put)


def _line(subject: str, field: str, amount: int) -> dict[str, Any]:
    return {
        "subject": subject,
        "field": field,
        "amount": amount,
        "amount_exact": Decimal(amount),
        "formula": "",
        "origin": "postings",
        "source": None,
    }


def _lines(income_form: str, balance_form: str) -> list[dict[str, Any]]:
    income = _BY_NATURE if income_form == "nature" else _BY_FUNCTION
    figures = {**income, **_RESULT, **_ASSETS, **_EQUITY, **_LIABILITIES[balance_form]}
    if income_form == "function":  # the note tells what the functions hold of staff costs
        figures |= {key: _BY_NATURE[key] for key in list(_BY_NATURE)[1:5]}
    figures["fsa:AverageNumberOfEmployees"] = (4, 4)
    lines = [
        _line(subject, field, amount)
        for field, amounts in figures.items()
        for subject, amount in zip(("", "previous"), amounts, strict=True)
    ]
    return [*lines, *_components()]


def _components() -> list[dict[str, Any]]:
    found = []
    for kind, (field, amounts) in _CHANGES.items():
        start = ["opening"] if kind == "opening" else []
        members = [_CAPITAL, _RETAINED, _PROPOSED, None]
        for member, amount in zip(members, amounts, strict=True):
            is_there = kind in {"closing", "result"} and member is None  # in the statements
            if amount is not None and not is_there:
                part = [f"component={member}"] if member else []
                found.append(_line(";".join(start + part), field, amount))
    for field, is_opening, amounts in _MOVEMENTS:
        for member, amount in zip((_PLANT, _FIXTURES, None), amounts, strict=True):
            if amount is not None:
                parts = ["opening"] * is_opening + ([f"component={member}"] if member else [])
                found.append(_line(";".join(parts), field, amount))
    return found


def _texts(language: str, company_class: str) -> list[dict[str, Any]]:
    danish = language == "da"
    audited = company_class == "C-medium"

    def row(field: str, da: str, en: str | None = None, subject: str = "") -> dict[str, Any]:
        text = da if danish or en is None else en
        return {
            "subject": subject,
            "field": field,
            "language": language,
            "text": text,
            "origin": "stated",
            "source": "nordlys/2025-12-31.toml: sample",
        }

    stem = "gsd:AddressOfReportingEntity"
    return [
        row("gsd:NameOfReportingEntity", "Nordlys Lamper ApS"),
        row("gsd:IdentificationNumberCvrOfReportingEntity", CVR),
        row(f"{stem}StreetName", "Havnegade"),
        row(f"{stem}StreetBuildingIdentifier", "12, 1."),
        row(f"{stem}PostCodeIdentifier", "8000"),
        row(f"{stem}DistrictName", "Aarhus C"),
        row(f"{stem}CountryIdentificationCode", "DK"),
        row("gsd:RegisteredOfficeOfReportingEntity", "Aarhus"),
        row("gsd:EmailOfReportingEntity", "post@nordlys-lamper.example"),
        row("gsd:InformationOnTypeOfSubmittedReport", "Årsrapport", "Annual report"),
        row("gsd:ReportingPeriodStartDate", "2025-01-01"),
        row("gsd:ReportingPeriodEndDate", "2025-12-31"),
        row("gsd:PrecedingReportingPeriodStartDate", "2024-01-01"),
        row("gsd:PredingReportingPeriodEndDate", "2024-12-31"),
        row("fsa:ClassOfReportingEntity", *_CLASS[company_class]),
        row("gsd:DateOfGeneralMeeting", "2026-05-12"),
        row("gsd:NameAndSurnameOfChairmanOfGeneralMeeting", "Ida Holm"),
        row("gsd:ToolForPreparingTheXBRLInstanceDocument", "Indberet"),
        row("gsd:NameOfSubmittingEnterprise", "Nordlys Lamper ApS"),
        row("gsd:AddressOfSubmittingEnterpriseStreetAndNumber", "Havnegade 12, 1."),
        row("gsd:AddressOfSubmittingEnterprisePostcodeAndTown", "8000 Aarhus C"),
        *_statement(row, audited=audited),
        *_auditor(row, audited=audited),
        row(
            "mrv:DescriptionOfPrimaryActivitiesOfEntity",
            "Selskabet udvikler og sælger lamper til boliger og kontorer.",
            "The company develops and sells lamps for homes and offices.",
        ),
        row(
            "mrv:DescriptionOfSignificantChangesInBusinessAndEconomicConditions",
            "Salget voksede i alle måneder af året, og bruttofortjenesten steg.\n\n"
            "Ledelsen anser årets resultat for tilfredsstillende.",
            "Sales grew in every month of the year, and gross profit rose.\n\n"
            "Management considers the profit for the year satisfactory.",
        ),
        *_policies(row),
        *_words(row, company_class),
        *_bookkeeping(row),
    ]


def _statement(row: Any, *, audited: bool) -> list[dict[str, Any]]:
    found = [
        row(
            "sob:StatementByExecutiveAndSupervisoryBoards",
            "Ledelsen har i dag behandlet og godkendt årsrapporten for Nordlys Lamper ApS for "
            "regnskabsåret 1. januar 2025 - 31. december 2025.",
            "Management has today considered and approved the annual report of Nordlys Lamper ApS "
            "for the financial year 1 January 2025 - 31 December 2025.",
        ),
        row(
            "sob:ConfirmationThatAnnualReportIsPresentedInAccordanceWithRequirementsProvidedForBy"
            "LegislationAnyStandardsAndRequirementsProvidedByArticlesOfAssociationOrByAgreement",
            "Årsrapporten er aflagt i overensstemmelse med årsregnskabsloven.",
            "The annual report is presented in accordance with the Danish Financial Statements "
            "Act (årsregnskabsloven).",
        ),
        row(
            "sob:ConfirmationThatFinancialStatementGivesTrueAndFairViewOfAssetsLiabilitiesEquity"
            "FinancialPositionAndResults",
            "Det er vores opfattelse, at årsregnskabet giver et retvisende billede af "
            "virksomhedens aktiver, passiver og finansielle stilling pr. 31. december 2025 samt "
            "af resultatet af virksomhedens aktiviteter i regnskabsåret.",
            "In our opinion, the financial statements give a true and fair view of the company's "
            "assets, liabilities and financial position at 31 December 2025 and of the result of "
            "its activities in the financial year.",
        ),
        row(
            "sob:ManagementsStatementAboutManagementsReview",
            "Ledelsesberetningen indeholder efter vores opfattelse en retvisende redegørelse for "
            "de forhold, den omhandler.",
            "In our opinion, the management's review gives a fair account of the matters it deals "
            "with.",
        ),
    ]
    if not audited:
        found.append(
            row(
                "sob:ConfirmationThatFinancialStatementsAreExemptedFromAuditing",
                "Årsregnskabet er ikke revideret. Ledelsen erklærer, at virksomheden opfylder "
                "betingelserne for at undlade revision.",
                "The financial statements have not been audited. Management declares that the "
                "company fulfils the conditions for leaving out the audit.",
            )
        )
    return [
        *found,
        row(
            "sob:RecommendationForApprovalOfAnnualReportByGeneralMeeting",
            "Årsrapporten indstilles til generalforsamlingens godkendelse.",
            "We recommend that the general meeting approves the annual report.",
        ),
        row("sob:PlaceOfSignatureOfStatement", "Aarhus"),
        row("sob:DateOfApprovalOfAnnualReport", "2026-05-12"),
        row("cmn:NameAndSurnameOfMemberOfExecutiveBoard", "Ida Holm", subject="1"),
        row("cmn:TitleOfMemberOfExecutiveBoard", "Direktør", "Managing director", subject="1"),
        row("cmn:NameAndSurnameOfMemberOfSupervisoryBoard", "Karen Storm", subject="1"),
        row("cmn:TitleOfMemberOfSupervisoryBoard", "Formand", "Chairman", subject="1"),
        row("cmn:NameAndSurnameOfMemberOfSupervisoryBoard", "Jens Østergård", subject="2"),
        row("cmn:NameAndSurnameOfMemberOfSupervisoryBoard", "Ida Holm", subject="3"),
    ]


def _auditor(row: Any, *, audited: bool) -> list[dict[str, Any]]:
    if not audited:
        return [row("cmn:TypeOfAuditorAssistance", "Ingen bistand", "No audit assistance")]
    return [
        row(
            "cmn:TypeOfAuditorAssistance",
            "Revisionspåtegning",
            "Auditor's report on audited financial statements",
        ),
        row("cmn:NameOfAuditFirm", "Revision Nord P/S", subject="1"),
        row("cmn:IdentificationNumberCvrOfAuditFirm", "25160924", subject="1"),
        row("cmn:NameAndSurnameOfAuditor", "Per Lund", subject="1"),
        row(
            "cmn:DescriptionOfAuditor",
            "statsautoriseret revisor",
            "state authorised public accountant",
            subject="1",
        ),
        row("cmn:IdentificationNumberOfAuditor", "mne12345", subject="1"),
        row("arr:SignatureOfAuditorsPlace", "Aarhus"),
        row("arr:SignatureOfAuditorsDate", "2026-05-12"),
        row(
            "arr:AddresseeOfAuditorsReportOnAuditedFinancialStatements",
            "Til kapitalejerne i Nordlys Lamper ApS",
            "To the owners of Nordlys Lamper ApS",
        ),
        row("arr:TypeOfModifiedOpinionOnAuditedFinancialStatements", "Konklusion", "Opinion"),
        row(
            "arr:OpinionOnAuditedFinancialStatements",
            "Det er vores opfattelse, at årsregnskabet giver et retvisende billede.",
            "In our opinion, the financial statements give a true and fair view.",
        ),
        row(
            "arr:TypeOfBasisForModifiedOpinionOnAuditedFinancialStatements",
            "Grundlag for konklusion",
            "Basis for Opinion",
        ),
        row(
            "arr:DescriptionOfQualificationsOfAuditedFinancialStatements",
            "Vi har udført vores revision i overensstemmelse med internationale standarder om "
            "revision og de yderligere krav, der er gældende i Danmark.",
            "We conducted our audit in accordance with International Standards on Auditing and "
            "the additional requirements applicable in Denmark.",
        ),
        row(
            "arr:StatementOfExecutiveAndSupervisoryBoardsResponsibilityForFinancialStatements",
            "Ledelsen har ansvaret for at udarbejde et årsregnskab, der giver et retvisende "
            "billede.",
            "Management is responsible for preparing financial statements that give a true and "
            "fair view.",
        ),
        row(
            "arr:StatementOfAuditorsResponsibilityForAuditAndAuditPerformed",
            "Vores mål er at opnå høj grad af sikkerhed for, at årsregnskabet som helhed er uden "
            "væsentlig fejlinformation.",
            "Our objective is to obtain reasonable assurance that the financial statements as a "
            "whole are free from material misstatement.",
        ),
    ]


def _policies(row: Any) -> list[dict[str, Any]]:
    stem = "fsa:DescriptionOfMethodsOfRecognitionAndMeasurementBasisOf"
    return [
        row("fsa:AccountingPoliciesAreUnchangedFromPreviousPeriod", "true"),
        row(
            "fsa:BasisOfAccounting",
            "Årsrapporten er aflagt efter årsregnskabslovens regler for virksomheder i "
            "regnskabsklasse B. Beløbene er i danske kroner.",
            "The annual report is presented under the provisions of the Danish Financial "
            "Statements Act for entities in reporting class B. Amounts are in Danish kroner.",
        ),
        row(
            f"{stem}Revenue",
            "Salg af lamper indregnes i nettoomsætningen, når levering har fundet sted. "
            "Nettoomsætningen er uden moms og med fradrag af rabatter.",
            "Sales of lamps are recognised in turnover when they have been delivered. Turnover is "
            "stated without VAT and less discounts.",
        ),
        row(
            f"{stem}PropertyPlantAndEquipment",
            "Materielle anlægsaktiver måles til kostpris med fradrag af afskrivninger. De "
            "afskrives lineært over brugstiden:\n\n"
            "- Produktionsanlæg og maskiner: brugstid 5 år, restværdi 0\n"
            "- Andre anlæg, driftsmateriel og inventar: brugstid 10 år, restværdi 0",
            "Property, plant and equipment are measured at cost less depreciation. They are "
            "depreciated on a straight line over their useful lives:\n\n"
            "- Plant and machinery: useful life 5 years, residual value 0\n"
            "- Fixtures, fittings, tools and equipment: useful life 10 years, residual value 0",
        ),
        row(
            f"{stem}Inventories",
            "Varebeholdninger måles til kostpris efter først ind, først ud, eller til "
            "nettorealisationsværdi, hvor den er lavere.",
            "Inventories are measured at cost by first in, first out, or at net realisable value "
            "where that is lower.",
        ),
        row(
            f"{stem}TaxPayablesAndDeferredTax",
            "Årets skat er aktuel skat og ændring i udskudt skat, målt efter de skatteregler og "
            "satser, der gælder på balancedagen.",
            "Tax for the year is current tax and the change in deferred tax, measured by the tax "
            "rules and rates in force at the balance sheet date.",
        ),
    ]


def _words(row: Any, company_class: str) -> list[dict[str, Any]]:
    found = [
        row(
            "fsa:InformationOnAnyPartOfLiabilityFallingDueInMoreThanFiveYears",
            "Af den langfristede gæld forfalder intet senere end fem år efter balancedagen.",
            "No part of the long-term debt falls due later than five years after the balance "
            "sheet date.",
        ),
        row(
            "fsa:DisclosureOfContingentLiabilities",
            "Selskabet har ingen eventualforpligtelser, der ikke er indregnet i balancen.",
            "The company has no contingent liabilities that are not recognised in the balance "
            "sheet.",
        ),
        row(
            "fsa:DisclosureOfMortgagesAndCollaterals",
            "Til sikkerhed for bankgæld er der givet virksomhedspant i maskiner og varelager.",
            "Bank debt is secured by a floating charge on machinery and inventories.",
        ),
    ]
    if company_class == "C-medium":
        found += [
            row(
                "fsa:ExplanationOfNotDisclosingCashFlowsStatements",
                "Pengestrømsopgørelsen er udeladt efter årsregnskabslovens § 86, stk. 4.",
                "The cash flow statement is left out under section 86 (4) of the Danish Financial "
                "Statements Act.",
            ),
            row(
                "fsa:InformationOnClassesOfIssuedShares",
                "500 aktier à nominelt 1.000 kr.",
                "500 shares of a nominal value of DKK 1,000 each.",
            ),
            row(
                "fsa:DescriptionOfClassOfIssuedShares",
                "Aktierne er ikke delt i klasser.",
                "The shares are of one class.",
            ),
        ]
    if company_class == "B-micro":
        found.append(
            row(
                "fsa:TheMicroUndertakingAppliesTheExceptionConcerningFilingInformationAbout"
                "CertainSpecialItems",
                "true",
            )
        )
    return found


def _bookkeeping(row: Any) -> list[dict[str, Any]]:
    return [
        row("gsd:StartDateForUseOfDigitalStandardBookkeepingSystem", "2025-01-01", subject="1"),
        row("gsd:EndDateForUseOfDigitalStandardBookkeepingSystem", "2025-12-31", subject="1"),
        row(
            "gsd:NameOfProviderOfDigitalStandardBookkeepingSystemUsed", "Bogholderiet", subject="1"
        ),
        row(
            "gsd:RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed",
            "fob123456",
            subject="1",
        ),
    ]
