"""How fast and in how much memory a SAF-T file is read into Arrow rows.

    python -m benchmarks.saft_reader [--megabytes 1000]

Beside our reader stand two plain lxml passes over the same bytes that keep
nothing: `iterparse` with `clear()` on every element, and on Transaction only.
Each runs in a process of its own, which reports its own peak memory.

Belongs here: the measurement. Does not: the file (`saft_file.py`).
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

WAYS = {
    "reader": "our reader, to Arrow rows",
    "every": "lxml iterparse, clear() on every element",
    "transaction": "lxml iterparse, clear() on Transaction",
}
_TRANSACTION = "{urn:StandardAuditFile-Taxation-Financial:DK}Transaction"


def read(path: Path) -> int:
    """Postings read by our reader."""
    # Each way pays for its own imports only.
    from assets.sources.connector import Connection, Rows, silent  # noqa: PLC0415 - see above
    from assets.sources.saft import CONNECTOR  # noqa: PLC0415 - see above

    told = Connection("bench", "bench", "saft", {"path": path.name}, str(path.parent))
    return sum(
        item.table.num_rows
        for item in CONNECTOR.pull(told, None, silent)
        if isinstance(item, Rows) and item.stream == "posting"
    )


def plain(path: Path, tag: str | None) -> int:
    """Elements met by iterparse."""
    from lxml import etree  # noqa: PLC0415 - each way pays for its own imports only

    count = 0
    for _event, element in etree.iterparse(str(path), tag=tag):
        element.clear()
        count += 1
    return count


def measure(way: str, path: Path) -> dict[str, float]:
    """Wall and CPU seconds, peak memory and what was counted, of one way."""
    wall, cpu = time.perf_counter(), time.process_time()
    if way == "reader":
        count = read(path)
    else:
        count = plain(path, _TRANSACTION if way == "transaction" else None)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "count": count,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.way:
        print(json.dumps(measure(told.way, told.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder) / "books.xml", told.megabytes)


def report(path: Path, megabytes: int) -> None:
    """Generate the file, measure each way in a new process, print the table."""
    from benchmarks.saft_file import generate  # noqa: PLC0415 - the readers do not pay for it

    vouchers = generate(path, megabytes * 1_000_000)
    size = path.stat().st_size / 1e6
    print(f"SAF-T DK 2.1, {size:.0f} MB, {vouchers} vouchers, {3 * vouchers} postings")
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"lxml {version('lxml')}, pyarrow {version('pyarrow')}"
    )
    print(f"{'':42}{'MB/s':>8}{'MB/CPU s':>10}{'peak MB':>9}{'counted':>10}")
    for way, title in WAYS.items():
        command = [
            sys.executable,
            "-m",
            "benchmarks.saft_reader",
            "--way",
            way,
            "--file",
            str(path),
        ]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        got = json.loads(output)
        print(
            f"{title:42}{size / got['wall']:8.1f}{size / got['cpu']:10.1f}"
            f"{got['rss']:9.0f}{got['count']:10.0f}"
        )


if __name__ == "__main__":
    main()
