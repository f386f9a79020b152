"""Every kind of answers becomes a document the taxonomy and the authority's rules find nothing in.

Each auditor's role, class, language, kind of management and bookkeeping system, on the
figures of `tests.annual_sample`.
"""

from dataclasses import replace
from datetime import date

import pytest

from assets.filings import annual_report
from assets.filings.annual.own_rules import judge_all
from assets.reports.annual import texts
from assets.reports.annual.previous import Previous
from assets.reports.annual.year import Books
from tests.annual_sample import END, START, sample
from tests.annual_year import COMPLETE, answered, fiscal_year

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BASE = COMPLETE.replace("2026-", "2025-").replace("2027-", "2026-")
AUDITOR = """assistance = "{role}"
firm = "Revision ApS"
firm_cvr = "33239106"
name = "Ida Ny"
title = "registreret revisor"
mne = "mne12345"
street = "Torvet"
building = "1"
postcode = "8000"
town = "Aarhus C"
place = "Aarhus"
signed = 2026-05-28
opinion_kind = "{kind}"
opinion = "Det er vores opfattelse …\\n\\nAndet afsnit."
basis = "Vi har udført vores arbejde …"
emphasis = "Vi henviser til note 2."
management_responsibility = "Ledelsen har ansvaret …"
auditor_responsibility = "Vores mål er …"
on_review = "Ledelsen har ansvaret for ledelsesberetningen."
opted_out_next_year = true
"""
OTHER_SYSTEM = """
[[bookkeeping_system]]
registered = false
name = "Tryton"
from = 2025-07-01
to = 2025-12-31
kind = "Open source system (evt. i kombination med 3. parts systemer)"
backup = true
backup_name = "Sky GmbH"
backup_foreign_number = "HRB 1"
backup_country = "DE"
"""
CLASS_C = """
compared = "Resultatet svarer til det ventede."
changes = "Omsætningen er steget, og resultatet er som ventet."
expected = "Ledelsen venter et resultat på niveau med årets."
"""
NOTES = """
related_parties = "Ida Holm, Hellerup, ejer alle anparter."
special_items = "- Tab på en sag: 120.000 kr.\\n- Tilskud: 40.000 kr."
treasury_shares = "Ingen."
going_concern = "Banken har forlænget kreditten til 2027."
uncertainty = "Værdien af lageret er skønnet."
events_after_year_end = "Ingen."
ownership = "- Ida Holm, Hellerup"
no_cash_flow_statement = "Pengestrømme indgår i koncernregnskabet for Holm Holding ApS."
debt_after_five_years = "Af gælden forfalder 100.000 kr. efter fem år."
remuneration = "Udeladt efter årsregnskabslovens § 98 b, stk. 3."
prepayments = "Forudbetalt husleje og forsikring."
deferred_income = "Forudbetalte abonnementer."
provisions = "Garantiforpligtelser for solgte varer."
deferred_tax = "Primo 40.000 kr., indregnet i resultatet 10.000 kr., ultimo 50.000 kr."
investments = "Lys ApS, Hellerup: 100 %, egenkapital 300.000 kr., resultat 20.000 kr."
"""


def auditor(role: str, kind: str = "unmodified") -> str:
    return BASE.replace('assistance = "none"', AUDITOR.format(role=role, kind=kind))


def with_notes(text: str) -> str:
    return text.replace('mortgages = "none"', 'mortgages = "none"' + NOTES)


