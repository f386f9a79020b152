"""One report that breaks no rule; broken once per rule, exactly that rule speaks, in exact words.

`dba_messages.txt` holds every rule's message on its broken report; `--update` rewrites it.
"""

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.danish_report import (
    AUTHORITY,
    DEVIATING,
    END,
    ENTRY,
    GROUP,
    OTHER,
    YEAR,
    Context,
    Fact,
    Report,
    amount,
    text,
)
from xbrl.rules.catalogue import rule_set
from xbrl.rules.run import READ, judge, problems
from xbrl.tables.facts import tables

MESSAGES = Path(__file__).with_name("dba_messages.txt")
ASSISTANCE = "cmn:TypeOfAuditorAssistance"
NO_RESERVATION = "Revisionen har ikke givet anledning til forbehold."
RESPONSIBILITIES = (
    "arr:ReportingResponsibilitiesAccordingToTheDanishExecutiveOrderOnApprovedAuditorsReports"
)
VALID = Report()
# From 2025 the auditor's words are other ones.
VALID_2025 = VALID.but(text(ASSISTANCE, "Den uafhængige revisors erklæring"))
GROUP_REPORT = VALID.with_context("group", Context(YEAR, GROUP)).also(
    text("fsa:DisclosureOfAccountingPolicies", "Koncernens", "group")
)
RENDERED = VALID.with_context("other", Context(YEAR, OTHER))
DEVIATES = VALID.with_context("deviating", Context(YEAR, DEVIATING))
CLASS_D = VALID.but(text("fsa:ClassOfReportingEntity", "Regnskabsklasse D"))
LEI = VALID.with_entity(scheme="http://standards.iso.org/iso/17442", identifier="LEI1")


def twice(concept: str, value: str, context: str = "year") -> Report:
    return VALID.also(text(concept, value, context))


