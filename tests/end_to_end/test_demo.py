"""The demo, as a newcomer runs it: twice, and nothing is sent the second time.

With the authority's taxonomy package where it is at hand; without, the annual report is a draft.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assets.authority.service.annual_store import AnnualStore
from tests.tryton_server import expected_annual, last_year, server
from tests.tryton_server.expected import PATH as EXPECTED
from warehouse.operations import Operations, sqlite_url
from warehouse.operations_schema import METADATA, audit_event
from warehouse.store import Store

pytestmark = [pytest.mark.tryton, pytest.mark.slow, pytest.mark.timeout(900)]


def run(*arguments: str) -> str:
    """One command; its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        capture_output=True, text=True, check=False, cwd=server.ROOT,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done.stdout


PACKAGE = "taxonomies/DKGAAP-XBRL20241001.zip"
DRAFT = (
    "a draft: The taxonomy http://archprod.service.eogs.dk/taxonomy/20241001/"
    "entryDanishGAAPBalanceSheetAccountFormIncomeStatementByNatureIncludingManagementsReview"
    "StatisticsAndTax20241001.xsd is not installed, so the report was not judged by it. Get its "
    "package (DKGAAP-XBRL20241001.zip) from the Danish Business Authority, "
    "https://erhvervsstyrelsen.dk/vejledning-teknisk-vejledning-og-dokumentation-regnskab-20-"
    "taksonomier-aktuelle, run `indberet taxonomy add DKGAAP-XBRL20241001.zip`, and build the "
    "filing again."
)


@pytest.fixture(scope="module")
def package(request: pytest.FixtureRequest) -> Path | None:
    """The authority's taxonomy package; None where nobody put it."""
    try:
        path: Path = request.getfixturevalue("shared_data") / PACKAGE
    except pytest.skip.Exception:
        return None
    return path if path.exists() else None


def typed(folder: Path, package: Path | None) -> str:
    """The demo in `folder`; what it said."""
    taxonomy = ["--taxonomy", str(package)] if package else []
    return run("demo", "--folder", str(folder), *taxonomy)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, package: Path | None) -> Iterator[Path]:
    if not server.is_installed():
        pytest.skip("the Tryton server is not installed: make tryton")
    folder = tmp_path_factory.mktemp("demo")
    (folder.parent / f"{folder.name}.said").write_text(typed(folder, package))
    yield folder
    server.stop(folder / "tryton")


@pytest.fixture
def proven(demo: Path, package: Path | None) -> Path:
    """The demo that went all the way."""
    if package is None:
        pytest.skip(f"without {PACKAGE} the annual report is a draft")
    return demo


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    quarter: dict[str, Any] = json.loads(EXPECTED.read_text())["quarters"]["2026-Q3"]
    return quarter


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with Store(folder / "var" / "warehouse").connect() as con:
        return con.execute(query).fetchall()


def test_the_return_is_what_the_books_say(demo: Path, expected: dict[str, Any]) -> None:
    found = dict(
        rows(demo, "SELECT field, amount FROM report_line WHERE report_type = 'vat_return'")
    )
    wanted = expected["return"]
    assert {field: found.get(field, 0) for field in wanted} == wanted
    assert set(found) <= set(wanted)


def test_the_eu_list_is_what_the_books_say(demo: Path, expected: dict[str, Any]) -> None:
    found = rows(
        demo,
        "SELECT subject, field, amount FROM report_line WHERE report_type = 'eu_sales_list' "
        "AND amount <> 0",
    )
    names = {
        "goods": "ListeAngivelseSalgBeloeb",
        "triangular": "ListeAngivelseTrekantBeloeb",
        "services": "ListeAngivelseServiceBeloeb",
    }
    wanted = {
        (f"{buyer['country']}{buyer['vat_number']}", names[column], buyer[column])
        for buyer in expected["eu_sales_list"]
        for column in names
        if buyer[column]
    }
    assert set(found) == wanted


def test_both_filings_have_receipts_on_disk(demo: Path) -> None:
    with Operations.open(sqlite_url(demo / "var" / "operations.sqlite")) as operations:
        filings = operations.filings(period="2026-09")
        assert {f["report_type"]: f["state"] for f in filings} == {
            "vat_return": "receipted",
            "eu_sales_list": "receipted",
        }
        for filing in filings:
            receipt = operations.receipt(filing["filing_id"])
            assert receipt is not None
            assert (demo / "var" / receipt["path"]).stat().st_size > 0
        assert operations.verify_audit() > 0


