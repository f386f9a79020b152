"""The line to the sandbox authority over HTTP, with everything that fails on the way.

Whatever happens, the authority holds one filing and we hold its receipt.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import requests

from assets.deliveries.approval import approve
from assets.deliveries.run import Result, deliver, poll_receipts
from assets.deliveries.sandbox.register import Company, Frequency
from assets.deliveries.sandbox.server import RunningSandbox, running_sandbox
from assets.filings.register import Rendered, register_filing
from tests.filings_for_tests import Clock, open_at, sales_list_filing, vat_filing
from warehouse.operations import Operations

ROOT = Path(__file__).resolve().parents[2]
SUBMIT = "ModtagMomsangivelseForeloebig"

DELIVER = """
import sys
from pathlib import Path
from assets.deliveries.run import deliver
from assets.deliveries.sandbox.folder import SandboxFolder
from tests.filings_for_tests import open_at

root, folder, url = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with open_at(root) as operations:
    deliver(operations, SandboxFolder(folder).channel(url), root)
"""


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(folder, today=lambda: date(2026, 5, 20)) as running:
        yield running


_NUMBERS = iter(range(20_000_000, 30_000_000))


@pytest.fixture
def sandbox(shared_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    shared_sandbox.fail()
    yield shared_sandbox
    shared_sandbox.fail()


@pytest.fixture
def se_number(sandbox: RunningSandbox) -> str:
    number = str(next(_NUMBERS))
    sandbox.add(Company(number, "Demo ApS", (Frequency("quarter"),)), approve="link")
    return number


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Operations]:
    with open_at(tmp_path, Clock()) as opened:
        yield opened


def approved(operations: Operations, root: Path, rendered: Rendered) -> str:
    filing_id = str(register_filing(operations, root, rendered).filing["filing_id"])
    approve(operations, filing_id, "Anna")
    return filing_id


def person_approves(sandbox: RunningSandbox, se_number: str, result: Result) -> None:
    """Behind the link; where that was lost, on the authority's own pages."""
    link = result.deep_link
    if link is None:
        assert "TastSelv" in result.message
        (draft,) = sandbox.store.drafts(se_number)
        link = f"{sandbox.url}/godkend/{draft.reference}"
    answer = requests.post(link, data={"decision": "approved"}, timeout=10)
    assert answer.status_code == 200


def drafts(sandbox: RunningSandbox, se_number: str) -> list[str]:
    return [one.state for one in sandbox.store.drafts(se_number)]


@pytest.mark.parametrize(
    "trouble",
    ["refuse", "down", "drop", "twice", "garbage", "stale", "wrong_signature"],
)
def test_whatever_fails_on_the_way_one_return_arrives_and_its_receipt_comes_back(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path, trouble: str
) -> None:
    filing_id = approved(operations, tmp_path, vat_filing(se_number))
    sandbox.fail(**{trouble: {"times": 1, "service": SUBMIT}})
    (sent,) = deliver(operations, sandbox.channel(), tmp_path, back_off=(0.0,))
    assert (sent.state, sent.problem) == ("awaiting_approval", None), sent.message
    assert drafts(sandbox, se_number) == ["waiting"]
    person_approves(sandbox, se_number, sent)
    (done,) = poll_receipts(operations, sandbox.channel(), tmp_path)
    assert (done.state, done.problem) == ("receipted", None), done.message
    receipt = operations.receipt(filing_id)
    assert receipt is not None
    assert (tmp_path / receipt["pdf_path"]).read_bytes().startswith(b"%PDF-")
    assert receipt["amount_to_pay"] == 1000
    assert drafts(sandbox, se_number) == ["approved"]


def test_a_process_killed_while_the_authority_works_does_not_send_twice(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path
) -> None:
    approved(operations, tmp_path, vat_filing(se_number))
    sandbox.fail(delay={"times": 1, "service": SUBMIT, "seconds": 3})
    command = [sys.executable, "-c", DELIVER, tmp_path, sandbox.folder.path, sandbox.url]
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT)
    deadline = time.monotonic() + 30
    while not drafts(sandbox, se_number):
        assert time.monotonic() < deadline, "nothing reached the authority"
        time.sleep(0.02)
    child.kill()
    child.wait(30)
    (sent,) = deliver(operations, sandbox.channel(), tmp_path)
    assert (sent.state, drafts(sandbox, se_number)) == ("awaiting_approval", ["waiting"])


def test_an_eu_sales_list_whose_answer_was_lost_is_filed_once_and_receipted(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path
) -> None:
    approved(operations, tmp_path, sales_list_filing(se_number))
    sandbox.fail(drop={"times": 1})
    (done,) = deliver(operations, sandbox.channel(), tmp_path, back_off=(0.0,))
    assert (done.state, done.problem) == ("receipted", None), done.message
    lists = [one for one in sandbox.store.lists() if one.se_number == se_number]
    assert [one.state for one in lists] == ["current"]


def test_a_return_rejected_by_the_company_is_told(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path
) -> None:
    approved(operations, tmp_path, vat_filing(se_number))
    sandbox.add(approve="reject")
    deliver(operations, sandbox.channel(), tmp_path)
    (told,) = poll_receipts(operations, sandbox.channel(), tmp_path)
    assert (told.state, told.problem) == ("rejected", "rejected")
    assert "4811" in told.message


def test_changed_figures_are_filed_as_a_correction_of_the_first(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path
) -> None:
    sandbox.add(approve="auto")
    for output in (1000, 1200):
        filing_id = approved(operations, tmp_path, vat_filing(se_number, output))
        deliver(operations, sandbox.channel(), tmp_path)
        (done,) = poll_receipts(operations, sandbox.channel(), tmp_path)
        assert (done.filing_id, done.state) == (filing_id, "receipted"), done.message
    first, second = operations.filings()
    assert second["replaces_filing_id"] == first["filing_id"]
    assert len(drafts(sandbox, se_number)) == 2
