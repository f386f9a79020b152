"""`indberet annual prepare|check|show` as scripts use them: exit codes, JSON, files on disk."""

import json
from pathlib import Path

import pytest

from pipelines import output
from pipelines.commands import annual
from pipelines.commands.call import Call
from pipelines.output import Output
from tests.annual_year import COMPLETE

pytestmark = pytest.mark.slow

COMPANY = """
[[company]]
id = "{id}"
name = "{name} ApS"
cvr = "{cvr}"
[company.annual_report]
class = "B"
"""
SETTINGS = (
    "[demo]\ntoday = 2027-06-10\n"
    + COMPANY.format(id="nordlys", name="Nordlys", cvr="10150817")
    + COMPANY.format(id="skov", name="Skov", cvr="13585628")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "indberet.toml").write_text(SETTINGS)
    return tmp_path


def run(folder: Path, capsys, command, period="", companies=()):
    code = command(Call(folder / "indberet.toml", tuple(companies), Output(is_json=True)), period)
    return code, json.loads(capsys.readouterr().out)


def test_prepare_writes_each_companys_file_once(folder, capsys):
    code, said = run(folder, capsys, annual.prepare)
    assert code == output.OK
    assert [(row["company"], row["state"]) for row in said["files"]] == [
        ("nordlys", "new"), ("skov", "new"),
    ]  # fmt: skip
    path = folder / "annual" / "nordlys" / "2026-12-31.toml"
    first = path.read_bytes()
    _, again = run(folder, capsys, annual.prepare)
    assert {row["state"] for row in again["files"]} == {"unchanged"}
    assert path.read_bytes() == first
    path.unlink()
    run(folder, capsys, annual.prepare, "2026", ["nordlys"])
    assert path.read_bytes() == first, "the same facts give the same bytes"


def test_check_names_who_is_withheld_and_the_others_are_fine(folder, capsys):
    run(folder, capsys, annual.prepare)
    (folder / "annual" / "nordlys" / "2026-12-31.toml").write_text(COMPLETE)
    code, said = run(folder, capsys, annual.check)
    assert (code, said["withheld"]) == (output.WITHHELD, ["skov"])
    assert {"severity", "company", "where", "message", "what to do"} == said["findings"][0].keys()
    code, said = run(folder, capsys, annual.check, companies=["nordlys"])
    assert (code, said["withheld"]) == (output.OK, [])


def test_another_year_has_a_file_of_its_own(folder, capsys):
    run(folder, capsys, annual.prepare, "2025-12", ["nordlys"])
    assert [path.name for path in (folder / "annual").rglob("*.toml")] == ["2025-12-31.toml"]


def test_answers_that_last_begin_the_next_years_file(folder, capsys):
    path = folder / "annual" / "nordlys" / "2025-12-31.toml"
    path.parent.mkdir(parents=True)
    path.write_text(COMPLETE.replace("2026-", "2025-").replace("2027-", "2026-"))
    run(folder, capsys, annual.prepare, companies=["nordlys"])
    written = (path.parent / "2026-12-31.toml").read_text()
    assert 'street = "Strandvejen"' in written
    assert '{ name = "Anna Holm", title = "direktør" }' in written
    assert 'registration_number = "fob123456"\n' in written
    assert "to = 2026-12-31" in written
    assert 'general_meeting = ""  # ANSWER' in written


def test_show_tells_texts_and_why_a_report_is_withheld(folder, capsys):
    (folder / "annual" / "nordlys").mkdir(parents=True)
    (folder / "annual" / "nordlys" / "2026-12-31.toml").write_text(COMPLETE)
    code, said = run(folder, capsys, annual.show, companies=["nordlys"])
    assert code == output.WITHHELD
    texts = {row["element"]: row["text"] for row in said["texts"]}
    assert texts["gsd:NameAndSurnameOfChairmanOfGeneralMeeting"] == "Bo Lund"
    (report,) = said["reports"]
    assert report["state"] == "withheld"
    assert "there is nothing to report on" in report["reason"]
