import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assets.sources.network import client as network
from assets.sources.network.auth import bearer
from assets.sources.parts.tryton import records
from assets.sources.parts.tryton.pull import Pull
from assets.sources.parts.tryton.server import SERVICE, Client
from assets.sources.tryton import _VAT_CODE, CONNECTOR
from warehouse.secret import Secret

PATTERN = re.compile(_VAT_CODE)
BOOKS = records.Books(
    "DKK",
    {1: "1010", 2: "7680", 3: "1630", 4: "7700"},
    {
        1: records.Code("S01", None),
        2: records.Code("K210", None),
        3: records.Code("K210, moms", "K210"),
        4: records.Code("K210, fradrag", "K210"),
    },
    {1: "Bilag"},
)


def line(debit: str, credit: str, *taxes: tuple[int, str, str]) -> dict[str, Any]:
    return {
        "id": 1, "account": 1, "debit": Decimal(debit), "credit": Decimal(credit), "party": None,
        "origin": "account.invoice.line,7",
        "amount_second_currency": None, "second_currency": None, "description": None,
        "tax_lines": [
            {"id": number, "tax": tax, "type": part, "amount": Decimal(amount)}
            for number, (tax, part, amount) in enumerate(taxes, start=1)
        ],
    }  # fmt: skip


def amounts(debit: str, credit: str, *taxes: tuple[int, str, str]) -> list[Decimal]:
    record = {"id": 1, "origin": None, "lines": [line(debit, credit, *taxes)]}
    rows, unknown = records.tax_lines(record, BOOKS, {})
    assert unknown == []
    return [row[-1] for row in rows]


@pytest.mark.parametrize(
    ("what", "posting", "taxes", "wanted"),
    [
        ("sale", ("0", "100"), [(1, "base", "100")], ["-100"]),
        ("VAT of a sale", ("0", "25"), [(1, "tax", "25")], ["-25"]),
        ("sales credit note", ("100", "0"), [(1, "base", "-100")], ["100"]),
        ("purchase", ("100", "0"), [(2, "base", "100")], ["100"]),
        ("purchase credit note", ("0", "100"), [(2, "base", "-100")], ["-100"]),
        ("VAT owed on a purchase", ("0", "25"), [(3, "tax", "-25")], ["-25"]),
        ("both legs' base", ("100", "0"), [(3, "base", "100"), (4, "base", "100")], ["100", "100"]),
        ("tax by hand, with its base", ("0", "25"), [(3, "tax", "-25"), (3, "base", "100")],
         ["-25", "100"]),
        ("negative credit", ("0", "-100"), [(1, "base", "-100")], ["100"]),
    ],
)  # fmt: skip
def test_vat_amounts_get_the_side_of_their_posting(what, posting, taxes, wanted) -> None:
    assert amounts(*posting, *taxes) == [Decimal(value) for value in wanted], what


def test_a_vat_amount_on_a_line_of_nothing_is_reported_not_guessed() -> None:
    record = {"id": 1, "origin": None, "lines": [line("0", "0", (1, "tax", "25"))]}
    assert records.tax_lines(record, BOOKS, {}) == ([], ["1"])


def test_the_whole_base_is_restored_where_half_is_deductible() -> None:
    share = {"id": 7, "taxes_deductible_rate": Decimal("0.5")}
    record = {
        "id": 1,
        "origin": "account.invoice,3",
        "lines": [line("1800", "0", (2, "base", "800"))],
    }
    rows, _unknown = records.tax_lines(record, BOOKS, {"account.invoice,3": {"lines": [share]}})
    assert [row[-1] for row in rows] == [Decimal(1600)]


def test_a_reverse_charge_line_carries_the_code_of_the_whole() -> None:
    record = {"id": 9, "lines": [line("100", "0", (3, "base", "100"), (4, "base", "100"))]}
    assert records.postings(record, BOOKS)[0][9] == "K210"


def tax(number: int, name: str, rate: str | None, parent: int | None = None) -> dict[str, Any]:
    return {
        "id": number, "name": name, "description": name, "parent": parent, "type": "percentage",
        "rate": None if rate is None else Decimal(rate), "group": {"kind": "purchase"},
    }  # fmt: skip


def test_the_legs_of_a_reverse_charge_are_told_apart_and_take_the_parents_standard_code() -> None:
    taxes = [tax(1, "K210 EU", None), tax(2, "owed", "-0.25", 1), tax(3, "back", "0.25", 1)]
    rows = records.vat_codes(taxes, PATTERN)
    assert [(row[1], row[3], row[4], row[5]) for row in rows] == [
        ("K210 EU", None, "K210", None),
        ("owed", Decimal("0.25"), "K210", "output"),
        ("back", Decimal("0.25"), "K210", "input"),
    ]


def test_a_tax_that_states_no_standard_code_gets_none() -> None:
    (row,) = records.vat_codes([tax(1, "Købsmoms 25%", "0.25")], PATTERN)
    assert row[4:] == (None, None)


def test_taxes_of_one_name_are_told_apart() -> None:
    codes = records.tax_codes([tax(1, "Moms", "0.25"), tax(2, "Moms", "0.12")])
    assert [code.vat_code for code in codes.values()] == ["Moms (#1)", "Moms (#2)"]


def recorded(folder: Path, name: str) -> list[Any]:
    """A page recorded from another Tryton server, read by our own decoder."""
    content = json.loads((folder / "recordings" / "tryton82" / f"{name}.json").read_text())["body"]
    with network.Client(SERVICE, "http://127.0.0.1/books", bearer(Secret("k"))) as http:
        return Client(http, "books")._decoded(content.encode(), name, list)


def test_recorded_vouchers_are_read_exactly(shared_data: Path) -> None:
    page = recorded(shared_data, "account.move.line.000")
    first = page[0]
    assert first["credit"] == Decimal("599.85")
    assert first["create_date"] == datetime(2026, 11, 22, 18, 4, 49, 158579, tzinfo=UTC)
    total = sum(record["debit"] - record["credit"] for record in page)
    assert isinstance(total, Decimal)


def test_recorded_parties_keep_their_numbers(shared_data: Path) -> None:
    page = recorded(shared_data, "party.party.000")
    numbers = {record["name"]: records.identifiers(record) for record in page}
    assert numbers["Nordlys Handel ApS"] == ("13585628", "DK13585628")
    assert numbers["Bager Hansen"] == (None, None)


def test_every_option_says_what_it_is() -> None:
    required = [name for name, (is_required, _meaning) in CONNECTOR.options.items() if is_required]
    assert required == ["url", "database", "key"]
    assert all(meaning for _required, meaning in CONNECTOR.options.values())


def test_a_line_and_a_tax_line_shown_twice_in_one_answer_land_once() -> None:
    """They landed twice, and doubled the VAT."""
    told = line("0", "100", (1, "base", "100"))
    told |= {"move": 5, "tax_lines": told["tax_lines"] * 2}
    pull = Pull.__new__(Pull)
    pull._size, pull._client = 10, SimpleNamespace(where="http://tryton/books")  # type: ignore[assignment]
    pull._company = SimpleNamespace(every=lambda *_, **__: iter([told, told]))  # type: ignore[assignment]
    (record,) = pull._with_lines([{"id": 5}])
    assert len(record["lines"]) == 1
    assert [tax["id"] for tax in record["lines"][0]["tax_lines"]] == [1]
