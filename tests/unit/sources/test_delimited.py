"""Delimited files: every row is used or named, every amount exact."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import Complete
from assets.sources.parts.delimited.mapping import Layout
from assets.sources.parts.delimited.rows import amount
from tests.unit.sources.pulling import Pulled, pull
from warehouse.errors import SettingsError

D = Decimal

COLUMNS = {
    "voucher_number": "Bilag", "date": "Dato", "account": "Konto", "amount": "Beløb",
    "text": "Tekst", "vat_code": "Moms", "party": "Kunde", "party_name": "Navn",
    "party_vat_number": "SE-nr", "party_country": "Land", "currency": "Valuta",
    "amount_currency": "Valutabeløb",
}  # fmt: skip
MAPPING: dict[str, Any] = {
    "company": {"name": "Nordlys ApS", "cvr": "10150817"},
    "postings": {"columns": COLUMNS},
}
HEAD = "Bilag;Dato;Konto;Beløb;Tekst;Moms;Kunde;Navn;SE-nr;Land;Valuta;Valutabeløb\n"
SALE = (
    "1;31-01-2026;1000;-1.000,00;Salg;S25;;;;;;\n"
    "1;31-01-2026;7680;-250,00;Moms;;;;;;;\n"
    '1;31-01-2026;5600;1.250,00;"Ærø; ""køb""";;10;Kunde GmbH;DE811569869;DE;EUR;167,54\n'
)


def read(folder: Path, text: str, encoding: str = "utf-8", **mapping: Any) -> Pulled:
    (folder / "books.csv").write_bytes((HEAD + text).encode(encoding))
    declared = {} if encoding == "utf-8" else {"encoding": encoding}
    postings = {**MAPPING["postings"], **declared, **mapping}
    return pull("delimited", folder, path="books.csv", mapping={**MAPPING, "postings": postings})


def test_rows_become_vouchers_with_every_mapped_field(tmp_path: Path) -> None:
    pulled = read(tmp_path, SALE)
    assert pulled.findings == []
    (voucher,) = pulled["voucher"]
    assert (voucher["source_id"], voucher["posting_date"]) == ("2026/1", date(2026, 1, 31))
    assert voucher["where_found"] == "books.csv:2"
    assert [row["amount"] for row in pulled["posting"]] == [D(-1000), D(-250), D(1250)]
    assert pulled["posting"][0]["vat_code"] == "S25"
    last = pulled["posting"][2]
    assert (last["text"], last["currency"], last["amount_currency"]) == (
        'Ærø; "køb"', "EUR", D("167.54"),
    )  # fmt: skip
    assert pulled["party"][0]["vat_number"] == "DE811569869"
    assert pulled["company"][0]["name"] == "Nordlys ApS"
    assert pulled.complete == [Complete("voucher", date(2026, 1, 31), date(2026, 1, 31))]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_read_when_declared(tmp_path: Path, encoding: str) -> None:
    pulled = read(tmp_path, SALE, encoding)
    assert pulled["posting"][2]["text"] == 'Ærø; "køb"'


