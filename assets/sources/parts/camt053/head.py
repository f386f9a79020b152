"""The head of each bank statement in a CAMT.053 file, and the sums of its entries.

Read before any entry is landed, so that statements can be put in order, told apart from
their copies and checked against their own balances.

Belongs here: a statement's elements before its entries; dates with time zones. Does not:
what one entry says (`entry`), or comparing statements (`checks`).

Source: ISO 20022 BankToCustomerStatement, camt.053.001.02 to .001.12.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from assets.sources import safe_xml
from assets.sources.parts.camt053.space import Space, day, day_of_moment, signed, space, whole
from assets.sources.row_batches import is_money
from assets.sources.source_files import SourceFile
from warehouse.errors import SourceError

_DAY = timedelta(days=1)
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Sums:
    """What one pass over a statement's entries adds up: their number, amounts by direction.

    `credit` and `debit` are unsigned; `booked` is signed and of booked entries alone.
    """

    entries: int = 0
    credit: Decimal = Decimal(0)
    debit: Decimal = Decimal(0)
    booked: Decimal = Decimal(0)
    booked_count: int = 0
    first: date | None = None
    other: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Head:
    """One statement: where it stands, whose account, which days, what it says of itself.

    `start` and `end` are the first and last day it covers. `opening` and `closing` are
    booked balances, money in the account positive. `totals`: the bank's own sums, by the
    kind of control total.
    """

    file: SourceFile
    index: int
    line: int
    account: str
    owner: str
    currency: str
    statement_id: str
    created: str
    number: int | None
    page: int
    is_last_page: bool
    copy: str
    start: date
    end: date
    opening: Decimal | None
    closing: Decimal | None
    totals: dict[str, Decimal]
    sums: Sums

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file.name}:{self.line}"

    @property
    def key(self) -> str:
        """What makes it this statement, wherever its copy lies."""
        number = "" if self.number is None else f"/{self.number}"
        return f"{self.account}/{self.start}/{self.end}/{self.statement_id}{number}/{self.page}"

    @property
    def position(self) -> str:
        """Sorts the statements of one day: number, page, time made."""
        return f"{self.number or 0:018}/{self.page:06}/{self.created}"

    @property
    def named(self) -> str:
        """As a person looks it up."""
        page = f", page {self.page}" if self.page > 1 or not self.is_last_page else ""
        return f"Statement {self.statement_id} of {self.account}{page}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a statement's sums need of one entry; None where the file does not say it right."""

    amount: Decimal | None
    currency: str
    status: str
    booked: date | None

    @property
    def is_booked(self) -> bool:
        """Whether it counts in the balance."""
        return self.status == "BOOK"


def read(file: SourceFile, zone: ZoneInfo) -> Iterator[Head]:
    """The statements of a file, in its order, each after its last entry was seen.

    Raises `SourceError` for a file that cannot be read, or a statement without account.
    """
    names = space(file)
    entry, statement = names.prefix + "Ntry", names.prefix + "Stmt"
    head: Head | None = None
    sums, index = Sums(), 0
    for element in safe_xml.elements(file.path, [entry, statement]):
        if element.tag == statement:
            # The head stands before the entries: it is read with the first, and freed with it.
            done = head or _head(names, element, file, index, zone)
            yield _with(done, sums)
            head, sums, index = None, Sums(), index + 1
        else:
            head = head or _head(names, element.getparent(), file, index, zone)
            _add(sums, entry_of(names, element, zone))
        safe_xml.release(element)


def entry_of(names: Space, element: Any, zone: ZoneInfo) -> Entry:
    """Amount (signed), status and booking date of one `Ntry`."""
    amount = element.find(names.path("Amt"))
    value = signed(None if amount is None else amount.text, names.text(element, "CdtDbtInd"))
    return Entry(
        value,
        "" if amount is None else amount.get("Ccy", ""),
        names.text(element, "Sts/Cd", "Sts/Prtry", "Sts") or "BOOK",
        day(names, element, "BookgDt", zone),
    )


