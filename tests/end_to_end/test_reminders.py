"""Reminders from the tables to the outbox: once each, whatever stops the writing; by command."""

import hashlib
import json
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
from lxml import etree
from typer.testing import CliRunner

from assets.authority.reminders import outbox, writing
from assets.workspace import AuthoritySettings
from pipelines.cli import app
from quality.finding import Severity
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

SENDER = AuthoritySettings(8780, "Prøvemyndigheden", "10150817")
START, END, DUE = date(2026, 7, 1), date(2026, 9, 30), date(2026, 12, 1)


def arrow(table, rows):
    return pa.Table.from_pylist(rows, schema=schema(TABLES[table]))


def stored(folder: Path, *cvrs: str) -> Store:
    """A warehouse in which these companies miss a VAT return."""
    store = Store(folder / "warehouse")
    companies = [
        {"cvr": cvr, "se_number": cvr, "name": f"Firma {cvr}"} for cvr in sorted(cvrs)
    ]  # fmt: skip
    duties = [
        {"cvr": cvr, "report_type": "vat_return", "period_start": START, "period_end": END,
         "due_date": DUE, "state": "missing", "as_of": DUE}
        for cvr in sorted(cvrs)
    ]  # fmt: skip
    with store.transaction() as transaction:
        transaction.put("registered_company", "snapshot", arrow("registered_company", companies))
        transaction.put("duty_status", "snapshot", arrow("duty_status", duties))
    return store


_KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from assets.authority.reminders import outbox, writing
from assets.workspace import AuthoritySettings
from warehouse.store import Store

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def second(path, content, calls=[]):
    calls.append(path)
    if len(calls) == 2:
        path.write_text("half")
        killed()
    path.open("wb").write(content)

folder, where = Path(sys.argv[1]), sys.argv[2]
if where == "second":
    Path.write_bytes = second
elif where == "renamed":
    before = outbox.sync_folder
    outbox.sync_folder = lambda path: killed() if path.name[0] == "2" else before(path)
else:
    setattr(outbox, where, killed)
sender = AuthoritySettings(8780, "Prøvemyndigheden", "10150817")
writing.write_to(folder / "outbox", Store(folder / "warehouse"), sender, date(2026, 12, 2))
"""
_BEFORE_ROWS = ("second", "keep")
_AFTER_ROWS = ("_release", "renamed")


def killed(folder: Path, where: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), where], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_killed_anywhere_each_message_is_written_once(tmp_path):
    store, box, day = stored(tmp_path, "10150817", "21111171"), tmp_path / "outbox", DUE
    for where in _BEFORE_ROWS:
        killed(tmp_path, where)
        assert not list(box.glob("2*/*.xml"))
        assert store.row_count("reminder") == 0
    assert outbox.finish(box, store) == 0
    for where in _AFTER_ROWS:
        killed(tmp_path, where)
        assert store.row_count("reminder") == 2
    later = writing.write_to(box, store, SENDER, date(2026, 12, 3))
    assert dict(later.written) == {}
    files = sorted(box.glob("2*/*.xml"))
    assert [file.parent.name for file in files] == ["2026-12-02"] * 2
    assert all(etree.parse(file).getroot() is not None for file in files)
    before = [file.stat().st_mtime_ns for file in files]
    again = writing.write_to(box, store, SENDER, day + timedelta(days=1))
    assert (dict(again.written), again.finished) == ({}, 0)
    assert [file.stat().st_mtime_ns for file in sorted(box.glob("2*/*.xml"))] == before
    with store.connect() as con:
        told = dict(con.execute("SELECT path, sha256 FROM reminder").fetchall())
    assert told == {
        str(file.relative_to(box)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def test_a_number_that_is_none_is_a_finding_and_the_others_are_written(tmp_path):
    outcome = writing.write_to(
        tmp_path / "outbox", stored(tmp_path, "10150817", "1234"), SENDER, date(2026, 12, 2)
    )
    assert dict(outcome.written) == {("vat_return", "overdue"): 1}
    (finding,) = outcome.findings
    assert finding.severity is Severity.ERROR
    assert str(finding) == (
        "error reminder-without-recipient [registered_company 1234] The reminder about vat_return "
        "for 1. juli – 30. september 2026 has no recipient: expected a CVR number, eight digits, "
        "found '1234'. Correct the number in the register and run `indberet authority reminders` "
        "again."
    )


SETTINGS = """
[[company]]
id = "demo"
name = "Demo"
cvr = "10150817"
[authority]
name = "Prøvemyndigheden"
cvr = "10150817"
"""


def test_the_commands_list_and_write_and_say_that_nothing_is_sent(tmp_path):
    settings = tmp_path / "indberet.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    stored(tmp_path / "var", "10150817")
    words = ["--settings", str(settings), "authority", "reminders"]
    given = ["--as-of", "2026-12-02", "--json"]
    listed = CliRunner().invoke(app, [*words, "list", *given])
    assert [one["kind"] for one in json.loads(listed.stdout)] == ["overdue"]
    written = CliRunner().invoke(app, [*words, "write", "--as-of", "2026-12-02"])
    assert written.exit_code == 0, written.output
    assert "Nothing is sent" in written.output
    (file,) = (tmp_path / "var" / "authority" / "outbox" / "2026-12-02").glob("*.xml")
    header = etree.parse(file).getroot()[0]
    assert (
        header.findtext("{*}label") == "Vi mangler momsangivelsen for 1. juli – 30. september 2026"
    )
    assert json.loads(CliRunner().invoke(app, [*words, "list", *given]).stdout) == []
