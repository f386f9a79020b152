"""SAF-T vouchers and lines from the ledger, one voucher at a time, Danish 2.1 or Norwegian 1.30.

Belongs here: Journal, Transaction and Line. Does not: the rest of the file (`saft`, `saft_no`),
nor the lengths that the Norwegian schema allows (`saft_form`).

Tax is told on the posting it was told on: its base and its tax as the source said them. Where the
source gave a posting only a code, the posting is the base (or, on a VAT account, the tax) and the
tax is what the ledger computed.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

import duckdb

from assets.exports.books import Books
from assets.exports.saft_form import Form
from assets.exports.saft_xml import amount, element, group

_FETCH = 2_000
_TOTALS = """
SELECT count(DISTINCT voucher_id), count(*),
       coalesce(sum(amount) FILTER (amount > 0), 0), coalesce(-sum(amount) FILTER (amount < 0), 0)
FROM posting WHERE company_id = $company AND posting_date BETWEEN $first AND $last"""
_LINES = """
WITH chosen AS (
  SELECT *, coalesce(journal_code, 'GL') AS journal,
         count(*) OVER (PARTITION BY coalesce(journal_code, 'GL'), voucher_number) AS namesakes
  FROM voucher WHERE company_id = $company AND posting_date BETWEEN $first AND $last
), tax AS (
  SELECT t.voucher_id, t.line_id, t.vat_code, any_value(t.standard_vat_code) AS standard,
         any_value(t.rate) AS rate, min(t.seq) AS seq,
         sum(t.amount) FILTER (t.source_part = 'base' AND t.seq < 100) AS base,
         sum(t.amount) FILTER (t.source_part = 'tax' AND t.seq < 100) AS tax,
         coalesce(max(abs(t.amount)) FILTER (t.seq >= 100 AND t.part = 'output'),
                  max(abs(t.amount)) FILTER (t.seq >= 100)) AS computed,
         sum(t.amount) FILTER (t.part = 'base' OR t.source_part = 'base') AS side
  FROM tax_line AS t
  JOIN posting AS p ON p.company_id = t.company_id AND p.voucher_id = t.voucher_id
    AND p.line_id = t.line_id AND p.posting_date = t.posting_date
  WHERE t.company_id = $company AND t.posting_date BETWEEN $first AND $last
    AND (t.origin = 'source' OR p.vat_code IS NOT NULL)
  GROUP BY t.voucher_id, t.line_id, t.vat_code
), posted AS (
  SELECT DISTINCT voucher_id, vat_code FROM tax WHERE base IS NULL AND tax IS NOT NULL
), told AS (
  SELECT t.voucher_id, t.line_id, list({code: t.vat_code, standard: t.standard, rate: t.rate,
    base: t.base, side: coalesce(t.tax, t.side, 0), tax: coalesce(abs(t.tax), t.computed,
      CASE WHEN p.vat_code IS NOT NULL THEN round(abs(t.base) * t.rate, 2) END, 0)}
    ORDER BY t.seq, t.vat_code) AS taxes
  FROM tax AS t
  LEFT JOIN posted AS p ON p.voucher_id = t.voucher_id AND p.vat_code = t.vat_code
  GROUP BY t.voucher_id, t.line_id
)
SELECT v.journal, v.voucher_id, CASE WHEN v.namesakes = 1 THEN v.voucher_number
         ELSE v.voucher_id END, v.voucher_number, v.voucher_date, v.posting_date,
       CAST(v.registered_at AT TIME ZONE 'UTC' AS DATE), v.text, v.document_id,
       p.line_id, p.account_code, p.amount, p.currency, p.amount_currency, p.rate, p.party_id,
       p.text, p.dimensions, t.taxes
FROM chosen AS v
JOIN posting AS p ON p.company_id = $company AND p.voucher_id = v.voucher_id
  AND p.posting_date = v.posting_date
