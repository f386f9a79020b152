"""What suggestions are measured on: charts, recorded answers, and the truth about them.

`charts/` holds the truth, decided by hand from the public charts: for each account the
standard accounts that are right (several: any of them; none: nobody can say from the
name), for each VAT code the standard codes. Where the accounts come from:

odoo18            recorded answers of a server (names are read from the recording)
tryton            the recorded Tryton company
economic          e-conomic's common chart, as CrediWire's public front end shows it
dk_std            DK-STD of Dolibarr's installation
odoo17_balance    balance accounts of Odoo's Danish chart up to 17: read after the words
                  were chosen
ledgersmb         LedgerSMB's Danish chart: read after the words were chosen
billy             Billy's income and debt accounts, as a public client lists them: read last,
                  and nothing was changed for it
rentemester       the chart Rentemester is installed with: read last, nothing changed for it
bas               common accounts of the Swedish BAS chart, kind by the number's class
vat_codes         codes as the systems' public descriptions and clients name them (Billy's and
                  e-conomic's texts by their usage, not word for word), and some made by hand

Belongs here: reading them and counting. Does not: what must hold (`test_suggest*`).
"""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.ledger.suggest import SURE, OwnAccount, Suggestion

_CHARTS = Path(__file__).with_name("charts")
_ODOO_KIND = {
    "income": "revenue",
    "income_other": "revenue",
    "expense": "expense",
    "expense_direct_cost": "expense",
    "expense_depreciation": "expense",
    "equity": "equity",
    "equity_unaffected": "equity",
}


@dataclass(frozen=True)
class Measured:
    """How a chart fared: `known` accounts have a right answer, `wrong` are sure and wrong."""

    accounts: int
    known: int
    right: int
    offered: int
    sure: int
    wrong: tuple[str, ...]


def table(name: str) -> list[dict[str, str]]:
    with (_CHARTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def truth(name: str) -> dict[str, frozenset[str]]:
    """Account → the standard accounts that are right, none where nobody can say."""
    return {
        row["account_code"]: frozenset(code for code in row["standard"].split("|") if code)
        for row in table(name)
    }


def chart(name: str) -> list[OwnAccount]:
    return [
        OwnAccount(row["account_code"], row["name"], row["kind"] or None) for row in table(name)
    ]


def recorded(folder: Path, pattern: str) -> list[dict[str, Any]]:
    """The records of one recorded model, over all its pages."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob(pattern)):
        body = json.loads(json.loads(path.read_text())["body"])
        rows += body["result"] if isinstance(body, dict) else body
    return rows


def odoo_accounts(shared_data: Path) -> list[OwnAccount]:
    rows = recorded(shared_data / "recordings" / "odoo18", "account.account.0*.json")
    return [
        OwnAccount(
            row["code"],
            row["name"],
            _ODOO_KIND.get(row["account_type"]) or row["account_type"].split("_")[0],
        )
        for row in rows
    ]


def measure(found: Iterable[Suggestion], right: dict[str, frozenset[str]]) -> Measured:
    by_code = {one.own_code: one for one in found if one.own_code in right}
    sure = [one for one in by_code.values() if one.confidence >= SURE]
    return Measured(
        len(right),
        sum(bool(codes) for codes in right.values()),
        sum(one.standard_code in right[code] for code, one in by_code.items()),
        len(by_code),
        len(sure),
        tuple(
            f"{s.own_code} {s.own_name}: {s.standard_code} ({s.reason}), not "
            f"{'|'.join(sorted(right[s.own_code])) or 'anything'}"
            for s in sure
            if s.standard_code not in right[s.own_code]
        ),
    )
