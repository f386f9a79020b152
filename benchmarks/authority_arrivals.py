"""Arrivals at an authority: events to tables, and a nation's duties against them.

    python -m benchmarks.authority_arrivals events [--events 100000] [--batch 25000]
    python -m benchmarks.authority_arrivals duties [--companies 400000]

`events`: the files of a receiving service with VAT returns, two events each, are written outside
the clock; then brought into the tables. `duties`: a year's returns of so many companies, five in a
hundred missing and seven late, as tables; then `duty_status` is worked out of them, twice.
"""

import argparse
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from assets.authority.arrivals import duties, run
from assets.authority.arrivals.service import ServiceFolder
from assets.authority.service import events
from assets.filings import vat_return
from assets.reports import calendar
from assets.sources.connector import silent
from warehouse.store import Store
from warehouse.tables import TABLES

_BEGIN = datetime(2026, 5, 27, 6, tzinfo=UTC)
_AS_OF = date(2026, 5, 20)
_DAYS = 6
_SCHEMA = (
    events.SCHEMA
    + """
CREATE TABLE draft (reference TEXT PRIMARY KEY, content BLOB, cvr TEXT, se_number TEXT,
  period_start TEXT, period_end TEXT, sender TEXT, transaction_id TEXT, received_at TEXT);
"""
)


def service(folder: Path, count: int) -> None:
    """The file of a service that told of `count` events over six days: returns that came in and
    were approved a moment later.
    """
    filed, told = [], []
    for number, at in enumerate(_moments(count // 2)):
        company = f"{20_000_000 + number % 400_000}"
        period = calendar.period_of("quarter", date(2026 - number // 400_000, 1, 1))
        amounts = dict.fromkeys(vat_return.FIELDS, 0)
        amounts |= {"MomsAngivelseSalgsMomsBeloeb": number, vat_return.TOTAL: number}
        content = vat_return.write(vat_return.VatReturn(company, *period, amounts))
        key = f"{number * 7_919 % 1_000_003:08d}-{number:08d}"
        filed.append((key, content, company, company, *map(str, period), "NTRDK-00000002",
                      f"t{number}", at.isoformat()))  # fmt: skip
        told.append((at.isoformat(), key, "waiting", '["5001"]'))
        told.append((at.isoformat(), key, "accepted", "[]"))
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "authority.sqlite")) as con, con:
        con.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)
        con.executemany("INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", filed)
        con.executemany(
            "INSERT INTO event (at, report_type, filing_key, status, codes) "
            "VALUES (?, 'vat_return', ?, ?, ?)",
            told,
        )


def _moments(count: int) -> Iterator[datetime]:
    step = timedelta(days=_DAYS) / max(count, 1)
    return (_BEGIN + step * number for number in range(count))


def measure_events(count: int, batch: int) -> None:
    """Bring them in, and say how long it took."""
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name) / "service", Store(Path(name) / "warehouse")
        service(folder, count)
        began, spent = time.perf_counter(), time.process_time()
        made = run.take_in(store, ServiceFolder(folder), silent, batch_events=batch)
        _say(f"{count:,} events, {len(made)} batches", began, spent)
        amounts, size = store.row_count("filed_vat_amount"), _size(store)
        print(f"{made[-1].table_total:,} reports, {amounts:,} amounts, {size / 1e6:.1f} MB")


def measure_duties(companies: int) -> None:
    """Work the duties out twice: the same bytes."""
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name))
        _year(store, companies)
        hashes = set()
        for _ in range(2):
            began, spent = time.perf_counter(), time.process_time()
            duties.bring_up_to_date(store, _none(), _AS_OF, since=date(2025, 1, 1))
            rows = store.row_count(duties.TABLE)
            _say(f"{companies:,} companies, {rows:,} duties", began, spent)
            hashes.add(store.content_sha256(duties.TABLE))
        print("the same bytes twice" if len(hashes) == 1 else "DIFFERENT bytes")


def _year(store: Store, companies: int) -> None:
    """Register, returns of 2025 and their amounts, as tables."""
    with store.connect() as con, store.transaction() as transaction:
        con.execute(f"SET VARIABLE companies = {companies:d}")
        con.execute(_YEAR)
        for table in ("registered_company", "registered_duty"):
            names, key = ", ".join(TABLES[table].names), ", ".join(TABLES[table].key)
            rows = con.sql(
                f"SELECT 'snapshot' AS _partition, {names} FROM made_{table} ORDER BY {key}"
            )
            transaction.put_sorted(table, rows.to_arrow_reader(122_880))
        months = con.execute("SELECT DISTINCT month FROM made_received_filing ORDER BY 1")
        for (month,) in months.fetchall():
            for table in ("received_filing", "filed_vat_amount"):
                names, key = ", ".join(TABLES[table].names), ", ".join(TABLES[table].key)
                rows = con.sql(
                    f"SELECT month AS _partition, {names} FROM made_{table} "
                    f"WHERE month = '{month}' ORDER BY {key}"
                )
                transaction.put_sorted(table, rows.to_arrow_reader(122_880))


