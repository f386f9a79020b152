"""Conformance cases of bank statements. Entries stand for vouchers; what came in went out again,
so that they sum to zero as postings do.
"""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.camt053_writer import IBAN, Entry, Statement, document
from tests.conformance.connector_case import Case

ENTRIES = [
    Entry(
        f"2026-01-{n % 28 + 1:02}", f"{'-' if n > 20 else ''}{(n - 1) % 20 + 1}00.04",
        text=f"Faktura {n}", ref=f"REF{n}",
    )
    for n in range(1, 41)
]  # fmt: skip
CAME_IN = sum((Decimal(one.amount) for one in ENTRIES if one.amount[0] != "-"), Decimal(0))
# one says more, one is gone, one is new
CHANGED = [
    replace(ENTRIES[0], text="Faktura 1, rykker"), *ENTRIES[2:],
    Entry("2026-01-30", "8.00", ref="REF41"),
]  # fmt: skip


def _write(folder: Path, entries: list[Entry], version: str) -> None:
    credit = sum((Decimal(e.amount) for e in entries if e.amount[0] != "-"), Decimal(0))
    totals = {"count": str(len(entries)), "credit": str(credit)}
    statement = Statement(entries, opening="1000.00", totals=totals, number="1")
    (folder / "bank.xml").write_bytes(document([statement], version))


def camt053(version: str) -> Case:
    def set_up(folder: Path) -> Connection:
        _write(folder, ENTRIES, version)
        options = {"path": "bank.xml", "accounts": {IBAN: "5820"}}
        return Connection("bank", "nordlys", "camt053", options, str(folder))

    def ruin(folder: Path) -> None:
        path = folder / "bank.xml"
        path.write_bytes(path.read_bytes()[:-50])

    return Case(
        f"camt053-{version}", set_up, 40, 40, CAME_IN,
        lambda folder: _write(folder, CHANGED, version), ruin,
        proof="the schema only: statements of our own, no bank's",
    )  # fmt: skip


CASES = [camt053(version) for version in ("02", "08", "12")]
