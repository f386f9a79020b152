"""Odoo: the recorded answers of a real server, the demo's books, and what happens to both."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.ledger.build import Company, ConnectionRef, Mapping, build_ledger
from assets.reports import due, vat_return
from assets.sources.connector import Connection, Cursor, Item, Present, Rows, silent
from assets.sources.landing import land
from assets.sources.odoo import CONNECTOR
from tests.conformance import golden_returns
from tests.conformance.cases_odoo import COUNT, POSTINGS, connection
from tests.conformance.test_suggest_vat import ODOO_TAXES
from tests.simulators import odoo_books, odoo_recorded
from tests.simulators.odoo import Odoo
from warehouse import standards
from warehouse.store import Store

IMPORT = "K-%EU-V-Fradrag"  # its boxes are swapped in the localisation, so it states no code
BY_HAND = dict.fromkeys((IMPORT, f"{IMPORT} [skyldig]", f"{IMPORT} [afløftet]"), "K410")
# What each box of Odoo's report counts: owed and sold in credit, deducted and bought in debit.
BOXES = {"UM": -1, "MVU": -1, "KM": 1, "R-A-V": 1, "R-B-MR": -1}
FIELDS = {
    "UM": "SalgsMomsBeloeb", "MVU": "MomsEUKoebBeloeb", "KM": "KoebsMomsBeloeb",
    "R-A-V": "EUKoebBeloeb", "R-B-MR": "EUSalgBeloebVarerBeloeb",
}  # fmt: skip


@pytest.fixture
def recordings(shared_data: Path) -> Path:
    return shared_data / "recordings" / "odoo18"


@pytest.fixture
def recorded(recordings: Path) -> Iterator[Odoo]:
    with Odoo(odoo_recorded.database(recordings)) as odoo:
        yield odoo


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    with Odoo(odoo_books.database("19.0")) as running:
        yield running


def raw(recordings: Path, model: str) -> list[dict[str, Any]]:
    """The recorded records of a model, straight from the bytes, numbers exact."""
    return [
        record
        for params, body in odoo_recorded.pages(recordings)
        if params["args"][3] == model
        for record in json.loads(body, parse_float=Decimal)["result"]
    ]


def pull(odoo: Odoo, cursor: Any = None, **options: object) -> list[Item]:
    told = connection(odoo, Path(), **options)
    return list(CONNECTOR.pull(told, cursor, silent))


def rows(items: Iterable[Item], stream: str) -> list[dict[str, Any]]:
    return [
        row
        for item in items
        if isinstance(item, Rows) and item.stream == stream
        for row in item.table.to_pylist()
    ]


def cursor_of(items: list[Item]) -> Any:
    assert isinstance(items[-1], Cursor)
    return json.loads(json.dumps(items[-1].value))


def test_the_simulator_answers_as_the_recorded_server_did(recordings: Path) -> None:
    database = odoo_recorded.database(recordings)
    pages = odoo_recorded.pages(recordings)
    assert len(pages) == 34
    last: dict[str, int] = defaultdict(int)
    for params, body in pages:
        _name, _uid, _key, model, method, placed, named = params["args"]
        found = database.call(model, method, {"domain": placed[0], **named})
        assert found == json.loads(body)["result"], model
        assert placed[0] == [["id", ">", last[model]]]
        last[model] = found[-1]["id"]


def test_every_recorded_line_is_a_posting_to_the_oere(recorded: Odoo, recordings: Path) -> None:
    items = pull(recorded)
    lines = {str(line["id"]): line for line in raw(recordings, "account.move.line")}
    postings = rows(items, "posting")
    assert {p["line_id"]: p["amount"] for p in postings} == {
        number: Decimal(line["debit"]) - Decimal(line["credit"]) for number, line in lines.items()
    }
    assert {p["line_id"]: p["account_code"] for p in postings} == {
        number: line["account_id"][1].split()[0] for number, line in lines.items()
    }
    assert {(p["line_id"], p["amount_currency"]) for p in postings if p["currency"] == "EUR"} == {
        (number, line["amount_currency"])
        for number, line in lines.items()
        if line["currency_id"][1] == "EUR"
    }
    assert (len(postings), len(rows(items, "voucher")), len(rows(items, "account"))) == (
        77,
        24,
        312,
    )
    assert len(rows(items, "source_document")) == 18


def test_every_recorded_tax_line_is_one_of_ours(recorded: Odoo, recordings: Path) -> None:
    items, lines = pull(recorded), raw(recordings, "account.move.line")
    ours = rows(items, "tax_line")
    assert {(t["line_id"], t["amount"]) for t in ours if t["part"] == "tax"} == {
        (str(line["id"]), line["balance"]) for line in lines if line["tax_line_id"]
    }
    assert {(t["line_id"], t["amount"]) for t in ours if t["part"] == "base"} == {
        (str(line["id"]), line["balance"]) for line in lines if line["tax_ids"]
    }
    legs = {t["vat_code"]: t["amount"] for t in ours if "[" in t["vat_code"] and t["part"] == "tax"}
    assert legs == {
        "K-EU-V-Fradrag [skyldig]": Decimal("-300.00"),
        "K-EU-V-Fradrag [afløftet]": Decimal("300.00"),
    }


def boxes(recordings: Path, first: str, last: str) -> dict[str, Decimal]:
    """The VAT report by hand: what the recorded tags of the recorded lines add up to."""
    names = {tag["id"]: tag["name"][1:] for tag in raw(recordings, "account.account.tag")}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in raw(recordings, "account.move.line"):
        if first <= line["date"] <= last:
            for tag in line["tax_tag_ids"]:
                sums[names[tag]] += BOXES[names[tag]] * line["balance"]
    return sums


def test_the_recorded_boxes_are_the_return(
    recorded: Odoo, recordings: Path, tmp_path: Path
) -> None:
    link = connection(recorded, tmp_path)
    land(CONNECTOR, link, tmp_path / "landed", silent)
    store = Store(tmp_path / "warehouse")
    used = {line["account_id"][1].split()[0] for line in raw(recordings, "account.move.line")}
    known = [code for code in used if code in standards.accounts()]
    mapping = Mapping(accounts=[("nordlys", code, code) for code in known])
    company = Company("nordlys", "Nordlys Handel ApS", "13585628", "13585628")
    build_ledger(store, tmp_path / "landed", [company], [_reference(link)], mapping)
    seen = set()
    for first, last in (("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")):
        by_hand = boxes(recordings, first, last)
        seen |= by_hand.keys()
        ours = returned(store, date.fromisoformat(first), date.fromisoformat(last))
        for box, field in FIELDS.items():
            assert ours[f"MomsAngivelse{field}"] == int(by_hand[box]), (first, box)
    assert seen == BOXES.keys()


def returned(store: Store, start: date, end: date) -> dict[str, int]:
    with store.connect() as con:
        standards.register(con)
        duty = {"company_id": "nordlys", "period_start": start, "period_end": end,
                "frequency": "quarter", "due_date": end}  # fmt: skip
        due.register(con, [duty])
        due.register_withheld(con, [])
        vat_return.REPORT.build(con, date(2027, 4, 1))
        return dict(con.execute("SELECT field, amount FROM out_report_line").fetchall())


def _reference(link: Connection) -> ConnectionRef:
    return ConnectionRef(link.connection_id, "nordlys", link.system)


def test_no_tax_of_the_localisation_states_a_wrong_code(recorded: Odoo) -> None:
    codes = {c["vat_code"]: c["standard_vat_code"] for c in rows(pull(recorded), "vat_code")}
    stated = {code: codes[code] for code in ODOO_TAXES if codes[code]}
    assert {code: ODOO_TAXES[code] for code in stated} == stated
    assert (len(stated), len(ODOO_TAXES)) == (55, 69)


@pytest.mark.parametrize(
    "version",
    [
        pytest.param("16.0", marks=pytest.mark.full("18, which is asked the same")),
        pytest.param("17.0", marks=pytest.mark.full("18, which is asked the same")),
        "18.0",
        "19.0",
    ],
)
def test_the_demos_books_give_the_golden_returns(version: str, tmp_path: Path) -> None:
    with Odoo(odoo_books.database(version)) as odoo:
        found = golden_returns.check(connection(odoo, tmp_path), tmp_path, BY_HAND)
    assert {one.rule for one in found} == {"odoo.drafts", "odoo.tax_boxes"}


def test_odoo_19_is_asked_by_json2_even_where_json_rpc_is_off() -> None:
    with Odoo(odoo_books.database("19.0"), jsonrpc=False) as odoo:
        assert len(rows(pull(odoo), "posting")) == POSTINGS
        assert {one.path.split("/")[1] for one in odoo.seen} == {"jsonrpc", "web", "json"}
    with Odoo(odoo_books.database("19.0")) as odoo:
        assert len(rows(pull(odoo, protocol="jsonrpc"), "posting")) == POSTINGS
        assert {one.path.split("/")[1] for one in odoo.seen} == {"jsonrpc"}


def test_an_entry_whose_amounts_changed_costs_its_month_and_no_more(odoo: Odoo) -> None:
    cursor = cursor_of(pull(odoo))
    odoo_books.raise_amount(odoo.database, 50, "2026-11-20 10:00:00.000001")
    items = pull(odoo, cursor)
    january = [["state", "=", "posted"], ["date", "<=", "2026-01-31"]]
    month = odoo.database.find("account.move", january)
    assert {v["posting_date"].isoformat()[:7] for v in rows(items, "voucher")} >= {"2026-01"}
    read = {v["source_id"] for v in rows(items, "voucher")}
    assert {str(m["id"]) for m in month} <= read
    assert len(read) < COUNT


def test_a_stamp_below_a_second_does_not_read_for_ever(odoo: Odoo) -> None:
    """PostgreSQL keeps microseconds, the interface cuts them: `>` on the stamp seen would find
    the same record again and again."""
    cursor = cursor_of(pull(odoo))
    start = len(odoo.seen)
    again = pull(odoo, cursor)
    assert cursor_of(again) == cursor
    assert len(odoo.seen) - start < 60


def test_what_commits_late_with_an_early_stamp_is_read(odoo: Odoo) -> None:
    cursor = cursor_of(pull(odoo))
    _one, lines = odoo_books.insert_late(odoo.database)
    items = pull(odoo, cursor)
    late = [v for v in rows(items, "voucher") if v["source_id"] == "5"]
    assert len(late) >= 1
    assert len([p for p in rows(items, "posting") if p["source_id"] == "5"]) % lines == 0


def test_a_deleted_entry_is_not_present(odoo: Odoo) -> None:
    cursor = cursor_of(pull(odoo))
    odoo_books.delete(odoo.database)
    (present,) = [
        item.source_ids
        for item in pull(odoo, cursor)
        if isinstance(item, Present) and item.stream == "voucher"
    ]
    assert len(present) == COUNT - 1


@pytest.mark.parametrize("version", ["17.0", "18.0", "19.0"])
def test_only_the_company_asked_for_is_read(version: str) -> None:
    database = odoo_books.database(version)
    odoo_books.second_company(database)
    with Odoo(database) as odoo:
        items = pull(odoo, odoo_company="13585628")
        assert len(rows(items, "posting")) == POSTINGS
        assert len(rows(items, "account")) == len(odoo_books.books.ACCOUNTS)
        other = pull(odoo, odoo_company="Anden Butik ApS")
        assert len(rows(other, "voucher")) == 1


def test_a_window_narrows_what_is_asked_for(odoo: Odoo) -> None:
    told = connection(odoo, Path())
    narrow = Connection(
        told.connection_id, told.company_id, told.system, told.options,
        window=(date(2026, 2, 1), date(2026, 2, 28)),
    )  # fmt: skip
    items = list(CONNECTOR.pull(narrow, None, silent))
    days = {v["posting_date"] for v in rows(items, "voucher")}
    assert min(days) >= date(2026, 2, 1)
    assert max(days) <= date(2026, 2, 28)


def test_the_noise_of_a_float_is_taken_off_and_told(odoo: Odoo) -> None:
    line = odoo.database.models["account.move.line"][0]
    line["balance"] = math.nextafter(line["balance"], math.inf)
    found = [item.finding for item in pull(odoo) if hasattr(item, "finding")]
    (noise,) = [one for one in found if one.rule == "odoo.float_noise"]
    assert noise.message == (
        "The noise of binary floats, less than a millionth, was taken off amounts 1 times."
    )


def test_lock_dates_close_the_months(odoo: Odoo) -> None:
    odoo.database.one("res.company", 1)["tax_lock_date"] = "2026-03-31"
    odoo.database.one("res.company", 1)["fiscalyear_lock_date"] = "2026-01-31"
    states = [row["state"] for row in rows(pull(odoo), "fiscal_period") if row["kind"] == "period"]
    assert states == ["locked", "closed", "closed", *["open"] * 9]


def test_a_partner_that_commits_late_is_read(odoo: Odoo) -> None:
    cursor = cursor_of(pull(odoo))
    late = dict(odoo.database.models["res.partner"][0]) | {"id": 3, "name": "Sen ApS"}
    odoo.database.models["res.partner"].append(late | {"write_date": "2026-01-01 00:00:00.5"})
    assert [row["name"] for row in rows(pull(odoo, cursor), "party")][-1] == "Sen ApS"


def test_a_branch_books_on_the_accounts_and_taxes_of_its_parent() -> None:
    database = odoo_books.database("18.0")
    branch = dict(database.one("res.company", 1)) | {"id": 2, "name": "Filial", "vat": False,
                                                     "company_registry": "99100001"}  # fmt: skip
    database.models["res.company"].append(branch | {"parent_id": [1, "Nordlys Handel ApS"]})
    database.one("res.company", 1)["parent_id"] = False
    move = database.copy_of(70, 8_880, "2026-11-19 08:00:00.000001")
    database.one("account.move", 8_880)["company_id"] = [2, "Filial"]
    for line in database.lines(8_880):
        line["company_id"] = [2, "Filial"]
    with Odoo(database) as odoo:
        found = pull(odoo, odoo_company="Filial")
    assert len(rows(found, "posting")) == move
    assert {row["source_id"] for row in rows(found, "voucher")} == {"8880"}


def test_vat_due_on_payment_counts_in_the_entry_of_the_payment(odoo: Odoo) -> None:
    database = odoo.database
    database.one("account.tax", 3)["tax_exigibility"] = "on_payment"  # S-DK-25
    sale = next(
        r["move_id"][0] for r in database.models["account.move.line"] if r["tax_ids"] == [3]
    )
    database.copy_of(sale, 8_880, "2026-11-19 08:00:00.000001")
    paid = {"move_type": "entry", "tax_cash_basis_origin_move_id": [sale, "INV"]}
    database.one("account.move", 8_880).update(paid)
    found = pull(odoo)
    told = [row for row in rows(found, "tax_line") if row["vat_code"] == "S-DK-25"]
    assert {(row["source_id"], row["part"]) for row in told} == {("8880", "base"), ("8880", "tax")}
    (note,) = [i.finding for i in found if getattr(i, "finding", None)
               and i.finding.rule == "odoo.tax_on_payment"]  # fmt: skip
    assert note.message == "These taxes count when an invoice is paid, as Odoo books them: S-DK-25."


def test_a_line_with_a_group_of_taxes_is_the_base_of_each(odoo: Odoo) -> None:
    database = odoo.database
    whole = dict(database.one("account.tax", 3)) | {"id": 90, "name": "Begge"}
    children = [3, 8]  # S-DK-25 and K-DK-Fradrag
    database.models["account.tax"].append(
        whole | {"amount_type": "group", "children_tax_ids": children}
    )
    line = next(r for r in database.models["account.move.line"] if r["tax_ids"] == [3])
    line["tax_ids"] = [90]
    told = [row for row in rows(pull(odoo), "tax_line") if row["line_id"] == str(line["id"])]
    assert [(row["vat_code"], row["part"]) for row in told] == [
        ("S-DK-25", "base"), ("K-DK-Fradrag", "base"),
    ]  # fmt: skip
