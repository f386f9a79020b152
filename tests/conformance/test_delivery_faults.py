"""A crash at any step of delivery neither loses nor doubles a filing.

The authority of these tests is not idempotent, so a filing sent twice is counted twice.
"""

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.server import running_sandbox
from assets.deliveries.run import deliver, poll_receipts
from tests.conformance.kill_everywhere import CVR
from tests.conftest import IS_FULL
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import approved, open_at
from tests.sandbox_keys import with_keys
from warehouse.operations import sqlite_url

ROOT = Path(__file__).resolve().parents[2]

DELIVER_SLOWLY = """
import sys, time
from pathlib import Path
from assets.deliveries.run import deliver
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import open_at

root = Path(sys.argv[1])
slow = lambda operation, filing: time.sleep(0.1)
authority = FolderAuthority(root / "authority", before=slow, after=slow)
(root / f"ready-{sys.argv[2]}").touch()
while not (root / "go").exists():
    time.sleep(0.01)
with open_at(root) as operations:
    results = deliver(operations, authority, root, back_off=(0.5, 0.5, 0.5, 0.5))
    assert all(result.problem is None for result in results), results
"""

HANG_IN_SUBMIT = """
import sys, time
from pathlib import Path
from assets.deliveries.run import deliver
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import open_at

root = Path(sys.argv[1])

def hang(operation, filing):
    (root / "hangs").touch()
    time.sleep(60)

authority = FolderAuthority(root / "authority", after=hang)
with open_at(root) as operations:
    deliver(operations, authority, root)
"""


OPEN = """
import sys
from warehouse.operations import Operations

with Operations.open(sys.argv[1]) as operations, operations.transaction() as transaction:
    transaction.audit("opened", "demo", "test")
"""


def python(script: str, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the killing driver forks")


def killed_everywhere(*arguments: object) -> list[dict[str, Any]]:
    """What a rerun makes of a kill at each step; one filing and its receipt at the end of all."""
    command = [sys.executable, "-m", "tests.conformance.kill_everywhere", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    cases = [json.loads(line) for line in done.stdout.splitlines()]
    for case in cases:
        assert case["was_killed"], case
        assert (case["state"], case["submissions"], case["pdf"]) == ("receipted", 1, True), case
    return cases


def steps(cases: list[dict[str, Any]]) -> set[str]:
    return {case["where"].split()[1] for case in cases}


@needs_fork
def test_killed_at_any_step_of_delivery_the_rerun_ends_with_one_filing_and_its_receipt(
    tmp_path: Path,
) -> None:
    cases = killed_everywhere(tmp_path, "boundaries")
    assert steps(cases) == {"_attempt", "submit", "record", "receipt"}
    for case in cases:
        # before the attempt's row, none is unfinished; after it, exactly one is
        assert case["submits"] in (["pending"], [None], [None, "pending"]), case


@needs_fork
def test_killed_around_any_request_an_annual_report_is_handed_in_once_and_read_back(
    tmp_path: Path,
) -> None:
    folder = with_keys(tmp_path / "sandbox")
    with running_sandbox(folder, today=lambda: date(2026, 5, 20)) as sandbox:
        sandbox.add_annual(AnnualCompany(CVR, "Nordlys ApS"), is_redoing_allowed=True)
        choice = "boundaries" if IS_FULL else "alternate"
        cases = killed_everywhere(tmp_path / "cases", choice, folder, sandbox.url)
    requests = ("what they have", "the report", "its state", "the index", "the page", "its PDF")
    # each before it is made and after it is answered
    assert len(cases) >= (2 if IS_FULL else 1) * len(requests)
    for case in cases:
        assert case["submits"] in (["accepted"], [None], [None, "accepted"]), case


def test_a_process_killed_while_the_authority_holds_its_answer_does_not_send_twice(
    tmp_path: Path,
) -> None:
    with open_at(tmp_path) as operations:
        filing_id = approved(operations, tmp_path)
        child = python(HANG_IN_SUBMIT, tmp_path)
        wait_for(tmp_path / "hangs")
        authority = FolderAuthority(tmp_path / "authority")
        (busy,) = deliver(operations, authority, tmp_path, back_off=())
        assert (busy.problem, authority.calls) == ("busy", [])
        child.kill()
        child.wait(30)
        (result,) = deliver(operations, authority, tmp_path)
        assert result.state == "awaiting_approval"
        assert [operation for operation, _ in authority.calls] == ["lookup"]
        assert len(authority.submissions()) == 1
        assert poll_receipts(operations, authority, tmp_path)[0].state == "receipted"
        outcomes = [(one["operation"], one["outcome"]) for one in operations.deliveries(filing_id)]
        assert outcomes == [("submit", None), ("lookup", "pending"), ("receipt", "accepted")]


def test_two_processes_delivering_at_once_submit_each_filing_once(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        expected = {approved(operations, tmp_path, f"company-{number}") for number in range(4)}
        children = [python(DELIVER_SLOWLY, tmp_path, number) for number in range(2)]
        for number in range(2):
            wait_for(tmp_path / f"ready-{number}")
        (tmp_path / "go").touch()
        assert [child.wait(60) for child in children] == [0, 0]
        submissions = FolderAuthority(tmp_path / "authority").submissions()
        assert sorted(one["sha256"] for one in submissions) == sorted(expected)
        assert {one["state"] for one in operations.filings()} == {"awaiting_approval"}
        operations.verify_audit()


def test_many_processes_opening_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "operations.sqlite")
    children = [python(OPEN, url) for _ in range(4)]
    assert [child.wait(60) for child in children] == [0] * 4
    with open_at(tmp_path) as operations:
        assert operations.verify_audit() == 4
