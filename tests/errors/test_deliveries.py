import errno
import hashlib
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assets.deliveries import period
from assets.deliveries.approval import approve, approve_by_policy
from assets.deliveries.channel import Answer, Outcome
from assets.deliveries.run import deliver, poll_receipts
from assets.filings.register import register_filing, withdraw
from assets.workspace import ChannelReference, Company, Workspace
from tests.errors.corpus import expected
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import approved, error_finding, open_at, register, rendered
from warehouse import blobs, store
from warehouse.errors import PermanentError, TransientError
from warehouse.operations import Operations, sqlite_url


@pytest.fixture
def operations(tmp_path: Path):
    with open_at(tmp_path, busy_seconds=0.1) as opened:
        yield opened


@pytest.fixture
def authority(tmp_path: Path) -> FolderAuthority:
    return FolderAuthority(tmp_path / "authority")


def registered(operations: Operations, root: Path, amount: int = 250) -> str:
    return str(register(operations, root, amount=amount).filing["filing_id"])


def failure(operations: Operations, authority: FolderAuthority, root: Path, filing_id: str) -> str:
    """The message of a delivery that fails for good without sending anything."""
    (result,) = deliver(operations, authority, root, filing_ids=[filing_id])
    assert (result.problem, authority.calls) == ("failed", [])
    return result.message


def test_delivering_what_nobody_approved(operations, authority, tmp_path: Path) -> None:
    filing_id = registered(operations, tmp_path)
    message = failure(operations, authority, tmp_path, filing_id)
    assert message == expected("deliveries", "deliver-unapproved", short=filing_id[:12])


def test_delivering_what_was_superseded(operations, authority, tmp_path: Path) -> None:
    filing_id = approved(operations, tmp_path)
    newer = registered(operations, tmp_path, 300)
    message = failure(operations, authority, tmp_path, filing_id)
    assert message == expected(
        "deliveries", "deliver-superseded", short=filing_id[:12], newer=newer[:12]
    )


def test_delivering_what_does_not_exist(operations, authority, tmp_path: Path) -> None:
    message = failure(operations, authority, tmp_path, "abc")
    assert message == expected("deliveries", "deliver-unknown", filing_id="abc")


def test_approving_what_was_superseded(operations, tmp_path: Path) -> None:
    filing_id = registered(operations, tmp_path)
    newer = registered(operations, tmp_path, 300)
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "Anna")
    assert str(caught.value) == expected(
        "deliveries", "approve-superseded", short=filing_id[:12], newer=newer[:12]
    )


def test_approving_what_is_not_valid(operations, tmp_path: Path) -> None:
    found = register_filing(operations, tmp_path, rendered(), [error_finding()])
    filing_id = str(found.filing["filing_id"])
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "Anna")
    assert str(caught.value) == expected("deliveries", "approve-invalid", short=filing_id[:12])


def test_approving_what_is_withheld(operations, tmp_path: Path) -> None:
    filing_id = registered(operations, tmp_path)
    withdraw(operations, "demo", "vat_return", date(2026, 3, 31), "voucher 17 does not balance")
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "Anna")
    assert str(caught.value) == expected("deliveries", "approve-withheld", short=filing_id[:12])


def live_workspace(root: Path) -> Workspace:
    """A workspace whose channel is a live one."""
    urls = {"draft": "https://a.dk", "receipt": "https://a.dk", "calendar": "https://a.dk"}
    skat = ChannelReference("skat", "skat", urls, None, None, None, None, is_live=True)
    demo = Company("demo", "Demo", "10000009", "10000009", "DK", "DKK", {}, {})
    return Workspace(
        settings=root / "indberet.toml", storage=root, operations="", memory_limit="1GB",
        threads=1, companies=(demo,), connections=(), accounts=(), vat_codes=(),
        channel="skat", channels={"skat": skat}, live_allowed=True, sandbox_port=0,
        sandbox_approve=None,
    )  # fmt: skip