BROKEN = {
    "TH01": replace(VALID, references=VALID.references.replace(AUTHORITY, "http://example.org/")),
    "TH05": VALID.with_context("segment", Context(YEAR, segment=GROUP.replace("Solo", "X")))
    .also(amount("fsa:OtherFinanceIncome", 1, "segment")),
    "TH06": VALID.with_context("forever", Context("<xbrli:forever/>"))
    .moved("gsd:IdentificationNumberCvrOfReportingEntity", "forever"),
    "TH10": replace(VALID, references=VALID.references * 2),
    "TH14": VALID.but(text("gsd:InformationOnTypeOfSubmittedReport", "ESG-rapport")),
    "TR01": VALID.moved("gsd:NameOfReportingEntity", "before"),
    "TR02": VALID.with_entity(scheme="http://example.org/cvr"),
    "TR03": VALID.with_entity(identifier="25160924"),
    "TR05": VALID.but(text("gsd:ReportingPeriodStartDate", "2024-02-01"))
    .with_context("short", Context(YEAR.replace("2024-01-01", "2024-02-01")))
    .also(amount("fsa:ProfitLoss", 1, "short")),
    "TR06": VALID.with_context("long", Context(YEAR.replace("2024-12-31", "2025-01-31")))
    .with_context("long-end", Context(END.replace("2024-12-31", "2025-01-31")))
    .but(text("gsd:ReportingPeriodEndDate", "2025-01-31"))
    .also(
        amount("fsa:ProfitLoss", 1, "long"),
        *(amount(f"fsa:{c}", 1, "long-end") for c in ("Assets", "Equity", "LiabilitiesAndEquity")),
    ),
    "TR09": VALID.with_context("stranger", Context(END, identifier="25160924"))
    .also(amount("fsa:Inventories", 1, "stranger")),
    "TR11": replace(VALID, body='<p><img src="https://example.org/logo.png" alt=""/></p>'),
    "TR12": replace(VALID, head="<script>alert(1)</script>"),
    "TR15": LEI.also(text("gsd:LegalEntityIdentifierOfReportingEntity", "LEI2")),
    "TR16": replace(VALID, root="", body=f'<p xml:lang="da">{text("fsa:X", "nej").markup()}</p>'),
    "TR17": replace(VALID, head='<base href="http://example.org/"/>'),
    "TR19": VALID.also(text("cmn:NameOfAuditFirm", "Revision Syd")),
    "TM12": VALID.without("gsd:IdentificationNumberCvrOfReportingEntity"),
    "TM13": twice("gsd:IdentificationNumberCvrOfReportingEntity", "10150817"),
    "TM16": twice("gsd:InformationOnTypeOfSubmittedReport", "Årsrapport"),
    "TM18": twice("gsd:ReportingPeriodStartDate", "2024-01-01"),
    "TM20": twice("gsd:ReportingPeriodEndDate", "2024-12-31"),
    "TM22": twice("gsd:NameOfReportingEntity", "Nordlys ApS"),
    "TM24": twice("gsd:NameOfSubmittingEnterprise", "Bogholderiet ApS"),
    "TM25": VALID.without("gsd:AddressOfSubmittingEnterpriseStreetAndNumber"),
    "TM26": twice("gsd:AddressOfSubmittingEnterpriseStreetAndNumber", "Havnegade 1"),
    "TM27": VALID.without("gsd:AddressOfSubmittingEnterprisePostcodeAndTown"),
    "TM28": twice("gsd:AddressOfSubmittingEnterprisePostcodeAndTown", "8000 Aarhus C"),
    "TM29": VALID.without("gsd:DateOfGeneralMeeting", "sob:DateOfApprovalOfAnnualReport"),
    "TM30": twice("gsd:DateOfGeneralMeeting", "2025-03-01"),
    "TM31": twice("sob:DateOfApprovalOfAnnualReport", "2025-03-01"),
    "TM32": DEVIATES.also(*[text("gsd:ReportingPeriodStartDate", "2024-01-01", "deviating")] * 2),
    "TM33": DEVIATES.also(*[text("gsd:ReportingPeriodEndDate", "2024-12-31", "deviating")] * 2),
    "TC02": VALID.with_context(
        "person",
        Context(
            YEAR,
            '<xbrldi:typedMember dimension="cmn:IdentificationOfAuditorDimension">'
            "<cmn:auditorIdentifier>010203-1234</cmn:auditorIdentifier></xbrldi:typedMember>",
        ),
    ).also(text("cmn:NameAndSurnameOfAuditor", "Bo Dal", "person")),
    "FR1": VALID.without("gsd:NameAndSurnameOfChairmanOfGeneralMeeting"),
    "FR7": VALID.but(text("sob:DateOfApprovalOfAnnualReport", "2024-12-31"))
    .without("gsd:DateOfGeneralMeeting"),
    "FR20": VALID.without(
        "sob:StatementByExecutiveAndSupervisoryBoards", "sob:DateOfApprovalOfAnnualReport"
    ),
    "FR24": VALID.but(
        text("arr:DescriptionOfQualificationsOfAuditedFinancialStatements", NO_RESERVATION)
    ),
    "FR25": VALID.but(text(ASSISTANCE, "Erklæring om udvidet gennemgang")).also(
        text("arr:DescriptionOfQualificationsOfFinancialStatementsExtendedReview", NO_RESERVATION)
    ),
    "FR33": CLASS_D,
    "FR34": VALID.without(
        *(f"fsa:{c}" for c in (
            "CurrentAssets", "Assets", "LiabilitiesOtherThanProvisions", "LiabilitiesAndEquity",
            "LongtermLiabilitiesOtherThanProvisions", "ShorttermLiabilitiesOtherThanProvisions",
        )),
    ),
    "FR35.noDimension": VALID.without("fsa:DisclosureOfAccountingPolicies"),
    "FR35.consolidatedSoloDimension": VALID.with_context("group", Context(YEAR, GROUP))
    .also(amount("fsa:GrossProfitLoss", 1, "group")),
    "FR36": VALID.also(
        text("arr:DescriptionsOfQualificationsOfReviewedFinancialStatements", NO_RESERVATION)
    ),
    "FR37": VALID.also(
        text("arr:DescriptionOfQualificationsOfAssuranceEngagementPerformed", NO_RESERVATION)
    ),
    "FR41": VALID.without("fsa:TaxExpense", context="year"),
    "FR48": VALID.also(amount("fsa:ExtraordinaryIncome", 1)),
    "FR52": VALID.also(amount("fsa:ProposedExtraordinaryDividendRecognisedInLiabilities", 1)),
    "FR53": VALID.without("cmn:IdentificationNumberCvrOfAuditFirm"),
    "FR56": VALID.without("fsa:ProposedDividendRecognisedInEquity", context="before"),
    "FR57.MarkingOfPeriod": VALID.without("gsd:ReportingPeriodEndDate"),
    "FR57.ProfitLoss": VALID.without("fsa:ProfitLoss"),
    "FR57.Equity": VALID.without("fsa:Equity", context="end-before"),
    "FR57.Assets": VALID.without("fsa:Assets"),
    "FR57.LiabilitiesAndEquity": VALID.without("fsa:LiabilitiesAndEquity", context="end"),
    "FR57.NegativeAssets": VALID.without("fsa:CurrentAssets", context="end-before")
    .but(amount("fsa:Assets", -1, "end-before")),
    "FR57.NegativeLiabilitiesAndEquity": VALID.but(
        amount("fsa:LiabilitiesAndEquity", -1, "end-before"),
        amount("fsa:Equity", -99999, "end-before"),
    ),
    "FR57.Equality": VALID.but(amount("fsa:Assets", 100001, "end")),
    "FR58": VALID.also(text(f"{RESPONSIBILITIES}Audit", "Ja")),
    "FR59.noDimension": VALID.without(
        "arr:DescriptionOfQualificationsOfAuditedFinancialStatements"
    ),
    "FR59.consolidatedSoloDimension": GROUP_REPORT.also(
        text(ASSISTANCE, "Revisionspåtegning", "group")
    ),
    "FR63": VALID.but(amount("fsa:CurrentAssets", 100001, "end")),
    "FR71": VALID.but(amount("fsa:EmployeeBenefitsExpense", -300000)),
    "FR72": VALID.also(
        text(
            "arr:TypeOfBasisForModifiedOpinionOnFinancialStatementsReview",
            "Grundlag for konklusion med forbehold",
        )
    ),
    "FR73": VALID.also(text(f"{RESPONSIBILITIES}ExtendedReview", "Ja")),
    "FR74a": VALID.but(amount("fsa:Provisions", 51001, "end")),
    "FR74b": VALID.but(amount("fsa:LiabilitiesOtherThanProvisions", 51001, "end")),
    "FR75": VALID.without("fsa:AverageNumberOfEmployees", context="year"),
    "FR77a": VALID.but(amount("fsa:LongtermLiabilitiesOtherThanProvisions", 51001, "end")),
    "FR77b": VALID.but(amount("fsa:ShorttermLiabilitiesOtherThanProvisions", 51001, "end")),
    "FR81": replace(VALID, root='xml:lang="de"'),
    "FR87": replace(VALID, head='<link rel="stylesheet" type="text/css" href="style.css"/>'),
    "FR89": CLASS_D.but(text(ASSISTANCE, "Ingen bistand")).also(
        amount("fsa:BonusShares", 1),
        *(amount(f"fsa:{c}", 1) for c in ("ContributionFromGroup", "DissolutionOfReserves")),
    ),
    "FR91": VALID.but(text("gsd:DateOfGeneralMeeting", "2025-03-02")),
    "FR92": VALID.without("arr:SignatureOfAuditorsDate"),
    "FR107": VALID.without("gsd:RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed"),
    "FR108": GROUP_REPORT.also(
        text("gsd:StartDateForUseOfDigitalNonregisteredBookkeepingSystem", "2024-06-01", "group"),
        text("gsd:EndDateForUseOfDigitalNonregisteredBookkeepingSystem", "2024-12-31", "group"),
        text("gsd:TypeOfDigitalNonregisteredBookkeepingSystem", "Eget", "group"),
    ),
    "FR109": VALID.but(text("gsd:StartDateForUseOfDigitalStandardBookkeepingSystem", "2023-12-31")),
    "FR115": VALID.but(
        text("gsd:StartDateForUseOfDigitalStandardBookkeepingSystem", "2024-12-31"),
        text("gsd:EndDateForUseOfDigitalStandardBookkeepingSystem", "2024-01-01"),
    ),
    "FR116": VALID.also(Fact("fsa:ProfitLoss", "year", "5000", "DKK", ' decimals="-3"')),
    "FR117": RENDERED.also(text("fsa:DisclosureOfEquity", "tekst", "other")),
    "FR118": RENDERED.also(amount("fsa:GrossProfitLoss", 5, "other", ' scale="3"')),
}  # fmt: skip

