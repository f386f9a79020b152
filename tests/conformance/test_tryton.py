"""The Tryton connector against a real server."""

import base64
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

from assets.ledger.build import Company, ConnectionRef, Mapping, build_ledger
from assets.reports import due, eu_sales_list, vat_return
from assets.sources.connector import Complete, Cursor, Found, Item, Present, Rows, silent
from assets.sources.landing import land
from assets.sources.tryton import CONNECTOR
from quality import rules
from tests.conformance.conftest import TrytonBooks
from tests.tryton_server import server
from tests.tryton_server.books import ACCOUNTS, DOCUMENTS, DRAFTS, VOUCHERS
from tests.tryton_server.expected import PATH, PERIODS, text
from tests.tryton_server.relay import Relay
from warehouse import standards
from warehouse.errors import PermanentError, TransientError
from warehouse.secret import Secret
from warehouse.store import Store

pytestmark = pytest.mark.tryton

Landed = dict[str, list[dict[str, Any]]]


def pull(books: TrytonBooks, cursor: Any = None, **options: object) -> list[Item]:
    return list(CONNECTOR.pull(books.connection(**options), cursor, silent))


def rows(items: Iterable[Item], stream: str) -> list[dict[str, Any]]:
    """A stream's rows; a record read twice counts as last read."""
    keys = ("source_id", "line_id", "seq")
    found = {
        tuple(row.get(key) for key in keys): row
        for item in items
        if isinstance(item, Rows) and item.stream == stream
        for row in item.table.to_pylist()
    }
    return list(found.values())


def cursor_of(items: list[Item]) -> Any:
    assert isinstance(items[-1], Cursor)
    return json.loads(json.dumps(items[-1].value))  # as it is stored


def expected_vouchers() -> int:
    return len(DOCUMENTS) + sum(2 if voucher.is_reversed else 1 for voucher in VOUCHERS)


@pytest.fixture(scope="module")
def first(tryton_books: TrytonBooks) -> list[Item]:
    """The first pull, before any test has changed the books."""
    return pull(tryton_books, page_size=25)


