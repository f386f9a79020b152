"""Suggestions for what the ledger holds unmapped, ready for a person to accept.

Belongs here: which accounts and VAT codes need one. Does not: comparing
(`assets.ledger.suggest`), or writing what was accepted (`pipelines.commands.setup`).
"""

from dataclasses import dataclass

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
    """Suggestions for every account and VAT code in use that is not mapped yet."""
    found: list[Suggestion] = []
    for company_id in companies:
        accounts = con.execute(_ACCOUNTS, [company_id]).fetchall()
        for one in suggest_accounts(OwnAccount(*row) for row in accounts):
            name = standards.accounts()[one.standard_code].name_da
            found.append(_suggestion(company_id, "account", one, name))
        codes = con.execute(_VAT_CODES, [company_id]).fetchall()
        for one in suggest_vat_codes(OwnVatCode(*row) for row in codes):
            name = standards.vat_codes()[one.standard_code].name_en
            found.append(_suggestion(company_id, "vat_code", one, name))
    return found


def unmapped(con: duckdb.DuckDBPyConnection, companies: list[str]) -> int:
    """How many accounts and VAT codes in use are not mapped, suggested or not."""
    return sum(
        len(con.execute(query, [company_id]).fetchall())
        for company_id in companies
        for query in (_ACCOUNTS, _VAT_CODES)
    )


def _suggestion(company_id: str, kind: str, one: Found, standard_name: str) -> Suggestion:
    return Suggestion(
        company_id, kind, one.own_code, one.own_name, one.standard_code, standard_name,
        one.part, one.confidence, one.reason,
    )  # fmt: skip


_ACCOUNTS = """
SELECT a.account_code, a.name, a.kind FROM ledger_account a
WHERE a.standard_account_code IS NULL AND a.company_id = ?
  AND EXISTS (FROM posting p WHERE p.company_id = a.company_id AND p.account_code = a.account_code)
ORDER BY ALL
"""

_VAT_CODES = """
SELECT v.vat_code, v.name, v.rate FROM vat_code v
WHERE v.standard_vat_code IS NULL AND v.company_id = ?
  AND EXISTS (FROM tax_line t WHERE t.company_id = v.company_id AND t.vat_code = v.vat_code)
ORDER BY ALL
"""
