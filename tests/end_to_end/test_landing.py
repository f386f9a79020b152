import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from assets.sources import landing, position
from assets.sources.connector import Again, Connection, Found, Item, silent
from quality.finding import Finding, Severity
from tests.unit.sources.books import Books
from warehouse.errors import TransientError

CONNECTION = Connection("c1", "demo", "books", {})


def land(books: Books, folder: Path) -> landing.LandResult:
    return landing.land(books, CONNECTION, folder, silent)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def test_an_unchanged_source_lands_nothing_and_changes_no_byte(tmp_path: Path) -> None:
    first = land(Books(), tmp_path)
    before = tree(tmp_path)
    second = land(Books(), tmp_path)
    assert first.load_id is not None
    assert (second.load_id, second.records, second.deleted) == (None, 0, 0)
    assert tree(tmp_path) == before


def test_the_same_books_give_the_same_load_on_any_machine(tmp_path: Path) -> None:
    chunked = Books()
    chunked.chunk = 1
    assert land(Books(), tmp_path / "a").load_id == land(chunked, tmp_path / "b").load_id


def test_only_the_changed_voucher_is_landed_again_and_whole(tmp_path: Path) -> None:
    land(Books(), tmp_path)
    books = Books()
    books.vouchers["2"] = (date(2026, 8, 4), [("2000", "500", None), ("5000", "-500", None)])
    result = land(books, tmp_path)
    load = landing.loads(tmp_path, "c1")[-1]
    assert (result.records, result.deleted) == (1, 0)
    postings = pq.read_table(load.folder / "posting.parquet")
    assert postings["source_id"].to_pylist() == ["2", "2"]
    assert not (load.folder / "account.parquet").exists()


def test_a_voucher_gone_from_the_source_leaves_a_tombstone(tmp_path: Path) -> None:
    land(Books(), tmp_path)
    books = Books()
    del books.vouchers["3"]
    result = land(books, tmp_path)
    load = landing.loads(tmp_path, "c1")[-1]
    assert (result.records, result.deleted) == (0, 1)
    assert pq.read_table(load.folder / "deleted.parquet").to_pylist() == [
        {"stream": "voucher", "source_id": "3"}
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    land(Books(), folder)
    return tree(folder / "c1" / "loads")


@pytest.mark.parametrize("step", [0, 1, 4, 9, 13])
def test_a_pull_that_dies_lands_nothing_and_the_next_one_all(
    tmp_path: Path, whole: dict[str, bytes], step: int
) -> None:
    books = Books()
    books.chunk = 1
    books.fail_after = step
    with pytest.raises(ConnectionError):
        land(books, tmp_path / "killed")
    assert landing.loads(tmp_path / "killed", "c1") == []
    books.fail_after = None
    land(books, tmp_path / "killed")
    assert tree(tmp_path / "killed" / "c1" / "loads") == whole


def test_the_raw_bytes_are_kept_as_evidence(tmp_path: Path) -> None:
    land(Books(), tmp_path)
    (load,) = landing.loads(tmp_path, "c1")
    ((name, sha256),) = load.raw.items()
    with pa.input_stream(load.folder / "raw" / name, compression="zstd") as file:
        assert hashlib.sha256(file.read()).hexdigest() == sha256
    assert name == "00001-books.txt.zst"
    assert position.read(tmp_path / "c1").cursor == {"read": True}


def test_what_a_reading_without_rows_found_wrong_is_kept(tmp_path: Path) -> None:
    wrong = Finding("books.unread", Severity.ERROR, "demo", "books", "Nothing legible.", "Mend it.")

    class Illegible(Books):
        def _items(self) -> Iterator[Item]:
            yield Found(wrong)

    land(Books(), tmp_path)
    land(Illegible(), tmp_path)
    assert position.findings(tmp_path, "c1") == [wrong]


def test_a_kill_right_after_the_load_appears_leaves_its_own_cursor_and_findings(
    tmp_path: Path,
) -> None:
    """Data and cursor come by one rename: nothing beside the load is needed."""
    land(Books(), tmp_path)
    (tmp_path / "c1" / "position.json").unlink(missing_ok=True)
    (load,) = landing.loads(tmp_path, "c1")
    assert position.read(tmp_path / "c1") == position.Position(load.load_id, {"read": True}, [])


def test_what_a_pull_failed_over_is_kept_until_one_succeeds(tmp_path: Path) -> None:
    books = Books()
    books.fail_after = 9
    with pytest.raises(ConnectionError):
        land(books, tmp_path)
    failed = tmp_path / "c1" / "failed"
    assert [path.name for path in failed.iterdir()] == ["00001-books.txt.zst"]
    books.fail_after = None
    land(books, tmp_path)
    assert not failed.exists()


def test_rows_of_a_reading_made_void_are_not_landed(tmp_path: Path) -> None:
    class Twice(Books):
        def _items(self) -> Iterator[Item]:
            first = Books()
            first.vouchers["9"] = (date(2026, 8, 4), [("2000", "1", None), ("5000", "-1", None)])
            yield from first._items()
            yield Again(("voucher", "posting", "tax_line"))
            yield from super()._items()

    assert land(Twice(), tmp_path / "twice").load_id == land(Books(), tmp_path / "once").load_id


class ReadTwice(Books):
    """Voucher 2 comes again, with `lines` the second time."""

    def __init__(self, lines: list[tuple[str, str, str | None]]) -> None:
        super().__init__()
        self._lines = lines

    def _items(self) -> Iterator[Item]:
        *first, cursor = super()._items()
        yield from first
        again = Books()
        again.vouchers = {"2": (date(2026, 8, 4), self._lines)}
        yield from again._vouchers(["2"])
        yield cursor


def test_a_voucher_that_comes_twice_alike_counts_once_as_it_last_came(tmp_path: Path) -> None:
    lines = [("2000", "800", "I25"), ("7100", "200", "I25"), ("5000", "-1000", None)]
    land(ReadTwice(lines), tmp_path / "twice")
    books = Books()
    books.vouchers["2"] = (date(2026, 8, 4), lines)
    land(books, tmp_path / "once")
    (twice,), (once,) = (
        landing.loads(tmp_path / "twice", "c1"),
        landing.loads(tmp_path / "once", "c1"),
    )
    assert twice.content_sha256 == once.content_sha256


def test_a_voucher_that_comes_twice_with_other_lines_is_read_again_later(tmp_path: Path) -> None:
    """Lines of the first reading would otherwise stay, and the voucher not balance."""
    books = ReadTwice([("2000", "500", "I25"), ("5000", "-500", None)])
    with pytest.raises(TransientError) as changed:
        land(books, tmp_path)
    assert str(changed.value) == (
        "Voucher 2 of connection c1 changed while it was read: it came twice, with other lines "
        "each time. Nothing was landed; pull again."
    )
    assert landing.loads(tmp_path, "c1") == []


def test_a_pull_that_another_one_keeps_waiting_is_left_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "_PATIENCE", 0.1)
    (tmp_path / "c1").mkdir()
    with FileLock(tmp_path / "c1" / ".lock"), pytest.raises(TransientError) as waited:
        land(Books(), tmp_path)
    assert str(waited.value).startswith("Connection c1 has been pulled by another process for")
