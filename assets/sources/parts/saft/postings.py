"""SAF-T lines, gathered as text, into postings: exact decimals a batch at a time.

Belongs here: the columns of postings and their totals. Does not: XML.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.sources.connector import Rows
from assets.sources.row_batches import Notes, decimals
from quality.finding import Severity
from warehouse.shape import schema
from warehouse.tables import LANDED

_MONEY = pa.decimal128(18, 2)
_FOREIGN = pa.decimal128(20, 4)
_RATE = pa.decimal128(18, 10)
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."

GatheredLine = tuple[
    str, str, int, str | None, int, str | None, str | None, str | None, str | None, str | None,
    str | None, str | None, str | None, int, int, bool,
]  # fmt: skip
"""source_id, line_id, line_no, account, sign, amount, currency, foreign amount, rate, party,
VAT code, text, dimensions, line in the file, reading, whether it is landed. Amounts as in the file;
`sign` is 1 for debit, -1 for credit."""


class Postings:
    """Gathers lines; `debit`, `credit` and `movement` are the totals of all taken."""

    def __init__(self, name: str, notes: Notes) -> None:
        self._name, self._notes = name, notes
        self._lines: list[GatheredLine] = []
        self.add = self._lines.append
        self.line_count = 0
        self.debit = Decimal(0)
        self.credit = Decimal(0)
        self.movement: dict[str, Decimal] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def bad_amount(self, source_id: str, line: int, text: str | None) -> None:
        """Name an amount that is missing or no money."""
        told = "is missing" if text is None else f"is {text!r}"
        self._notes.add(
            "saft.amount", Severity.ERROR, f"{self._name}:{line}",
            f"Voucher {source_id}: an amount {told}, expected a number with at most two "
            "decimals, such as -1234.50.", _FIX, voucher_id=source_id,
        )  # fmt: skip

    def take(self) -> Iterator[Rows]:
        """What has been gathered, as rows; amounts become exact and are added up."""
        if not self._lines:
            return
        (source, line_id, line_no, account, sign, amount, currency, foreign, rate, party, code,
         text, dimensions, source_line, reading, use) = zip(*self._lines, strict=True)  # fmt: skip
        self._lines.clear()
        amounts, wrong = decimals(amount, _MONEY)
        missing = [(i, None) for i, value in enumerate(amount) if value is None]
        for position, told in (*wrong, *missing):
            self.bad_amount(source[position], source_line[position], told)
        for position in (i for i, value in enumerate(account) if not value):
            self._notes.add(
                "saft.account", Severity.ERROR, f"{self._name}:{source_line[position]}",
                f"Voucher {source[position]}: a line has no AccountID; kept on account '?'.", _FIX,
                voucher_id=source[position],
            )  # fmt: skip
        signs = pa.array(sign, pa.int8())
        amounts = self._signed(pc.fill_null(amounts, Decimal(0)), signs)
        accounts = pa.array([(a or "").strip() or "?" for a in account])
        self._total(accounts, amounts, signs)
        columns = [
            pa.array(source), pa.array(line_id), pa.array(line_no, pa.int32()), accounts, amounts,
            pa.array(currency, pa.string()),
            self._signed(self._soft(foreign, _FOREIGN, source, source_line), signs),
            self._soft(rate, _RATE, source, source_line),
            pa.array(party, pa.string()), pa.array(code, pa.string()), pa.array(text, pa.string()),
            pa.array(dimensions, pa.string()),
        ]  # fmt: skip
        table = pa.Table.from_arrays(columns, schema=schema(LANDED["posting"]))
        readings = pa.array(reading, pa.int64())
        if not all(use):
            table, readings = table.filter(pa.array(use)), readings.filter(pa.array(use))
        if table.num_rows:
            yield Rows("posting", table, readings)

    def _soft(
        self, texts: Any, type_: pa.Decimal128Type, source: Any, source_line: Any
    ) -> pa.Array:
        """Decimals that are not base-currency money; one that does not fit is named."""
        values, wrong = decimals(texts, type_)
        for position, told in wrong:
            self._notes.add(
                "saft.currency", Severity.WARNING, f"{self._name}:{source_line[position]}",
                f"Voucher {source[position]}: a foreign amount or rate is {told!r}, which is no "
                f"number with at most {type_.scale} decimals; it is kept rounded.", _FIX,
                voucher_id=source[position],
            )  # fmt: skip
        return values

    @staticmethod
    def _signed(values: pa.Array, signs: pa.Array) -> pa.Array:
        return pc.if_else(pc.less(signs, 0), pc.negate(values), values)

    def _total(self, accounts: pa.Array, amounts: pa.Array, signs: pa.Array) -> None:
        is_credit = pc.less(signs, 0)
        credit = pc.sum(amounts.filter(is_credit)).as_py() or Decimal(0)
        debit = pc.sum(amounts.filter(pc.invert(is_credit))).as_py() or Decimal(0)
        self.debit, self.credit = self.debit + debit, self.credit - credit
        self.line_count += len(amounts)
        sums = (
            pa.table({"account": accounts, "amount": amounts})
            .group_by("account")
            .aggregate([("amount", "sum")])
        )
        for account, amount in zip(
            sums["account"].to_pylist(), sums["amount_sum"].to_pylist(), strict=True
        ):
            self.movement[account] = self.movement.get(account, Decimal(0)) + amount
