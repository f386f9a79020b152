"""Companies handed over as CSV, into the register: all rows or, where one is wrong, none.

One row is one company. `cvr` and `name` must be there; the other columns (`COLUMNS`) may be, and
any cell of them may be empty. A column nobody knows is an error, so that a misspelt heading does
not lose a nation's year ends.

Belongs here: reading and judging such files. Does not: the register.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets.authority import csv_cells
from assets.authority.service.periods import MONTHS
from assets.authority.service.register import LONG_AGO, AnnualDuty, Company, Frequency
from quality.finding import Finding, Severity
from warehouse.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "cvr": "CVR number, eight digits",
    "name": "registered name",
    "se_number": "SE number it files VAT under; the CVR number where empty",
    "legal_form": "ApS, A/S, …",
    "industry": "main industry, DB25, six digits",
    "municipality": "municipality code, three digits",
    "employees": "full-time employees, a whole number",
    "registered_from": "first day registered, yyyy-mm-dd",
    "registered_to": "last day registered, yyyy-mm-dd",
    "vat_frequency": "month, quarter or half_year; empty: it files no VAT",
    "vat_from": "first day that frequency holds, yyyy-mm-dd; 2000-01-01 where empty",
    "year_end": "MM-DD on which its fiscal year ends; with company_class: it files annual reports",
    "company_class": "accounting class A, B, C or D",
    "first_year_end": "last day of its first fiscal year where that is longer than twelve months",
}
"""The columns there may be, and what stands in them."""
NEEDED = ("cvr", "name")
_CLASSES = ("A", "B", "C", "D")
_SHAPES = {
    "se_number": (r"\d{8}", "eight digits"),
    "industry": (r"\d{6}", "six digits"),
    "municipality": (r"\d{3}", "three digits"),
    "employees": (r"\d{1,7}", "a whole number"),
    "year_end": (r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "MM-DD"),
}
_DATES = ("registered_from", "registered_to", "vat_from", "first_year_end")
_WORDS = {"vat_frequency": tuple(MONTHS), "company_class": _CLASSES}
_MOST_MONTHS = 18
_NO_FIRST_YEAR_END = (
    f"is not a day its fiscal year ends on, within {_MOST_MONTHS} months of its first day "
    "registered (årsregnskabsloven § 15)"
)
_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Imported:
    """The companies of a file, in its order; none where anything is wrong with a row."""

    companies: list[Company]
    findings: list[Finding]


def read(path: Path) -> Imported:
    """The companies in a CSV file (UTF-8; columns apart by semicolon or comma).

    Raises: SettingsError where it cannot be read as such a file.
    """
    frame = _frame(path)
    findings = sorted(_wrong(path, frame), key=lambda one: _row_of(one.where))
    return Imported([] if findings else list(_companies(frame)), findings)


def _frame(path: Path) -> "pd.DataFrame":
    try:
        frame = csv_cells.read(path)
    except ValueError as error:
        raise SettingsError(
            f"Reading companies from {path}: it cannot be read ({error}). Save it as CSV in UTF-8, "
            "one row a company, columns apart by semicolon or comma."
        ) from None
    _check_columns(path, list(map(str, frame.columns)))
    return frame


def _check_columns(path: Path, found: list[str]) -> None:
    missing = [name for name in NEEDED if name not in found]
    unknown = [name for name in found if name not in COLUMNS]
    if missing or unknown:
        said = [f"no column {name}" for name in missing]
        said += [f'a column "{name}" nobody knows' for name in unknown]
        raise SettingsError(
            f"Reading companies from {path}: its first row has {', '.join(said)}. The columns are "
            f"{', '.join(COLUMNS)}; cvr and name must be there."
        )


def _wrong(path: Path, frame: "pd.DataFrame") -> Iterator[Finding]:
    """Every cell that is not as it must be. Row 1 is the headings."""
    for column, rows, why, remedy in _checks(frame):
        found = frame.loc[rows, [column, "cvr"]].itertuples(name=None)
        for index, cell, cvr in found:
            where = f"{path}:{index + 2} {column}"
            message = f'Row {index + 2}, column {column}: "{cell}" {why}.'
            yield Finding(f"register.{column}", Severity.ERROR, cvr, where, message, remedy)


def _checks(frame: "pd.DataFrame") -> Iterator[tuple[str, "pd.Series[bool]", str, str]]:
    """Column, the rows it is wrong in, why, and what to do."""
    correct = "Correct the cell and import the file again."
    once = "Leave one row for each company and import the file again."
    has_shape = frame["cvr"].str.fullmatch(r"\d{8}")
    yield "cvr", ~has_shape, "is not eight digits", correct
    checked = has_shape & ~_holds(frame["cvr"])
    yield "cvr", checked, "is no CVR number: its check digit does not fit", correct
    yield "name", frame["name"] == "", "is empty; a company has a name", correct
    for column in frame.columns.intersection(list(_SHAPES)):
        shape, words = _SHAPES[column]
        bad = (frame[column] != "") & ~frame[column].str.fullmatch(shape)
        yield column, bad, f"is not {words}", correct
    for column in frame.columns.intersection(list(_WORDS)):
        bad = ~frame[column].isin(("", *_WORDS[column]))
        yield column, bad, f"is not one of {', '.join(_WORDS[column])}", correct
    for column in frame.columns.intersection(list(_DATES)):
        yield column, ~frame[column].map(_is_day), "is not a day as yyyy-mm-dd", correct
    if "first_year_end" in frame:
        start, ends = (frame.get(name, "") for name in ("registered_from", "year_end"))
        said = frame["first_year_end"] + "\0" + start + "\0" + ends
        yield "first_year_end", ~said.map(_is_first_year_end), _NO_FIRST_YEAR_END, correct
    for column in frame.columns.intersection(["cvr", "se_number"]):
        twice = frame[column].duplicated() & (frame[column] != "")
        yield column, twice, "stands in a row above too", once


def _holds(numbers: "pd.Series[str]") -> "pd.Series[bool]":
    """Whether the check digit fits, of numbers with eight digits. Source: CVR-loven."""
    sums = sum(
        numbers.str[place].where(numbers.str[place].str.isdigit(), "0").fillna("0").astype(int)
        * weight
        for place, weight in enumerate(_WEIGHTS)
    )
    fits: pd.Series[bool] = (sums % 11 == 0) & ~numbers.str.startswith("0")
    return fits


def _companies(frame: "pd.DataFrame") -> Iterator[Company]:
    given = {name: frame[name] if name in frame else [""] * len(frame) for name in COLUMNS}
    for row in zip(*given.values(), strict=True):
        cvr, name, se_number, form, industry, municipality, employees, start, end, *duties = row
        frequency, since, year_end, company_class, first = duties
        vat = (Frequency(frequency, _day(since) or LONG_AGO),) if frequency else ()
        is_filer = bool(year_end or company_class or first)
        annual = AnnualDuty(year_end or None, company_class or None, first_year_end=_day(first))
        yield Company(
            se_number or cvr, name, vat, {}, cvr, form or None, industry or None,
            municipality or None, int(employees) if employees else None, _day(start), _day(end),
            (annual,) if is_filer else (),
        )  # fmt: skip


def _is_first_year_end(text: str) -> bool:
    r"""Whether a first fiscal year may end on a day: the day, the first registered, the year's end.

    Source: årsregnskabsloven § 15 stk. 1 and 2.

    >>> [_is_first_year_end(f"2025-12-31\0{told}") for told in ("2024-08-15\0", "\0" "06-30")]
    [True, False]
    """
    last, start, year_end = text.split("\0", 2)
    usual = f"2023-{(year_end or '12-31').replace('02-29', '02-28')}"
    if not last or not all(map(_is_day, (last, start, usual))):
        return True  # nothing is said, or that it is no day is told already
    day_after, begins = (date.fromisoformat(day) + timedelta(days=1) for day in (last, usual))
    is_end = (day_after.month, day_after.day) == (begins.month, begins.day)
    if not start:
        return is_end
    first = date.fromisoformat(start)
    months = 12 * (day_after.year - first.year) + day_after.month - first.month
    return is_end and 0 < months + (day_after.day > first.day) <= _MOST_MONTHS


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _row_of(where: str) -> int:
    return int(where.rpartition(":")[2].split()[0])
