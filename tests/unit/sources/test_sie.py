"""SIE 1-5: balances, vouchers, dimensions; what does not count is told."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from assets.sources.connector import Complete
from tests.unit.sources.pulling import Pulled, pull

D = Decimal

HEAD = """#FLAGGA 0
#FORMAT PC8
#SIETYP 4
#PROGRAM "test" 1
#GEN 20261231
#ORGNR 556000-0001
#FNAMN "Övningsbolaget \\"ÅÄÖ\\" AB"
#RAR 0 20260101 20261231
#RAR -1 20250101 20251231
#KONTO 1910 "Kassa"
#KTYP 1910 T
#SRU 1910 7281
#KONTO 3001 "Försäljning"
#KTYP 3001 I
#DIM 1 "Kostnadsställe"
"""
BALANCES = "#IB 0 1910 100.00\n#UB 0 1910 350.50\n#RES 0 3001 -250.50\n#UB -1 1910 100\n"
VOUCHER = """#VER A 1 20260315 "Dagskassa" 20260316
{
#TRANS 1910 {1 "10 a" 6 P1} 250.50 "" "Kontant \\"betalt\\""
#TRANS 3001 {} -250.50
}
"""


def read(folder: Path, text: str, encoding: str = "cp437", name: str = "books.se") -> Pulled:
    (folder / name).write_bytes(text.encode(encoding))
    return pull("sie4", folder, path=name)


def test_a_full_export_arrives_and_agrees_with_its_balances(tmp_path: Path) -> None:
    pulled = read(tmp_path, HEAD + BALANCES + VOUCHER)
    assert pulled.findings == []
    assert pulled["company"][0]["name"] == 'Övningsbolaget "ÅÄÖ" AB'
    assert pulled["company"][0]["cvr"] == "5560000001"
    assert pulled["voucher"] == [
        {
            "source_id": "2026-01-01/A/1",
            "journal_code": "A",
            "voucher_number": "1",
            "voucher_date": date(2026, 3, 15),
            "posting_date": date(2026, 3, 15),
            "registered_at": datetime(2026, 3, 16, tzinfo=UTC),
            "text": "Dagskassa",
            "document_id": None,
            "where_found": "books.se:20",
        }
    ]
    assert [(r["amount"], r["text"], r["dimensions"]) for r in pulled["posting"]] == [
        (D("250.50"), 'Kontant "betalt"', '{"1": "10 a", "6": "P1"}'),
        (D("-250.50"), None, None),
    ]
    assert {
        (r["kind"], r["account_code"], r["balance_date"], r["amount"])
        for r in pulled["opening_balance"]
    } == {
        ("opening", "1910", date(2026, 1, 1), D(100)),
        ("closing", "1910", date(2026, 12, 31), D("350.50")),
        ("result", "3001", date(2026, 12, 31), D("-250.50")),
        ("closing", "1910", date(2025, 12, 31), D(100)),
    }
    assert {(r["subject"], r["declared"], r["found"]) for r in pulled["control_total"]} == {
        ("1910", D("350.5"), D("350.5")),
        ("3001", D("-250.5"), D("-250.5")),
    }
    assert pulled["account"][0]["kind"] == "asset"
    assert pulled["account"][0]["standard_account_code"] == "SRU:7281"
    assert pulled.complete == [Complete("voucher", date(2026, 1, 1), date(2026, 12, 31))]


@pytest.mark.parametrize("encoding", ["cp437", "utf-8", "utf-8-sig", "cp1252"])
def test_letters_survive_whatever_the_sending_program_wrote(tmp_path: Path, encoding: str) -> None:
    pulled = read(tmp_path, HEAD + VOUCHER, encoding)
    assert pulled["company"][0]["name"] == 'Övningsbolaget "ÅÄÖ" AB'
    assert pulled["account"][1]["name"] == "Försäljning"


def test_types_1_to_3_say_that_they_hold_no_vouchers(tmp_path: Path) -> None:
    text = HEAD.replace("#SIETYP 4", "#SIETYP 2") + BALANCES
    text += "#PSALDO 0 202602 1910 {1 10} 75.25\n"
    pulled = read(tmp_path, text)
    assert pulled.rules() == {"sie.no_vouchers"}
    assert pulled.complete == []
    (period,) = [row for row in pulled["opening_balance"] if row["kind"] == "period"]
    assert (period["balance_date"], period["amount"]) == (date(2026, 2, 28), D("75.25"))
    assert json.loads(period["dimensions"]) == {"1": "10"}


def test_an_added_line_counts_once_and_a_struck_line_not_at_all(tmp_path: Path) -> None:
    added = "#RTRANS 1910 {} 10 20260315\n#TRANS 1910 {} 10 20260315\n#RTRANS 3001 {} -10\n"
    text = VOUCHER.replace("}\n", "").replace("#TRANS 3001 {} -250.50\n", "#TRANS 3001 {} -250.50\n"
        + added + "#BTRANS 1910 {} 99\n}\n")  # fmt: skip
    pulled = read(tmp_path, HEAD + text)
    assert [row["amount"] for row in pulled["posting"]] == [D("250.5"), D("-250.5"), D(10), D(-10)]
    assert pulled.rules() == {"sie.struck_line"}


def test_an_import_file_without_numbers_keeps_every_voucher(tmp_path: Path) -> None:
    text = HEAD + VOUCHER.replace("A 1", 'B ""') * 2 + VOUCHER.replace("A 1", "B 0")
    pulled = read(tmp_path, text, name="import.si")
    assert [row["source_id"] for row in pulled["voucher"]] == [
        "import.si/1", "import.si/2", "import.si/3",
    ]  # fmt: skip
    assert len(pulled["posting"]) == 6
    assert pulled.complete == []


def test_a_closing_balance_lands_beside_what_the_vouchers_give(tmp_path: Path) -> None:
    pulled = read(tmp_path, HEAD + BALANCES.replace("350.50", "350.51") + VOUCHER)
    (total,) = [row for row in pulled["control_total"] if row["subject"] == "1910"]
    assert (total["declared"], total["found"]) == (D("350.51"), D("350.50"))
    assert total["where_found"].startswith("books.se:")
    assert pulled.rules() == set()  # the rule balance-mismatch tells it, once


def test_a_file_changed_after_export_fails_its_checksum(shared_data: Path, tmp_path: Path) -> None:
    content = (shared_data / "sie" / "Sie1.se").read_bytes()
    (tmp_path / "good.se").write_bytes(content)
    assert "sie.checksum" not in pull("sie4", tmp_path, path="good.se").rules()
    (tmp_path / "bad.se").write_bytes(content.replace(b"#UB", b"#IB", 1))
    assert "sie.checksum" in pull("sie4", tmp_path, path="bad.se").rules()


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    text = HEAD + "#IB -2 1910 5\n#FOO 1\n" + VOUCHER.replace("20260315", "2026-3-15")
    text += VOUCHER.replace("250.50 ", "250,50 ").replace("3001", "3002")
    pulled = read(tmp_path, text)
    assert pulled.rules() == {
        "sie.year", "sie.unknown_label", "sie.date", "sie.amount", "sie.unknown_account",
    }  # fmt: skip
    assert len(pulled["voucher"]) == 1


def test_a_sie_5_entry_file_without_vouchers_says_what_was_read(shared_data: Path) -> None:
    pulled = pull("sie5", shared_data / "sie", path="SampleEntry.sie")
    assert [row["account_code"] for row in pulled["account"]] == ["1910", "1930"]
    assert (pulled["company"][0]["name"], pulled.complete) == ("Universal Exports AB", [])
    assert pulled.rules() == {"sie.no_vouchers"}
    (told,) = pulled.messages("sie.no_vouchers")
    assert told == (
        "The file holds no vouchers (JournalEntry): 2 account(s) and 0 balance(s) are read, and "
        "no VAT return can be made from it."
    )


def test_a_sie_5_entry_keeps_foreign_amount_and_registration(tmp_path: Path) -> None:
    (tmp_path / "entry.sie").write_text("""<SieEntry xmlns="http://www.sie.se/sie5"><FileInfo>
