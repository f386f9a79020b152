"""The network case of Tryton: a real server, with a relay before it that can misbehave.

One server serves until a test touches its books; the next one gets a fresh copy.
"""

import contextlib
import http.client
import sqlite3
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from assets.sources.connector import Connection
from tests.conformance.cases_tryton import COUNT, DEBIT, POSTINGS
from tests.conformance.network_case import NetworkCase
from tests.simulators.base import Answer, Asked, Simulator
from tests.tryton_server import server
from tests.tryton_server.rpc import Bookkeeper
from warehouse.secret import Secret

_PASSED = ("authorization", "range", "x-tryton-context", "content-type")


_untouched: list[server.Running] = []


class Tryton(Simulator):
    """Passes each request on to a real server."""

    def __init__(self) -> None:
        if not server.is_installed():
            pytest.skip("the Tryton server is not installed here: run `make tryton`")
        super().__init__()
        self._is_touched = False
        self.running = _untouched.pop() if _untouched else server.start(Path(mkdtemp()) / "tryton")
        self.key = Path(self.running.key_file).read_text().strip()

    def secrets(self) -> list[str]:
        """The key."""
        return [self.key]

    def stop(self) -> None:
        """Stop the relay; a server nobody touched serves the next one."""
        super().stop()
        if self._is_touched:
            server.stop(Path(self.running.folder))
        elif self.running not in _untouched:
            _untouched.append(self.running)

    def answer(self, asked: Asked) -> Answer:
        """What the real server answers."""
        where = urlsplit(self.running.url)
        passed = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        headers = {name: asked.headers[name] for name in _PASSED if name in asked.headers}
        query = f"?{urlencode(asked.pairs)}" if asked.pairs else ""
        passed.request(asked.method, asked.path + query, asked.body or None, headers)
        came = passed.getresponse()
        content = came.read()
        passed.close()
        kept = {k: v for k, v in came.getheaders() if k.lower() == "content-range"}
        return Answer(content, came.status, {"Content-Type": "application/json", **kept})

    def keeper(self) -> Bookkeeper:
        """A bookkeeper at the same server."""
        self._is_touched = True
        return Bookkeeper(self.running)


def _connect(simulator: Tryton, folder: Path) -> Connection:
    options = {
        "url": simulator.url, "database": simulator.running.database,
        "key": Secret(simulator.key), "page_size": 50, "timeout": 5, "attempts": 2,
    }  # fmt: skip
    return Connection("books", "nordlys", "tryton", options, str(folder))


def _edit(simulator: Tryton) -> tuple[int, int]:
    """A VAT amount rewritten on a voucher of the first page."""
    keeper = simulator.keeper()
    (line,) = keeper.call("account.tax.line", "search", [["move_line.move", "=", 2]], 0, 1, None)
    keeper.call("account.tax.line", "write", [line], {"description": None})
    return 0, 0


def _insert_late(simulator: Tryton) -> tuple[int, int]:
    """A voucher of an earlier day, whose stamps a slow transaction left far behind."""
    keeper = simulator.keeper()
    number = keeper.draft(date(2026, 1, 2), "2450", "6480", "8.00")
    keeper.post(number)
    with contextlib.closing(_database(simulator)) as books, books:
        for table, column in (("account_move", "id"), ("account_move_line", "move")):
            books.execute(
                f"UPDATE {table} SET create_date = '2026-01-02 00:00:00.000001', "
                f"write_date = NULL WHERE {column} = ?",
                [number],
            )
    return 1, 2


def _delete(simulator: Tryton) -> tuple[int, int]:
    """Tryton itself deletes nothing that is posted; a hand in the database can."""
    with contextlib.closing(_database(simulator)) as books, books:
        ((number,),) = books.execute("SELECT min(id) FROM account_move WHERE state = 'posted'")
        gone = books.execute("DELETE FROM account_move_line WHERE move = ?", [number]).rowcount
        books.execute("DELETE FROM account_move WHERE id = ?", [number])
    return 1, gone


def _database(simulator: Tryton) -> sqlite3.Connection:
    simulator.keeper()  # marks the books as touched
    running = simulator.running
    return sqlite3.connect(Path(running.folder) / f"{running.database}.sqlite", timeout=20)


def _revoke(simulator: Tryton) -> None:
    keeper = simulator.keeper()
    keys = keeper.call("res.user.application", "search", [], 0, None, None)
    keeper.call("res.user.application", "cancel", keys)


def _wrong(page: Any) -> Any:
    return [{**page[0], "date": 7}, *page[1:]]


def _missing(page: Any) -> Any:
    return [{k: v for k, v in page[0].items() if k != "date"}, *page[1:]]


def _empty(page: Any) -> Any:
    return [] if isinstance(page, list) and page and isinstance(page[0], dict) else page


CASES = [
    NetworkCase(
        "tryton", Tryton, _connect, COUNT, POSTINGS, DEBIT, "/rest/model/account.move",
        _wrong, _missing, _empty, _revoke, _edit, _insert_late, _delete,
        proof="a real server, 8.2",
    )
]  # fmt: skip
