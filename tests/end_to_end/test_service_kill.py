"""A receiving service killed again and again while everybody sends: what it acknowledged is there.

Killed are all its processes at once, one that answers, or the one that minds the others. Whoever
got no answer sends the same again, as a client does.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from assets.authority.service import reading
from assets.authority.service.folder import SandboxFolder
from tests.end_to_end.service_senders import (
    ANNUAL,
    LIST,
    TODAY,
    VAT,
    Client,
    Filing,
    annual,
    registered,
    sales_list,
    vat,
)
from tests.sandbox_keys import with_keys

_ROOT = Path(__file__).resolve().parents[2]
_KILLS = 3
_PAUSE = {VAT: 0.04, LIST: 0.04, ANNUAL: 0.2}
pytestmark = pytest.mark.timeout(400)


class Service:
    """The service in processes of its own, and the killing of them."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self._folder = folder
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "assets.authority.service", "--folder", self._folder]
        command += ["--port", self._port, "--today", TODAY, "--processes", 2, "--workers", 1]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], cwd=_ROOT, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with suppress(requests.RequestException):
                requests.get(f"{self.url}/admin/switches", timeout=5)
                return
            time.sleep(0.05)
        raise AssertionError((self._folder / "log").read_text())

    def kill(self, which: str) -> None:
        """`all`, `answering` (one of those), or `minding`; what is left ends by itself."""
        answering = self._answering()
        if which == "answering":
            os.kill(answering[0], signal.SIGKILL)
            return
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for one in answering if which == "all" else ():
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        while any(Path(f"/proc/{one}").exists() for one in answering):
            time.sleep(0.02)

    def end(self) -> None:
        """End it, whatever became of the test."""
        if self._process.poll() is None:
            self.kill("all")

    def stop(self) -> int:
        """End it as one should; its exit code."""
        self._process.terminate()
        return self._process.wait(60)

    def _answering(self) -> list[int]:
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        children = [int(one) for one in listed.read_text().split()]
        commands = {one: Path(f"/proc/{one}/cmdline").read_bytes() for one in children}
        return [one for one, command in commands.items() if b"--sockets" in command]


class Sender:
    """One kind of filing, sent one after another; what is not answered is sent again later."""

    def __init__(self, connect: Callable[[], Client], filings: Iterator[Filing]) -> None:
        self._connect = connect
        self._filings = filings
        self._is_over = threading.Event()
        self.acknowledged: dict[Filing, str] = {}
        self.unanswered: list[Filing] = []
        self.wrong: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        client = self._connect()
        try:
            while not self._is_over.is_set():
                one = next(self._filings)
                try:
                    told = client.send(one)
                except requests.RequestException:
                    told, client = None, self._connect()
                if told is None:
                    self.unanswered.append(one)
                else:
                    self.acknowledged[one] = told
                self._is_over.wait(_PAUSE[one.kind])
        except BaseException as error:  # noqa: BLE001  (asserted on by the test)
            self.wrong.append(error)


def filings(kind: str, numbers: list[str]) -> Iterator[Filing]:
    count = 0
    while True:
        number = numbers[count % len(numbers)]
        if kind == ANNUAL:
            yield annual(number, f"a-{count}")
        else:
            yield (vat if kind == VAT else sales_list)(number, f"{kind}-{count}", 100 + count)
        count += 1


@contextmanager
def sending(folder: SandboxFolder, url: str, numbers: list[str]) -> Iterator[list[Sender]]:
    senders = [
        Sender(lambda: Client(folder, url), filings(kind, numbers)) for kind in (VAT, LIST, ANNUAL)
    ]
    for one in senders:
        one.start()
    try:
        yield senders
    finally:
        for one in senders:
            one.stop()


def decided(folder: Path) -> list[reading.Event]:
    """All events, once every annual report is decided."""
    deadline = time.monotonic() + 120
    while True:
        events = reading.events(folder, 0, 1_000_000)
        states = {e.filing_key: e.status for e in events if e.report_type == ANNUAL}
        if "received" not in states.values():
            return events
        assert time.monotonic() < deadline, states
        time.sleep(0.1)


def test_what_a_killed_service_acknowledged_is_there_once_and_whole(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(6)
    folder = SandboxFolder(with_keys(tmp_path))
    numbers = registered(folder, 20)
    service = Service(tmp_path)
    request.addfinalizer(service.end)
    service.start()
    with sending(folder, service.url, numbers) as senders:
        for kill in range(_KILLS):
            time.sleep(chance.uniform(0.3, 0.9))
            which = ("all", "answering", "minding")[kill % 3]
            service.kill(which)
            if which != "answering":
                service.start()
        time.sleep(0.5)
    assert [one.wrong for one in senders] == [[], [], []]
    client = Client(folder, service.url)
    acknowledged = {filing: told for one in senders for filing, told in one.acknowledged.items()}
    unanswered = [filing for one in senders for filing in one.unanswered]
    assert {one.kind for one in acknowledged} == {VAT, LIST, ANNUAL}
    again = {filing: client.send(filing) for filing in acknowledged}
    assert again == acknowledged
    acknowledged |= {one: client.send(one) or "" for one in unanswered}
    events = decided(tmp_path)
    assert [one.sequence for one in events] == list(range(1, len(events) + 1))
    states = {one.status for one in events if one.report_type == ANNUAL}
    assert {"received", "accepted"} <= states <= {"received", "accepted", "replaced"}
    for kind in (VAT, LIST, ANNUAL):
        keys = list(dict.fromkeys(e.filing_key for e in events if e.report_type == kind))
        stored = list(reading.received(tmp_path, kind, keys))
        sent = {
            (one.transaction_id, one.content): told
            for one, told in acknowledged.items()
            if one.kind == kind
        }
        assert len(stored) == len(keys) == len(sent)
        for one in stored:
            told = sent[one.transaction_id, one.content]
            assert told == (one.transaction_id if kind == ANNUAL else one.filing_key)
    assert reading.counts(tmp_path, len(events)) == {
        kind: len({e.filing_key for e in events if e.report_type == kind})
        for kind in (VAT, LIST, ANNUAL)
    }
    assert service.stop() == 0
