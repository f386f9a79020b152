"""Values of file formats into Arrow rows of the landed streams, exactly.

Belongs here: collecting rows, text to decimals and dates, findings with a cap.
Does not: any format's structure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa

from assets.sources.connector import Complete, Found, Item, Rows
from quality.finding import Finding, Severity
from warehouse.errors import SourceError
from warehouse.shape import schema
from warehouse.tables import LANDED

ROWS_PER_BATCH = 20_000
_FINDINGS_PER_RULE = 100
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 16
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def number(text: str) -> Decimal:
    """The exact value of a plain decimal number with a point.

    Raises `ValueError` for anything else: exponents, and amounts too large for MONEY.

    >>> number(" -1234.50 ")
    Decimal('-1234.50')
    """
    if len(text) < 16 and text.replace(".", "", 1).isdecimal() and text.isascii():
        return Decimal(text)  # by far the most common, without a regular expression
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped) or not stripped.isascii():
        raise ValueError(text)
    value = Decimal(stripped)
    if abs(value) >= _LARGEST:
        raise ValueError(text)
    return value


def is_money(value: Decimal) -> bool:
    """Whether `value` fits MONEY without rounding.

    >>> is_money(Decimal("1.250")), is_money(Decimal("1.255"))
    (True, False)
    """
    return abs(value) < _LARGEST and value == value.quantize(_CENT)


def exchange_rate(amount: Decimal, foreign: Decimal | None) -> Decimal | None:
    """Base currency per unit of foreign currency, None where there is none that fits RATE.

    >>> exchange_rate(Decimal("746.12"), Decimal(100))
    Decimal('7.4612000000')
    """
    if not foreign or not amount:
        return None
    rate = amount / foreign
    return rate.quantize(Decimal("1e-10")) if abs(rate) < Decimal(10) ** 8 else None


@lru_cache(4096)  # books hold few days and many rows
def iso_date(text: str | None) -> date | None:
    """The date of an XML Schema date (a time zone is dropped), None for anything else.

    >>> iso_date("2026-03-31Z"), iso_date("31-03-2026")
    (datetime.date(2026, 3, 31), None)
    """
    if text is None or not re.match(r"\s*\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2}|T.*)?\s*$", text):
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def compact_date(text: str | None) -> date | None:
    """The date of eight digits, None for anything else.

    >>> compact_date("20260331")
    datetime.date(2026, 3, 31)
    """
    if text is None or not re.fullmatch(r"\d{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


class Collector:
    """Rows of one stream until there are enough for a batch."""

    def __init__(self, stream: str, limit: int = ROWS_PER_BATCH) -> None:
        self.stream = stream
        self._schema = schema(LANDED[stream])
        self._limit = limit
        self._rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """One row, values in the order of the table's columns."""
        self._rows.append(values)

    def full(self) -> bool:
        """Whether a batch is due."""
        return len(self._rows) >= self._limit

    def take(self) -> Iterator[Rows]:
        """What has been collected, if anything."""
        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [
            self._array(values, field) for values, field in zip(columns, self._schema, strict=True)
        ]
        self._rows = []
        yield Rows(self.stream, pa.Table.from_arrays(arrays, schema=self._schema))

    def _array(self, values: Sequence[Any], field: pa.Field) -> pa.Array:
        try:
            return pa.array(values, type=field.type)
        except pa.ArrowInvalid as error:
            raise SourceError(
                f"A value of {self.stream}.{field.name} does not fit {field.type} ({error}). "
                "Nothing was landed; an amount has more decimals or digits than money has. Correct "
                "it in the bookkeeping system, then pull again."
            ) from error


def in_full(stream: str, rows: Iterable[Sequence[Any]]) -> Iterator[Item]:
    """Every row of a stream, values in the order of the table's columns."""
    collector = Collector(stream)
    for row in rows:
        collector.add(*row)
    yield from collector.take()
    yield Complete(stream)


class Notes:
    """Findings of one file; each rule speaks at most a hundred times, then sums up."""

    def __init__(self, company_id: str, where: str) -> None:
        self._company_id, self._where = company_id, where
        self._count: dict[tuple[str, Severity], int] = {}
        self._ready: list[Found] = []

    def add(
        self,
        rule: str,
        severity: Severity,
        where: str,
        message: str,
        remedy: str,
        *,
        pair: tuple[str, str] | None = None,
        voucher_id: str | None = None,
    ) -> None:
        """One finding; `pair` is (expected, found) as exact text."""
        count = self._count[rule, severity] = self._count.get((rule, severity), 0) + 1
        if count > _FINDINGS_PER_RULE:
            return
        expected, found = pair or (None, None)
        self._ready.append(
            Found(
                Finding(
                    rule, severity, self._company_id, where, message, remedy,
                    voucher_id=voucher_id, expected=expected, found=found,
                )
            )
        )  # fmt: skip

    def take(self) -> list[Found]:
        """What has been found since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> list[Found]:
        """The rest, and one summary for each rule that was cut short."""
        for (rule, severity), count in sorted(self._count.items()):
            if count > _FINDINGS_PER_RULE:
                finding = Finding(
                    rule, severity, self._company_id, self._where,
                    f"{count - _FINDINGS_PER_RULE} more findings of this kind in {self._where}, "
                    f"{count} in all.",
                    "Correct the ones shown first; they usually share one cause.",
                )  # fmt: skip
                self._ready.append(Found(finding))
        return self.take()


def decimals(
    texts: Sequence[str | None], type_: pa.Decimal128Type
) -> tuple[pa.Array, list[tuple[int, str]]]:
    """Texts as exact decimals, and those that are not, as (position, text).

    A text that is no number counts as zero and one with too many decimals is
    rounded; both are in the list, so nothing changes unseen. None stays null.
    """
    try:
        return pa.array(texts, pa.string()).cast(type_), []
    except pa.ArrowInvalid:
        return _decimals_one_by_one(texts, type_)


def _decimals_one_by_one(
    texts: Sequence[str | None], type_: pa.Decimal128Type
) -> tuple[pa.Array, list[tuple[int, str]]]:
    step = Decimal(1).scaleb(-type_.scale)
    largest = Decimal(10) ** (type_.precision - type_.scale)
    values: list[Decimal | None] = []
    wrong: list[tuple[int, str]] = []
    for position, text in enumerate(texts):
        if text is None:
            values.append(None)
            continue
        try:
            value = number(text)
        except ValueError:
            value = largest
        if abs(value) >= largest:
            wrong.append((position, text))
            value = Decimal(0)
        rounded = value.quantize(step)
        if rounded != value:
            wrong.append((position, text))
        values.append(rounded)
    return pa.array(values, type_), wrong
