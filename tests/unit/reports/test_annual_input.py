"""From answers to rows: what is missing, what is derived, what is chosen, what is said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assets.reports.annual import (
    answers,
    checks,
    class_checks,
    derive,
    entries,
    policies,
    prefill,
    texts,
)
from assets.reports.annual.year import Books
from quality.finding import Severity, errors
from tests.annual_year import COMPLETE, TODAY, answered, fiscal_year, told


def checked(year, text=COMPLETE):
    file = answered(text)
    checks.check(year, file, TODAY)
    return file


def said(year, file):
    return {(row.field, row.subject): row.text for row in texts.texts(year, file)}


def test_a_complete_file_has_no_error():
    assert errors(checked(fiscal_year()).findings) == []


def test_an_empty_file_is_asked_everything_at_once_each_key_once():
    file = checked(fiscal_year(), "")
    places = [one.where for one in errors(file.findings)]
    assert len(places) == len(set(places)) > 15
    assert "annual/nordlys/2026-12-31.toml: report.chairman" in places
    assert "annual/nordlys/2026-12-31.toml: [[bookkeeping_system]]" in places


def test_what_the_authority_demands_is_there():
    year = fiscal_year()
    rows = said(year, checked(year))
    assert rows["gsd:IdentificationNumberCvrOfReportingEntity", ""] == "10150817"
    assert rows["gsd:InformationOnTypeOfSubmittedReport", ""] == "Årsrapport"
    assert rows["fsa:ClassOfReportingEntity", ""] == "Regnskabsklasse B"
    assert rows["gsd:AddressOfSubmittingEnterpriseStreetAndNumber", ""] == "Strandvejen 4, 1."
    assert (
        rows["gsd:RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed", "1"] == "fob123456"
    )
    assert rows["cmn:TitleOfMemberOfExecutiveBoard", "1"] == "direktør"
    assert rows["cmn:TypeOfAuditorAssistance", ""] == "Ingen bistand"


def test_signing_on_another_day_than_the_meeting_is_no_day_of_approval():
    year = fiscal_year()
    same = said(year, checked(year))
    other = said(
        year, checked(year, COMPLETE.replace("approved = 2027-05-28", "approved = 2027-05-20"))
    )
    assert same["sob:DateOfApprovalOfAnnualReport", ""] == "2027-05-28"
    assert ("sob:DateOfApprovalOfAnnualReport", "") not in other
    assert other["sob:DateOfApprovalOfAnnualReportExecutiveBoard", ""] == "2027-05-20"


def test_texts_are_in_the_language_of_the_report():
    year = fiscal_year(language="en")
    rows = said(year, checked(year))
    assert rows["gsd:InformationOnTypeOfSubmittedReport", ""] == "Annual report"
    assert (
        "1 January 2026 - 31 December 2026"
        in rows["sob:StatementByExecutiveAndSupervisoryBoards", ""]
    )


AUDIT = """assistance = "audit"
firm = "Revision ApS"
firm_cvr = "33239106"
name = "Ida Ny"
mne = "mne12345"
place = "Hellerup"
signed = 2027-05-28
opinion_kind = "unmodified"
opinion = "Det er vores opfattelse …"
basis = "Vi har udført vores revision …"
"""


def test_an_audit_has_the_auditor_the_opinion_and_its_basis():
    year = fiscal_year()
    file = checked(year, COMPLETE.replace('assistance = "none"', AUDIT))
    rows = said(year, file)
    assert errors(file.findings) == []
    assert rows["arr:DescriptionOfQualificationsOfAuditedFinancialStatements", ""].startswith("Vi")
    assert rows["arr:TypeOfBasisForModifiedOpinionOnAuditedFinancialStatements", ""] == (
        "Grundlag for konklusion"
    )
    assert rows["cmn:NameOfAuditFirm", "1"] == "Revision ApS"
    assert not any("ExtendedReview" in field for field, _ in rows)
    assert ("sob:ConfirmationThatFinancialStatementsAreExemptedFromAuditing", "") not in rows


BUSY = {"1010": -900_000, "1910": 10_000, "2845": 400_000, "2660": 2_000}


def test_tax_is_derived_and_used_only_when_just_that_amount_is_accepted():
    year = fiscal_year(BUSY)
    derived = derive.tax(year)
    assert derived.amount == Decimal(109_450)  # 22 % of 488 000 + 7 500 + 2 000
    assert derived.how == (
        "result before tax 488 000 + 1910 Entertainment with limited deduction (75 % not "
        "deductible) 7 500 + 2660 Public fees and fines (not deductible) 2 000 = taxable income "
        "497 500; 22 % of it is 109 450 (Selskabsskatteloven § 17 stk. 1). Losses carried forward "
        "and tax depreciation are not counted."
    )
    assert list(answers.adjustments(year, answered())) == []
    wrong = answered(COMPLETE + "\n[tax]\naccept_derived = 109449\n")
    assert list(answers.adjustments(year, wrong)) == []
    right = answered(COMPLETE + "\n[tax]\naccept_derived = 109450\n")
    rows = list(answers.adjustments(year, right))
    assert [(row.account, row.amount) for row in rows] == [("3740", 109450), ("6315", -109450)]
    assert {(row.origin, row.text) for row in rows} == {("derived", derived.how)}


def test_tax_that_is_booked_or_a_loss_derives_nothing():
    assert derive.tax(fiscal_year(BUSY | {"3740": 100_000})) is None
    assert derive.tax(fiscal_year({"1010": -100, "2030": 200})) is None


def test_depreciation_is_asked_for_by_name_and_counts_in_the_tax():
    year = fiscal_year(BUSY, {"5570": 100_000})
    assert [one.class_id for one, _ in derive.undepreciated(year)] == ["fixtures"]
    file = checked(year)
    assert any("depreciation.fixtures" in one.where for one in errors(file.findings))
    stated = answered(COMPLETE + "\n[depreciation]\nfixtures = 20000\n")
    assert derive.tax(year, entries.adjustment_lines(year, stated)).amount == Decimal(105_050)
    assert derive.undepreciated(fiscal_year({"3050": 1}, {"5570": 100_000})) == []


def test_employees_are_counted_from_the_employers_atp():
    assert derive.employees(fiscal_year({"2898": 5940})).amount == Decimal("2.5")
    assert derive.employees(fiscal_year()) is None


def chosen(year, text=COMPLETE):
    return [one.policy.policy_id for one in policies.chosen(year, answered(text))]


def test_policies_follow_the_books():
    assert chosen(fiscal_year()) == ["general", "recognition"]
    trade = chosen(fiscal_year({"1010": -9, "1610": 5}, {"6140": 7, "6190": 3, "7440": -4}))
    assert trade == [
        "general", "recognition", "revenue", "materials", "tax", "inventories", "receivables",
        "deferred_tax", "debt",
    ]  # fmt: skip
    assert "production_cost" in chosen(fiscal_year({"1610": 5}, income_form="function"))
    assert "gross_profit" in chosen(fiscal_year({"1610": 5}, is_condensed=True))
    before = Books({}, {"6480": Decimal(5)})
    assert "cash" in chosen(fiscal_year(before=before)), "last year's figures are shown too"
    stated = COMPLETE + "\n[depreciation]\nfixtures = 20\n"
    assert "depreciation" in chosen(fiscal_year({}, {"5570": 100}), stated)


def test_own_policies_replace_ours_and_useful_lives_are_named():
    year = fiscal_year({}, {"5570": 100})
    lives = COMPLETE + '\n[policies.useful_life]\nfixtures = "3-5"\n'
    (text,) = [
        one.text
        for one in policies.chosen(year, answered(lives))
        if one.policy.policy_id == "property"
    ]
    assert "- Andre anlæg, driftsmateriel og inventar: brugstid 3–5 år, restværdi 0 kr." in text
    own = COMPLETE + '\n[policies.own]\nproperty = "Vores egen."\n'
    assert "Vores egen." in [one.text for one in policies.chosen(year, answered(own))]
    assert chosen(year, COMPLETE + '\n[policies]\nwhole = "Alt."\n') == []


def test_a_micro_undertaking_may_leave_policies_out_and_says_so():
    year = fiscal_year(company_class="B-micro")
    text = COMPLETE.replace('kind = "annual"', 'kind = "annual"\nmicro_exemptions = ["policies"]')
    rows = said(year, checked(year, text))
    assert "§ 22 b" in rows["fsa:DisclosureOfAccountingPolicies", ""]
    assert [text for (field, _), text in rows.items() if "TheMicroUndertaking" in field] == ["true"]


@pytest.mark.parametrize(
    ("last", "smallest"), [(0, "B-micro"), (10_000_000, "B"), (120_000_000, "C-medium")]
)
def test_a_class_is_too_small_when_two_limits_are_exceeded_two_years_in_a_row(last, smallest):
    before = Books({"1010": Decimal(-last)}, {"6480": Decimal(last)})
    year = fiscal_year({"1010": -120_000_000}, {"6480": 120_000_000}, before=before)
    assert class_checks.smallest_class(year, answered()) == smallest
    found = [one for one in told(checked(year)) if "is too small" in one]
    assert bool(found) == (smallest == "C-medium")


def test_overlapping_and_missing_systems_are_told():
    text = COMPLETE.replace("to = 2026-12-31", "to = 2026-11-30")
    gap = [one for one in checked(fiscal_year(), text).findings if "No system" in one.message]
    assert [one.severity for one in gap] == [Severity.WARNING]
    second = COMPLETE[COMPLETE.index("[[bookkeeping_system]]") :]
    both = checked(fiscal_year(), COMPLETE + second)
    assert any("FR108" in one.message for one in errors(both.findings))


def test_restated_figures_are_last_years_with_their_reason():
    text = COMPLETE + '[[restatement]]\nfield = "fsa:Revenue"\namount = 120\nreason = "Fejl."\n'
    year = fiscal_year()
    file = checked(year, text)
    (number,) = [row for row in answers.numbers(file) if row.field == "fsa:Revenue"]
    assert (number.subject, number.amount, number.origin) == ("previous", 120, "stated")
    assert (
        said(year, file)["fsa:ExplanationOfGroundsOfNoncomparabilityOrRestatement", ""] == "Fejl."
    )


def test_a_micro_undertaking_with_much_staff_cannot_leave_its_employees_out():
    exempt = COMPLETE.replace(
        'kind = "annual"', 'kind = "annual"\nmicro_exemptions = ["employees"]'
    ).replace("average = 2", "")
    small = checked(fiscal_year(company_class="B-micro"), exempt)
    assert not any("employees" in one.where for one in errors(small.findings))
    large = checked(fiscal_year({"2845": 200_000}, company_class="B-micro"), exempt)
    assert any("employees.average" in one.where for one in errors(large.findings))


def test_what_no_document_can_hold_is_refused():
    text = COMPLETE.replace("Selskabet sælger lamper.", "Lamper\\u0007").replace("Bo L", "\\u0001L")
    wrong = {one.where.rpartition(" ")[2] for one in errors(answered(text).findings)}
    assert wrong == {"review.activities", "report.chairman"}


def notes_of(year, text=COMPLETE):
    """The keys told of, without the file's name, each with its severity."""
    found = checked(year, text).findings
    return {(one.where.partition(": ")[2], one.severity) for one in found}


