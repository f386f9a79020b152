"""Generic cases of systems that a simulator stands for: one for each folder, stopped at exit.

Belongs here: starting, ruining and stopping. Does not: a vendor, or what changes in its books.
"""

import atexit
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.simulators.base import Simulator

S = TypeVar("S", bound=Simulator)


def case(
    name: str,
    make: Callable[[], S],
    connect: Callable[[S, Path], Connection],
    counts: tuple[int, int, Decimal],
    change: Callable[[S], None],
    *,
    deletes: int = True,
) -> Case:
    """`counts`: vouchers, postings and debit. The simulator can `revoke` its credentials."""
    running: dict[Path, Any] = {}

    def set_up(folder: Path) -> Connection:
        running[folder] = make().__enter__()
        atexit.register(running[folder].stop)
        return connect(running[folder], folder)

    return Case(
        name, set_up, *counts, lambda folder: change(running[folder]),
        ruin=lambda folder: running[folder].revoke(),
        stall=lambda folder: running[folder].stop(), deletes=deletes,
    )  # fmt: skip