<SoftwareProduct name="x" version="1"/><FileCreation time="2026-11-02T15:27:27" by="x"/>
<Company organizationId="556000-0001" name="A"/></FileInfo>
<Journal id="K"><JournalEntry id="7" journalDate="2026-03-15" text="köp">
<OriginalEntryInfo date="2026-03-16" by="x"/>
<LedgerEntry accountId="4000" amount="746.12"><ForeignCurrencyAmount amount="100" currency="EUR"/>
</LedgerEntry><LedgerEntry accountId="1930" amount="-746.12"/></JournalEntry></Journal></SieEntry>
""")
    pulled = pull("sie5", tmp_path, path="entry.sie")
    row = pulled["posting"][0]
    assert (row["currency"], row["amount_currency"], row["rate"]) == ("EUR", 100, D("7.4612"))
    assert pulled["voucher"][0]["registered_at"] == datetime(2026, 3, 16, tzinfo=UTC)
    assert pulled["voucher"][0]["source_id"] == "2026/K/7"


def test_an_added_line_told_again_later_in_its_voucher_counts_once(tmp_path: Path) -> None:
    rows = (
        '#BTRANS 1910 {} 99.00 20260320 "" 0 "EE"\n#RTRANS 1910 {} 250.50 20260320 "" 0 "EE"\n'
        '#RTRANS 3001 {} -250.50 20260320 "" 0 "EE"\n#TRANS 1910 {} 250.50\n'
        "#TRANS 3001 {} -250.50\n#TRANS 1910 {} 1.00\n#TRANS 3001 {} -1.00\n"
    )
    pulled = read(tmp_path, HEAD + f'#VER A 1 20260315 "x"\n{{\n{rows}}}\n')
    assert [row["amount"] for row in pulled["posting"]] == [
        D("250.50"), D("-250.50"), D("1.00"), D("-1.00"),
    ]  # fmt: skip


def test_reserved_dimensions_are_parties_and_documents_and_free_ones_go_by_name(
    tmp_path: Path,
) -> None:
    head = (
        HEAD + '#DIM 8 "Kund"\n#DIM 20 "Afdeling"\n#DIM 21 "21"\n#OBJEKT 8 10 "Kunde GmbH"\n'
        '#OBJEKT 9 7 "Leverantör"\n'
    )
    rows = '#TRANS 1910 {8 "10" 10 "F1" 20 "Nord" 21 "x"} 5.00\n#TRANS 3001 {9 "7" 1 "a"} -5.00\n'
    pulled = read(tmp_path, head + f'#VER A 1 20260315 "x"\n{{\n{rows}}}\n')
    assert [(row["party_id"], row["dimensions"]) for row in pulled["posting"]] == [
        ("customer/10", '{"21": "x", "Afdeling": "Nord"}'),
        ("supplier/7", '{"1": "a"}'),
    ]
    assert pulled["voucher"][0]["document_id"] == "F1"
    assert [(row["party_id"], row["name"]) for row in pulled["party"]] == [
        ("customer/10", "Kunde GmbH"), ("supplier/7", "Leverantör"),
    ]  # fmt: skip


def test_vat_codes_come_by_dimension_before_account_and_parties_from_their_file(
    tmp_path: Path,
) -> None:
    rows = '#TRANS 1910 {} 5.00\n#TRANS 3001 {20 "UEU"} -3.00\n#TRANS 3001 {} -2.00\n'
    text = HEAD + '#DIM 20 "Momskode"\n#OBJEKT 20 UEU "EU"\n#OBJEKT 8 10 "Kunde GmbH"\n'
    text += f'#VER A 1 20260315 "x"\n{{\n{rows}}}\n'
    (tmp_path / "books.se").write_text(text, encoding="cp437")
    (tmp_path / "parties.csv").write_text(
        "party_id,name,country,vat_number\n10,Other,DE,DE811569869\nsupplier/2,Two,DK,\n"
    )
    pulled = pull(
        "fortnox", tmp_path, path="books.se", vat_dimension="Momskode", parties="parties.csv",
        vat_accounts={"3000-3999": "U25", "4000": "I25"},
    )  # fmt: skip
    assert [row["vat_code"] for row in pulled["posting"]] == [None, "UEU", "U25"]
    assert [row["dimensions"] for row in pulled["posting"]] == [None, None, None]
    assert [(row["vat_code"], row["name"]) for row in pulled["vat_code"]] == [
        ("I25", "I25"), ("U25", "U25"), ("UEU", "EU"),
    ]  # fmt: skip
    assert {row["account_code"]: row["vat_code"] for row in pulled["account"]} == {
        "1910": None, "3001": "U25",
    }  # fmt: skip
    assert [tuple(row.values())[1:5] for row in pulled["party"]] == [
        ("customer/10", "Kunde GmbH", "DE", "DE811569869"), ("supplier/2", "Two", "DK", None),
    ]  # fmt: skip
    assert pulled.messages("sie.program") == [
        "#PROGRAM says test, expected a file that Fortnox wrote."
    ]


def test_a_change_of_the_parties_file_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "books.se").write_text(HEAD, encoding="cp437")
    parties = tmp_path / "parties.csv"
    parties.write_text("party_id\n1\n")
    first = pull("sie4", tmp_path, path="books.se", parties="parties.csv")
    same = pull("sie4", tmp_path, first.cursor, path="books.se", parties="parties.csv")
    assert same.streams == {}
    parties.write_text("party_id\n2\n")
    again = pull("sie4", tmp_path, first.cursor, path="books.se", parties="parties.csv")
    assert [row["party_id"] for row in again["party"]] == ["customer/2"]


def test_balances_are_compared_with_the_vouchers_they_cover(tmp_path: Path) -> None:
    text = HEAD.replace("#RAR 0", "#OMFATTN 20260131\n#RAR 0")
    text += "#IB 0 1910 100.00\n#UB 0 1910 100.00\n"
    pulled = read(tmp_path, text + VOUCHER)
    (total,) = pulled["control_total"]
    assert total["declared"] == total["found"] == 100
    (message,) = pulled.messages("sie.coverage")
    assert message == (
        "#OMFATTN says that the stated balances cover vouchers until 2026-01-31; they are compared "
        "with those alone."
    )
