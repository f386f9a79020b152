"""A small invented business with nothing but invoices: its VAT return, worked out by hand."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import settings
from pipelines.cli import app
from tests.invoice_writer import (
    KUNDE,
    LEVERANDOR,
    NORDLYS,
    NORSK,
    SVENSK,
    TYSK,
    Doc,
    Part,
    Who,
    enveloped,
)
from tests.saft_writer import Book, sale

pytestmark = [pytest.mark.slow]

SETTINGS = """
[demo]
today = 2026-05-04

[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"
eu_sales_list = "quarter"

[[connection]]
id = "invoices"
company = "nordlys"
system = "einvoice"
path = "invoices"
numbers = "10150817"
as = "ledger"
"""
DOCUMENTS = [
    # 1 400.04 less 100 plus 20: base 1 320.04, VAT 330.01; 300 prepaid, rounded down 0.05
    Doc("1001", "2026-01-05", NORDLYS, KUNDE, (Part("1000"), Part("400.04")),
        allowance="100", charge="20", rounding="-0.05", prepaid="300"),
    Doc("1002", "2026-01-06", NORDLYS, TYSK, (Part("2000", "K", "0"),)),  # goods: box B
    Doc("1003", "2026-01-06", NORDLYS, TYSK, (Part("500", "AE", "0"),)),  # services: box B
    Doc("1004", "2026-02-07", NORDLYS, NORSK, (Part("700", "G", "0"),)),  # box C
    Doc("1005", "2026-02-07", NORDLYS, KUNDE,  # exempt and outside: nowhere; zero rated: box C
        (Part("50", "E", "0"), Part("60", "O", "0"), Part("70", "Z", "0"))),
    Doc("1006", "2026-03-08", NORDLYS, TYSK, (Part("100"),), currency="EUR", vat_dkk="186.53"),
    Doc("1007", "2026-03-09", NORDLYS, KUNDE, (Part("200"),), credit=True),  # VAT −50
    # issued in April with the tax point in March: 400 of VAT belongs to this quarter
    Doc("1008", "2026-04-01", NORDLYS, KUNDE, (Part("1600"),), tax_point="2026-03-31"),
    Doc("1009", "2026-04-02", NORDLYS, KUNDE, (Part("9999"),)),  # next quarter
    Doc("77", "2026-01-09", LEVERANDOR, NORDLYS, (Part("800"),), oioubl=True, duty="10"),  # 202.50
    Doc("78", "2026-01-09", LEVERANDOR, NORDLYS, (Part("80", "AE", "0"),), oioubl=True),  # 20 / 20
    Doc("S-1", "2026-01-10", SVENSK, NORDLYS, (Part("1000", "AE", "0"),)),  # services: 250
    Doc("S-2", "2026-01-11", SVENSK, NORDLYS, (Part("100", "AE", "0"),),  # 66 kroner: 16.50
        currency="SEK", rate=("SEK", "DKK", "0.66")),
    Doc("G-1", "2026-02-11", TYSK, NORDLYS, (Part("300", "K", "0"),)),  # goods: 75
]  # fmt: skip
RETURN = {
    "MomsAngivelseSalgsMomsBeloeb": 886,  # 330.01 + 186.53 − 50 + 400 + 20 = 886.54
    "MomsAngivelseMomsEUKoebBeloeb": 75,
    "MomsAngivelseMomsEUYdelserBeloeb": 266,  # 250 + 16.50
    "MomsAngivelseKoebsMomsBeloeb": 564,  # 202.50 + 20 + 250 + 16.50 + 75
    "MomsAngivelseAfgiftTilsvarBeloeb": 663,  # 886 + 75 + 266 − 564
    "MomsAngivelseEUKoebBeloeb": 300,
    "MomsAngivelseEUKoebYdelseBeloeb": 1066,
    "MomsAngivelseEUSalgBeloebVarerBeloeb": 2000,
    "MomsAngivelseEUSalgYdelseBeloeb": 500,
    "MomsAngivelseEksportOmsaetningBeloeb": 770,  # 700 + 70
}


def indberet(folder: Path, *arguments: str, code: int = 0) -> str:
    given = ["--settings", str(folder / "indberet.toml"), *arguments]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "indberet.toml").write_text(SETTINGS)
    (tmp_path / "invoices").mkdir()
    for number, document in enumerate(DOCUMENTS):
        document.save(tmp_path / "invoices", f"{number:02}.xml")
    path = tmp_path / "invoices" / "03.xml"
    path.write_bytes(enveloped(path.read_bytes()))
    return tmp_path


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with settings.load(folder / "indberet.toml", ()).store().connect() as con:
        found: list[tuple[object, ...]] = con.execute(query).fetchall()
        return found


def test_invoices_alone_give_the_right_vat_return(workspace: Path) -> None:
    indberet(workspace, "pull", "--quiet")
    assert rows(workspace, "SELECT sum(amount) FROM posting") == [(0,)]
    indberet(workspace, "report", "--period", "2026-Q1", "--quiet")
    found = rows(
        workspace,
        "SELECT field, amount FROM report_line WHERE report_type = 'vat_return' AND amount <> 0",
    )
    assert dict(found) == RETURN
    listed = rows(
        workspace,
        "SELECT subject, amount FROM report_line WHERE report_type = 'eu_sales_list' "
        "AND amount <> 0 ORDER BY amount",
    )
    assert listed == [("DE136695976", 500), ("DE136695976", 2000)]
    told = json.loads(indberet(workspace, "check", "--period", "2026-Q1", "--json"))
    weights = {(f["severity"], f["rule"]) for f in told[0]["findings"]}
    assert weights <= {("note", "fiscal-period-unknown")}


BOOKED_TO = Who("Kunde GmbH", "DE", vat="DE811569869")
BOOKS = """
[[company]]
id = "sydlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"

[[connection]]
id = "books"
company = "sydlys"
system = "saft"
path = "books.xml"

[[connection]]
id = "behind"
company = "sydlys"
system = "einvoice"
path = "behind"
numbers = "10150817"

[mapping.sydlys]
accounts = { "1000" = "1010", "2000" = "2810", "5600" = "6190", "7680" = "7680" }
"""


def test_what_cannot_be_booked_withholds_and_what_others_did_not_book_is_told(
    workspace: Path,
) -> None:
    DOCUMENTS[1].but(number="1010", currency="EUR").save(workspace / "invoices", "90.xml")
    with (workspace / "indberet.toml").open("a") as file:
        file.write(BOOKS)
    books = Book([sale("1", "2026-01-05", "1000"), sale("2", "2026-01-06", "400")])
    (workspace / "books.xml").write_bytes(books.write())
    (workspace / "behind").mkdir()
    for number, net in (("1", "1000"), ("2", "480"), ("3", "50")):
        document = Doc(number, "2026-01-05", NORDLYS, BOOKED_TO, (Part(net),))
        document.save(workspace / "behind")
    indberet(workspace, "pull", "--quiet", code=3)
    told = json.loads(indberet(workspace, "check", "--period", "2026-Q1", "--json", code=3))
    found = [f for f in told[0]["findings"] if f["severity"] in {"error", "warning"}]
    assert {(f["company_id"], f["rule"]) for f in found} == {
        ("nordlys", "einvoice.rate_missing"),
        ("nordlys", "period-incomplete"),
        ("sydlys", "document-amount-differs"),
        ("sydlys", "document-not-booked"),
    }