def _head(names: Space, statement: Any, file: SourceFile, index: int, zone: ZoneInfo) -> Head:
    account = names.text(statement, "Acct/Id/IBAN", "Acct/Id/Othr/Id")
    if not account:
        raise SourceError(
            f"Reading {file.path}:{statement.sourceline}: expected a statement's account "
            "(Acct/Id/IBAN or Acct/Id/Othr/Id), found none. Get the statement from the bank again."
        )
    balances = _balances(names, statement, zone)
    opening, closing = _ends(balances)
    start, end = _days(names, statement, zone, opening, closing)
    currency = names.text(statement, "Acct/Ccy")
    told = next((b for b in (opening, closing) if b is not None), None)
    first_page = names.text(statement, "StmtPgntn/PgNb")
    return Head(
        file, index, statement.sourceline,
        account=re.sub(r"[^0-9A-Za-z]", "", account).upper(),
        owner=names.text(statement, "Acct/Ownr/Nm", "Acct/Nm", "Acct/Svcr/FinInstnId/Nm"),
        currency=told.currency if told else currency,
        statement_id=names.text(statement, "Id"),
        created=names.text(statement, "CreDtTm"),
        number=whole(names.text(statement, "LglSeqNb", "ElctrncSeqNb")),
        page=whole(first_page) or 1,
        is_last_page=names.text(statement, "StmtPgntn/LastPgInd") not in {"false", "0"},
        copy=names.text(statement, "CpyDplctInd"),
        start=start, end=end,
        opening=opening.amount if opening else None,
        closing=closing.amount if closing else None,
        totals=_totals(names, statement),
        sums=Sums(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Balance:
    code: str
    amount: Decimal
    currency: str
    day: date | None


def _balances(names: Space, statement: Any, zone: ZoneInfo) -> list[_Balance]:
    found = []
    for element in names.all(statement, "Bal"):
        amount = element.find(names.path("Amt"))
        text = None if amount is None else amount.text
        value = signed(text, names.text(element, "CdtDbtInd"))
        if value is not None and is_money(value):
            code = names.text(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
            currency = amount.get("Ccy", "")
            found.append(
                _Balance(code, value.quantize(_CENT), currency, day(names, element, "Dt", zone))
            )
    return found


def _ends(balances: list[_Balance]) -> tuple[_Balance | None, _Balance | None]:
    """The booked balance a statement begins and ends with.

    A page that is not the first or last has interim balances (ITBD) in their place.
    """
    by_code: dict[str, list[_Balance]] = {}
    for one in balances:
        by_code.setdefault(one.code, []).append(one)
    interim = by_code.get("ITBD", [])
    opening = next(iter(by_code.get("OPBD", []) + by_code.get("PRCD", []) + interim[:1]), None)
    last = [one for one in interim if one is not opening][-1:]
    closing = next(iter(by_code.get("CLBD", []) + last), None)
    return opening, closing


def _days(
    names: Space,
    statement: Any,
    zone: ZoneInfo,
    opening: _Balance | None,
    closing: _Balance | None,
) -> tuple[date, date]:
    """First and last day: as FrToDt says, else by the balances' days.

    A previous closing (PRCD) is of the day before the first. An end at midnight is the
    day before.
    """
    told_from = names.text(statement, "FrToDt/FrDtTm", "FrToDt/FrDt")
    told_to = names.text(statement, "FrToDt/ToDtTm", "FrToDt/ToDt")
    created = day_of_moment(names.text(statement, "CreDtTm"), zone) or date.min
    end = (closing.day if closing else None) or _last(told_to, zone) or created
    start = day_of_moment(told_from, zone)
    if start is None and opening is not None and opening.day is not None:
        start = _first(opening, end)
    return min(start or end, end), end


def _first(opening: _Balance, end: date) -> date:
    """The first day after an opening balance's own: see `checks` for its entries."""
    assert opening.day is not None
    after = opening.day + _DAY
    ends_month = after.day == 1 and after <= end
    return after if opening.code == "PRCD" or ends_month else opening.day


def _last(text: str, zone: ZoneInfo) -> date | None:
    found = day_of_moment(text, zone)
    return found - _DAY if found is not None and "T00:00:00" in text else found


def _totals(names: Space, statement: Any) -> dict[str, Decimal]:
    """The bank's own sums. Source: ISO 20022 TotalTransactions."""
    summary = "TxsSummry"
    net = names.text(
        statement, f"{summary}/TtlNtries/TtlNetNtry/Amt", f"{summary}/TtlNtries/TtlNetNtryAmt"
    )
    direction = names.text(
        statement, f"{summary}/TtlNtries/TtlNetNtry/CdtDbtInd", f"{summary}/TtlNtries/CdtDbtInd"
    )
    told = {
        "bank_entries": names.text(statement, f"{summary}/TtlNtries/NbOfNtries"),
        "bank_credit": names.text(statement, f"{summary}/TtlCdtNtries/Sum"),
        "bank_debit": names.text(statement, f"{summary}/TtlDbtNtries/Sum"),
    }
    found = {kind: signed(text, "CRDT") for kind, text in told.items()}
    found["bank_net"] = signed(net, direction)
    return {
        kind: value
        for kind, value in found.items()
        if value is not None and value == round(value, 4)
    }


def _add(sums: Sums, entry: Entry) -> None:
    sums.entries += 1
    if entry.amount is not None:
        if entry.amount < 0:
            sums.debit -= entry.amount
        else:
            sums.credit += entry.amount
    if not entry.is_booked:
        sums.other[entry.status] += 1
        return
    sums.booked_count += 1
    sums.currencies[entry.currency] += 1
    if entry.amount is not None:
        sums.booked += entry.amount
    if entry.booked is not None:
        sums.first = min(entry.booked, sums.first or entry.booked)


def _with(head: Head, sums: Sums) -> Head:
    """The head with its sums; an entry booked before the first day told moves that day."""
    head.sums = sums
    if sums.first is not None:
        head.start = min(head.start, sums.first)
    return head


def accounts(heads: list[Head]) -> Mapping[str, list[Head]]:
    """The statements of each account, in the order in which they follow each other."""
    found: dict[str, list[Head]] = {}
    for head in sorted(heads, key=order):
        found.setdefault(head.account, []).append(head)
    return found


def order(head: Head) -> tuple[object, ...]:
    """Statements in order of their days, numbers and pages; copies by the age of the reading."""
    return (
        head.start, head.end, head.number or 0, head.page, head.created, head.file.name,
        head.index,
    )  # fmt: skip
