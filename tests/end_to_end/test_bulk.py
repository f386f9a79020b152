"""The bulk path: the same rows in this process, in a pool, on Spark and on a Spark cluster."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from assets.filings import annual_report
from assets.intake import bulk, bulk_pool
from assets.intake.bulk import Filing
from assets.intake.bulk_pool import How, Task
from assets.intake.reading import STORED
from tests import annual_sample
from tests.danish_breaks import broken
from tests.danish_report import Report
from tests.filing_writer import instance

ROOT = Path(__file__).resolve().parents[2]
SPARK = ROOT / ".venv-spark" / "bin" / "python"
PATIENCE = 400  # a minute, on a machine with nothing else to do
pytestmark = [pytest.mark.slow, pytest.mark.timeout(PATIENCE + 100)]


@pytest.fixture(scope="module")
def filings() -> list[Filing]:
    """Plain and inline, Danish and not, right and wrong, and what cannot be read."""
    contents = {f"{n}.xml": instance(f"1000000{n}", 2023, equity=n) for n in range(4)}
    for number, forms in enumerate(annual_sample.FORMS):
        made = annual_report.render(*annual_sample.sample("da", *forms))
        contents[f"annual {number}.xhtml"] = made
    wrong = broken(Report())
    contents |= {f"{rule}.xhtml": wrong[rule].page() for rule in ("TR12", "TM13", "FR1")}
    contents |= {"cut.xml": contents["0.xml"][:400], "picture.xhtml": b"\x89PNG", "empty.xml": b""}
    return [Filing(sha256(c).hexdigest(), name, c) for name, c in contents.items()]


def rows(made: Iterable[pa.RecordBatch]) -> dict[str, pa.Table]:
    """By table, of all batches."""
    parts = [bulk.tables(one) for one in made]
    return {name: pa.concat_tables(part[name] for part in parts) for name in STORED}


def hashes(tables: dict[str, str] | dict[str, pa.Table]) -> dict[str, tuple[int, str]]:
    """Of each table, Arrow or a folder of Parquet files: how many rows, and a hash of them all."""
    found = {}
    with duckdb.connect(config={"threads": 1}) as con:
        for name, table in tables.items():
            if isinstance(table, pa.Table):
                con.register("told", table)
            else:
                con.from_parquet(f"{table}/*.parquet").create_view("told")
            names = ", ".join(STORED[name].names)
            rows = con.execute(f"SELECT {names} FROM told ORDER BY ALL").fetchall()
            found[name] = (len(rows), sha256(repr(rows).encode()).hexdigest())
            con.execute("DROP VIEW told")
    return found


def given(filings: list[Filing]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([one._asdict() for one in filings], schema=bulk.GIVEN)


@pytest.fixture(scope="module")
def expected(filings: list[Filing]) -> dict[str, pa.Table]:
    return rows([bulk.take(given(filings))])


def test_however_filings_are_cut_the_rows_are_the_same(
    filings: list[Filing], expected: dict[str, pa.Table]
) -> None:
    for most in (1, 4):
        cut = list(bulk.cut(filings, most))
        assert len(cut) == -(-len(filings) // most)
        assert rows(bulk.take(given(one)) for one in cut) == expected
        assert rows(bulk_pool.run_here(filings, How(most=most))) == expected
    assert rows(bulk_pool.run(filings, How(workers=2, most=3))) == expected
    small = [len(one) for one in bulk.cut(filings, most_bytes=len(filings[4].content) + 1)]
    assert sum(small) == len(filings)
    assert max(small[1:5]) == 1

    problems = expected["xbrl_problem"].select(["file", "code"]).to_pydict()
    codes = dict(zip(problems["file"], problems["code"], strict=True))
    assert {codes[f"{rule}.xhtml"] for rule in ("TR12", "TM13", "FR1")} == {
        "DBA.TR12", "DBA.TM13", "DBA.FR1",
    }  # fmt: skip
    assert sum(not is_read for is_read in expected["xbrl_filing"]["is_read"].to_pylist()) == 3


def deadly_read(task: Task) -> bytes:
    if "2.xml" in [one.name for one in task.filings]:
        os.kill(os.getpid(), signal.SIGKILL)
    return bulk_pool.read(task)


def deadly_judge(packed: bytes) -> bytes:
    if "3.xml" in bulk_pool.unpack(packed).column("name").to_pylist():
        os.kill(os.getpid(), signal.SIGKILL)
    return bulk_pool.judge(packed)


def test_a_filing_that_kills_its_process_costs_one_row(
    filings: list[Filing], monkeypatch: pytest.MonkeyPatch, expected: dict[str, pa.Table]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(bulk_pool, "read", deadly_read)
        patched.setattr(bulk_pool, "judge", deadly_judge)
        made = rows(bulk_pool.run(filings[:6], How(workers=2)))
    told = {one["file"]: (one["code"], one["message"]) for one in made["xbrl_problem"].to_pylist()}
    assert told["2.xml"] == (
        "intake:unread", "2.xml ended its process twice (signal SIGKILL).",
    )  # fmt: skip
    assert told["3.xml"] == (
        "intake:unjudged", "3.xml ended its process twice (signal SIGKILL).",
    )  # fmt: skip
    others = [one.filing_id for one in filings[:6] if one.name != "2.xml"]
    for name in ("xbrl_filing", "xbrl_fact"):
        kept = [table.to_pylist() for table in (made[name], expected[name])]
        left, right = ([row for row in one if row["filing_id"] in others] for one in kept)
        assert left == right


def test_rules_that_fail_on_one_filing_cost_no_other(
    filings: list[Filing], monkeypatch: pytest.MonkeyPatch, expected: dict[str, pa.Table]
) -> None:
    asked = bulk.verdicts.judge

    def failing(tables: dict[str, pa.Table]) -> pa.Table:
        if "TM13.xhtml" in tables["xbrl_filing"]["file"].to_pylist():
            raise duckdb.OutOfMemoryException("too much")
        return asked(tables)

    monkeypatch.setattr(bulk.verdicts, "judge", failing)
    made = rows([bulk.take(given(filings))])
    problems = [table["xbrl_problem"].to_pylist() for table in (made, expected)]
    left, right = ([row for row in one if row["file"] != "TM13.xhtml"] for one in problems)
    assert left == right
    (told,) = [row for row in problems[0] if row["file"] == "TM13.xhtml"]
    assert (told["code"], told["message"]) == (
        "intake:unjudged",
        "TM13.xhtml made the rules fail with OutOfMemoryException: too much.",
    )


@pytest.mark.skipif(not shutil.which("java"), reason="Java 17 is not installed")
@pytest.mark.skipif(not SPARK.exists(), reason="Spark is not installed: make spark")
@pytest.mark.parametrize(
    ("master", "processes"),
    [
        pytest.param("local[2]", 1, marks=pytest.mark.full("a cluster")),
        ("local-cluster[2,1,1024]", 3),
    ],
    ids=["alone", "with two executors"],
)
def test_spark_gives_the_same_rows(
    filings: list[Filing],
    expected: dict[str, pa.Table],
    tmp_path: Path,
    master: str,
    processes: int,
) -> None:
    folder = tmp_path / "filings"
    (folder / "below").mkdir(parents=True)
    for number, filing in enumerate(filings):
        (folder / ("below" if number % 2 else "") / filing.name).write_bytes(filing.content)
    (folder / "a copy.xml").write_bytes(filings[0].content)
    out = tmp_path / "out"
    done = subprocess.run(
        [SPARK, "-W", "ignore", "-m", "tests.end_to_end.spark_rows", folder, master, out],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=PATIENCE,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) == processes
    assert hashes({name: f"{out}/{name}" for name in STORED}) == hashes(expected)
