"""What every connector must do, whatever it reads (cases: `cases_<system>.py`).

Each test's property in the README's table is what its marker says (`properties`).
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.sources import landing, registry
from assets.sources.connector import Connection, Connector, Cursor, Item, Rows, silent
from assets.sources.network.bucket import Bucket
from tests.conformance.connector_case import Case
from tests.conformance.properties import lacking
from warehouse.errors import PermanentError, TransientError

CASES: list[Case] = [
    case
    for path in sorted(Path(__file__).parent.glob("cases_*.py"))
    for case in importlib.import_module(f"tests.conformance.{path.stem}").CASES
]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    if reason := lacking(request.node.get_closest_marker("property"), found):
        pytest.skip(f"{found.name}: {reason}")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "source"
    made.mkdir()
    return made


@pytest.fixture
def landed(tmp_path: Path) -> Path:
    return tmp_path / "landed"


def land(connection: Connection, landed: Path, *, full: bool = False) -> landing.LandResult:
    connector = registry.load(connection.system)
    return landing.land(connector, connection, landed, silent, full=full)


@pytest.fixture(autouse=True)
def _no_waiting_for_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor's calls a minute are kept by `bucket`, whose own tests have a clock to turn."""
    monkeypatch.setattr("assets.sources.network.client.bucket_of", lambda *_: Bucket(None))


@dataclass(frozen=True)
class Stood:
    """A source as it was set up and landed once; for tests that leave it so."""

    connection: Connection
    landed: Path
    result: landing.LandResult


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Stood]:
    """Each case's source, set up and landed the first time it is asked for."""
    made: dict[str, Stood] = {}

    def stood(case: Case) -> Stood:
        if case.name not in made:
            folder = tmp_path_factory.mktemp("source")
            connection = case.set_up(folder)
            landed = tmp_path_factory.mktemp("landed")
            made[case.name] = Stood(connection, landed, land(connection, landed))
        return made[case.name]

    return stood


@pytest.fixture
def stood(case: Case, once: Callable[[Case], Stood]) -> Stood:
    return once(case)


def ask(landed: Path, connection: Connection, query: str) -> Any:
    """One value over the newest load; `{stream}` stands for that stream's rows.

    Of bank statements, entries stand for both vouchers and postings.
    """
    first, *_, newest = 2 * landing.loads(landed, connection.connection_id)
    folder = newest.folder
    if (first.folder / "bank_entry.parquet").exists():
        entries = (
            "(SELECT *, source_id AS line_id, statement_id AS voucher_number "
            f"FROM read_parquet('{folder / 'bank_entry'}.parquet'))"
        )
        query = query.replace("{voucher}", entries).replace("{posting}", entries)
    for stream in ("voucher", "posting", "control_total"):
        query = query.replace(f"{{{stream}}}", f"read_parquet('{folder / stream}.parquet')")
    with duckdb.connect() as con:
        return con.execute(query).fetchall()[0][0]


def contents(landed: Path, connection: Connection) -> list[str]:
    return [load.content_sha256 for load in landing.loads(landed, connection.connection_id)]


@pytest.mark.property("all that the source counts is there, to its own totals")
def test_all_that_the_source_counts_is_landed(case: Case, stood: Stood) -> None:
    connection, landed = stood.connection, stood.landed
    assert [f for f in stood.result.findings if f.severity == "error"] == []
    assert ask(landed, connection, "SELECT count(*) FROM {voucher}") == case.vouchers
    assert ask(landed, connection, "SELECT count(*) FROM {posting}") == case.postings
    assert (
        ask(landed, connection, "SELECT sum(amount) FROM {posting} WHERE amount > 0") == case.debit
    )
    assert ask(landed, connection, "SELECT sum(amount) FROM {posting}") == 0
    totals = "SELECT count(*) FILTER (declared <> found) FROM {control_total}"
    assert ask(landed, connection, totals) == 0
    assert ask(landed, connection, "SELECT count(*) > 0 FROM {control_total}")


@pytest.mark.property("all that the source counts is there, to its own totals")
def test_no_posting_is_without_its_voucher(stood: Stood) -> None:
    connection, landed = stood.connection, stood.landed
    orphans = "SELECT count(*) FROM {posting} ANTI JOIN {voucher} USING (source_id)"
    assert ask(landed, connection, orphans) == 0
    keys = "SELECT count(*) - count(DISTINCT (source_id, line_id)) FROM {posting}"
    assert ask(landed, connection, keys) == 0
    unplaced = "SELECT count(*) FROM {voucher} WHERE where_found = '' OR voucher_number = ''"
    assert ask(landed, connection, unplaced) == 0


