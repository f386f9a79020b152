"""Annual reports that are received and not decided: answered the same again, and never stuck."""

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.authority.service import annual_codes as codes
from assets.authority.service import judges, reading
from assets.authority.service.annual_form import Form
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_judging import AnnualTask, work
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.judges import Judges, Judging
from assets.authority.service.mandates import Mandates, organisation_of
from assets.authority.service.register import Company, Register
from assets.authority.service.store_rows import Message
from tests.danish_report import CVR, Report

NOW = datetime(2025, 5, 4, 12, tzinfo=UTC)
SENDER = organisation_of(CVR)


def authority(folder: Path) -> AnnualAuthority:
    register = Register(folder)
    register.add(Company(CVR, "Nordlys ApS"))
    store = AnnualStore(folder / "authority.sqlite")
    return AnnualAuthority(register, Mandates(folder), store, NOW.date, lambda: NOW, None)


def sent(desk: AnnualAuthority, transaction_id: str, content: bytes) -> AnnualReport | None:
    message = Message("annual_submit", b"<" + content + b">", NOW, SENDER)
    return desk.take(message, Form(transaction_id, CVR, content)).report


def decided(desk: AnnualAuthority, judging: Judging) -> list[AnnualReport]:
    with Judges(desk, judging):
        deadline = time.monotonic() + 60
        while desk.store.undecided(1):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    return desk.store.all()


def told(folder: Path) -> list[tuple[int, str, str, tuple[str, ...]]]:
    found = reading.events(folder, 0, 100)
    return [(one.sequence, one.filing_key, one.status, one.codes) for one in found]


def test_what_is_not_decided_is_answered_the_same_again_and_judged_later(tmp_path: Path) -> None:
    page = Report().page()
    desk = authority(tmp_path)
    first = sent(desk, "t-1", page)
    assert first is not None
    assert (first.code, first.case_number) == (codes.PENDING, "X25-SB-000001")
    assert sent(desk, "t-1", page) == first
    assert sent(desk, "t-1", page + b" ") is None
    assert sent(desk, "t-2", page) is not None
    again = authority(tmp_path)  # as after a restart: the queue is the table itself
    reports = decided(again, Judging())
    assert [one.code for one in reports] == [codes.ACCEPTED, codes.DUPLICATE]
    assert told(tmp_path) == [
        (1, "X25-SB-000001", "received", ()),
        (2, "message-3", "refused", ("86",)),
        (3, "X25-SB-000002", "received", ()),
        (4, "X25-SB-000001", "accepted", ()),
        (5, "X25-SB-000002", "rejected", ("76",)),
    ]
    assert reading.counts(tmp_path, 4) == {"annual_report": 3}
    assert [one[1] for one in again.store.messages()[:3]] == [
        b"<" + page + b">", b"<" + page + b">", b"<" + page + b" >",
    ]  # fmt: skip
    refused, *_ = reading.received(tmp_path, "annual_report", ["message-3", "message-99"])
    assert (refused.content, refused.transaction_id) == (b"<" + page + b" >", "t-1")


def test_a_report_beyond_its_time_is_decided_as_one_that_could_not_be_judged(
    tmp_path: Path,
) -> None:
    desk = authority(tmp_path)
    sent(desk, "t-1", Report().page())
    (report,) = decided(desk, Judging(workers=1, time_limit=0.001))
    why = "kontrollen kunne ikke gennemføres: rapporten tog mere end 0.001 sekunder"
    assert (report.code, report.reasons) == (codes.UNJUDGED, (("intake:unjudged", why),))
    assert told(tmp_path)[-1][2:] == ("rejected", ("31", "intake:unjudged"))


def kills_its_process(task: AnnualTask) -> bytes:
    """Judging, but a report of this kind ends the process in the middle of it."""
    if b"KILL" in task.content:
        os.kill(os.getpid(), signal.SIGKILL)
    return work(task)


def test_a_report_that_kills_its_judge_is_decided_after_two_tries_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judges, "work", kills_its_process)
    page = Report().page()
    desk = authority(tmp_path)
    sent(desk, "t-1", page.replace(b"<body", b"<!-- KILL --><body", 1))
    sent(desk, "t-2", page)
    killed, judged = decided(desk, Judging(workers=1))
    assert (killed.code, judged.code) == (codes.UNJUDGED, codes.ACCEPTED)
    assert "fik kontrollen til at bryde sammen" in killed.reasons[0][1]
    assert [one[2] for one in told(tmp_path)] == ["received", "received", "rejected", "accepted"]
