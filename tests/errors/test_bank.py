"""Every message about bank statements and bank accounts, produced and compared to the letter."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quality import bank, rules
from quality.finding import Finding
from tests.bank_ledger import Bank, reconciled
from tests.camt053_writer import IBAN, Entry, Statement, Tx, document
from tests.errors.corpus import FOLDER, expected
from tests.unit.sources.pulling import pull
from warehouse.errors import ReportingError

CASES = {
    case["id"]: case
    for case in tomllib.loads((FOLDER / "bank.toml").read_text(encoding="utf-8"))["case"]
}
SALE = Entry("2026-01-07", "100.00", ref="R1")
GOOD = document([Statement([SALE])])

# id → content, further options
RAISED: dict[str, tuple[bytes, dict[str, Any]]] = {
    "not-a-statement": (GOOD.replace(b"camt.053", b"camt.054"), {}),
    "unknown-document": (b"<Invoice/>", {}),
    "unknown-version": (GOOD.replace(b"camt.053.001.08", b"camt.053.001.13"), {}),
    "no-account": (GOOD.replace(f"<IBAN>{IBAN}</IBAN>".encode(), b""), {}),
    "accounts-option": (GOOD, {"accounts": {IBAN: 5820}}),
    "days-option": (GOOD, {"days": "5"}),
    "withhold-option": (GOOD, {"withhold": "yes"}),
    "time-zone-option": (GOOD, {"time_zone": "Denmark"}),
}


@pytest.mark.parametrize("case", RAISED)
def test_what_stops_a_pull(tmp_path: Path, case: str) -> None:
    content, options = RAISED[case]
    path = tmp_path / "1.xml"
    path.write_bytes(content)
    with pytest.raises(ReportingError) as caught:
        pull("camt053", tmp_path, path="1.xml", **options)
    assert str(caught.value) == expected("bank", case, path=path)


def _files(*statements: Statement | bytes) -> list[bytes]:
    return [one if isinstance(one, bytes) else document([one]) for one in statements]


MARCH = {"start": "2026-03-01", "end": "2026-03-31"}
FOUND: dict[str, list[bytes]] = {
    "camt053.balance": _files(Statement([SALE], closing="90.00")),
    "camt053.control_total": _files(Statement([SALE], totals={"count": "2"})),
    "camt053.gap": _files(Statement([SALE]), Statement([], opening="120.00", id="3", **MARCH)),  # type: ignore[arg-type]
    "camt053.number_gap": _files(
        Statement([SALE], number="1"), Statement([], opening="100.00", id="4", number="4", **MARCH),  # type: ignore[arg-type]
    ),
    "camt053.page": _files(Statement([SALE], page=(1, False))),
    "camt053.copy": _files(Statement([SALE]), Statement([SALE])),
    "camt053.copy_differs": _files(
        Statement([SALE]), Statement([], created="2026-03-01T06:00:00")
    ),
    "camt053.overlap": _files(
        Statement([SALE]),
        Statement([], start="2026-01-05", end="2026-01-05", id="D5"),
    ),
    "camt053.no_balance": _files(Statement([SALE], closing=None)),
    "camt053.not_booked": _files(Statement([Entry("2026-01-31", "-50.00", status="PDNG")])),
    "camt053.amount": _files(GOOD.replace(b'"DKK">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>',
                                          b'"DKK">1,00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>')),
    "camt053.date": _files(Statement([Entry("", "100.00")])),
    "camt053.currency": _files(Statement([Entry("2026-01-07", "100.00", currency="EUR")])),
    "camt053.batch": _files(
        Statement([Entry("2026-01-07", "100.00", batch=[Tx("60.00"), Tx(None)])])
    ),
    "camt053.account": _files(Statement([SALE])),
    "camt053.account_unseen": _files(Statement([SALE])),
    "camt053.file_gone": _files(Statement([SALE])),
}  # fmt: skip
ACCOUNTS = {
    "camt053.account": {},
    "camt053.account_unseen": {IBAN: "5820", "DK99": "5821"},
}


@pytest.mark.parametrize("case", FOUND)
def test_what_is_found_in_statements(tmp_path: Path, case: str) -> None:
    for number, content in enumerate(FOUND[case], start=1):
        (tmp_path / f"{number}.xml").write_bytes(content)
    cursor = {"files": {"0.xml": "ab"}} if case == "camt053.file_gone" else None
    accounts = ACCOUNTS.get(case, {IBAN: "5820"})
    pulled = pull("camt053", tmp_path, cursor, path=".", accounts=accounts)
    said = [(f.message, f.remedy) for f in pulled.findings if f.rule == case]
    assert said == [(expected("bank", case), CASES[case]["remedy"].format())]


def told(*given: Any, **more: Any) -> list[Finding]:
    return rules.findings(reconciled(*given, **more))


def _no_statement() -> list[Finding]:
    january = Bank(end="2026-01-31")
    march = Bank(start="2026-03-01", end="2026-03-10")
    return told([january, march], [("2026-01-20", "9.00"), ("2026-01-20", "-9.00")])


JUDGED: dict[str, Callable[[], list[Finding]]] = {
    "bank.unmatched_entry": lambda: told(Bank([("2026-01-20", "-45.00", "Gebyr")]), []),
    "bank.unmatched_posting": lambda: told(Bank(), [("2026-01-20", "-9.00", "Kontor")]),
    "bank.difference": lambda: told(
        Bank([("2026-01-20", "-45.00", "Gebyr")]), [("2026-01-20", "-9.00", "Kontor")]
    ),
    "bank.difference-unexplained": lambda: told(Bank(opening="100.00"), [], opening="40.00"),
    "bank.no_statement": _no_statement,
    "bank.account_unknown": lambda: told(Bank(code="5999"), []),
    "bank.currency": lambda: told([Bank(), Bank(account="DK2", currency="EUR")], []),
    "bank.currency-opening": lambda: told(
        Bank(currency="EUR", opening="100.00"), [], opening="746.00"
    ),
}


@pytest.mark.parametrize("case", JUDGED)
def test_what_the_reconciliation_says(case: str) -> None:
    rule = case.removesuffix("-unexplained").removesuffix("-opening")
    said = [(f.message, f.remedy) for f in JUDGED[case]() if f.rule == rule]
    assert said == [(expected("bank", case), CASES[case]["remedy"])]


def test_only_what_cannot_be_reconciled_withholds_and_only_where_asked() -> None:
    strict = [bank.Setting("c1", is_strict=True)]
    lax, hard = (
        {f.severity for f in told(Bank(opening="100.00"), [], settings=setting)}
        for setting in ([], strict)
    )
    assert (lax, hard) == ({"warning"}, {"error"})
    entry = Bank([("2026-01-20", "-45.00", "Gebyr")])
    assert {f.severity for f in told(entry, [], settings=strict)} == {"warning"}


def test_every_message_has_its_case() -> None:
    assert set(CASES) == {*RAISED, *FOUND, *JUDGED}
