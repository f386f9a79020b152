"""Commands as a script uses them: one company in trouble, the other goes on."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SETTINGS = """
[demo]
today = 2026-11-22

[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"

[[company]]
id = "skov"
name = "Skov ApS"
cvr = "13585628"
vat_frequency = "quarter"

[[connection]]
id = "nordlys-csv"
company = "nordlys"
system = "delimited"
path = "nordlys.csv"
mapping = "mapping.toml"

[[connection]]
id = "skov-csv"
company = "skov"
system = "delimited"
path = "skov.csv"
mapping = "mapping.toml"

[mapping.all]
accounts = { "1000" = "1010", "5600" = "6190", "7680" = "7680" }
vat_codes = { "U25" = "S01" }
"""
MAPPING = """
[company]
name = "As exported"

[[fiscal_year]]
start = 2026-01-01
end = 2026-12-31

[postings]
delimiter = ";"

[postings.columns]
voucher_number = "Bilag"
date = "Dato"
account = "Konto"
amount = "Beløb"
vat_code = "Momskode"
"""
HEAD = "Bilag;Dato;Konto;Beløb;Momskode\n"
SALE = "1;15-08-2026;1000;-1000,00;U25\n1;15-08-2026;7680;-250,00;\n1;15-08-2026;5600;1250,00;\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "indberet.toml").write_text(SETTINGS)
    (folder / "mapping.toml").write_text(MAPPING)
    (folder / "nordlys.csv").write_text(HEAD + SALE)
    (folder / "skov.csv").write_text(HEAD + SALE.replace("1250,00", "1200,00"))
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, Any, str]:
    """Exit code, JSON and errors of one command."""
    settings = {"INDBERET_SETTINGS": str(folder / "indberet.toml")}
    done = CliRunner().invoke(app, [*arguments, "--json"], env=settings)
    return done.exit_code, json.loads(done.stdout or "null"), done.stderr


def test_the_line_withholds_one_company_and_finishes_the_other(workspace: Path) -> None:
    code, told, errors = run(workspace, "pull")
    assert (code, errors) == (0, "")
    assert [source["problem"] for source in told["sources"]] == ["", ""]

    code, told, _ = run(workspace, "report", "--period", "2026-Q3")
    assert code == 3
    states = {one["company_id"]: one["state"] for one in told[0]["reports"]}
    assert states == {"nordlys": "ready", "skov": "withheld"}
    (reason,) = [r["reason"] for r in told[0]["reports"] if r["company_id"] == "skov"]
    assert "does not balance" in reason
    (ready,) = [r for r in told[0]["reports"] if r["company_id"] == "nordlys"]
    amounts = {line["field"]: line["amount"] for line in ready["lines"]}
    assert amounts["MomsAngivelseSalgsMomsBeloeb"] == 250
    assert amounts["MomsAngivelseAfgiftTilsvarBeloeb"] == 250


def test_a_command_about_one_company_leaves_the_others_as_they_were(workspace: Path) -> None:
    run(workspace, "report", "--period", "2026-Q3")
    code, told, _ = run(workspace, "report", "--period", "2026-Q3", "--company", "nordlys")
    assert code == 0
    assert {one["company_id"] for one in told[0]["reports"]} == {"nordlys"}
    _, told, _ = run(workspace, "export", "report", "--to", str(workspace / "out"))
    lines = Path(told[0]).read_text().splitlines()
    assert {line.split(",")[1] for line in lines[1:]} == {"nordlys", "skov"}


def test_a_person_approves_and_nothing_is_sent_before(workspace: Path) -> None:
    run(workspace, "report", "--period", "2026-Q3")
    code, told, _ = run(workspace, "deliver", "--period", "2026-Q3")
    assert code == 0
    assert [f["state"] for f in told[0]["filings"]] == ["validated"]
    code, told, _ = run(workspace, "approve", "--as", "Ida Holm", "--period", "2026-Q3")
    assert code == 0
    assert [f["state"] for f in told] == ["approved"]
    code, told, errors = run(workspace, "deliver", "--period", "2026-Q3")
    assert code == 1
    assert "indberet sandbox start" in told["error"]["message"]
    assert "Traceback" not in errors


def test_a_source_that_is_gone_is_named_and_its_company_withheld(workspace: Path) -> None:
    moved = workspace / "skov.csv"
    content = moved.read_text()
    moved.unlink()
    try:
        code, told, _ = run(workspace, "pull")
        assert code == 3
        problems = {s["company"]: s["problem"] for s in told["sources"]}
        assert problems["nordlys"] == ""
        assert "skov.csv" in problems["skov"]
        code, told, _ = run(workspace, "check", "--period", "2026-Q3", "--company", "skov")
        assert code == 3
        assert "source.stale" in {f["rule"] for f in told[0]["findings"]}
    finally:
        moved.write_text(content)
        assert run(workspace, "pull")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "--period", "2026-13"], 'There is no period "2026-13"'),
        (["status", "--company", "nordlyss"], 'Did you mean "nordlys"?'),
        (["export", "voucherr"], 'Did you mean "voucher"?'),
        (["sandbox", "begin"], 'There is no action "begin"'),
    ],
)
def test_a_mistake_gets_one_clear_message(
    workspace: Path, arguments: list[str], words: str
) -> None:
    code, told, errors = run(workspace, *arguments)
    assert code == 1
    assert told["error"]["kind"] == "permanent"
    assert words in told["error"]["message"]
    assert "Traceback" not in errors
