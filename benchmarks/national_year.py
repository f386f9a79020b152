"""A nation's annual reports of a year: from bytes to verdicts and tables, stored, and asked.

    python -m benchmarks.national_year [--filings 3000] [--year 300000] [--times 9] [--folder F]

The reports are made up outside the clock (`year_of_reports`) and taken in as an authority does:
`indberet intake`, recorded by Dagster, their bytes kept, every rule asked, every table written.
What was planted is held against what was found. Then ten questions, of those tables and of tables
as large as a year: the same rows under other filings' and companies' numbers (`--year 0`: not).
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from lxml import etree

from benchmarks import national_year_questions as questions
from benchmarks import year_of_reports
from benchmarks.xbrl_read import ROOT, machine
from warehouse.store import Store
from warehouse.tables import TABLES

GOAL = 3600
YEAR = 300_000
_SETTINGS = """\
[[intake]]
id = "received"
path = "received"
"""
_ROWS = 122_880
_SHELF = 1_000_000
_SCALED = ("xbrl_filing", "xbrl_fact", "xbrl_dimension", "xbrl_problem", "xbrl_markup",
           "xbrl_footnote", "xbrl_reference", "company_figure")  # fmt: skip


def main() -> None:
    """Make, take in, count, ask."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--filings", type=int, default=3_000)
    parser.add_argument("--year", type=int, default=YEAR, help="filings of a whole year")
    parser.add_argument("--times", type=int, default=9, help="how often each question is asked")
    parser.add_argument("--folder", type=Path, help="where all of it is written")
    options = parser.parse_args()
    print(f"  {machine()}")
    with tempfile.TemporaryDirectory(prefix="indberet-year-", dir=options.folder) as folder:
        where = Path(folder)
        size, planted = made(where / "received", options.filings)
        more = taken(where, options.filings, size)
        parsed(where / "received")
        store = Store(where / "var" / "warehouse")
        if options.filings != sum(planted.values()) or found(store) != planted:
            sys.exit(f"planted {planted}, found {found(store)}")
        print(f"  every one of {options.filings - planted['none']:,} planted errors found: "
              f"{dict(sorted(planted.items()))}")  # fmt: skip
        stored(store, options.filings, size, more)
        small = questions.asked(store, options.times)
        large = []
        if options.year:
            copies = options.year // options.filings
            year = Store(where / "year")
            began = time.perf_counter()
            scaled(store, year, copies)
            bytes_ = sum(f.stat().st_size for f in year.folder.rglob("*.parquet"))
            print(f"  copied to {copies * options.filings:,} filings, "
                  f"{year.row_count('xbrl_fact'):,} facts, {bytes_ / 1e9:.2f} GB of Parquet, "
                  f"in {time.perf_counter() - began:.0f} s")  # fmt: skip
            large = questions.asked(year, options.times)
        print(
            f"\n{questions.table(small, large)}\n\n  milliseconds, warm; {options.times} times each"
        )


def made(folder: Path, count: int) -> tuple[int, Counter[str]]:
    """Write the filings, on every core; their bytes, and how many by error planted."""
    began, size, planted = time.perf_counter(), 0, Counter[str]()
    shelves = [range(first, min(first + 250, count)) for first in range(0, count, 250)]
    with ProcessPoolExecutor() as pool:
        for bytes_, errors in pool.map(partial(year_of_reports.write, folder), shelves):
            size += bytes_
            planted.update(errors)
    print(f"  {count:,} filings, {size / 1e9:.2f} GB, {size / count / 1e3:.0f} kB each on average; "
          f"made in {time.perf_counter() - began:.0f} s")  # fmt: skip
    return size, planted


def taken(where: Path, count: int, size: int) -> float:
    """Seconds that `indberet intake` takes for one filing more; the CPU's and the wall's are told.

    What it takes with nothing new is taken off: a year pays for that once.
    """
    (where / "indberet.toml").write_text(_SETTINGS)
    seconds, cpu = _intake(where)
    print(f"  intake to verdicts and tables: {seconds:.1f} s, {count / seconds:.1f} filings/s, "
          f"{size / 1e6 / seconds:.0f} MB/s; CPU {cpu:.1f} s, {cpu / count * 1e3:.1f} ms a filing, "
          f"{cpu / seconds:.2f} cores busy of {os.cpu_count()}")  # fmt: skip
    idle, idle_cpu = _intake(where)
    more = (seconds - idle) / count
    print(f"  of that {idle:.1f} s ({idle_cpu:.1f} of CPU) with nothing new; a filing more: "
          f"{more * 1e3:.1f} ms, {(cpu - idle_cpu) / count * 1e3:.1f} of CPU")  # fmt: skip
    return more


