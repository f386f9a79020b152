"""From landed books to validated filings: the fleet, and one very large company.

    python -m benchmarks.line fleet --companies 1000 --postings 1000
    python -m benchmarks.line flat --companies 10,100,1000,10000
    python -m benchmarks.line large --postings 10000000

Each measurement runs in a fresh process; the books are written first, outside
the clock. Times are wall and CPU seconds per stage, memory is the process's peak.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.checks import period as checks
from assets.filings import period as filings
from assets.ledger import build
from assets.reports import obligations
from assets.reports import period as reports
from assets.workspace import Company, ConnectionReference, Frequency, Workspace
from benchmarks import synthetic

PERIOD = "2026-09"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("what", choices=["fleet", "flat", "large", "one"])
    parser.add_argument("--companies", default="1000")
    parser.add_argument("--postings", type=int, default=None)
    parser.add_argument("--folder", type=Path, default=None, help="where the books are written")
    parser.add_argument("--report-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.what == "one":
        print(
            json.dumps(
                _measure(int(options.companies), options.folder, report_only=options.report_only)
            )
        )
        return
    print(machine())
    sizes = [int(size) for size in options.companies.split(",")]
    if options.what == "large":
        _large(options.postings or 10_000_000, options.folder)
    else:
        _fleet(sizes, options.postings or 1000, options.folder)


def _fleet(sizes: list[int], postings: int, folder: Path | None) -> None:
    stages: list[str] = []
    for size in sizes:
        with _books(size, postings, folder) as (books, lines):
            measured = _in_fresh_process(size, books)
        if not stages:
            stages = list(measured["stages"])
            print(
                "| companies | postings | " + " | ".join(stages) + " | all, s | CPU s "
                "| ms a company | peak MiB | filings |"
            )
            print("|" + "---|" * (len(stages) + 7))
        wall = sum(stage[0] for stage in measured["stages"].values())
        cpu = sum(stage[1] for stage in measured["stages"].values())
        cells = [f"{measured['stages'][name][0]:.1f}" for name in stages]
        print(
            f"| {size} | {lines} | " + " | ".join(cells) + f" | {wall:.1f} | {cpu:.1f} "
            f"| {1000 * wall / size:.0f} | {measured['peak']} | {measured['filings']} |",
            flush=True,
        )


def _large(postings: int, folder: Path | None) -> None:
    with _books(1, postings, folder) as (books, lines):
        ledger = _in_fresh_process(1, books, "--report-only")
        report = _in_fresh_process(1, books, "--report-only")
    print(f"one company, {lines} postings")
    print(
        f"  landed rows to ledger: {ledger['stages']['ledger'][0]:.1f} s, peak {ledger['peak']} MiB"
    )
    print(
        f"  ledger to return lines with lineage: {report['stages']['reports'][0]:.1f} s wall, "
        f"{report['stages']['reports'][1]:.1f} s CPU, peak {report['peak']} MiB"
    )


@contextmanager
def _books(companies: int, postings: int, folder: Path | None) -> Iterator[tuple[Path, int]]:
    where = Path(tempfile.mkdtemp(prefix="indberet-bench-", dir=folder))
    try:
        (where / "var").mkdir()
        yield where, synthetic.write_landed(where / "var/landed", range(companies), postings)
    finally:
        shutil.rmtree(where)


def _in_fresh_process(companies: int, folder: Path, *options: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.line", "one", "--companies", str(companies),
               "--folder", str(folder), *options]  # fmt: skip
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _measure(companies: int, folder: Path, *, report_only: bool) -> dict:
    """One pass over one folder of landed books, stage by stage."""
    workspace = fleet(companies, folder)
    stages: dict[str, tuple[float, float]] = {}
    filed = None
    with workspace.operations_database() as operations:
        _time(stages, "ledger", lambda: build_ledger(workspace))
        _time(stages, "calendar", lambda: obligations.record(workspace, operations, PERIOD))
        if not report_only:
            _time(stages, "checks", lambda: checks.check(workspace, operations, PERIOD))
        withheld = checks.withheld_in(workspace, PERIOD)
        _time(stages, "reports", lambda: reports.build(workspace, operations, PERIOD, withheld))
        if not report_only:
            _time(stages, "reconcile", lambda: reports.reconcile(workspace, operations, PERIOD))
            _time(stages, "withhold", lambda: reports.withhold(workspace, PERIOD))
            filed = _time(stages, "filings", lambda: filings.build(workspace, operations, PERIOD))
    return {
        "stages": stages,
        "peak": peak_mib(),
        "filings": filed.built if filed else 0,
        "withheld": len(withheld),
    }


def peak_mib(process: int | str | None = "self") -> int:
    """A process's own peak: the usual figure is inherited from whoever started it."""
    status = Path(f"/proc/{process}/status").read_text()
    (peak,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak) // 1024


def build_ledger(workspace: Workspace) -> None:
    build.build_ledger(
        workspace.store(),
        workspace.folder("landed"),
        [build.Company(c.company_id, c.name, c.cvr, c.se_number) for c in workspace.companies],
        [
            build.ConnectionRef(c.connection_id, c.company_id, c.system)
            for c in workspace.connections
        ],
        memory_limit=workspace.memory_limit,
        threads=workspace.threads,
    )


def _time(stages: dict, name: str, work: Callable[[], object]) -> object:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    stages[name] = (time.perf_counter() - wall, time.process_time() - cpu)
    return result


def fleet(companies: int, folder: Path) -> Workspace:
    """A workspace of that many synthetic companies, their books below `folder`."""
    ids = [synthetic.company_id(number) for number in range(companies)]
    quarterly = {"vat_return": (Frequency("quarter"),), "eu_sales_list": (Frequency("quarter"),)}
    policy = dict.fromkeys(quarterly, "automatic")
    storage = folder / "var"
    return Workspace(
        settings=folder / "indberet.toml", storage=storage,
        operations=f"sqlite:///{storage / 'operations.sqlite'}", memory_limit="2GB", threads=2,
        companies=tuple(
            Company(i, i, synthetic.cvr(n), synthetic.cvr(n), "DK", "DKK", quarterly, policy)
            for n, i in enumerate(ids)
        ),
        connections=tuple(ConnectionReference(i, i, "synthetic", {}, folder) for i in ids),
        accounts=(), vat_codes=(), channel="sandbox", channels={}, live_allowed=False,
        sandbox_port=0, sandbox_approve=None, fixed_today=date(2026, 11, 22),
    )  # fmt: skip


def machine() -> str:
    return (
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, pyarrow {pa.__version__}, 2 threads, 2GB limit"
    )


if __name__ == "__main__":
    main()
