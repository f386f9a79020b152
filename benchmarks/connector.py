"""Entries over HTTP to Parquet, end to end: the network core beside what one would else use.

    python -m benchmarks.connector [--entries 1000000] [--runs 3]

Ours: pages kept compressed and hashed, decoded against their contract, every amount an
exact decimal, vouchers and postings compared with what is landed, committed with the
cursor. Beside it a loop of requests, exact JSON and pyarrow to one Parquet file, and dlt's
`rest_api` source to Parquet. Each runs in a process of its own on one core, the server on the
other; seconds and CPU are the client's.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from assets.sources import landing
from assets.sources.connector import (
    Complete,
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    silent,
)
from assets.sources.network.agreement import Total, control_totals
from assets.sources.network.auth import bearer
from assets.sources.network.client import Client, Service
from assets.sources.network.stream import Page, Reading, Stream
from assets.sources.row_batches import Collector, iso_date
from tests.peers import environment
from warehouse.secret import Secret

WAYS = {
    "ours": "the network core, landed",
    "loop": "requests, json with Decimal, pyarrow",
    "dlt": "dlt rest_api, Parquet",
}
ROOT = Path(__file__).resolve().parent.parent


class Entry(msgspec.Struct, rename="camel"):
    """An entry as the server shows it."""

    id: int
    voucher: int
    date: str
    account: int
    amount: Decimal
    vat_code: str | None
    text: str


class Entries(msgspec.Struct):
    """A page."""

    items: list[Entry]
    cursor: int | None
    count: int


ENTRIES = Stream(
    "entries", "entries", Entries, records=lambda page: page.items, key=lambda one: one.id,
    follow=lambda page, _asked: {"cursor": page.cursor} if page.cursor else None,
)  # fmt: skip
SERVICE = Service("bench", "Bench", None, refused="-")


class Bench:
    """A connector over the server of `entries_server`."""

    title = "Bench"
    options: Mapping[str, tuple[bool, str]] = {}

    def __init__(self, url: str) -> None:
        self._url = url

    def discover(self, connection: Connection) -> Discovery:
        """Nothing to find."""
        raise NotImplementedError(connection)

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything."""
        del cursor
        with Client(SERVICE, self._url, bearer(Secret("token")), keep=connection.keep) as client:
            reading = Reading(client, ENTRIES)
            for page in reading.pages({"cursor": 1}):
                yield from _rows(page)
                progress("entries", reading.count)
            total = Total("entries", "all", page.envelope.count, reading.distinct, "entries")
            yield from control_totals([total])
        yield Complete("voucher")
        yield Cursor({"cursor": reading.count})


def _rows(page: Page[Entries, Entry]) -> Iterator[Item]:
    vouchers, postings = Collector("voucher"), Collector("posting")
    last = None
    for one in page.records:
        if one.voucher != last:
            last, day = one.voucher, iso_date(one.date)
            number = str(one.voucher)
            vouchers.add(number, None, number, day, day, None, one.text, None, f"entries/{one.id}")
        postings.add(
            number, str(one.id), one.id, str(one.account), one.amount, None, None, None, None,
            one.vat_code, one.text, None,
        )  # fmt: skip
    yield from vouchers.take()
    yield from postings.take()


def ours(url: str, folder: Path) -> int:
    """Land everything; how many postings."""
    connection = Connection("bench", "bench", "bench", {})
    landing.land(Bench(url), connection, folder, silent)
    return _counted(landing.loads(folder, "bench")[-1].folder / "posting.parquet")


def loop(url: str, folder: Path) -> int:
    """The loop one would write: exact, one Parquet file, nothing kept, nothing compared."""
    import pyarrow as pa  # noqa: PLC0415 - each way pays for its own imports only
    import pyarrow.parquet as pq  # noqa: PLC0415
    import requests  # noqa: PLC0415

    shape = pa.schema([
        ("id", pa.int64()), ("voucher", pa.int64()), ("date", pa.string()),
        ("account", pa.int64()), ("amount", pa.decimal128(18, 2)), ("vatCode", pa.string()),
        ("text", pa.string()),
    ])  # fmt: skip
    session, cursor = requests.Session(), 1
    with pq.ParquetWriter(folder / "entries.parquet", shape, compression="zstd") as writer:
        while cursor:
            answer = session.get(f"{url}/entries", params={"cursor": cursor}, timeout=60)
            body = json.loads(answer.content, parse_float=Decimal)
            writer.write_table(pa.Table.from_pylist(body["items"], schema=shape))
            cursor = body["cursor"]
    return _counted(folder / "entries.parquet")


def _counted(path: Path) -> int:
    import pyarrow.parquet as pq  # noqa: PLC0415

    return int(pq.read_metadata(path).num_rows)


def measure(way: str, url: str, folder: Path) -> dict[str, float]:
    """Wall and CPU seconds, peak memory and rows of one way in this process."""
    os.sched_setaffinity(0, {0})
    began, cpu = time.perf_counter(), time.process_time()
    count = {"ours": ours, "loop": loop}[way](url, folder)
    return {
        "rows": count,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _measured(way: str, url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        if way == "dlt":
            python = environment.install("dlt")
            command = [str(python), str(ROOT / "benchmarks" / "connector_dlt.py"), url, folder]
        else:
            command = [sys.executable, "-m", "benchmarks.connector", "--way", way, url, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{way}: {done.stderr[-2000:]}")
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


def main() -> None:
    """Serve, run each way by turns, print medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--way", nargs=3, metavar=("WAY", "URL", "FOLDER"))
    given = parser.parse_args()
    if given.way:
        way, url, folder = given.way
        print(json.dumps(measure(way, url, Path(folder))))
        return
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, pyarrow {version('pyarrow')}, duckdb {version('duckdb')}, "
        f"msgspec {version('msgspec')}, dlt 1.31.0; {given.entries:,} entries, 1,000 a page"
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.entries_server", str(given.entries)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        url = server.stdout.readline().strip()
        _report(url, given.runs, given.entries)
    finally:
        server.terminate()


def _report(url: str, runs: int, entries: int) -> None:
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            one = _measured(way, url)
            if one["rows"] != entries:
                sys.exit(f"{way} read {one['rows']:,} of {entries:,} entries")
            found[way].append(one)
    print(f"{'':45}{'entries/s':>12}{'seconds':>10}{'CPU s':>8}{'MiB':>7}")
    for way, title in WAYS.items():
        middle = {key: statistics.median(one[key] for one in found[way]) for key in found[way][0]}
        print(
            f"{title:45}{entries / middle['seconds']:12,.0f}{middle['seconds']:10.1f}"
            f"{middle['cpu']:8.1f}{middle['mebibytes']:7,.0f}"
        )


if __name__ == "__main__":
    main()
