"""Every message about reminders and published statistics, produced and compared to the letter."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from filelock import FileLock

from assets.authority.reminders import outbox, writing
from assets.authority.reminders.choosing import OVERDUE, Reminder
from assets.authority.statistics import open_data
from assets.authority.statistics.sensitive import Limits
from assets.workspace import AuthoritySettings
from tests.errors.corpus import FOLDER, expected
from warehouse.errors import PermanentError, SettingsError, TransientError

DAY = date(2026, 12, 2)
SENDER = AuthoritySettings(8780, "Prøvemyndigheden", "10150817")
REMINDER = Reminder(
    "10150817", "Nordlys ApS", "vat_return", date(2026, 7, 1), date(2026, 9, 30), OVERDUE, 1,
    date(2026, 12, 1),
)  # fmt: skip


def _said(raised: pytest.ExceptionInfo[Any], case: str, **values: object) -> None:
    assert str(raised.value) == expected("publishing", case, **values)


def test_a_workspace_of_no_authority(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    with pytest.raises(SettingsError) as raised:
        writing.settings(SimpleNamespace(authority=None, settings=path))  # type: ignore[arg-type]
    _said(raised, "not-an-authority", path=path)


@pytest.mark.parametrize(
    ("case", "sender"),
    [("memo-text", replace(SENDER, name="\x00")), ("memo-cvr", replace(SENDER, cvr="1015081"))],
)
def test_a_sender_no_message_can_name(case: str, sender: AuthoritySettings) -> None:
    with pytest.raises(PermanentError) as raised:
        writing.message(REMINDER, sender, DAY)
    _said(raised, case)


def test_a_recipient_without_a_number() -> None:
    finding = writing._unaddressed(replace(REMINDER, cvr="1234"))
    assert finding.message == expected("publishing", "reminder-without-recipient")
    cases = tomllib.loads((FOLDER / "publishing.toml").read_text(encoding="utf-8"))["case"]
    (case,) = [one for one in cases if one["id"] == finding.rule]
    assert finding.remedy == case["remedy"]


def test_another_process_writes_reminders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(path: Path, timeout: float) -> FileLock:
        assert timeout == 600
        return FileLock(path, timeout=0)

    monkeypatch.setattr(outbox, "FileLock", short)
    held, waited = FileLock(tmp_path / ".lock"), outbox.alone(tmp_path)
    with held, pytest.raises(TransientError) as raised, waited:
        pass
    _said(raised, "outbox-busy", path=tmp_path)


def _statistics(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    columns = ("measure", "year", "industry", "size", "region", "companies", "value", "status")
    rows = pa.table({name: [None] * count for name in columns})
    monkeypatch.setattr(open_data, "_rows", lambda _: rows)


def test_nothing_to_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _statistics(monkeypatch, 0)
    with pytest.raises(PermanentError) as raised:
        open_data.publish(None, tmp_path, Limits())  # type: ignore[arg-type]
    _said(raised, "no-statistics", path=tmp_path)


def test_a_folder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _statistics(monkeypatch, 1)
    (tmp_path / "mine.txt").touch()
    with pytest.raises(PermanentError) as raised:
        open_data.publish(None, tmp_path, Limits())  # type: ignore[arg-type]
    _said(raised, "folder-of-others", path=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
