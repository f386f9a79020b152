"""From reports in the tables to a folder of open data: the sums, what is kept back, the bytes."""

import csv
import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from assets.authority.statistics import open_data, writing
from assets.authority.statistics.sensitive import Limits
from pipelines.cli import app
from warehouse.errors import PermanentError
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
START, END = date(2025, 1, 1), date(2025, 12, 31)
SECRET = Decimal(987_654_321)
"""The revenue of the one company of its kind."""
SETTINGS = """
[[company]]
id = "demo"
name = "Demo"
cvr = "10150817"
[authority]
name = "Prøvemyndigheden"
cvr = "10150817"
"""


def companies():
    """cvr, industry, municipality, employees, revenue: bakers enough, and one power station."""
    for number in range(12):
        municipality = ("101", "751")[number % 2]
        yield f"{10_000_000 + number}", "107120", municipality, 5, Decimal(1000 + number)
    for number in range(3):
        yield f"{20_000_000 + number}", "620100", "101", 5, Decimal(4_000_000_000 + number)
    yield "30000000", "351100", "101", 5, SECRET
    yield "40000000", None, "999", None, Decimal(5)


def rows():
    for number, (cvr, industry, municipality, employees, revenue) in enumerate(companies()):
        digest = hashlib.sha256(cvr.encode()).hexdigest()
        yield "registered_company", {
            "cvr": cvr, "se_number": cvr, "name": cvr, "industry": industry,
            "municipality": municipality, "employees": employees,
        }  # fmt: skip
        figures = {"Revenue": revenue, "Assets": revenue * 2, "Equity": revenue}
        for concept, amount in figures.items():
            yield "company_figure", {
                "entity_scheme": "http://www.dcca.dk/cvr", "entity_identifier": cvr,
                "fiscal_year": 2025, "period_start": START, "period_end": END, "basis": "solo",
                "namespace": "http://xbrl.dcca.dk/fsa", "concept": concept,
                "unit": "iso4217:DKK", "amount": amount, "filing_id": digest, "target": "",
                "fact_index": 0, "is_comparative": False,
            }  # fmt: skip
        for kind, key in (("annual_report", f"2026-{number}"), ("vat_return", f"RSU{number}")):
            yield "received_filing", {
                "filing_key": key, "report_type": kind, "cvr": cvr, "period_start": START,
                "period_end": END, "sender": "1", "transaction_id": key, "received_at": AT,
                "status": "accepted", "accepted_at": AT, "codes": [], "event_from": 1,
                "event_to": 1, "filing_id": digest if kind == "annual_report" else None,
            }  # fmt: skip
            yield "duty_status", {
                "cvr": cvr, "report_type": kind, "period_start": START, "period_end": END,
                "due_date": date(2026, 3, 2), "as_of": date(2026, 4, 1),
                "state": "missing" if number == 0 else "late" if number == 1 else "on_time",
                "filing_key": None if number == 0 else key, "is_zero": number == 2,
            }  # fmt: skip
        yield "filed_vat_amount", {
            "filing_key": f"RSU{number}", "field": "MomsAngivelseSalgsMomsBeloeb",
            "amount": int(revenue) // 4,
        }  # fmt: skip


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "var" / "warehouse")
    found = {}
    for table, row in rows():
        found.setdefault(table, []).append(row)
    with made.transaction() as transaction:
        for table, some in found.items():
            shape = schema(TABLES[table])
            some.sort(key=lambda row, key=TABLES[table].key: [row[name] for name in key])
            transaction.put(table, "snapshot", pa.Table.from_pylist(some, schema=shape))
    return made


def cell(store, measure, industry="all", size="all", region="all"):
    with store.connect() as con:
        return con.execute(
            "SELECT companies, value, suppressed FROM statistic WHERE measure = ? AND year = 2025 "
            "AND industry = ? AND size = ? AND region = ?", [measure, industry, size, region],
        ).fetchone()  # fmt: skip