@pytest.fixture(scope="module")
def landed_once(tryton_books: TrytonBooks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books landed once for all tests; `landed` hands each its own copy."""
    folder = tmp_path_factory.mktemp("landed")
    assert land(CONNECTOR, tryton_books.connection(), folder, silent).load_id is not None
    return folder


@pytest.fixture
def landed(landed_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(landed_once, tmp_path / "landed")


def test_every_document_of_the_books_is_read(first) -> None:
    assert len(rows(first, "voucher")) == expected_vouchers()
    assert len(rows(first, "source_document")) == len(DOCUMENTS)
    totals = rows(first, "control_total")
    assert len(totals) == 2 + len(ACCOUNTS)
    assert [total for total in totals if total["declared"] != total["found"]] == []


def test_every_voucher_balances_to_the_oere(first) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(first, "posting"):
        sums[row["source_id"]] += row["amount"]
    assert len(sums) == expected_vouchers()
    assert set(sums.values()) == {Decimal(0)}


def test_drafts_are_left_out_and_said(first) -> None:
    (found,) = [item.finding for item in first if isinstance(item, Found)]
    assert found.rule == "tryton.drafts"
    assert found.message == f"Drafts in Tryton are not read; there are {len(DRAFTS)}."


def test_vat_per_quarter_is_what_the_declared_documents_give(first) -> None:
    """Tax lines alone, added up per code and leg, reach the golden fields."""
    assert PATH.read_text(encoding="utf-8") == text()
    golden = json.loads(PATH.read_text(encoding="utf-8"))["quarters"]
    codes = {row["vat_code"]: row for row in rows(first, "vat_code")}
    days = {row["source_id"]: row["posting_date"].isoformat() for row in rows(first, "voucher")}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(first, "tax_line"):
        code = codes[row["vat_code"]]
        (quarter,) = [q for q, (a, b) in PERIODS.items() if a <= days[row["source_id"]] <= b]
        part = row["part"] if row["part"] == "base" else code["part"] or "tax"
        if row["part"] == "base" and code["part"] == "input":
            continue  # the base of a reverse charge stands on both legs
        sums[quarter, f"{code['standard_vat_code']} {part}"] += row["amount"]
    for quarter, values in golden.items():
        exact = defaultdict(Decimal, {k: Decimal(v) for k, v in values["exact"].items()})
        found = {
            "EUSalgBeloebVarer": -sums[quarter, "S21 base"],
            "EUSalgYdelse": -sums[quarter, "S23 base"],
            "EksportOmsaetning": -sums[quarter, "S41 base"],
            "EUKoeb": sums[quarter, "K210 base"],
            "EUKoebYdelse": sums[quarter, "K260 base"],
            "SalgsMoms": -sums[quarter, "S01 tax"] - sums[quarter, "K660 output"],
            "MomsEUKoeb": -sums[quarter, "K210 output"] - sums[quarter, "K410 output"],
            "MomsEUYdelser": -sums[quarter, "K260 output"] - sums[quarter, "K460 output"],
            "KoebsMoms": sum(
                sums[quarter, key]
                for key in (
                    "K010 tax",
                    "K040 tax",
                    "K210 input",
                    "K260 input",
                    "K410 input",
                    "K460 input",
                    "K660 input",
                )
            ),
        }
        assert {name: exact[f"MomsAngivelse{name}Beloeb"] for name in found} == found, quarter


def test_the_whole_line_gives_the_golden_returns_and_lists_without_a_finding(
    landed: Path, tmp_path: Path
) -> None:
    """Source, ledger, rules and reports, from the real server's books."""
    store = Store(tmp_path / "warehouse")
    company = Company("nordlys", "Nordlys Handel ApS", "13585628", "13585628")
    mapping = Mapping(accounts=[("nordlys", code, code) for code in ACCOUNTS])
    build_ledger(store, landed, [company], [ConnectionRef("tryton", "nordlys", "tryton")], mapping)
    golden = json.loads(PATH.read_text(encoding="utf-8"))["quarters"]
    for quarter, wanted in golden.items():
        start, end = (date.fromisoformat(wanted[key]) for key in ("period_start", "period_end"))
        with store.connect() as con:
            standards.register(con)
            obligation = {"company_id": "nordlys", "period_start": start, "period_end": end,
                          "frequency": "quarter", "due_date": end}  # fmt: skip
            due.register(con, [obligation])
            due.register_withheld(con, [])
            rules.run(con, f"{end:%Y-%m}")
            assert rules.findings(con) == [], quarter
            vat_return.REPORT.build(con, date(2027, 4, 1))
            fields = con.execute("SELECT field, amount FROM out_report_line").fetchall()
            assert dict(fields) == wanted["return"], quarter
            eu_sales_list.REPORT.build(con, date(2027, 4, 1))
            lines = con.execute("SELECT subject, field, amount FROM out_report_line").fetchall()
        told = {(subject, field): amount for subject, field, amount in lines}
        names = {"goods": "Salg", "triangular": "Trekant", "services": "Service"}
        assert told == {
            (line["country"] + line["vat_number"], f"ListeAngivelse{name}Beloeb"): line[key]
            for line in wanted["eu_sales_list"]
            for key, name in names.items()
        }, quarter


def test_a_foreign_invoice_keeps_both_amounts(first) -> None:
    foreign = [row for row in rows(first, "posting") if row["currency"] == "EUR"]
    assert {(row["account_code"], row["amount"], row["amount_currency"]) for row in foreign} == {
        ("1050", Decimal("-23865.60"), Decimal(-3200)),
        ("6190", Decimal("23865.60"), Decimal(3200)),
        ("1050", Decimal("-30971.03"), Decimal("-4150.50")),
        ("6190", Decimal("30971.03"), Decimal("4150.50")),
    }
    assert {row["rate"].quantize(Decimal("0.0001")) for row in foreign} == {
        Decimal("7.458"), Decimal("7.462"),
    }  # fmt: skip


def test_a_reversed_voucher_leaves_nothing_in_the_return(first) -> None:
    texts = {row["source_id"]: row["text"] for row in rows(first, "voucher")}
    wrong = {number for number, words in texts.items() if "Kontantsalg, fejl" in (words or "")}
    lines = [row for row in rows(first, "tax_line") if row["source_id"] in wrong]
    assert len({row["source_id"] for row in lines}) == 2
    assert sum(row["amount"] for row in lines) == 0


def test_buyers_keep_their_country_and_vat_number(first) -> None:
    parties = {row["name"]: row for row in rows(first, "party")}
    greek = parties["Aegean Trading AE"]
    assert (greek["country"], greek["vat_number"]) == ("GR", "EL094259216")
    assert parties["Bager Hansen ApS"]["registration_number"] == "99100028"
    assert parties["Webstats Inc."]["vat_number"] is None


def test_a_second_landing_of_unchanged_books_lands_nothing(tryton_books, landed: Path) -> None:
    again = land(CONNECTOR, tryton_books.connection(), landed, silent)
    assert (again.load_id, again.records, again.deleted) == (None, 0, 0)


def test_page_size_changes_nothing_of_what_is_read(tryton_books, first) -> None:
    other = pull(tryton_books, page_size=7)
    for stream in ("voucher", "posting", "tax_line", "party", "source_document"):
        assert rows(other, stream) == rows(first, stream)


def test_a_later_voucher_is_found_and_its_postings_added_to_the_totals(tryton_books) -> None:
    before = pull(tryton_books)
    keeper = tryton_books.keeper
    move = keeper.draft(date(2026, 11, 19), "2450", "6480", "123.45")
    while_draft = pull(tryton_books, cursor_of(before))
    assert str(move) not in {row["source_id"] for row in rows(while_draft, "voucher")}
    keeper.post(move)
    after = pull(tryton_books, cursor_of(while_draft))
    assert str(move) in {row["source_id"] for row in rows(after, "voucher")}
    totals = {row["subject"]: row for row in rows(after, "control_total")}
    assert all(total["declared"] == total["found"] for total in totals.values())
    assert totals["account 2450"]["found"] == Decimal("6753.40")


def test_a_voucher_that_the_stamps_miss_is_found_by_the_list_of_ids(tryton_books) -> None:
    """A row committed late carries an earlier stamp than what was read before it."""
    cursor = cursor_of(pull(tryton_books))
    move = tryton_books.keeper.draft(date(2026, 11, 19), "2450", "6480", "10.00")
    tryton_books.keeper.post(move)
    cursor["since"] = dict.fromkeys(cursor["since"], "2099-01-01T00:00:00+00:00")
    found = rows(pull(tryton_books, cursor), "voucher")
    assert [row["source_id"] for row in found] == [str(move)]


def test_totals_that_do_not_agree_lead_to_reading_everything_again(tryton_books) -> None:
    cursor = cursor_of(pull(tryton_books))
    cursor["since"] = dict.fromkeys(cursor["since"], "2099-01-01T00:00:00+00:00")
    cursor["sums"]["1010"] = "0.01"
    items = pull(tryton_books, cursor)
    assert len(rows(items, "voucher")) >= expected_vouchers()
    assert all(row["declared"] == row["found"] for row in rows(items, "control_total"))


def landed_rows(folder: Path, load_id: str | None, query: str) -> list[tuple[Any, ...]]:
    """Rows of a load's Parquet; `{}` in the query is its folder."""
    return duckdb.sql(query.format(folder / "tryton" / "loads" / str(load_id))).fetchall()


def test_a_renamed_party_changes_and_the_others_stay(tryton_books, landed: Path) -> None:
    keeper = tryton_books.keeper
    (party,) = keeper.call("party.party", "search", [["name", "like", "Müller%"]], 0, None, None)
    keeper.call("party.party", "write", [party], {"name": "Müller Licht GmbH"})
    result = land(CONNECTOR, tryton_books.connection(), landed, silent)
    names = landed_rows(landed, result.load_id, "SELECT name FROM '{}/party.parquet'")
    assert names == [("Müller Licht GmbH",)]


def test_a_renumbered_account_changes_every_voucher_that_stands_on_it(
    tryton_books, landed: Path
) -> None:
    keeper = tryton_books.keeper
    account = keeper.account("2670")
    keeper.call("account.account", "write", [account], {"code": "2671"})
    result = land(CONNECTOR, tryton_books.connection(), landed, silent)
    keeper.call("account.account", "write", [account], {"code": "2670"})
    query = "SELECT account_code, amount FROM '{}/posting.parquet' WHERE account_code LIKE '267%'"
    assert landed_rows(landed, result.load_id, query) == [("2671", Decimal(8500))]


def test_a_deleted_party_is_gone_and_an_inactive_one_is_not(tryton_books, landed: Path) -> None:
    keeper, connection = tryton_books.keeper, tryton_books.connection()
    kept, gone = keeper.call("party.party", "create", [{"name": "Hvilende"}, {"name": "Slettet"}])
    land(CONNECTOR, connection, landed, silent)
    keeper.call("party.party", "write", [kept], {"active": False})
    keeper.call("party.party", "delete", [gone])
    result = land(CONNECTOR, connection, landed, silent)
    deleted = landed_rows(landed, result.load_id, "SELECT * FROM '{}/deleted.parquet'")
    assert deleted == [("party", str(gone))]


def test_vouchers_posted_behind_our_back_while_we_read_are_not_lost(tryton_books) -> None:
    """Their ids lie before the page being read when they are posted."""
    keeper = tryton_books.keeper
    late = [keeper.draft(date(2026, 11, 20), "2450", "6480", "1.00") for _ in range(2)]
    keeper.post(keeper.draft(date(2026, 11, 20), "2450", "6480", "2.00"))
    one_page = keeper.call("account.move", "search_count", [["state", "=", "posted"]])
    state = {"is_posted": False}

    def before(_number: int, path: str) -> None:
        if "/account.move?" in path and after(path) > late[-1] and not state["is_posted"]:
            state["is_posted"] = True
            keeper.post(*late)

    with Relay(tryton_books.url, before) as relay:
        items = pull(tryton_books, page_size=one_page, url=relay.url)
    assert state["is_posted"]
    read = {row["source_id"] for row in rows(items, "voucher")}
    (present,) = [i for i in items if isinstance(i, Present) and i.stream == "voucher"]
    assert read == set(present.source_ids) >= {str(number) for number in late}
    assert all(row["declared"] == row["found"] for row in rows(items, "control_total"))


def after(path: str) -> int:
    """The id after which a page was asked for."""
    domain = json.loads(base64.urlsafe_b64decode(parse_qs(urlsplit(path).query)["d"][0]))
    return int(domain[-1][2])


@pytest.mark.parametrize("fault", ["drop", "cut", "hang", "503", "429"])
def test_a_fault_on_a_later_page_is_transient_and_lands_nothing(
    tryton_books, tmp_path: Path, fault: str
) -> None:
    def before(_number: int, path: str) -> str | None:
        return fault if "/account.move?" in path else None

    with Relay(tryton_books.url, before) as relay:
        connection = tryton_books.connection(url=relay.url, timeout=1)
        with pytest.raises(TransientError):
            land(CONNECTOR, connection, tmp_path, silent)
    assert list((tmp_path / "tryton" / "loads").iterdir()) == []
    assert not (tmp_path / "tryton" / "position.json").exists()


def test_a_fault_that_passes_is_tried_again_within_the_pull(tryton_books) -> None:
    def before(number: int, _path: str) -> str | None:
        return "503" if number % 4 == 0 else None

    with Relay(tryton_books.url, before) as relay:
        items = pull(tryton_books, url=relay.url, attempts=3)
    assert len(rows(items, "voucher")) >= expected_vouchers()


def test_a_wrong_key_is_permanent(tryton_books) -> None:
    with pytest.raises(PermanentError, match="refused the credentials"):
        pull(tryton_books, key=Secret("wrong"))


def test_a_cancelled_key_is_permanent(tryton_books) -> None:
    keeper = tryton_books.keeper
    (user,) = keeper.call("res.user", "search", [["login", "=", "indberet"]], 0, None, None)
    (made,) = keeper.call("res.user.application", "create", [{"user": user, "application": "rest"}])
    (row,) = keeper.call("res.user.application", "read", [made], ["key"])
    assert pull(tryton_books, key=Secret(row["key"]))
    keeper.call("res.user.application", "cancel", [made])
    with pytest.raises(PermanentError, match="refused the credentials"):
        pull(tryton_books, key=Secret(row["key"]))


def test_a_server_stopped_in_the_middle_is_resumed_without_loss(
    serve_tryton: Callable[[], TrytonBooks], tmp_path: Path
) -> None:
    books, state = serve_tryton(), {"pages": 0}
    folder = Path(books.running.folder)

    def before(_number: int, path: str) -> None:
        if "/account.move?" in path:
            state["pages"] += 1
            if state["pages"] == 2:
                server.stop(folder)

    with Relay(books.url, before) as relay:
        connection = books.connection(url=relay.url, page_size=20)
        with pytest.raises(TransientError):
            land(CONNECTOR, connection, tmp_path, silent)
    assert list((tmp_path / "tryton" / "loads").iterdir()) == []
    again = server.start(folder, fresh=False)
    resumed = land(CONNECTOR, books.connection(url=again.url), tmp_path, silent)
    assert resumed.load_id is not None
    (totals,) = (tmp_path / "tryton" / "loads").glob("*/control_total.parquet")
    wrong = duckdb.sql(f"SELECT * FROM '{totals}' WHERE declared <> found").fetchall()
    assert wrong == []


def test_discovery_says_whose_books_these_are(tryton_books) -> None:
    found = CONNECTOR.discover(tryton_books.connection())
    assert (found.company_name, found.registration_number) == ("Nordlys Handel ApS", "13585628")
    assert found.fiscal_years == [(date(2026, 1, 1), date(2026, 12, 31))]
    assert (found.accounts, found.vat_codes) == (len(ACCOUNTS), 22)


def test_masters_are_complete_lists(first) -> None:
    complete = {item.stream for item in first if isinstance(item, Complete)}
    assert complete >= {"company", "account", "vat_code", "fiscal_period", "control_total"}
