"""The conformance case of Tryton: a real server, started anew once its books were touched."""

import contextlib
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp

import pytest

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.tryton_server import server
from tests.tryton_server.books import DOCUMENTS, TAXES, VOUCHERS, Document
from tests.tryton_server.expected import kroner, vat_by_code
from tests.tryton_server.rpc import Bookkeeper
from warehouse.secret import Secret


def _postings(document: Document) -> int:
    """The lines, one VAT line per code and leg, and the customer's or supplier's line."""
    codes = {code for _account, code, _amount in document.lines}
    legs = sum(bool(TAXES[code].output) + bool(TAXES[code].input) for code in codes)
    return len(document.lines) + legs + 1


def _debit(document: Document) -> Decimal:
    """Base and whole VAT of each line stand in debit once; in a credit note in credit,
    and as much the other way round."""
    bases = [kroner(amount, document.currency, document.day) for _a, _c, amount in document.lines]
    return abs(sum(bases, Decimal(0)) + sum(vat_by_code(document, whole=True).values()))


def _times(is_reversed: bool) -> int:
    return 2 if is_reversed else 1


COUNT = len(DOCUMENTS) + sum(_times(voucher.is_reversed) for voucher in VOUCHERS)
POSTINGS = sum(_postings(document) for document in DOCUMENTS) + sum(
    len(voucher.lines) * _times(voucher.is_reversed) for voucher in VOUCHERS
)
DEBIT = sum((_debit(document) for document in DOCUMENTS), Decimal(0)) + sum(
    amount * _times(voucher.is_reversed)
    for voucher in VOUCHERS
    for _account, amount, _party in voucher.lines
    if amount > 0
)

_untouched: list[server.Running] = []


def _set_up(folder: Path) -> Connection:
    """One server serves until a test touches it; each test has its own note of which."""
    if not server.is_installed():
        pytest.skip("the Tryton server is not installed here: run `make tryton`")
    if not _untouched:
        _untouched.append(server.start(Path(mkdtemp(dir=folder.parent))))
    running = _untouched[-1]
    (folder / "server").write_text(running.folder)
    key = Secret(Path(running.key_file).read_text())
    options = {"url": running.url, "database": running.database, "key": key, "attempts": 1}
    return Connection("books", "nordlys", "tryton", options, str(folder))


def _touched(folder: Path) -> server.Running:
    running = _untouched.pop()
    assert running.folder == (folder / "server").read_text()
    return running


def _change(folder: Path) -> None:
    """A VAT amount rewritten on a posted voucher, a voucher posted, one gone for good."""
    running = _touched(folder)
    keeper = Bookkeeper(running)
    (line,) = keeper.call("account.tax.line", "search", [["move_line.move", "=", 2]], 0, 1, None)
    keeper.call("account.tax.line", "write", [line], {"amount": Decimal("7329.00")})
    keeper.post(keeper.draft(date(2026, 11, 19), "2450", "6480", "8.00"))
    (payment,) = keeper.call(
        "account.move", "search", [["description", "=", "Udbetaling"]], 0, 1, None
    )
    # Tryton itself deletes nothing that is posted; a hand in the database can.
    file = Path(running.folder) / f"{running.database}.sqlite"
    with contextlib.closing(sqlite3.connect(file, timeout=20)) as books:
        books.execute("DELETE FROM account_move_line WHERE move = ?", [payment])
        books.execute("DELETE FROM account_move WHERE id = ?", [payment])
        books.commit()


def _ruin(folder: Path) -> None:
    """The administrator withdraws the key."""
    keeper = Bookkeeper(_touched(folder))
    keys = keeper.call("res.user.application", "search", [], 0, None, None)
    keeper.call("res.user.application", "cancel", keys)


def _stall(folder: Path) -> None:
    """The server is down."""
    server.stop(Path(_touched(folder).folder))


CASES = [Case("tryton", _set_up, COUNT, POSTINGS, DEBIT, _change, _ruin, _stall)]
