"""Annual reports that are received and not decided: answered the same again, and never stuck."""

import os
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.authority.service import annual_codes as codes
from assets.authority.service import judges, reading
from assets.authority.service.annual_form import Form
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_judging import AnnualTask, judge_reports, work
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.judges import Judges, Judging
from assets.authority.service.mandates import Mandates, organisation_of
from assets.authority.service.register import Company, Register
from assets.authority.service.store_rows import Message
from tests.danish_breaks import broken
from tests.danish_report import CVR, Report

NOW = datetime(2025, 5, 4, 12, tzinfo=UTC)


def authority(folder: Path) -> AnnualAuthority:
    register = Register(folder)
    register.add(Company(CVR, "Nordlys ApS"))
    store = AnnualStore(folder / "authority.sqlite")
    return AnnualAuthority(register, Mandates(folder), store, NOW.date, lambda: NOW, None)


def sent(
    desk: AnnualAuthority, transaction_id: str, content: bytes, cvr: str = CVR
) -> AnnualReport | None:
    message = Message("annual_submit", b"<" + content + b">", NOW, organisation_of(cvr))
    return desk.take(message, Form(transaction_id, cvr, content)).report


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


def kills_its_process(tasks: Sequence[AnnualTask]) -> bytes:
    """Judging, but a report of this kind ends the process in the middle of it."""
    if any(b"KILL" in one.content for one in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(tasks)


def of_companies(contents: Sequence[bytes]) -> dict[str, bytes]:
    """Each report as that of a company of its own, by its number."""
    return {
        f"{number:08}": content.replace(CVR.encode(), b"%08d" % number)
        for number, content in enumerate(contents, 20000000)
    }


def test_a_report_that_kills_its_judge_is_decided_after_two_tries_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judges, "work", kills_its_process)
    page = Report().page()
    desk = authority(tmp_path)
    bad = page.replace(b"<body", b"<!-- KILL --><body", 1)
    for cvr, content in of_companies([page, bad, page]).items():
        desk.register.add(Company(cvr, "Nordlys ApS"))
        sent(desk, cvr, content, cvr)
    before, killed, after = decided(desk, Judging(workers=1))
    assert killed.code == codes.UNJUDGED
    assert "fik kontrollen til at bryde sammen" in killed.reasons[0][1]
    assert (before.code, after.code) == (codes.ACCEPTED, codes.ACCEPTED)
    assert [one[2] for one in told(tmp_path)[3:]] == ["accepted", "rejected", "accepted"]


def test_reports_judged_together_are_told_what_each_is_told_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [one.page() for one in list(broken(Report()).values())[::5]]
    reports = [Report().page(), b"<html/>", *wrong]
    desk = authority(tmp_path)
    for cvr, content in of_companies(reports).items():
        desk.register.add(Company(cvr, "Nordlys ApS"))
        sent(desk, cvr, content, cvr)
    waiting = [desk.store.of_case(one.case_number) for one in desk.store.undecided(200)]
    tasks = [desk.task(one) for one in waiting if one is not None]
    alone = [judged for one in tasks for judged in judge_reports([one])]
    assert judge_reports(tasks) == alone
    assert not caplog.records  # it did not fall back on judging each alone
    assert len({one.rules for one in alone}) > len(reports) / 2
    found = decided(desk, Judging())
    assert [(one.code, one.reasons) for one in found] == [(one.code, one.reasons) for one in alone]
