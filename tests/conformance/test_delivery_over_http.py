"""The line to the sandbox authority over HTTP, with everything that fails on the way.

Whatever happens, the authority holds one filing and we hold its receipt: a VAT return by signed
messages, an annual report over TLS with a client certificate.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.deliveries.approval import approve
from assets.deliveries.channel import Channel
from assets.deliveries.run import Result, deliver, poll_receipts
from assets.filings.register import Rendered, register_filing
from tests.filings_for_tests import (
    Clock,
    annual_filing,
    open_at,
    sales_list_filing,
    vat_filing,
)
from warehouse.operations import Operations

ROOT = Path(__file__).resolve().parents[2]
SUBMIT = "ModtagMomsangivelseForeloebig"

DELIVER = """
import sys
from pathlib import Path
from assets.deliveries.run import deliver
from assets.authority.service.annual_client import annual_channel
from assets.authority.service.folder import SandboxFolder
from tests.filings_for_tests import open_at

root, folder, url = Path(sys.argv[1]), SandboxFolder(Path(sys.argv[2])), sys.argv[3]
channel = annual_channel(folder, url) if sys.argv[4] == "annual" else folder.channel(url)
with open_at(root) as operations:
    deliver(operations, channel, root)
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
    sandbox.add_annual(AnnualCompany(number, "Demo ApS"), is_redoing_allowed=True)
    return number


class Way(NamedTuple):
    """One kind of filing on its way: the service it goes to, and how many the authority holds."""

    name: str
    service: str
    troubles: tuple[str, ...]

    def filing(self, number: str, amount: int = 1000) -> Rendered:
        return annual_filing(number, amount) if self is ANNUAL else vat_filing(number, amount)

    def channel(self, sandbox: RunningSandbox, answer_timeout: float = 30) -> Channel:
        if self is ANNUAL:
            return sandbox.annual_channel(answer_timeout=answer_timeout)
        return sandbox.channel(answer_timeout=answer_timeout)

    def held(self, sandbox: RunningSandbox, number: str) -> int:
        if self is ANNUAL:
            return len(sandbox.reports.published(number))
        return len(sandbox.store.drafts(number))

    def decided(self, sandbox: RunningSandbox, number: str, sent: Result) -> None:
        """A VAT return waits for a person; an annual report is decided when it comes in."""
        if self is VAT:
            assert (sent.state, drafts(sandbox, number)) == ("awaiting_approval", ["waiting"])
            person_approves(sandbox, number, sent)
        else:
            assert sent.state == "accepted"


_ANY = ("refuse", "down", "drop", "twice", "garbage", "half")
VAT = Way("vat", SUBMIT, (*_ANY, "stale", "wrong_signature"))
ANNUAL = Way("annual", "annual_submit", (*_ANY, "unknown_code"))
WAYS = [VAT, ANNUAL]


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
    ("way", "trouble"), [pytest.param(w, t, id=f"{w.name}-{t}") for w in WAYS for t in w.troubles]
)
def test_whatever_fails_on_the_way_one_filing_arrives_and_its_receipt_comes_back(
    sandbox: RunningSandbox,
    operations: Operations,
    se_number: str,
    tmp_path: Path,
    way: Way,
    trouble: str,
) -> None:
    filing_id = approved(operations, tmp_path, way.filing(se_number))
    sandbox.fail(**{trouble: {"times": 1, "service": way.service}})
    (sent,) = deliver(operations, way.channel(sandbox), tmp_path, back_off=(0.0,))
    assert sent.problem is None, sent.message
    assert way.held(sandbox, se_number) == 1
    way.decided(sandbox, se_number, sent)
    (done,) = poll_receipts(operations, way.channel(sandbox), tmp_path)
    assert (done.state, done.problem) == ("receipted", None), done.message
    receipt = operations.receipt(filing_id)
    assert receipt is not None
    assert (tmp_path / receipt["pdf_path"]).read_bytes().startswith(b"%PDF-")
    assert receipt["amount_to_pay"] == (1000 if way is VAT else None)
    assert way.held(sandbox, se_number) == 1


@pytest.mark.parametrize("service", ["annual_status", "annual_index", "annual_document"])
@pytest.mark.parametrize("trouble", ["refuse", "down", "drop", "garbage", "half"])
def test_whatever_fails_while_a_report_is_read_back_is_asked_for_again(
    sandbox: RunningSandbox,
    operations: Operations,
    se_number: str,
    tmp_path: Path,
    service: str,
    trouble: str,
) -> None:
    approved(operations, tmp_path, annual_filing(se_number))
    deliver(operations, sandbox.annual_channel(), tmp_path)
    sandbox.fail(**{trouble: {"times": 1, "service": service}})
    channel = sandbox.annual_channel()
    (first,) = poll_receipts(operations, channel, tmp_path)
    assert (first.state, first.problem) in {("accepted", "transient"), ("accepted", "failed")}
    (done,) = poll_receipts(operations, channel, tmp_path)
    assert (done.state, done.problem) == ("receipted", None), done.message


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_an_answer_that_is_not_waited_for_is_looked_up(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path, way: Way
) -> None:
    approved(operations, tmp_path, way.filing(se_number))
    sandbox.fail(delay={"times": 1, "service": way.service, "seconds": 1.5})
    channel = way.channel(sandbox, answer_timeout=0.5)
    (slow,) = deliver(operations, channel, tmp_path, back_off=())
    assert (slow.state, slow.problem) == ("sent", "transient")
    assert "no answer came in time" in slow.message
    (sent,) = deliver(operations, way.channel(sandbox), tmp_path)
    assert (sent.problem, way.held(sandbox, se_number)) == (None, 1), sent.message


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_process_killed_while_the_authority_works_does_not_send_twice(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path, way: Way
) -> None:
    approved(operations, tmp_path, way.filing(se_number))
    sandbox.fail(delay={"times": 1, "service": way.service, "seconds": 3})
    command = [sys.executable, "-c", DELIVER, tmp_path, sandbox.folder.path, sandbox.url, way.name]
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT)
    deadline = time.monotonic() + 120
    while not way.held(sandbox, se_number):
        assert time.monotonic() < deadline, "nothing reached the authority"
        time.sleep(0.02)
    child.kill()
    child.wait(30)
    (sent,) = deliver(operations, way.channel(sandbox), tmp_path)
    assert (sent.problem, way.held(sandbox, se_number)) == (None, 1), sent.message


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


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_changed_figures_are_filed_as_a_correction_of_the_first(
    sandbox: RunningSandbox, operations: Operations, se_number: str, tmp_path: Path, way: Way
) -> None:
    sandbox.add(approve="auto")
    filed = []
    for amount in (1000, 1200):
        filing_id = approved(operations, tmp_path, way.filing(se_number, amount))
        deliver(operations, way.channel(sandbox), tmp_path)
        (done,) = poll_receipts(operations, way.channel(sandbox), tmp_path)
        assert (done.filing_id, done.state) == (filing_id, "receipted"), done.message
        filed.append(filing_id)
    assert operations.filing(filed[1])["replaces_filing_id"] == filed[0]
    assert way.held(sandbox, se_number) == 2
