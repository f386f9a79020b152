"""What every connector that reads over a network must withstand (cases: `network_<system>.py`).

Each test's property in the README's table is what its marker says (`properties`); what a system
may be unable to do (`needs`) stands there too, so that the table and the suite skip alike.
"""

import contextlib
import importlib
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
import pytest

from assets.sources import landing, position, registry, replay
from assets.sources.connector import Connection, silent
from assets.sources.network.bucket import Bucket
from assets.sources.network.evidence import SUFFIX
from tests.conformance.network_case import NetworkCase
from tests.conformance.properties import lacking
from tests.conftest import IS_FULL
from tests.simulators.base import Fault, Simulator
from warehouse.errors import PermanentError, ReportingError, SourceError, TransientError

CASES: list[NetworkCase] = [
    case
    for path in sorted(Path(__file__).parent.glob("network_*.py"))
    if path.stem != "network_case"
    for case in importlib.import_module(f"tests.conformance.{path.stem}").CASES
]
LEDGER = ("voucher", "posting", "tax_line")


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> NetworkCase:
    found: NetworkCase = request.param
    if reason := lacking(request.node.get_closest_marker("property"), found):
        pytest.skip(f"{found.name}: {reason}")
    return found


@pytest.fixture
def simulator(case: NetworkCase) -> Iterator[Simulator]:
    with case.simulator() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor's calls a minute are kept by `bucket`, whose own tests have a clock to turn.

    Nor does the client wait between two attempts: tenacity does that for it.
    """
    monkeypatch.setattr("assets.sources.network.client.bucket_of", lambda *_: Bucket(None))
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=lambda _: None))


class Books:
    """One connection and what it has landed."""

    def __init__(self, case: NetworkCase, simulator: Simulator, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.case, self.simulator = case, simulator
        self.landed = folder / "landed"
        self.connection = case.connect(simulator, folder)
        self.connector = registry.load(self.connection.system)

    def pull(self, *, full: bool = False, connection: Connection | None = None) -> Any:
        return landing.land(
            self.connector, connection or self.connection, self.landed, silent, full=full
        )

    def rows(self, stream: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """What stands landed after all loads: the newest of each record, less what is gone."""
        loads = landing.loads(self.landed, self.connection.connection_id)
        key = "source_id"
        record = "voucher" if stream in LEDGER else stream
        parts, gone = [], []
        for n, load in enumerate(loads):
            state = [load.folder / f"{record}.parquet", load.folder / "deleted.parquet"]
            if state[0].exists():
                parts.append(f"SELECT source_id, {n} AS n FROM read_parquet('{state[0]}')")
            if state[1].exists():
                gone.append(
                    f"SELECT source_id, {n} AS n FROM read_parquet('{state[1]}') "
                    f"WHERE stream = '{record}'"
                )
        if not parts:
            return []
        newest = f"SELECT {key}, max(n) AS n FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL"
        if gone:
            newest = (
                f"SELECT a.* FROM ({newest}) a WHERE NOT EXISTS (FROM ({' UNION ALL '.join(gone)})"
                " g WHERE g.source_id = a.source_id AND g.n >= a.n)"
            )
        files = [
            f"SELECT {n} AS n, * FROM read_parquet('{path}')"
            for n, load in enumerate(loads)
            if (path := load.folder / f"{stream}.parquet").exists()
        ]
        if not files:
            return []
        with duckdb.connect() as con:
            return con.execute(
                f"SELECT {columns} FROM (SELECT r.* EXCLUDE (n) FROM "
                f"({' UNION ALL BY NAME '.join(files)}) r SEMI JOIN ({newest}) k "
                "USING (source_id, n)) ORDER BY ALL"
            ).fetchall()

    def counts(self) -> tuple[int, int]:
        return len(self.rows("voucher")), len(self.rows("posting"))

    def debit(self) -> Decimal:
        return sum((a for (a,) in self.rows("posting", "amount") if a > 0), Decimal(0))

    def contents(self) -> list[str]:
        return [x.content_sha256 for x in landing.loads(self.landed, "books")]


@pytest.fixture
def books(case: NetworkCase, simulator: Simulator, tmp_path: Path) -> Books:
    return Books(case, simulator, tmp_path / "work")


@pytest.mark.property("all that the source counts is there, to its own totals")
def test_everything_the_vendor_holds_is_landed_and_its_totals_agree(
    case: NetworkCase, books: Books
) -> None:
    result = books.pull()
    assert [f.message for f in result.findings if f.severity == "error"] == []
    assert books.counts() == (case.vouchers, case.postings)
    assert books.debit() == case.debit
    assert sum(a for (a,) in books.rows("posting", "amount")) == 0
    totals = books.rows("control_total", "declared, found")
    assert totals
    assert [pair for pair in totals if pair[0] != pair[1]] == []
    assert books.simulator.count(case.path) >= 3, "of one page, the paging below proves nothing"


@pytest.mark.property("read again, nothing is landed; read anew, the same bytes", shared="reading")
def test_a_second_pull_lands_nothing_and_one_anew_the_same_bytes(
    case: NetworkCase, books: Books, simulator: Simulator, tmp_path: Path
) -> None:
    books.pull()
    assert books.pull().load_id is None
    assert books.pull(full=True).load_id is None
    other = Books(case, simulator, tmp_path / "other")
    other.pull()
    assert other.contents() == books.contents()


@pytest.mark.property("the kept answers give the same load without a server", shared="reading")
def test_the_kept_answers_give_the_same_load_without_the_server(
    case: NetworkCase, simulator: Simulator, books: Books
) -> None:
    load_id = books.pull().load_id
    simulator.stop()
    again = replay.replay(books.connector, books.connection, books.landed)
    assert (again.load_id, again.again) == (load_id, load_id)
    names = landing.loads(books.landed, "books")[-1].raw
    assert again.answers == sum(name.endswith(SUFFIX) for name in names) > 0


@pytest.mark.property(
    "killed anywhere, nothing is half done, and the next pull does the rest", shared="reading"
)
def test_killed_at_any_request_nothing_is_half_done_and_the_next_pull_does_all(
    case: NetworkCase, simulator: Simulator, tmp_path: Path
) -> None:
    whole = Books(case, simulator, tmp_path / "whole")
    whole.pull()
    requests = simulator.count()
    for number in chosen(requests):
        with case.simulator() as running:
            killed = Books(case, running, tmp_path / f"killed-{number}")
            in_child(lambda: kill_at(number, running, killed))  # noqa: B023
            assert running.count() == number
            assert landing.loads(killed.landed, "books") == []
            killed.pull()
            assert killed.counts() == (case.vouchers, case.postings)
            assert killed.contents() == whole.contents()


def chosen(requests: int) -> list[int]:
    """Requests from the first to the last: three of them, in full six."""
    step = max(1, -(-requests // (5 if IS_FULL else 2)))
    return sorted({*range(1, requests + 1, step), requests})


def kill_at(number: int, running: Simulator, books: Books) -> None:
    """Pull, and die by SIGKILL when the server has taken request `number`."""
    del running
    from assets.sources.network import transport  # noqa: PLC0415

    send, count = transport.Http.send, [0]

    def dying(*arguments: Any) -> Any:
        count[0] += 1
        received = send(*arguments)
        if count[0] == number:
            os.kill(os.getpid(), 9)
        return received

    transport.Http.send = dying  # type: ignore[method-assign]
    books.pull()


def in_child(work: Any) -> None:
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            work()
        os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), "the pull ended before it could be killed"


@pytest.mark.property(
    "edited between two pages, neither lost nor doubled",
    needs="edit",
    reason="what is booked is never edited, only corrected by new entries",
    shared="pages",
)
def test_a_record_edited_between_pages_is_neither_lost_nor_doubled(
    case: NetworkCase, simulator: Simulator, books: Books, tmp_path: Path
) -> None:
    change = [0, 0]
    simulator.before(2, lambda: change.__setitem__(slice(2), case.edit(simulator)), case.path)
    books.pull()
    books.pull()
    same_as_a_fresh_reading(case, simulator, books, tmp_path)
    assert books.counts() == (case.vouchers + change[0], case.postings + change[1])


@pytest.mark.property(
    "entered late with an earlier date or stamp, and not lost",
    needs="insert_late",
    reason="nothing can come late",
    shared="pages",
)
def test_a_voucher_that_comes_late_among_those_already_read_is_not_lost(
    case: NetworkCase, simulator: Simulator, books: Books, tmp_path: Path
) -> None:
    change = [0, 0]
    simulator.before(
        3, lambda: change.__setitem__(slice(2), case.insert_late(simulator)), case.path
    )
    books.pull()
    books.pull()
    same_as_a_fresh_reading(case, simulator, books, tmp_path)
    assert books.counts() == (case.vouchers + change[0], case.postings + change[1])
    added = case.insert_late(simulator)
    books.pull()
    same_as_a_fresh_reading(case, simulator, books, tmp_path / "later")
    assert books.counts() == (
        case.vouchers + change[0] + added[0],
        case.postings + change[1] + added[1],
    )


@pytest.mark.property(
    "deleted between two pages, it takes no other with it",
    needs="delete",
    reason="what is booked is never deleted",
    shared="pages",
)
def test_a_voucher_deleted_between_pages_takes_no_other_with_it(
    case: NetworkCase, simulator: Simulator, books: Books, tmp_path: Path
) -> None:
    change = [0, 0]
    simulator.before(2, lambda: change.__setitem__(slice(2), case.delete(simulator)), case.path)
    books.pull()
    books.pull()
    same_as_a_fresh_reading(case, simulator, books, tmp_path)
    assert books.counts() == (case.vouchers - change[0], case.postings - change[1])


def same_as_a_fresh_reading(
    case: NetworkCase, simulator: Simulator, books: Books, folder: Path
) -> None:
    fresh = Books(case, simulator, folder / "fresh")
    fresh.pull()
    for stream in (*LEDGER, "party"):
        assert books.rows(stream) == fresh.rows(stream)


@pytest.mark.property("asked to wait, it waits; asked for too long, it leaves", shared="client")
def test_a_server_that_asks_us_to_wait_is_waited_for(
    case: NetworkCase, simulator: Simulator, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("assets.sources.network.bucket.Bucket.pause", lambda _, s: waited.append(s))
    simulator.faults.append(
        Fault("status", path=case.path, times=3, status=429, headers={"Retry-After": "7"})
    )
    books.pull()
    assert waited == [7, 7, 7]
    assert books.counts() == (case.vouchers, case.postings)


@pytest.mark.property("asked to wait, it waits; asked for too long, it leaves", shared="client")
def test_one_that_asks_for_too_long_is_left_for_later(
    case: NetworkCase, simulator: Simulator, books: Books
) -> None:
    simulator.faults.append(
        Fault("status", path=case.path, times=99, status=429, headers={"Retry-After": "3600"})
    )
    with pytest.raises(TransientError, match="wait 3600 s"):
        books.pull()


@pytest.mark.property(
    "a token that expires on the way is renewed",
    needs="expire",
    reason="its credentials do not expire",
    shared="tokens",
)
def test_a_token_that_expires_on_the_way_is_renewed(
    case: NetworkCase, simulator: Simulator, books: Books
) -> None:
    simulator.before(2, lambda: case.expire(simulator), case.path)
    books.pull()
    assert books.counts() == (case.vouchers, case.postings)


@pytest.mark.property(
    "refused or damaged for good: said so, the last good data kept", shared="credentials"
)
def test_withdrawn_credentials_are_said_so_and_keep_the_last_good_data(
    case: NetworkCase, simulator: Simulator, books: Books
) -> None:
    books.pull()
    before = books.contents()
    case.revoke(simulator)
    with pytest.raises(PermanentError):
        books.pull(full=True)
    assert books.contents() == before


@pytest.mark.property("slow, cut, wrong-typed, non-JSON and huge answers", shared="client")
@pytest.mark.parametrize("kind", ["drop", "hang", "truncate"])
def test_an_answer_that_breaks_off_once_is_asked_for_again(
    case: NetworkCase, simulator: Simulator, books: Books, kind: Any
) -> None:
    simulator.faults.append(Fault(kind, path=case.path, seconds=1.5))
    books.pull()
    assert books.counts() == (case.vouchers, case.postings)


@pytest.mark.property("slow, cut, wrong-typed, non-JSON and huge answers", shared="client")
@pytest.mark.parametrize("kind", ["drop", "truncate"])
def test_one_that_keeps_breaking_off_is_transient_and_lands_nothing(
    case: NetworkCase, simulator: Simulator, books: Books, kind: Any
) -> None:
    simulator.faults.append(Fault(kind, path=case.path, times=999))
    with pytest.raises(TransientError):
        books.pull()
    assert landing.loads(books.landed, "books") == []


@pytest.mark.property("slow, cut, wrong-typed, non-JSON and huge answers")
@pytest.mark.parametrize("kind", ["html", "not_json", "wrong_type", "missing"])
def test_what_is_not_as_agreed_is_permanent_and_kept_to_look_at(
    case: NetworkCase, simulator: Simulator, books: Books, kind: Any
) -> None:
    change = case.missing if kind == "missing" else case.wrong
    name = "wrong_type" if kind == "missing" else kind
    simulator.faults.append(Fault(name, path=case.path, change=change))
    with pytest.raises(PermanentError):
        books.pull()
    assert landing.loads(books.landed, "books") == []
    kept = sorted((books.landed / "books" / "failed").iterdir())
    with pa.input_stream(kept[-1], compression="zstd") as file:
        head, _, body = file.read().partition(b"\n")
    asked = urlsplit(json.loads(head)["url"]).path
    assert case.path in asked or case.path.startswith(f"{asked}/")  # JSON-RPC: the rest is posted
    assert body


@pytest.mark.property("slow, cut, wrong-typed, non-JSON and huge answers", shared="client")
def test_a_huge_answer_is_cut_off(
    case: NetworkCase, simulator: Simulator, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.sources.network.client import Client  # noqa: PLC0415

    before = Client.__post_init__

    def small(self: Client) -> None:
        self.service = replace(self.service, largest=2 << 20)
        before(self)

    monkeypatch.setattr(Client, "__post_init__", small)
    simulator.faults.append(Fault("huge", path=case.path, times=99, size=8 << 20))
    with pytest.raises(SourceError, match="more than 2 MiB"):
        books.pull()


@pytest.mark.property("an empty answer against a total that is not, fails", shared="credentials")
def test_an_empty_answer_against_a_total_that_is_not_fails(
    case: NetworkCase, simulator: Simulator, books: Books
) -> None:
    """Never silently no records: as some published connectors did for months."""
    books.pull()
    before = books.contents()
    simulator.faults.append(Fault("wrong_type", path=case.path, times=9999, change=case.empty))
    with pytest.raises(ReportingError):
        books.pull(full=True)
    assert books.contents() == before


@pytest.mark.property("no secret in logs, errors, kept answers or metadata", shared="credentials")
def test_no_secret_is_written_anywhere(
    case: NetworkCase,
    simulator: Simulator,
    books: Books,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    books.pull()
    told = [caplog.text, str(position.read(books.landed / "books"))]
    case.revoke(simulator)
    with pytest.raises(PermanentError) as refused:
        books.pull(full=True)
    told += [str(refused.value), repr(refused.getrepr(showlocals=True))]
    secrets = [secret for secret in simulator.secrets() if secret]
    assert secrets
    assert all(len(secret) > 5 for secret in secrets)
    for text in told:
        assert not [secret for secret in secrets if secret in text]
    for path in (books.landed).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".zst":
                with pa.input_stream(path, compression="zstd") as file:
                    content = file.read()
            assert not [s for s in secrets if s.encode() in content], path


@pytest.mark.property("no secret in logs, errors, kept answers or metadata", shared="client")
def test_a_secret_the_server_repeats_is_masked(
    case: NetworkCase, simulator: Simulator, books: Books
) -> None:
    """Some interfaces echo the request, or a token, in what they answer."""
    echo = " ".join(simulator.secrets())

    def repeating(body: Any) -> Any:
        return {**body, "echo": echo} if isinstance(body, dict) else body

    simulator.faults.append(Fault("wrong_type", path=case.path, times=9999, change=repeating))
    books.pull()
    known = [s for s in simulator.secrets() if s]
    for path in (books.landed / "books" / "loads").rglob("*.zst"):
        with pa.input_stream(path, compression="zstd") as file:
            content = file.read()
        assert not [s for s in known if s.encode() in content]