_YEAR = """
CREATE TEMP TABLE number AS
SELECT i, CASE i % 4 WHEN 0 THEN 'month' WHEN 1 THEN 'half_year' ELSE 'quarter' END AS frequency,
    CASE i % 4 WHEN 0 THEN 1 WHEN 1 THEN 6 ELSE 3 END AS months,
    CAST(10000000 + i AS VARCHAR) AS cvr, CAST(20000000 + i AS VARCHAR) AS se_number
FROM range(getvariable('companies')) AS one(i);
CREATE TEMP VIEW made_registered_company AS
SELECT cvr, se_number, 'Nordlys ApS' AS name, NULL AS legal_form, NULL AS industry,
    NULL AS municipality, NULL::INTEGER AS employees, NULL::DATE AS registered_from,
    NULL::DATE AS registered_to
FROM number;
CREATE TEMP VIEW made_registered_duty AS
SELECT cvr, 'vat_return' AS report_type, frequency, DATE '2020-01-01' AS valid_from,
    NULL::DATE AS valid_to, NULL AS year_end, NULL::DATE AS first_year_end, NULL AS company_class
FROM number
UNION ALL
SELECT cvr, 'annual_report', 'year', DATE '2020-01-01', NULL, '12-31', NULL, 'B' FROM number;
CREATE TEMP TABLE made_received_filing AS
SELECT
    md5(concat(cvr, n)) AS filing_key, 'vat_return' AS report_type,
    repeat(md5(cvr), 2) AS filing_id, cvr, se_number,
    make_date(2025, (n - 1) * months + 1, 1) AS period_start,
    last_day(make_date(2025, n * months, 1)) AS period_end,
    'NTRDK-00000002' AS sender, 't' AS transaction_id,
    CAST(period_end + CASE WHEN hash(i, n) % 100 < 12 THEN 130 ELSE 20 END AS TIMESTAMPTZ)
        AS received_at,
    'accepted' AS status, received_at AS decided_at, received_at AS accepted_at,
    i * 12 + n AS accepted_event, []::VARCHAR[] AS codes, false AS is_zero,
    false AS is_correction, 900 AS byte_count, accepted_event AS event_from,
    accepted_event AS event_to, strftime(received_at, 'received=%Y-%m') AS month
FROM number, range(1, 13) AS part(n)
WHERE n * months <= 12 AND hash(i, n) % 100 >= 5;
CREATE TEMP VIEW made_filed_vat_amount AS
SELECT filing_key, unnest([
    'MomsAngivelseAfgiftTilsvarBeloeb', 'MomsAngivelseCO2AfgiftBeloeb',
    'MomsAngivelseEUKoebBeloeb', 'MomsAngivelseEUSalgBeloebVarerBeloeb',
    'MomsAngivelseIkkeEUSalgBeloebVarerBeloeb', 'MomsAngivelseElAfgiftBeloeb',
    'MomsAngivelseEksportOmsaetningBeloeb', 'MomsAngivelseGasAfgiftBeloeb',
    'MomsAngivelseKoebsMomsBeloeb', 'MomsAngivelseKulAfgiftBeloeb',
    'MomsAngivelseMomsEUKoebBeloeb', 'MomsAngivelseMomsEUYdelserBeloeb',
    'MomsAngivelseOlieAfgiftBeloeb', 'MomsAngivelseSalgsMomsBeloeb',
    'MomsAngivelseVandAfgiftBeloeb', 'MomsAngivelseEUKoebYdelseBeloeb',
    'MomsAngivelseEUSalgYdelseBeloeb'
]) AS field, CAST(hash(filing_key) % 100000 AS DECIMAL(18, 2)) AS amount, month
FROM made_received_filing;
"""


def _none() -> pa.Table:
    text = dict.fromkeys(("cvr", "report_type"), pa.string())
    days = dict.fromkeys(("period_end", "due_date"), pa.date32())
    return pa.schema(list((text | days).items())).empty_table()


def _size(store: Store) -> int:
    return sum(path.stat().st_size for path in store.folder.rglob("*.parquet"))


def _say(what: str, began: float, spent: float) -> None:
    """Wall and CPU seconds, and the most memory held so far."""
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {wall:.1f} s, {cpu:.1f} s of CPU; {peak:,.0f} MB at most", flush=True)


def main() -> None:
    """Run the measurement asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("events", "duties"))
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=run.BATCH)
    parser.add_argument("--companies", type=int, default=400_000)
    given = parser.parse_args()
    if given.what == "events":
        measure_events(given.events, given.batch)
    else:
        measure_duties(given.companies)


if __name__ == "__main__":
    main()
