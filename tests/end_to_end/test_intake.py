"""Filings to tables: good, bad and hostile ones, again, killed half-way, zipped, over HTTP."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assets.intake import batch, compact, cursors, figures, taxonomies
from assets.intake.fetching import fetched
from assets.intake.files import Files
from assets.intake.found import Found, Source, Unreachable
from assets.intake.index import Index, Query
from assets.intake.pool import Failed, Pool
from assets.intake.take_in import Options, Outcome, take_in
from tests.filing_writer import NEW, instance
from warehouse.store import Store
from warehouse.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]
INTAKE = [name for name, table in TABLES.items() if table.stage == "intake"]
BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<x>&d;&d;&d;&d;&d;&d;&d;&d;</x>"""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def taken(store: Store, *sources: Source, **options: Any) -> Outcome:
    outcome = take_in(store, sources, Options(**{"workers": 2, **options}), lambda *_: None)
    figures.bring_up_to_date(store)
    return outcome


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    with store.connect() as con:
        return con.execute(query).fetchall()


def content(store: Store) -> dict[str, str]:
    return {name: store.content_sha256(name) for name in INTAKE}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine filings of three companies, a copy, and what else lies about in such folders."""
    folder = tmp_path_factory.mktemp("filings")
    for number in range(9):
        cvr, year = f"1000000{number % 3}", 2021 + number // 3
        content = instance(cvr, year, equity=10 * number, group_equity=None if number else 99)
        (folder / f"{number}.xml").write_bytes(content)
    (folder / "copies").mkdir()
    shutil.copy(folder / "3.xml", folder / "copies" / "3 again.xml")
    (folder / "empty.xml").write_bytes(b"")
    (folder / "cut.xml").write_bytes(instance("10000009", 2023)[:900])
    (folder / "picture.xml").write_bytes(os.urandom(500))
    (folder / "bomb.xml").write_bytes(BOMB)
    (folder / "deep.xml").write_bytes(b"<a>" * 100_000)
    (folder / "labels.xml").write_bytes(b'<?xml version="1.0"?><link:linkbase xmlns:link="l"/>')
    return folder


def test_a_folder_becomes_tables_and_every_bad_file_is_named(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "warehouse")
    outcome = taken(store, Files([folder]))
    assert (outcome.places, outcome.new, outcome.duplicates) == (16, 14, 1)
    assert (outcome.not_filings, outcome.unreachable) == (1, [])
    assert outcome.verdicts == {"valid": 9, "unread": 5}
    unread = rows(
        store,
        "SELECT file, list(code) FROM xbrl_problem SEMI JOIN "
        "(FROM xbrl_filing WHERE verdict = 'unread') USING (filing_id) GROUP BY 1 ORDER BY 1",
    )
    assert [name for name, _ in unread] == [
        "bomb.xml", "cut.xml", "deep.xml", "empty.xml", "picture.xml",
    ]  # fmt: skip
    assert rows(store, "SELECT count(*), count(DISTINCT filing_id) FROM xbrl_fact") == [(46, 9)]
    assert rows(store, "SELECT count(*), count(DISTINCT filing_id) FROM xbrl_source") == [(15, 14)]
    figure = "SELECT basis, amount FROM company_figure WHERE concept = 'Equity' AND "
    figure += "fiscal_year = 2021 AND entity_identifier = '10000000' ORDER BY basis"
    assert rows(store, figure) == [("consolidated", 99), ("solo", 0)]
    ratios = "SELECT fiscal_year, avg(equity_ratio) FROM equity_ratio GROUP BY 1 ORDER BY 1"
    assert [(y, round(r, 2)) for y, r in rows(store, ratios)] == [
        (2021, 0.1), (2022, 0.4), (2023, 0.7),
    ]  # fmt: skip


def test_a_rerun_changes_nothing_and_processes_change_no_byte(folder: Path, tmp_path: Path) -> None:
    store, other = Store(tmp_path / "a"), Store(tmp_path / "b")
    taken(store, Files([folder]), batch_filings=4)
    stamp = (store.folder / "manifest.json").stat().st_mtime_ns
    outcome = taken(store, Files([folder]))
    assert (outcome.new, outcome.unchanged) == (0, 15)
    assert (store.folder / "manifest.json").stat().st_mtime_ns == stamp
    taken(other, Files([folder]), workers=1, batch_filings=4)
    assert content(other) == content(store)


def test_a_filing_the_reader_failed_on_is_read_again_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, store = tmp_path / "filings", Store(tmp_path / "warehouse")
    reports.mkdir()
    (reports / "good.xml").write_bytes(instance("10000001", 2023))
    (reports / "later.xml").write_bytes(instance("10000002", 2023))
    (reports / "later copy.xml").write_bytes(instance("10000002", 2023))
    (reports / "never.xml").write_bytes(b"<a")
    with monkeypatch.context() as patched:  # no answer is ever there in time
        patched.setattr("assets.intake.pool.wait", lambda _connections, _seconds: [])
        first = taken(store, Files([reports]), time_limit=0.05)
    assert first.verdicts == {"unread": 3}
    assert taken(store, Files([reports])).new == 0
    again = taken(store, Files([reports]), is_again=True)
    assert (again.new, again.duplicates) == (3, 1)
    assert again.verdicts == {"valid": 2, "unread": 1}
    counts = "SELECT count(*), count(DISTINCT filing_id) FROM "
    assert rows(store, counts + "xbrl_filing") == [(3, 3)]
    assert rows(store, counts + "xbrl_source") == [(4, 3)]
    codes = "SELECT code FROM xbrl_problem JOIN xbrl_filing USING (filing_id) WHERE NOT is_read"
    assert rows(store, codes) != [("intake:unread",)]
    assert rows(store, counts + "company_figure WHERE concept = 'Equity'") == [(4, 2)]

    said = content(store)
    once_more = taken(store, Files([reports]), is_again=True)
    assert (once_more.new, once_more.unchanged) == (0, 4)
    assert content(store) == said


def test_small_files_are_merged_and_say_the_same(folder: Path, tmp_path: Path) -> None:
    many = Store(tmp_path / "warehouse")
    taken(many, Files([folder]), batch_filings=1)
    queries = [f"FROM {name} ORDER BY ALL" for name in INTAKE if name != "xbrl_problem"]
    before, files = [rows(many, q) for q in queries], len(many.partitions("xbrl_fact"))
    assert compact.compact(many, few=3) > 0
    assert len(many.partitions("xbrl_fact")) < files
    assert [rows(many, query) for query in queries] == before
    assert figures.bring_up_to_date(many) == []
    compact.compact(many, few=1, large=5)  # cut by company
    assert [rows(many, query) for query in queries] == before


def test_after_a_batch_that_is_not_written_none_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, whole = Store(tmp_path / "a"), Store(tmp_path / "b")
    taken(whole, Files([folder]), batch_filings=2)
    write, asked = batch.write, list[int]()

    def failing(store: Store, made: batch.Batch) -> dict[str, int]:
        asked.append(len(made.taken))
        if len(asked) == 2:
            time.sleep(1)  # until others wait behind it
            raise OSError("No space left on device")
        return write(store, made)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "write", failing)
        with pytest.raises(OSError, match="No space"):
            taken(store, Files([folder]), batch_filings=2)
    assert asked == [2, 2]
    assert rows(store, "SELECT count(*) FROM xbrl_filing") == [(2,)]
    taken(store, Files([folder]), batch_filings=2)
    assert content(store) == content(whole)


def test_more_than_memory_is_merged(tmp_path: Path) -> None:
    """Sixteen files come to more bytes than a merge may hold at once."""
    store = Store(tmp_path / "warehouse")
    made = {"filing_id": "sha256(n)", "target": "''", "code": "md5(n)", "severity": "'note'",
            "message": "repeat(md5(n), 125)", "remedy": "''", "file": "''", "line": "1",
            "element_id": "''", "facts": "CAST([] AS INTEGER[])"}  # fmt: skip
    columns = ", ".join(f"{made[name]} AS {name}" for name in TABLES["xbrl_problem"].names)
    for first in range(0, 48_000, 3_000):
        query = f"SELECT 'year=2025' AS _partition, {columns} "
        query += f"FROM (SELECT CAST(unnest(range({first}, {first + 3000})) AS VARCHAR) AS n) "
        with store.connect() as con, store.transaction() as transaction:
            reader = con.sql(f"{query} ORDER BY code").to_arrow_reader(3_000)
            transaction.append_sorted("xbrl_problem", reader)
    assert compact.compact(store) == 16
    told = "SELECT count(*), count(DISTINCT filing_id), sum(length(message)) FROM xbrl_problem"
    assert rows(store, told) == [(48_000, 48_000, 48_000 * 4_000)]


def test_a_later_filing_of_the_year_takes_the_place_of_the_first(tmp_path: Path) -> None:
    reports = tmp_path / "filings"
    reports.mkdir()
    first = instance("10000001", 2023, equity=1, approved="2024-05-01")
    second = instance("10000001", 2023, equity=2, approved="2024-03-01")
    corrected = instance("10000001", 2023, equity=3, approved="2024-06-01")
    (reports / "1.xml").write_bytes(corrected)
    (reports / "2.xml").write_bytes(first)
    store = Store(tmp_path / "warehouse")
    figure = "SELECT amount FROM company_figure WHERE concept = 'Equity' AND fiscal_year = 2023"
    taken(store, Files([reports]))
    assert rows(store, figure) == [(3,)]
    (reports / "3.xml").write_bytes(second)
    assert taken(store, Files([reports])).new == 1
    assert rows(store, figure) == [(3,)]


def test_a_year_without_a_filing_is_told_by_the_one_after(tmp_path: Path) -> None:
    reports, store = tmp_path / "filings", Store(tmp_path / "warehouse")
    reports.mkdir()

    def figure(name: str, content: bytes) -> list[tuple[Any, ...]]:
        (reports / name).write_bytes(content)
        taken(store, Files([reports]))
        query = "SELECT fiscal_year, period_end, amount, is_comparative FROM company_figure "
        return rows(store, query + "WHERE concept = 'Equity' ORDER BY 1")

    of_2022, of_2023 = date(2022, 12, 31), date(2023, 12, 31)
    first = instance("10000001", 2023, equity=30)
    assert figure("1.xml", first) == [(2022, of_2022, 1, True), (2023, of_2023, 30, False)]
    refiled = first.replace(b">1</fsa:Equity>", b">2</fsa:Equity>")
    assert figure("2.xml", refiled) == [(2022, of_2022, 2, True), (2023, of_2023, 30, False)]
    assert figure("3.xml", instance("10000001", 2022, equity=20)) == [
        (2021, date(2021, 12, 31), 1, True),
        (2022, of_2022, 20, False),
        (2023, of_2023, 30, False),
    ]
    assert figures.bring_up_to_date(store) == []


def test_the_danish_rules_judge_what_is_theirs(tmp_path: Path) -> None:
    (tmp_path / "new.xml").write_bytes(instance("10000001", 2024, entry_point=NEW))
    (tmp_path / "old.xml").write_bytes(instance("10000001", 2012))
    store = Store(tmp_path / "warehouse")
    assert taken(store, Files([tmp_path])).verdicts == {"invalid": 1, "valid": 1}
    codes = "SELECT DISTINCT code FROM xbrl_problem JOIN xbrl_filing USING (filing_id) WHERE "
    assert rows(store, codes + "xbrl_filing.file = 'old.xml'") == [("rules:no-regime",)]
    found = [code for (code,) in rows(store, codes + "xbrl_filing.file = 'new.xml'")]
    assert found
    assert all(code.startswith("DBA.") for code in found)


OTHERS = [pytest.param(x, marks=pytest.mark.full("at another moment")) for x in (0.1, 0.7, 0.95)]


@pytest.mark.parametrize("share", [0.4, *OTHERS])
def test_killed_at_any_moment_the_next_run_comes_to_the_same_bytes(
    folder: Path, tmp_path: Path, share: float, unharmed: tuple[int, dict[str, str]]
) -> None:
    syncs, expected = unharmed
    killed = _run(folder, tmp_path / "w", max(1, round(syncs * share)))
    assert killed.returncode == -signal.SIGKILL
    store = Store(tmp_path / "w")
    with store.connect() as con:  # what was committed can be read
        con.execute("SELECT count(*) FROM xbrl_fact").fetchall()
    again = _run(folder, tmp_path / "w", 0)
    assert again.returncode == 0, again.stderr
    assert content(store) == expected


@pytest.fixture(scope="module")
def unharmed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, str]]:
    warehouse = tmp_path_factory.mktemp("unharmed")
    done = _run(folder, warehouse, 0)
    assert done.returncode == 0, done.stderr
    return int(done.stdout), content(Store(warehouse))


def _run(folder: Path, warehouse: Path, killed_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.end_to_end.intake_killed", folder, warehouse]
    return subprocess.run(
        [*map(str, command), str(killed_at)], capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_an_archive_gives_the_same_as_its_folder(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        for path in sorted(folder.rglob("*.xml")):
            archive.write(path, path.relative_to(folder))
    store = Store(tmp_path / "warehouse")
    outcome = taken(store, Files([tmp_path / "year.zip"]))
    assert (outcome.new, outcome.duplicates, outcome.verdicts["valid"]) == (14, 1, 9)
    assert taken(store, Files([folder])).new == 0  # the same bytes elsewhere
    assert rows(store, "SELECT count(*) FROM xbrl_source") == [(30,)]


def behave(task: str) -> bytes:
    match task:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(60)
        case "slow":
            time.sleep(1)
        case "leave":
            os._exit(3)
    return task.encode()


def test_a_task_that_kills_or_hangs_stops_no_other() -> None:
    tasks = ["a", "die", "b", "hang", "c", "leave", *"defgh"]
    with Pool(behave, workers=2, time_limit=4, preload="tests.filing_writer") as pool:
        done = list(pool.run(tasks))
    assert [task for task, _ in done] == tasks
    failed = {task: result for task, result in done if isinstance(result, Failed)}
    assert failed == {
        "die": Failed("ended its process twice (signal SIGKILL)", is_timeout=False),
        "hang": Failed("took longer than 4 seconds", is_timeout=True),
        "leave": Failed("ended its process twice (exit code 3)", is_timeout=False),
    }
    assert all(result == task.encode() for task, result in done if task not in failed)


def test_large_results_do_not_pile_up_behind_a_slow_one() -> None:
    drawn: list[str] = []

    def tasks() -> Iterator[str]:
        for name in ["slow", *"abcdefgh"]:
            drawn.append(name)
            yield name

    pool = Pool(
        behave, workers=2, time_limit=20, preload="tests.filing_writer", weight=lambda _: 16 << 20
    )
    with pool:
        done = pool.run(tasks())
        assert next(done) == ("slow", b"slow")
        assert drawn == ["slow", "a", "b"]
        assert [task for task, _ in done] == list("abcdefgh")


def test_memory_stays_flat_however_many_filings(tmp_path: Path) -> None:
    for number in range(160):
        content = instance(f"{10000000 + number}", 2020 + number % 3, equity=number)
        (tmp_path / f"{number:03d}.xml").write_bytes(content)
    command = [sys.executable, "-m", "tests.end_to_end.intake_memory", tmp_path, tmp_path / "w"]
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    half, whole = map(int, done.stdout.split())
    assert whole < 400 << 10, "peak of the process that writes, KiB"
    assert whole - half < 30 << 10, "80 filings more, and files merged"


class Server(ThreadingHTTPServer):
    """An index of publications as strict as its description: by time, numbers, pages."""

    documents: dict[str, bytes]
    publications: list[dict[str, Any]]
    asked: list[str]
    failures: int


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append("search")
        if self.server.failures:
            self.server.failures -= 1
            self._answer(503, b"")
            return
        hits = sorted(self.server.publications, key=lambda p: p["offentliggoerelsesTidspunkt"])
        for must in body["query"]["bool"]["must"]:
            if "terms" in must:
                hits = [p for p in hits if p["cvrNummer"] in must["terms"]["cvrNummer"]]
            if "range" in must:
                since = must["range"]["offentliggoerelsesTidspunkt"]["gte"]
                hits = [p for p in hits if p["offentliggoerelsesTidspunkt"] >= since]
        page = hits[body["from"] : body["from"] + body["size"]]
        made = [{"_id": p["id"], "_source": {k: p.get(k) for k in body["_source"]}} for p in page]
        answer = {"hits": {"total": {"value": len(hits)}, "hits": made}}
        self._answer(200, json.dumps(answer).encode())

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        found = self.server.documents.get(self.path)
        self._answer(200 if found is not None else 404, found or b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as made:
        made.asked, made.failures = [], 0
        made.documents, made.publications = {}, []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def publish(server: Server) -> Callable[..., None]:
    def one(number: int, moment: str, body: bytes | None, **more: Any) -> None:
        url = f"http://127.0.0.1:{server.server_port}/{number}.xml"
        if body is not None:
            server.documents[f"/{number}.xml"] = body
        documents = [
            {"dokumentUrl": url, "dokumentMimeType": "application/xml"},
            {"dokumentUrl": url[:-3] + "pdf", "dokumentMimeType": "application/pdf"},
        ]
        server.publications.append(
            {"id": str(number), "cvrNummer": 10000001, "offentliggoerelsesTidspunkt": moment,
             "sidstOpdateret": moment, "dokumenter": documents, **more}
        )  # fmt: skip

    return one


def test_an_index_is_read_page_by_page_and_taken_up_where_it_stopped(
    server: Server, publish: Callable[..., None], tmp_path: Path
) -> None:
    publish(1, "2024-05-01T10:00:00Z", instance("10000001", 2023, equity=1))
    publish(2, "2024-06-01T10:00:00Z", gzip.compress(instance("10000001", 2023, equity=2)))
    publish(3, "2024-06-01T10:00:00Z", None)
    publish(4, "2024-06-01T10:00:00Z", instance("10000002", 2023), cvrNummer=10000002)
    publish(5, "2024-07-01T10:00:00Z", instance("10000003", 2023), cvrNummer=10000003)
    server.failures = 2
    url = f"http://127.0.0.1:{server.server_port}/offentliggoerelser/_search"
    store = Store(tmp_path / "warehouse")
    outcome = taken(store, Index(url, page_size=2))
    assert (outcome.new, outcome.verdicts) == (4, {"valid": 4})
    assert outcome.unreachable == [
        (
            f"http://127.0.0.1:{server.server_port}/3.xml answered 404 Not Found. Check the "
            "address and whether it wants a user and password."
        )
    ]
    # The filing published last counts, whatever its approval says.
    query = "SELECT amount FROM company_figure WHERE concept = 'Equity' AND entity_identifier = "
    assert rows(store, query + "'10000001' AND NOT is_comparative") == [(2,)]

    server.asked.clear()
    server.documents["/3.xml"] = instance("10000001", 2022)
    again = taken(store, Index(url, page_size=100))
    assert (again.new, again.unchanged, again.unreachable) == (1, 4, [])
    assert server.asked == ["search", "/3.xml"]
    narrow = Index(url, Query(companies=(10000003,)))
    assert [place.entity_identifier for place in narrow.places()] == ["10000003"]


def test_the_next_run_begins_where_the_index_was_left(
    server: Server, publish: Callable[..., None], tmp_path: Path
) -> None:
    for number in range(12):
        publish(number, f"2024-{number + 1:02d}-01T10:00:00Z", instance(f"1{number:07d}", 2023))
    url = f"http://127.0.0.1:{server.server_port}/offentliggoerelser/_search"
    store = Store(tmp_path / "warehouse")
    missing = server.documents.pop("/9.xml")

    def run() -> tuple[Outcome, int | None, datetime | None]:
        index = Index(url)
        cursors.resume(store, [index])
        outcome = taken(store, index)
        cursors.keep(store, [index])
        return outcome, index.total, index.reached

    outcome, total, reached = run()
    assert (outcome.new, len(outcome.unreachable), total) == (11, 1, 12)
    order = "SELECT entity_identifier FROM xbrl_filing ORDER BY sequence"
    assert [number for (number,) in rows(store, order)] == [
        f"1{number:07d}" for number in range(12) if number != 9
    ]
    assert reached == datetime(2024, 10, 1, 10, tzinfo=UTC)  # what was not had is asked for again
    server.documents["/9.xml"] = missing
    outcome, total, reached = run()
    assert (outcome.new, outcome.unchanged, total) == (1, 2, 3)
    assert reached == datetime(2024, 12, 1, 10, tzinfo=UTC)
    outcome, total, _ = run()
    assert (outcome.new, outcome.unchanged, total) == (0, 1, 1)
    other = Index(url, Query(companies=(10000001,)))  # another question begins by itself
    cursors.resume(store, [other])
    assert len(list(other.places())) == other.total


def test_documents_are_fetched_a_few_at_a_time() -> None:
    under_way, most = 0, 0
    lock = threading.Lock()

    def read(number: int) -> bytes:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.02 * (number % 3))
        with lock:
            under_way -= 1
        if number == 5:
            raise Unreachable("5 is gone")
        return b"%d" % number

    places = (Found(str(n), str(n), "", 0, partial(read, n)) for n in range(20))
    done = []
    for place, given in fetched(places, 3):
        try:
            done.append(given().decode())
        except Unreachable:
            done.append(f"no {place.name}")
    assert done == [str(n) if n != 5 else "no 5" for n in range(20)]
    assert 1 < most <= 3


def test_danish_and_british_filings_become_figures(shared_data: Path, tmp_path: Path) -> None:
    filings = shared_data / "xbrl" / "dk-filings"
    store = Store(tmp_path / "warehouse")
    outcome = taken(store, Files([filings]))
    assert outcome.new == 6
    figures_ = "SELECT fiscal_year, equity, is_comparative FROM danish_annual_report "
    assert rows(store, figures_ + "WHERE cvr = '21705535' ORDER BY 1") == [
        (2013, 10620000, True),
        (2014, 7104265, False),
        (2015, 10218822, True),
        (2016, 15451914, False),
    ]


def test_facts_are_typed_and_labelled_where_the_taxonomy_is_installed(
    shared_data: Path, tmp_path: Path
) -> None:
    taxonomy = shared_data / "taxonomies" / "DKGAAP-XBRL20161001.zip"
    filings, library = shared_data / "xbrl" / "dk-filings", tmp_path / "library"
    assert taxonomies.library(library).add(taxonomy).package
    store = Store(tmp_path / "warehouse")
    taken(store, Files([filings]), library=library)
    query = "SELECT count(*), count(label), count(item_type) FROM xbrl_fact_typed"
    facts = "SELECT fact_count FROM xbrl_filing WHERE file = 'bseddon-and-co-2016.xml'"
    [(expected,)] = rows(store, facts)
    assert rows(store, query) == [(expected, expected, expected)]
    query = "SELECT value, label, balance FROM xbrl_fact JOIN xbrl_fact_typed USING "
    query += "(filing_id, target, fact_index) WHERE concept = 'Equity' AND dimensions = '' "
    assert rows(store, query + "AND period_end = '2016-12-31'") == [
        ("15451914", "Equity", "credit")  # most of its facts are in English
    ]
    days = "SELECT date_value FROM xbrl_fact JOIN xbrl_fact_typed USING (filing_id, fact_index) "
    days += "WHERE concept = 'ReportingPeriodEndDate'"
    assert rows(store, days) == [(date(2016, 12, 31),)]

    arguments = ["--concept", "Equity", "--period", "2016-12-31", "--dimension", "none"]
    report = filings / "bseddon-and-co-2016.xml"
    code, told, _ = command("xbrl", "facts", report, *arguments, "--library", library)
    assert code == 0
    assert "┃ label  ┃" in told
    code, told, _ = command("xbrl", "facts", report, *arguments, "--json")
    assert [one["label"] for one in told] == [None]


def command(*arguments: object) -> tuple[int, Any, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    told = json.loads(done.stdout) if "--json" in arguments else done.stdout
    return done.returncode, told, done.stderr


def test_the_commands_need_no_settings(folder: Path, tmp_path: Path) -> None:
    code, told, errors = command("xbrl", "read", folder / "1.xml", "--json")
    assert (code, errors) == (0, "")
    assert told["filings"][0]["entity_identifier"] == "10000001"
    assert told["filings"][0]["period_end"] == "2021-12-31"

    code, told, _ = command("xbrl", "facts", folder / "0.xml", "--concept", "Eq*", "--json")
    assert [(one["value"], one["line"]) for one in told if "line" in one] == []
    assert [one["value"] for one in told] == ["0", "1", "99"]
    code, told, _ = command(
        "xbrl", "facts", folder / "0.xml", "--dimension", "none", "--period", "2021-12",
        "--numeric", "--csv", tmp_path / "facts.csv",
    )  # fmt: skip
    assert code == 0
    assert len((tmp_path / "facts.csv").read_text().splitlines()) == 4

    code, told, _ = command("xbrl", "tables", folder, "--out", tmp_path / "t", "--json")
    assert code == 3  # five could not be read
    assert told["tables"]["xbrl_fact"] == 46
    assert Path(told["database"]).exists()

    code, told, _ = command("xbrl", "validate", folder / "1.xml", folder / "cut.xml", "--json")
    assert code == 1
    assert (told["judged"], told["invalid"]) == (2, 1)

    code, told, errors = command("xbrl", "read", tmp_path / "none*.xml")
    assert code == 1
    assert "There is no filing in" in errors
    assert "Traceback" not in errors