MICRO = COMPLETE.replace('kind = "annual"', 'kind = "annual"\nmicro_exemptions = ["employees"]')


@pytest.mark.parametrize(
    ("moved", "stands", "settings", "text", "key", "severity"),
    [
        ({}, {"5800": 50}, {"company_class": "B-micro"}, MICRO,
         "report.micro_exemptions", Severity.ERROR),
        ({"3185": -9}, {}, {"company_class": "B-micro"}, MICRO,
         "report.micro_exemptions", Severity.ERROR),
        ({}, {"6365": 90}, {}, COMPLETE, "[[adjustment]]", Severity.NOTE),
        ({}, {"6350": 40}, {}, COMPLETE, "[[adjustment]]", Severity.WARNING),
        ({}, {}, {}, COMPLETE.replace('assistance = "none"',
         'assistance = "none"\nopted_out_next_year = true'),
         "auditor.opted_out_next_year", Severity.ERROR),
        ({}, {"5800": 50}, {}, COMPLETE, "auditor.assistance", Severity.NOTE),
        ({"3560": 5}, {}, {}, COMPLETE, "notes.special_items", Severity.NOTE),
        ({}, {"6560": -5}, {}, COMPLETE, "notes.special_items", Severity.NOTE),
        ({}, {"7510": -5}, {}, COMPLETE, "notes.related_parties", Severity.NOTE),
        ({"1010": -5}, {}, {"is_condensed": True}, COMPLETE, "report", Severity.NOTE),
        ({}, {}, {"company_class": "C-medium"}, COMPLETE, "report", Severity.WARNING),
    ],
)  # fmt: skip
def test_what_a_balance_calls_for_by_law_is_told(moved, stands, settings, text, key, severity):
    assert (key, severity) in notes_of(fiscal_year(moved, stands, **settings), text)
    assert (key, severity) not in notes_of(fiscal_year())


