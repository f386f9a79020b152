"""What each record of Tryton must look like: the contract of its interface.

A field that is asked for must come, and with its type; money only as a decimal.

Belongs here: names and types. Does not: what they mean (`records`), or asking.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

import msgspec

from warehouse.errors import SourceError


class _Code(TypedDict):
    code: str


class _Name(TypedDict):
    name: str


class _Identifier(TypedDict):
    type: str | None
    code: str


class _Address(TypedDict):
    country: _Code | None


class _Stamped(TypedDict):
    id: int
    create_date: datetime | None
    write_date: datetime | None


class _Party(TypedDict):
    name: str | None
    identifiers: list[_Identifier]
    addresses: list[_Address]


class Party(_Party, _Stamped):
    """`party.party`."""


class Company(TypedDict):
    """`company.company`."""

    id: int
    party: _Party
    currency: _Code


class _AccountType(TypedDict):
    statement: str | None
    assets: bool | int | None
    revenue: bool | int | None
    expense: bool | int | None
    payable: bool | int | None
    debt: bool | int | None


class Account(TypedDict):
    """`account.account` with a type."""

    id: int
    code: str | None
    name: str
    type: _AccountType
    taxes: list[int]


class Balance(TypedDict):
    """`account.account`, its sums."""

    id: int
    code: str | None
    debit: Decimal
    credit: Decimal


class _Group(TypedDict):
    kind: str | None


class Tax(TypedDict):
    """`account.tax`."""

    id: int
    name: str
    description: str | None
    rate: Decimal | None
    type: str
    parent: int | None
    group: _Group | None


class Year(TypedDict):
    """`account.fiscalyear`."""

    id: int
    start_date: date
    end_date: date
    state: str


class _YearSeries(TypedDict):
    move_sequence: _Name | None


class Period(Year):
    """`account.period`."""

    move_sequence: _Name | None
    fiscalyear: _YearSeries


class _Due(TypedDict):
    maturity_date: date | None


class _InvoiceLine(TypedDict):
    taxes_deductible_rate: Decimal | None


class Invoice(_Stamped):
    """`account.invoice`."""

    type: str
    number: str | None
    party: int
    invoice_date: date | None
    currency: _Code
    total_amount: Decimal
    description: str | None
    lines_to_pay: list[_Due]
    lines: list[_InvoiceLine]


class Move(_Stamped):
    """`account.move`."""

    number: str | None
    date: date
    period: int
    origin: str | None
    description: str | None


class _TaxLine(_Stamped):
    tax: int
    type: str
    amount: Decimal


class Line(_Stamped):
    """`account.move.line`."""

    move: int
    account: int
    debit: Decimal
    credit: Decimal
    amount_second_currency: Decimal | None
    second_currency: _Code | None
    party: int | None
    description: str | None
    origin: str | None
    tax_lines: list[_TaxLine]


_SHAPES: dict[str, Any] = {
    "party.party": Party, "company.company": Company, "account.account": Account,
    "account.tax": Tax, "account.fiscalyear": Year, "account.period": Period,
    "account.invoice": Invoice, "account.move": Move, "account.move.line": Line,
}  # fmt: skip


def ensure(model: str, fields: tuple[str, ...], records: list[Any], where: str) -> None:
    """Raises `SourceError` when a record is not as agreed."""
    shape = Balance if "debit" in fields and model == "account.account" else _SHAPES[model]
    try:
        msgspec.convert(records, list[shape])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise SourceError(
            f"What {where} answered for {model} is not as agreed: {error}. Nothing was landed; "
            "the interface has changed or a module of the server changes it. The answer is kept "
            "with the failed pull; report it with the connector's name."
        ) from error


def once(rows: Iterable[Mapping[str, Any]], what: str, where: str) -> list[Mapping[str, Any]]:
    """Each record of one answer once, though it may be shown again.

    Raises `SourceError` when two of one id differ.
    """
    found: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        if found.setdefault(row["id"], row) != row:
            raise SourceError(
                f"Tryton at {where} showed {what} {row['id']} twice in one answer, with other "
                "values. Nothing was landed; pull again, and if it stays report it with the "
                "connector's name."
            )
    return list(found.values())
