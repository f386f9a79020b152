"""A company's year written for others: read back, it is the same books."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from pipelines import settings
from pipelines.cli import app
from tests.saft_writer import Book, Line, Tax, Voucher, sale

D = Decimal
SETTINGS = """
[demo]
today = 2027-03-01

[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"

[company.annual_report]
company_class = "B"
year_end = "12-31"

[[connection]]
id = "books"
company = "nordlys"
system = "saft"
path = "books.xml"

[mapping.nordlys]
accounts = { "1000" = "1010", "2000" = "2810", "5600" = "6190", "7680" = "7680" }
"""
VOUCHERS = [
    sale("1", "2026-01-31", "1000"),
    Voucher("2", "2026-02-01", [
        Line("5600", D("0.37"), "øre <&>", analysis={"Afdeling": "Nord", "Sag": "A/7"}),
        Line("2000", D("-0.37"), "x" * 300),
    ]),
    Voucher("3", "2026-06-30", [
        Line("2000", D("746.10"), "Euro", currency=("EUR", D("100.00"), "7.461"), supplier="10"),
        Line("5600", D("-746.10"), "Euro", currency=("EUR", D("100.00"), "7.461")),
    ]),
    Voucher("4", "2026-12-31", [
        Line("1000", D(-80), tax=Tax("S25", None, "20")),
        Line("7680", D(-20), tax=Tax("S25", None, "20")),
        Line("5600", D(100), customer="10"),
        Line("5600", D(0)),
    ], "Own VAT line"),
]  # fmt: skip
ORDER = {
    "AuditFile": "Header MasterFiles GeneralLedgerEntries",
    "Header": "AuditFileVersion AuditFileCountry AuditFileDateCreated SoftwareCompanyName "
    "SoftwareID SoftwareVersion Company DefaultCurrencyCode SelectionCriteria "
    "TaxAccountingBasis TaxEntity",
    "Company": "RegistrationNumber Name Address TaxRegistration BankAccount",
    "Address": "StreetName City PostalCode Country",
    "TaxRegistration": "TaxRegistrationNumber TaxType Country",
    "BankAccount": "IBANNumber",
    "SelectionCriteria": "SelectionStartDate SelectionEndDate PeriodStartYear PeriodEndYear",
    "MasterFiles": "GeneralLedgerAccounts Customers Suppliers TaxTable",
    "GeneralLedgerAccounts": "NameOfStandardAccount VersionOfStandardAccount Account",
    "Account": "AccountID AccountDescription StandardAccountID AccountType OpeningDebitBalance "
    "OpeningCreditBalance ClosingDebitBalance ClosingCreditBalance",
    "Customers": "Customer",
    "Customer": "RegistrationNumber Name Address TaxRegistration CustomerID",
    "Suppliers": "Supplier",
    "Supplier": "RegistrationNumber Name Address TaxRegistration SupplierID",
    "TaxTable": "TaxTableEntry",
    "TaxTableEntry": "TaxType Description TaxCodeDetails",
    "TaxCodeDetails": "TaxCode StandardTaxCode EffectiveDate Description TaxPercentage Country",
    "GeneralLedgerEntries": "NumberOfEntries TotalDebit TotalCredit Journal",
    "Journal": "JournalID Description Type Transaction",
    "Transaction": "TransactionID Period PeriodYear TransactionDate Description SystemEntryDate "
    "GLPostingDate SystemID Line",
    "Line": "RecordID AccountID Analysis SourceDocumentID CustomerID SupplierID Description "
    "DebitAmount CreditAmount TaxInformation",
    "Analysis": "AnalysisType AnalysisID",
    "DebitAmount": "Amount CurrencyCode CurrencyAmount ExchangeRate",
    "CreditAmount": "Amount CurrencyCode CurrencyAmount ExchangeRate",
    "TaxInformation": "TaxType TaxCode StandardTaxCode TaxPercentage TaxBase TaxAmount",
    "TaxAmount": "Amount CurrencyCode CurrencyAmount ExchangeRate",
}
"""The elements of the official 2.1 structure that we write, in its order."""
TABLES = {
    "ledger_account": "account_code, name, standard_account_code, kind",
    "vat_code": "vat_code, name, rate, standard_vat_code",
    "party": "party_id, name, country, vat_number, registration_number",
    "opening_balance": "account_code, kind, balance_date, amount",
    "voucher": "journal_code, voucher_number, voucher_date, posting_date, registered_at, text, "
    "document_id",
    "posting": "posting_date, line_no, line_id, account_code, standard_account_code, amount, "
    "currency, amount_currency, rate, party_id, vat_code, text, dimensions",
    "tax_line": "posting_date, line_id, vat_code, standard_vat_code, part, amount",
}


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    given = ["--settings", str(folder / "indberet.toml"), *arguments]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == code, result.output
    return result.output


def workspace(folder: Path, books: bytes) -> Path:
    folder.mkdir()
    (folder / "indberet.toml").write_text(SETTINGS)
    (folder / "books.xml").write_bytes(books)
    run(folder, "pull", "--quiet")
    return folder


def ledger(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    loaded = settings.load(folder / "indberet.toml", ())
    with loaded.store().connect() as con:
        return {
            table: con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
            for table, columns in TABLES.items()
        }


def in_order(path: Path) -> None:
    seen = set()
    for parent in etree.parse(path).iter():
        names = [child.tag.rpartition("}")[2] for child in parent]
        if names:
            name = parent.tag.rpartition("}")[2]
            order = ORDER[name].split()
            assert [order.index(n) for n in names] == sorted(order.index(n) for n in names), name
            seen.add(name)
    assert seen == ORDER.keys()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = Book(VOUCHERS).write().decode()
    for account, side in (("5600", "Debit"), ("7680", "Credit")):
        head, _, tail = content.partition(f"<AccountID>{account}</AccountID>")
        tail = tail.replace("<OpeningDebitBalance>0</OpeningDebitBalance>",
                            f"<Opening{side}Balance>500</Opening{side}Balance>", 1)  # fmt: skip
        move = D(500 if side == "Debit" else -500)
        old, _, rest = tail.partition("<ClosingDebitBalance>")[2].partition("<")
        tail = tail.replace(
            f"<ClosingDebitBalance>{old}<", f"<ClosingDebitBalance>{D(old) + move}<", 1
        )
        assert rest
        content = head + f"<AccountID>{account}</AccountID>" + tail
    return workspace(tmp_path_factory.mktemp("given") / "workspace", content.encode())


def test_saft_written_and_read_back_is_the_same_ledger(books: Path, tmp_path: Path) -> None:
    path = tmp_path / "out" / "nordlys.xml"
    said = run(
        books, "export-books", "saft", "--year", "2026", "--to", str(path), "--street", "Vej 1",
        "--postal-code", "8000", "--city", "Århus", "--iban", "DK5000400440116243",
    )  # fmt: skip
    assert "4 vouchers, 11 lines." in said
    back = workspace(tmp_path / "back", path.read_bytes())
    before, after = ledger(books), ledger(back)
    for table in TABLES:
        assert after[table] == before[table], table
    assert len(before["posting"]) == 11
    in_order(path)
    assert [path.name for path in path.parent.iterdir()] == ["nordlys.xml"]
    again = tmp_path / "again.xml"
    run(books, "export-books", "saft", "--year", "2026", "--to", str(again), "--street", "Vej 1",
        "--postal-code", "8000", "--city", "Århus", "--iban", "DK5000400440116243")  # fmt: skip
    assert again.read_bytes() == path.read_bytes()


def test_the_trial_balance_for_regnskab_basis(books: Path, tmp_path: Path) -> None:
    path = tmp_path / "basis.csv"
    run(books, "export-books", "regnskab-basis", "--year", "2026", "--to", str(path))
    assert path.read_bytes().decode() == (
        "KONTONUMMER_20230131;KONTONAVN_20230131;VAERDI_20230131\r\n"
        "1010;Salg af varer og ydelser;-1080\r\n"
        "2810;Andre eksterne omkostninger;746\r\n"
        "6190;Tilgodehavender fra salg og tjenesteydelser;1104\r\n"
        "7680;Salgsmoms;-770\r\n"
    )


def test_what_the_official_schema_misses_is_said(books: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "x.xml")
    said = json.loads(run(books, "export-books", "saft", "--year", "2026", "--to", path, "--json"))
    (note,) = said["notes"][1:]
    assert note == (
        "The official schema asks for the company's address and a bank account, which are not in "
        "the books: give --street, --postal-code, --city, --iban."
    )
