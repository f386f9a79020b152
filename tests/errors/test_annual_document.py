"""Every message of the annual report's document, produced and compared to the letter."""

import re
from datetime import date

import pytest

from assets.filings.annual import pdf
from assets.filings.annual.entry_points import entry_point
from assets.filings.annual.instance import plain
from assets.filings.annual_report import render
from pipelines.commands.annual_paper import pdf as command
from pipelines.commands.call import Call
from pipelines.output import Output
from tests.annual_sample import changed, sample
from tests.errors.corpus import expected
from warehouse.errors import PermanentError, SettingsError

ERRORS = {
    "annual-page-unknown-line": (
        lambda s: s._replace(lines=[*s.lines, {**s.lines[0], "field": "fsa:Nothing"}])
    ),
    "annual-page-twice": (lambda s: s._replace(lines=[*s.lines, s.lines[0]])),
    "annual-page-figure-without-place": (
        lambda s: s._replace(
            lines=[
                *s.lines,
                {**s.lines[0], "field": "fsa:Assets", "subject": "component=LandMember"},
            ]
        )
    ),
    "annual-page-unknown-text": (
        lambda s: s._replace(texts=[*s.texts, {**s.texts[0], "field": "fsa:Poem"}])
    ),
    "annual-page-no-date": (lambda s: changed(s, gsd_DateOfGeneralMeeting="May")),
    "annual-page-no-previous-year": (lambda s: changed(s, gsd_PredingReportingPeriodEndDate=None)),
    "annual-page-no-cvr": (lambda s: s._replace(company={**s.company, "cvr": None})),
    "annual-page-not-xml": (lambda s: changed(s, sob_PlaceOfSignatureOfStatement="Aar\x07hus")),
    "annual-page-numbered": (
        lambda s: s._replace(
            texts=[
                {**one, "subject": "2"} if one["field"] == "gsd:NameOfReportingEntity" else one
                for one in s.texts
            ]
        )
    ),
    "annual-page-subject": (
        lambda s: s._replace(lines=[*s.lines, {**s.lines[0], "subject": "next"}])
    ),
}


def exactly(case_id):
    return f"^{re.escape(expected('annual_document', case_id))}$"


@pytest.mark.parametrize("case_id", ERRORS)
def test_what_the_page_cannot_hold_stops_it(case_id):
    with pytest.raises(PermanentError, match=exactly(case_id)):
        render(*ERRORS[case_id](sample()))


def test_a_year_without_a_taxonomy():
    with pytest.raises(PermanentError, match=exactly("annual-page-no-taxonomy")):
        entry_point(date(2020, 12, 31), "nature", "account")


def test_no_plain_instance_from_2025_on():
    with pytest.raises(PermanentError, match=exactly("annual-plain-from-2025")):
        plain(b"", date(2025, 1, 1))


def test_no_browser(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PermanentError, match=exactly("annual-pdf-no-browser")):
        pdf.print_pdf(b"")


def test_nothing_to_print(tmp_path):
    settings = tmp_path / "indberet.toml"
    settings.write_text('[[company]]\nid = "c1"\nname = "Nordlys ApS"\ncvr = "10150817"\n')
    call = Call(settings, (), Output(False, True))
    with pytest.raises(SettingsError, match=exactly("annual-pdf-nothing-built")):
        command(call, "2025", tmp_path, with_xbrl=False)
