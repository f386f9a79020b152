"""`indberet taxonomy`: exact messages and exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from tests.unit.xbrl.taxonomy.packages import BASE, package


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "small.zip"
    path.write_bytes(package())
    return path


def call(tmp_path: Path, *arguments: str | Path) -> Result:
    given = [*map(str, arguments), "--library", str(tmp_path / "library")]
    return CliRunner().invoke(app, ["taxonomy", *given])


@pytest.mark.parametrize("command", ["add", "list", "show"])
def test_every_command_says_what_it_does(command: str) -> None:
    done = CliRunner().invoke(app, ["taxonomy", command, "--help"])
    assert done.exit_code == 0
    assert "--library" in done.output


def test_nothing_installed_says_how_to_begin(tmp_path: Path) -> None:
    done = call(tmp_path, "list")
    assert done.exit_code == 0
    assert done.stdout == "No taxonomy is installed. Begin with `indberet taxonomy add FILE…`.\n"


def test_a_package_is_added_listed_and_shown(tmp_path: Path, good: Path) -> None:
    done = call(tmp_path, "add", good)
    assert done.exit_code == 0
    assert done.stdout == "small.zip: Small 1 is installed; 1 entry point compiled.\n"
    [listed] = json.loads(call(tmp_path, "list", "--json").stdout)
    assert listed["entry_points"][0]["documents"] == [f"{BASE}entry.xsd"]
    shown = json.loads(call(tmp_path, "show", "little", "--json").stdout)
    assert shown["labels"] == {"da": 1, "en": 1}


def test_a_missing_and_a_damaged_file_are_named(tmp_path: Path, good: Path) -> None:
    gone, bad = tmp_path / "gone.zip", tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04")
    done = call(tmp_path, "add", gone, bad)
    assert done.exit_code == 1
    assert done.stderr == (
        f"Stopped. There is no file or folder at {gone}. Give the path of a taxonomy package: a "
        "zip file or a folder.\n"
        "bad.zip is no readable zip file: File is not a zip file. It was left out; ask its "
        "publisher for a sound archive.\n"
    )
    both = call(tmp_path, "add", gone, good, "--later")
    assert both.exit_code == 3
    assert "small.zip: Small 1 is installed; 1 entry point.\n" in both.stdout
    assert f"Not installed: There is no file or folder at {gone}." in both.stdout


def test_what_is_not_there_is_said_with_what_is_near(tmp_path: Path, good: Path) -> None:
    call(tmp_path, "add", good)
    done = call(tmp_path, "show", "nothing")
    assert done.exit_code == 1
    assert 'No installed taxonomy has an entry point "nothing".' in done.stderr
    done = call(tmp_path, "show", "little", "--concept", "assets")
    assert done.exit_code == 1
    assert 'Little has no one concept "assets". Near: c:Assets.' in done.stderr
