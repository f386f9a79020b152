"""The annual report's page: every figure tagged, nothing invisible without reason."""

import doctest
import re
from datetime import date

import pytest
from lxml import etree

from assets.filings.annual import components, layout, places, prose, rows
from assets.filings.annual.instance import plain
from assets.filings.annual.places import at
from assets.filings.annual.prose import paragraphs
from assets.filings.annual_report import render, validate
from assets.reports.annual import catalogue
from tests.annual_sample import changed, sample
from xbrl.read import read_bytes
from xbrl.writing import forms, model, resources

HTML = "{http://www.w3.org/1999/xhtml}"
IX = "{http://www.xbrl.org/2013/inlineXBRL}"


@pytest.fixture(scope="module")
def page():
    return render(*sample())


@pytest.fixture(scope="module")
def tree(page):
    return etree.fromstring(page)


@pytest.fixture(scope="module")
def facts(page):
    (instance,) = read_bytes(page, "report.xhtml")
    assert not instance.problems
    return instance, list(instance.facts.rows())


def test_the_same_rows_give_the_same_bytes(page):
    assert render(*sample()) == page


def test_the_bytes_are_judged_by_themselves(page):
    assert validate(page, "nordlys") == []
    damaged = page.replace(b">1.934.120<", b">one million<")
    assert {(one.rule, one.company_id) for one in validate(damaged, "nordlys")} == {
        ("ix11.10.1.1:transformValueError", "nordlys")
    }
    assert [str(one.severity) for one in validate(page[:-20])] == ["error"]


def test_every_line_of_the_rows_is_a_fact_with_its_amount(facts):
    _, found = facts
    told = {(row.concept.rpartition("}")[2], row.element_id): row.value for row in found}
    for line in sample().lines:
        name = line["field"].partition(":")[2]
        slug = rows.subject(line["subject"]).slug
        assert told[name, f"{name}-{slug}"] == str(line["amount"]), line


def test_every_text_of_the_rows_is_a_fact_with_its_words(facts):
    _, found = facts
    told = {(row.concept.rpartition("}")[2], row.value) for row in found}
    for one in sample().texts:
        assert (one["field"].partition(":")[2], one["text"]) in told


def test_every_number_in_the_figures_is_tagged(tree):
    """Years, note numbers and units stand in headings and links; all else is a fact."""
    for table in tree.iter(f"{HTML}table"):
        if "figures" not in table.get("class"):
            continue
        for cell in table.iter(f"{HTML}td", f"{HTML}th"):
            is_heading = next(cell.iterancestors(f"{HTML}thead"), None) is not None
            if is_heading or cell.get("class") == "note":
                continue
            loose = "".join(
                text
                for text in cell.xpath(".//text()")
                if text.getparent().tag != f"{IX}nonFraction" or text.is_tail
            )
            assert not re.search(r"\d", loose), loose


def test_numbers_in_running_text_are_tagged_texts_dates_or_labels(tree):
    """A digit is in a fact, or in a year at the head of a table, or a note's number."""
    for text in tree.find(f"{HTML}body").xpath(".//text()"):
        if not re.search(r"\d", text):
            continue
        place = text.getparent()
        place = place if text.is_text else place.getparent()
        around = [place, *place.iterancestors()]
        if any(one.tag.startswith((IX, "{http://www.xbrl.org", "{http://xbrl")) for one in around):
            continue
        assert any("number" in (one.get("class") or "") for one in around) or any(
            one.tag in {f"{HTML}thead", f"{HTML}a", f"{HTML}caption"} for one in around
        ), text


def test_what_is_hidden_has_a_reason(facts):
    _, found = facts
    reasons = {one.field.partition(":")[2] for one in at("hidden") if one.reason}
    assert len(reasons) == len(at("hidden"))
    hidden = {row.concept.rpartition("}")[2] for row in found if row.is_hidden}
    assert hidden <= reasons
    assert all(row.unit_id is None for row in found if row.is_hidden)


