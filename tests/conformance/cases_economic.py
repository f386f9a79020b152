"""The generic conformance case of e-conomic."""

import atexit
from datetime import date
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.conformance.network_economic import DEBIT, POSTINGS, VOUCHERS, connect
from tests.simulators.economic import Economic

_running: dict[str, Economic] = {}


def _set_up(folder: Path) -> Connection:
    economic = Economic(page_length=100)
    economic.__enter__()
    atexit.register(economic.stop)
    _running[str(folder)] = economic
    return connect(economic, folder)


def _change(folder: Path) -> None:
    """Late entries join an old voucher, another is booked, one is taken out of the books."""
    economic = _running[str(folder)]
    old = economic.entries[10]
    economic.book(old.day, [("2450", "8.00"), ("6480", "-8.00")], voucher=old.voucher)
    economic.book(date(2026, 11, 19), [("2450", "9.00"), ("6480", "-9.00")])
    economic.remove(next(e.voucher for e in economic.entries if e.kind == 5 and e.number > 40))


CASES = [
    Case(
        "economic", _set_up, VOUCHERS, POSTINGS, DEBIT, _change,
        ruin=lambda folder: _running[str(folder)].revoke(),
        stall=lambda folder: _running[str(folder)].stop(),
    )
]  # fmt: skip