@pytest.mark.parametrize(
    ("stands", "settings", "text", "policy"),
    [
        ({"6080": 5}, {"company_class": "C-medium"}, COMPLETE, "inventories_full"),
        ({"6080": 5}, {}, COMPLETE, "inventories"),
        ({"5160": 5}, {}, COMPLETE, "investment_property"),
        ({"5160": 5, "5200": 2}, {}, COMPLETE, "investment_property_fair"),
        ({"6450": 5}, {}, COMPLETE, "deposits"),
        ({"6450": 5}, {"company_class": "B-micro"}, MICRO, "deposits_micro"),
        ({"1010": -5}, {"is_condensed": True, "income_form": "function"}, COMPLETE,
         "gross_profit_function"),
    ],
)  # fmt: skip
def test_of_two_wordings_the_one_of_the_class_and_the_forms_is_chosen(
    stands, settings, text, policy
):
    found = policies.chosen(fiscal_year({}, stands, **settings), answered(text))
    assert policy in {one.policy.policy_id for one in found}
    assert len({one.policy.field for one in found}) == len(found)


def test_a_holding_company_is_measured_by_its_finance_income():
    holding = fiscal_year({"1010": -300, "3193": -4_000, "3196": 900})
    assert derive.size(holding, None).revenue == 4_300
    assert derive.size(fiscal_year({"1010": -300, "3470": -20}), None).revenue == 300


