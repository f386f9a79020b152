"""What was due against what arrived, of a few companies as of 1 December 2026."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from assets.authority.arrivals import duties, duty_periods
from assets.reports import calendar
from warehouse import duck
from warehouse.shape import ddl
from warehouse.tables import TABLES

AS_OF = date(2026, 12, 1)
SINCE = date(2025, 1, 1)
TAX = "MomsAngivelseAfgiftTilsvarBeloeb"
EU_GOODS = "MomsAngivelseEUSalgBeloebVarerBeloeb"


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duck.connect(tmp_path, threads=1) as made:
        for table in ("registered_company", "registered_duty", "received_filing"):
            made.execute(ddl(TABLES[table]))
        made.execute(ddl(TABLES["filed_vat_amount"]))
        yield made


def company(con: duckdb.DuckDBPyConnection, cvr: str, **dates: date) -> None:
    con.execute(
        "INSERT INTO registered_company (cvr, se_number, name, registered_from, registered_to) "
        "VALUES (?, ?, 'Nordlys ApS', ?, ?)",
        [cvr, f"9{cvr[1:]}", dates.get("first"), dates.get("last")],
    )


def duty(
    con: duckdb.DuckDBPyConnection,
    cvr: str,
    report_type: str,
    frequency: str,
    company_class: str | None = None,
    first_year_end: date | None = None,
) -> None:
    year_end = "12-31" if report_type == "annual_report" else None
    con.execute(
        "INSERT INTO registered_duty VALUES (?, ?, ?, DATE '2000-01-01', NULL, ?, ?, ?)",
        [cvr, report_type, frequency, year_end, company_class, first_year_end],
    )


def filed(
    con: duckdb.DuckDBPyConnection,
    cvr: str,
    report_type: str,
    period: tuple[date, date],
    day: date,
    amounts: dict[str, int] | None = None,
    *,
    status: str = "accepted",
) -> None:
    ((event,),) = con.execute("SELECT count(*) + 1 FROM received_filing").fetchall()
    key, at = f"{report_type}-{event}", datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    decided = (at, event) if status in {"accepted", "replaced"} else (None, None)
    party = None if report_type == "annual_report" else f"9{cvr[1:]}"
    con.execute(
        "INSERT INTO received_filing VALUES (?, ?, NULL, ?, ?, ?, ?, 'NTRDK-1', ?, ?, ?, ?, ?, ?, "
        "[], ?, false, 10, ?, ?)",
        [key, report_type, cvr, party, *period, key, at, status, decided[0], *decided,
         None if party is None else not any((amounts or {}).values()), event, event],
    )  # fmt: skip
    for field, amount in (amounts or {}).items():
        con.execute("INSERT INTO filed_vat_amount VALUES (?, ?, ?)", [key, field, amount])


def statuses(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, date], dict[str, Any]]:
    postponed = pa.table(
        {"cvr": ["10000004"], "report_type": ["vat_return"], "period_end": [date(2026, 6, 30)],
         "due_date": [date(2026, 9, 15)]}
    )  # fmt: skip
    assert duties.prepare(con, postponed, AS_OF, SINCE) == []
    rows = con.execute(duties._ROWS_SQL)
    names = [column[0] for column in rows.description or []]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    assert {"as_of", *names} == set(TABLES["duty_status"].names)
    return {(row["report_type"], row["period_end"]): row for row in found}


def quarter(year: int, number: int) -> tuple[date, date]:
    return calendar.period_of("quarter", date(year, 3 * number, 1))


def test_returns_on_time_late_estimated_and_to_come(con: duckdb.DuckDBPyConnection) -> None:
    company(con, "10000004", first=date(2025, 2, 15))
    duty(con, "10000004", "vat_return", "quarter")
    first = date(2025, 2, 15), date(2025, 3, 31)
    filed(con, "10000004", "vat_return", first, date(2025, 6, 2), {TAX: 2000})
    filed(con, "10000004", "vat_return", quarter(2025, 2), date(2025, 9, 1), {TAX: 4001})
    filed(con, "10000004", "vat_return", quarter(2025, 3), date(2026, 1, 5), {TAX: 0})
    filed(con, "10000004", "vat_return", quarter(2026, 2), date(2026, 9, 15), status="waiting")
    filed(con, "10000004", "vat_return", quarter(2026, 3), date(2026, 11, 1), status="waiting")
    found = statuses(con)
    told = {end: (row["state"], row["days_late"], row["fee"]) for (_, end), row in found.items()}
    assert told == {
        date(2025, 3, 31): ("on_time", None, None),
        date(2025, 6, 30): ("on_time", None, None),
        date(2025, 9, 30): ("late", 35, 800),
        date(2025, 12, 31): ("estimated", 274, 800),
        date(2026, 3, 31): ("estimated", 183, 800),
        date(2026, 6, 30): ("estimated", 77, 800),
        date(2026, 9, 30): ("waiting", None, None),
        date(2026, 12, 31): ("not_due", None, None),
    }
    estimated = found["vat_return", date(2025, 12, 31)]
    assert (estimated["estimate"], estimated["due_date"]) == (2250, date(2026, 3, 2))
    assert estimated["explanation"] == (
        "Foreløbig fastsættelse of 2026-03-16 (opkrævningsloven § 4): the last 3 returns, "
        "2025-02-15 to 2025-09-30, came to 6001 DKK in 8 months; for 3 months, 2250 DKK. "
        "Fee 800 DKK (stk. 2)."
    )
    assert found["vat_return", date(2025, 9, 30)]["explanation"].startswith("A zero return. ")
    assert found["vat_return", date(2026, 6, 30)]["explanation"].startswith(
        "Postponed from 2026-09-01. A draft waits for the company to approve it, and is not filed."
    )


def test_four_estimates_in_a_row_and_nothing_to_estimate_from(
    con: duckdb.DuckDBPyConnection,
) -> None:
    company(con, "10000001")
    duty(con, "10000001", "vat_return", "quarter")
    found = statuses(con)
    assert [row["state"] for row in found.values()] == ["missing"] * 6 + ["awaited", "not_due"]
    assert found["vat_return", date(2025, 3, 31)]["explanation"].startswith("No earlier return")
    filed(con, "10000001", "vat_return", quarter(2025, 1), date(2025, 5, 1), {TAX: -900})
    found = statuses(con)
    fourth = found["vat_return", date(2026, 3, 31)]
    assert (fourth["state"], fourth["estimate"]) == ("estimated", 0)
    assert fourth["explanation"].endswith(
        "came to -900 DKK in 3 months; for 3 months, 0 DKK, for a refund is not estimated. "
        "Fee 800 DKK (stk. 2). Estimated 4 periods in a row: the registration may be withdrawn "
        "after a registered letter and 14 days (opkrævningsloven § 4)."
    )


def test_a_first_year_of_eighteen_months_owes_one_report(con: duckdb.DuckDBPyConnection) -> None:
    company(con, "10000001", first=date(2024, 7, 1))
    duty(con, "10000001", "annual_report", "year", "B", first_year_end=date(2025, 12, 31))
    owed = {row["period_start"]: (end, row["due_date"], row["state"])
            for (_, end), row in statuses(con).items()}  # fmt: skip
    assert owed == {
        date(2024, 7, 1): (date(2025, 12, 31), date(2026, 6, 30), "missing"),
        date(2026, 1, 1): (date(2026, 12, 31), date(2027, 6, 30), "not_due"),
    }


def test_annual_reports_by_class_and_a_correction(con: duckdb.DuckDBPyConnection) -> None:
    company(con, "10000001")
    company(con, "10000002")
    duty(con, "10000001", "annual_report", "year", "B")
    duty(con, "10000002", "annual_report", "year", "D")
    year = date(2025, 1, 1), date(2025, 12, 31)
    filed(con, "10000001", "annual_report", year, date(2026, 7, 20), status="replaced")
    filed(con, "10000001", "annual_report", year, date(2026, 9, 1))
    duties.prepare(con, _none(), AS_OF, date(2025, 6, 1))
    rows = con.execute(
        f"SELECT cvr, state, due_date, days_late, filing_key, explanation FROM "
        f"({duties._ROWS_SQL}) WHERE period_end = DATE '2025-12-31' ORDER BY 1"
    ).fetchall()
    assert rows[0] == (
        "10000001", "late", date(2026, 6, 30), 20, "annual_report-2",
        "Late: 500 kr. per member of the management (årsregnskabsloven §§ 150-151).",
    )  # fmt: skip
    assert rows[1][:4] == ("10000002", "missing", date(2026, 4, 30), 215)


def test_a_list_is_owed_only_where_sales_to_other_countries_are_stated(
    con: duckdb.DuckDBPyConnection,
) -> None:
    company(con, "10000001")
    duty(con, "10000001", "eu_sales_list", "month")
    filed(con, "10000001", "vat_return", quarter(2025, 1), date(2025, 5, 1), {EU_GOODS: 0})
    filed(con, "10000001", "vat_return", quarter(2025, 2), date(2025, 8, 1), {EU_GOODS: 70})
    filed(con, "10000001", "vat_return", quarter(2025, 3), date(2025, 11, 1), {EU_GOODS: 70})
    august = date(2025, 8, 1), date(2025, 8, 31)
    filed(con, "10000001", "eu_sales_list", august, date(2025, 9, 30))
    found = {end: row["state"] for (_, end), row in statuses(con).items()}
    assert found[date(2025, 2, 28)] == "not_due"
    assert found[date(2025, 5, 31)] == "missing"
    assert (found[date(2025, 7, 31)], found[date(2025, 8, 31)]) == ("not_due", "late")


def test_what_the_law_knows_no_day_for_is_named() -> None:
    kind = ("vat_return", "fortnight", None, None)
    periods, unknown = duty_periods.table([kind], SINCE, AS_OF)
    assert (periods.num_rows, unknown) == (0, [kind])


def _none() -> pa.Table:
    columns = {"cvr": pa.string(), "report_type": pa.string(), "period_end": pa.date32(),
               "due_date": pa.date32()}  # fmt: skip
    return pa.schema(list(columns.items())).empty_table()
