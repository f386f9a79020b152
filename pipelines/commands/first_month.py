"""One month of books, read aside and shown as a trial balance to compare.

Belongs here: which month, reading it, its trial balance. Does not: asking what a person
makes of it (`connecting`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from assets.sources.connector import Connection, Connector, Progress
from pipelines.output import Output, Total
from warehouse.errors import SettingsError

# Opening balances that the source states on the month's first day, beside its movements.
_TRIAL_BALANCE = """
WITH moved AS (
  SELECT p.account_code, sum(p.amount) FILTER (p.amount > 0) AS debit,
    -sum(p.amount) FILTER (p.amount < 0) AS credit, sum(p.amount) AS movement
  FROM posting p JOIN voucher v USING (source_id)
  WHERE v.posting_date BETWEEN $1 AND $2
  GROUP BY p.account_code
),
opened AS (
  SELECT account_code, sum(amount) AS opening FROM opening_balance
  WHERE kind = 'opening' AND balance_date = $1 AND dimensions IS NULL AND amount <> 0
  GROUP BY account_code
),
named AS (SELECT account_code, any_value(name) AS name FROM account GROUP BY account_code)
SELECT account_code AS account, coalesce(name, '') AS name, opening, debit, credit, movement
FROM moved FULL JOIN opened USING (account_code) LEFT JOIN named USING (account_code)
ORDER BY try_cast(account_code AS BIGINT), account_code
"""
_NEWEST = """
SELECT coalesce(max(posting_date) FILTER (posting_date <= $1), max(posting_date)) FROM voucher
"""
_STREAMS = {
    "voucher": "source_id VARCHAR, posting_date DATE",
    "posting": "source_id VARCHAR, account_code VARCHAR, amount DECIMAL(18,2)",
    "account": "account_code VARCHAR, name VARCHAR",
    "opening_balance": "account_code VARCHAR, kind VARCHAR, balance_date DATE, amount "
    "DECIMAL(18,2), dimensions VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Month:
    """One month's trial balance; no rows where it has no vouchers. Debit is positive."""

    first: date
    last: date
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The month to show; unless it `is_fixed` a connection may bring a better one."""

    month: Month
    is_fixed: bool


def read(
    connector: Connector,
    connection: Connection,
    month: Month,
    progress: Progress,
    *,
    is_fixed: bool,
) -> Month:
    """Read `month` of a connection, leaving no trace. Unless it `is_fixed`, the newest month
    with vouchers where it has none and more than it was read.
    """
    from assets.sources import landing

    with TemporaryDirectory() as aside:
        narrowed = replace(connection, window=(month.first, month.last))
        landing.land(connector, narrowed, Path(aside), progress)
        with _landed(Path(aside), connection.connection_id) as con:
            rows = _balance(con, month)
            if not rows and not is_fixed:
                newest = con.execute(_NEWEST, [month.last]).fetchall()[0][0]
                month = whole(newest) if newest else month
                rows = _balance(con, month)
    return replace(month, rows=rows)


def asked(text: str, today: date) -> Month:
    """The month written as 2026-10, or the last whole one. Raises `SettingsError`."""
    if not text:
        return whole(today.replace(day=1) - timedelta(days=1))
    try:
        return whole(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise SettingsError(
            f"--month is {text!r}, which is no month. Write it as 2026-10."
        ) from None


def whole(day: date) -> Month:
    """The month a day is in.

    >>> whole(date(2026, 2, 3)).last
    datetime.date(2026, 2, 28)
    """
    first = day.replace(day=1)
    return Month(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), [])


def show(out: Output, month: Month) -> None:
    """The trial balance as a table, its sums last."""
    has_opening = any(row["opening"] for row in month.rows)
    amounts = ["opening", "debit", "credit", "movement"][0 if has_opening else 1 :]
    total = [sum((row[key] or Decimal(0) for row in month.rows), Decimal(0)) for key in amounts]
    out.table(
        f"Trial balance, {month.first} – {month.last}",
        ["account", "name", *(f">{key}" for key in amounts)],
        [
            *([row["account"], row["name"], *(row[key] for key in amounts)] for row in month.rows),
            Total(("", "in all", *total)),
        ],
    )


def _balance(con: duckdb.DuckDBPyConnection, month: Month) -> list[dict[str, Any]]:
    cursor = con.execute(_TRIAL_BALANCE, [month.first, month.last])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def _landed(landed: Path, connection_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """What was landed, each stream a view; empty where nothing came."""
    from assets.sources import landing
    from warehouse import duck

    loads = landing.loads(landed, connection_id)
    con = duck.connect(landed / "tmp", memory_limit="1GB")
    try:
        for stream, columns in _STREAMS.items():
            path = loads[-1].folder / f"{stream}.parquet" if loads else None
            if path is not None and path.exists():
                con.execute(f"CREATE VIEW {stream} AS SELECT * FROM read_parquet('{path}')")
            else:
                con.execute(f"CREATE TABLE {stream} ({columns})")
        yield con
    finally:
        con.close()
