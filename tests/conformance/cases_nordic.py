"""Conformance cases of Fortnox, Visma eAccounting and Tripletex, by the files they export."""

from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.cases_files import (
    AFTER,
    BEFORE,
    DEBIT,
    _connection,
    _day,
    _lines,
    _saft,
    _sie4,
)
from tests.conformance.connector_case import Case


def _vendor(folder: Path, program: str, nets: dict[str, str]) -> None:
    """The vendor's SIE 4: its #PROGRAM, a struck row and an added one in every tenth voucher."""
    _sie4(folder, nets)
    path = folder / "books.se"
    text = path.read_bytes().decode("cp437")
    text = text.replace("#FORMAT", f'#PROGRAM "{program}" 1.0\n#FORMAT', 1)
    for number, net in nets.items():
        if int(number) % 10 == 0:
            account, amount = _lines(number, net)[1]
            row = f"{account} {{}} {amount:.2f}"
            day = _day(number).replace("-", "")
            head, mark, rest = text.partition(f"#VER A {number} {day} ")
            told = f'#BTRANS 3999 {{}} 1.00 {day} "" 0 "EE"\n#RTRANS {row} {day} "" 0 "EE"\n'
            text = head + mark + rest.replace(f"#TRANS {row}\n", f"{told}#TRANS {row}\n", 1)
    path.write_bytes(text.encode("cp437"))


def sie(system: str, program: str, proof: str) -> Case:
    def set_up(folder: Path) -> Connection:
        _vendor(folder, program, BEFORE)
        codes = {"3000-3999": "U25"}
        return _connection(system, folder, path="books.se", vat_accounts=codes)

    def ruin(folder: Path) -> None:
        path = folder / "books.se"
        path.write_bytes(path.read_bytes()[:-20])

    return Case(
        system, set_up, 40, 120, DEBIT, lambda folder: _vendor(folder, program, AFTER), ruin,
        proof=proof,
    )  # fmt: skip


def tripletex() -> Case:
    def set_up(folder: Path) -> Connection:
        _saft(folder, BEFORE, "NO", "1.30")
        return _connection("tripletex", folder, path="books.xml")

    def ruin(folder: Path) -> None:  # the file of another country under the same name
        _saft(folder, BEFORE, "DK", "2.1")

    return Case(
        "tripletex", set_up, 40, 120, DEBIT,
        lambda folder: _saft(folder, AFTER, "NO", "1.30"), ruin,
        proof="as SAF-T; no file of Tripletex itself",
    )  # fmt: skip


CASES = [
    sie("fortnox", "Fortnox Bokföring", "a file Fortnox wrote in 2011"),
    sie("visma_eaccounting", "Visma eEkonomi", "files of other Visma programs; none of its own"),
    tripletex(),
]
