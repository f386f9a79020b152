import os
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from assets.deliveries import attempt
from assets.deliveries.channel import (
    FilingBytes,
    NotSentError,
    Outcome,
    RefusedError,
    UnansweredError,
)
from assets.deliveries.claims import claimed
from assets.deliveries.machine import State
from assets.deliveries.obligations import due, has_mandate, record, record_mandate
from assets.deliveries.run import SILENT_AFTER, Result, deliver, poll_receipts
from assets.reports.calendar import Obligation
from tests.fake_authority import LINK, FolderAuthority
from tests.filings_for_tests import Clock, approved, open_at, register
from warehouse import blobs
from warehouse.errors import PermanentError, TransientError
from warehouse.operations import Operations
from warehouse.operations_schema import claim


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def operations(tmp_path: Path, clock: Clock):
    with open_at(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def authority(tmp_path: Path) -> FolderAuthority:
    return FolderAuthority(tmp_path / "authority")


def failing(error: Exception, *, times: int, company: str | None = None):
    """A hook that raises the first `times` submissions (of one company)."""
    left = [times]

    def hook(operation: str, filing: FilingBytes) -> None:
        if operation == "submit" and company in (None, filing.company_id) and left[0]:
            left[0] -= 1
            raise error

    return hook


def kept_at(sha256: str) -> tuple[str, str]:
    return f"evidence/{sha256[:2]}/{sha256}", sha256


def test_a_filing_goes_all_the_way_to_its_receipt(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    (sent,) = deliver(operations, authority, tmp_path)
    assert (sent.state, sent.problem, sent.deep_link) == ("awaiting_approval", None, LINK)
    (done,) = poll_receipts(operations, authority, tmp_path)
    assert (done.state, done.problem) == ("receipted", None)
    receipt = operations.receipt(filing_id)
    assert receipt is not None
    assert (receipt["payment_line"], receipt["amount_to_pay"], receipt["payment_date"]) == (
        "+71<1234567890123456+12345678<",
        250,
        date(2026, 6, 1),
    )
    assert (tmp_path / receipt["pdf_path"]).read_bytes() == b"%PDF-1.7 receipt"
    assert (tmp_path / receipt["path"]).read_bytes().startswith(b"<receiptAnswer")


def test_the_exact_bytes_of_both_directions_are_kept(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    (attempt,) = operations.deliveries(filing_id)
    for name in ("request_sha256", "response_sha256"):
        sha256 = attempt[name]
        content = (tmp_path / "evidence" / sha256[:2] / sha256).read_bytes()
        assert attempt["transaction_id"].encode() in content


def test_the_attempt_is_written_down_before_anything_is_sent(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    seen = []

    def look(_operation: str, filing: FilingBytes) -> None:
        with open_at(tmp_path) as another:
            (attempt,) = another.deliveries(filing.filing_id)
            seen.append((another.filing(filing.filing_id)["state"], attempt["finished_at"]))

    approved(operations, tmp_path)
    authority.before = look
    deliver(operations, authority, tmp_path)
    assert seen == [("sent", None)]


def test_a_lost_answer_is_asked_for_and_not_sent_again(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    authority.after = failing(TransientError("the line went dead"), times=1)
    (result,) = deliver(operations, authority, tmp_path, sleep=lambda _: None)
    assert result.state == "awaiting_approval"
    assert [operation for operation, _ in authority.calls] == ["submit", "lookup"]
    assert len(authority.submissions()) == 1
    assert [one["outcome"] for one in operations.deliveries(filing_id)] == ["transient", "pending"]


@pytest.mark.parametrize(
    ("asked_for", "waited", "state"), [(7.0, [7.0], "awaiting_approval"), (3600.0, [], "sent")]
)
def test_a_busy_authority_is_left_in_peace_as_long_as_it_asks(
    operations: Operations,
    authority: FolderAuthority,
    tmp_path: Path,
    asked_for: float,
    waited: list[float],
    state: str,
) -> None:
    approved(operations, tmp_path)
    busy = UnansweredError("busy", request=b"", may_have_arrived=True, retry_after=asked_for)
    authority.before = failing(busy, times=1)
    waits: list[float] = []
    (result,) = deliver(operations, authority, tmp_path, back_off=(1.0,), sleep=waits.append)
    assert (result.state, waits) == (state, waited)


def test_a_submission_that_never_arrived_is_sent_again_under_the_same_transaction(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    authority.before = failing(TransientError("connection refused"), times=2)
    waits: list[float] = []
    (result,) = deliver(operations, authority, tmp_path, back_off=(1.0, 3.0), sleep=waits.append)
    assert (result.state, waits) == ("awaiting_approval", [1.0, 3.0])
    attempts = operations.deliveries(filing_id)
    assert [one["operation"] for one in attempts] == [
        "submit", "lookup", "submit", "lookup", "submit",
    ]  # fmt: skip
    assert len({one["transaction_id"] for one in attempts}) == 1
    assert len(authority.submissions()) == 1


def test_when_the_budget_ends_the_filing_is_left_for_the_next_run(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    authority.before = failing(TransientError("the authority is down"), times=99)
    (result,) = deliver(operations, authority, tmp_path, back_off=(1.0,), sleep=lambda _: None)
    assert (result.problem, result.message) == ("transient", "the authority is down")
    authority.before = failing(TransientError(""), times=0)
    (result,) = deliver(operations, authority, tmp_path)
    assert (result.filing_id, result.state) == (filing_id, "awaiting_approval")


def test_a_refusal_is_not_retried_and_leaves_the_filing_approved(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    approved(operations, tmp_path)
    authority.before = failing(PermanentError("4801: the company has not delegated"), times=99)
    (result,) = deliver(operations, authority, tmp_path, sleep=lambda _: pytest.fail("waited"))
    assert (result.problem, result.state) == ("failed", "approved")
    assert result.message == "4801: the company has not delegated"
    assert [operation for operation, _ in authority.calls] == ["submit", "lookup"]


@pytest.mark.parametrize("kind", [UnansweredError, RefusedError])
def test_what_certainly_never_left_needs_no_asking(
    operations: Operations, authority: FolderAuthority, tmp_path: Path, kind: type[Exception]
) -> None:
    filing_id = approved(operations, tmp_path)
    error = kind("no way", request=b"<sent/>", response=b"no", may_have_arrived=False)
    authority.before = failing(error, times=1)
    (result,) = deliver(operations, authority, tmp_path, back_off=())
    assert (result.state, result.message) == ("approved", "no way")
    (attempt,) = operations.deliveries(filing_id)
    assert blobs.read(tmp_path, *kept_at(attempt["request_sha256"])) == b"<sent/>"
    assert blobs.read(tmp_path, *kept_at(attempt["response_sha256"])) == b"no"
    deliver(operations, authority, tmp_path)
    assert [operation for operation, _ in authority.calls] == ["submit", "submit"]


def test_the_receipt_is_asked_for_by_the_authoritys_own_number(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    approved(operations, tmp_path)
    authority.reference = "DRAFT-17"
    deliver(operations, authority, tmp_path)
    poll_receipts(operations, authority, tmp_path)
    assert authority.asked_for == ["DRAFT-17"]


def test_what_was_stopped_before_sending_is_approved_still_though_nobody_can_be_asked(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)

    def expired(_operation: str, _filing: FilingBytes) -> None:
        raise NotSentError("the certificate expired")

    authority.before = expired
    (result,) = deliver(operations, authority, tmp_path)
    assert (result.problem, result.state) == ("failed", "approved")
    assert [operation for operation, _ in authority.calls] == ["submit"]
    (attempt,) = operations.deliveries(filing_id)
    assert (attempt["outcome"], attempt["message"]) == ("failed", "the certificate expired")


def test_a_refusal_of_what_did_arrive_is_no_refusal(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    approved(operations, tmp_path)
    authority.after = failing(PermanentError("the answer is not XML"), times=1)
    (result,) = deliver(operations, authority, tmp_path)
    assert (result.problem, result.state) == (None, "awaiting_approval")
    assert len(authority.submissions()) == 1


def test_a_filing_in_doubt_is_not_sent_once_the_figures_changed(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    old = approved(operations, tmp_path, amount=250)
    authority.before = failing(TransientError("down"), times=1)
    deliver(operations, authority, tmp_path, back_off=())
    new = register(operations, tmp_path, amount=300)
    assert new.waits_for == old
    (result,) = deliver(operations, authority, tmp_path)
    assert (result.state, authority.submissions()) == ("superseded", [])
    assert operations.filing(str(new.filing["filing_id"]))["reason"] is None


def test_one_companys_failure_holds_nobody_up(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    for company in ("a", "b", "c", "d"):
        approved(operations, tmp_path, company)
    troubles = {
        "a": PermanentError("refused"),
        "b": TransientError("down"),
        "c": ValueError("a defect of ours"),
    }

    def trouble(_operation: str, filing: FilingBytes) -> None:
        if filing.company_id in troubles:
            raise troubles[filing.company_id]

    authority.before = trouble
    results = {r.company_id: r for r in deliver(operations, authority, tmp_path, back_off=())}
    problems = {company: result.problem for company, result in results.items()}
    assert problems == {"a": "failed", "b": "transient", "c": "failed", "d": None}
    assert "ValueError: a defect of ours" in results["c"].message
    assert results["d"].state == "awaiting_approval"


def test_a_silent_authority_is_not_asked_for_every_company(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    for number in range(SILENT_AFTER + 3):
        approved(operations, tmp_path, f"company-{number}")
    authority.before = failing(TransientError("down"), times=99)
    results = deliver(operations, authority, tmp_path, back_off=())
    assert len(authority.calls) == SILENT_AFTER
    assert {result.problem for result in results} == {"transient"}
    assert [one.state for one in results].count("approved") == 3


def test_progress_is_told_as_filings_are_done(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    approved(operations, tmp_path, "a")
    approved(operations, tmp_path, "b")
    seen: list[tuple[str, int, int]] = []

    def progress(result: Result, done: int, of: int) -> None:
        seen.append((result.company_id, done, of))

    deliver(operations, authority, tmp_path, progress=progress)
    assert seen == [("a", 1, 2), ("b", 2, 2)]


def test_delivering_again_sends_nothing(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    calls = len(authority.calls)
    (result,) = deliver(operations, authority, tmp_path, filing_ids=[filing_id])
    assert (result.state, result.problem) == ("awaiting_approval", None)
    assert len(authority.calls) == calls
    assert deliver(operations, authority, tmp_path) == []


def test_an_undecided_filing_stays_as_it_is(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    authority.then = Outcome.AWAITING_APPROVAL
    (result,) = poll_receipts(operations, authority, tmp_path)
    assert (result.state, result.problem) == ("awaiting_approval", None)
    authority.then = Outcome.REJECTED
    (result,) = poll_receipts(operations, authority, tmp_path)
    assert (result.state, result.problem) == ("rejected", "rejected")
    assert "4811 receipt rejected. Correct the books" in result.message
    assert operations.receipt(filing_id) is None


def test_what_was_sent_through_one_channel_is_not_continued_through_another(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    other = FolderAuthority(tmp_path / "other", id="other")
    (result,) = poll_receipts(operations, other, tmp_path)
    assert (result.problem, other.calls) == ("failed", [])
    assert "through other, but it was sent through folder" in result.message


def test_a_live_channel_works_once_it_is_switched_on(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    approved(operations, tmp_path)
    authority.is_live = True
    with pytest.raises(PermanentError, match="not switched on"):
        deliver(operations, authority, tmp_path)
    assert authority.calls == []
    (result,) = deliver(operations, authority, tmp_path, live_allowed=True)
    assert result.state == "awaiting_approval"


def test_a_filing_another_process_works_on_is_left_to_it(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    filing_id = approved(operations, tmp_path)
    with claimed(operations, filing_id):
        (result,) = deliver(operations, authority, tmp_path, back_off=())
    assert (result.problem, authority.calls) == ("busy", [])
    assert f"process {os.getpid()} on {socket.gethostname()}" in result.message


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"machine": "elsewhere"}, "busy"),
        ({"machine": "elsewhere", "expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, None),
        ({"pid": 2**22 + 1}, None),  # above any process id of this machine
    ],
    ids=["living elsewhere", "lease ended", "died here"],
)
def test_a_claim_left_behind_is_taken_over_when_its_holder_is_gone(
    operations: Operations,
    authority: FolderAuthority,
    tmp_path: Path,
    change: dict[str, object],
    problem: str | None,
) -> None:
    filing_id = approved(operations, tmp_path)
    with claimed(operations, filing_id):
        with operations.transaction() as transaction:
            transaction.connection.execute(sa.update(claim).values(**change))
        (result,) = deliver(operations, authority, tmp_path, back_off=())
    assert result.problem == problem


def test_a_process_that_lost_its_claim_sends_nothing(
    operations: Operations, authority: FolderAuthority, tmp_path: Path, monkeypatch
) -> None:
    filing_id = approved(operations, tmp_path)

    check = attempt._check_channel

    def stall(*arguments: object) -> None:
        check(*arguments)
        with operations.transaction() as transaction:
            transaction.connection.execute(sa.update(claim).values(token="another's"))

    monkeypatch.setattr(attempt, "_check_channel", stall)
    (result,) = deliver(operations, authority, tmp_path, back_off=())
    assert (result.problem, authority.calls) == ("busy", [])
    assert operations.filing(filing_id)["state"] == State.APPROVED


def obligation(due_date: date = date(2026, 6, 1), origin: str = "law") -> Obligation:
    return Obligation(
        company_id="demo",
        report_type="vat_return",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 3, 31),
        frequency="quarter",
        due_date=due_date,
        payment_date=due_date,
        origin=origin,
    )


def test_an_obligation_is_fulfilled_by_the_receipt(
    operations: Operations, authority: FolderAuthority, tmp_path: Path
) -> None:
    assert record(operations, [obligation()]) == 1
    approved(operations, tmp_path)
    deliver(operations, authority, tmp_path)
    assert [one["company_id"] for one in due(operations)] == ["demo"]
    poll_receipts(operations, authority, tmp_path)
    assert due(operations) == []
    assert operations.snapshot("obligation").to_pylist()[0]["state"] == "fulfilled"


def test_the_authoritys_date_replaces_the_computed_one_and_not_the_other_way(
    operations: Operations,
) -> None:
    postponed = obligation(date(2026, 6, 15), "authority")
    assert record(operations, [obligation()]) == 1
    assert record(operations, [obligation()]) == 0
    assert record(operations, [postponed]) == 1
    assert record(operations, [obligation()]) == 0
    assert [one["due_date"] for one in due(operations)] == [date(2026, 6, 15)]
    assert due(operations, by=date(2026, 6, 14)) == []


def test_a_mandate_counts_from_its_first_day_to_its_last(operations: Operations) -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    record_mandate(
        operations,
        "demo",
        "skat",
        valid_from=first,
        valid_to=last,
        evidence="TastSelv",
        actor="Anna",
    )
    assert has_mandate(operations, "demo", "skat", first)
    assert has_mandate(operations, "demo", "skat", last)
    assert not has_mandate(operations, "demo", "skat", last + timedelta(days=1))
    assert not has_mandate(operations, "other", "skat", first)
