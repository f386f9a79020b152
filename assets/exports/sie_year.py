"""A fiscal year as both SIE formats tell it: accounts, balances, dimensions, vouchers.

SIE's own dimensions 8, 9 and 10 are customer, supplier and invoice; a ledger's named dimensions
get numbers from 20. So do its VAT codes, as dimension "Momskode": SIE has no other place for a
posting's code, and a reader that is told so (`vat_dimension`) makes the same return of it.

Belongs here: what is told, in order, from SQL. Does not: either format's syntax (`sie4`, `sie5`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

import duckdb

from assets.exports.books import Books, rows
from assets.exports.saft_entries import party

CUSTOMER, SUPPLIER, DOCUMENT = "8", "9", "10"
VAT_DIMENSION = "Momskode"
STANDARD_NAMES = {
    "1": "Kostnadsställe", "2": "Kostnadsbärare", "6": "Projekt", "7": "Anställd",
    CUSTOMER: "Kund", SUPPLIER: "Leverantör", DOCUMENT: "Faktura",
}  # fmt: skip
"""Source: SIE filformat utgåva 4B, reserved dimension numbers."""

_FIRST_FREE = 20
_FETCH = 2_000
_NO_CURRENCY = (
    "posting(s) have a foreign amount, which SIE 4 has no place for; the amount in the company's "
    "currency is written"
)
_ONE_DATE = (
    "voucher(s) carry another date than they count from; SIE has one date, and the one they count "
    "from is written"
)
_NO_NUMBERS = (
    "customer(s) and supplier(s) have a country or number, which SIE 4 has no place for; give "
    "them to the reader as `parties` (indberet export party)"
)
_ACCOUNTS = """
WITH movement AS (
  SELECT account_code, sum(amount) AS amount FROM posting
  WHERE company_id = $company AND posting_date BETWEEN $first AND $last
  GROUP BY account_code
), opening AS (
  SELECT account_code, amount FROM annual_opening WHERE year_no = 1
), used AS (
  SELECT account_code FROM movement UNION SELECT account_code FROM opening
  UNION SELECT account_code FROM ledger_account WHERE company_id = $company
)
SELECT u.account_code, coalesce(a.name, u.account_code), coalesce(a.kind, s.kind),
       a.source_standard_code, o.amount,
       CAST(m.amount AS DECIMAL(18,2))
FROM used AS u
LEFT JOIN ledger_account AS a ON a.company_id = $company AND a.account_code = u.account_code
LEFT JOIN standard_account AS s ON s.account_code = a.standard_account_code
LEFT JOIN opening AS o ON o.account_code = u.account_code
LEFT JOIN movement AS m ON m.account_code = u.account_code
ORDER BY u.account_code"""
_STATED = """
SELECT kind, balance_date, account_code, amount, dimensions
FROM opening_balance
WHERE company_id = $company AND balance_date <= $last
  AND ($all OR dimensions IS NOT NULL OR balance_date < $first)
ORDER BY balance_date DESC, kind, account_code, dimensions NULLS FIRST, source_id"""
_MONTHS = """
SELECT last_day(posting_date) AS month, account_code, CAST(sum(amount) AS DECIMAL(18,2))
FROM posting WHERE company_id = $company AND posting_date BETWEEN $first AND $last
GROUP BY ALL HAVING sum(amount) <> 0 ORDER BY ALL"""
_OBJECTS = """
SELECT DISTINCT e.key AS key, e.value ->> '$' AS own FROM (
  SELECT DISTINCT dimensions FROM posting
  WHERE company_id = $company AND posting_date BETWEEN $first AND $last
  UNION SELECT DISTINCT dimensions FROM opening_balance
  WHERE company_id = $company AND balance_date <= $last
) AS d, json_each(d.dimensions) AS e
WHERE d.dimensions IS NOT NULL ORDER BY ALL"""
_OBJECTS_OF = f"SELECT DISTINCT own FROM ({_OBJECTS}) WHERE key = $key ORDER BY own"
_CODES = """
SELECT vat_code, any_value(name) FROM (
  SELECT vat_code, name FROM vat_code WHERE company_id = $company
  UNION ALL SELECT DISTINCT vat_code, vat_code FROM posting
  ANTI JOIN (SELECT vat_code FROM vat_code WHERE company_id = $company) AS k USING (vat_code)
  WHERE company_id = $company AND posting_date BETWEEN $first AND $last AND vat_code IS NOT NULL
) GROUP BY vat_code ORDER BY vat_code"""
_PARTIES = """
SELECT party_id, any_value(name), any_value(country), any_value(vat_number),
       any_value(registration_number)
