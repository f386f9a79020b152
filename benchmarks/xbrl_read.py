"""Reading XBRL, side by side: ours, every Python peer and bare libxml2, on the same files.

Each reader runs in a fresh process pinned to one core; the timer holds reading and extracting
only (ours also builds every table and writes its Parquet); medians of five. Files are those
of the corpus, smallest, middle and largest of each kind, and the Danish inline report.

    python -m benchmarks.xbrl_read [--runs N]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from assets.intake import taxonomies
from tests.peers import environment

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("INDBERET_SHARED_DATA", ROOT.parent / "shared" / "data"))
PACKAGE = "taxonomies/DKGAAP-XBRL20241001.zip"
FILES = (
    "uk/Prod223_2911_00390616_20201231.html",
    "uk/Prod223_2911_09835877_20191231.html",
    "sec/aapl-20210327.htm",
    "sec/sec_ko_inline.html",
    "ferc/ferc_empire.xbrl",
    "ferc/ferc_pacificorp.xbrl",
)
# Read before the clock starts, by every reader; measured by none.
WARM_UP = SHARED / "xbrl/dk-filings/exitplanner-report6.xml"
WARM_UP_INLINE = "uk/Prod223_2911_05078870_20200930.html"
DANISH = "dba_2024/fr/valid-ixbrl-001.xhtml"
ENTRY_POINT = (
    "http://archprod.service.eogs.dk/taxonomy/20241001/entryDanishGAAPBalanceSheetAccountBy"
    "CurrentAndLongTermFormIncomeStatementByNatureIncludingManagementsReviewStatisticsAndTax"
    "20241001.xsd"
)
ASPECTS = ("unit", "decimals", "language", "dimensions")


@dataclass(frozen=True, slots=True)
class Measured:
    """One reader on one file: median seconds and what it returned, or why it could not."""

    reader: str
    seconds: float | None
    mebibytes: float
    counts: dict[str, int | None]
    failure: str = ""


def unpack(folder: Path) -> list[Path]:
    """The files measured, unpacked; corpus first, then the Danish inline report."""
    for archive in ("xbrl/corpus/filings.tar.xz", "erst/dba-conformance-2024.tar.xz"):
        with tarfile.open(SHARED / archive) as tar:
            tar.extractall(folder, filter="data")
    return [folder / name for name in (*FILES, DANISH)]


def compiled(folder: Path) -> Path:
    """A library with the Danish taxonomy's entry point compiled, as it is once for all filings."""
    shelf = taxonomies.library(folder)
    shelf.add(SHARED / PACKAGE)
    found = shelf.find(ENTRY_POINT)
    if found is None:
        sys.exit(f"{PACKAGE} has no entry point {ENTRY_POINT}")
    began = time.perf_counter()
    shelf.compile(found)
    print(f"Danish taxonomy compiled once, in {time.perf_counter() - began:.1f} s")
    return folder


def readers(file: Path, library: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Reader names with the arguments after the file."""
    yield "floor", ()
    yield "ours", ()
    yield "arelle", ()
    yield "xbrl-core", ()
    if file.suffix == ".xbrl":
        yield "ferc-xbrl-extractor", ()
    else:
        yield "ixbrl-parse", ()
    yield "ixbrlparse", ()
    if file.name == Path(DANISH).name:
        yield "ours-typed", (str(library),)
        yield "arelle-dts", (str(SHARED / PACKAGE),)
        yield "py-xbrl", (str(SHARED / PACKAGE),)


def interpreter(reader: str) -> str:
    """Which Python runs a reader."""
    if reader in {"floor", "ours", "ours-typed"}:
        return sys.executable
    return str(environment.python(reader.removesuffix("-dts")))


def measure(reader: str, warm_up: Path, file: Path, extra: Sequence[str], runs: int) -> Measured:
    """The median of `runs` fresh processes; a reader that fails once has failed."""
    seconds, peak, found = [], 0.0, {}
    script = str(ROOT / "benchmarks" / "xbrl_peer.py")
    for _ in range(runs):
        done = subprocess.run(
            [interpreter(reader), script, reader, str(warm_up), str(file), *extra],
            capture_output=True, text=True, check=False, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT) if reader.startswith("ours") else ""},
        )  # fmt: skip
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
            return Measured(reader, None, 0, {}, reason[:110])
        found = json.loads(done.stdout.splitlines()[-1])
        seconds.append(found["seconds"])
        peak = max(peak, found["mebibytes"])
    counts = {name: found[name] for name in ("facts", *ASPECTS)}
    return Measured(reader, statistics.median(seconds), peak, counts)


def report(file: Path, measured: Sequence[Measured]) -> None:
    """One file's table."""
    size = file.stat().st_size / 1e6
    by_reader = {m.reader: m for m in measured}
    our = by_reader["ours"]
    print(f"\n{file.name}, {size:.1f} MB")
    print("  reader               ms      MB/s   × ours   MiB   facts  unit  decimals  lang  dims")
    for one in measured:
        if one.seconds is None:
            print(f"  {one.reader:18}  could not read: {one.failure}")
            continue
        numbers = "".join(
            f"{'–' if one.counts[name] is None else one.counts[name]:>8}"
            for name in ("facts", *ASPECTS)
        )
        ratio = one.seconds / our.seconds if our.seconds else float("nan")
        print(
            f"  {one.reader:18} {one.seconds * 1e3:7.1f} {size / one.seconds:8.1f} {ratio:7.2f}"
            f" {one.mebibytes:6.0f}{numbers}"
        )


def machine() -> str:
    """What this ran on."""
    model = next(
        (line.partition(":")[2].strip()
         for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )  # fmt: skip
    ours = ", ".join(f"{name} {version(name)}" for name in ("lxml", "pyarrow", "duckdb"))
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {ours}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for peer in environment.PEERS:
        environment.install(peer)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(Path(folder) / "library")
        for file in unpack(Path(folder)):
            warm_up = WARM_UP if file.suffix == ".xbrl" else Path(folder) / WARM_UP_INLINE
            report(file, [measure(name, warm_up, file, extra, options.runs)
                          for name, extra in readers(file, library)])  # fmt: skip


if __name__ == "__main__":
    main()
