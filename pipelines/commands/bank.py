"""The command bank: each bank account beside the books at a period's end, and what is open.

Belongs here: showing. Does not: matching and comparing (`quality.bank`), or keeping the result
(`assets.checks.bank`).
"""

from datetime import date
from typing import Any

import duckdb

from assets.checks import bank as checks
from assets.reports import due, obligations
from assets.workspace import Workspace
from pipelines import output
from pipelines.commands.call import Call
from pipelines.commands.line import asked
from pipelines.periods import Asked
from quality import bank as reconciling
from quality import rules
from warehouse import standards
from warehouse.operations import Row

_ACCOUNTS = """
SELECT company_id, account_code, bank_account, currency, period_start, period_end,
  reconciled_from, statements_until, entry_count, matched_count, open_entry_count,
  open_entry_amount, open_posting_count, open_posting_amount, under_way_amount, bank_balance,
  ledger_balance, difference, unexplained, is_reconciled, due_date
FROM out_bank_reconciliation ORDER BY company_id, account_code
"""
_MATCHES = """
SELECT company_id, account_code, how, booking_date, entry_amount, entry_text, posting_date,
  posting_amount, posting_text, match_id, entry_source_id, voucher_id, line_id
FROM out_bank_match WHERE (how = 'open') = $is_open
ORDER BY company_id, account_code, coalesce(booking_date, posting_date),
  match_id, entry_source_id, voucher_id, line_id
"""
_SHOWN = ["company", "account", "statements to", ">entries", ">matched", ">bank", ">books",
          ">difference", ">not booked", ">not at bank", ">under way", ">unexplained",
          "reconciled"]  # fmt: skip


def bank(call: Call, period: str | None, *, matches: bool) -> int:
    """Reconcile the bank accounts of the period; nothing is kept."""
    workspace = call.workspace()
    facts = []
    for one in asked(call, period):
        with call.out.progress(f"bank {one.month}"):
            found = _reconciled(workspace, one)
        _show(call, one.month, found, matches=matches)
        facts.append({"period": one.month} | found)
    call.out.data(facts)
    return output.OK


def _reconciled(workspace: Workspace, one: Asked) -> dict[str, list[dict[str, Any]]]:
    """The accounts, what is open on them and what is matched."""
    with workspace.operations_database() as operations:
        obligations.record(workspace, operations, one.month)
        told = due.rows(operations, workspace, one.month)
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        standards.register(con)
        due.register(con, _wanted(workspace, told, one))
        rules.prepare(con)
        con.execute("SET VARIABLE today = $1::DATE", [workspace.today])
        reconciling.prepare(con)
        reconciling.reconcile(con, checks.settings(workspace), is_yearly=one.is_yearly_only)
        return {
            "accounts": _rows(con, _ACCOUNTS),
            "open": _rows(con, _MATCHES, is_open=True),
            "matched": _rows(con, _MATCHES, is_open=False),
        }


def _wanted(workspace: Workspace, told: list[Row], one: Asked) -> list[Row]:
    """The periods to reconcile: those due; the month itself for a company with nothing due."""
    which = [row for row in told if (row["frequency"] == "year") == one.is_yearly_only]
    if one.is_yearly_only:
        return which
    busy = {row["company_id"] for row in which}
    first, after = due.month(one.month)
    last = date.fromordinal(after.toordinal() - 1)
    quiet = {"period_start": first, "period_end": last, "frequency": "none", "due_date": last}
    others = (c.company_id for c in workspace.selected_companies() if c.company_id not in busy)
    return [*which, *(quiet | {"company_id": company_id} for company_id in others)]


def _rows(con: duckdb.DuckDBPyConnection, query: str, **values: object) -> list[dict[str, Any]]:
    cursor = con.execute(query, values or None)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _show(call: Call, month: str, found: dict[str, list[dict[str, Any]]], *, matches: bool) -> None:
    if not found["accounts"]:
        call.out.say(
            f"{month}: no bank account to reconcile. Connect bank statements (system = "
            '"camt053") and give each account its ledger account with `accounts`.'
        )
        return
    call.out.table(
        f"Bank {month}", _SHOWN,
        [
            (r["company_id"], r["account_code"], r["statements_until"], r["entry_count"],
             r["matched_count"], r["bank_balance"], r["ledger_balance"], r["difference"],
             r["open_entry_amount"], r["open_posting_amount"], r["under_way_amount"],
             r["unexplained"], r["is_reconciled"])
            for r in found["accounts"]
        ],
    )  # fmt: skip
    if found["open"]:
        call.out.table(
            "Open: at the bank and not in the books, or the other way round",
            ["company", "account", "where", "day", ">amount", "text"],
            [
                (r["company_id"], r["account_code"], *_side(r))
                for r in found["open"]
            ],
        )  # fmt: skip
    if matches:
        call.out.table(
            "Matched",
            ["company", "account", "how", "at the bank", ">amount", "text", "in the books",
             ">amount", "text"],
            [
                (r["company_id"], r["account_code"], r["how"], r["booking_date"],
                 r["entry_amount"], r["entry_text"], r["posting_date"], r["posting_amount"],
                 r["posting_text"])
                for r in found["matched"]
            ],
        )  # fmt: skip


def _side(row: dict[str, Any]) -> tuple[object, ...]:
    if row["booking_date"] is not None:
        return "bank", row["booking_date"], row["entry_amount"], row["entry_text"]
    return "books", row["posting_date"], row["posting_amount"], row["posting_text"]
