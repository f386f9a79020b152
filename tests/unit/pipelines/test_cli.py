"""The command line's own manners, without running the line."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import settings
from pipelines.cli import app
from pipelines.commands import choosing
from pipelines.output import Output
from pipelines.suggest import Suggestion

HEAVY = "{'dagster', 'pandas', 'duckdb', 'pyarrow', 'pydantic', 'sqlalchemy', 'lxml'}"


def test_help_answers_without_loading_anything_heavy() -> None:
    code = (
        "import sys; sys.argv = ['indberet', '--help']\n"
        "from pipelines.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', sorted({HEAVY} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("loaded: []")


@pytest.mark.parametrize(
    "command",
    ["init", "connect", "pull", "check", "calendar", "report", "approve", "deliver", "status",
     "explain", "export", "sql", "ui", "sandbox", "demo"],
)  # fmt: skip
def test_every_command_says_what_it_does(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_init_makes_settings_that_load_and_never_writes_over_them(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    arguments = ["init", str(folder), "--name", 'Søs "Holm" ApS', "--cvr", "10150817"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    workspace = settings.load(folder / "indberet.toml")
    assert workspace.companies[0].cvr == "10150817"
    before = (folder / "indberet.toml").read_bytes()
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 1
    assert (folder / "indberet.toml").read_bytes() == before


def test_missing_settings_are_one_message_and_exit_1(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["status", "--settings", str(tmp_path / "gone.toml")])
    assert done.exit_code == 1
    assert "indberet init" in done.output


def test_wrong_use_exits_2() -> None:
    assert CliRunner().invoke(app, ["approve"]).exit_code == 2


def suggested(code: str, kind: str = "account", confidence: float = 1.0) -> Suggestion:
    return Suggestion(
        "a", kind, code, "Salg", code, "Salg", "", confidence, f"same number and name ({code})"
    )


def test_many_accepted_suggestions_show_what_a_person_must_look_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def shown(rows: list[Suggestion], *, is_short: bool) -> str:
        choosing.show(Output(), rows, is_short=is_short)
        return capsys.readouterr().out

    certain = [suggested(str(code)) for code in range(1000, 1026)]
    found = [*certain, suggested("4711", confidence=0.95), suggested("S25", "vat_code")]
    told = shown(found, is_short=True)
    assert "26 accounts with the standard's own number and name." in told
    assert "4711" in told
    assert "S25" in told
    assert "1007" not in told
    assert "company" not in told
    assert "1007" in shown(found, is_short=False)
    assert "1007" in shown(certain[:10], is_short=True)
