"""Business Central's records as landed rows.

The interface names no transaction: a voucher is what one document number holds on one day.

Belongs here: pure functions from decoded records to row values, in the column order of
`LANDED`. Does not: asking the server, or the order of a pull (`pull`).
"""

import itertools
import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from assets.sources.parts.business_central import shapes
from warehouse.errors import SourceError

Row = tuple[Any, ...]
Key = tuple[str, str]
"""Posting date and document number: what makes a voucher."""
_KINDS = {"assets": "asset", "liabilities": "liability", "equity": "equity", "income": "revenue",
          "cost of goods sold": "expense", "expense": "expense"}  # fmt: skip
_SIDES = {"sale": "customer", "purchase": "vendor"}
_SETTLED = {"settlement", ""}
REVERSE = "Reverse Charge VAT"


def company(one: shapes.Information) -> Row:
    """One row of `company`. An empty currency is the one of Denmark's localisation, DKK."""
    digits = re.sub(r"\D", "", one.taxRegistrationNumber)
    return (
        one.id, one.displayName, digits if len(digits) == 8 else None,
        one.taxRegistrationNumber or None, one.country or None, one.currencyCode or "DKK",
    )  # fmt: skip


def account(one: shapes.Account) -> Row:
    """One row of `account`."""
    return (one.id, one.number, one.displayName, _KINDS.get(plain(one.category)), None, None)


def plain(text: str) -> str:
    """An enumeration's value as its caption: OData writes a blank as `_x0020_`."""
    return text.replace("_x0020_", " ").strip().lower()


def is_posted_to(one: shapes.Account) -> bool:
    """Whether entries stand on the account; headings and totals are not accounts."""
    return plain(one.accountType) == "posting"


def party(one: shapes.Party, side: str) -> Row:
    """One row of `party`. Customers and vendors have number series of their own."""
    number = one.taxRegistrationNumber.strip()
    return (
        f"{side}/{one.id}", f"{side}/{one.number}", one.displayName or one.number,
        one.country or None, number or None, one.registrationNumber.strip() or None,
    )  # fmt: skip


def periods(found: Iterable[shapes.Period]) -> list[Row]:
    """Rows of `fiscal_period`; the last period has no end told and only ends the one before."""
    ordered = sorted(found, key=lambda one: one.startingDate)
    rows, year, state = [], None, "open"
    for one, following in itertools.pairwise(ordered):
        start = date.fromisoformat(one.startingDate)
        end = date.fromisoformat(following.startingDate) - timedelta(days=1)
        state = "locked" if one.dateLocked else "closed" if one.closed else "open"
        rows.append((f"period/{start}", "period", start, end, state))
        year = start if one.newFiscalYear or year is None else year
        if following.newFiscalYear:
            rows.append((f"year/{year}", "year", year, end, state))
    return rows


def key(one: shapes.Entry | shapes.VatEntry) -> Key:
    """The voucher an entry belongs to."""
    return one.postingDate, one.documentNumber


def voucher(which: Key, first: shapes.Entry, where: str) -> Row:
    """One row of `voucher`, from its first entry. When it was entered is not told."""
    day, number = which
    return (
        voucher_id(which), None, number or f"#{first.entryNumber}", None, date.fromisoformat(day),
        None, first.description or None, None,
        f"{where}/generalLedgerEntries?$filter=entryNumber eq {first.entryNumber}",
    )  # fmt: skip


def voucher_id(which: Key) -> str:
    """The voucher's id: the source gives none."""
    return f"{which[0]}/{which[1]}"


def posting(which: Key, number: int, one: shapes.Entry, vat: list[shapes.VatEntry]) -> Row:
    """One row of `posting`; `vat` are the VAT entries of which it is the base."""
    codes = {vat_code(entry) for entry in vat}
    parties = {party_id(entry) for entry in vat} - {None}
    told = {line.code: line.valueCode for line in one.dimensionSetLines or ()}
    return (
        voucher_id(which), str(one.entryNumber), number, one.accountNumber, amount(one),
        None, None, None, parties.pop() if len(parties) == 1 else None,
        codes.pop() if len(codes) == 1 else None, one.description or None,
        json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None,
    )  # fmt: skip


def amount(one: shapes.Entry) -> Decimal:
    """The entry's amount, debit positive."""
    return one.debitAmount - one.creditAmount


def party_id(one: shapes.VatEntry) -> str | None:
    """Whose document a VAT entry is from."""
    side = _SIDES.get(plain(one.type))
    return f"{side}/{one.billToPayToNumber}" if side and one.billToPayToNumber else None


def is_settlement(one: shapes.VatEntry) -> bool:
    """Whether a VAT entry moves VAT told by others. Raises `SourceError` for a type that is
    none of Business Central's (enum General Posting Type).
    """
    kind = plain(one.type)
    if kind not in {*_SIDES, *_SETTLED}:
        raise SourceError(
            f"VAT entry {one.entryNumber} of document {one.documentNumber} has the type "
            f"{one.type!r}, expected Sale, Purchase or Settlement. Nothing was landed; see that "
            "the page shows the field Type of table VAT Entry."
        )
    return kind in _SETTLED


def vat_code(one: shapes.VatEntry) -> str:
    """Side and the two posting groups: what determines VAT in Business Central."""
    groups = f"{one.vatBusPostingGroup}/{one.vatProdPostingGroup}"
    return f"{plain(one.type)} {groups}"


def vat_code_row(code: str, rate: str) -> Row:
    """One row of `vat_code`; `rate` in per cent."""
    return (code, code, code, Decimal(rate) / 100, None, None)


def tax_lines(which: Key, one: shapes.Entry, vat: list[shapes.VatEntry]) -> list[Row]:
    """The rows of `tax_line` of one entry. The VAT of a reverse charge is on both its legs,
    which are postings of their own: stated here is the base alone.
    """
    rows: list[Row] = []
    for entry in vat:
        place = (voucher_id(which), str(one.entryNumber))
        rows.append((*place, len(rows) + 1, vat_code(entry), "base", entry.base))
        if plain(entry.vatCalculationType) != plain(REVERSE):
            rows.append((*place, len(rows) + 1, vat_code(entry), "tax", entry.amount))
    return rows