def test_every_figure_leads_back_to_vouchers(demo: Path) -> None:
    settings = str(demo / "indberet.toml")
    told = json.loads(run("--settings", settings, "explain", "nordlys", "2026-Q3", "14", "--json"))
    assert told["postings"]
    total = sum(round(float(p["amount"]) * 100) for p in told["postings"])
    assert total == round(float(told["amount_exact"]) * 100)
    assert all(p["voucher_number"] and p["where_found"] for p in told["postings"])


def test_the_runs_are_in_the_dagster_instance(demo: Path) -> None:
    database = next((demo / "var" / "dagster").rglob("runs.db"))
    engine = sa.create_engine(sqlite_url(database))
    with engine.connect() as connection:
        query = sa.text("SELECT pipeline_name, status FROM runs")
        found = {(row[0], row[1]) for row in connection.execute(query)}
    engine.dispose()
    assert found >= {("pull", "SUCCESS"), ("draft", "SUCCESS"), ("deliver", "SUCCESS")}


def test_every_figure_of_the_annual_report_is_what_the_books_say(demo: Path) -> None:
    found = rows(
        demo,
        "SELECT subject, field, amount, amount_exact FROM report_line "
        "WHERE report_type = 'annual_report' AND amount_exact <> 0",
    )
    exact = {(subject, field): Decimal(exact) for subject, field, _, exact in found}
    assert exact == expected_annual.figures()
    assert all(abs(amount - exact) < 1 for _, _, amount, exact in found)
    assert exact["", "fsa:Assets"] == exact["", "fsa:LiabilitiesAndEquity"]
    assert {
        field: int(amount) for (subject, field), amount in exact.items() if subject == "previous"
    } == {field: years[0] for field, years in last_year.FIGURES.items() if years[0]}


def test_the_annual_report_adds_up_to_the_krone_on_its_page(demo: Path) -> None:
    query = "SELECT field, amount FROM report_line WHERE report_type = 'annual_report' AND"
    page = dict(rows(demo, f"{query} subject = ''"))
    money = {field.removeprefix("fsa:"): amount for field, amount in page.items()}
    result = money["ProfitLossFromOrdinaryActivitiesBeforeTax"] - money["TaxExpense"]
    assert result == money["ProfitLoss"]
    assert money["ProfitLoss"] == money["TransferredToFromRetainedEarnings"] + int(
        expected_annual.DIVIDEND
    )
    assert money["NoncurrentAssets"] + money["CurrentAssets"] == money["Assets"]
    assert money["Equity"] + money["LiabilitiesOtherThanProvisions"] == money["Assets"]
    assert money["LiabilitiesAndEquity"] == money["Assets"]
    opening = dict(rows(demo, f"{query} subject = 'opening'"))["fsa:Equity"]
    assert opening + money["ProfitLoss"] == money["Equity"]


def annual(folder: Path) -> tuple[dict[str, Any], dict[str, Any] | None, list[dict[str, Any]]]:
    """The annual report's filing, its receipt, and what was said when it was judged."""
    with Operations.open(sqlite_url(folder / "var" / "operations.sqlite")) as operations:
        (filing,) = operations.filings(period="2026-12")
        receipt = operations.receipt(filing["filing_id"])
        asked = sa.select(audit_event.c.detail).where(
            audit_event.c.event == "filing.judged", audit_event.c.subject == filing["filing_id"]
        )
        judged = [json.loads(row["detail"]) for row in operations.rows(asked)]
        return dict(filing), dict(receipt) if receipt else None, judged


def test_the_annual_report_is_receipted_and_its_duty_fulfilled(proven: Path) -> None:
    filing, receipt, _ = annual(proven)
    assert (filing["report_type"], filing["state"]) == ("annual_report", "receipted")
    assert receipt is not None
    assert (proven / "var" / receipt["pdf_path"]).read_bytes().startswith(b"%PDF-")
    owed = rows(proven, "SELECT state FROM obligation WHERE report_type = 'annual_report'")
    assert owed == [("fulfilled",)]


def test_the_published_document_was_read_back(proven: Path) -> None:
    """The receipt holds the index's answer, and the hash of what was fetched from there."""
    filing, receipt, _ = annual(proven)
    assert receipt is not None
    read = (proven / "var" / receipt["path"]).read_text()
    store = AnnualStore(proven / "var" / "sandbox" / "authority.sqlite")
    with closing(store.reader):
        (held,) = store.published()
        kept = store.of_case(held.case_number)
    assert held.case_number == receipt["reference"]
    assert f'"sagsNummer": "{held.case_number}"' in read
    assert '"_index": "offentliggoerelser"' in read
    assert re.search(rf"/dokumenter/{held.case_number}\.xhtml sha256 [0-9a-f]{{64}}$", read)
    assert kept is not None
    assert hashlib.sha256(kept.content).hexdigest() == filing["filing_id"]


