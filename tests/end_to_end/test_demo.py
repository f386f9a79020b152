"""The demo, as a newcomer runs it: twice, and nothing is sent the second time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.tryton_server import server
from tests.tryton_server.expected import PATH as EXPECTED
from warehouse.operations import Operations, sqlite_url
from warehouse.operations_schema import delivery
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not server.is_installed():
        pytest.skip("the Tryton server is not installed: make tryton")
    folder = tmp_path_factory.mktemp("demo")
    run("demo", "--folder", str(folder))
    yield folder
    server.stop(folder / "tryton")


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


def test_a_second_run_does_no_work_and_sends_nothing(demo: Path) -> None:
    def sent() -> list[Any]:
        with Operations.open(sqlite_url(demo / "var" / "operations.sqlite")) as operations:
            return list(operations.rows(sa.select(delivery).order_by(delivery.c.delivery_id)))

    def ledger() -> dict[str, str]:
        store = Store(demo / "var" / "warehouse")
        tables = ("voucher", "posting", "tax_line", "report", "report_line", "finding")
        return {table: store.content_sha256(table) for table in tables}

    deliveries, before = sent(), ledger()
    run("demo", "--folder", str(demo))
    assert ledger() == before
    assert sent() == deliveries


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