# What else such a report breaks, of necessity.
ALSO = {
    "TH06": {"TR01", "TR06"},
    "TR05": {"FR109"},
    "TM18": {"FR57.MarkingOfPeriod"},
    "TM20": {"FR57.MarkingOfPeriod"},
    "FR34": {"FR57.Assets", "FR57.LiabilitiesAndEquity"},
}
REGIMES = {
    "TH14": "arl-2022",
    **dict.fromkeys(("TR15", "TR16", "TR17"), "arl-2024-multi-target"),
}
PLAIN = {"FR82": "arl-2024-multi-target", "FR83": "arl-2024"}
"""Broken by being no page at all; see `plain`."""


def plain(report: Report, filing_id: str) -> dict[str, pa.Table]:
    """The report's tables, of a plain XBRL document."""
    made = tables(report.instance(), filing_id, 1)
    kinds = pa.array(["xbrl"]).dictionary_encode()
    place = made["xbrl_filing"].schema.get_field_index("kind")
    field = made["xbrl_filing"].schema.field(place)
    made["xbrl_filing"] = made["xbrl_filing"].set_column(place, field, kinds.cast(field.type))
    return made


def judged(made: dict[str, dict[str, pa.Table]], regime: str | None) -> dict[str, list]:
    con = duckdb.connect(config={"memory_limit": "256MB", "threads": 1})
    for name in READ:
        all_ = pa.concat_tables([one[name] for one in made.values()]).unify_dictionaries()
        con.register("part", all_)
        con.execute(f"CREATE TABLE {name} AS FROM part")
        con.unregister("part")
    found = judge(con, regime=regime)
    con.close()
    ids = found["filing_id"].to_pylist()
    sorted_ = {key: [] for key in made}
    for filing_id, problem in zip(ids, problems(found), strict=True):
        sorted_[filing_id].append(problem)
    return sorted_


