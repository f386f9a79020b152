"""Suggestions on recordings of real systems: most are right, and no sure one is wrong."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.ledger.suggest import SURE, OwnAccount, suggest_accounts
from assets.ledger.suggest_vat import OwnVatCode, suggest_vat_codes
from warehouse import standards

# What each of the recorded Danish localisation's taxes is, read from its texts by hand.
ODOO_TAXES = {
    "S-DK-25": "S01", "S-DK-Y-25": "S01", "S-DK-0": "S02", "S-DK-U": "S81", "S-DK-MF": "S82",
    "S-DK-Brugtmoms": "S83", "S-DK-Marginmoms": "S84", "S-DK-brugtbil": "S85",
    "S-DK-leasingbiler mm": "S86", "S-DK-kunstnere": "S87", "S-LokalMoms": "S88",
    "S-EU-V-0": "S21", "S-EU-V-0%": "S22", "S-EU-Y-0": "S23", "S-EU-T-0": "S25",
    "S-EU-MF": "S24", "S-%EU-V-0": "S41", "S-%EU-Y-0": "S42", "S-%EU-MF": "S43",
    "K-DK-Fradrag": "K010", "K-DK-Y-Fradrag": "K010", "K-Dk-SkønsmæssigFradrag": "K020",
    "K-DK-IngenFradrag": "K030", "K-DK-VejFradrag": "K610", "K-DK-FastnettelefonFuld": "K040",
    "K-DK-FastnettelefonProRata": "K050", "K-DK-GulpladebilFradragPrivat": "K060",
    "K-DK-RepræsentationFradragFuld": "K070", "K-DK-RepræsentationFradragProRata": "K080",
    "K-DK-LeasinghvidpladebilFradrag": "K090", "K-DK-LeasinghvidpladebilFradragProrata": "K100",
    "K-DK-DelvisFradrag": "K110", "K-DK-SektorFradrag": "K120", "K-DK-ArealFradrag": "K130",
    "K-DK-Brugtmoms": "K620", "K-DK-Marginmoms": "K630", "K-DK-brugtbil": "K640",
    "K-DK-leasingbiler mm": "K650", "K-DKO-Fradrag": "K660", "K-DKO-DelvisFradrag": "K670",
    "K-DKO-SkønsmæssigFradrag": "K680", "K-DKO-IngenFradrag": "K690",
    "K-DKO-ArealFradrag": "K700", "K-LokalMoms": "K710", "K-DK-refusion": "K720",
    "K-EU-V-Fradrag": "K210", "K-EU-V-SkønsmæssigFradrag": "K220",
    "K-EU-V-IngenFradrag": "K230", "K-EU-V-DelvisFradrag": "K240", "K-EU-V-ArealFradrag": "K250",
    "K-EU-Y-Fradrag": "K260", "K-EU-Y-SkønsmæssigFradrag": "K270",
    "K-EU-Y-IngenFradrag": "K280", "K-EU-Y-DelvisFradrag": "K290", "K-EU-Y-ArealFradrag": "K300",
    "K-EU-LeasinghvidpladebilFradrag": "K310", "K-EU-LeasinghvidpladebilDelvisFradrag": "K320",
    "K-EU-Y-GulpladebilFradragPrivat": "K330", "K-EU-Momsfritaget": "K340",
    "K-%EU-V-Fradrag": "K410", "K-%EU-V-SkønsmæssigFradrag": "K420",
    "K-%EU-V-IngenFradrag": "K430", "K-%EU-V-DelvisFradrag": "K440",
    "K-%EU-V-ArealFradrag": "K450", "K-%EU-Y-Fradrag": "K460",
    "K-%EU-DK-Y-SkønsmæssigFradrag": "K470", "K-%EU-DK-Y-IngenFradrag": "K480",
    "K-%EU-Y-DelvisFradrag": "K490", "K-%EU-Y-ArealFradrag": "K500",
}  # fmt: skip
TRYTON_ACCOUNTS = {
    "1010": "1010", "1030": "1050", "1050": "1100", "2010": "1610", "2030": "1630",
    "4010": "2030", "5600": "6190", "5820": "6480", "6800": "7440", "6902": "7680",
    "6903": "7740", "6904": "7700", "6960": "7920",
}  # fmt: skip
TRYTON_KIND = {
    "Nettoomsætning": "revenue",
    "Omkostninger": "expense",
    "Aktiver": "asset",
    "Tilgodehavender": "asset",
    "Egenkapital": "equity",
    "Kreditorer": "liability",
    "Gæld": "liability",
}


def recorded(folder: Path, pattern: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob(pattern)):
        body = json.loads(json.loads(path.read_text())["body"])
        rows += body["result"] if isinstance(body, dict) else body
    return rows


def measure(found, truth) -> tuple[int, int, list[str]]:
    """How many of `truth` are suggested right, how many at all, which sure ones are wrong."""
    by_code = {one.own_code: one for one in found}
    hits = [
        code
        for code, right in truth.items()
        if code in by_code and by_code[code].standard_code == right
    ]
    wrong = [
        f"{code}: {by_code[code]} not {right}"
        for code, right in truth.items()
        if code in by_code
        and by_code[code].standard_code != right
        and by_code[code].confidence >= SURE
    ]
    return len(hits), len(by_code.keys() & truth.keys()), wrong


def test_vat_codes_of_a_real_danish_localisation(shared_data):
    taxes = recorded(shared_data / "recordings" / "odoo18", "account.tax.0*.json")
    rows = [
        OwnVatCode(
            t["name"],
            re.sub("<[^>]+>", "", t["description"] or ""),
            Decimal(str(t["amount"])) / 100,
            t["type_tax_use"],
        )
        for t in taxes
    ]
    assert {row.vat_code for row in rows} == ODOO_TAXES.keys()
    right, offered, wrong = measure(suggest_vat_codes(rows), ODOO_TAXES)
    assert wrong == []
    assert (right, offered, len(rows)) == (68, 69, 69)


def test_accounts_of_a_real_danish_localisation(shared_data):
    """Its names are English and its numbers those of the 2023 chart, so an account's true
    place is the account of today's chart with the 2023 account's Danish name."""
    accounts = recorded(shared_data / "recordings" / "odoo18", "account.account.0*.json")
    chart = shared_data / "standardkontoplan" / "standard_accounts_2023_4digit.csv"
    with chart.open(encoding="utf-8", newline="") as file:
        old = dict(list(csv.reader(file, delimiter=";"))[1:])
    posted = [a for a in standards.accounts().values() if a.kind != "total"]
    truth = {}
    for account in accounts:
        named = [a.account_code for a in posted if a.name_da == old.get(account["code"])]
        if named:
            truth[account["code"]] = account["code"] if account["code"] in named else named[0]
    kind = {
        "income": "revenue",
        "income_other": "revenue",
        "expense": "expense",
        "expense_direct_cost": "expense",
        "expense_depreciation": "expense",
        "equity": "equity",
    }
    rows = [
        OwnAccount(
            a["code"],
            a["name"],
            kind.get(a["account_type"]) or a["account_type"].split("_")[0],
        )
        for a in accounts
    ]
    right, offered, wrong = measure(suggest_accounts(rows), truth)
    assert wrong == []
    assert (right, offered, len(truth)) == (158, 167, 193)


def test_the_2023_chart_finds_its_accounts_in_todays(shared_data):
    chart = shared_data / "standardkontoplan" / "standard_accounts_2023_4digit.csv"
    with chart.open(encoding="utf-8", newline="") as file:
        old = list(csv.reader(file, delimiter=";"))[1:]
    found = {s.own_code: s for s in suggest_accounts(OwnAccount(c, n) for c, n in old)}
    same_name = {
        c: a
        for c, n in old
        for a in standards.accounts().values()
        if a.name_da == n and a.kind != "total" and a.account_code == c
    }
    assert len(same_name) == 165
    for code in same_name:
        assert (found[code].standard_code, found[code].confidence) == (code, 1.0)


def test_accounts_and_taxes_of_a_real_tryton_company(shared_data):
    folder = shared_data / "recordings" / "tryton82"
    rows = [
        OwnAccount(a["code"], a["name"], TRYTON_KIND.get((a["type"] or {}).get("name")))
        for a in recorded(folder, "account.account.0*.json")
    ]
    right, offered, wrong = measure(suggest_accounts(rows), TRYTON_ACCOUNTS)
    assert wrong == []
    assert (right, offered, len(TRYTON_ACCOUNTS)) == (12, 12, 13)
    names = [t["name"] for t in recorded(folder, "account.tax.000.json")]
    taxes = [OwnVatCode(n, n, Decimal("0.25") if "25" in n else None) for n in names]
    by_name = {s.own_code: s.standard_code for s in suggest_vat_codes(taxes)}
    assert by_name["Salgsmoms 25%"] == "S01"
    assert by_name["Købsmoms 25%"] == "K010"
    assert by_name["EU-varekøb"] == "K210"
    assert by_name["EU-salg 0%"] == "S21"
