from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.sources import camt053
from tests.camt053_writer import IBAN, Entry, Statement, Tx, document
from tests.unit.sources.pulling import Pulled, connection, pull

ACCOUNTS = {IBAN: "5820"}
RENT = Entry("2026-01-05", "-7500.00", text="Husleje januar", name="Udlejer A/S", ref="R1")
SALE = Entry(
    "2026-01-07", "1250.00", text="Faktura 1001", name="Kunde ApS", ref="R2",
    end_to_end="E2E-9", creditor_reference="RF18539007547034",
)  # fmt: skip


def read(folder: Path, *files: bytes, **options: Any) -> Pulled:
    for number, content in enumerate(files, start=1):
        (folder / f"{number}.xml").write_bytes(content)
    return pull("camt053", folder, path=".", **{"accounts": ACCOUNTS} | options)


def amounts(pulled: Pulled) -> list[Decimal]:
    """The entries' amounts, each entry once, as landing keeps them."""
    return [row["amount"] for row in {r["source_id"]: r for r in pulled["bank_entry"]}.values()]


@pytest.mark.parametrize("version", [f"{n:02}" for n in range(2, 13)])
def test_every_version_says_the_same(tmp_path: Path, version: str) -> None:
    totals = {"count": "2", "credit": "1250.00", "debit": "7500.00", "net": "-6250.00"}
    statement = Statement([RENT, SALE], opening="10000.00", totals=totals, number="1")
    pulled = read(tmp_path, document([statement], version))
    assert pulled.findings == []
    rent, sale = pulled["bank_entry"]
    assert (rent["amount"], rent["counterparty"]) == (Decimal("-7500.00"), "Udlejer A/S")
    assert (sale["booking_date"], sale["text"]) == (date(2026, 1, 7), "Faktura 1001")
    assert sale["account_code"] == "5820"
    assert sale["bank_code"] == "PMNT/RCDT/ESCT"
    assert sale["refs"] == (
        '{"account_servicer_ref": "R2", "creditor_references": ["RF18539007547034"], '
        '"end_to_end_id": "E2E-9"}'
    )
    assert [(b["kind"], b["balance_date"], b["amount"]) for b in pulled["bank_balance"]] == [
        ("opening", date(2026, 1, 1), Decimal("10000.00")),
        ("closing", date(2026, 1, 31), Decimal("3750.00")),
    ]
    told = {t["kind"]: (t["declared"], t["found"]) for t in pulled["control_total"]}
    assert set(told) == {"bank_balance", "bank_entries", "bank_credit", "bank_debit", "bank_net"}
    assert all(declared == found for declared, found in told.values())


def test_what_is_not_booked_is_left_out_and_counted(tmp_path: Path) -> None:
    pending = Entry("2026-01-31", "-50.00", status="PDNG")
    pulled = read(tmp_path, document([Statement([SALE, pending], totals={"count": "2"})]))
    assert amounts(pulled) == [Decimal("1250.00")]
    assert pulled.rules() == {"camt053.not_booked"}


def test_a_batch_becomes_its_transactions_where_they_add_up(tmp_path: Path) -> None:
    whole = Entry("2026-01-09", "300.00", batch=[Tx("100.00", "A"), Tx("200.00", "B")])
    untold = Entry("2026-01-10", "300.00", batch=[Tx("100.00", "A"), Tx(None, "B")])
    for version in ("02", "08"):
        pulled = read(tmp_path, document([Statement([whole, untold])], version))
        rows = pulled["bank_entry"]
        assert [(r["amount"], r["line_no"], r["counterparty"]) for r in rows] == [
            (Decimal("100.00"), 1, "A"), (Decimal("200.00"), 2, "B"), (Decimal("300.00"), 1, None),
        ]  # fmt: skip
        assert rows[0]["entry_id"] == rows[1]["entry_id"] != rows[2]["entry_id"]
        assert pulled.rules() == {"camt053.batch"}


def test_a_reversal_a_foreign_amount_and_charges(tmp_path: Path) -> None:
    back = Entry("2026-01-09", "7500.00", name="Udlejer A/S", reversal=True)
    abroad = Entry("2026-01-10", "-750.12", foreign="7.4612000000 EUR 100.00", charges="4.00")
    for version in ("02", "08"):
        pulled = read(tmp_path, document([Statement([back, abroad])], version))
        first, second = pulled["bank_entry"]
        assert (first["is_reversal"], first["counterparty"]) == (True, "Udlejer A/S")
        assert (second["foreign_currency"], second["foreign_amount"]) == ("EUR", Decimal(-100))
        assert (second["rate"], second["charges"]) == (Decimal("7.4612"), Decimal("4.00"))


