"""Tables that other authorities hand over as CSV: the payroll register, and the exchange of
sales and purchases with other member states.

Belongs here: reading them exactly, and naming each row that cannot be used. Does not: what
they are compared with (`rules/*.sql`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from assets.authority import csv_cells
from quality.finding import Finding, Severity
from warehouse.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

PAYROLL = pa.schema(
    [("cvr", pa.string()), ("year", pa.int32()), ("employees", pa.decimal128(18, 2))]
)
EU_PURCHASE = pa.schema(
    [
        ("country", pa.string()),
        ("seller", pa.string()),
        ("buyer", pa.string()),
        ("period", pa.string()),
        ("amount", pa.decimal128(18, 2)),
    ]
)
_FORMS = {
    "cvr": (r"\d{8}", "eight digits"),
    "year": (r"(?:19|20)\d{2}", "a year, as 2025"),
    "employees": (r"\d{1,7}(?:\.\d{1,2})?", "a number with a dot, as 12 or 12.5"),
    "country": (r"[A-Z]{2}", "two capital letters"),
    "seller": (r"[A-Z]{2}[0-9A-Z+*]{2,13}", "a VAT number with its country, as DK12345674"),
    "buyer": (r"[A-Z]{2}[0-9A-Z+*]{2,13}", "a VAT number with its country, as DK12345674"),
    "period": (
        r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2]|Q[1-4])",
        "a month or quarter, as 2025-03, 2025-Q1",
    ),
    "amount": (r"-?\d{1,15}(?:\.\d{1,2})?", "kroner with a dot, as 125000 or 125000.50"),
}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The rows that can be used, and a finding for each that cannot."""

    rows: pa.Table
    findings: tuple[Finding, ...]


def payroll(path: Path) -> HandedOver:
    """The payroll register's employees: columns cvr, year and employees, semicolons between.

    One row is a company's average number of full-time employees in a calendar year.

    Raises:
        SettingsError: the file cannot be read or lacks a column.
    """
    return _read(path, "payroll", PAYROLL, ["cvr", "year"])


def eu_purchases(path: Path) -> HandedOver:
    """The exchange with other member states: columns country (whose tax authority hands over),
    seller, buyer (VAT numbers with country), period and amount (DKK), semicolons between.

    Rows of Danish sellers are purchases their buyers stated; rows of Danish buyers are sales
    their sellers listed. Source: Regulation (EU) 904/2010 arts. 17 and 21.

    Raises:
        SettingsError: the file cannot be read or lacks a column.
    """
    return _read(path, "eu_purchases", EU_PURCHASE, ["country", "seller", "buyer", "period"])


def _read(path: Path, key: str, shape: pa.Schema, once: list[str]) -> HandedOver:
    """Every cell as the text it was written as, then judged column by column."""
    try:
        frame = csv_cells.read(path)
    except ValueError as error:
        raise SettingsError(
            f"[authority] {key}: {path} cannot be read ({error}). Save it as CSV in UTF-8 with "
            f"semicolons; its first row names the columns {', '.join(shape.names)}."
        ) from None
    missing = [name for name in shape.names if name not in frame.columns]
    if missing:
        raise SettingsError(
            f"[authority] {key}: {path} has no column {', '.join(missing)}. Its first row must "
            f"name {', '.join(shape.names)}, semicolons between; found: "
            f"{', '.join(map(str, frame.columns))}."
        )
    frame = frame[shape.names]
    why = _why_not(frame, once)
    findings = tuple(_findings(frame, why, path, key))
    used = frame[why.eq("")].reset_index(drop=True)
    table = pa.Table.from_pandas(used, preserve_index=False, schema=_as_text(shape))
    return HandedOver(table.cast(shape), findings)


def _why_not(frame: "pd.DataFrame", once: list[str]) -> "pd.Series[str]":
    """For each row what keeps it from being used; empty where nothing does."""
    why = frame[once[0]].str.slice(0, 0)
    for name in frame.columns:
        pattern, form = _FORMS[name]
        is_wrong = ~frame[name].str.fullmatch(pattern) & why.eq("")
        said = f"{name} is '" + frame[name] + f"', expected {form}."
        why = why.mask(is_wrong, said)
    again = frame.duplicated(once, keep=False) & why.eq("")
    named = ", ".join(once)
    return why.mask(again, f"{named} are those of another row, and which one counts is not said.")


def _findings(
    frame: "pd.DataFrame", why: "pd.Series[str]", path: Path, key: str
) -> Iterator[Finding]:
    company = frame["cvr" if "cvr" in frame.columns else "seller"]
    bad = why.ne("")
    for place, whose, said in zip(frame.index[bad], company[bad], why[bad], strict=True):
        number = int(place) + 2
        yield Finding(
            rule=f"{key.replace('_', '-')}-row",
            severity=Severity.WARNING,
            company_id=whose,
            where=f"{path.name}:{number}",
            message=f"Row {number} is not used: {said}",
            remedy="Ask who handed the table over for a corrected row; the others are used.",
        )


def _as_text(shape: pa.Schema) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in shape.names])