CASES = {
    "no auditor": (BASE, {}),
    "no auditor, English": (BASE, {"language": "en"}),
    "compilation": (auditor("compilation"), {}),
    "review": (auditor("review"), {}),
    "review with reservations": (auditor("review", "qualified"), {"language": "en"}),
    "other assurance": (auditor("other_assurance"), {}),
    "extended review": (auditor("extended_review"), {}),
    "extended review, English": (auditor("extended_review"), {"language": "en"}),
    "audit": (auditor("audit"), {}),
    "audit, adverse, English": (auditor("audit", "adverse"), {"language": "en"}),
    "class C": (
        with_notes(auditor("audit")).replace(
            'activities = "Selskabet sælger lamper."',
            'activities = "Selskabet sælger lamper."' + CLASS_C,
        ),
        {"company_class": "C-medium"},
    ),
    "micro, all exemptions": (
        BASE.replace(
            'kind = "annual"',
            'kind = "annual"\nmicro_exemptions = ["policies", "debt_after_five_years", '
            '"special_items", "employees"]',
        ),
        {"company_class": "B-micro"},
    ),
    "a board, signed before the meeting": (
        BASE.replace("approved = 2026-05-28", "approved = 2026-05-20").replace(
            'place = "Hellerup"',
            'place = "Hellerup"\nboard = [{ name = "Bo Lund", title = "formand" }, "Ea Vig"]',
        ),
        {},
    ),
    "no statement": (
        BASE.replace('place = "Hellerup"', "without_statement = true"),
        {},
    ),
    "every note, two systems, a submitter": (
        with_notes(BASE).replace("to = 2025-12-31", "to = 2025-06-30")
        + OTHER_SYSTEM
        + '[submitter]\nname = "Bogholderi ApS"\ncvr = "33239106"\n'
        'street_and_number = "Torvet 1"\npostcode_and_town = "8000 Aarhus C"\n'
        '[policies]\nchanged = true\nchanges = "Lagre måles nu efter FIFO."\n'
        '[[restatement]]\nfield = "fsa:Revenue"\namount = 1\nreason = "En fejl i året før."\n',
        {"language": "en"},
    ),
    "liquidation, function, own policies": (
        BASE.replace('kind = "annual"', 'kind = "liquidation"\nelements_of_class_c = true')
        + '[policies]\nwhole = "Alt i ét.\\n\\n- Et\\n- To"\n',
        {"income_form": "function", "balance_form": "current"},
    ),
}


INCOME = "1010 1300 1496 1510 3185"
EXPENSE = "1410 1610 1850 2030 2530 2845 3050 3160 3610 3740"
ASSETS = "5062 5570 5800 6000 6080 6190 6390 6470 6955 7010"
DEBTS = "7040 7110 8070"


def year_of(settings):
    """The books hold a little of everything, so that every policy is called for."""
    moved = dict.fromkeys(INCOME.split(), -1) | dict.fromkeys(EXPENSE.split(), 1)
    stands = dict.fromkeys(ASSETS.split(), 1) | dict.fromkeys(DEBTS.split(), -1)
    year = fiscal_year(moved, stands, **settings)
    filing = Previous("last", date(2024, 1, 1), date(2024, 12, 31), ())
    return replace(
        year, start=START, end=END, previous=filing,
        previous_start=filing.start, previous_end=filing.end,
        books=replace(year.books, currencies=frozenset({"EUR"})), before=Books(),
    )  # fmt: skip


def said(text, settings):
    """The rows of text, and the year they are of."""
    year = year_of(settings)
    file = answered(text + LIVES)
    assert file.findings == []
    return year, texts.texts(year, file)


def document(text, settings) -> bytes:
    rows = sample(**settings)
    year, told = said(text, settings)
    words = [
        {"subject": row.subject, "field": row.field, "field_no": row.field_no,
         "language": year.language, "text": row.text, "origin": row.origin, "source": row.source}
        for row in told
    ]  # fmt: skip
    return annual_report.render(rows.report, rows.lines, rows.company, words)


LIVES = """
[policies.useful_life]
goodwill = "5"
fixtures = "3-5"
"""


@pytest.fixture(scope="module")
def judged(library):
    contents = {
        name: (f"{name}.xhtml", document(text, settings))
        for name, (text, settings) in CASES.items()
    }
    return judge_all(contents, library)


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_found(judged, name):
    assert judged[name].taxonomy is not None
    assert [str(problem) for problem in judged[name].problems] == []


@pytest.mark.parametrize("name", CASES)
def test_every_text_is_tagged(name):
    page = document(*CASES[name]).decode()
    _, told = said(*CASES[name])
    assert sorted({row.field for row in told if f'name="{row.field}"' not in page}) == []


def test_without_a_statement_the_review_says_what_it_would_have_declared():
    page = document(*CASES["no statement"]).decode()
    declared = page.index('name="sob:ConfirmationThatFinancialStatementsAreExemptedFromAuditing"')
    assert declared > page.index('name="mrv:DescriptionOfPrimaryActivitiesOfEntity"')
    assert declared < page.index('name="fsa:BasisOfAccounting"')
