"""The upload file of Regnskab Basis: a trial balance on the public standard chart, as CSV.

    KONTONUMMER_20230131;KONTONAVN_20230131;VAERDI_20230131
    1010;Salg af varer og ydelser;-500000

Semicolons, one account on each line, whole kroner, debit positive, credit negative; the date is
the version of the norm. The values are the ledger's before the year's closing entries; results
of earlier years that were never closed stand in 6935.

Belongs here: that file. Does not: the ledger's year (`books`).

Source: Erhvervsstyrelsen, guide to Regnskab Basis (4 September 2023).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

import duckdb

from assets.exports.books import Books
from warehouse import standards
from warehouse.errors import PermanentError

NORM = "20230131"
"""The version of the norm that the header names."""

_RETAINED = "6935"
_BALANCES = """
WITH entry AS (
  SELECT CASE WHEN side = 'result' AND part = 'opening' THEN $retained
              ELSE standard_account_code END AS standard_account_code,
         account_code, amount
  FROM annual_entry
  WHERE year_no = 1 AND part <> 'closing'
)
SELECT e.standard_account_code, e.account_code, a.name, CAST(sum(e.amount) AS DECIMAL(18,2))
FROM entry AS e
LEFT JOIN ledger_account AS a ON a.company_id = $company AND a.account_code = e.account_code
GROUP BY ALL
HAVING sum(e.amount) <> 0
ORDER BY ALL"""


def write(con: duckdb.DuckDBPyConnection, books: Books, norm: str = NORM) -> bytes:
    """The file, UTF-8 with CRLF; accounts without a balance are left out.

    `con` is as `books.open_year` left it. Raises `PermanentError` where an account with a
    balance is not mapped to the standard chart, or the books do not balance.
    """
    what = f"Exporting {books.company_id} {books.first} to {books.last}"
    found = con.execute(_BALANCES, {"retained": _RETAINED, "company": books.company_id}).fetchall()
    official = {code: one for code, one in standards.accounts().items() if one.kind != "total"}
    lost = [(own, name, amount) for code, own, name, amount in found if code not in official]
    if lost:
        told = "; ".join(
            f"{own} {name or '(not in the chart)'}: {amount}" for own, name, amount in lost
        )
        raise PermanentError(
            f"{what}: accounts with "
            f"a balance are not mapped to the standard chart ({len(lost)}): {told}. Map them under "
            f"[mapping.{books.company_id}] in indberet.toml, run `indberet pull`, export again."
        )
    sums: dict[str, Decimal] = {}
    for code, _, _, amount in found:
        sums[code] = sums.get(code, Decimal(0)) + amount
    if difference := sum(sums.values(), Decimal(0)):
        raise PermanentError(
            f"{what}: the books do not balance. "
            f"Expected debit and credit to be equal, found debit {difference:+} more. Run "
            "`indberet check` for the vouchers, correct them in the bookkeeping system, pull and "
            "export again."
        )
    whole = whole_kroner(sums)
    lines = [(code, official[code].name_da, whole[code]) for code in official if whole.get(code)]
    return _csv([(f"KONTONUMMER_{norm}", f"KONTONAVN_{norm}", f"VAERDI_{norm}"), *lines])


def whole_kroner(amounts: Mapping[str, Decimal]) -> dict[str, int]:
    """Whole kroner that sum to what the amounts sum to, each less than one krone off.

    Those with the most øre are rounded up, the account number deciding between equals.

    >>> whole_kroner({"1": Decimal("0.50"), "2": Decimal("0.50"), "3": Decimal("-1.00")})
    {'1': 1, '2': 0, '3': -1}
    """
    down = {key: int(a.to_integral_value(ROUND_FLOOR)) for key, a in amounts.items()}
    up = int(sum(amounts.values(), Decimal(0)).to_integral_value()) - sum(down.values())
    order = sorted(amounts, key=lambda key: (down[key] - amounts[key], key))
    chosen = set(order[:up])
    return {key: value + (key in chosen) for key, value in down.items()}


def _csv(lines: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()
