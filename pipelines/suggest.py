"""Suggestions for what the ledger holds unmapped, ready for a person to accept.

Belongs here: which accounts and VAT codes need one. Does not: comparing
(`assets.ledger.suggest`), or writing what was accepted (`pipelines.commands.setup`).
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from assets.ledger.suggest import SURE, OwnAccount, suggest_accounts
from assets.ledger.suggest import Suggestion as Found
from assets.ledger.suggest_vat import OwnVatCode, suggest_vat_codes
from warehouse import standards


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One row for a mapping file; `kind` is account or vat_code."""

    company_id: str
    kind: str
    code: str
    name: str
    standard_code: str
    standard_name: str
    part: str
    confidence: float
    reason: str

    @property
    def is_sure(self) -> bool:
        """Whether it may be the default answer."""
        return self.confidence >= SURE

    @property
    def is_certain(self) -> bool:
        """Whether an account's number and name are the standard's own."""
        return self.confidence >= 1


def suggest(con: duckdb.DuckDBPyConnection, companies: list[str]) -> list[Suggestion]:
    """Suggestions for every account and VAT code in use that is not mapped yet.

    Two queries serve all companies. VAT codes come first: what an account is sold or
    bought with tells sales and purchases apart.
    """
    found: dict[str, list[Suggestion]] = {company_id: [] for company_id in companies}
    known: dict[str, dict[str, str]] = {}
    for company_id, rows in _by_company(con, _VAT_CODES, companies).items():
        codes = suggest_vat_codes(OwnVatCode(*row[:3]) for row in rows if row[3] is None)
        named = standards.vat_codes()
        found[company_id] = [
            _suggestion(company_id, "vat_code", one, named[one.standard_code].name_en)
            for one in codes
        ]
        known[company_id] = {row[0]: row[3] for row in rows if row[3]}
        known[company_id] |= {c.own_code: c.standard_code for c in codes if c.confidence >= SURE}
    for company_id, rows in _by_company(con, _ACCOUNTS, companies).items():
        vat = known.get(company_id, {})
        chart = [OwnAccount(row[0], row[1], row[2], vat.get(row[3])) for row in rows]
        open_ = [own for own, row in zip(chart, rows, strict=True) if row[4]]
        named_ = standards.accounts()
        accounts = [
            _suggestion(company_id, "account", one, named_[one.standard_code].name_da)
            for one in suggest_accounts(open_, chart)
        ]
        found[company_id] = accounts + found[company_id]
    return [one for those in found.values() for one in those]


def unmapped(con: duckdb.DuckDBPyConnection, companies: list[str]) -> int:
    """How many accounts and VAT codes in use are not mapped, suggested or not."""
    return len(bare(con, companies, []))


def bare(
    con: duckdb.DuckDBPyConnection, companies: list[str], found: list[Suggestion]
) -> list[Suggestion]:
    """What is in use, not mapped and not among `found`, each with an empty `standard_code`."""
    told = {(one.company_id, one.kind, one.code) for one in found}
    accounts = _by_company(con, _ACCOUNTS, companies).items()
    codes = _by_company(con, _VAT_CODES, companies).items()
    open_ = [(company_id, "account", row[0], row[1]) for company_id, rows in accounts
             for row in rows if row[4]]  # fmt: skip
    open_ += [(company_id, "vat_code", row[0], row[1]) for company_id, rows in codes
              for row in rows if row[3] is None]  # fmt: skip
    return [
        Suggestion(*one, "", "", "", 0.0, "nothing speaks for a standard code")
        for one in open_
        if one[:3] not in told
    ]


def _by_company(
    con: duckdb.DuckDBPyConnection, query: str, companies: list[str]
) -> dict[str, list[tuple[Any, ...]]]:
    """A query's rows by their first column, the company."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for company_id, *row in con.execute(query, [companies]).fetchall():
        found.setdefault(company_id, []).append(tuple(row))
    return found


def _suggestion(company_id: str, kind: str, one: Found, standard_name: str) -> Suggestion:
    return Suggestion(
        company_id, kind, one.own_code, one.own_name, one.standard_code, standard_name,
        one.part, one.confidence, one.reason,
    )  # fmt: skip


# Every account of the chart, with the one VAT code its postings carry and whether it is
# posted on and not mapped. The whole chart tells whether its numbers are the public ones.
_ACCOUNTS = """
WITH used AS (
    SELECT DISTINCT company_id, account_code FROM posting
    WHERE list_contains($1, company_id)
),
carried AS (
    SELECT p.company_id, p.account_code, any_value(t.vat_code) AS vat_code
    FROM tax_line t JOIN posting p USING (company_id, voucher_id, line_id)
    WHERE t.part = 'base' AND list_contains($1, t.company_id)
    GROUP BY ALL HAVING count(DISTINCT t.vat_code) = 1
)
SELECT a.company_id, a.account_code, a.name, a.kind, coalesce(c.vat_code, a.vat_code),
       u.account_code IS NOT NULL AND a.standard_account_code IS NULL
FROM ledger_account a
LEFT JOIN used u USING (company_id, account_code)
LEFT JOIN carried c USING (company_id, account_code)
WHERE list_contains($1, a.company_id)
ORDER BY ALL
"""

_VAT_CODES = """
SELECT v.company_id, v.vat_code, v.name, v.rate, v.standard_vat_code FROM vat_code v
WHERE list_contains($1, v.company_id)
  AND EXISTS (FROM tax_line t WHERE t.company_id = v.company_id AND t.vat_code = v.vat_code)
ORDER BY ALL
"""
