"""The desk's own errors, word for word."""

import socket
from pathlib import Path

import duckdb
import pytest

from assets.desk import database
from pipelines.commands.desk import needs_free
from tests.errors.corpus import expected
from warehouse.errors import SettingsError, TransientError
from warehouse.store import Store


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as raised:
            needs_free(port)
    assert str(raised.value) == expected("desk", "port-taken", port=port)


def test_tables_that_are_replaced_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise duckdb.IOException("No files found")

    monkeypatch.setattr(database, "_Opened", gone)
    reading = database.Reading(Store(tmp_path))
    with pytest.raises(TransientError) as raised, reading.connect():
        pass
    assert str(raised.value) == expected("desk", "tables-keep-changing", folder=tmp_path)