def test_neither_our_rules_nor_arelle_found_anything(proven: Path) -> None:
    _, _, (judged,) = annual(proven)
    assert judged["arelle"] != "none"
    assert (judged["errors"], judged["warnings"], judged["notes"]) == (0, 0, 0)
    proof = json.loads((proven / "var" / judged["path"]).read_bytes())
    assert (proof["findings"], proof["accepted"]) == ([], [])


def test_a_figure_of_the_delivered_page_leads_to_vouchers_and_adds_up(proven: Path) -> None:
    filing, _, _ = annual(proven)
    page = (proven / "var" / filing["path"]).read_text()
    settings = str(proven / "year-end.toml")

    def explained(fact: str) -> dict[str, Any]:
        assert f'id="{fact}"' in page
        told: dict[str, Any] = json.loads(
            run("--settings", settings, "explain", "nordlys", "2026", fact, "--json")
        )
        return told

    exact = expected_annual.figures()
    revenue = explained("Revenue-current")
    assert all(p["voucher_number"] and p["where_found"] for p in revenue["postings"])
    total = sum(Decimal(p["amount"]) for p in revenue["postings"])
    assert total == Decimal(revenue["amount_exact"]) == exact["", "fsa:Revenue"]
    assert {p["account_code"] for p in revenue["postings"]} == set(expected_annual.REVENUE)
    parts = explained("ExternalExpenses-current")["fields"]
    total = sum(one["sign"] * Decimal(one["amount_exact"]) for one in parts)
    assert total == exact["", "fsa:ExternalExpenses"]


def test_without_the_package_the_draft_says_what_to_do(demo: Path, package: Path | None) -> None:
    said = (demo.parent / f"{demo.name}.said").read_text()
    if package is not None:
        assert "is a draft" not in said
        return
    filing, receipt, judged = annual(demo)
    assert (filing["state"], receipt, judged) == ("built", None, [])
    assert filing["reason"] == DRAFT
    assert f"The annual report is {DRAFT}" in said
    assert "make demo TAXONOMY=" in said


def state(folder: Path) -> dict[str, Any]:
    """Everything that is kept: each table's content, each file, each row about deliveries."""
    store = Store(folder / "var" / "warehouse")
    with store.connect() as con:
        tables = [name for (name,) in con.execute("SHOW TABLES").fetchall()]
    with Operations.open(sqlite_url(folder / "var" / "operations.sqlite")) as operations:
        kept = {
            name: [tuple(row.values()) for row in operations.rows(sa.select(table))]
            for name, table in METADATA.tables.items()
        }
    names = ("annual", "var/filings", "var/receipts", "var/proofs", "var/evidence", "var/landed")
    files = [path for name in names for path in sorted((folder / name).rglob("*"))]
    files += [folder / "mapping-nordlys.csv"]
    authority = AnnualStore(folder / "var" / "sandbox" / "authority.sqlite")
    with closing(authority.reader):
        held = authority.published()
    return kept | {
        "tables": {name: store.content_sha256(name) for name in tables},
        "files": {str(path): path.read_bytes() for path in files if path.is_file()},
        "the authority's": held,
    }


def test_a_second_run_does_no_work_and_sends_nothing(demo: Path, package: Path | None) -> None:
    before = state(demo)
    typed(demo, package)
    after = state(demo)
    assert [name for name in before if before[name] != after[name]] == []
    assert set(before) == set(after)


def test_no_secret_is_written_anywhere(demo: Path) -> None:
    """Not in Dagster's records, logs, the warehouse, evidence, nor Data Docs."""
    secrets = {
        (demo / "tryton" / "key").read_bytes().strip(),
        (demo / "tryton" / "password").read_bytes().strip(),
        (demo / "var" / "sandbox" / "keys" / "client.password").read_bytes().strip(),
    }
    assert all(len(secret) > 10 for secret in secrets)
    keys = demo / "var" / "sandbox" / "keys"
    written = [
        path for path in (demo / "var").rglob("*") if path.is_file() and keys not in path.parents
    ]
    assert len(written) > 50
    for path in written:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content], f"a secret is in {path}"