FROM (
  SELECT party_id, name, country, vat_number, registration_number
  FROM party WHERE company_id = $company
  UNION ALL SELECT DISTINCT party_id, party_id, NULL, NULL, NULL FROM posting
  ANTI JOIN (SELECT party_id FROM party WHERE company_id = $company) AS k USING (party_id)
  WHERE company_id = $company AND posting_date BETWEEN $first AND $last AND party_id IS NOT NULL
) GROUP BY party_id ORDER BY party_id"""
_DOCUMENTS = """
SELECT DISTINCT document_id FROM voucher
WHERE company_id = $company AND posting_date BETWEEN $first AND $last AND document_id IS NOT NULL
ORDER BY ALL"""
_LINES = """
WITH chosen AS (
  SELECT *, coalesce(journal_code, '') AS journal,
         count(*) OVER (PARTITION BY coalesce(journal_code, ''), voucher_number) AS namesakes
  FROM voucher WHERE company_id = $company AND posting_date BETWEEN $first AND $last
), coded AS (
  SELECT voucher_id, line_id, posting_date, list_sort(list(DISTINCT vat_code)) AS vat_codes
  FROM tax_line
  WHERE company_id = $company AND posting_date BETWEEN $first AND $last AND origin = 'source'
  GROUP BY ALL
)
SELECT v.journal, v.voucher_id,
       CASE WHEN v.namesakes = 1 AND v.voucher_number NOT IN ('', '0') THEN v.voucher_number
            ELSE v.voucher_id END,
       v.posting_date, CAST(v.registered_at AT TIME ZONE 'UTC' AS DATE), v.text, v.document_id,
       p.account_code, p.amount, p.currency, p.amount_currency, p.party_id,
       p.vat_code, c.vat_codes, p.text, p.dimensions
FROM chosen AS v
LEFT JOIN posting AS p ON p.company_id = $company AND p.voucher_id = v.voucher_id
  AND p.posting_date = v.posting_date
LEFT JOIN coded AS c ON c.voucher_id = p.voucher_id AND c.line_id = p.line_id
  AND c.posting_date = p.posting_date
ORDER BY v.journal, v.posting_date, length(v.voucher_number), v.voucher_number, v.voucher_id,
         p.line_no, p.line_id"""
_LOST = """
SELECT
  (SELECT count(*) FROM posting WHERE company_id = $company
   AND posting_date BETWEEN $first AND $last AND amount_currency IS NOT NULL),
  (SELECT count(*) FROM voucher WHERE company_id = $company
   AND posting_date BETWEEN $first AND $last AND voucher_date <> posting_date),
  (SELECT coalesce(max(codes), 1) FROM (
     SELECT count(DISTINCT vat_code) AS codes FROM tax_line WHERE company_id = $company
     AND posting_date BETWEEN $first AND $last AND origin = 'source'
     GROUP BY voucher_id, line_id)),
  (SELECT count(*) FROM party WHERE company_id = $company AND (vat_number IS NOT NULL
   OR country IS NOT NULL OR registration_number IS NOT NULL)),
  (SELECT count(*) FROM voucher WHERE company_id = $company
   AND posting_date BETWEEN $first AND $last),
  (SELECT count(*) FROM posting WHERE company_id = $company
   AND posting_date BETWEEN $first AND $last)"""


class Account(NamedTuple):
    """One account; `opening` and `movement` None where there is none, debit positive."""

    code: str
    name: str
    kind: str | None
    standard: str | None
    opening: Decimal | None
    movement: Decimal | None

    @property
    def is_result(self) -> bool:
        """Whether its year ends as a result: income or expense that opened with nothing."""
        return self.kind in {"revenue", "expense"} and not self.opening

    @property
    def closing(self) -> Decimal:
        """Opening and movement together."""
        return (self.opening or Decimal(0)) + (self.movement or Decimal(0))


class Balance(NamedTuple):
    """One balance; `year` is 0 for the year exported, -1 for the one before."""

    year: int
    kind: str
    day: date
    account: str
    amount: Decimal
    objects: dict[str, str]


class Line(NamedTuple):
    """A posting with its voucher; `account` None for a voucher without postings."""

    journal: str
    voucher_id: str
    number: str
    day: date
    registered: date | None
    text: str | None
    document: str | None
    account: str | None
    amount: Decimal
    currency: str | None
    amount_currency: Decimal | None
    party_id: str | None
    vat_code: str | None
    told_codes: list[str] | None
    line_text: str | None
    dimensions: str | None

    @property
    def vat_codes(self) -> list[str]:
        """Its VAT codes, the posting's own first; each leg of a reverse charge may have one."""
        own = [self.vat_code] if self.vat_code else []
        return [*own, *(code for code in self.told_codes or () if code != self.vat_code)]


