"""What a connector that reads over a network must bring to the conformance suite.

A system's case lives in `network_<system>.py` as `CASES`; `test_network.py` gathers those
files by name and holds every case to the same properties.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.simulators.base import Simulator

AS_DINERO = {"client": "on dinero, which asks with the same client"}


@dataclass(frozen=True)
class NetworkCase:
    """One system behind its simulator.

    `simulator` makes one with books of a few pages, not yet started; `connect` answers a
    connection to it (small pages, `timeout` 1, `attempts` 2, tokens below the folder).
    `vouchers`, `postings` and `debit`: what the books hold. `path`: part of the path of a
    request for a page of vouchers or entries.

    What may happen to the books, between two pages or two pulls (None where the system cannot):
    `edit` changes one booked record that stands on the first page; `insert_late` adds one voucher
    that sorts, by date or stamp, before others already read; `delete` takes away one that stands on
    the first page. Each answers (vouchers, postings) added or taken, as (1, 3) or (0, 0).

    `revoke` withdraws the credentials for good; `expire` voids the access token, leaving the
    refresh token. `wrong` gives one amount of a decoded page of vouchers another type, `missing`
    takes a needed field out of it, `empty` takes all its records away.
    `proof`: how far this proves the real thing, for the table in the README. `elsewhere`: code
    this system shares with others → where it is proved: "client" (sending, waiting, limits),
    "pages" (what moves between two pages), "reading" (again, replayed, killed), "credentials"
    (refused, empty, kept secret), "tokens" (that expire).
    """

    name: str
    simulator: Callable[[], Simulator]
    connect: Callable[[Simulator, Path], Connection]
    vouchers: int
    postings: int
    debit: Decimal
    path: str
    wrong: Callable[[Any], Any]
    missing: Callable[[Any], Any]
    empty: Callable[[Any], Any]
    revoke: Callable[[Any], object]
    edit: Callable[[Any], tuple[int, int]] | None = None
    insert_late: Callable[[Any], tuple[int, int]] | None = None
    delete: Callable[[Any], tuple[int, int]] | None = None
    expire: Callable[[Any], object] | None = None
    proof: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