@pytest.mark.parametrize("has_receipt", [True, False])
def test_a_rehearsed_workspace_does_not_go_live(
    operations, authority, tmp_path: Path, has_receipt: bool
) -> None:
    approved(operations, tmp_path)
    authority.id = "sandbox"
    deliver(operations, authority, tmp_path)
    if has_receipt:
        poll_receipts(operations, authority, tmp_path)
    with pytest.raises(PermanentError) as caught:
        period.deliver(live_workspace(tmp_path), operations, "2026-03")
    assert str(caught.value) == expected("deliveries", "live-after-rehearsal")


def test_what_a_rehearsal_rejected_or_a_live_channel_took_does_not_stop_going_live(
    operations, authority, tmp_path: Path
) -> None:
    here = live_workspace(tmp_path)
    approved(operations, tmp_path)
    authority.id, authority.first = "sandbox", Outcome.REJECTED
    deliver(operations, authority, tmp_path)
    assert period.deliver(here, operations, "2026-03") == []
    approved(operations, tmp_path, amount=300)
    authority.id, authority.first = "skat", Outcome.ACCEPTED
    deliver(operations, authority, tmp_path)
    assert period.deliver(here, operations, "2026-03") == []


def test_a_rejection(operations, authority, tmp_path: Path) -> None:
    filing_id = approved(operations, tmp_path)
    authority.first = Outcome.REJECTED
    (result,) = deliver(operations, authority, tmp_path)
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "Anna")
    short = filing_id[:12]
    assert result.message == expected("deliveries", "delivery-rejected", short=short)
    assert str(caught.value) == expected("deliveries", "approve-rejected", short=short)


def test_a_link_lost_with_its_answer(operations, authority, tmp_path: Path, monkeypatch) -> None:
    approved(operations, tmp_path)

    def lose(operation: str, _filing: object) -> None:
        if operation == "submit":
            raise TransientError("the line went dead")

    def without_link(_filing: object, _transaction_id: str) -> Answer:
        return Answer(Outcome.AWAITING_APPROVAL, "4810", "not approved", b"<q/>", b"<a/>")

    authority.after = lose
    monkeypatch.setattr(authority, "lookup", without_link)
    (result,) = deliver(operations, authority, tmp_path, back_off=(0.0,))
    assert result.message == expected("deliveries", "link-lost")


def test_an_undecided_filing_that_never_had_a_link_lost_none(
    operations, authority, tmp_path: Path
) -> None:
    approved(operations, tmp_path)
    authority.first = Outcome.PENDING
    assert deliver(operations, authority, tmp_path)[0].message == "submit pending"


def test_approving_without_a_name(operations, tmp_path: Path) -> None:
    filing_id = registered(operations, tmp_path)
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "")
    assert str(caught.value) == expected("deliveries", "approve-nameless")


def test_approving_what_was_sent(operations, authority, tmp_path: Path) -> None:
    filing_id = approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "Anna")
    assert str(caught.value) == expected("deliveries", "approve-sent", short=filing_id[:12])


def test_approving_what_must_wait(operations, authority, tmp_path: Path) -> None:
    first = approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    filing_id = registered(operations, tmp_path, 300)
    with pytest.raises(PermanentError) as caught:
        approve(operations, filing_id, "Anna")
    assert str(caught.value) == expected(
        "deliveries", "approve-waiting", short=filing_id[:12], first=first[:12]
    )


def test_approving_by_policy_what_needs_a_person(operations, tmp_path: Path) -> None:
    filing_id = registered(operations, tmp_path)
    with pytest.raises(PermanentError) as review:
        approve_by_policy(operations, filing_id, is_automatic=False, findings=[])
    with pytest.raises(PermanentError) as wrong:
        approve_by_policy(operations, filing_id, is_automatic=True, findings=[error_finding()])
    short = filing_id[:12]
    assert str(review.value) == expected("deliveries", "approve-by-policy-review", short=short)
    assert str(wrong.value) == expected("deliveries", "approve-by-policy-errors", short=short)


