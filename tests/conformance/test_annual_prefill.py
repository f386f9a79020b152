"""Real Danish annual reports read back: their figures, and what the next one begins with."""

import tarfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.reports.annual import prefill, previous
from assets.reports.annual.input_writing import text
from tests.annual_year import answered, fiscal_year
from warehouse.errors import PermanentError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filings(shared_data: Path) -> Path:
    return shared_data / "xbrl" / "dk-filings"


def read(folder: Path, name: str) -> previous.Previous:
    return previous.read_file((folder / name).read_bytes(), name, name)


@pytest.mark.parametrize(
    ("name", "end", "assets", "before"),
    [
        ("bseddon-and-co-2014.xml", date(2014, 12, 31), 35_481_282, 22_918_000),
        ("bseddon-and-co-2016.xml", date(2016, 12, 31), 41_513_469, 38_409_205),
        ("exitplanner-report1.xml", date(2020, 12, 31), 4_545_803_000, 4_889_258_000),
        ("exitplanner-report3.xml", date(2020, 12, 31), 8_752_513, 3_707_123),
        ("gepsio-offentliggorelse.xml", date(2017, 12, 31), 675_941, 204_243),
    ],
)
def test_the_years_figures_are_told_from_last_years(filings, name, end, assets, before):
    found = read(filings, name)
    assert found.end == end
    assert found.amount("fsa:Assets") == assets == found.amount("fsa:LiabilitiesAndEquity")
    assert found.amount("fsa:Assets", "previous") == before
    sources = [fact.source for fact in found.facts]
    assert all(source.startswith(f"{name} #") for source in sources)


def test_last_years_people_auditor_and_words_begin_this_years_file(filings):
    filing = read(filings, "bseddon-and-co-2016.xml")
    year = replace(
        fiscal_year(), start=date(2017, 1, 1), end=date(2017, 12, 31), previous=filing,
        previous_start=filing.start, previous_end=filing.end,
    )  # fmt: skip
    found = prefill.suggestions(year, None)
    assert [one.name for one in found["management.executive_board"]] == ["Mikael Ernst Jørgensen"]
    assert [one.name for one in found["management.board"]] == [
        "Thomas Høgebøl", "Lars Eivind Kreken", "Thomas Francois Hoffmann",
    ]  # fmt: skip
    assert found["auditor.assistance"] == "audit"
    assert found["auditor.firm"].startswith("PricewaterhouseCoopers")
    assert any(key.startswith("policies.own.") for key in found)
    assert "report.general_meeting" not in found
    assert "auditor.opinion" not in found
    written = text(prefill.layout(year, answered(""), None, ""))
    file = answered(written)
    assert {one.message for one in file.findings} == {"This is not answered."}, "nothing is wrong"
    assert file.values["management.board"] == found["management.board"]


def test_a_report_no_auditor_helped_with(filings):
    filing = read(filings, "gepsio-offentliggorelse.xml")
    found = prefill.suggestions(replace(fiscal_year(), previous=filing), None)
    assert found["auditor.assistance"] == "none"
    assert [one.name for one in found["management.executive_board"]] == ["Gustav Kastrup Nielsen"]


def test_an_inline_report_with_components_of_equity(shared_data):
    archive = shared_data / "erst" / "dba-conformance-2024.tar.xz"
    with tarfile.open(archive) as bundle:
        (name,) = [one for one in bundle.getnames() if one.endswith("valid-ixbrl-001.xhtml")]
        file = bundle.extractfile(name)
        assert file is not None
        data = file.read()
    found = previous.read_file(data, "valid.xhtml", "last.xhtml")
    assert found.amount("fsa:Equity", "component=RetainedEarningsMember") == 312_594_000
    assert found.amount("fsa:Equity", "opening;component=ContributedCapitalMember") == 10_000_000
    assert found.amount("fsa:AverageNumberOfEmployees") == Decimal(101)
    assert len(found.texts("cmn:NameAndSurnameOfMemberOfSupervisoryBoard")) == 5
    statement = found.text("sob:StatementByExecutiveAndSupervisoryBoards")
    assert statement.startswith("The Executive Board and Board of Directors have today")


def test_a_file_that_is_no_report_is_refused_in_words():
    with pytest.raises(PermanentError, match="it holds no report under the Danish taxonomy"):
        previous.read_file(b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "x.html", "x.html")
