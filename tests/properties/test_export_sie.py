"""A ledger written as SIE 4, SIE 5 or SAF-T is read back as the same ledger."""

import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.exports import books, pc8, saft, saft_no, sie4, sie5
from assets.exports.sie_year import VAT_DIMENSION
from assets.workspace import AnnualSettings, Company
from tests.ledger_factory import Book, ledger, tax
from tests.unit.sources.pulling import Pulled, pull
from warehouse.errors import PermanentError

D = Decimal
COMPANY = Company(
    "c1", "Eksempel ApS", "12345674", "12345674", "DK", "DKK", {}, {}, AnnualSettings("B", (6, 30))
)
FIRST, LAST, CREATED = date(2025, 7, 1), date(2026, 6, 30), date(2026, 8, 1)
PLAIN = st.sampled_from([one for n in range(33, 256) if pc8._is_plain(one := chr(n))])
ANY = st.characters(exclude_categories=["C", "Z"])
AMOUNT = st.decimals(D("-99999999999.99"), D("99999999999.99"), places=2)
ACCOUNTS = ("1010", "2810", "6190", "7680")
FORMS = ("sie4", "sie4-utf8", "sie5", "saft", "saft-no")


def texts(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    words = st.lists(st.text(letters, min_size=1, max_size=9), min_size=1, max_size=3)
    return words.map(lambda found: " ".join(found).strip().removesuffix("\\") or "x")


def names(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return texts(letters).map(lambda text: "n" + text.replace("\\", "-").replace("/", "-"))


@st.composite
def ledgers(draw: st.DrawFn, letters: st.SearchStrategy[str]) -> Book:
    book, text, name = Book(), texts(letters), names(letters)
    for code in ACCOUNTS:
        book.account(code, draw(text), kind=draw(st.sampled_from(["asset", "liability"])))
    codes = draw(st.lists(name, min_size=1, max_size=3, unique=True))
    for code in codes:
        book.vat_code(code, standard=None, name=draw(text), rate=None)
    parties = draw(st.lists(name, min_size=1, max_size=3, unique=True))
    for own in parties:
        side = draw(st.sampled_from(["customer", "supplier"]))
        book.party(f"{side}/{own}", name=draw(text))
    known = [row["party_id"] for row in book.rows["party"]]
    dimensions = st.dictionaries(
        st.sampled_from(["1", "6", "Afdeling", "Sag 2"]), name, max_size=2
    ).map(lambda told: json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None)
    book.add("opening_balance", account_code="6190", kind="opening", balance_date=FIRST,
             amount=draw(AMOUNT))  # fmt: skip
    numbers = draw(st.lists(name, max_size=5, unique=True))
    for number in numbers:
        day = draw(st.dates(FIRST, LAST))
        values = draw(st.lists(AMOUNT, min_size=1, max_size=4))
        lines = [(draw(st.sampled_from(ACCOUNTS)), value) for value in values]
        book.voucher(
            day.isoformat(), number, [*lines, ("2810", -sum(values))], text=draw(text),
            journal_code=draw(st.sampled_from(["J", "K"])),
            registered_at=datetime.combine(day, datetime.min.time(), UTC),
            document_id=draw(st.none() | name),
        )  # fmt: skip
        for row in book.rows["posting"][-len(values) - 1 :]:
            row["text"] = draw(text)
            row["party_id"] = draw(st.none() | st.sampled_from(known))
            row["vat_code"] = draw(st.none() | st.sampled_from(codes))
            row["dimensions"] = draw(dimensions)
            if row["vat_code"]:  # as the ledger makes it of a posting's code
                told = {k: row[k] for k in ("voucher_id", "line_id", "posting_date", "amount")}
                book.add("tax_line", **told, seq=1, vat_code=row["vat_code"], part="base",
                         source_part="base", origin="derived")  # fmt: skip
    return book


def written(book: Book, form: str, **options: Any) -> tuple[bytes, books.Written]:
    out = io.BytesIO()
    with ledger(book) as con:
        year = books.open_year(con, COMPANY, 2026)
        if form.startswith("sie4"):
            encoding = "utf-8" if form.endswith("utf8") else "pc8"
            told = sie4.write(con, year, CREATED, "1", out, encoding)
        elif form == "sie5":
            told = sie5.write(con, year, CREATED, "1", out)
        else:
            writer = saft_no if form == "saft-no" else saft
            told = writer.write(con, year, saft.Told(CREATED, "1", **options), out)
    return out.getvalue(), told


def read(folder: Path, content: bytes, form: str) -> Pulled:
    (folder / "books").write_bytes(content)
    if form.startswith("saft"):
        return pull("saft", folder, path="books")
    return pull(form[:4], folder, path="books", vat_dimension=VAT_DIMENSION)


def same(book: Book, pulled: Pulled) -> None:
    vouchers = {row["voucher_id"]: row for row in book.rows.get("voucher", [])}
    heads = Counter(
        (v["journal_code"], v["voucher_number"], v["posting_date"], v["registered_at"], v["text"],
         v["document_id"]) for v in vouchers.values()
    )  # fmt: skip
    assert heads == Counter(
        (v["journal_code"], v["voucher_number"], v["posting_date"], v["registered_at"], v["text"],
         v["document_id"]) for v in pulled["voucher"]
    )  # fmt: skip
    number = {row["source_id"]: row["voucher_number"] for row in pulled["voucher"]}
    columns = ("line_no", "account_code", "amount", "party_id", "vat_code", "text", "dimensions")
    before = Counter(
        (vouchers[row["voucher_id"]]["voucher_number"], *(row[c] for c in columns))
        for row in book.rows.get("posting", [])
    )
    assert before == Counter(
        (number[row["source_id"]], *(row[c] for c in columns)) for row in pulled["posting"]
    )
    assert {(row["account_code"], row["name"]) for row in book.rows["ledger_account"]} == {
        (row["account_code"], row["name"]) for row in pulled["account"]
    }
    for table, key in (("party", "party_id"), ("vat_code", "vat_code")):
        assert {(row[key], row["name"]) for row in book.rows[table]} == {
            (row[key], row["name"]) for row in pulled[table]
        }
    opening = {r["account_code"]: r["amount"] for r in pulled["opening_balance"]
               if r["kind"] == "opening"}  # fmt: skip
    assert opening["6190"] == book.rows["opening_balance"][0]["amount"]
    assert all(row["declared"] == row["found"] for row in pulled["control_total"])
    assert [f for f in pulled.findings if f.severity == "error"] == []


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_what_is_written_is_read_back(tmp_path: Path, form: str, data: st.DataObject) -> None:
    letters = PLAIN if form == "sie4" else ANY
    book = data.draw(ledgers(letters))
    content, _ = written(book, form, contact="Eva Eksempel", telephone="12345678")
    same(book, read(tmp_path, content, form))
    assert written(book, form, contact="Eva Eksempel", telephone="12345678")[0] == content


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_letter_is_written_counted_or_refused(text: str) -> None:
    letters = pc8.Letters("cp437", "Writing c1 as SIE 4")
    try:
        told = letters.text(text, "voucher 1")
    except PermanentError:
        return
    assert told.encode("cp437").decode("cp437") == told
    assert not told.endswith("\\")
    assert (told == text) == (not letters.replaced)


def test_every_vat_code_of_a_posting_is_kept(tmp_path: Path) -> None:
    book = Book()
    book.vat_code("K210")
    book.vat_code("K210-M")
    both = [tax("K210", "base", 400), tax("K210-M", "base", 400, standard="K210")]
    book.voucher("2025-08-01", "1", [("1610", 400, *both), ("7440", -400)])
    for form in ("sie4", "sie5"):
        pulled = read(tmp_path, written(book, form)[0], form)
        assert [
            (row["line_id"], row["vat_code"], row["part"], row["amount"])
            for row in pulled["tax_line"]
        ] == [("1", "K210", "base", D(400)), ("1", "K210-M", "base", D(400))]
        assert [row["vat_code"] for row in pulled["posting"]] == ["K210", None]
        assert [row["dimensions"] for row in pulled["posting"]] == [None, None]
        assert {row["vat_code"] for row in pulled["vat_code"]} == {"K210", "K210-M"}