LEFT JOIN told AS t ON t.voucher_id = p.voucher_id AND t.line_id = p.line_id
ORDER BY v.journal, v.posting_date, v.voucher_id, p.line_no, p.line_id"""


class _Row(NamedTuple):
    """A line with its voucher, as `_LINES` selects them."""

    journal: str
    voucher_id: str
    transaction_id: str
    voucher_number: str
    voucher_date: date | None
    posting_date: date
    registered: date | None
    text: str | None
    document_id: str | None
    line_id: str
    account_code: str
    amount: Decimal
    currency: str | None
    amount_currency: Decimal | None
    rate: Decimal | None
    party_id: str | None
    line_text: str | None
    dimensions: str | None
    taxes: list[dict[str, Any]] | None


def totals(con: duckdb.DuckDBPyConnection, books: Books) -> tuple[int, int, Decimal, Decimal]:
    """Vouchers, lines, debit and credit of the year."""
    vouchers, lines, debit, credit = con.execute(_TOTALS, _of(books)).fetchall()[0]
    return vouchers, lines, debit, credit


def journals(con: duckdb.DuckDBPyConnection, books: Books, form: Form) -> Iterator[str]:
    """The journals, a voucher at a time."""
    lines = _lines(con, books)
    for journal, in_journal in groupby(lines, key=lambda row: row.journal):
        yield (
            "<Journal>\n" + element("JournalID", form.identifier("journal", journal, 18))
            + element("Description", form.text(journal)) + element("Type", "GL")
        )  # fmt: skip
        for _, voucher in groupby(in_journal, key=lambda row: row.voucher_id):
            yield _transaction(books, form, list(voucher))
        yield "</Journal>\n"


def party(party_id: str) -> tuple[str, str]:
    """Customer or Supplier, and the number. A party of no told kind is a customer.

    >>> party("supplier/10"), party("17")
    (('Supplier', '10'), ('Customer', '17'))
    """
    kind, _, number = party_id.partition("/")
    if kind in {"customer", "supplier"} and number:
        return kind.capitalize(), number
    return "Customer", party_id


def _lines(con: duckdb.DuckDBPyConnection, books: Books) -> Iterator[_Row]:
    found = con.execute(_LINES, _of(books))
    while batch := found.fetchmany(_FETCH):
        yield from (_Row(*row) for row in batch)


def _of(books: Books) -> dict[str, object]:
    return {"company": books.company_id, "first": books.first, "last": books.last}


def _transaction(books: Books, form: Form, lines: list[_Row]) -> str:
    head = lines[0]
    day = head.posting_date
    period = (day.year - books.first.year) * 12 + day.month - books.first.month + 1
    return group(
        "Transaction",
        element("TransactionID", form.identifier("voucher", head.transaction_id, 70)),
        element("Period", period),
        element("PeriodYear", books.last.year),
        element("TransactionDate", day if form.is_norwegian else head.voucher_date or day),
        element("Description", form.text(head.text or head.voucher_number)),
        element("SystemEntryDate", head.registered or day),
        element("GLPostingDate", day),
        element("SystemID", form.optional(head.voucher_id, 18)),
        *(_line(books, form, line) for line in lines),
    )


def _line(books: Books, form: Form, line: _Row) -> str:
    kind, number = party(line.party_id) if line.party_id else ("", "")
    return group(
        "Line",
        element("RecordID", form.identifier("line", line.line_id, 18)),
        element("AccountID", form.identifier("account", line.account_code, 70)),
        *_analyses(form, line.dimensions),
        element("SourceDocumentID", form.identifier("document", line.document_id, 35)),
        element(f"{kind}ID", form.identifier("party", number, 35)) if kind else "",
        element("Description", form.text(line.line_text or line.text or line.voucher_number)),
        _side(books, form, line),
        *(_tax(books, form, told) for told in line.taxes or ()),
    )


def _analyses(form: Form, dimensions: str | None) -> Iterator[str]:
    for kind, value in (json.loads(dimensions) if dimensions else {}).items():
        told = element("AnalysisID", form.identifier("object", value, 256))
        yield group("Analysis", element("AnalysisType", form.dimension(kind)), told)


def _side(books: Books, form: Form, line: _Row) -> str:
    """Debit or credit; a line of nothing stands on the side of its foreign amount."""
    foreign = line.amount if line.amount_currency is None else line.amount_currency
    sign = -1 if line.amount < 0 or (line.amount == 0 and foreign < 0) else 1
    rate = form.rate(line.rate)
    return group(
        "DebitAmount" if sign > 0 else "CreditAmount",
        element("Amount", amount(sign * line.amount)),
        element("CurrencyCode", line.currency or books.base_currency),
        element("CurrencyAmount", amount(form.foreign(sign * foreign))),
        element("ExchangeRate", f"{rate.normalize():f}" if rate else "1"),
    )


def _tax(books: Books, form: Form, told: dict[str, Any]) -> str:
    rate = None if told["rate"] is None else f"{told['rate'] * 100:.2f}"
    base = None if told["base"] is None else amount(abs(told["base"]))
    side = "" if not form.is_norwegian else "Credit" if told["side"] < 0 else "Debit"
    return group(
        "TaxInformation",
        element("TaxType", form.tax_type),
        element("TaxCode", form.identifier("VAT code", told["code"], 70)),
        "" if form.is_norwegian else element("StandardTaxCode", told["standard"]),
        element("TaxPercentage", rate),
        element("TaxBase", base),
        group(
            f"{side}TaxAmount",
            element("Amount", amount(told["tax"])),
            element("CurrencyCode", books.base_currency),
            element("CurrencyAmount", amount(told["tax"])),
            element("ExchangeRate", "1"),
        ),
    )
