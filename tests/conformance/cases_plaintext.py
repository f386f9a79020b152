"""Conformance cases of GnuCash, Beancount and hledger."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests import gnucash_writer
from tests.conformance.cases_files import AFTER, BEFORE, DEBIT
from tests.conformance.connector_case import Case

NAMES = {"5600": "Assets:Debitorer", "1010": "Income:Salg", "6902": "Liabilities:Moms"}
PROOF = {
    "gnucash": "GnuCash 4.13 itself; a recorded book",
    "beancount": "Beancount 3.2's own loader; a recorded file",
    "hledger": "hledger 1.25 itself; a recorded journal",
}
_ACCOUNTS = [
    ("5600", "Debitorer", "RECEIVABLE"), ("1010", "Salg", "INCOME"),
    ("6902", "Salgsmoms", "LIABILITY"),
]  # fmt: skip


def _day(number: str) -> str:
    return f"2026-{int(number) % 12 + 1:02}-{int(number) % 28 + 1:02}"


def _lines(net: str) -> list[tuple[str, str]]:
    amount = Decimal(net)
    told = (("5600", amount * 5 / 4), ("1010", -amount), ("6902", -amount / 4))
    return [(account, f"{value:.2f}") for account, value in told]


def gnucash(folder: Path, nets: dict[str, str], *, form: str, compressed: bool = True) -> None:
    transactions = [(f"F{n}", _day(n), "Salg", _lines(net)) for n, net in nets.items()]
    gnucash_writer.write(
        folder / "books.gnucash", _ACCOUNTS, transactions, form=form, compressed=compressed,
        tax_tables=[("Salgsmoms 25%", "6902", "25")],
    )  # fmt: skip


def beancount(folder: Path, nets: dict[str, str]) -> None:
    """Two files, the second included; the last balances stated."""
    opened = "".join(f"2026-01-01 open {name} DKK\n" for name in NAMES.values())
    vouchers = "".join(
        f'\n{_day(n)} * "Kunde A/S" "Salg"\n  bilag: "{n}"\n  vat: "S25"\n'
        + "".join(f"  {NAMES[account]}  {amount} DKK\n" for account, amount in _lines(net))
        for n, net in nets.items()
    )
    gross = sum((Decimal(net) * 5 / 4 for net in nets.values()), Decimal(0))
    head = 'option "title" "Nordlys ApS"\noption "operating_currency" "DKK"\n'
    (folder / "books.beancount").write_text(
        f'{head}include "2026/sales.beancount"\n{opened}'
        f"2027-01-01 balance Assets:Debitorer {gross:.2f} DKK\n"
    )
    (folder / "2026").mkdir(exist_ok=True)
    (folder / "2026" / "sales.beancount").write_text(vouchers)


def hledger(folder: Path, nets: dict[str, str]) -> None:
    """Danish notation, amounts left out, the last balance stated."""
    vouchers = "".join(
        f"\n{_day(n)} * ({n}) Kunde A/S  ; vat:S25\n"
        + "".join(f"    {NAMES[a]}  {v.replace('.', ',')} kr\n" for a, v in _lines(net)[:2])
        + f"    {NAMES['6902']}\n"
        for n, net in nets.items()
    )
    gross = sum((Decimal(net) * 5 / 4 for net in nets.values()), Decimal(0))
    stated = f"{gross:.2f}".replace(".", ",")
    (folder / "books.journal").write_text(
        f"commodity 1.000,00 kr\n{vouchers}\n2026-12-31 (S) Saldo\n"
        f"    Assets:Debitorer  0 kr = {stated} kr\n    Income:Salg  0 kr\n"
    )


def hledger_json(folder: Path, nets: dict[str, str]) -> None:
    def amount(text: str) -> dict[str, object]:
        quantity = {"decimalMantissa": int(text.replace(".", "")), "decimalPlaces": 2}
        return {"acommodity": "DKK", "aquantity": quantity, "aprice": None}

    told = [
        {
            "tindex": index, "tdate": _day(n), "tdate2": None, "tcode": n, "tcomment": "vat:S25\n",
            "tdescription": "Kunde A/S", "ttags": [["vat", "S25"]],
            "tpostings": [
                {"paccount": NAMES[account], "pamount": [amount(value)], "pcomment": "",
                 "ptags": [], "pdate": None, "ptype": "RegularPosting"}
                for account, value in _lines(net)
            ],
        }
        for index, (n, net) in enumerate(nets.items(), 1)
    ]  # fmt: skip
    (folder / "books.json").write_text(json.dumps(told))


def _case(
    name: str,
    file: str,
    write: Callable[[Path, dict[str, str]], None],
    *,
    extra: tuple[int, int] = (0, 0),
) -> Case:
    """`extra`: vouchers and postings more than the other forms have."""
    system = name.split("-", maxsplit=1)[0]

    def set_up(folder: Path) -> Connection:
        write(folder, BEFORE)
        return Connection("books", "nordlys", system, {"path": file}, str(folder))

    def ruin(folder: Path) -> None:
        path = folder / file
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] + b'\n  "')

    return Case(
        name, set_up, 40 + extra[0], 120 + extra[1], DEBIT,
        lambda folder: write(folder, AFTER), ruin, proof=PROOF[system],
    )  # fmt: skip


CASES = [
    _case("gnucash-sqlite", "books.gnucash", lambda f, n: gnucash(f, n, form="sqlite")),
    _case("gnucash-xml", "books.gnucash", lambda f, n: gnucash(f, n, form="xml")),
    _case(
        "gnucash-plain-xml", "books.gnucash",
        lambda f, n: gnucash(f, n, form="xml", compressed=False),
    ),
    _case("beancount", "books.beancount", beancount),
    _case("hledger", "books.journal", hledger, extra=(1, 2)),
    _case("hledger-json", "books.json", hledger_json),
]  # fmt: skip