@dataclass(frozen=True, slots=True)
class Lost:
    """How much of the year has no place in SIE; `most_codes`: VAT codes of one posting."""

    foreign_amounts: int
    other_dates: int
    most_codes: int
    party_details: int
    vouchers: int
    lines: int


class Year:
    """The year of `books`; `con` is as `books.open_year` left it. Queries one at a time."""

    def __init__(self, con: duckdb.DuckDBPyConnection, books: Books) -> None:
        self._con, self.books = con, books
        self._of: dict[str, Any] = {
            "company": books.company_id, "first": books.first, "last": books.last,
        }  # fmt: skip
        self.lost = Lost(*self._ask(_LOST)[0])
        self.accounts = [Account(*row) for row in self._ask(_ACCOUNTS)]
        self.years = self._years()
        self.names = self._dimensions()
        self._number = {name: number for number, name in self.names.items()}
        self._seen: dict[str | None, dict[str, str]] = {None: {}}

    @property
    def has_vouchers(self) -> bool:
        """Whether anything was booked in the year; if not, balances are as the source states."""
        return self.lost.vouchers > 0

    def fiscal_years(self) -> list[tuple[int, date, date]]:
        """(number, first, last day): 0 the year exported, -1 the one before it."""
        return [(-back, first, last) for back, (first, last) in enumerate(self.years)]

    def objects(self, number: str) -> Iterator[tuple[str, str]]:
        """(object, its name) of every object of one dimension, in their order."""
        if number in {CUSTOMER, SUPPLIER}:
            kind = "Customer" if number == CUSTOMER else "Supplier"
            for party_id, name, *_ in self._stream(_PARTIES):
                side, own = party(party_id)
                if side == kind:
                    yield own, name
        elif number == DOCUMENT:
            for (document,) in self._stream(_DOCUMENTS):
                yield document, document
        elif self.names[number].startswith(VAT_DIMENSION):
            for code, name in self._stream(_CODES):
                yield code, name or code
        if number not in {CUSTOMER, SUPPLIER, DOCUMENT}:
            key = number if number in self._keys else self.names[number]
            for (own,) in self._stream(_OBJECTS_OF, {**self._of, "key": key}):
                yield own, own

    def parties(self) -> list[tuple[Any, ...]]:
        """party_id, name, country, vat_number, registration_number."""
        return self._ask(_PARTIES)

    def balances(self) -> Iterator[Balance]:
        """Of the year: as the ledger stands; of objects and of other years: as stated."""
        if self.has_vouchers:
            yield from self._own_balances()
        stated = {**self._of, "all": not self.has_vouchers}
        for kind, day, account, amount, dimensions in self._stream(_STATED, stated):
            year = self._year_of(day)
            if year is not None:
                yield Balance(year, kind, day, account, amount, self._numbered(dimensions))

    def months(self) -> Iterator[tuple[date, str, Decimal]]:
        """(last day of the month, account, movement); none where nothing is booked."""
        yield from self._stream(_MONTHS)

    def vouchers(self) -> Iterator[list[Line]]:
        """The lines of one voucher after another, by journal, date and number."""
        lines = (Line(*row) for row in self._stream(_LINES))
        for _, voucher in groupby(lines, key=lambda line: line.voucher_id):
            yield list(voucher)

    def objects_of(self, line: Line) -> dict[str, str]:
        """Dimension number → object of a posting, in the order of the numbers."""
        told = dict(self._numbered(line.dimensions))
        if line.party_id:
            kind, own = party(line.party_id)
            told[CUSTOMER if kind == "Customer" else SUPPLIER] = own
        if line.document:
            told[DOCUMENT] = line.document
        for n, code in enumerate(line.vat_codes, 1):
            told[self._number[vat_dimension(n)]] = code
        return dict(sorted(told.items(), key=lambda pair: int(pair[0])))

    def notes(self, *, keeps_currency: bool, keeps_parties: bool) -> list[str]:
        """What of these books SIE has no place for, counted."""
        lost = self.lost
        told = (
            (0 if keeps_currency else lost.foreign_amounts, _NO_CURRENCY),
            (lost.other_dates, _ONE_DATE),
            (0 if keeps_parties else lost.party_details, _NO_NUMBERS),
        )
        return [f"{count:,} {what}." for count, what in told if count]

    def _own_balances(self) -> Iterator[Balance]:
        first, last = self.books.first, self.books.last
        for account in self.accounts:
            if account.opening is not None and not account.is_result:
                yield Balance(0, "opening", first, account.code, account.opening, {})
        for account in self.accounts:
            if account.is_result:
                if account.movement is not None:
                    yield Balance(0, "result", last, account.code, account.movement, {})
            elif account.opening is not None or account.movement is not None:
                yield Balance(0, "closing", last, account.code, account.closing, {})

    def _year_of(self, day: date) -> int | None:
        return next((no for no, first, last in self.fiscal_years() if first <= day <= last), None)

    def _years(self) -> list[tuple[date, date]]:
        """This year, then those before it that the ledger knows."""
        before = rows(
            self._con,
            "SELECT DISTINCT start_date, end_date FROM fiscal_period WHERE company_id = ?"
            " AND kind = 'year' AND end_date < ? ORDER BY end_date DESC, start_date",
            self.books.company_id, self.books.first,
        )  # fmt: skip
        return [(self.books.first, self.books.last), *((a, b) for a, b in before)]

    def _dimensions(self) -> dict[str, str]:
        """Number → name: numbers stay, names get the free numbers from 20, in their order."""
        keys = self._keys = [
            row[0] for row in self._ask(f"SELECT DISTINCT key FROM ({_OBJECTS}) ORDER BY 1")
        ]
        found = {key: STANDARD_NAMES.get(key, key) for key in keys if _is_number(key)}
        for key in (CUSTOMER, SUPPLIER, DOCUMENT):
            found[key] = STANDARD_NAMES[key]
        free = (str(n) for n in range(_FIRST_FREE, 10**6) if str(n) not in found)
        vat = {vat_dimension(n) for n in range(1, self.lost.most_codes + 1)}
        for key in sorted({*(key for key in keys if not _is_number(key)), *vat}):
            found[next(free)] = key
        return dict(sorted(found.items(), key=lambda pair: int(pair[0])))

    def _numbered(self, dimensions: str | None) -> dict[str, str]:
        if dimensions not in self._seen:
            told = json.loads(dimensions or "{}")
            if len(self._seen) > _FETCH:
                self._seen.clear()
            self._seen[dimensions] = {self._number.get(k, k): v for k, v in told.items()}
        return self._seen[dimensions]

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._con.execute(query, self._named(query)).fetchall()
        return found

    def _stream(
        self, query: str, values: dict[str, Any] | None = None
    ) -> Iterator[tuple[Any, ...]]:
        found = self._con.execute(query, self._named(query, values))
        while batch := found.fetchmany(_FETCH):
            yield from batch

    def _named(self, query: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        return {k: v for k, v in (values or self._of).items() if f"${k}" in query}


def vat_dimension(number: int) -> str:
    """The dimension of a posting's first, second … VAT code.

    >>> vat_dimension(1), vat_dimension(2)
    ('Momskode', 'Momskode 2')
    """
    return VAT_DIMENSION if number == 1 else f"{VAT_DIMENSION} {number}"


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and not key.startswith("0")
