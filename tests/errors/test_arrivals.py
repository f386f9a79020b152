"""Every message of the arrivals, produced and compared to the letter; nothing is kept by halves."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assets.authority.arrivals import again, contents, folding, run, writing
from assets.authority.service.reading import Event, Received
from assets.sources.connector import silent
from tests.arrivals_service import MemoryService
from tests.errors.corpus import expected
from warehouse.errors import PermanentError
from warehouse.store import Store

_NOW = datetime(2026, 4, 1, tzinfo=UTC)


def _received(report_type: str, content: bytes, number: str = "10150817") -> Received:
    return Received(
        "k1", report_type, content, number, number, date(2026, 1, 1), date(2026, 3, 31), "NTRDK-1",
        "t1", _NOW,
    )  # fmt: skip


def test_what_cannot_be_read_is_named_and_set_aside() -> None:
    service = MemoryService()
    service.vat("k1", "10150817", 5)
    content = service.reports["k1"].content
    cases = {
        "arrival-unreadable": _received("vat_return", content[:60]),
        "arrival-not-a-list": _received("eu_sales_list", b"0,10150817,LISTE,,,,,,\r\n"),
        "arrival-not-what-it-says": _received("vat_return", content, "12345674"),
    }
    for case, received in cases.items():
        found = contents.read(received, is_refused=False)
        assert isinstance(found, contents.Poisoned)
        assert found.message == expected("arrivals", case)
    assert contents.missing("vat_return", "k1").message == expected(
        "arrivals", "arrival-bytes-missing"
    )


def test_a_missing_event_and_an_unknown_status_are_refused() -> None:
    for case, number, status in (("event-gap", 9, "accepted"), ("event-status", 8, "lost")):
        with pytest.raises(PermanentError) as raised:
            folding.refuse_gap(7, [Event(number, _NOW, "vat_return", "k1", status, ())])
        assert str(raised.value) == expected("arrivals", case)


def test_totals_that_differ_are_named_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, store = MemoryService(), Store(tmp_path)
    service.vat("k1", "10150817", 5)
    run.take_in(store, service, silent)
    before = {table: store.content_sha256(table) for table in writing.ARRIVALS}
    service.vat("k2", "12345674", 5)
    with monkeypatch.context() as patch:
        patch.setattr(service, "counts", lambda _: {"vat_return": 3})
        with pytest.raises(PermanentError) as raised:
            run.take_in(store, service, silent)
    assert str(raised.value) == expected("arrivals", "arrivals-unreconciled")
    assert before == {table: store.content_sha256(table) for table in writing.ARRIVALS}
    (made,) = run.take_in(store, service, silent)
    assert (made.event_after, made.event_to, made.received, made.table_total) == (1, 2, 1, 2)


def test_a_poisoned_report_stops_no_other_and_comes_in_when_it_is_mended(tmp_path: Path) -> None:
    service, store, sound = MemoryService(), Store(tmp_path / "a"), Store(tmp_path / "b")
    service.vat("k1", "10150817", 5)
    service.vat("k2", "12345674", 7)
    service.tell("vat_return", "k1", "accepted")
    good = service.reports.copy()
    service.give("vat_return", "k1", b"<Angivelse", "10150817")
    del service.reports["k2"]
    (made,) = run.take_in(store, service, silent)
    assert (made.received, made.quarantined, made.table_total) == (2, 2, 2)
    assert again.again(store, service, silent) is None
    service.reports = good
    mended = again.again(store, service, silent)
    assert mended is not None
    assert (mended.updated, mended.quarantined, mended.event_to) == (2, 0, 3)
    run.take_in(sound, service, silent)
    for table in ("received_filing", "filed_vat_amount", "quarantined_filing"):
        assert store.content_sha256(table) == sound.content_sha256(table)
