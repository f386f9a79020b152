"""The receiving service under load: filings a second, how long they take, what too many meet.

    python -m benchmarks.authority_load vat|annual|all [--seconds 20] [--processes 2] [--workers 2]

The public tool wrk sends requests made beforehand, each a new filing, signed freshly where they
are signed: rising numbers of connections until the rate no longer rises (peak), a longer run
(sustained), then twice the peak, offered at a steady pace by many connections. Afterwards every
acknowledgement is looked for in the store. wrk knows no client certificates, so annual reports
go through stunnel, which shows one; its work is done on the same cores, as wrk's is.

Every filing is on disk (SQLite, WAL, synchronous=FULL) before it is answered.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from assets.authority.service.folder import SandboxFolder
from benchmarks import authority_filings
from benchmarks.xbrl_read import ROOT, machine
from tests.end_to_end.service_senders import annual_credentials

SCRIPT = Path(__file__).with_suffix("").with_name("authority_wrk.lua")
THREADS = 2
STEPS = {"vat": (4, 16, 64), "annual": (2, 8, 32)}
MANY = {"vat": 400, "annual": 200}
GUESS = {"vat": 900, "annual": 60}
"""Filings a second to make ready for the first run; then the rates measured say."""
_PERCENTILE = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s) *$", re.MULTILINE)
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the tool came to; milliseconds over all answers. `cpu`: seconds of the
    service's processes, those that judge left out.
    """

    seconds: float
    statuses: Counter[str]
    acknowledged: frozenset[str]
    without_wait: int
    p50: float
    p99: float
    cpu: float
    errors: str

    @property
    def rate(self) -> float:
        """Acknowledgements a second."""
        return len(self.acknowledged) / self.seconds


