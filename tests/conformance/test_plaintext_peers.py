"""Our readers beside the programs themselves: hledger, Beancount's loader, GnuCash.

Each is asked where it is installed (Debian: hledger, python3-gnucash with libdbd-sqlite3; Beancount
by `make beancount`, kept apart because of its licence); elsewhere the tests are skipped and say so.
"""

import csv
import json
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import Connection
from assets.sources.journals.texts import Texts
from assets.sources.parts.beancount import balance as beancount_balance
from assets.sources.parts.beancount.journal import Reader
from tests import gnucash_writer
from tests.peers import environment
from tests.unit.sources.pulling import Pulled, pull

HLEDGER = """\
; every notation there is
commodity 1.000,00 kr
commodity $1,000.00
D 1.000,00 kr
Y2026
account Assets:Bank  ; type:C
account Indtægter:Salg ; vat:S25
    ; a comment below
P 2026-01-01 EUR 7,46 kr
alias Bank = Assets:Bank

comment
2026-01-01 not this
    a  1
end comment

01-05=01-07 ! (A1) Kunde | handel  ; vat:S25, bilag: 77
    ; extra:tag
    Bank              1.250,00 kr
    Indtægter:Salg    kr -1000,00   ; memo
    Gæld:Moms

2026/1/6 (A2) Køb i USD
    Expenses:Varer     $10.00 @ 6,85 kr
    Expenses:Andet     -$-5 @@ 34,00 kr
    Bank

2026.1.7 (A3) vekslet
    Assets:EUR    100,00 EUR
    Bank   -746,00 kr

2026-01-09 (A5) uden enhed
    Expenses:X    1.000
    Expenses:Y    1 000,50
    Expenses:Z    1E2
    Expenses:Z    1e-2
    Bank

2026-01-10 (A6) saldo sættes
    Bank      = 0
    Expenses:Difference

2026-01-10 (A7) aktier
    Assets:Aktier    3 "NOVO B" @ 700,00 kr
    Bank   -2100

2026-01-11 (A8) saldo kontrolleres
    Bank      100 == -2000
    Expenses:Z   -100
    Assets:EUR    0 EUR = 100 EUR

apply account Nord
2026-01-12 (A9) under
    Assets:Kasse     50
    Equity:Start
end apply account

include more/*.journal
2026-01-14 (A11) efter
    Assets:Bank    1.000,00 kr
    Equity:Start
"""
INCLUDED = """\
2026-01-13 (A10) virtuel
    Bank    10
    Expenses:Z  -10
    [Budget:A]   5
    [Budget:B]  -5
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    if shutil.which("hledger") is None:
        pytest.skip("hledger is not installed here: `apt install hledger`")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.journal").write_text(INCLUDED)
    (tmp_path / "books.journal").write_text(HLEDGER)
    return tmp_path / "books.journal"


def hledger(journal: Path, *arguments: str) -> str:
    command = ["hledger", "-f", str(journal), *arguments]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def _balances(pulled: Pulled) -> dict[str, Decimal]:
    found: Counter[str] = Counter()
    for posting in pulled["posting"]:
        found[posting["account_code"]] += posting["amount"]
    return {account: amount for account, amount in found.items() if amount}


def _pulled(path: Path) -> Pulled:
    return pull("hledger", path.parent, path=path.name, virtual="keep_balanced", currency="DKK")


def test_balances_are_hledgers_own(journal: Path) -> None:
    table = hledger(journal, "balance", "-N", "--flat", "-B", "-O", "csv").splitlines()
    expected = {}
    for account, balance in list(csv.reader(table))[1:]:
        amounts = [part.strip() for part in balance.split(" kr")[0].split(", ")]
        number = amounts[-1].replace(".", "").replace(",", ".")
        expected[account] = Decimal(number)
    # hledger keeps what has no price at its own commodity: here the 100 EUR, bought for 746
    expected["Assets:EUR"] = Decimal(746)
    pulled = _pulled(journal)
    assert _balances(pulled) == {a: n for a, n in expected.items() if n}
    assert [f.rule for f in pulled.findings] == []


def test_the_journal_and_its_json_are_the_same_books(journal: Path) -> None:
    written = journal.with_name("books.json")
    written.write_text(hledger(journal, "print", "-O", "json"))
    ours, json_ours = _pulled(journal), _pulled(written)
    drop = {"where_found"}
    for stream in ("voucher", "posting", "vat_code"):
        left, right = (
            [{k: v for k, v in row.items() if k not in drop} for row in pulled[stream]]
            for pulled in (ours, json_ours)
        )
        assert left == right, stream


BEANCOUNT = """\
option "title" "Nordlys ApS"
option "operating_currency" "DKK"
option "name_assets" "Aktiver"
* Et afsnit
include "more/*.bean"
plugin "beancount.plugins.auto_accounts"

