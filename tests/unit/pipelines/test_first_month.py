"""The month's trial balance: opening balances apart from movements, numbers in their order."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.commands import first_month
from pipelines.output import Output
from warehouse.errors import SettingsError

TABLES = """
CREATE TABLE voucher AS FROM (VALUES ('a', DATE '2026-01-31'), ('b', DATE '2026-02-01'))
  t(source_id, posting_date);
CREATE TABLE posting AS FROM (VALUES
  ('a', '900', 100.00::DECIMAL(18,2)), ('a', '1010', -80.00), ('a', '1010', -20.00),
  ('b', '900', 7.00), ('b', '1010', -7.00)) t(source_id, account_code, amount);
CREATE TABLE account AS FROM (VALUES ('900', 'Bank'), ('1010', 'Salg')) t(account_code, name);
CREATE TABLE opening_balance AS FROM (VALUES
  ('900', 'opening', DATE '2026-01-01', 50.00::DECIMAL(18,2), NULL),
  ('900', 'opening', DATE '2025-01-01', 1.00, NULL),
  ('900', 'closing', DATE '2026-01-01', 2.00, NULL),
  ('900', 'opening', DATE '2026-01-01', 3.00, '{"1": "2"}'),
  ('6510', 'opening', DATE '2026-01-01', -50.00, NULL))
  t(account_code, kind, balance_date, amount, dimensions);
"""


def rows(month: str) -> list[list[object]]:
    con = duckdb.connect()
    con.execute(TABLES)
    asked = first_month.asked(month, date(2026, 3, 15))
    return [list(row.values()) for row in first_month._balance(con, asked)]


def test_opening_balances_stand_beside_the_movements_of_the_month() -> None:
    assert rows("2026-01") == [
        ["900", "Bank", Decimal(50), Decimal(100), None, Decimal(100)],
        ["1010", "Salg", None, None, Decimal(100), Decimal(-100)],
        ["6510", "", Decimal(-50), None, None, None],
    ]


def test_the_last_whole_month_unless_asked_and_none_without_vouchers() -> None:
    assert [row[0] for row in rows("")] == ["900", "1010"]
    assert rows("2026-03") == []


def test_what_is_no_month_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        first_month.asked("2026-13", date(2026, 3, 15))
    assert str(caught.value) == "--month is '2026-13', which is no month. Write it as 2026-10."


def test_the_table_adds_up(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute(TABLES)
    month = first_month.asked("2026-02", date(2026, 3, 15))
    shown = first_month.Month(month.first, month.last, first_month._balance(con, month))
    first_month.show(Output(), shown)
    told = capsys.readouterr().out
    assert "Trial balance, 2026-02-01 – 2026-02-28" in told
    assert "│         │ in all │  7.00 │   7.00 │     0.00 │" in told
    assert "opening" not in told