@pytest.mark.property("read again, nothing is landed; read anew, the same bytes")
def test_pulling_again_lands_nothing(stood: Stood) -> None:
    again = land(stood.connection, stood.landed)
    assert stood.result.load_id is not None
    assert (again.load_id, again.records, again.deleted) == (None, 0, 0)


@pytest.mark.property("read again, nothing is landed; read anew, the same bytes")
def test_reading_everything_again_finds_no_difference(stood: Stood) -> None:
    assert land(stood.connection, stood.landed, full=True).load_id is None


@pytest.mark.property("killed anywhere, nothing is half done, and the next pull does the rest")
def test_the_cursor_comes_last_and_once(stood: Stood) -> None:
    connection = stood.connection
    items = list(registry.load(connection.system).pull(connection, None, silent))
    assert [type(item) for item in items].count(Cursor) == 1
    assert isinstance(items[-1], Cursor)


class Killed(Exception):  # noqa: N818 - stands for a kill, not an error of ours
    pass


class Interrupted:
    """A connector that dies after some items."""

    def __init__(self, inner: Connector, after: int) -> None:
        self.title, self.options, self.discover = inner.title, inner.options, inner.discover
        self._inner, self._after = inner, after

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Any
    ) -> Iterator[Item]:
        for count, item in enumerate(self._inner.pull(connection, cursor, progress)):
            if count == self._after:
                raise Killed
            yield item


@pytest.mark.property("killed anywhere, nothing is half done, and the next pull does the rest")
def test_a_kill_anywhere_leaves_nothing_half_done(
    case: Case, folder: Path, landed: Path, tmp_path: Path
) -> None:
    connection = case.set_up(folder)
    connector = registry.load(connection.system)
    keeping = replace(connection, keep=lambda _raw: None)  # as landing pulls
    count = sum(1 for _ in connector.pull(keeping, None, silent))
    for after in sorted({1, count // 2, count - 1}):
        with pytest.raises(Killed):
            landing.land(Interrupted(connector, after), connection, landed, silent)
        assert landing.loads(landed, connection.connection_id) == []
    land(connection, landed)
    land(connection, tmp_path / "undisturbed")
    assert contents(landed, connection) == contents(tmp_path / "undisturbed", connection)


@pytest.mark.property("a change, an addition and a deletion are landed and nothing else")
def test_a_change_an_addition_and_a_deletion_are_landed_and_nothing_else(
    case: Case, folder: Path, landed: Path
) -> None:
    connection = case.set_up(folder)
    land(connection, landed)
    case.change(folder)
    result = land(connection, landed)
    assert result.deleted == case.deletes
    assert ask(landed, connection, "SELECT count(*) FROM {voucher}") == 2
    assert land(connection, landed).load_id is None


@pytest.mark.property("refused or damaged for good: said so, the last good data kept")
def test_what_time_cannot_heal_is_permanent_and_keeps_the_last_good_data(
    case: Case, folder: Path, landed: Path
) -> None:
    connection = case.set_up(folder)
    land(connection, landed)
    before = contents(landed, connection)
    case.ruin(folder)
    with pytest.raises(PermanentError):
        land(connection, landed)
    assert contents(landed, connection) == before


@pytest.mark.property(
    "what time may heal is left for the next pull",
    needs="stall",
    reason="a local file is there or not",
)
def test_what_time_may_heal_is_transient(case: Case, folder: Path, landed: Path) -> None:
    assert case.stall is not None
    connection = case.set_up(folder)
    case.stall(folder)
    with pytest.raises(TransientError):
        land(connection, landed)


@pytest.mark.property("all that the source counts is there, to its own totals")
def test_discovery_agrees_with_what_is_pulled(stood: Stood) -> None:
    connection = stood.connection
    connector = registry.load(connection.system)
    told = connector.discover(connection)
    accounts = sum(
        item.table.num_rows
        for item in connector.pull(connection, None, silent)
        if isinstance(item, Rows) and item.stream == "account"
    )
    assert told.accounts == accounts
    assert told.company_name
