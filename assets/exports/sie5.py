"""SIE 5 of a fiscal year (`Sie`, a full export), a voucher at a time, unsigned.

The schema asks for an XML signature (`dsig:Signature`, enveloped, with the certificate of the
one who exports) as the last element. That is the company's or its bookkeeper's to make, with
a certificate of theirs: it is left out, and nothing else of the schema is.

Belongs here: SIE 5's elements. Does not: what is told (`sie_year`).

Source: SIE 5 file format, sie5.xsd.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

import duckdb

from assets.exports import saft_xml
from assets.exports.books import Books, Written
from assets.exports.saft_entries import party
from assets.exports.sie_year import Balance, Line, Year
from warehouse.errors import PermanentError

NAMESPACE = "http://www.sie.se/sie5"
_KINDS = {
    "asset": "asset", "liability": "liability", "equity": "equity", "revenue": "income",
    "expense": "cost",
}  # fmt: skip
_CENT = Decimal("0.01")
_UNKNOWN = "?"
_SIGNATURE = (
    "The file is unsigned: sie5.xsd asks for an XML signature (enveloped, with an X.509 "
    "certificate) as the last element. Sign it with the certificate of the one who hands it over, "
    "where the receiver asks for it."
)


def write(
    con: duckdb.DuckDBPyConnection, books: Books, created: date, version: str, out: BinaryIO
) -> Written:
    """Write the file, UTF-8; memory does not grow with it.

    `con` is as `books.open_year` left it. Raises `PermanentError` where an account number is not
    of digits, or the fiscal year is not of whole months: SIE 5 can say neither.
    """
    year = Year(con, books)
    _refuse_what_cannot_be_said(year)
    file = _File(year)
    for parts in (file.head(created, version), file.accounts(), file.dimensions(),
                  file.parties(), file.journals()):  # fmt: skip
        out.writelines(part.encode() for part in parts)
    out.write(b"</Sie>\n")
    return Written(year.lost.vouchers, year.lost.lines, file.notes())


def _refuse_what_cannot_be_said(year: Year) -> None:
    books = year.books
    what = f"Writing {books.company_id} as SIE 5"
    wrong = [a.code for a in year.accounts if not (a.code.isascii() and a.code.isdigit())]
    if wrong:
        raise PermanentError(
            f"{what}: account numbers are not of digits, as SIE 5 asks ({len(wrong)}): "
            f"{', '.join(wrong[:10])}. Export SIE 4 or SAF-T instead."
        )
    if books.first.day != 1 or (books.last + timedelta(days=1)).day != 1:
        raise PermanentError(
            f"{what}: the fiscal year {books.first} to {books.last} is not of whole months, as "
            "SIE 5 asks. Export SIE 4 or SAF-T instead."
        )


class _File:
    """The parts of one file in the order of its schema."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._untyped: list[str] = []
        self._months = 0
        self._rounded = 0
        self._renumbered = 0

    def head(self, created: date, version: str) -> Iterator[str]:
        books = self._year.books
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<Sie xmlns="{NAMESPACE}">\n<FileInfo>\n'
        yield _element("SoftwareProduct", {"name": "Indberet", "version": version})
        yield _element("FileCreation", {"time": f"{created}T00:00:00", "by": "Indberet"})
        yield _element("Company", {"organizationId": books.cvr or _UNKNOWN, "name": books.name})
        yield "<FiscalYears>\n"
        for number, first, last in sorted(self._year.fiscal_years()):
            months = {"start": f"{first:%Y-%m}", "end": f"{last:%Y-%m}"}
            yield _element("FiscalYear", months | ({} if number else {"primary": "true"}))
        yield "</FiscalYears>\n"
        yield _element("AccountingCurrency", {"currency": books.base_currency})
        yield "</FileInfo>\n"

    def accounts(self) -> Iterator[str]:
        balances: dict[str, list[Balance]] = {}
        for balance in self._year.balances():
            if balance.kind == "period":
                self._months += 1
            else:
                balances.setdefault(balance.account, []).append(balance)
        yield "<Accounts>\n"
        for account in self._year.accounts:
            own = balances.get(account.code, [])
            kind = _KINDS.get(account.kind or "")
            if kind is None:
                self._untyped.append(account.code)
                kind = _by_balance(own)
            attributes = {"id": account.code, "name": account.name, "type": kind}
            told = "".join(_balance(one) for one in own)
            yield _element("Account", attributes, told)
        yield "</Accounts>\n"

    def dimensions(self) -> Iterator[str]:
        yield "<Dimensions>\n"
        for number, name in self._year.names.items():
            yield f"<Dimension id={_quoted(number)} name={_quoted(name)}>\n"
            for own, told in self._year.objects(number):
                yield _element("Object", {"id": own, "name": told})
            yield "</Dimension>\n"
        yield "</Dimensions>\n"

    def parties(self) -> Iterator[str]:
        found = self._year.parties()
        for kind in ("Customer", "Supplier"):
            own = [row for row in found if party(row[0])[0] == kind]
            if own:
                yield f"<{kind}s>\n"
                for party_id, name, country, vat_number, registration in own:
                    yield _element(kind, {
                        "id": party(party_id)[1], "name": name, "organizationId": registration,
                        "vatNr": vat_number, "country": country,
                    })  # fmt: skip
                yield f"</{kind}s>\n"

    def journals(self) -> Iterator[str]:
        found = groupby(self._year.vouchers(), key=lambda lines: lines[0].journal)
        for journal, vouchers in found:
            yield f"<Journal id={_quoted(journal)} name={_quoted(journal or 'Journal')}>\n"
            for running, lines in enumerate(vouchers, 1):
                yield self._voucher(running, lines)
            yield "</Journal>\n"

    def notes(self) -> list[str]:
        told = self._year.notes(keeps_currency=True, keeps_parties=True)
        if self._untyped:
            told.append(
                "These accounts have no known kind, and SIE 5 asks for one; they are written as "
                "income or cost where the source states a result for them, else as asset or "
                f"liability, by the sign of their balance: {', '.join(self._untyped)}."
            )
        for count, what in (
            (self._months, "balance(s) of a month, which SIE 5 has no place for, are left out"),
            (self._rounded, "foreign amount(s) have more than two decimals and are rounded"),
            (self._renumbered, "voucher number(s) are no integers and stand in referenceId"),
        ):
            if count:
                told.append(f"{count:,} {what}.")
        return [*told, _SIGNATURE]

    def _voucher(self, running: int, lines: list[Line]) -> str:
        head = lines[0]
        is_number = head.number.isascii() and head.number.isdigit() and str(int(head.number)) == (
            head.number
        )  # fmt: skip
        self._renumbered += not is_number
        attributes = {
            "id": head.number if is_number else str(10**9 + running),
            "journalDate": str(head.day),
            "text": head.text,
            "referenceId": None if is_number else head.number,
        }
        entered = {"date": str(head.registered or head.day), "by": _UNKNOWN}
        told = "".join(self._posting(line) for line in lines if line.account is not None)
        return _element("JournalEntry", attributes, _element("EntryInfo", entered) + told)

    def _posting(self, line: Line) -> str:
        foreign = ""
        if line.amount_currency is not None and line.currency:
            rounded = round(line.amount_currency, 2)
            self._rounded += rounded != line.amount_currency
            foreign = _element(
                "ForeignCurrencyAmount", {"amount": f"{rounded:f}", "currency": line.currency}
            )
        objects = "".join(
            _element("ObjectReference", {"dimId": number, "objectId": own})
            for number, own in self._year.objects_of(line).items()
        )
        attributes = {
            "accountId": line.account, "amount": f"{line.amount:f}", "text": line.line_text,
        }  # fmt: skip
        return _element("LedgerEntry", attributes, foreign + objects)


def _by_balance(own: list[Balance]) -> str:
    """The kind that an account's last balance suggests: credit balances are negative."""
    last = next((one for one in own if one.kind != "opening"), own[0] if own else None)
    is_credit = last is not None and last.amount < 0
    if last is not None and last.kind == "result":
        return "income" if is_credit else "cost"
    return "liability" if is_credit else "asset"


def _balance(balance: Balance) -> str:
    name = "OpeningBalance" if balance.kind == "opening" else "ClosingBalance"
    objects = "".join(
        _element("ObjectReference", {"dimId": number, "objectId": own})
        for number, own in balance.objects.items()
    )
    name += "Multidim" if len(balance.objects) > 1 else ""
    month = {"month": f"{balance.day:%Y-%m}", "amount": f"{balance.amount:f}"}
    return _element(name, month, objects)


def _element(name: str, attributes: Mapping[str, str | None], content: str = "") -> str:
    told = "".join(
        f" {key}={_quoted(value)}" for key, value in attributes.items() if value is not None
    )
    return f"<{name}{told}>\n{content}</{name}>\n" if content else f"<{name}{told}/>\n"


def _quoted(value: str) -> str:
    return quoteattr(saft_xml.writable(value), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
