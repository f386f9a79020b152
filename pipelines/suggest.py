"""Suggest standard accounts and VAT codes for a company's own, for a person to accept.

By number (the company already uses the public chart), then by name. A
suggestion is never used before someone accepts it.

Belongs here: guessing. Does not: mapping (`assets.ledger`), or any decision.
"""

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from warehouse import standards

_CUTOFF = 0.72


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One row for a mapping file; `kind` is account or vat_code, `why` is for the person."""

    company_id: str
    kind: str
    code: str
    name: str
    standard_code: str
    standard_name: str
    why: str


def suggest(con: duckdb.DuckDBPyConnection, companies: list[str]) -> list[Suggestion]:
    """Suggestions for every account and VAT code in use that is not mapped yet."""
    found = []
    for company_id, code, name in con.execute(_ACCOUNTS, [companies]).fetchall():
        standard, why = _account(code, name)
        if standard is not None:
            text = standards.accounts()[standard].name_da
            found.append(Suggestion(company_id, "account", code, name, standard, text, why))
    for company_id, code, name, rate in con.execute(_VAT_CODES, [companies]).fetchall():
        standard, why = _vat_code(code, name, rate)
        if standard is not None:
            text = standards.vat_codes()[standard].name_en
            found.append(Suggestion(company_id, "vat_code", code, name, standard, text, why))
    return found


def _account(code: str, name: str) -> tuple[str | None, str]:
    known = standards.accounts()
    usable = {c: a.name_da.lower() for c, a in known.items() if a.kind != "total"}
    if code in usable and _alike(usable[code], name) > _CUTOFF / 2:
        return code, "same number, similar name"
    best = max(usable, key=lambda c: _alike(usable[c], name))
    score = _alike(usable[best], name)
    return (best, f"name {score:.0%} alike") if score >= _CUTOFF else (None, "")


def _vat_code(code: str, name: str, rate: Decimal | None) -> tuple[str | None, str]:
    known = standards.vat_codes()
    if code.upper() in known:
        return code.upper(), "same code"
    for word in re.findall(r"\b[SK]\d{1,3}\b", name):
        if word in known:
            return word, "the name states the code"
    same_rate = {
        c: f"{v.name_da} {v.name_en}".lower()
        for c, v in known.items()
        if not v.alias_of and (rate is None or v.rate == rate)
    }
    if not same_rate:
        return None, ""
    best = max(same_rate, key=lambda c: _alike(same_rate[c], name))
    score = _alike(same_rate[best], name)
    return (best, f"same rate, name {score:.0%} alike") if score >= _CUTOFF else (None, "")


def _alike(standard: str, own: str) -> float:
    """How alike two names are: 1 the same, 0 nothing in common."""
    return difflib.SequenceMatcher(None, standard, own.lower()).ratio()


_ACCOUNTS = """
SELECT a.company_id, a.account_code, a.name FROM ledger_account a
WHERE a.standard_account_code IS NULL AND a.company_id IN (SELECT unnest(?))
  AND EXISTS (FROM posting p WHERE p.company_id = a.company_id AND p.account_code = a.account_code)
ORDER BY ALL
"""

_VAT_CODES = """
SELECT v.company_id, v.vat_code, v.name, v.rate FROM vat_code v
WHERE v.standard_vat_code IS NULL AND v.company_id IN (SELECT unnest(?))
  AND EXISTS (FROM tax_line t WHERE t.company_id = v.company_id AND t.vat_code = v.vat_code)
ORDER BY ALL
"""