def test_sums_are_right_what_says_too_much_is_kept_back_and_the_folder_says_so(store, tmp_path):
    outcome = writing.write_to(store, Limits())
    bakers = sum(1000 + number for number in range(12))
    assert cell(store, "revenue", "C") == (12, bakers, None)
    assert cell(store, "annual_reports") == (17, 17, None)
    assert cell(store, "equity_ratio", "C", "1-9", "DK01") == (6, Decimal("0.5"), None)
    assert cell(store, "equity_ratio_median", "C") == (12, Decimal("0.5"), None)
    assert cell(store, "revenue", "D") == (None, None, "few")
    assert cell(store, "revenue", "unknown") == (None, None, "few")
    assert cell(store, "vat_return_due") == (17, 17, None)
    assert cell(store, "vat_return_missing") == (17, 1, None)
    assert cell(store, "vat_return_zero", "C") == (12, 1, None)
    assert cell(store, "vat_return_on_time_share", "C")[1] == Decimal("0.8333")
    with store.connect() as con:
        # Every published sum is the sum of what is behind it, and every report is behind one.
        assert con.execute(
            "SELECT count(*) FROM statistic s WHERE value IS NOT NULL AND unit = 'DKK' "
            "AND value <> (SELECT sum(contribution) FROM statistic_filing f "
            "WHERE f.measure = s.measure AND f.year = s.year "
            "AND s.industry IN (f.industry, 'all') AND s.size IN (f.size, 'all') "
            "AND s.region IN (f.region, 'all'))"
        ).fetchone() == (0,)
        behind = con.execute(
            "SELECT filing_key, concept, contribution FROM statistic_filing "
            "WHERE measure = 'revenue' AND industry = 'D'"
        ).fetchall()
    assert behind == [("2026-15", "Revenue", SECRET)]
    assert outcome.suppressed["few"] > 0
    before = store.content_sha256("statistic"), store.content_sha256("statistic_filing")
    writing.write_to(store, Limits())
    assert (store.content_sha256("statistic"), store.content_sha256("statistic_filing")) == before
    published(store, tmp_path)


def published(store, tmp_path):
    settings = tmp_path / "indberet.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    words = ["--settings", str(settings), "authority", "publish", "--json"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    folder = tmp_path / "var" / "authority" / "open-data"
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: len(content) for name, content in files.items()} == json.loads(told.stdout)[
        "files"
    ]
    # The secret is a number nobody else has; neither it nor what it would take to find it is told.
    told_values = {
        row["value"] for row in csv.DictReader(files["statistic.csv"].decode().splitlines())
    }
    table = pq.read_table(folder / "statistic.parquet")
    assert {str(SECRET), str(2 * SECRET), str(int(SECRET) // 4)}.isdisjoint(told_values)
    assert not {SECRET, 2 * SECRET, int(SECRET) // 4} & set(table["value"].to_pylist())
    assert not any(str(SECRET).encode() in content for content in files.values())
    for row in table.to_pylist():
        assert (row["status"] == "c") == (row["companies"] is None)
    assert table.column_names == [
        "measure", "year", "industry", "size", "region", "companies", "value", "unit", "status"
    ]  # fmt: skip
    for word in (b"dominance", b"complement", b"10000001"):
        assert word not in files["statistic.csv"] + files["statistic.parquet"]
    package = json.loads(files["datapackage.json"])
    for one in package["resources"]:
        assert one["hash"] == "sha256:" + hashlib.sha256(files[one["path"]]).hexdigest()
        if one["format"] == "csv":
            header = files[one["path"]].decode().split("\n", 1)[0].split(",")
            assert header == [field["name"] for field in one["schema"]["fields"]]
    again = open_data.publish(store, tmp_path / "again", Limits())
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == files
    refused(store, folder)


def refused(store, folder):
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(PermanentError) as raised:
        open_data.publish(store, folder, Limits())
    assert str(raised.value) == (
        f"Tried to publish statistics in {folder}; expected an empty folder or one published "
        "before, found mine.txt in it. Move it away, or publish elsewhere with --to."
    )
    with pytest.raises(PermanentError, match="table statistic has no rows"):
        open_data.publish(Store(folder.parent / "none"), folder, Limits())