def _intake(where: Path) -> tuple[float, float]:
    """One intake: its seconds, and those of the CPU."""
    command = [Path(sys.executable).with_name("indberet"), "--settings", where / "indberet.toml"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*map(str, command), "intake", "--quiet"], cwd=ROOT, start_new_session=True
    )
    cpu = _watched(process)
    if process.returncode not in {0, 3}:  # 3: some were not read, as planted
        sys.exit(f"intake ended with {process.returncode}")
    return time.perf_counter() - began, cpu


def parsed(folder: Path, most: int = 1_000) -> None:
    """What the same bytes cost where they are only parsed, by lxml, on every core."""
    files = sorted(folder.rglob("*.xhtml"))[:most]
    began = time.perf_counter()
    with ProcessPoolExecutor() as pool:
        cpu = sum(pool.map(_parse, files, chunksize=50))
    each, rate = cpu / len(files) * 1e3, len(files) / (time.perf_counter() - began)
    print(f"  lxml only parsing {len(files):,}: {each:.1f} ms of CPU each, {rate:.0f} a second")


def _parse(file: Path) -> float:
    began = time.process_time()
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.fromstring(file.read_bytes(), etree.XMLParser(huge_tree=True))
    return time.process_time() - began


def _watched(process: subprocess.Popen) -> float:
    """CPU seconds of the process and all that it started, looked at until it ends."""
    ticks, used = os.sysconf("SC_CLK_TCK"), dict[str, float]()
    while process.poll() is None:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == process.pid:
                used[stat.parent.name] = (int(fields[11]) + int(fields[12])) / ticks
        time.sleep(0.2)
    return sum(used.values())


def found(store: Store) -> Counter[str]:
    """How many filings by what was found in them, as they were planted."""
    with store.connect() as con:
        rows = con.execute("""
            SELECT CASE WHEN NOT is_read THEN 'unread' ELSE coalesce(codes, 'none') END, count(*)
            FROM xbrl_filing LEFT JOIN (
                SELECT filing_id, string_agg(DISTINCT code, ' ' ORDER BY code) AS codes
                FROM xbrl_problem WHERE severity = 'error' GROUP BY 1
            ) USING (filing_id)
            GROUP BY 1
        """).fetchall()
    return Counter(dict(rows))


def stored(store: Store, count: int, size: int, more: float) -> None:
    """What a filing costs to keep, and what a year comes to."""
    parts = {
        name: sum((store.folder / e.file).stat().st_size for e in store.partitions(name).values())
        for name in TABLES
        if store.row_count(name)
    }
    parquet, facts = sum(parts.values()), store.row_count("xbrl_fact")
    each = ", ".join(f"{name} {n / count / 1e3:.1f}" for name, n in parts.items())
    print(f"  a filing: {size / count / 1e3:.0f} kB kept as received, {facts / count:.0f} facts, "
          f"{parquet / count / 1e3:.1f} kB of Parquet ({each})")  # fmt: skip
    seconds, year = YEAR * more, YEAR / count / 1e9
    print(f"  a year: {YEAR:,} filings x {more * 1e3:.1f} ms = {seconds:,.0f} s = "
          f"{seconds / 3600:.2f} hours (goal: {GOAL / 3600:.0f}); "
          f"{size * year:.0f} GB kept, {parquet * year:.2f} GB of Parquet"
    )  # fmt: skip


def scaled(store: Store, year: Store, copies: int) -> None:
    """Every row `copies` times, in files as large and sorted as those of a real year.

    A copy's filings and companies have other numbers; each file holds other companies.
    """
    for name in _SCALED:
        table = TABLES[name]
        rows = max(1, store.row_count(name))
        together = max(1, _SHELF // rows)
        for first in range(0, copies, together):
            with store.connect(memory_limit="3GB", threads=2) as con, year.transaction() as write:
                numbers = list(range(first, min(first + together, copies)))
                write.append_sorted(name, con.sql(
                    f"SELECT 'year=2025' AS _partition, {_renamed(table.names)} "
                    f"FROM {name}, (SELECT unnest($numbers) AS copy) "
                    f"ORDER BY {', '.join(table.sorted_by)}", params={"numbers": numbers},
                ).to_arrow_reader(_ROWS))  # fmt: skip
    shutil.rmtree(year.temp_directory, ignore_errors=True)


def _renamed(names: list[str]) -> str:
    other = {
        "filing_id": "sha256(filing_id || copy) AS filing_id",
        "entity_identifier": "CAST(10000000 + copy * 800000 // 1 + "
        "CAST(entity_identifier AS BIGINT) % 800000 AS VARCHAR) AS entity_identifier",
    }
    return ", ".join(other.get(name, name) for name in names)


if __name__ == "__main__":
    main()
