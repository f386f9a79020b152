"""What becomes of an error in a command: one message, one exit code, and never a hang."""

import errno
from pathlib import Path

import pytest
import typer

from pipelines.commands import line
from pipelines.commands.call import calling, is_disk_full, no_access
from pipelines.output import PERMANENT, Output

SETTINGS = Path("indberet.toml")


def circle(text: str) -> Exception:
    """Two errors, each the cause of the other."""
    first, second = ValueError(text), KeyError("second")
    first.__cause__, second.__cause__ = second, first
    return first


@pytest.mark.timeout(10)
def test_errors_that_cause_each_other_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    # Incident 2026-11-22: a command hung for ever on such a chain instead of saying what failed.
    assert not is_disk_full(circle("first"), SETTINGS)
    with (
        pytest.raises(typer.Exit) as ended,
        calling(SETTINGS, (), Output(), debug=False),
    ):
        raise circle("first")
    assert ended.value.exit_code == PERMANENT
    assert "Something unforeseen happened: ValueError: first." in capsys.readouterr().err


def test_a_full_disk_is_seen_behind_other_errors() -> None:
    outer = RuntimeError("the run failed")
    outer.__context__ = middle = KeyError("partition")
    middle.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert is_disk_full(outer, SETTINGS)
    assert is_disk_full(circle("database or disk is full"), SETTINGS)


def test_a_storage_that_may_only_be_read_is_seen_behind_other_errors(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = OSError(errno.EROFS, "Read-only file system", "var/dagster")
    outer = RuntimeError("the run failed")
    outer.__cause__ = refused
    assert no_access(outer) == "Read-only file system: var/dagster"
    assert no_access(circle("first")) is None
    with pytest.raises(typer.Exit), calling(SETTINGS, (), Output(), debug=False):
        raise circle("unable to open database file\n[SQL: PRAGMA x]")
    assert (
        f"The storage of {SETTINGS.absolute()} cannot be used (unable to open database file). The "
        "last good data is untouched."
    ) in " ".join(capsys.readouterr().err.split("\n"))


def test_an_accepted_filing_without_receipt_says_why_there_is_none():
    filing = {"state": "accepted", "reason": "0 received and published"}
    told = {"operation": "receipt", "message": "is published, but not as it was sent"}
    assert line.note(filing, []) == line.note(filing, [{"operation": "submit", "message": "x"}])
    assert line.note(filing, [{"operation": "submit"}, told]) == told["message"]
    assert line.note(filing, [told | {"message": None}]) == filing["reason"]
    assert line.note({"state": "rejected", "reason": None}, [told]) == ""
