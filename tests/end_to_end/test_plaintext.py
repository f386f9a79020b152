"""Books written by GnuCash, Beancount and hledger themselves, as far as the VAT return.

The figures were worked out by hand from the files: the sum of each quarter's postings
on the VAT accounts, and of the EU sales, øre dropped as the return wants it.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_commands import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TEXT_ACCOUNTS = """{ "Assets:Bank" = "6480", "Assets:Debitorer" = "6190", "Equity:Kapital" = "6510",
"Expenses:Husleje" = "2030", "Expenses:Lon" = "2810", "Expenses:Varekob" = "1610",
"Income:Salg" = "1010", "Income:Salg:EU" = "1050", "Liabilities:ASkat" = "7920",
"Liabilities:Kreditorer" = "7440", "Liabilities:Moms:Kob" = "7740",
"Liabilities:Moms:Salg" = "7680" }""".replace("\n", " ")
GNUCASH_ACCOUNTS = """{ "1010" = "1010", "2010" = "1610", "3010" = "2810", "5600" = "6190",
"5820" = "6480", "6010" = "6510", "6800" = "7440", "6902" = "7680", "6903" = "7740",
"6960" = "7920" }""".replace("\n", " ")
TEXT_CODES = '{ S25 = "S01", K25 = "K010", EU-SALG = "S21" }'
GNUCASH_CODES = '{ "Salgsmoms 25%" = "S01", K25 = "K010" }'

# company → file, its own options, accounts, VAT codes
BOOKS = {
    "beancount": ("dk.beancount", "", TEXT_ACCOUNTS, TEXT_CODES),
    "hledger": ("dk.journal", "", TEXT_ACCOUNTS, TEXT_CODES),
    "gnucash": (
        "dk.gnucash", 'vat_accounts = { "6903" = "K25" }\n', GNUCASH_ACCOUNTS, GNUCASH_CODES
    ),
}  # fmt: skip
NUMBERS = {"beancount": "10150817", "hledger": "13585628", "gnucash": "10000009"}
SALES, PURCHASES = "MomsAngivelseSalgsMomsBeloeb", "MomsAngivelseKoebsMomsBeloeb"
EU = "MomsAngivelseEUSalgBeloebVarerBeloeb"
# F0 162.34 + F1 163.09 + F2 163.84 + F4 165.34 + F5 166.09 = 820.70; K0 100.50 + K1 101.75
# + K2 103.00 = 305.25; F3 14920.00. Second quarter: F6 166.84 + F8 168.34 + F9 169.09
# + F10 169.84 = 674.11; K3 104.25 + K4 105.50 = 209.75; F7 + F11 = 29840.00.
TEXT = {
    "2026-Q1": {SALES: 820, PURCHASES: 305, EU: 14920},
    "2026-Q2": {SALES: 674, PURCHASES: 209, EU: 29840},
}
# F0…F5 150.00 + 150.25 + … + 151.25 = 903.75; K0…K2 100.00 + 100.25 + 100.50 = 300.75;
# F6…F11 151.50 + … + 152.75 = 912.75; K3 + K4 100.75 + 101.00 = 201.75.
GNUCASH = {
    "2026-Q1": {SALES: 903, PURCHASES: 300, EU: 0},
    "2026-Q2": {SALES: 912, PURCHASES: 201, EU: 0},
}
EXPECTED = {"beancount": TEXT, "hledger": TEXT, "gnucash": GNUCASH}
AS_RECORDED = f"""
[[company]]
id = "recorded"
name = "Recorded ApS"
cvr = "25313763"
vat_frequency = "quarter"
eu_sales_list = "none"

[[connection]]
id = "recorded"
company = "recorded"
system = "hledger"
path = "as-recorded.journal"

[mapping.recorded]
accounts = {TEXT_ACCOUNTS}
vat_codes = {TEXT_CODES}
"""


def settings(name: str) -> str:
    file, own, accounts, codes = BOOKS[name]
    return f"""
[[company]]
id = "{name}"
name = "{name} ApS"
cvr = "{NUMBERS[name]}"
vat_frequency = "quarter"
eu_sales_list = "none"

[[connection]]
id = "{name}-books"
company = "{name}"
system = "{name}"
path = "{file}"
fiscal_year_start = "01-01"
{own}
[mapping.{name}]
accounts = {accounts}
vat_codes = {codes}
"""


def with_buyers(content: str, name: str) -> str:
    """The file with the VAT number of the EU customer, which the recording lacks."""
    if name == "beancount":
        return content.replace('  vat: "EU-SALG"', '  vat: "EU-SALG"\n  party: "DE136695976"')
    return content.replace("vat:EU-SALG", "vat:EU-SALG, party:DE136695976")


@pytest.fixture(scope="module")
def workspace(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plaintext")
    for file, *_ in BOOKS.values():
        shutil.copyfile(shared_data / "recordings" / file, folder / file)
    for name in ("beancount", "hledger"):
        file = folder / BOOKS[name][0]
        content = with_buyers(file.read_text("utf-8"), name)
        file.chmod(0o600)
        file.write_text(content, "utf-8")
    shutil.copyfile(shared_data / "recordings" / "dk.journal", folder / "as-recorded.journal")
    told = "[demo]\ntoday = 2026-11-22\n" + "".join(settings(name) for name in BOOKS)
    told += AS_RECORDED
    (folder / "indberet.toml").write_text(told, encoding="utf-8")
    code, told, errors = run(folder, "pull")
    assert (code, errors) == (0, "")
    assert [source["problem"] for source in told["sources"]] == [""] * 4
    return folder


ANOTHER = pytest.mark.full("another quarter of the same files")


@pytest.fixture(scope="module", params=["2026-Q1", pytest.param("2026-Q2", marks=ANOTHER)])
def reports(request: pytest.FixtureRequest, workspace: Path) -> tuple[str, list[dict[str, Any]]]:
    code, told, _ = run(workspace, "report", "--period", request.param)
    assert code == 3, told  # one company is withheld
    return request.param, [one for one in told[0]["reports"] if one["report_type"] == "vat_return"]


@pytest.mark.parametrize("name", BOOKS)
def test_the_return_is_what_the_file_says(
    reports: tuple[str, list[dict[str, Any]]], name: str
) -> None:
    period, told = reports
    (report,) = [one for one in told if one["company_id"] == name]
    assert report["state"] == "ready", report["reason"]
    amounts = {line["field"]: line["amount"] for line in report["lines"]}
    expected = EXPECTED[name][period]
    assert {field: amounts.get(field, 0) for field in expected} == expected
    tax = expected[SALES] - expected[PURCHASES]
    assert amounts["MomsAngivelseAfgiftTilsvarBeloeb"] == tax


def test_an_eu_sale_to_nobody_is_not_reported_in_silence(
    reports: tuple[str, list[dict[str, Any]]],
) -> None:
    (report,) = [one for one in reports[1] if one["company_id"] == "recorded"]
    number, line = {"2026-Q1": ("F3", 47), "2026-Q2": ("F11", 120)}[reports[0]]
    assert report["state"] == "withheld"
    assert (
        f"Voucher {number}, line 1: EU sale of 14 920.00 DKK (VAT code EU-SALG) to no customer "
        f"cannot be listed (as-recorded.journal:{line})" in report["reason"]
    )
