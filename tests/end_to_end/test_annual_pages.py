"""The annual report on paper: printed by Chromium, looked at as boxes and as pictures.

What is trusted: places of words (page count, margins, columns that line up, nothing cut
off), which hold with any sans-serif font; and pictures of all pages against
`annual_report_pages.png`, only with the fonts they were made with, and only so close that
another drawing of the same letters passes and a missing line does not. Look at the
picture after `--update`.
"""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageFilter, ImageStat

from assets.filings.annual import pdf
from assets.filings.annual_report import render
from assets.filings.register import Rendered, register_filing
from pipelines import settings
from pipelines.commands.annual_paper import pdf as command
from pipelines.commands.call import Call
from pipelines.output import Output
from tests.annual_sample import sample
from warehouse.errors import PermanentError, TransientError

PICTURE = Path(__file__).with_name("annual_report_pages.png")
FONT = "LiberationSans"
"""What the picture was drawn with."""
A4 = (595, 842)
MARGIN = 62
"""Points; 22 mm."""
ACROSS, DPI = 6, 24
BLOCK = 12
"""Pixels; about a line of text."""

pytestmark = [
    pytest.mark.skipif(
        not any(map(shutil.which, pdf.BROWSERS)), reason="no Chromium: apt install chromium"
    ),
    pytest.mark.skipif(
        not shutil.which("pdftoppm"), reason="no pdftoppm: apt install poppler-utils"
    ),
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(pdf.print_pdf(render(*sample())))
    return path


LARGE = 1234
RESERVES = (
    "SharePremium", "RevaluationReserve", "ReserveForDevelopmentExpenditure",
    "OtherStatutoryReserves", "ReserveForNetRevaluationAccordingToEquityMethod",
)  # fmt: skip


def large():
    """Milliards, eight components of equity, a name of two lines, an auditor's report."""
    given = sample("da", "nature", "account", "C-medium")
    lines = [
        line if "Average" in line["field"] else {**line, "amount": line["amount"] * LARGE}
        for line in given.lines
    ] + [
        {**given.lines[0], "subject": f"{moment}component={name}Member", "field": "fsa:Equity",
         "amount": 1_234_567_890}
        for name in RESERVES for moment in ("", "opening;")
    ]  # fmt: skip
    name = "Nordisk Belysningsudvikling og Handelsselskab af 1987 Holding og Datterselskaber ApS"
    texts = [
        {**one, "text": name} if one["field"] == "gsd:NameOfReportingEntity" else one
        for one in given.texts
    ]
    return given._replace(lines=lines, texts=texts)


@pytest.fixture(scope="module")
def pages(printed):
    """Each page's words: text and box (left, top, right, bottom), in points."""
    return words_of(printed)


@pytest.fixture(scope="module")
def all_pages(pages, tmp_path_factory):
    """The sample's pages and those of a large report."""
    path = tmp_path_factory.mktemp("pdf") / "large.pdf"
    path.write_bytes(pdf.print_pdf(render(*large())))
    return pages + words_of(path)


def words_of(path):
    found = run("pdftotext", "-bbox", path, "-").encode()
    tree = etree.fromstring(found, etree.XMLParser(recover=True))
    return [
        [
            (word.text, *(float(word.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")))
            for word in page.iter("{*}word")
        ]
        for page in tree.iter("{*}page")
    ]


def run(*command):
    done = subprocess.run([str(one) for one in command], capture_output=True, check=True)
    return done.stdout.decode()


def page_of(pages, title):
    """The words of the page that begins with `title`."""
    return next(page for page in pages[2:] if page[0][0] == title)


def test_every_part_begins_a_page(printed, pages):
    assert [page[0][0] for page in pages[1:]] == [
        "Indholdsfortegnelse", "Selskabsoplysninger", "Ledelsespåtegning", "Ledelsesberetning",
        "Anvendt", "Resultatopgørelse", "Balance", "Passiver", "Egenkapitalopgørelse", "Noter",
        *(page[0][0] for page in pages[11:]),
    ]  # fmt: skip
    assert len(pages) == 12
    about = run("pdfinfo", printed)
    assert re.search(r"Page size:\s+59[45]\.\d+ x 841\.\d+ pts \(A4\)", about)


def test_nothing_stands_outside_the_margins(all_pages):
    for page in all_pages:
        for word, left, top, right, bottom in page:
            assert left >= MARGIN - 1, word
            assert right <= A4[0] - MARGIN + 1, word
            assert top >= 40, word
            assert bottom <= A4[1] - 25, word


def test_no_word_stands_on_another(all_pages):
    for page in all_pages:
        for number, (word, left, top, right, bottom) in enumerate(page):
            for other, left_, top_, right_, bottom_ in page[number + 1 :]:
                wide = min(right, right_) - max(left, left_)
                high = min(bottom, bottom_) - max(top, top_)
                assert wide < 1 or high < 4, (word, other)


@pytest.mark.parametrize("title", ["Resultatopgørelse", "Balance", "Passiver"])
def test_amounts_line_up_at_the_right_of_two_columns(pages, title):
    body = [word for word in page_of(pages, title) if word[2] < A4[1] - 60]
    amounts = [word for word in body if re.fullmatch(r"−?[\d.]*\d{3}", word[0])]
    edges = sorted(round(word[3], 1) for word in amounts)
    columns = [edges[0], edges[-1]]
    assert all(min(abs(edge - column) for column in columns) < 0.6 for edge in edges)
    assert columns[1] - columns[0] > 60


def test_pages_carry_the_reports_name_and_their_number(pages):
    for number, page in enumerate(pages[1:], start=2):
        foot = [word[0] for word in page if word[2] > A4[1] - 60]
        assert foot[:3] == ["Nordlys", "Lamper", "ApS"]
        assert foot[-1] == str(number)
    assert not [word for word in pages[0] if word[2] > A4[1] - 60]


def test_every_amount_is_on_paper(pages):
    words = {word[0].lstrip("−") for page in pages for word in page}
    for line in sample().lines:
        assert f"{abs(line['amount']):,}".replace(",", ".") in words, line


def pictured(path, folder):
    """All pages of a PDF as one grey picture, small enough to keep."""
    run("pdftoppm", "-r", DPI, "-gray", "-png", path, folder / "page")
    found = [Image.open(one) for one in sorted(folder.glob("page*.png"))]
    wide, high = found[0].size
    sheet = Image.new("L", (wide * ACROSS, high * -(-len(found) // ACROSS)), 255)
    for number, one in enumerate(found):
        sheet.paste(one, (number % ACROSS * wide, number // ACROSS * high))
    return sheet


def difference(one, other):
    """How unlike two pictures are: the greatest mean difference of any block, of 255."""
    if one.size != other.size:
        return 255
    soft = [picture.filter(ImageFilter.GaussianBlur(1.5)) for picture in (one, other)]
    apart = ImageChops.difference(*soft)
    wide, high = apart.size
    return max(
        ImageStat.Stat(apart.crop((x, y, x + BLOCK, y + BLOCK))).mean[0]
        for x in range(0, wide - BLOCK, BLOCK)
        for y in range(0, high - BLOCK, BLOCK)
    )


ALIKE = 12


@pytest.fixture
def fonts(printed):
    used = set(re.findall(r"[A-Z]{6}\+(\w+)", run("pdffonts", printed)))
    if used != {FONT}:
        pytest.skip(
            f"the pictures were drawn with {FONT}; here it is "
            f"{', '.join(sorted(used))} (Debian: apt install fonts-liberation)"
        )


def test_the_pages_look_as_they_did(printed, tmp_path, request, fonts):
    found = pictured(printed, tmp_path)
    if request.config.getoption("--update"):
        found.quantize(8).save(PICTURE, optimize=True)
    assert difference(found, Image.open(PICTURE).convert("L")) < ALIKE


def test_a_line_gone_is_seen(tmp_path, fonts):
    """The comparison fails where it should: a statement's line less."""
    given = sample()
    lines = [one for one in given.lines if one["field"] != "fsa:OtherFinanceIncome"]
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.print_pdf(render(*given._replace(lines=lines))))
    found = pictured(path, tmp_path)
    assert difference(found, Image.open(PICTURE).convert("L")) > 2 * ALIKE


SETTINGS = '[[company]]\nid = "nordlys"\nname = "Nordlys Lamper ApS"\ncvr = "10150817"\n'


def test_the_command_prints_what_is_filed(tmp_path, capsys):
    path = tmp_path / "indberet.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    workspace = settings.load(path)
    for year in (2023, 2024):
        page = render(*sample()).replace(b"Ida Holm", b"Ida Holm %d" % year)
        with workspace.operations_database() as operations:
            filing = Rendered("nordlys", "10150817", str(year), "annual_report", date(year, 1, 1),
                              date(year, 12, 31), "application/xhtml+xml", page)  # fmt: skip
            register_filing(operations, workspace.storage, filing)
    call = Call(path, (), Output(is_json=True, is_quiet=False))
    assert command(call, "", tmp_path / "board", with_xbrl=True) == 0
    names = ["nordlys-2024-12-31.pdf", "nordlys-2024-12-31.xbrl"]
    assert sorted(one.name for one in (tmp_path / "board").iterdir()) == names
    assert "Ida Holm 2024" in run("pdftotext", tmp_path / "board" / names[0], "-")
    assert "nordlys-2024-12-31.pdf" in capsys.readouterr().out


def test_without_a_browser_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PermanentError, match=r"needs Chromium, .* apt install chromium"):
        pdf.print_pdf(b"")


def test_a_browser_that_fails_or_hangs_is_told(monkeypatch, tmp_path):
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\necho no room >&2\nexit 7\n", encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(PermanentError, match="ended with 7 and made no PDF; it said: no room"):
        pdf.print_pdf(b"<html/>")
    browser.write_text("#!/bin/sh\nexec sleep 5\n", encoding="utf-8")
    monkeypatch.setattr(pdf, "_LONGEST", 0.2)
    with pytest.raises(TransientError, match=r"was not done in 0\.2 seconds"):
        pdf.print_pdf(b"<html/>")
