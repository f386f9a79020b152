"""The annual report's statements and how the standard chart fills them, as tables of ours.

Belongs here: reading `annual_line.csv` and `annual_account.csv`, and registering them. Does not:
the sums (`xbrl.rules.totals`, for they judge any filing), the figures of a company
(`assets.reports.annual`), the page (`assets.filings.annual`).

Source: årsregnskabsloven (LBK 1057/2024) bilag 2, skema 1-4, and the paragraph each row names;
concepts, sides and periods of the Danish GAAP taxonomy 2024-10-01.
"""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

DATA = Path(__file__).parent / "data"


class Line(NamedTuple):
    """One line of a statement or note, in the order of the page.

    Grain: statement and line_no. `statement` is income_nature, income_function, assets_account,
    assets_current, liabilities_account, liabilities_current, equity_statement, distribution or
    note_…; the statements of skema 2 end in `current`. `kind` is heading (no concept), item,
    total (summed from its parts, or closing a movement) or opening (an instant as it was the
    day before the year). `balance` (debit or credit) is the side reported as a positive amount;
    it is the taxonomy's, so a capitalised cost and a growing stock are reported negative.
    `period` is duration or instant. `shown` is always or nonzero (of this year or the last:
    § 24 stk. 2). `extent` says where § 32 condenses the statement: both, full or condensed.
    """

    statement: str
    line_no: int
    concept: str
    kind: str
    level: int
    label_da: str
    label_en: str
    balance: str
    period: str
    shown: str
    extent: str
    source: str

    def label(self, language: str) -> str:
        """The line's words, in English for `en` and else in Danish."""
        return self.label_en if language == "en" else self.label_da


class Account(NamedTuple):
    """Where one account of the standard chart goes. Grain: every account that is no total.

    `concept_nature` and `concept_function` are its line in the two income statements, or, the
    same twice, in the balance of skema 1; `balance_current_concept` its line in skema 2 (empty
    for income and expenses). Functions are a default: the chart knows none (§ 29).

    Some balances may lie on either side. `netting` says what is summed before the side is
    looked at: each ledger account by itself (`account`), or all accounts of the group so named;
    empty: nothing, the account stays on its line whatever its sign. A debit sum goes to
    `when_debit`, a credit sum to `when_credit`, where named; else to the account's own line.
    `when_debit_current` and `when_credit_current` are the same in skema 2. So an overdrawn bank
    account is a debt to banks, and all VAT accounts together are one receivable or one debt.

    `note_item` is the movement of a note that the account holds, and `note_member` the class of
    assets it belongs to; an instant concept (cost, revaluations, depreciation) is its opening.
    Of the tax accounts `note_item` is the line of the tax note.

    Equity: `equity_component` is the member of the equity statement. `equity_movement` is
    `balance` (one account for all: what it held before the year is the opening), `opening`,
    `movement`, `result`, `dividend_paid` or `proposed_dividend`. `movement_credit` and
    `movement_debit` name the movement that a posting of the year on that side is, where it is
    not the distribution of the result.

    Accounts that only class A has go where class B's would.
    """

    account_code: str
    concept_nature: str
    concept_function: str
    balance_current_concept: str
    when_debit: str
    when_credit: str
    when_debit_current: str
    when_credit_current: str
    netting: str
    note_item: str
    note_member: str
    equity_component: str
    equity_movement: str
    movement_credit: str
    movement_debit: str
    source: str


@cache
def lines() -> tuple[Line, ...]:
    """Every line of every statement, in order.

    >>> [line.concept for line in lines() if line.statement == "income_nature"][1]
    'fsa:Revenue'
    """
    return tuple(
        Line(**row | {"line_no": int(row["line_no"]), "level": int(row["level"])})  # type: ignore[arg-type]
        for row in _rows("annual_line.csv")
    )


@cache
def accounts() -> dict[str, Account]:
    """Every account of the standard chart that is no total, by number, in official order.

    >>> accounts()["6480"].when_credit
    'fsa:ShorttermDebtToBanks'
    >>> accounts()["6305"].when_credit_current
    'fsa:DeferredTaxLiabilitiesLongterm'
    """
    rows = _rows("annual_account.csv")
    current = {row["concept_nature"]: row["balance_current_concept"] for row in rows}

    def in_current(concept: str) -> str:
        return current.get(concept, concept)

    return {
        row["account_code"]: Account(
            **row,
            when_debit_current=in_current(row["when_debit"]),
            when_credit_current=in_current(row["when_credit"]),
        )
        for row in rows
    }


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temp tables `annual_line` and `annual_account` in `con`, one row as above."""
    _fill(con, "annual_line", Line, lines())
    _fill(con, "annual_account", Account, tuple(accounts().values()))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fill(
    con: duckdb.DuckDBPyConnection,
    table: str,
    shape: type[Line] | type[Account],
    rows: Sequence[Line] | Sequence[Account],
) -> None:
    columns = zip(*rows, strict=True)
    con.register("annual_rows", pa.table(dict(zip(shape._fields, map(list, columns), strict=True))))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM annual_rows")
    con.unregister("annual_rows")
