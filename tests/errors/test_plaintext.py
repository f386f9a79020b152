"""Every message of the GnuCash, Beancount and hledger connectors, to the letter."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import gnucash_writer
from tests.errors.corpus import expected
from tests.unit.sources.pulling import pull
from warehouse.errors import ReportingError

H = "2026-01-02 (1) x\n"
B = '2026-01-02 * "x"\n  bilag: "1"\n'
POSTED = "  Assets:Bank  {0} DKK\n  Income:Salg  -{0} DKK\n".format("100.00")
ACCOUNTS = [("1", "Bank", "BANK"), ("2", "Salg", "INCOME"), ("3", "Moms", "LIABILITY")]
Options = dict[str, object]

# id → (text of books.journal, options); the message is an exception's
HLEDGER_REFUSED: dict[str, tuple[str, Options]] = {
    "hledger-auto-rule": ("= Income:Salg\n    Liabilities:Moms  *0.25\n", {}),
    "hledger-periodic": ("~ monthly\n    Expenses:Leje  100 kr\n    Assets:Bank\n", {}),
    "hledger-alias-regex": ("alias /x/ = y\n", {}),
    "hledger-directive": ("define x=1\n", {}),
    "hledger-unknown-directive": ("Indtægter\n", {}),
    "hledger-lot": (H + "    Assets:A  1 NOVO {100 kr}\n    Assets:Bank\n", {}),
    "hledger-amount": (H + "    Assets:A  10,00,0 kr\n    Assets:Bank\n", {}),
    "hledger-comment": (H + "    Assets:A ; vat:S25\n    Assets:Bank\n", {}),
    "hledger-no-year": ("01-02 x\n    Assets:A  1 kr\n    Assets:Bank\n", {}),
    "hledger-no-day": ("2026-02-30 x\n    Assets:A  1 kr\n    Assets:Bank\n", {}),
    "hledger-two-missing": (H + "    Assets:A  1 kr\n    Assets:B\n    Assets:Bank\n", {}),
    "hledger-stray": ("    Assets:A  1 kr\n", {}),
    "hledger-end": ("end apply account\n", {}),
    "hledger-include-format": ("include timedot:x.timedot\n", {}),
    "journal-include-missing": ("include 2025.journal\n", {}),
    "journal-include-outside": ("include ../outside.journal\n", {}),
    "journal-include-circle": ("include books.journal\n", {}),
    "hledger-virtual-setting": (H, {"virtual": "yes"}),
    "hledger-left-out-setting": (H, {"left_out": "all"}),
    "journal-currency": (H + "    Assets:A  $1\n    Assets:Bank\n", {}),
    "journal-commodities": (H, {"commodities": "USD"}),
    "journal-year-start": (H, {"fiscal_year_start": "1 January"}),
    "journal-code-pattern": (H, {"account_code_pattern": "("}),
    "journal-code-twice": (
        H + "    A:10 x  1 kr\n    B:10 y\n", {"account_code_pattern": r"\d+"}
    ),
}  # fmt: skip
# id → (text, options, rule)
HLEDGER_FOUND: dict[str, tuple[str, Options, str]] = {
    "hledger-assertion": (
        H + "    Assets:A  1,50 kr = 2,00 kr\n    Assets:Bank\n", {}, "hledger.assertion"
    ),
    "journal-unbalanced": (
        H + "    Assets:A  1,50 kr\n    Assets:Bank  -1 kr\n", {}, "hledger.unbalanced"
    ),
    "journal-no-price": (
        H + "    Assets:A  1 EUR\n    Assets:B  -1 EUR\n", {"currency": "DKK"}, "hledger.no_price"
    ),
    "hledger-virtual": (
        H + "    Assets:A  1 kr\n    Assets:B\n    (Budget:C)  1 kr\n", {}, "hledger.virtual"
    ),
    "hledger-ambiguous": (
        H + "    Assets:A  1.000 kr\n    Assets:B\n", {}, "hledger.ambiguous_number"
    ),
    "hledger-posting-date": (
        H + "    Assets:A  1 kr  ; date:2026-02-01\n    Assets:B\n", {}, "hledger.posting_date"
    ),
    "hledger-left-out": (
        f"~ monthly\n    A  1 kr\n    B\n\naccount A\n{H}    A  1 kr\n    B\n",
        {"left_out": "periodic"}, "hledger.periodic_rule",
    ),
    "journal-vat-without-base": (
        "2026-01-02 (1) x  ; vat:K25\n    Assets:A  1 kr\n    Assets:B\n", {},
        "hledger.vat_code_without_base",
    ),
    "journal-kind-unknown": (
        "2026-01-02 (1) x  ; vat:S25\n    Income:A  -1 kr\n    Diverse  -1 kr\n    Assets:B\n", {},
        "hledger.account_kind_unknown",
    ),
    "journal-part-of-oere": (
        H + "    Assets:A  1,005 kr\n    Assets:B\n", {}, "hledger.part_of_oere"
    ),
    "journal-rounded": (
        H + "    Assets:A  0,01 EUR @ 7,4601 kr\n    Assets:B  0,01 EUR @ 7,4601 kr\n"
        "    Assets:C  -0,15 kr\n", {}, "hledger.rounded",
    ),
    "journal-no-number": (
        "2026-01-02 x\n    Assets:A  1 kr\n    Assets:B\n", {}, "hledger.no_voucher_number"
    ),
    "journal-number-again": (
        2 * (H + "    Assets:A  1 kr\n    Assets:B\n\n"), {}, "hledger.shared_voucher_number"
    ),
    "journal-too-large": (
        H + "    Assets:A  20000000000000000 kr\n    Assets:B\n", {}, "hledger.amount"
    ),
}  # fmt: skip
BEANCOUNT_REFUSED: dict[str, tuple[str, Options]] = {
    "beancount-plugin": ('plugin "mine.plugin"\n', {}),
    "beancount-lot": (B + "  Assets:A  -1 NOVO {}\n  Assets:Bank\n", {}),
    "beancount-no-currency": (B + "  Assets:A  1\n  Assets:Bank\n", {}),
    "beancount-price": (B + "  Assets:A  1 EUR @ DKK\n  Assets:Bank\n", {}),
    "beancount-account": (B + "  Aktiver:A  1 DKK\n  Assets:Bank\n", {}),
    "beancount-directive": ("2026-01-02 budget Assets:A 1 DKK\n", {}),
    "beancount-string": ('option "title" "Nordlys\n', {}),
    "beancount-two-missing": (B + "  Assets:A  1 DKK\n  Assets:B\n  Assets:Bank\n", {}),
    "beancount-token": (B + "  Assets:A  1 DKK $\n  Assets:Bank\n", {}),
    "beancount-comma": (B + "  Assets:A  1,00 DKK\n  Assets:Bank\n", {}),
    "beancount-division": (B + "  Assets:A  1/0 DKK\n  Assets:Bank\n", {}),
}
BEANCOUNT_FOUND: dict[str, tuple[str, Options, str]] = {
    "beancount-balance": (
        B + POSTED + "2026-02-01 balance Assets:Bank 90.00 DKK\n", {}, "beancount.balance"
    ),
    "beancount-tolerance": (
        B + POSTED + "2026-02-01 balance Assets:Bank 100.01 DKK\n", {},
        "beancount.balance_within_tolerance",
    ),
}  # fmt: skip


def _mended(message: str, folder: Path) -> str:
    return message.replace(str(folder), "{folder}")


def _error(system: str, file: str, text: str, options: Options, folder: Path) -> str:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(ReportingError) as caught:
        pull(system, folder, path=file, **options)
    return _mended(str(caught.value), folder)


def _finding(system: str, file: str, text: str, options: Options, rule: str, folder: Path) -> str:
    (folder / file).write_text(text, encoding="utf-8")
    message = pull(system, folder, path=file, **options).messages(rule)[0]
    return _mended(message, folder)


@pytest.mark.parametrize("case", HLEDGER_REFUSED)
def test_what_a_journal_is_refused_for(tmp_path: Path, case: str) -> None:
    (tmp_path / "outside.journal").write_text(H)
    folder = tmp_path / "books"
    folder.mkdir()
    text, options = HLEDGER_REFUSED[case]
    assert _error("hledger", "books.journal", text, options, folder) == expected(
        "plaintext", case, folder="{folder}"
    )


OTHER_REFUSED: dict[str, tuple[str, str, bytes]] = {
    "hledger-json": ("hledger", "books.json", b'{"accounts": []}'),
    "hledger-json-record": ("hledger", "books.json", b'[{"tindex": 1}]'),
    "hledger-json-cut": ("hledger", "books.json", b'[{"tindex": 1'),
    "journal-not-utf8": ("hledger", "books.journal", "2026-01-02 Løn\n".encode("latin-1")),
    "journal-nothing": ("hledger", "books.journal", b"; 2026\n; all of it a comment\n"),
    "journal-carriage-return": ("hledger", "books.journal", b"; 2026\n; Mac\r2026-01-02 x\r"),
    "journal-read-twice": ("hledger", "*.journal", b"include books.journal\n"),
}


@pytest.mark.parametrize("case", OTHER_REFUSED)
def test_what_files_are_refused_for(tmp_path: Path, case: str) -> None:
    system, file, content = OTHER_REFUSED[case]
    assert refusal(tmp_path, system, file, content) == expected(
        "plaintext", case, folder="{folder}"
    )


def refusal(folder: Path, system: str, file: str, content: bytes) -> str:
    (folder / "books.journal").write_text(H)
    (folder / file.replace("*", "main")).write_bytes(content)
    with pytest.raises(ReportingError) as caught:
        pull(system, folder, path=file)
    return _mended(str(caught.value), folder)


@pytest.mark.parametrize("case", HLEDGER_FOUND)
def test_what_a_journal_is_told_off_for(tmp_path: Path, case: str) -> None:
    text, options, rule = HLEDGER_FOUND[case]
    told = _finding("hledger", "books.journal", text, options, rule, tmp_path)
    assert told == expected("plaintext", case, folder="{folder}")


@pytest.mark.parametrize("case", BEANCOUNT_REFUSED)
def test_what_beancount_is_refused_for(tmp_path: Path, case: str) -> None:
    text, options = BEANCOUNT_REFUSED[case]
    told = _error("beancount", "books.beancount", text, options, tmp_path)
    assert told == expected("plaintext", case, folder="{folder}")


@pytest.mark.parametrize("case", BEANCOUNT_FOUND)
def test_what_beancount_is_told_off_for(tmp_path: Path, case: str) -> None:
    text, options, rule = BEANCOUNT_FOUND[case]
    told = _finding("beancount", "books.beancount", text, options, rule, tmp_path)
    assert told == expected("plaintext", case, folder="{folder}")


def _book(folder: Path, *splits: tuple[str, str], **how: object) -> Path:
    path = folder / "books.gnucash"
    rows = [("F1", "2026-01-02", "Salg", splits)] if splits else []
    gnucash_writer.write(path, ACCOUNTS, rows, **how)  # type: ignore[arg-type]
    return path


SALE = (("1", "125.00"), ("2", "-100.00"), ("3", "-25.00"))
TABLE = {"tax_tables": [("Moms 25%", "3", "25")], "compressed": False}


def _edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def _imbalance(folder: Path) -> None:
    _edit(_book(folder, *SALE, compressed=False), b"12500/100</split:value>",
          b"12400/100</split:value>")  # fmt: skip


def _third(folder: Path) -> None:
    path = _book(folder, ("1", "0.01"), ("2", "-0.01"), compressed=False)
    for _ in range(2):
        _edit(path, b"1/100</split:value>", b"1/3</split:value>")
        _edit(path, b"1/100</split:quantity>", b"1/3</split:quantity>")


GNUCASH_FOUND: dict[str, tuple[Callable[[Path], object], str]] = {
    "gnucash-imbalance": (_imbalance, "gnucash.imbalance"),
    "gnucash-unclear": (
        lambda f: _book(f, ("1", "175.00"), ("2", "-150.00"), ("3", "-25.00"), **TABLE),
        "gnucash.unclear_vat",
    ),
    "gnucash-rational": (_third, "gnucash.rational"),
}


def _two(folder: Path) -> None:
    content = _book(folder, *SALE).read_bytes()
    (folder / "books.20260102.gnucash").write_bytes(content)


def _other_database(folder: Path) -> None:
    with sqlite3.connect(folder / "books.gnucash") as con:
        con.execute("CREATE TABLE x (y)")
    con.close()


def _broken_record(folder: Path) -> None:
    _edit(_book(folder, *SALE, compressed=False), b"12500/100</split:quantity>",
          b"125</split:quantity>")  # fmt: skip


def _cut(folder: Path) -> None:
    path = _book(folder, *SALE)
    path.write_bytes(path.read_bytes()[:-30])


GNUCASH_REFUSED: dict[str, tuple[Callable[[Path], object], Options]] = {
    "gnucash-two-books": (_two, {"path": "*.gnucash"}),
    "gnucash-no-book": (_other_database, {}),
    "gnucash-record": (_broken_record, {}),
    "gnucash-cut": (_cut, {}),
    "gnucash-other-xml": (lambda f: (f / "books.gnucash").write_text("<gnc-v1/>"), {}),
    "gnucash-vat-accounts": (lambda f: _book(f, *SALE), {"vat_accounts": {"9": "K25"}}),
    "gnucash-vat-accounts-table": (lambda f: _book(f, *SALE), {"vat_accounts": "K25"}),
}


@pytest.mark.parametrize("case", GNUCASH_FOUND)
def test_what_a_book_is_told_off_for(tmp_path: Path, case: str) -> None:
    make, rule = GNUCASH_FOUND[case]
    make(tmp_path)
    message = pull("gnucash", tmp_path, path="books.gnucash").messages(rule)[0]
    assert _mended(message, tmp_path) == expected("plaintext", case, folder="{folder}")


@pytest.mark.parametrize("case", GNUCASH_REFUSED)
def test_what_a_book_is_refused_for(tmp_path: Path, case: str) -> None:
    make, options = GNUCASH_REFUSED[case]
    make(tmp_path)
    with pytest.raises(ReportingError) as caught:
        pull("gnucash", tmp_path, **{"path": "books.gnucash", **options})
    assert _mended(str(caught.value), tmp_path) == expected("plaintext", case, folder="{folder}")
