"""What a connector must bring to take part in the conformance suite.

A system's cases live in `cases_<system>.py` as a list `CASES`; `test_connectors.py`
gathers those files by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection


@dataclass(frozen=True)
class Case:
    """One source as it stands, and what may happen to it.

    `set_up` makes the source in a folder and answers the connection. `vouchers`,
    `postings` and `debit` are what the source itself counts. `change` changes one
    voucher, adds one and deletes one (the deletion not where `deletes` is False:
    some sources cannot tell; 2 where a document goes with its voucher). `ruin` makes it
    wrong for good, `stall` wrong for now (None where nothing of the kind can happen).
    `proof`: how far the tests prove the real thing, for the README's table (a system with
    network cases says it there).
    """

    name: str
    set_up: Callable[[Path], Connection]
    vouchers: int
    postings: int
    debit: Decimal
    change: Callable[[Path], None]
    ruin: Callable[[Path], None]
    stall: Callable[[Path], None] | None = None
    deletes: int = True
    proof: str = ""
