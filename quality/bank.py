"""Bank accounts reconciled: what the bank states beside what the books say, to the øre.

For every checked company with bank statements, all of them in one pass: entries and postings
are matched (`quality.bank_matching`), and the difference between both balances is taken apart
into what is open on either side, what is under way over the last day, and a rest that nothing
explains.

Belongs here: running it, the rules and their weight. Does not: reading statements
(`assets.sources.camt053`), or keeping the result (`assets.checks`).

Source: Bogføringsloven § 11 stk. 1: "Virksomheder skal foretage de afstemninger, der er
nødvendige for at sikre, at der foreligger et opdateret grundlag for lovpligtige indberetninger
eller angivelser om moms, skatter, afgifter og års- og delårsrapporter." Stk. 2: "Afstemningen
skal senest foretages på datoen for udløbet af fristerne for de lovpligtige indberetninger og
angivelser."
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from quality import bank_matching, rules, yearly
from quality.finding import Severity
from quality.rules import Rule
from warehouse import duck
from warehouse.shape import ddl
from warehouse.tables import TABLES

_FOLDER = Path(__file__).parent
_LAW = "Bogføringsloven § 11"
DAYS = 5
"""Bank days an entry and its posting may lie apart where the settings say nothing."""

WARNING, NOTE = Severity.WARNING, Severity.NOTE

RULES = (
    Rule("bank.unmatched_entry", WARNING, "Every bank entry is booked", _LAW,
         "bank/unmatched_entry"),
    Rule("bank.unmatched_posting", WARNING, "Every posting on a bank account is at the bank", _LAW,
         "bank/unmatched_posting"),
    Rule("bank.difference", WARNING, "Bank and books agree", _LAW, "bank/difference"),
    Rule("bank.difference", WARNING, "What they differ by is explained", _LAW, "bank/unexplained"),
    Rule("bank.no_statement", WARNING, "Statements cover the period", _LAW, "bank/no_statement"),
    Rule("bank.account_unknown", WARNING, "A bank account stands on an account of the chart", _LAW,
         "bank/account_unknown"),
    Rule("bank.currency", NOTE, "Bank and books are in one currency", _LAW, "bank/currency"),
)  # fmt: skip
_GRAVE = frozenset({"bank/unexplained", "bank/no_statement"})
"""Errors, instead of warnings, where a company's connection says `withhold = true`. By itself a
bank that is not reconciled keeps no return back (docs/decisions/2026-11-23-bank-and-returns.md)."""

TABLES_MADE = ("bank_match", "bank_reconciliation")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a company's bank is reconciled: `days` apart at most; `is_strict`: it withholds."""

    company_id: str
    days: int = DAYS
    is_strict: bool = False


_SETTING = pa.schema([("company_id", pa.string()), ("days", pa.int32()), ("is_strict", pa.bool_())])
_DAY = pa.schema([("day", pa.date32()), ("number", pa.int32())])


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty temp tables `out_bank_match` and `out_bank_reconciliation`."""
    for name in TABLES_MADE:
        made = ddl(TABLES[name]).replace(f"TABLE {name}", f"TABLE out_{name}", 1)
        con.execute(made.replace("CREATE TABLE", "CREATE OR REPLACE TEMP TABLE", 1))


def run(
    con: duckdb.DuckDBPyConnection,
    period: str,
    settings: Iterable[Setting] = (),
    *,
    is_yearly: bool = False,
) -> None:
    """Reconcile the bank accounts of the companies in `checked_company`.

    `con` as `quality.rules.prepare` leaves it, with `out_finding` and what `prepare` makes;
    rows are added to the three. `is_yearly`: the periods are fiscal years, whose findings are
    told apart by their rules' ids (`quality.yearly`).
    """
    prefix = yearly.PREFIX if is_yearly else ""
    if not reconcile(con, settings, is_yearly=is_yearly):
        return
    strictness = con.execute("SELECT DISTINCT is_strict FROM bank_unit ORDER BY 1").fetchall()
    for (is_strict,) in strictness:
        con.execute("SET VARIABLE bank_strict = $1", [is_strict])
        for entry in RULES:
            severity = Severity.ERROR if is_strict and entry.file in _GRAVE else entry.severity
            rules.collect(con, replace(entry, id=prefix + entry.id, severity=severity), period)


def reconcile(
    con: duckdb.DuckDBPyConnection, settings: Iterable[Setting] = (), *, is_yearly: bool = False
) -> bool:
    """Match and compare, without a word said of it; False where no checked company has a
    bank statement.
    """
    con.execute("SET VARIABLE bank_is_yearly = $1", [is_yearly])
    spans = con.execute(
        "SELECT min(b.balance_date), max(greatest(b.balance_date, c.period_end)) "
        "FROM bank_balance AS b JOIN checked_company AS c USING (company_id) "
        "WHERE b.account_code IS NOT NULL"
    ).fetchall()
    first, last = spans[0]
    if first is None:
        return False
    con.execute(
        "CREATE OR REPLACE TEMP TABLE bank_setting (company_id VARCHAR, days INTEGER, "
        "is_strict BOOLEAN)"
    )
    told = _by_company(settings)
    duck.insert(con, "bank_setting", _SETTING, [(s.company_id, s.days, s.is_strict) for s in told])
    con.execute("CREATE OR REPLACE TEMP TABLE bank_day (day DATE, number INTEGER)")
    wide = timedelta(days=100)
    duck.insert(con, "bank_day", _DAY, bank_days(first - wide, last + wide))
    con.execute((_FOLDER / "bank_items.sql").read_text(encoding="utf-8"))
    bank_matching.match(con)
    con.execute((_FOLDER / "bank_result.sql").read_text(encoding="utf-8"))
    return True


def _by_company(settings: Iterable[Setting]) -> list[Setting]:
    """One for each company: of several the widest, and strict where one is."""
    found: dict[str, Setting] = {}
    for one in settings:
        other = found.get(one.company_id, one)
        found[one.company_id] = Setting(
            one.company_id, max(one.days, other.days), one.is_strict or other.is_strict
        )
    return list(found.values())


def bank_days(first: date, last: date) -> list[tuple[date, int]]:
    """Each day with how many bank days came before it; a weekend's are the next Monday's.

    Danish public holidays are no bank days. It is a tolerance, not a deadline: that banks are
    closed on some days more (5 June, 24 December) only makes it a day narrower.

    >>> bank_days(date(2026, 11, 20), date(2026, 11, 24))  # doctest: +NORMALIZE_WHITESPACE
    [(datetime.date(2026, 11, 20), 0), (datetime.date(2026, 11, 21), 1),
     (datetime.date(2026, 11, 22), 1), (datetime.date(2026, 11, 23), 1),
     (datetime.date(2026, 11, 24), 2)]
    """
    import holidays  # noqa: PLC0415 - loaded only where there are bank statements

    closed = holidays.country_holidays("DK", years=range(first.year, last.year + 1))
    found, number = [], 0
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        found.append((day, number))
        number += day.weekday() < 5 and day not in closed
    return found
