"""Rows of a CSV or Excel file as exact text, each with its row number.

A CSV cell is its text. An Excel cell that holds a number holds a binary double,
of which Excel itself keeps 15 significant digits; those digits, and not the
double, are what is read here, so 1234.56 is 1234.56.

Belongs here: cells, amounts and dates as text. Does not: what a column means.
"""

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from assets.sources.parts.delimited.mapping import Layout
from assets.sources.row_batches import number
from warehouse.errors import SettingsError, SourceError

LONGEST_LINE = 1 << 20

Cell = str | Decimal | date
"""Text as written; from Excel also exact numbers and dates."""


class Row:
    """One row: its number in the file, and its cells by the mapping's names."""

    __slots__ = ("_cells", "number")

    def __init__(self, number_: int, cells: dict[str, Cell]) -> None:
        self.number, self._cells = number_, cells

    def __getitem__(self, name: str) -> Cell:
        return self._cells.get(name, "")

    def text(self, name: str) -> str | None:
        """The cell as text, None when empty."""
        cell = self[name]
        if isinstance(cell, Decimal):
            return f"{cell:f}"
        return str(cell).strip() or None

    def is_blank(self) -> bool:
        """Whether no mapped cell holds anything."""
        return all(self.text(name) is None for name in self._cells)


def rows(path: Path, layout: Layout, longest: int = LONGEST_LINE) -> Iterator[Row]:
    """The rows below the heading, row numbers as a person counts them in the file.

    Raises `SourceError` for content that cannot be read as the mapping says,
    `SettingsError` for a column that is not there.
    """
    is_excel = path.suffix.lower() in (".xlsx", ".xlsm")
    raw = _excel(path, layout) if is_excel else _csv(path, layout, longest)
    positions: dict[str, int] | None = None
    for row_number, cells in raw:
        if row_number <= layout.skip_rows:
            continue
        if positions is None:
            positions = _positions(path, row_number, layout, cells)
            if layout.has_header:
                continue
        yield Row(
            row_number,
            {name: cells[at] if at < len(cells) else "" for name, at in positions.items()},
        )
    if positions is None:
        raise SourceError(
            f"Reading {path}: expected a heading and rows, found nothing after row "
            f"{layout.skip_rows}. Export the file again, or correct skip_rows in the mapping."
        )


def amount(cell: Cell, layout: Layout) -> Decimal | None:
    """The exact amount of a cell, None when it is empty.

    A trailing minus and parentheses mean negative. Raises `ValueError` for
    anything that is not an amount as the mapping writes it.

    >>> amount("1.234,56-", Layout({}))
    Decimal('-1234.56')
    """
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, date):
        raise ValueError(str(cell))  # noqa: TRY004 - the cell's content is wrong, not its type
    text = re.sub(r"[\s\u00a0\u202f]", "", cell)
    if not text:
        return None
    is_negative = text.endswith("-") or (text.startswith("(") and text.endswith(")"))
    bare = text.strip("()").removesuffix("-")
    point, group = re.escape(layout.decimal), re.escape(layout.thousands)
    whole = rf"\d+|\d{{1,3}}({group}\d{{3}})+" if layout.thousands else r"\d+"
    if not re.fullmatch(rf"[+-]?({whole})({point}\d*)?", bare):
        raise ValueError(cell)
    if layout.thousands:
        bare = bare.replace(layout.thousands, "")
    value = number(bare.replace(layout.decimal, "."))
    return -value if is_negative else value


def day(cell: Cell, layout: Layout) -> date | None:
    """The date of a cell, None when it is empty.

    Raises `ValueError` for anything that is not a date as the mapping writes it.
    """
    if isinstance(cell, date):
        return cell
    text = f"{cell:f}" if isinstance(cell, Decimal) else cell.strip()
    return datetime.strptime(text, layout.date_format).date() if text else None  # noqa: DTZ007 - a day has no zone


def _positions(path: Path, row: int, layout: Layout, heading: list[Cell]) -> dict[str, int]:
    names = [str(cell).strip() for cell in heading]
    positions = {}
    for name, column in layout.columns.items():
        if isinstance(column, int):
            positions[name] = column - 1
        elif not layout.has_header or names.count(column) != 1:
            found = ", ".join(name for name in names if name) or "none"
            raise SettingsError(
                f"Reading {path}:{row}: expected one column headed {column!r} for {name}, found "
                f"the headings {found}. Correct the mapping's columns, delimiter or skip_rows."
            )
        else:
            positions[name] = names.index(column)
    return positions


def _csv(path: Path, layout: Layout, longest: int) -> Iterator[tuple[int, list[Cell]]]:
    try:
        file = path.open(encoding=layout.encoding, newline="")
    except LookupError:
        raise SettingsError(
            f"Reading {path}: the mapping's encoding {layout.encoding!r} is not known. "
            "Use utf-8-sig, cp1252 or cp865."
        ) from None
    with file:
        lines = _Lines(path, file, layout.encoding, longest)
        reader = csv.reader(lines, delimiter=layout.delimiter, quotechar=layout.quote, strict=True)
        while True:
            first = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise SourceError(
                    f"Reading {path}:{first}: the row cannot be split into columns ({error}). "
                    "Check the quotation marks in the file, or the mapping's delimiter and quote."
                ) from error
            yield first, list(cells)


class _Lines:
    """Lines of bounded length, counted."""

    def __init__(self, path: Path, file: TextIO, encoding: str, longest: int) -> None:
        self._path, self._file, self._encoding, self._longest = path, file, encoding, longest
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._file.readline(self._longest + 1)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"Reading {self._path}:{self.number + 1}: the bytes are not {self._encoding} text "
                f"from about here on ({error.reason}). Set the mapping's encoding, often cp1252."
            ) from error
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self._longest:
            raise SourceError(
                f"Reading {self._path}:{self.number}: the line is longer than {self._longest} "
                "characters, expected at most that. Export the file again, one row per line."
            )
        return line


def _excel(path: Path, layout: Layout) -> Iterator[tuple[int, list[Cell]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, only Excel files need it

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SourceError(
            f"Reading {path}: not a readable Excel workbook ({error}). "
            "Save it again as .xlsx, or export it as CSV."
        ) from error
    try:
        name = layout.sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise SettingsError(
                f"Reading {path}: there is no sheet {name!r}. Sheets: "
                f"{', '.join(book.sheetnames)}. Correct the mapping's sheet."
            )
        for row_number, cells in enumerate(book[name].iter_rows(values_only=True), 1):
            yield row_number, [_cell(value) for value in cells]
    finally:
        book.close()


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(format(value, ".15g"))
    return "" if value is None else str(value)
