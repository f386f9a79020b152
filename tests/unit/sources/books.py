"""A connector whose books are a Python value: for tests of landing and ledger."""

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from assets.sources.connector import (
    Complete,
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    Raw,
    Rows,
)
from warehouse.shape import schema
from warehouse.tables import LANDED


def rows(stream: str, records: list[dict[str, Any]]) -> Rows:
    names = LANDED[stream].names
    filled = [{name: record.get(name) for name in names} for record in records]
    return Rows(stream, pa.Table.from_pylist(filled, schema=schema(LANDED[stream])))


class Books:
    """`vouchers`: id → (date, [(account, amount, vat code), …]); the rest as LANDED rows."""

    title = "Books in memory"
    options: Mapping[str, tuple[bool, str]] = {}

    def __init__(self) -> None:
        self.accounts: dict[str, tuple[str, str | None]] = {
            "1000": ("Salg", "1010"),
            "2000": ("Varekøb", "1610"),
            "2100": ("Ydelseskøb udland, EU", "1710"),
            "5000": ("Bank", "6490"),
            "7000": ("Salgsmoms", "7680"),
            "7100": ("Købsmoms", "7740"),
            "7200": ("Moms af ydelseskøb", "7720"),
        }
        self.vat_codes: dict[str, tuple[str, str | None]] = {
            "U25": ("Salgsmoms 25 %", "S01"),
            "I25": ("Købsmoms 25 %", "K010"),
            "IY": ("EU-ydelser", "K260"),
        }
        self.legs: dict[str, str] = {}
        self.vouchers: dict[str, tuple[date, list[tuple[str, str, str | None]]]] = {
            "1": (date(2026, 7, 3), [
                ("5000", "1250", None), ("1000", "-1000", "U25"), ("7000", "-250", "U25")]),
            "2": (date(2026, 8, 4), [
                ("2000", "400", "I25"), ("7100", "100", "I25"), ("5000", "-500", None)]),
            "3": (date(2026, 9, 5), [
                ("2100", "1000", "IY"), ("5000", "-1000", None)]),
        }  # fmt: skip
        # voucher id → [(line number, sequence, VAT code, base or tax, amount)]
        self.tax_lines: dict[str, list[tuple[int, int, str, str, str]]] = {}
        self.fail_after: int | None = None
        self.chunk = 1000

    def copy(self) -> "Books":
        return copy.deepcopy(self)

    def discover(self, connection: Connection) -> Discovery:
        return Discovery("Books", None)

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        del cursor
        if connection.keep is not None:
            connection.keep(Raw("books.txt", b"what was read"))
        for count, item in enumerate(self._items()):
            if self.fail_after is not None and count >= self.fail_after:
                raise ConnectionError("killed here")
            progress("books", count)
            yield item

    def _items(self) -> Iterator[Item]:
        yield rows("company", [{"source_id": "company", "name": "Books", "base_currency": "DKK"}])
        yield rows("account", [
            {"source_id": code, "account_code": code, "name": name, "standard_account_code": std}
            for code, (name, std) in self.accounts.items()])  # fmt: skip
        yield rows("vat_code", [
            {"source_id": code, "vat_code": code, "name": name, "rate": Decimal("0.25"),
             "standard_vat_code": std, "part": self.legs.get(code)}
            for code, (name, std) in self.vat_codes.items()])  # fmt: skip
        ids = list(self.vouchers)
        for start in range(0, len(ids), self.chunk):
            yield from self._vouchers(ids[start : start + self.chunk])
        for stream in ("account", "vat_code", "voucher"):
            yield Complete(stream)
        yield Cursor({"read": True})

    def _vouchers(self, ids: list[str]) -> Iterator[Item]:
        vouchers, postings = [], []
        for voucher_id in ids:
            day, lines = self.vouchers[voucher_id]
            vouchers.append({
                "source_id": voucher_id, "voucher_number": voucher_id, "posting_date": day,
                "where_found": f"books:{voucher_id}"})  # fmt: skip
            postings += [
                {"source_id": voucher_id, "line_id": str(n), "line_no": n, "account_code": account,
                 "amount": Decimal(amount), "vat_code": code}
                for n, (account, amount, code) in enumerate(lines, start=1)]  # fmt: skip
        yield rows("voucher", vouchers)
        yield rows("posting", postings)
        yield rows("tax_line", [
            {"source_id": voucher_id, "line_id": str(line), "seq": seq, "vat_code": code,
             "part": part, "amount": Decimal(amount)}
            for voucher_id in ids
            for line, seq, code, part, amount in self.tax_lines.get(voucher_id, [])])  # fmt: skip