def test_expenses_are_shown_negative_and_reported_positive(page, facts):
    _, found = facts
    value = {row.element_id: row.value for row in found}
    assert value["EmployeeBenefitsExpense-current"] == "1934120"
    assert value["AdjustmentsForDeferredTax-previous"] == "-2800"
    assert re.search(
        rb'"amount">\xe2\x88\x92<ix:nonFraction [^>]*id="EmployeeBenefitsExpense-current"[^>]*>'
        rb"1\.934\.120<",
        page,
    )
    # The note tells costs without a minus, and a credit among them with one.
    assert re.search(
        rb'"amount"><ix:nonFraction [^>]*id="EmployeeBenefitsExpense-current-2"[^>]*>1\.934', page
    )
    assert re.search(
        rb'"amount">\xe2\x88\x92<ix:nonFraction [^>]*id="AdjustmentsForDeferredTax-previous"[^>]*'
        rb'sign="-"[^>]*>2\.800<',
        page,
    ) or re.search(rb'id="AdjustmentsForDeferredTax-previous"[^>]*>2\.800<', page)


def test_contexts_are_named_by_what_they_are(facts):
    instance, _ = facts
    assert {"current", "current-end", "previous", "previous-end"} <= set(instance.contexts)
    retained = instance.contexts["RetainedEarningsMember-end"]
    assert retained.period.end == "2025-12-31"
    assert [one.container for one in retained.dimensions] == ["scenario"]
    assert (
        instance.contexts["current-board-2"]
        .dimensions[0]
        .typed.endswith(">2</cmn:memberOfBoardIdentifier>")
    )


def test_the_opening_is_last_years_end(facts):
    _, found = facts
    opening = [row for row in found if row.element_id == "Equity-opening"]
    assert [row.context_id for row in opening] == ["previous-end"]


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_page_is_in_one_language(language):
    page = render(*sample(language)).decode()
    assert f'xml:lang="{language}">' in page
    assert ("Resultatopgørelse" in page) == (language == "da")
    assert ("1.934.120" in page, "1,934,120" in page) == (language == "da", language == "en")


AUDITED = "OnAuditedFinancialStatements"
KINDS = {
    "Den uafhængige revisors revisionspåtegning": {},
    "Den uafhængige revisors erklæring om udvidet gennemgang": {
        f"arr:Opinion{AUDITED}": "arr:OpinionOnFinancialStatementsExtendedReview"
    },
    "Den uafhængige revisors reviewerklæring": {
        f"arr:Opinion{AUDITED}": "arr:OpinionOnReviewedFinancialStatements",
        "arr:StatementOfAuditorsResponsibilityForAuditAndAuditPerformed": (
            "arr:StatementOfAuditorsResponsibilityForReview"
        ),
    },
    "Den uafhængige revisors erklæring": {
        f"arr:Opinion{AUDITED}": "arr:OpinionOnSubjectMatterOfAssuranceReport"
    },
    "Revisors erklæring om opstilling af finansielle oplysninger": {
        f"arr:Opinion{AUDITED}": "arr:DescriptionOfOtherEngagement"
    },
}


@pytest.mark.parametrize("title", KINDS)
def test_the_auditors_report_has_the_title_of_its_kind(title):
    given, renamed = sample(company_class="C-medium"), KINDS[title]
    texts = [{**one, "field": renamed.get(one["field"], one["field"])} for one in given.texts]
    page = render(*given._replace(texts=texts)).decode()
    assert f'id="auditor"><h2>{title}</h2>' in page
    assert f'<a href="#auditor">{title}</a>' in page


def test_a_text_about_the_years_last_day_is_said_of_that_day():
    tree = etree.fromstring(render(*sample(company_class="C-medium")))
    (said,) = tree.iterfind(".//{*}nonNumeric[@name='fsa:DescriptionOfClassOfIssuedShares']")
    (context,) = tree.iterfind(f".//{{*}}context[@id='{said.get('contextRef')}']")
    assert context.findtext(".//{*}instant") == "2025-12-31"