2026-01-01 open Aktiver:Bank DKK
  number: 12
2026-01-01 price EUR 7.4600 DKK
2026-01-01 commodity EUR
  name: "Euro"

pushtag #nord
pushmeta vat: "S25"
2026-01-02 * "Kunde
A/S" "Salg; ikke en kommentar" #et-tag ^link ; en kommentar
  bilag: "7"
  Aktiver:Bank          (1,000.00 + 250) * 1 DKK
    memo: 12.50 DKK
  ! Income:Salg        -1000.00 DKK
  Liabilities:Moms
popmeta vat:
poptag #nord

2026-01-03 txn "vekslet"
  Aktiver:Euro     100.00 EUR @ 7.4601 DKK
  Aktiver:Bank
2026-01-04 * "i alt"
  Aktiver:Euro     -50.00 EUR @@ 373.00 DKK
  Aktiver:Bank      373.00 DKK
2026-01-05 * "aktier"
  Aktiver:Depot     3 NOVO {700.00 DKK, 2026-01-05, "a"}
  Aktiver:Depot     2 NOVO {{1500 DKK}}
  Aktiver:Bank     -3600.00 DKK
2026-01-06 * "salg af aktier"
  Aktiver:Depot     -1 NOVO {700.00 DKK} @ 800 DKK
  Aktiver:Bank      800.00 DKK
  Income:Gevinst
2026-01-07 * "kun valuta"
  Expenses:Rejse    10.00 EUR
  Aktiver:Euro           EUR
2026-01-08 pad Aktiver:Kasse Equity:Start
2026-01-09 balance Aktiver:Kasse 500.00 DKK
2026-01-10 balance Aktiver:Euro 40.00 ~ 0.01 EUR
2026-01-10 note Aktiver:Bank "et notat"
2026-01-11 close Aktiver:Kasse
"""
PEER = """\
import json, sys
from beancount import loader
from beancount.core import data
entries, errors, _ = loader.load_file(sys.argv[1])
found = {}
for entry in entries:
    if isinstance(entry, data.Transaction):
        for posting in entry.postings:
            key = f"{posting.account} {posting.units.currency}"
            found.setdefault(key, []).append(str(posting.units.number))
print(json.dumps({"found": found, "errors": [error.message for error in errors]}))
"""


def test_every_posting_is_as_beancount_loads_it(tmp_path: Path) -> None:
    if not environment.is_installed("beancount"):
        pytest.skip("Beancount is not installed here: run `make beancount`")
    python = environment.python("beancount")
    (tmp_path / "books.beancount").write_text(BEANCOUNT)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.bean").write_text('2026-01-02 event "sted" "Aarhus"\n')
    command = [str(python), "-c", PEER, str(tmp_path / "books.beancount")]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    told = json.loads(done.stdout)
    assert told["errors"] == []
    connection = Connection("c", "c", "beancount", {"path": "books.beancount"}, str(tmp_path))
    reader = Reader(Texts(connection, (".beancount",)), frozenset())
    reader.read()
    beancount_balance.complete(reader)
    ours: dict[str, list[Decimal]] = {}
    for transaction in reader.transactions:
        for posting in transaction.postings:
            assert posting.amount is not None
            key = f"{posting.account} {posting.amount.commodity}"
            ours.setdefault(key, []).append(posting.amount.number)
    theirs = {key: sorted(Decimal(n) for n in numbers) for key, numbers in told["found"].items()}
    assert {key: sorted(numbers) for key, numbers in ours.items()} == theirs


GNUCASH_PYTHON = """\
import json, sys
from gnucash import Session, SessionOpenMode
session = Session(sys.argv[1], SessionOpenMode.SESSION_NORMAL_OPEN)
found = {}
for account in session.book.get_root_account().get_descendants():
    balance = account.GetBalance()
    found[account.GetCode()] = [balance.num(), balance.denom(), len(account.GetSplitList())]
if len(sys.argv) > 2:
    other = Session(sys.argv[2], SessionOpenMode.SESSION_NEW_STORE)
    other.swap_data(session)
    account = other.book.get_root_account().get_descendants()[0]
    account.SetDescription("x")  # GnuCash saves only what was changed
    account.SetDescription("")
    other.save()
    other.end()
