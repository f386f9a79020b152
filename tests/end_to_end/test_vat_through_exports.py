"""Books exported as SAF-T and as SIE, read in a fresh workspace, give the same VAT return.

SIE has no VAT codes: they come back by the dimension our own export writes, or by account.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.reports import eu_sales_list as eu_list
from assets.reports import vat_return
from pipelines import settings
from pipelines.cli import app
from tests.ledger_factory import due
from warehouse import standards

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

COMPANY = """
[demo]
today = 2026-04-10

[[company]]
id = "nordlys"
name = "Nordlys Handel ApS"
cvr = "10150817"
vat_frequency = "quarter"
eu_sales_list = "quarter"

[company.annual_report]
class = "B"

[mapping.nordlys]
accounts = { "1000" = "1010", "1100" = "1010", "2000" = "2810", "2100" = "1610", "5600" = "6190", \
"7680" = "7680", "7700" = "7700", "7740" = "7740", "7840" = "7840" }
vat_codes = { "U25" = "S01", "UEU" = "S21", "I25" = "K010", "IEU" = "K210" }

[[connection]]
id = "books"
company = "nordlys"
"""
DELIMITED = """system = "delimited"
path = "books.csv"
[connection.mapping.postings]
date_format = "%Y-%m-%d"
[connection.mapping.postings.columns]
voucher_number = "Bilag"
date = "Dato"
account = "Konto"
amount = "Beløb"
vat_code = "Moms"
text = "Tekst"
party = "Part"
party_name = "Navn"
party_vat_number = "Nummer"
party_country = "Land"
"""
# voucher → day, lines of (account, amount, VAT code, text), party
VOUCHERS = {
    "1": ("2026-01-05", [("1000", "-1000.00", "U25", "Løg"), ("7680", "-250.00", "", "Moms"),
                         ("5600", "1250.00", "", "Løg – €")], ""),
    "2": ("2026-01-31", [("1000", "-333.33", "U25", ""), ("7680", "-83.33", "U25", ""),
                         ("5600", "416.66", "", "")], ""),
    "3": ("2026-02-02", [("1100", "-5000.00", "UEU", "Vare"), ("5600", "5000.00", "", "")], "10"),
    "4": ("2026-02-10", [("2000", "400.00", "I25", ""), ("7740", "100.00", "", ""),
                         ("5600", "-500.00", "", "")], "20"),
    "5": ("2026-02-11", [("2100", "2000.00", "IEU", ""), ("7700", "-500.00", "", ""),
                         ("7740", "500.00", "", ""), ("5600", "-2000.00", "", "")], "30"),
    "6": ("2026-03-01", [("7680", "300.00", "", "Afregning"), ("7740", "-50.00", "", ""),
                         ("7840", "-250.00", "", "")], ""),
    "7": ("2026-03-05", [("1000", "-80.00", "U25", ""), ("7680", "-20.00", "", ""),
                         ("2000", "40.00", "I25", ""), ("7740", "10.00", "", ""),
                         ("5600", "50.00", "", "")], ""),
    "8": ("2026-03-31", [("1000", "100.00", "U25", "Kredit"), ("7680", "25.00", "", ""),
                         ("5600", "-125.00", "", "")], ""),
}  # fmt: skip
PARTIES = {
    "10": ("Kunde GmbH", "DE811569869", "DE"), "20": ("Leverandør A/S", "DK10150817", "DK"),
    "30": ("Fournisseur", "FR40303265045", "FR"), "": ("", "", ""),
}  # fmt: skip
BY_ACCOUNT = (
    'vat_accounts = { "1000-1099" = "U25", "1100" = "UEU", "2000" = "I25", "2100" = "IEU" }'
)


def run(folder: Path, *arguments: str) -> None:
    given = ["--settings", str(folder / "indberet.toml"), *arguments]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output


def reported(folder: Path, connection: str) -> dict[str, list[tuple[object, ...]]]:
    """The lines of both reports, as a workspace with this connection makes them."""
    (folder / "indberet.toml").write_text(COMPANY + connection)
    run(folder, "pull", "--quiet")
    found = {}
    for kind, report in (("vat_return", vat_return.REPORT), ("eu_sales_list", eu_list.REPORT)):
        with settings.load(folder / "indberet.toml", ()).store().connect() as con:
            standards.register(con)
            due(con, [("nordlys", "2026-01-01", "2026-03-31", "quarter")])
            report.build(con, date(2026, 4, 10))
            assert con.execute("SELECT state, reason FROM out_report").fetchall() == [
                ("ready", None)
            ]
            found[kind] = con.execute(
                "SELECT subject, field, amount_exact, amount FROM out_report_line ORDER BY ALL"
            ).fetchall()
    return found


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("given")
    rows = ["Bilag;Dato;Konto;Beløb;Moms;Tekst;Part;Navn;Nummer;Land"]
    for number, (day, lines, party) in VOUCHERS.items():
        for account, amount, code, text in lines:
            told = (number, day, account, amount.replace(".", ","), code, text, party)
            rows.append(";".join((*told, *PARTIES[party])))
    (folder / "books.csv").write_text("\n".join(rows), encoding="utf-8")
    found = reported(folder, DELIMITED)
    fields = {row[1]: row[3] for row in found["vat_return"]}
    assert fields["MomsAngivelseSalgsMomsBeloeb"] == 328  # 250 + 83.33 + 20 - 25
    assert fields["MomsAngivelseKoebsMomsBeloeb"] == 610
    assert fields["MomsAngivelseMomsEUKoebBeloeb"] == 500
    assert fields["MomsAngivelseEUSalgBeloebVarerBeloeb"] == 5000
    assert [row[2] for row in found["eu_sales_list"] if row[2]] == [Decimal(5000)]
    run(folder, "export", "party", "--to", str(folder))
    return folder, found


FORMS = {
    "saft": ("saft", 'system = "saft"'),
    "sie4-dimension": ("sie4", 'system = "sie4"\nvat_dimension = "Momskode"'),
    "sie4-accounts": ("sie4", f'system = "sie4"\n{BY_ACCOUNT}'),
    "sie5-dimension": ("sie5", 'system = "sie5"\nvat_dimension = "Momskode"'),
    "sie5-accounts": ("sie5", f'system = "sie5"\n{BY_ACCOUNT}'),
    "fortnox": ("sie4", f'system = "fortnox"\n{BY_ACCOUNT}'),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_same_return_and_list_come_back(
    given: tuple[Path, dict[str, object]], tmp_path: Path, name: str
) -> None:
    form, connection = FORMS[name]
    to = tmp_path / "books.out"
    run(given[0], "export-books", form, "--year", "2026", "--to", str(to), "--quiet")
    connection += f'\npath = "{to}"\n'
    if form == "sie4":  # which has no place for the parties' countries and VAT numbers
        connection += f'parties = "{given[0] / "party.csv"}"\n'
    assert reported(tmp_path, connection) == given[1]