def test_notes_of_the_income_statement_come_before_those_of_the_balance_sheet(tree):
    titles = [one.xpath("string(.)") for one in tree.iter(f"{HTML}h3")]
    notes = [one for one in titles if one[:1].isdigit()]
    tax, assets = (
        next(number for number, title in enumerate(notes) if words in title)
        for words in ("Skat af", "anlægsaktiver")
    )
    assert tax < assets


def test_a_note_is_linked_where_it_tells_more(tree):
    links = {a.get("href") for a in tree.iter(f"{HTML}a")}
    ids = {f"#{one.get('id')}" for one in tree.iter(f"{HTML}div") if one.get("id")}
    assert links <= ids
    assert {"#note-1", "#note-2", "#note-3"} <= links


def test_tables_say_what_their_cells_are(tree):
    for table in tree.iter(f"{HTML}table"):
        if "figures" not in table.get("class"):
            continue
        assert table.find(f"{HTML}caption").text
        assert all(th.get("scope") in {"col", "row"} for th in table.iter(f"{HTML}th"))
        widths = {len([*row]) for row in table.iter(f"{HTML}tr")}
        assert len(widths) == 1


def contrast(colour):
    """With white, by WCAG 2: (1.05) / (luminance + 0.05)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_all_text_is_dark_enough_on_white(page):
    colours = set(re.findall(r"[ ;{]color: #([0-9a-f]{6});", page.decode()))
    assert len(colours) >= 3
    assert {colour: contrast(colour) for colour in colours if contrast(colour) < 7} == {}


def test_nothing_comes_from_outside(page):
    for wanted in (b"<script", b"<img", b"<link ", b"@import", b"url(", b"javascript:"):
        assert wanted not in page


def test_every_text_that_can_be_asked_for_has_a_place():
    fields = {one.field for one in (*catalogue.texts(), *catalogue.policies())}
    assert fields - set(places.places()) - set(layout.concepts()) == set()


def test_a_first_year_has_one_column():
    given = sample()
    lines = [one for one in given.lines if not one["subject"].startswith(("previous", "opening"))]
    given = changed(
        given._replace(lines=lines),
        gsd_PrecedingReportingPeriodStartDate=None,
        gsd_PredingReportingPeriodEndDate=None,
    )
    (instance,) = read_bytes(render(*given), "report.xhtml")
    assert not [one for one in instance.contexts if one.startswith("previous")]


def test_a_year_that_is_no_calendar_year_is_named_by_both():
    given = changed(
        sample(), gsd_ReportingPeriodStartDate="2025-07-01", gsd_ReportingPeriodEndDate="2026-06-30"
    )
    report = {**given.report, "period_start": date(2025, 7, 1), "period_end": date(2026, 6, 30)}
    assert b">2025/26<" in render(*given._replace(report=report))


def test_a_plain_instance_says_what_the_page_says(page, facts):
    _, found = facts
    (instance,) = read_bytes(plain(page, date(2024, 12, 31)), "report.xbrl")
    assert {(row.concept, row.context_id, row.value) for row in instance.facts.rows()} == {
        (row.concept, row.context_id, row.value) for row in found
    }


@pytest.mark.parametrize(
    "text", ["One.", "One.\n\nTwo.", "- a\n- b", "Lead:\n- a\n- b\n\nEnd & <done>.", "a\nb"]
)
def test_paragraphs_read_back_as_they_were(text):
    assert "".join(etree.fromstring(f"<x>{paragraphs(text)}</x>").itertext()) == text


@pytest.mark.parametrize("module", [components, places, prose, rows, forms, model, resources])
def test_examples_hold(module):
    tried = doctest.testmod(module)
    assert tried.attempted > 0
    assert tried.failed == 0
