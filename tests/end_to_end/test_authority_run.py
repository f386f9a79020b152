"""`indberet authority run` over a real service: what arrived, read, judged, counted, followed."""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assets.authority.arrivals import workspace_arrivals
from assets.authority.service import reading
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.server import running_sandbox
from assets.intake import workspace_sources
from pipelines.cli import app
from pipelines.settings import load
from tests.end_to_end.service_senders import (
    TODAY,
    Client,
    annual,
    registered,
    sales_list,
    vat,
)
from tests.sandbox_keys import with_keys
from warehouse.store import Store

_SETTINGS = f"""
[authority]
name = "Prøvemyndigheden"
cvr = "10150817"
since = 2025-01-01

[demo]
today = {TODAY}
"""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of an authority to which three companies have filed."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "indberet.toml").write_text(_SETTINGS, encoding="utf-8")
    service = with_keys(folder / "var" / "authority")
    with running_sandbox(service, today=lambda: TODAY) as running:
        first, second, third = registered(SandboxFolder(service), 3)
        client = Client(SandboxFolder(service), running.url)
        for one in (
            vat(first, "t-1", 500),
            vat(second, "t-2", 0),
            sales_list(first, "t-3", 700),
            vat(first, "t-4", 600),
            annual(first, "t-5"),
            annual(third, "t-6"),
        ):
            assert client.send(one)
        with pytest.raises(AssertionError):  # refused at the door
            client.send(vat("30000000", "t-7", 5))
        client.close()
        _decided(service)
    return folder / "indberet.toml"


def _decided(service: Path) -> None:
    """Wait until every annual report is judged."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        last = {e.filing_key: e.status for e in reading.events(service, 0, 1_000)}
        if "received" not in last.values():
            return
        time.sleep(0.1)
    raise AssertionError(last)


def _run(settings: Path, *options: str) -> tuple[int, dict[str, Any]]:
    arguments = ["--settings", str(settings), "authority", "run", "--json", *options]
    ran = CliRunner().invoke(app, arguments, catch_exceptions=False)
    return ran.exit_code, json.loads(ran.stdout)


def _change(settings: Path, query: str, *values: object) -> None:
    path = settings.parent / "var" / "authority" / "authority.sqlite"
    with closing(sqlite3.connect(path)) as con, con:
        con.execute(query, values)


def _rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    with store.connect(threads=1) as con:
        found: list[tuple[Any, ...]] = con.execute(query).fetchall()
        return found


def test_what_arrived_is_read_judged_counted_and_followed(settings: Path) -> None:
    store = Store(settings.parent / "var" / "warehouse")
    good = _poisoned(settings)
    workspace = load(settings)
    assert [one.events for one in workspace_arrivals.take_in(replace(workspace, at_most=5))] == [5]
    workspace_arrivals.take_in(workspace)
    workspace_sources.run(workspace)
    account = workspace_arrivals.account(workspace)
    assert (account.reconciles, account.is_behind, account.breaks) == (True, False, [])
    assert sorted((rule, "cannot be read" in said) for _, rule, said in account.quarantined) == [
        ("annual-report-unread", True), ("arrival-unreadable", True),
    ]  # fmt: skip
    for table, content in good.items():
        _change(settings, f"UPDATE {table} SET content = ? WHERE transaction_id IN ('t-2', 't-6')",
                content)  # fmt: skip
    code, told = _run(settings, "--again")
    assert (code, told["quarantined"], told["failed_checks"]) == (0, [], [])
    assert told["counts"] == {
        "annual_report": {"service": 2, "tables": 2},
        "eu_sales_list": {"service": 1, "tables": 1},
        "vat_return": {"service": 4, "tables": 4},
    }
    assert _rows(store, _STANDING) == [
        ("t-1", "replaced", False, False, None),
        ("t-2", "accepted", True, False, None),
        ("t-3", "accepted", False, False, None),
        ("t-4", "accepted", False, True, None),
        ("t-5", "accepted", None, False, "valid"),
        ("t-6", "accepted", None, False, "valid"),
        ("t-7", "refused", None, None, None),
    ]
    assert _rows(store, _ON_TIME) == [("20000000", "t-4", "t-1"), ("20000001", "t-2", "t-2")]


_STANDING = """
    SELECT transaction_id, status, is_zero, is_correction, verdict
    FROM received_filing LEFT JOIN xbrl_filing USING (filing_id) ORDER BY event_from
"""
_ON_TIME = """
    SELECT duty_status.cvr, counts.transaction_id, first.transaction_id
    FROM duty_status JOIN received_filing AS counts USING (filing_key)
    JOIN received_filing AS first ON first.accepted_at = filed_at
    WHERE state = 'on_time' ORDER BY 1
"""


def _poisoned(settings: Path) -> dict[str, bytes]:
    """Damage a VAT return and an annual report in the service's file; what they were."""
    path = settings.parent / "var" / "authority" / "authority.sqlite"
    good: dict[str, bytes] = {}
    with closing(sqlite3.connect(path)) as con, con:
        for table, key in (("draft", "t-2"), ("annual_report", "t-6")):
            query = f"SELECT content FROM {table} WHERE transaction_id = ?"
            ((good[table],),) = con.execute(query, [key]).fetchall()
            con.execute(f"UPDATE {table} SET content = x'3c' WHERE transaction_id = ?", [key])
    return good
