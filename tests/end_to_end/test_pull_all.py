"""Going through connections: none holds up another, none stops another."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets.sources import landing, pull_all, registry
from assets.sources.connector import Connection, Item
from assets.workspace import ConnectionReference, SecretReference, Workspace
from pipelines.settings import load
from tests.unit.sources.books import Books
from warehouse.errors import PermanentError, TransientError

SETTINGS = """
[[company]]
id = "one"
name = "One ApS"
cvr = "13585628"
"""


def workspace(folder: Path, systems: dict[str, str]) -> Workspace:
    (folder / "indberet.toml").write_text(SETTINGS)
    found = load(folder / "indberet.toml")
    (folder / "token").write_text("hunter22")
    options = {"token": SecretReference("token", None, folder / "token")}
    connections = tuple(
        ConnectionReference(name, "one", system, options, folder)
        for name, system in systems.items()
    )
    return replace(found, connections=connections)


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    there: dict[str, Any] = {}
    monkeypatch.setattr(registry, "load", lambda system: there[system])
    return there


class Slow(Books):
    """Waits until every other connection is done."""

    concurrency = 1

    def __init__(self, others: threading.Event) -> None:
        super().__init__()
        self._others = others

    def pull(self, connection: Connection, *rest: Any) -> Iterator[Item]:
        assert self._others.wait(20), "the others waited for this one"
        yield from super().pull(connection, *rest)


class Quick(Books):
    concurrency = 2

    def __init__(self, done: threading.Event) -> None:
        super().__init__()
        self._done = done

    def pull(self, connection: Connection, *rest: Any) -> Iterator[Item]:
        yield from super().pull(connection, *rest)
        self._done.set()


def test_a_slow_connection_holds_up_no_other_system(tmp_path: Path, systems) -> None:
    done = threading.Event()
    systems.update(slow=Slow(done), quick=Quick(done))
    found = workspace(tmp_path, {"a": "slow", "b": "quick"})
    pulled = pull_all.pull(found, lambda *_: None)
    assert [(p.connection_id, p.error) for p in pulled] == [("a", None), ("b", None)]


def test_connections_of_one_system_are_read_at_once_up_to_its_limit(
    tmp_path: Path, systems
) -> None:
    both = threading.Barrier(2)

    class Meeting(Books):
        concurrency = 2

        def pull(self, connection: Connection, *rest: Any) -> Iterator[Item]:
            both.wait(20)
            yield from super().pull(connection, *rest)

    systems.update(meeting=Meeting())
    found = workspace(tmp_path, {"a": "meeting", "b": "meeting"})
    assert [p.error for p in pull_all.pull(found, lambda *_: None)] == [None, None]


def test_a_broken_connection_and_a_fault_of_ours_stop_nobody(tmp_path: Path, systems) -> None:
    class Down(Books):
        def pull(self, *_: Any) -> Iterator[Item]:
            raise TransientError("The server is down.")
            yield

    class Faulty(Books):
        def pull(self, *_: Any) -> Iterator[Item]:
            raise KeyError("amount of hunter22")
            yield

    systems.update(good=Books(), down=Down(), faulty=Faulty())
    found = workspace(tmp_path, {"a": "down", "b": "faulty", "c": "good"})
    down, faulty, good = pull_all.pull(found, lambda *_: None)
    assert isinstance(down.error, TransientError)
    assert isinstance(faulty.error, PermanentError)
    assert str(faulty.error) == (
        "Reading connection b (faulty) failed in a way nobody foresaw: KeyError: 'amount of ***'. "
        "Nothing of it was landed; report it with the connector's name."
    )
    assert good.error is None
    assert landing.loads(tmp_path / "var" / "landed", "c")
    assert sorted(pull_all.failed(found)) == ["a", "b"]
    assert len(pull_all.stale(found)) == 2
