"""SAF-T: everything in the file arrives exactly, whatever its dialect."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from assets.sources.connector import Complete
from tests.saft_writer import Book, Line, Tax, Voucher, sale
from tests.unit.sources.pulling import Pulled, pull
from warehouse.errors import SettingsError, SourceError

D = Decimal


def write(folder: Path, book: Book, name: str = "books.xml") -> Path:
    path = folder / name
    path.write_bytes(book.write())
    return path


def read(folder: Path, *vouchers: Voucher, **told: object) -> Pulled:
    write(folder, Book(list(vouchers), **told))  # type: ignore[arg-type]
    return pull("saft", folder, path="books.xml")


def amounts(pulled: Pulled) -> list[tuple[str, Decimal]]:
    return [(row["account_code"], row["amount"]) for row in pulled["posting"]]


def taxes(pulled: Pulled) -> list[tuple[str, str, Decimal]]:
    return [(row["line_id"], row["part"], row["amount"]) for row in pulled["tax_line"]]


def test_a_danish_voucher_arrives_with_every_field(tmp_path: Path) -> None:
    pulled = read(tmp_path, sale("17", "2026-03-31", "1000.04"))
    before = (tmp_path / "books.xml").read_text().partition("<Transaction>")[0]
    line = before.count("\n") + 1
    assert pulled["voucher"] == [
        {
            "source_id": "2026/J/17",
            "journal_code": "J",
            "voucher_number": "17",
            "voucher_date": date(2026, 3, 31),
            "posting_date": date(2026, 3, 31),
            "registered_at": datetime(2026, 3, 31, tzinfo=UTC),
            "text": "Sale 17 – <æøå> & more",
            "document_id": "D1",
            "where_found": f"books.xml:{line}",
        }
    ]
    assert amounts(pulled) == [
        ("5600", D("1250.05")),
        ("1000", D("-1000.04")),
        ("7680", D("-250.01")),
    ]
    assert pulled["posting"][0]["party_id"] == "customer/10"
    assert pulled["posting"][1]["vat_code"] == "S25"
    assert taxes(pulled) == [("2", "base", D("-1000.04")), ("2", "tax", D("-250.01"))]
    assert pulled.findings == []
    assert pulled.complete == [Complete("voucher", date(2026, 1, 1), date(2026, 12, 31))]


def test_master_data_arrives_with_kinds_and_standard_codes(tmp_path: Path) -> None:
    pulled = read(tmp_path, sale("1", "2026-01-01", "100"))
    assert [(r["account_code"], r["kind"], r["standard_account_code"]) for r in pulled["account"]][
        :2
    ] == [("1000", "revenue", "1000"), ("5600", "asset", "5600")]
    assert pulled["vat_code"] == [
        {
            "source_id": "S25",
            "vat_code": "S25",
            "name": "Salg",
            "rate": D("0.250000"),
            "standard_vat_code": "S01",
            "part": None,
        }
    ]
    assert {(r["party_id"], r["country"], r["vat_number"]) for r in pulled["party"]} == {
        ("customer/10", "DE", "DE811569869"),
        ("supplier/10", "DK", "DK10150817"),
    }
    assert pulled["company"][0]["cvr"] == "10150817"
    assert pulled["fiscal_period"][0]["kind"] == "year"


def test_declared_totals_stand_beside_what_was_read(tmp_path: Path) -> None:
    pulled = read(tmp_path, sale("1", "2026-01-01", "100"), sale("2", "2026-01-02", "50"))
    totals = {
        (r["kind"], r["subject"]): (r["declared"], r["found"]) for r in pulled["control_total"]
    }
    assert totals["entries", "books.xml"] == (6, 6)
    assert totals["debit", "books.xml"] == (D("187.5"), D("187.5"))
    assert totals["credit", "books.xml"] == (D("187.5"), D("187.5"))
    assert totals["trial_balance", "1000"] == (-150, -150)


def test_a_file_that_lost_a_voucher_is_named(tmp_path: Path) -> None:
    pulled = read(tmp_path, sale("1", "2026-01-01", "100"), entries=6, debit=D(250))
    assert pulled.messages("saft.control_total") == [
        "NumberOfEntries says 6 lines, the file holds 3 lines.",
        "TotalDebit says 250, the file holds 125.00.",
    ]


def test_an_account_nobody_declared_is_named(tmp_path: Path) -> None:
    pulled = read(tmp_path, Voucher("1", "2026-01-01", [Line("9", D(5)), Line("1000", D(-5))]))
    assert pulled.messages("saft.unknown_account") == [
        (
            "Account 9 is posted to with 5.00 in all, "
            "but is not among the file's GeneralLedgerAccounts."
        )
    ]


def test_a_date_that_is_none_is_named_and_the_next_best_counts(tmp_path: Path) -> None:
    voucher = sale("1", "2026-01-05", "100")
    pulled = read(tmp_path, Voucher("1", voucher.day, voucher.lines, posted="31/1 2026"))
    assert pulled["voucher"][0]["posting_date"] == date(2026, 1, 5)
    assert pulled.rules() == {"saft.date"}


def test_a_voucher_without_any_date_is_named_with_all_its_rows_left_out(tmp_path: Path) -> None:
    pulled = read(tmp_path, sale("1", "0000-13-01", "100"), sale("2", "2026-01-01", "100"))
    assert [row["source_id"] for row in pulled["voucher"]] == ["2026/J/2"]
    assert {row["source_id"] for row in pulled["posting"]} == {"2026/J/2"}
    assert {row["source_id"] for row in pulled["tax_line"]} == {"2026/J/2"}
    assert "the voucher is left out" in pulled.messages("saft.date")[0]


@pytest.mark.parametrize("text", ["1.005", "12,50", "1e3x", "", "9" * 40, "1" + "0" * 16])
def test_an_amount_that_is_no_money_is_named(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, Book([sale("1", "2026-01-01", "100")]))
    path.write_text(path.read_text().replace("<Amount>125.00</Amount>", f"<Amount>{text}</Amount>"))
    pulled = pull("saft", tmp_path, path="books.xml")
    assert "saft.amount" in pulled.rules()
    assert len(pulled["posting"]) == 3


@pytest.mark.parametrize(
    ("debit", "amount", "rules"),
    [("0.00", D(-25), set()), ("3.00", D(3), {"saft.two_sides", "saft.control_total"})],
)
def test_a_line_with_both_sides_counts_the_one_that_is_not_zero(
    tmp_path: Path, debit: str, amount: Decimal, rules: set[str]
) -> None:
    path = write(tmp_path, Book([sale("1", "2026-01-01", "100")]))
    both = f"<DebitAmount><Amount>{debit}</Amount></DebitAmount><CreditAmount><Amount>25.00"
    path.write_text(path.read_text().replace("<CreditAmount><Amount>25.00", both))
    pulled = pull("saft", tmp_path, path="books.xml")
    assert pulled["posting"][2]["amount"] == amount
    assert pulled.rules() == rules


def test_foreign_currency_keeps_amount_and_rate(tmp_path: Path) -> None:
    line = Line("5600", D("746.12"), currency=("EUR", D("100.0000"), "7.4612"))
    pulled = read(tmp_path, Voucher("1", "2026-01-01", [line, Line("1000", D("-746.12"))]))
    row = pulled["posting"][0]
    assert (row["currency"], row["amount_currency"], row["rate"]) == ("EUR", 100, D("7.4612"))
    assert pulled["posting"][1]["currency"] is None


def test_dimensions_are_kept(tmp_path: Path) -> None:
    line = Line("5600", D(1), analysis={"P": "7", "A": "100"})
    pulled = read(tmp_path, Voucher("1", "2026-01-01", [line, Line("1000", D(-1))]))
    assert pulled["posting"][0]["dimensions"] == '{"A": "100", "P": "7"}'


def test_vat_is_not_counted_twice_when_both_lines_tell_it(tmp_path: Path) -> None:
    told = Tax("S25", "100", "25")
    lines = [Line("5600", D(125)), Line("1000", D(-100), tax=told), Line("7680", D(-25), tax=told)]
    assert taxes(read(tmp_path, Voucher("1", "2026-01-01", lines))) == [
        ("2", "base", D(-100)),
        ("3", "tax", D(-25)),
    ]


def test_vat_told_only_where_it_is_posted_keeps_its_base(tmp_path: Path) -> None:
    lines = [
        Line("5600", D(125)),
        Line("1000", D(-100)),
        Line("7680", D(-25), tax=Tax("S25", "100", "25")),
    ]
    assert taxes(read(tmp_path, Voucher("1", "2026-01-01", lines))) == [
        ("3", "base", D(-100)),
        ("3", "tax", D(-25)),
    ]


def test_reverse_charge_legs_cancel_and_the_base_stays_once(tmp_path: Path) -> None:
    told = Tax("K25", "1000", "250")
    lines = [
        Line("2000", D(1000), tax=told),
        Line("7680", D(250), tax=told),
        Line("7680", D(-250), tax=told),
        Line("5600", D(-1000)),
    ]
    assert taxes(read(tmp_path, Voucher("1", "2026-01-01", lines))) == [
        ("1", "base", D(1000)),
        ("2", "tax", D(250)),
        ("3", "tax", D(-250)),
    ]


def test_a_zero_rated_sale_has_a_base_and_no_tax(tmp_path: Path) -> None:
    line = Line("1000", D(-100), tax=Tax("S0", None, "0", "0"))
    pulled = read(tmp_path, Voucher("1", "2026-01-01", [Line("5600", D(100)), line]))
    assert taxes(pulled) == [("2", "base", D(-100))]


@pytest.mark.parametrize("version", ["1.10", "1.30"])
def test_norwegian_files_are_valid_and_read_alike(
    tmp_path: Path, shared_data: Path, version: str
) -> None:
    voucher = sale("1", "2026-02-28", "100")
    book = Book(
        [Voucher("1", voucher.day, voucher.lines, posted="2026-03-02")],
        country="NO", version=version,
    )  # fmt: skip
    path = write(tmp_path, book)
    xsd = shared_data / "saft-no" / f"Norwegian_SAF-T_Financial_Schema_v_{version}.xsd"
    etree.XMLSchema(etree.parse(xsd)).assertValid(etree.parse(path))
    pulled = pull("saft", tmp_path, path="books.xml")
    assert pulled.findings == []
    # GLPostingDate is when the database was updated; TransactionDate is the voucher's own.
    assert pulled["voucher"][0]["posting_date"] == date(2026, 2, 28)
    assert taxes(pulled) == [("2", "base", D(-100)), ("2", "tax", D(-25))]
    assert pulled["vat_code"][0]["standard_vat_code"] == "NO:3"
    assert pulled["control_total"][0]["kind"] == "vouchers"


def test_the_official_example_is_read_and_its_faults_told(shared_data: Path) -> None:
    (path,) = (shared_data / "saft-no").glob("*.xml")
    pulled = pull("saft", path.parent, path=path.name)
    assert (len(pulled["voucher"]), len(pulled["posting"]), len(pulled["account"])) == (2, 5, 4)
    assert sum(row["amount"] for row in pulled["posting"]) == 0
    assert taxes(pulled) == [("1", "base", D(10000)), ("1", "tax", D(2500))]
    totals = [t for t in pulled["control_total"] if t["kind"] == "trial_balance"]
    assert sum(t["declared"] != t["found"] for t in totals) == 4  # its balances are made up
    assert pulled.rules() == {"saft.selection"}


def test_the_date_that_counts_can_be_chosen(tmp_path: Path) -> None:
    voucher = sale("1", "2026-01-31", "100")
    write(tmp_path, Book([Voucher("1", voucher.day, voucher.lines, posted="2026-02-01")]))
    first = pull("saft", tmp_path, path="books.xml")
    assert first["voucher"][0]["posting_date"] == date(2026, 2, 1)
    again = pull("saft", tmp_path, first.cursor, path="books.xml", posting_date="TransactionDate")
    assert again["voucher"][0]["posting_date"] == date(2026, 1, 31)
    with pytest.raises(SettingsError, match="posting_date"):
        pull("saft", tmp_path, path="books.xml", posting_date="ValueDate")


def test_nothing_is_read_again_when_the_file_is_the_same(tmp_path: Path) -> None:
    first = read(tmp_path, sale("1", "2026-01-01", "100"))
    again = pull("saft", tmp_path, first.cursor, path="books.xml")
    assert (again.streams, again.cursor) == ({}, first.cursor)


def test_files_of_two_companies_are_refused(tmp_path: Path) -> None:
    write(tmp_path, Book([]), "a.xml")
    write(tmp_path, Book([], company="99999999"), "b.xml")
    with pytest.raises(SourceError, match="Give each company its own connection"):
        pull("saft", tmp_path, path="*.xml")


def test_vouchers_outside_the_selection_never_delete_others(tmp_path: Path) -> None:
    pulled = read(tmp_path, sale("1", "1900-01-01", "100"))
    assert pulled.complete == []
    assert pulled.rules() == {"saft.outside_selection"}
