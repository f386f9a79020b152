"""From answers to rows: the numbers and adjustments of one company's annual report.

Belongs here: which element a stated number becomes, and which entries are made at
the year's end. Does not: words (`texts`), or judging answers (`checks`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assets.reports.annual import catalogue, derive, entries
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year

LARGEST = Decimal(10) ** 15
"""An amount of more kroner than this fits no table, and no company."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One row of `annual_number`, without company and year."""

    subject: str
    field: str
    amount: Decimal
    origin: str
    source: str


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """One row of `annual_adjustment`, without company and year; debit is positive."""

    number: int
    line_no: int
    account: str
    amount: Decimal
    text: str
    origin: str
    source: str


def numbers(file: InputFile) -> Iterator[NumberRow]:
    """What no ledger gives: employees, dividend, restated comparative figures."""
    for one in catalogue.texts():
        is_number = one.kind in {"count", "money"}
        if is_number and one.key in file.values:
            amount = file.values[one.key]
            yield NumberRow(one.subject, one.field, amount, "stated", file.source(one.key))
    for place, row in enumerate(file.tables.get("restatement", []), start=1):
        if {"field", "amount"} <= row.keys():
            source = file.source(f"[[restatement]] {place}")
            yield NumberRow("previous", row["field"], row["amount"], "stated", source)


def adjustments(year: Year, file: InputFile) -> Iterator[AdjustmentRow]:
    """Entries of the year's end that are not in the books, numbered: those stated, depreciation
    stated, then the derived tax a person accepted, with its derivation as text.
    """
    made: list[tuple[str, str, derive.Lines, str]] = [
        (row.get("text", ""), f"[[adjustment]] {place}", tuple(row["lines"]), "stated")
        for place, row in enumerate(file.tables.get("adjustment", []), start=1)
        if "lines" in row
    ]
    made += [
        (text, key, lines, "stated") for key, text, lines in entries.depreciation_lines(year, file)
    ]
    if accepted := entries.accepted_tax(year, file):
        made.append((accepted[0], "tax.accept_derived", accepted[1], "derived"))
    for number, (text, key, lines, origin) in enumerate(made, start=1):
        for line_no, (account, amount) in enumerate(lines, start=1):
            yield AdjustmentRow(number, line_no, account, amount, text, origin, file.source(key))