def test_moments_with_a_time_zone_are_the_day_they_were_here(tmp_path: Path) -> None:
    late = Entry("2026-01-31T23:30:00Z", "5.00")
    statement = Statement([late], moments=("2026-01-31T23:00:00Z", "2026-02-28T22:59:59Z"),
                          end="2026-02-28")  # fmt: skip
    pulled = read(tmp_path, document([statement]))
    assert pulled["bank_entry"][0]["booking_date"] == date(2026, 2, 1)
    assert pulled["bank_balance"][0]["balance_date"] == date(2026, 2, 1)


def test_the_same_statement_twice_counts_once(tmp_path: Path) -> None:
    statement = Statement([RENT, SALE])
    copy = Statement([RENT, SALE], created="2026-03-01T06:00:00", copy="DUPL")
    pulled = read(tmp_path, document([statement]), document([copy], "04"))
    assert len(pulled["bank_entry"]) == 2
    assert pulled.rules() == {"camt053.copy"}
    assert len(pulled["bank_balance"]) == 2


def test_a_copy_that_says_otherwise_is_told_and_the_newer_counts(tmp_path: Path) -> None:
    newer = Statement([RENT], created="2026-03-01T06:00:00")
    pulled = read(tmp_path, document([newer]), document([Statement([RENT, SALE])]))
    assert amounts(pulled) == [Decimal("-7500.00")]
    assert pulled.rules() == {"camt053.copy_differs"}


def test_daily_and_monthly_statements_share_their_entries(tmp_path: Path) -> None:
    twice = [
        Entry("2026-01-05", "-10.00", text="Gebyr"),
        Entry("2026-01-05", "-10.00", text="Gebyr"),
    ]
    day = Statement(twice, start="2026-01-05", end="2026-01-05", id="D5")
    month = Statement([*twice, SALE], id="M1")
    pulled = read(tmp_path, document([month]), document([day]))
    assert sorted(amounts(pulled)) == [Decimal(-10), Decimal(-10), Decimal(1250)]
    assert pulled.rules() == {"camt053.overlap"}


def test_pages_of_one_day_are_told_apart_though_their_entries_are_alike(tmp_path: Path) -> None:
    day = {"start": "2026-01-05", "end": "2026-01-05", "id": "D5"}
    fee = Entry("2026-01-05", "-10.00", text="Gebyr")
    first = Statement([fee], codes=("OPBD", "ITBD"), page=(1, False), opening="100.00", **day)  # type: ignore[arg-type]
    second = Statement([fee, fee], codes=("ITBD", "CLBD"), page=(2, True), opening="90.00", **day)  # type: ignore[arg-type]
    for files in ([document([first, second])], [document([second]), document([first])]):
        pulled = read(tmp_path, *files)
        assert amounts(pulled) == [Decimal("-10.00")] * 3
        assert pulled.findings == []


def test_a_month_end_balance_opens_the_day_after(tmp_path: Path) -> None:
    statement = Statement([Entry("2026-02-03", "1.00")], start="2026-01-31", end="2026-02-28",
                          has_dates=False)  # fmt: skip
    pulled = read(tmp_path, document([statement]))
    assert pulled["bank_balance"][0]["balance_date"] == date(2026, 2, 1)
    previous = Statement([], start="2026-01-30", has_dates=False, codes=("PRCD", "CLBD"))
    pulled = read(tmp_path, document([previous]))
    assert pulled["bank_balance"][0]["balance_date"] == date(2026, 1, 31)


def test_a_bank_account_may_be_named_by_its_danish_number(tmp_path: Path) -> None:
    told = {f"{IBAN[4:8]} {IBAN[8:].lstrip('0')}": "5820", "4711": "5830"}
    pulled = read(tmp_path, document([Statement([SALE])]), accounts=told)
    assert pulled["bank_entry"][0]["account_code"] == "5820"
    assert pulled.rules() == {"camt053.account_unseen"}


def test_files_gone_are_said_and_discovery_names_the_accounts(tmp_path: Path) -> None:
    read(tmp_path, document([Statement([SALE])]))
    cursor = {"files": {"0.xml": "ab"}}
    pulled = pull("camt053", tmp_path, cursor, path=".", accounts=ACCOUNTS)
    assert pulled.rules() == {"camt053.file_gone"}
    told = camt053.CONNECTOR.discover(connection("camt053", tmp_path, path="."))
    assert told.company_name == "Nordlys ApS"
    days = f"{IBAN} (DKK): 2026-01-01 to 2026-01-31"
    advice = f'add accounts = {{ "{IBAN}" = "your ledger account" }} to the connection'
    assert told.notes == [f"{days}, no ledger account; {advice}."]
