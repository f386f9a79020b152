"""Filings by the thousand: memory that stays flat, filings a second, and what the rules cost.

    python -m benchmarks.xbrl_batch memory|tables|rules [--filings N]

The filings are the Danish ones we have, each copy with another company's number, so that no two
have the same bytes: nine plain reports (12–60 KB) to one inline report (1.65 MB) for memory, inline
reports alone for the rest, since that is what the authority receives.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.xbrl_peer import peak
from benchmarks.xbrl_read import DANISH, PACKAGE, ROOT, SHARED, machine
from tests.peers import environment
from xbrl.read import read_bytes
from xbrl.rules.run import judge
from xbrl.tables.facts import tables
from xbrl.tables.write import TableWriter

INLINE_COMPANY = b"32570119"
YEAR = 300_000


def inline_report() -> bytes:
    """The Danish inline report."""
    with tarfile.open(SHARED / "erst/dba-conformance-2024.tar.xz") as tar:
        member = tar.extractfile(DANISH)
        if member is None:
            sys.exit(f"{DANISH} is not in its archive")
        return member.read()


def filings(count: int, *, plain: bool) -> Iterator[tuple[str, bytes]]:
    """`count` filings of different companies; with `plain`, nine plain to one inline."""
    reports = [path.read_bytes() for path in sorted((SHARED / "xbrl/dk-filings").glob("*.xml"))]
    inline = inline_report()
    for number in range(count):
        company = f"{10_000_000 + number}".encode()
        if plain and number % 10:
            yield f"{number}.xml", reports[number % len(reports)] + b"<!--" + company + b"-->"
        else:
            yield f"{number}.xhtml", inline.replace(INLINE_COMPANY, company)


def memory(count: int) -> None:
    """One process, filings to Parquet; the most memory it held as it went."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, TableWriter(Path(folder)) as writer:
        for number, (name, data) in enumerate(filings(count, plain=True), 1):
            for instance in read_bytes(data, name):
                writer.add(tables(instance, sha256(data).hexdigest(), len(data)))
            if number in {100, 1000} or not number % (count // 4):
                seconds = time.perf_counter() - began
                print(
                    f"  {number:6,} filings  {seconds:6.1f} s  peak {peak():4.0f} MiB", flush=True
                )


def on_both_cores(count: int) -> None:
    """`indberet xbrl tables` over a folder, as a user runs it."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "filings", Path(folder) / "tables"
        source.mkdir()
        size = 0
        for name, data in filings(count, plain=False):
            size += (source / name).write_bytes(data)
        command = [Path(sys.executable).with_name("indberet"), "xbrl", "tables", source]
        began = time.perf_counter()
        subprocess.run([*command, "--out", out, "--quiet"], check=True, cwd=ROOT)
        seconds = time.perf_counter() - began
        with duckdb.connect(out / "tables.duckdb", read_only=True) as con:
            filings_read = con.execute("SELECT count(*) FROM xbrl_filing WHERE is_read").fetchone()
        if filings_read != (count,):
            sys.exit(f"{count} filings were expected in the tables, {filings_read} found")
    rate = count / seconds
    print(f"  {count:,} inline reports, {size / 1e9:.2f} GB, {os.cpu_count()} cores:"
          f" {seconds:.1f} s, {rate:.0f} filings/s, {size / 1e6 / seconds:.0f} MB/s")  # fmt: skip
    print(f"  {YEAR:,} a year at that rate: {YEAR / rate / 3600:.1f} hours")


def rules(count: int) -> None:
    """The Danish filing rules over a batch, beside Arelle with the authority's plugin on one."""
    parts = []
    began = time.perf_counter()
    for name, data in filings(count, plain=False):
        filing_id = sha256(data).hexdigest()
        parts += [tables(one, filing_id, len(data)) for one in read_bytes(data, name)]
    read = (time.perf_counter() - began) / count
    with duckdb.connect(config={"threads": 1}) as con:
        for name in parts[0]:
            con.register(name, pa.concat_tables(part[name] for part in parts).unify_dictionaries())
        began = time.perf_counter()
        found = judge(con)
        judged = (time.perf_counter() - began) / count
    print(f"  ours, {count:,} filings: read {read * 1e3:.1f} ms, rules {judged * 1e3:.2f} ms each"
          f" ({found.num_rows:,} findings)")  # fmt: skip
    script = environment.HERE / "arelle_rules.py"
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, data in filings(3, plain=False):
            files.append(Path(folder) / name)
            files[-1].write_bytes(data)
        answer = subprocess.run(
            [environment.python("arelle"), script, SHARED / PACKAGE, *files],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    seconds = statistics.median(float(line.split()[0]) for line in answer.stdout.splitlines())
    print(f"  Arelle with its rules: {seconds:.2f} s each, {seconds / judged:,.0f} times ours;"
          f" with reading {seconds / (judged + read):,.0f} times")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["memory", "tables", "rules"])
    parser.add_argument("--filings", type=int)
    options = parser.parse_args()
    print(f"  {machine()}")
    if options.what == "memory":
        memory(options.filings or 10_000)
    elif options.what == "tables":
        on_both_cores(options.filings or 2_000)
    else:
        rules(options.filings or 1_000)


if __name__ == "__main__":
    main()