@pytest.fixture(scope="module")
def said() -> dict[str, list]:
    """What is said of every broken report, judged in one pass per regime."""
    found = {}
    for regime in ("arl-2022", "arl-2024", "arl-2024-multi-target"):
        made = {
            code: tables(report.instance(), code, 1)
            for code, report in BROKEN.items()
            if REGIMES.get(code, "arl-2024") == regime
        }
        made |= {code: plain(VALID, code) for code, r in PLAIN.items() if r == regime}
        made["valid"] = tables(VALID.instance(), "valid", 1)
        judgement = judged(made, regime)
        assert judgement.pop("valid") == []
        found |= judgement
    return found


@pytest.mark.parametrize("code", [*BROKEN, *PLAIN])
def test_a_report_broken_once_breaks_that_rule(code, said):
    assert {p.code for p in said[code]} == {f"DBA.{c}" for c in {code} | ALSO.get(code, set())}


def test_every_rule_is_broken_once():
    assert {f"DBA.{code}" for code in (*BROKEN, *PLAIN)} == {r.code for r in rule_set("dba").rules}


def test_messages_are_exact(said, request):
    lines = []
    for code in sorted(said):
        for p in said[code]:
            if p.code == f"DBA.{code}":
                lines += [f"{p.severity} {p.code} [{p.where}] {p.message}", f"    {p.remedy}"]
    written = "\n".join(lines) + "\n"
    if request.config.getoption("--update"):
        MESSAGES.write_text(written, encoding="utf-8")
    assert written == MESSAGES.read_text(encoding="utf-8")
    assert "{" not in written


def test_rules_of_2025_ask_for_the_words_of_2025():
    reports = {
        "valid": VALID_2025,
        "FR24": VALID_2025.but(
            text("arr:DescriptionOfQualificationsOfAuditedFinancialStatements", NO_RESERVATION)
        ),
        "FR59.noDimension": VALID_2025.without(
            "arr:DescriptionOfQualificationsOfAuditedFinancialStatements"
        ),
        "FR92": VALID_2025.without("arr:SignatureOfAuditorsDate"),
    }
    made = {code: tables(report.instance(), code, 1) for code, report in reports.items()}
    found = judged(made, "arl-2025")
    assert found.pop("valid") == []
    assert {code: [p.code for p in found[code]] for code in found} == {
        code: [f"DBA.{code}"] for code in found
    }


def test_an_entry_point_of_an_unknown_year_is_said_to_be_unjudged():
    old = replace(VALID, references=VALID.references.replace("20241001/", "20150701/"))
    found = judged({"old": tables(old.instance(), "old", 1)}, None)["old"]
    assert [(p.code, p.severity, p.message) for p in found] == [
        (
            "rules:no-regime",
            "note",
            f"No filing rules are known for reports of {ENTRY.replace('20241001/', '20150701/')}.",
        )
    ]


def test_a_period_stated_by_half_is_told_by_half():
    """Half a period once made no message at all, and the whole batch failed on it."""
    half = BROKEN["FR109"].without("gsd:ReportingPeriodEndDate")
    found = judged({"half": tables(half.instance(), "half", 1)}, "arl-2024")["half"]
    assert [p.message for p in found if p.code == "DBA.FR109"] == [
        (
            "A bookkeeping system is used 2023-12-31 to 2024-12-31, outside the accounting period "
            "from 2024-01-01."
        )
    ]