def test_debit_and_credit_columns_make_one_signed_amount(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text(
        "Saldoliste\nvoucher,day,acc,d,c\n7,2026-03-01,1000,,100.10\n7,2026-03-01,5600,100.10,\n"
    )
    columns = {
        "voucher_number": 1, "date": "day", "account": "acc", "debit": "d", "credit": "c",
    }  # fmt: skip
    layout = {
        "columns": columns, "delimiter": ",", "decimal": ".", "thousands": "",
        "date_format": "%Y-%m-%d", "skip_rows": 1,
    }  # fmt: skip
    pulled = pull("delimited", tmp_path, path="books.csv", mapping={"postings": layout})
    assert [row["amount"] for row in pulled["posting"]] == [D("-100.10"), D("100.10")]


def test_a_row_that_cannot_be_used_is_named_by_its_number(tmp_path: Path) -> None:
    bad = (
        "2;31/1-2026;1000;5,00;;;;;;;;\n"
        ";31-01-2026;1000;5,00;;;;;;;;\n"
        "2;31-01-2026;1000;1.23;;;;;;;;\n"
        "2;31-01-2026;1000;5,005;;;;;;;;\n"
        "2;31-01-2026;;5,00;;;;;;;;\n"
        ";;;;;;;;;;;\n"
        "I alt;;;;;;;;;;;\n"
    )
    pulled = read(tmp_path, SALE + bad)
    assert len(pulled["posting"]) == 3
    assert pulled.messages("delimited.row") == [
        "Row 5 is left out: it has no usable date.",
        "Row 6 is left out: it has no usable voucher_number.",
        "Row 7 is left out: it has no usable amount.",
        "Row 8 is left out: it has no usable amount.",
        "Row 9 is left out: it has no usable account.",
        "Row 11 is left out: it has no usable date, account, amount.",
    ]
    assert pulled.rules() == {
        "delimited.row", "delimited.date", "delimited.amount", "delimited.blank_rows",
    }  # fmt: skip


def test_a_voucher_with_two_dates_is_kept_whole_and_named(tmp_path: Path) -> None:
    pulled = read(tmp_path, SALE.replace("1;31-01-2026;7680", "1;01-02-2026;7680"))
    assert len(pulled["voucher"]) == 1
    assert pulled.rules() == {"delimited.two_dates"}


def test_the_trial_balance_is_compared_with_the_postings(tmp_path: Path) -> None:
    (tmp_path / "saldo.csv").write_text(
        "Konto;Navn;Primo;Ultimo\n5600;Debitorer;100,00;1.350,00\n1000;Salg;0,00;-999,00\n"
    )
    balance = {
        "columns": {
            "account": "Konto", "account_name": "Navn", "opening": "Primo", "closing": "Ultimo",
        },
        "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31),
    }  # fmt: skip
    (tmp_path / "books.csv").write_text(HEAD + SALE)
    pulled = pull(
        "delimited", tmp_path, path="books.csv", trial_balance="saldo.csv",
        mapping={**MAPPING, "trial_balance": balance},
    )  # fmt: skip
    assert {(r["subject"], r["declared"], r["found"]) for r in pulled["control_total"]} == {
        ("5600", 1350, 1350), ("1000", -999, -1000),
    }  # fmt: skip
    assert pulled.rules() == set()  # the rule balance-mismatch tells it, once
    assert {(r["kind"], r["amount"]) for r in pulled["opening_balance"]} == {
        ("opening", 100), ("closing", 1350), ("opening", 0), ("closing", -999),
    }  # fmt: skip


def test_excel_numbers_are_the_digits_a_person_sees(tmp_path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - a quarter second of every test run

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Bilag", "Dato", "Konto", "Beløb", "Tekst"])
    sheet.append([1, date(2026, 1, 31), 1000, 0.1 + 0.2, "sum in binary"])
    sheet.append([1, date(2026, 1, 31), 5600.0, -1234567890.12, None])
    sheet.append([1, "31-01-2026", "5600", "1.234.567.889,82", "as text"])
    book.save(tmp_path / "books.xlsx")
    columns = {name: COLUMNS[name] for name in ("voucher_number", "date", "account", "amount")}
    mapping = {"postings": {"columns": columns}}
    pulled = pull("delimited", tmp_path, path="books.xlsx", mapping=mapping)
    assert [(row["account_code"], row["amount"]) for row in pulled["posting"]] == [
        ("1000", D("0.30")), ("5600", D("-1234567890.12")), ("5600", D("1234567889.82")),
    ]  # fmt: skip
    assert pulled.findings == []


def test_a_changed_mapping_reads_the_same_file_again(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text(HEAD + SALE)
    lines = "\n".join(f"{name} = {column!r}" for name, column in COLUMNS.items())
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(f"[postings.columns]\n{lines}\n", encoding="utf-8")
    first = pull("delimited", tmp_path, path="books.csv", mapping="mapping.toml")
    assert len(first["posting"]) == 3
    same = pull("delimited", tmp_path, first.cursor, path="books.csv", mapping="mapping.toml")
    assert same.streams == {}
    mapping.write_text(f"[postings]\nis_credit_positive = true\n[postings.columns]\n{lines}\n",
                       encoding="utf-8")  # fmt: skip
    again = pull("delimited", tmp_path, first.cursor, path="books.csv", mapping="mapping.toml")
    assert [row["amount"] for row in again["posting"]] == [D(1000), D(250), D(-1250)]


def test_a_heading_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    columns = {**COLUMNS, "amount": "Saldo"}
    with pytest.raises(SettingsError, match="headed 'Saldo' for amount, found the headings Bilag"):
        read(tmp_path, SALE, columns=columns)


@pytest.mark.parametrize("text", ["1.23", "1,2,3", "12.34,00", "abc", "1e5", "--1", "1.2345,0"])
def test_a_number_written_another_way_is_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        amount(text, Layout({}))