session.end()
print(json.dumps(found))
"""


def gnucash(path: Path, *arguments: str) -> dict[str, list[int]]:
    """What GnuCash says of a book: account → balance, denominator, splits."""
    python = Path("/usr/bin/python3")
    probe = [str(python), "-c", "import gnucash"]
    if not python.exists() or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("GnuCash is not installed here: `apt install python3-gnucash libdbd-sqlite3`")
    with path.open("rb") as file:
        form = "sqlite3" if file.read(6) == b"SQLite" else "xml"
    done = subprocess.run(
        [str(python), "-c", GNUCASH_PYTHON, f"{form}://{path}", *arguments],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    answer: dict[str, list[int]] = json.loads(done.stdout.decode().splitlines()[-1])
    return answer


def same_balances(book: Path, answer: dict[str, list[int]], **options: Any) -> Pulled:
    pulled = pull("gnucash", book.parent, path=book.name, **options)
    assert _balances(pulled) == {
        code: Decimal(number) / denominator
        for code, (number, denominator, _) in answer.items()
        if number
    }
    assert len(pulled["posting"]) == sum(splits for _, _, splits in answer.values())
    return pulled


@pytest.mark.parametrize("form", ["xml", "sqlite"])
def test_gnucash_opens_what_the_writer_writes(tmp_path: Path, form: str) -> None:
    book = tmp_path / "books.gnucash"
    accounts = [("5600", "Debitorer & co.", "RECEIVABLE"), ("1010", "Salg", "INCOME"),
                ("6902", "Salgsmoms", "LIABILITY")]  # fmt: skip
    splits = [("5600", "1250.05"), ("1010", "-1000.04", "vat:S25"), ("6902", "-250.01")]
    gnucash_writer.write(
        book, accounts, [("F1", "2026-03-04", "Kunde <A/S>", splits)], form=form,
        tax_tables=[("Salgsmoms 25%", "6902", "25")],
    )  # fmt: skip
    answer = gnucash(book)
    assert {code: splits for code, (_, _, splits) in answer.items()} == {
        "5600": 1, "1010": 1, "6902": 1
    }  # fmt: skip
    same_balances(book, answer)


def test_a_real_book_is_the_same_in_both_forms(shared_data: Path, tmp_path: Path) -> None:
    book = tmp_path / "sqlite.gnucash"
    book.write_bytes((shared_data / "recordings" / "dk.gnucash").read_bytes())
    other = tmp_path / "xml.gnucash"
    options = {"vat_accounts": {"6903": "K25"}}
    ours = same_balances(book, gnucash(book, f"xml://{other}"), **options)
    theirs = pull("gnucash", tmp_path, path="xml.gnucash", **options)
    for stream in ("account", "vat_code", "party", "posting"):
        left, right = (
            sorted((_undated(row) for row in p[stream]), key=json.dumps) for p in (ours, theirs)
        )
        assert left == right, stream


RICH = """\
import datetime, sys
from gnucash import Account, GncNumeric, Session, SessionOpenMode, Split, Transaction
from gnucash import gnucash_core_c as core
from gnucash.gnucash_business import Bill, Customer, Entry, Invoice, TaxTable, TaxTableEntry, Vendor
session = Session(sys.argv[1], SessionOpenMode.SESSION_NEW_STORE)
book, day = session.book, datetime.date(2026, 1, 5)
table = book.get_table()
DKK, EUR = table.lookup("CURRENCY", "DKK"), table.lookup("CURRENCY", "EUR")

def account(name, code, kind, currency=DKK, notes=""):
    made = Account(book)
    book.get_root_account().append_child(made)
    made.SetName(name); made.SetCode(code); made.SetType(kind); made.SetCommodity(currency)
    made.SetNotes(notes)
    return made

sales = account("Salg", "1010", core.ACCT_TYPE_INCOME)
abroad = account("Salg EU", "1020", core.ACCT_TYPE_INCOME, notes="vat:EU-SALG")
goods = account("Varer", "2010", core.ACCT_TYPE_EXPENSE)
debtors = account("Debitorer", "5600", core.ACCT_TYPE_RECEIVABLE)
creditors = account("Kreditorer", "6800", core.ACCT_TYPE_PAYABLE)
bank = account("Bank", "5820", core.ACCT_TYPE_BANK)
euro = account("Eurobank", "5830", core.ACCT_TYPE_BANK, EUR)
output = account("Salgsmoms", "6902", core.ACCT_TYPE_LIABILITY)
input_ = account("Koebsmoms", "6903", core.ACCT_TYPE_LIABILITY)
out_table = TaxTable(book, "Salgsmoms 25%", TaxTableEntry(output, True, GncNumeric(25, 1)))
in_table = TaxTable(book, "Koebsmoms 25%", TaxTableEntry(input_, True, GncNumeric(25, 1)))
customer, vendor = Customer(book, "7", DKK, "Kunde A/S"), Vendor(book, "7", DKK, "Grossist")

def line(document, side, account, text, price, tax):
    made = Entry(book)
    moment = datetime.datetime(2026, 1, 5)
    made.SetDate(moment); made.SetDateEntered(moment)
    made.SetDescription(text); made.SetQuantity(GncNumeric(1, 1))
    document.AddEntry(made)
    for name, value in (("Account", account), ("Price", GncNumeric(price, 100)),
                        ("Taxable", tax is not None), ("TaxIncluded", False)):
        getattr(made, f"Set{side}{name}")(value)
    if tax is not None:
        getattr(made, f"Set{side}TaxTable")(tax)

