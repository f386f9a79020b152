"""The mapping declaration of delimited files: which column is what, how it is written.

Belongs here: reading and checking the declaration. Does not: reading rows.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from warehouse.errors import SettingsError

POSTING_COLUMNS = {
    "voucher_number": "number of the voucher (required)",
    "date": "posting date (required)",
    "account": "account number (required)",
    "amount": "amount, debit positive; or give debit and credit",
    "debit": "debit amount",
    "credit": "credit amount",
    "account_name": "account name",
    "text": "description",
    "journal": "journal or series",
    "voucher_date": "date of the document",
    "registered": "date of registration",
    "document": "source document behind the voucher",
    "vat_code": "VAT code",
    "currency": "ISO 4217 of amount_currency",
    "amount_currency": "foreign amount, debit positive",
    "party": "customer or supplier number",
    "party_name": "their name",
    "party_vat_number": "their VAT number",
    "party_country": "their country, ISO 3166-1 alpha-2",
}
BALANCE_COLUMNS = {
    "account": "account number (required)",
    "account_name": "account name",
    "opening": "balance at the start, debit positive",
    "closing": "balance at the end, debit positive (or debit and credit)",
    "debit": "closing debit balance",
    "credit": "closing credit balance",
}
_LAYOUT = {
    "columns", "delimiter", "quote", "decimal", "thousands", "date_format", "encoding", "sheet",
    "skip_rows", "has_header", "is_credit_positive", "start_date", "end_date",
}  # fmt: skip
_TYPES: dict[str, type] = {
    "columns": Mapping,
    "skip_rows": int,
    "has_header": bool,
    "is_credit_positive": bool,
    "start_date": date,
    "end_date": date,
}
_SECTIONS = {"company", "fiscal_year", "postings", "trial_balance"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of file is written; a column is its heading or its number from 1."""

    columns: Mapping[str, str | int]
    delimiter: str = ";"
    quote: str = '"'
    decimal: str = ","
    thousands: str = "."
    date_format: str = "%d-%m-%Y"
    encoding: str = "utf-8-sig"
    sheet: str | None = None
    skip_rows: int = 0
    has_header: bool = True
    is_credit_positive: bool = False
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A whole mapping declaration. `file` is its file, None when it is inline."""

    postings: Layout | None
    trial_balance: Layout | None
    company: Mapping[str, str] = field(default_factory=dict)
    fiscal_years: tuple[tuple[date, date], ...] = ()
    file: Path | None = None


def read(connection: Connection) -> Declaration:
    """The declaration of a connection, from its `mapping` table or file.

    Raises `SettingsError` naming the key that is missing or wrong.
    """
    told = connection.options.get("mapping")
    file: Path | None = None
    if isinstance(told, str):
        file = Path(connection.base_folder) / told
        told = _load(connection, file)
    where = str(file) if file is not None else f"connection {connection.connection_id}, mapping"
    if not isinstance(told, Mapping):
        raise SettingsError(
            f"Connection {connection.connection_id}: `mapping` is missing. Set it to a TOML file "
            "or a table that says which column is what (see docs/sources/delimited.md)."
        )
    _expect_keys(where, "", told, _SECTIONS)
    postings = _layout(where, "postings", told.get("postings"), POSTING_COLUMNS)
    balance = _layout(where, "trial_balance", told.get("trial_balance"), BALANCE_COLUMNS)
    if postings is None and balance is None:
        raise SettingsError(
            f"Mapping {where}: expected a section [postings] or [trial_balance], found neither. "
            "Add the one that describes the file."
        )
    if balance is not None and (balance.start_date is None or balance.end_date is None):
        raise SettingsError(
            f"Mapping {where}: [trial_balance] needs start_date and end_date, the first and last "
            "day its balances are about. Add both, such as end_date = 2026-12-31."
        )
    company = told.get("company", {})
    _expect_keys(where, "company.", company, {"name", "cvr", "vat_number", "country", "currency"})
    years = tuple(_year(where, year) for year in told.get("fiscal_year", ()))
    return Declaration(postings, balance, company, years, file)


def _year(where: str, told: Mapping[str, Any]) -> tuple[date, date]:
    start, end = told.get("start"), told.get("end")
    if not isinstance(start, date) or not isinstance(end, date):
        raise SettingsError(
            f"Mapping {where}: a [[fiscal_year]] needs start and end, such as start = 2026-01-01. "
            "Add both, without quotation marks."
        )
    return start, end


def _load(connection: Connection, file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"Connection {connection.connection_id}: the mapping file {file} does not exist. "
            "Correct `mapping`, a path relative to the folder of indberet.toml."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"Mapping {file}: not valid TOML ({error}). Correct the file."
        ) from error


def _layout(
    where: str, section: str, told: Mapping[str, Any] | None, known: Mapping[str, str]
) -> Layout | None:
    if told is None:
        return None
    _expect_keys(where, f"{section}.", told, _LAYOUT)
    columns = told.get("columns", {})
    _expect_keys(where, f"{section}.columns.", columns, set(known))
    required = [name for name, meaning in known.items() if "(required)" in meaning]
    missing = [name for name in required if name not in columns]
    if section == "postings" and not {"amount", "debit", "credit"} & set(columns):
        missing.append("amount (or debit and credit)")
    if missing:
        raise SettingsError(
            f"Mapping {where}: [{section}.columns] lacks {', '.join(missing)}. "
            'Name the file\'s column for each, such as date = "Dato".'
        )
    for key, value in told.items():
        kind = _TYPES.get(key, str)
        if not isinstance(value, kind):
            raise SettingsError(
                f"Mapping {where}: {section}.{key} is {value!r}, expected a value of type "
                f"{kind.__name__}. Correct it."
            )
    layout = Layout(**told)
    if layout.decimal == layout.thousands:
        raise SettingsError(
            f"Mapping {where}: {section}.decimal and {section}.thousands are both "
            f"{layout.decimal!r}. Set the two apart."
        )
    return layout


def _expect_keys(where: str, prefix: str, told: Mapping[str, Any], known: set[str]) -> None:
    for key in told:
        if key not in known:
            raise SettingsError(
                f"Mapping {where}: unknown key {prefix}{key}. Known: {', '.join(sorted(known))}. "
                "Correct or remove it."
            )
