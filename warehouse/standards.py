"""The public standard chart of accounts and standard VAT codes, as tables of ours.

Belongs here: reading and registering the files of `warehouse/data`, and the few
questions asked of them. Does not: mapping a company's own accounts to them
(`assets.ledger.suggest`) or the return made from them (`assets.reports`).

Source: standard chart of accounts and standard VAT codes, December 2025
(bookkeeping act § 15; executive orders on digital bookkeeping systems). What a
code does to the return follows its official text; see
docs/decisions/2026-11-22-vat-codes-to-fields.md for the codes that need reading.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

RULE_VERSION = "dk-vat-2025-12"
"""Version of the VAT code table; reports carry it."""

DATA = Path(__file__).parent / "data"

_VAT_CODE_DDL = """
CREATE OR REPLACE TABLE standard_vat_code (
  vat_code VARCHAR NOT NULL,
  name_da VARCHAR NOT NULL,
  name_en VARCHAR NOT NULL,
  treatment VARCHAR NOT NULL,
  rate DECIMAL(9,6),
  deductible_share DECIMAL(9,6),
  base_field VARCHAR NOT NULL,
  output_field VARCHAR NOT NULL,
  input_field VARCHAR NOT NULL,
  list_column VARCHAR NOT NULL,
  alias_of VARCHAR NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  source VARCHAR NOT NULL
)"""

_ACCOUNT_DDL = """
CREATE OR REPLACE TABLE standard_account (
  account_code VARCHAR NOT NULL,
  name_da VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  vat_role VARCHAR NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  source VARCHAR NOT NULL
)"""

_EU_VAT_NUMBER_DDL = """
CREATE OR REPLACE TABLE eu_vat_number (
  prefix VARCHAR NOT NULL,
  country_code VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  pattern VARCHAR NOT NULL,
  covers VARCHAR NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  source VARCHAR NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class StandardVatCode:
    """One standard VAT code, or an older code that means the same (`alias_of`).

    `treatment` is sale, sale_zero, purchase, reverse_charge or outside. The
    `*_field` values are official element names of the return; empty: none.
    `list_column` is goods, services, triangular or empty (EU sales list).
    `rate` is None where VAT is not a share of the base. `deductible_share` is
    None where each company has its own share, and 0 where nothing is deducted.
    """

    vat_code: str
    name_da: str
    name_en: str
    treatment: str
    rate: Decimal | None
    deductible_share: Decimal | None
    base_field: str
    output_field: str
    input_field: str
    list_column: str
    alias_of: str
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def is_sale(self) -> bool:
        """True for the S codes, whose base is credited in the ledger."""
        return (self.alias_of or self.vat_code).startswith("S")


@dataclass(frozen=True, slots=True)
class StandardAccount:
    """One account of the public standard chart.

    `kind` is revenue, expense, asset, equity, liability or total. `vat_role` is
    output, output_goods_abroad, output_services_abroad, input, settlement, an
    energy duty's official element name, or empty.
    """

    account_code: str
    name_da: str
    kind: str
    vat_role: str
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class EuVatNumber:
    """One prefix of EU VAT numbers.

    `pattern` is a regular expression for what follows the prefix; `covers` is
    goods_and_services, or goods (Northern Ireland).
    """

    prefix: str
    country_code: str
    name: str
    pattern: str
    covers: str
    valid_from: date
    valid_to: date | None
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _vat_code(row: dict[str, str], alias: dict[str, str] | None = None) -> StandardVatCode:
    named = alias or row
    return StandardVatCode(
        vat_code=named["vat_code"],
        name_da=row["name_da"],
        name_en=row["name_en"],
        treatment=row["treatment"],
        rate=_decimal(row["rate"]),
        deductible_share=_decimal(row["deductible_share"]),
        base_field=row["base_field"],
        output_field=row["output_field"],
        input_field=row["input_field"],
        list_column=row["list_column"],
        alias_of=alias["alias_of"] if alias else "",
        valid_from=date.fromisoformat(named["valid_from"]),
        valid_to=_date(named["valid_to"]),
        source=named["source"],
    )


@cache
def vat_codes() -> dict[str, StandardVatCode]:
    """Every standard VAT code by code, the 72 current ones first, then the aliases.

    >>> codes = vat_codes()
    >>> codes["K260"].output_field, codes["S1"].alias_of
    ('MomsAngivelseMomsEUYdelserBeloeb', 'S01')
    """
    current = {row["vat_code"]: row for row in _rows("standard_vat_code.csv")}
    codes = {code: _vat_code(row) for code, row in current.items()}
    for alias in _rows("standard_vat_code_alias.csv"):
        codes[alias["vat_code"]] = _vat_code(current[alias["alias_of"]], alias)
    return codes


@cache
def accounts() -> dict[str, StandardAccount]:
    """The standard chart by account number, in its official order.

    >>> accounts()["7740"].vat_role
    'input'
    """
    return {
        row["account_code"]: StandardAccount(
            account_code=row["account_code"],
            name_da=row["name_da"],
            kind=row["kind"],
            vat_role=row["vat_role"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_date(row["valid_to"]),
            source=row["source"],
        )
        for row in _rows("standard_account.csv")
    }


@cache
def eu_vat_numbers() -> dict[str, EuVatNumber]:
    """What an EU VAT number looks like, by prefix.

    >>> eu_vat_numbers()["EL"].country_code
    'GR'
    """
    return {
        row["prefix"]: EuVatNumber(
            prefix=row["prefix"],
            country_code=row["country_code"],
            name=row["name"],
            pattern=row["pattern"],
            covers=row["covers"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_date(row["valid_to"]),
            source=row["source"],
        )
        for row in _rows("eu_vat_number.csv")
    }


def canonical_vat_code(code: str | None) -> str | None:
    """The current standard code for `code`, itself or what an older code became.

    None for anything that is neither, so that it stays unmapped and is named.

    >>> canonical_vat_code("K-EU-V-1"), canonical_vat_code("S01"), canonical_vat_code("U25")
    ('K210', 'S01', None)
    """
    found = vat_codes().get(code or "")
    return (found.alias_of or found.vat_code) if found else None


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create `standard_vat_code`, `standard_account` and `eu_vat_number` in `con`.

    `standard_vat_code` holds the 72 codes (`alias_of = ''`) and the older codes
    with the same columns as what they became, so one join serves both.
    `eu_vat_number` holds each prefix of an EU VAT number with the shape of what
    follows it (a regular expression) and what it covers.
    """
    _fill(con, "standard_vat_code", _VAT_CODE_DDL, list(vat_codes().values()))
    _fill(con, "standard_account", _ACCOUNT_DDL, list(accounts().values()))
    _fill(con, "eu_vat_number", _EU_VAT_NUMBER_DDL, list(eu_vat_numbers().values()))


def _fill(
    con: duckdb.DuckDBPyConnection,
    table: str,
    ddl: str,
    rows: Sequence[StandardVatCode] | Sequence[StandardAccount] | Sequence[EuVatNumber],
) -> None:
    con.execute(ddl)
    names = rows[0].__slots__
    con.register("standard_rows", pa.table({n: [getattr(row, n) for row in rows] for n in names}))
    con.execute(f"INSERT INTO {table} SELECT {', '.join(names)} FROM standard_rows")
    con.unregister("standard_rows")