def post(document, account, text, accumulate):
    document.PostToAccount(account, day, datetime.date(2026, 2, 4), text, accumulate, False)

made = Invoice(book, "F100", DKK, customer, day)
line(made, "Inv", sales, "Raad", 100000, out_table); post(made, debtors, "F100", True)
made = Invoice(book, "F101", DKK, customer, day)
line(made, "Inv", sales, "Med", 10000, out_table)
line(made, "Inv", sales, "Uden", 5000, None); post(made, debtors, "", False)
made = Invoice(book, "F102", DKK, customer, day)
line(made, "Inv", sales, "Med", 10000, out_table)
line(made, "Inv", sales, "Uden", 5000, None); post(made, debtors, "", True)
made = Bill(book, "K100", DKK, vendor, day)
line(made, "Bill", goods, "Varer", 40000, in_table); post(made, creditors, "K100", True)

def book_(num, currency, splits, notes=""):
    made = Transaction(book)
    made.BeginEdit()
    made.SetCurrency(currency); made.SetNum(num); made.SetDescription(num)
    made.SetDate(3, 2, 2026); made.SetNotes(notes)
    for account, value, amount, memo in splits:
        split = Split(book)
        split.SetParent(made); split.SetAccount(account); split.SetMemo(memo)
        split.SetValue(GncNumeric(value, 100)); split.SetAmount(GncNumeric(amount, 100))
    made.CommitEdit()

book_("B1", DKK, [(euro, 74610, 10000, ""), (bank, -74610, -74610, "")])
book_("B2", EUR, [(euro, 20000, 20000, ""), (abroad, -20000, -149200, "")])
book_("B3", DKK, [(bank, 12500, 12500, ""), (sales, -10000, -10000, ""),
                  (output, -2500, -2500, "")], "vat:S25")
book_("B4", DKK, [(bank, -12500, -12500, ""), (goods, 10000, 10000, "papir vat:K25"),
                  (input_, 2500, 2500, "")])
session.save()
session.end()
"""
CODES = {
    ("F100", "1010"): ["Salgsmoms 25%"],
    ("F101", "1010"): ["Salgsmoms 25%", None],
    ("F102", "1010"): [None],  # one posting for both lines: told off, not guessed
    ("K100", "2010"): ["Koebsmoms 25%"],
    ("B2", "1020"): ["EU-SALG"],
    ("B3", "1010"): ["S25"],
    ("B4", "2010"): ["K25"],
}


def test_invoices_and_foreign_money_as_gnucash_books_them(tmp_path: Path) -> None:
    gnucash_writer.write(tmp_path / "probe.gnucash", [], [])
    gnucash(tmp_path / "probe.gnucash")  # skips where GnuCash is not installed
    book = tmp_path / "books.gnucash"
    command = ["/usr/bin/python3", "-c", RICH, f"xml://{book}"]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    pulled = pull("gnucash", tmp_path, path=book.name)
    numbers = {row["source_id"]: row["voucher_number"] for row in pulled["voucher"]}
    found: dict[tuple[str, str], list[str | None]] = {}
    for row in pulled["posting"]:
        key = (numbers[row["source_id"]], row["account_code"])
        found.setdefault(key, []).append(row["vat_code"])
    codes = {key: sorted(told, key=str, reverse=True) for key, told in found.items()}
    assert {key: codes[key] for key in CODES} == CODES
    assert {key for key, told in codes.items() if any(told)} <= set(CODES)
    assert [f.rule for f in pulled.findings] == ["gnucash.mixed_vat"]
    # 100 EUR bought for 746.10, 200 EUR for a sale of 1 492.00
    balances = _balances(pulled)
    assert (balances["5830"], balances["1020"]) == (Decimal("2238.10"), Decimal("-1492.00"))
    (foreign,) = [r for r in pulled["posting"] if r["amount"] == Decimal("1492.00")]
    assert (foreign["currency"], foreign["amount_currency"]) == ("EUR", Decimal("200.0000"))
    documents = {row["number"]: row for row in pulled["source_document"]}
    assert (documents["F100"]["kind"], documents["F100"]["total"]) == (
        "sales_invoice", Decimal("1250.0000")
    )  # fmt: skip
    assert documents["K100"]["party_id"] == "vendor/7"
    assert all(row["declared"] == row["found"] for row in pulled["control_total"])


def _undated(row: dict[str, Any]) -> dict[str, str]:
    return {k: str(v) for k, v in row.items() if k not in ("where_found", "line_no", "line_id")}