class Service:
    """The service in processes of its own, and the address the tool sends to."""

    def __init__(self, folder: Path, kind: str, processes: int, workers: int) -> None:
        self.folder = SandboxFolder(folder)
        self.folder.prepare()
        authority_filings.register(self.folder)
        self.kind = kind
        self._port = _free()
        self._command = [
            sys.executable, "-m", "assets.authority.service", "--folder", str(folder), "--port",
            str(self._port), "--today", str(authority_filings.TODAY), "--processes",
            str(processes), "--workers", str(workers),
        ]  # fmt: skip
        self.runs = 0

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its address: the open port, or that of the tunnel to the other one."""
        process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.DEVNULL)
        self._minding = process.pid
        try:
            _await(f"http://127.0.0.1:{self._port}/admin/switches")
            if self.kind == "vat":
                yield f"http://127.0.0.1:{self._port}"
            else:
                with _tunnel(self.folder) as port:
                    yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def run(self, url: str, connections: int, seconds: int, expected: float, pace: float) -> Run:
        """One run of the tool. `expected`: requests a second to make ready; `pace`: seconds
        between two requests of one connection.
        """
        self.runs += 1
        with tempfile.TemporaryDirectory(prefix="load-") as temporary:
            into, count = Path(temporary), int(expected * seconds * 1.3) + 50
            if self.kind == "vat":
                made = self.folder.path
                authority_filings.vat_returns(made, into, f"r{self.runs}", count, THREADS)
            else:
                authority_filings.annual_reports(into, f"r{self.runs}", count, THREADS)
            command = [
                "wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--latency",
                "--timeout", "30s", "-s", str(SCRIPT), url, "--", temporary, str(THREADS),
                f"{pace * 1000:.0f}",
            ]  # fmt: skip
            began, before = time.monotonic(), _cpu(self._minding)
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            spent = _cpu(self._minding) - before
            return _read(into, told, min(time.monotonic() - began, seconds), spent)


def measure(kind: str, seconds: int, processes: int, workers: int) -> None:
    """All runs of one kind, each line as it is known."""
    with tempfile.TemporaryDirectory(prefix="authority-") as temporary:
        service = Service(Path(temporary), kind, processes, workers)
        acknowledged: set[str] = set()
        with service.running() as url:
            best = 0.0
            for connections in STEPS[kind]:
                run = service.run(url, connections, max(seconds // 4, 1), best or GUESS[kind], 0)
                best = max(best, run.rate)
                _say(f"{connections} connections", run)
                acknowledged |= run.acknowledged
            run = service.run(url, STEPS[kind][-1], seconds, best, 0)
            _say(f"sustained {seconds} s", run)
            acknowledged |= run.acknowledged
            peak = max(best, run.rate)
            offered, many = 2 * peak, MANY[kind]
            run = service.run(url, many, seconds, offered, many / offered)
            _say(f"offered {offered:.0f}/s, twice the peak", run)
            acknowledged |= run.acknowledged
            if kind == "annual":
                _judged(Path(temporary), workers)
        _count(Path(temporary), kind, acknowledged)


def _say(what: str, run: Run) -> None:
    cpu = 1000 * run.cpu / max(sum(run.statuses.values()), 1)
    away = run.statuses.get("503", 0) / run.seconds
    others = {status: n for status, n in run.statuses.items() if status not in _FINE}
    _print(
        f"| {what} | {run.rate:.0f} | {run.p50:.1f} | {run.p99:.1f} | {cpu:.1f} | {away:.0f} "
        f"| {run.without_wait} | {others or '-'} {run.errors} |"
    )


_TAKEN = {"200", "202", "422"}
"""A return or list is stored; a report is decided, or waits for that; or is decided against."""
_FINE = _TAKEN | {"503"}


def _read(into: Path, told: str, seconds: float, cpu: float) -> Run:
    statuses: Counter[str] = Counter()
    acknowledged, without_wait = set(), 0
    for path in into.glob("answers-*.txt"):
        for line in path.read_text().splitlines():
            status, about, wait = line.split(" ")
            statuses[status] += 1
            if status in _TAKEN:
                acknowledged.add(about)
            elif status == "503" and wait == "-":
                without_wait += 1
    times = {name: float(value) * _UNITS[unit] for name, value, unit in _PERCENTILE.findall(told)}
    errors = " ".join(line.strip() for line in told.splitlines() if "Socket errors" in line)
    return Run(
        seconds, statuses, frozenset(acknowledged), without_wait, times.get("50", 0.0),
        times.get("99", 0.0), cpu, errors,
    )  # fmt: skip


def _judged(folder: Path, workers: int) -> None:
    """How fast what waits is judged once nothing else comes in."""
    began, (_, first) = time.monotonic(), _waiting(folder)
    while _waiting(folder)[0] and time.monotonic() - began < 20:
        time.sleep(0.5)
    left, last = _waiting(folder)
    rate = (last - first) / (time.monotonic() - began)
    _print(f"\nJudged by {workers} workers: {rate:.1f}/s; {left} still wait")


def _count(folder: Path, kind: str, acknowledged: set[str]) -> None:
    """Whether everything acknowledged is in the store, once, with its events."""
    table = "draft" if kind == "vat" else "annual_report"
    with contextlib.closing(sqlite3.connect(folder / "authority.sqlite")) as con:
        stored = [one for (one,) in con.execute(f"SELECT transaction_id FROM {table}")]
        events, last = con.execute("SELECT count(*), max(sequence) FROM event").fetchone()
    missing = acknowledged - set(stored)
    _print(
        f"\nAcknowledged {len(acknowledged)}, stored {len(stored)}, acknowledged and missing "
        f"{len(missing)}, stored twice {len(stored) - len(set(stored))}; events {events}, last "
        f"number {last}; {sum(f.stat().st_size for f in folder.glob('authority.*')) >> 20} MiB"
    )


def _cpu(minding: int) -> float:
    """Seconds that the processes which answer have worked."""
    children = Path(f"/proc/{minding}/task/{minding}/children").read_text().split()
    found = 0
    for one in children:
        if b"--sockets" in Path(f"/proc/{one}/cmdline").read_bytes():
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            found += int(fields[11]) + int(fields[12])
    return found / os.sysconf("SC_CLK_TCK")


def _waiting(folder: Path) -> tuple[int, int]:
    """Annual reports that are not decided, and those that are."""
    with contextlib.closing(sqlite3.connect(folder / "authority.sqlite")) as con:
        left, done = con.execute(
            "SELECT count(*) FILTER (WHERE code = 1), count(*) FILTER (WHERE code <> 1) "
            "FROM annual_report"
        ).fetchone()
        return int(left), int(done)


@contextmanager
def _tunnel(folder: SandboxFolder) -> Iterator[int]:
    """stunnel: plain HTTP in, TLS with the certificate that files annual reports out."""
    port, path = _free(), folder.path / "tunnel"
    path.mkdir()
    credentials = annual_credentials(folder.path)
    (path / "client.pem").write_bytes(authority_filings.pem(credentials))
    address = folder.annual_address.read_text(encoding="ascii").removeprefix("https://")
    (path / "stunnel.conf").write_text(
        "foreground = yes\nsyslog = no\ndebug = err\n[annual]\nclient = yes\n"
        f"accept = 127.0.0.1:{port}\nconnect = {address}\ncert = {path / 'client.pem'}\n"
    )
    process = subprocess.Popen(
        [_tool("stunnel"), str(path / "stunnel.conf")], stderr=subprocess.DEVNULL
    )
    try:
        _await(f"http://127.0.0.1:{port}/ri/api/regnskaber/none")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            requests.get(url, timeout=5)
            return
        time.sleep(0.1)
    sys.exit(f"nothing answers at {url}")


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _tool(name: str) -> str:
    found = shutil.which(name) or shutil.which(f"{name}4")
    if found is None:
        sys.exit(
            f"{name} is not here; this measurement needs it (Debian: apt install wrk stunnel4)"
        )
    return found


def _print(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["vat", "annual", "all"], default="all", nargs="?")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    _tool("wrk")
    _print(f"{machine()}; {given.processes} processes, {given.workers} workers")
    for kind in ("vat", "annual") if given.what == "all" else (given.what,):
        if kind == "annual":
            _tool("stunnel")
        _print(f"\n### {kind}\n")
        _print(
            "| Run | acknowledged/s | p50 ms | p99 ms | CPU ms each | sent away/s "
            "| without a time | others |"
        )
        _print("|---|---:|---:|---:|---:|---:|---:|---|")
        measure(kind, given.seconds, given.processes, given.workers)


if __name__ == "__main__":
    main()
