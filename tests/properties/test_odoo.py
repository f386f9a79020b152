"""Odoo's amounts arrive as digits on a wire and lie as the same digits in Parquet."""

import io
import json
import re
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.sources.connector import Rows
from assets.sources.network.client import Answer
from assets.sources.network.contract import Contract
from assets.sources.parts.odoo import records
from assets.sources.parts.odoo.money import Amounts
from assets.sources.parts.odoo.rpc import RpcAnswer
from assets.sources.parts.odoo.taxes import Taxes
from assets.sources.parts.odoo.totals import Months
from assets.sources.row_batches import Collector
from warehouse.errors import SourceError

BOOKS = records.Books("DKK", {52: "1010"}, {8: "INV"}, Taxes([], [], []), "books")
OERE = st.decimals(min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=2)
ENTRY: dict[str, Any] = {
    "id": 1, "name": "MISC/1", "move_type": "entry", "date": "2026-03-01", "journal_id": [8, "INV"],
    "partner_id": False, "currency_id": [10, "DKK"], "ref": False,
    "create_date": "2026-03-01 08:00:00", "write_date": False,
}  # fmt: skip
LINE: dict[str, Any] = {
    "move_id": [1, "MISC/1"], "account_id": [52, "1010"], "partner_id": False, "name": "x",
    "currency_id": [125, "EUR"], "tax_ids": [],
    "tax_repartition_line_id": False, "write_date": False, "create_date": "2026-03-01 08:00:00",
}  # fmt: skip
CONTRACT = Contract(RpcAnswer[list[records.Line]])
MOVE = msgspec.json.decode(json.dumps(ENTRY), type=records.Move)


def wire(pairs: list[tuple[str, str]]) -> bytes:
    """A JSON-RPC answer with these digits for balance and amount_currency."""
    lines = []
    for number, (balance, foreign) in enumerate(pairs, start=1):
        text = json.dumps({"id": number, **LINE})[:-1]
        lines.append(f'{text}, "balance": {balance}, "amount_currency": {foreign}}}')
    return f'{{"jsonrpc": "2.0", "id": 0, "result": [{", ".join(lines)}]}}'.encode()


def landed(content: bytes) -> tuple[list[dict[str, Any]], Amounts]:
    """From the wire through the connector's own records into Parquet and back."""
    answer = Answer("journal items", "https://odoo.example", 200, {}, content)
    lines = CONTRACT.decode(answer).result
    assert isinstance(lines, list)
    amounts, rows = Amounts(), Collector("posting")
    for row in records.postings(MOVE, lines, BOOKS, amounts):
        assert not any(isinstance(value, float) for value in row)
        rows.add(*row)
    file = io.BytesIO()
    for item in rows.take():
        assert isinstance(item, Rows)
        pq.write_table(item.table, file)
    return pq.read_table(io.BytesIO(file.getvalue())).to_pylist(), amounts


@given(st.lists(st.tuples(OERE, OERE), min_size=1, max_size=8))
def test_no_digit_changes_between_the_wire_and_parquet(
    pairs: list[tuple[Decimal, Decimal]],
) -> None:
    found, amounts = landed(wire([(f"{a:f}", f"{b:f}") for a, b in pairs]))
    assert [(row["amount"], row["amount_currency"]) for row in found] == pairs
    assert amounts.noisy == 0


@given(st.integers(-(10**11), 10**11))
def test_the_shortest_form_of_a_float_is_the_amount_it_was_made_from(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    (row,), _amounts = landed(wire([(repr(float(amount)), "0.0")]))
    assert row["amount"] == amount


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=30))
def test_a_sum_of_floats_is_the_sum_of_the_amounts(cents: list[int]) -> None:
    total = sum(number / 100 for number in cents)
    text = repr(total)
    if re.search("e", text):
        return
    exact = Decimal(sum(cents)).scaleb(-2)
    assert Amounts().money(Decimal(text), "a sum") == exact


@given(st.integers(-(10**9), 10**9), st.integers(1, 9))
def test_what_is_finer_than_oere_is_refused(cents: int, third: int) -> None:
    with pytest.raises(SourceError, match=r"no amount in units of 0\.01"):
        landed(wire([(f"{Decimal(cents * 10 + third).scaleb(-3):f}", "0.0")]))


@given(
    st.lists(
        st.tuples(st.sampled_from(["2026-01", "2026-02"]), st.sampled_from("ABC"), OERE),
        max_size=20,
    )
)
def test_totals_survive_the_cursor_and_know_what_differs(
    lines: list[tuple[str, str, Decimal]],
) -> None:
    months = Months()
    for month, account, amount in lines:
        months.add(month, account, amount)
    again = Months.parse(json.loads(json.dumps(months.value())))
    assert months.differing(again) == set()
    again.add("2026-02", "A", Decimal("0.00"))
    assert months.differing(again) == {"2026-02"}
    assert again.without(["2026-02"]).differing(months.without(["2026-02"])) == set()
