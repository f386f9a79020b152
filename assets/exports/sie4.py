r"""SIE type 4 of a fiscal year: accounts, balances, dimensions and vouchers, a voucher at a time.

    #VER "A" "12" 20260131 "Försäljning" 20260201
    {
    #TRANS 3001 {8 "10" 20 "U25"} -1000.00 "" "Vara"
    }

A year without vouchers is type 3: its balances as the source stated them.

Belongs here: SIE 4's labels. Does not: letters (`pc8`), what is told (`sie_year`).

Source: SIE filformat utgåva 4B.
"""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import duckdb

from assets.exports.books import Books, Written
from assets.exports.pc8 import ENCODINGS, Letters
from assets.exports.sie_year import Line, Year

_KINDS = {"asset": "T", "liability": "S", "equity": "S", "revenue": "I", "expense": "K"}
_LABELS = {"opening": "IB", "closing": "UB", "result": "RES"}
_OBJECT_LABELS = {"opening": "OIB", "closing": "OUB", "result": "OUB"}
_SRU = "SRU:"


def write(
    con: duckdb.DuckDBPyConnection,
    books: Books,
    created: date,
    version: str,
    out: BinaryIO,
    encoding: str = "pc8",
) -> Written:
    """Write the file; memory does not grow with it. `encoding` is one of `pc8.ENCODINGS`.

    `con` is as `books.open_year` left it. Raises `PermanentError` where an account number, an
    object or another identifier holds a character that the encoding does not.
    """
    year = Year(con, books)
    letters = Letters(ENCODINGS[encoding], f"Writing {books.company_id} as SIE 4")
    file = _File(year, letters)
    codec = ENCODINGS[encoding]
    for lines in (file.head(created, version, codec), file.masters(), file.balances(),
                  file.vouchers()):  # fmt: skip
        out.writelines(f"{line}\r\n".encode(codec) for line in lines)
    notes = [*year.notes(keeps_currency=False, keeps_parties=False), *letters.note()]
    if not books.cvr:
        notes.append("The company has no registration number in the settings: #ORGNR is left out.")
    return Written(year.lost.vouchers, year.lost.lines, notes)


class _File:
    """The lines of one file, without their ends."""

    def __init__(self, year: Year, letters: Letters) -> None:
        self._year, self._letters = year, letters
        self._ids: dict[tuple[str, str], str] = {}

    def head(self, created: date, version: str, codec: str) -> Iterator[str]:
        books = self._year.books
        yield "#FLAGGA 0"
        yield f"#PROGRAM {_quoted('Indberet')} {_quoted(version)}"
        yield f"#FORMAT {'PC8' if codec == 'cp437' else 'UTF-8'}"
        yield f"#GEN {created:%Y%m%d}"
        yield f"#SIETYP {4 if self._year.has_vouchers else 3}"
        if books.cvr:
            yield f"#ORGNR {_quoted(books.cvr)}"
        yield f"#FNAMN {self._text(books.name, 'the company')}"
        for number, first, last in self._year.fiscal_years():
            yield f"#RAR {number} {first:%Y%m%d} {last:%Y%m%d}"
        yield f"#VALUTA {books.base_currency}"

    def masters(self) -> Iterator[str]:
        for account in self._year.accounts:
            code = self._id(account.code, "account")
            yield f"#KONTO {code} {self._text(account.name, f'account {account.code}')}"
            if account.kind in _KINDS:
                yield f"#KTYP {code} {_KINDS[account.kind]}"
            if (account.standard or "").startswith(_SRU):
                yield f"#SRU {code} {_quoted(str(account.standard).removeprefix(_SRU))}"
        for number, name in self._year.names.items():
            yield f"#DIM {number} {_quoted(self._letters.identifier(name, 'dimension'))}"
        for number in self._year.names:
            for own, name in self._year.objects(number):
                where = f"object {own} of dimension {number}"
                yield f"#OBJEKT {number} {self._id(own, 'object')} {self._text(name, where)}"

    def balances(self) -> Iterator[str]:
        for balance in self._year.balances():
            account = self._id(balance.account, "account")
            objects = self._objects(balance.objects)
            if balance.kind == "period":
                yield (
                    f"#PSALDO {balance.year} {balance.day:%Y%m} {account} {objects} "
                    f"{balance.amount:f}"
                )
            elif balance.objects and balance.kind in _OBJECT_LABELS:
                label = _OBJECT_LABELS[balance.kind]
                yield f"#{label} {balance.year} {account} {objects} {balance.amount:f}"
            else:
                yield f"#{_LABELS[balance.kind]} {balance.year} {account} {balance.amount:f}"
        for month, account, amount in self._year.months():
            yield f"#PSALDO 0 {month:%Y%m} {self._id(account, 'account')} {{}} {amount:f}"

    def vouchers(self) -> Iterator[str]:
        for lines in self._year.vouchers():
            head = lines[0]
            series, number = self._id(head.journal, "series"), self._id(head.number, "voucher")
            where = f"voucher {head.journal} {head.number}"
            told = f"#VER {series} {number} {head.day:%Y%m%d} {self._text(head.text, where)}"
            yield f"{told} {head.registered:%Y%m%d}" if head.registered else told
            yield "{"
            yield from (self._posting(line, where) for line in lines if line.account is not None)
            yield "}"

    def _posting(self, line: Line, where: str) -> str:
        objects = self._objects(self._year.objects_of(line))
        told = f"#TRANS {self._id(line.account or '', 'account')} {objects} {line.amount:f}"
        return f'{told} "" {self._text(line.line_text, where)}' if line.line_text else told

    def _objects(self, objects: dict[str, str]) -> str:
        told = (f"{number} {self._id(own, 'object')}" for number, own in objects.items())
        return "{" + " ".join(told) + "}"

    def _text(self, value: str | None, where: str) -> str:
        return _quoted(self._letters.text(value or "", where))

    def _id(self, value: str, what: str) -> str:
        """An identifier, quoted; most come again and again."""
        found = self._ids.get((what, value))
        if found is None:
            if len(self._ids) > 50_000:
                self._ids.clear()
            found = _quoted(self._letters.identifier(value, what))
            self._ids[what, value] = found
        return found


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