def test_a_live_channel_that_is_not_switched_on(operations, authority, tmp_path: Path) -> None:
    approved(operations, tmp_path)
    authority.is_live = True
    with pytest.raises(PermanentError) as caught:
        deliver(operations, authority, tmp_path)
    assert str(caught.value) == expected("deliveries", "live-not-switched-on")
    assert authority.calls == []


def test_filing_bytes_that_are_gone(operations, authority, tmp_path: Path) -> None:
    filing_id = approved(operations, tmp_path)
    path = tmp_path / operations.filing(filing_id)["path"]
    path.unlink()
    message = failure(operations, authority, tmp_path, filing_id)
    assert message == expected("deliveries", "filing-bytes-gone", path=path)
    registered(operations, tmp_path)
    assert deliver(operations, authority, tmp_path)[0].state == "awaiting_approval"


def test_filing_bytes_that_were_changed(operations, authority, tmp_path: Path) -> None:
    filing_id = approved(operations, tmp_path)
    path = tmp_path / operations.filing(filing_id)["path"]
    path.write_bytes(b"<Angivelse>other figures</Angivelse>")
    message = failure(operations, authority, tmp_path, filing_id)
    assert message == expected(
        "deliveries",
        "filing-bytes-changed",
        path=path,
        expected=filing_id,
        found=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    assert operations.filing(filing_id)["state"] == "approved"


def test_a_full_disk_when_the_answer_is_kept(
    operations, authority, tmp_path: Path, monkeypatch
) -> None:
    filing_id = approved(operations, tmp_path)
    tried: list[Path] = []

    def full(path: Path, _content: bytes) -> None:
        tried.append(path)
        with store.naming_full_disk(f"write {path}"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "write_atomically", full)
        (result,) = deliver(operations, authority, tmp_path)
    assert (result.problem, result.state) == ("failed", "sent")
    assert result.message == expected("deliveries", "evidence-disk-full", path=tried[0])
    (attempt,) = operations.deliveries(filing_id)
    assert (attempt["finished_at"], attempt["outcome"]) == (None, None)
    assert deliver(operations, authority, tmp_path)[0].state == "awaiting_approval"
    assert len(authority.submissions()) == 1


def test_a_locked_operations_database(operations, authority, tmp_path: Path) -> None:
    filing_id = approved(operations, tmp_path)
    other = sqlite3.connect(tmp_path / "operations.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientError) as caught, operations.transaction():
        pytest.fail("got a turn while another process was writing")
    (result,) = deliver(operations, authority, tmp_path, back_off=())
    other.execute("ROLLBACK")
    other.close()
    message = expected("deliveries", "operations-locked")
    assert (str(caught.value), result.message) == (message, message)
    assert (result.problem, result.state) == ("transient", "approved")
    assert authority.calls == []
    assert operations.filing(filing_id)["state"] == "approved"


def test_an_operations_database_that_is_something_else(tmp_path: Path) -> None:
    path = tmp_path / "books.xlsx"
    path.write_bytes(b"PK not a database at all " * 50)
    with pytest.raises(PermanentError) as caught:
        Operations.open(sqlite_url(path))
    message = expected("deliveries", "operations-not-a-database", url=sqlite_url(path))
    assert str(caught.value) == message
    assert path.read_bytes().startswith(b"PK")


def test_two_companies_with_the_same_bytes(operations, tmp_path: Path) -> None:
    filing_id = registered(operations, tmp_path)
    with pytest.raises(PermanentError) as caught:
        register_filing(operations, tmp_path, replace(rendered(), company_id="twin"))
    assert str(caught.value) == expected(
        "deliveries", "same-bytes-two-companies", short=filing_id[:12]
    )