def test_what_tax_law_does_not_count_is_kept_out_of_the_derived_tax():
    year = fiscal_year(
        {"1010": -1000, "3194": -500, "3197": 200, "3185": -300, "3380": -100, "3221": -50}
    )
    assert derive.tax(year).amount == Decimal(220)  # 22 % of 1 000
    before = replace(year, start=date(2024, 1, 1), end=date(2024, 12, 31))
    assert derive.tax(before).amount == Decimal(235)  # and 70 of the 100


def test_a_dividend_that_is_booked_is_filled_in_and_one_adjusted_is_none_to_correct():
    year = fiscal_year({}, {"6960": -150_000})
    assert prefill.suggestions(year, None)["distribution.dividend"] == 150_000
    assert "distribution.dividend" not in prefill.suggestions(fiscal_year(), None)
    moved = """
[[adjustment]]
text = "Intet udbytte"
lines = [{ account = "6960", amount = 150000 }, { account = "6940", amount = -150000 }]
"""
    assert not [one for one in told(checked(year, COMPLETE + moved)) if "dividend" in one]


def test_employees_that_would_be_reported_as_none_are_told():
    busy = fiscal_year({"1010": -900_000, "2845": 400_000})
    few = [
        told(checked(busy, COMPLETE.replace("average = 2", f"average = {n}"))) for n in (0.4, 0.5)
    ]
    assert [any("FR75" in one for one in findings) for findings in few] == [True, False]
