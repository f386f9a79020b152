"""The generic conformance case of Billy."""

import atexit
from datetime import date
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.conformance.network_billy import DEBIT, POSTINGS, VOUCHERS, connect
from tests.simulators.billy import Billy

_running: dict[str, Billy] = {}


def _set_up(folder: Path) -> Connection:
    simulator = Billy()
    simulator.__enter__()
    atexit.register(simulator.stop)
    _running[str(folder)] = simulator
    return connect(simulator, folder)


def _change(folder: Path) -> None:
    """A text corrected, a transaction entered, one voided."""
    simulator = _running[str(folder)]
    simulator.edit(5)
    simulator.add(date(2026, 11, 19), "ny", [("2450", Decimal(8)), ("6480", Decimal(-8))])
    simulator.void(7)


CASES = [
    Case(
        "billy", _set_up, VOUCHERS, POSTINGS, DEBIT, _change,
        ruin=lambda folder: _running[str(folder)].revoke(),
        stall=lambda folder: _running[str(folder)].stop(),
    )
]  # fmt: skip
