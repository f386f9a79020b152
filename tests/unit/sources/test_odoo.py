"""What Odoo's taxes mean, tax by tax; periods; the domain of what is read anew."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.sources.parts.odoo import records
from assets.sources.parts.odoo.masters import periods
from assets.sources.parts.odoo.pull import Scope
from assets.sources.parts.odoo.taxes import Repartition, Tag, Tax, Taxes, localisation
from warehouse import standards

ACCOUNT = (7, "7740")


def tax(number: int, name: str, use: str = "purchase", **more: Any) -> Tax:
    told = {"amount": Decimal(25), "amount_type": "percent", **more}
    return Tax(id=number, name=name, type_tax_use=use, **told)


def part(number: int, of: int, factor: int, **more: Any) -> Repartition:
    told: dict[str, Any] = {
        "repartition_type": "tax", "account_id": ACCOUNT, "tag_ids": [], "tax_id": (of, ""),
        "document_type": "invoice",
    }  # fmt: skip
    return Repartition(id=number, factor_percent=Decimal(factor), **told | more)


def test_a_reverse_charge_has_two_legs_and_its_base_stands_on_both() -> None:
    taxes = Taxes([tax(1, "EU")], [part(10, 1, 100), part(11, 1, -100)], [])
    assert taxes.parts([], 10, is_due=False) == [("EU [afløftet]", "tax")]
    assert taxes.parts([], 11, is_due=False) == [("EU [skyldig]", "tax")]
    assert taxes.parts([1], None, is_due=False) == [
        ("EU [skyldig]", "base"),
        ("EU [afløftet]", "base"),
    ]
    assert taxes.carried([1], None) == taxes.carried([], 11) == "EU"
    assert [(row[1], row[5]) for row in taxes.rows()] == [
        ("EU", None), ("EU [skyldig]", "output"), ("EU [afløftet]", "input"),
    ]  # fmt: skip


def test_a_credit_note_of_a_reverse_charge_has_the_same_legs() -> None:
    back = [part(12, 1, 100, document_type="refund"), part(13, 1, -100, document_type="refund")]
    taxes = Taxes([tax(1, "EU")], [part(10, 1, 100), part(11, 1, -100), *back], [])
    assert taxes.parts([], 12, is_due=False) == [("EU [afløftet]", "tax")]
    assert taxes.parts([], 13, is_due=False) == [("EU [skyldig]", "tax")]


def test_odoo_16_names_the_tax_by_the_documents_kind() -> None:
    invoice = Repartition(9, Decimal(100), "tax", ACCOUNT, [], invoice_tax_id=(1, "A"))
    refund = Repartition(10, Decimal(100), "tax", ACCOUNT, [], refund_tax_id=(1, "A"))
    taxes = Taxes([tax(1, "A")], [invoice, refund], [])
    assert (invoice.is_refund(), refund.is_refund()) == (False, True)
    assert taxes.parts([], 10, is_due=False) == [("A", "tax")]


def test_the_part_that_is_not_deducted_is_a_cost_and_no_vat() -> None:
    taxes = Taxes([tax(1, "Halv")], [part(10, 1, 50), part(11, 1, 50, account_id=False)], [])
    assert taxes.parts([], 11, is_due=False) == []
    assert taxes.carried([], 11) is None
    assert [row[5] for row in taxes.rows()] == [None]


def test_a_group_is_the_taxes_in_it() -> None:
    group = tax(3, "Begge", amount_type="group", children_tax_ids=[1, 2])
    taxes = Taxes([tax(1, "A"), tax(2, "B"), group], [], [])
    assert taxes.parts([3], None, is_due=False) == [("A", "base"), ("B", "base")]
    assert taxes.single([3]) is None
    assert [row[1] for row in taxes.rows()] == ["A", "B"]


def test_a_tax_due_on_payment_counts_in_the_entry_of_the_payment() -> None:
    taxes = Taxes([tax(1, "A", tax_exigibility="on_payment")], [part(10, 1, 100)], [])
    assert taxes.parts([1], None, is_due=False) == taxes.parts([], 10, is_due=False) == []
    assert taxes.parts([1], None, is_due=True) == [("A", "base")]
    assert taxes.parts([], 10, is_due=True) == [("A", "tax")]


def test_a_tax_line_that_other_taxes_stand_on_is_tax_and_base() -> None:
    taxes = Taxes([tax(1, "A"), tax(2, "B")], [part(10, 1, 100)], [])
    assert taxes.parts([2], 10, is_due=False) == [("A", "tax"), ("B", "base")]


def test_taxes_of_one_name_are_told_apart_by_use_then_by_id() -> None:
    taxes = Taxes([tax(1, "25%"), tax(2, "25%", "sale"), tax(3, "0%"), tax(4, "0%")], [], [])
    assert list(taxes.codes.values()) == ["25% (purchase)", "25% (sale)", "0% (#3)", "0% (#4)"]


def boxed(name: str, tags: dict[str, list[str]], use: str = "sale", **more: Any) -> str | None:
    """The standard code of a tax whose base and tax go to boxes, named with or without a sign."""
    names = sorted({tag for found in tags.values() for tag in found})
    parts = [
        part(number, 1, 100, repartition_type=kind, tag_ids=[names.index(t) + 1 for t in found])
        for number, (kind, found) in enumerate(tags.items(), start=10)
    ]
    made = tax(1, name, use, **more)
    return Taxes([made], parts, [Tag(n, t) for n, t in enumerate(names, start=1)]).standard(made)


@pytest.mark.parametrize("sign", ["", "+"])  # tags have no sign from Odoo 19 on
def test_boxes_that_allow_one_code_state_it(sign: str) -> None:
    zero = {"amount": Decimal(0)}
    assert boxed("Eget EU-salg", {"base": [f"{sign}R-B-MR"], "tax": []}, **zero) == "S21"
    assert boxed("Egne ydelser", {"base": [f"{sign}R-C-MR"], "tax": []}, **zero) == "S23"


def test_boxes_that_allow_several_need_the_localisations_name() -> None:
    assert boxed("Salgsmoms", {"base": [], "tax": ["+UM"]}) is None
    assert boxed("S-DK-25", {"base": [], "tax": ["+UM"]}) == "S01"


def test_a_name_of_the_localisation_with_other_boxes_or_rate_states_nothing() -> None:
    assert boxed("S-DK-25", {"base": [], "tax": ["+KM"]}) is None
    assert boxed("S-EU-V-0", {"base": ["+R-C-MR"], "tax": []}, amount=Decimal(0)) is None
    assert boxed("S-DK-25", {"base": [], "tax": ["+UM"]}, amount=Decimal(20)) is None


def test_the_localisation_means_codes_there_are() -> None:
    codes = standards.vat_codes()
    assert all(codes[code].alias_of == "" for code in localisation().values())
    assert all(code[0] == {"sale": "S", "purchase": "K"}[use]
               for (_name, use, _amount), code in localisation().items())  # fmt: skip


def test_a_year_of_its_own_has_its_own_months() -> None:
    company = records.Company(1, "A", (10, "DKK"), hard_lock_date="2025-08-31")
    rows = periods(company, [(date(2025, 7, 1), date(2026, 6, 30))])
    assert [row[1] for row in rows] == ["year", *["period"] * 12]
    assert [row[4] for row in rows][:4] == ["open", "locked", "locked", "open"]


def test_what_is_read_anew_is_one_domain_in_prefix_notation() -> None:
    assert Scope(is_all=True).domain() == []
    scope = Scope(is_all=False, since="2026-11-01 08:00:00", months={"2026-02"}, ids=[5])
    assert scope.domain() == [
        "|", "|", "|",
        ["write_date", ">=", "2026-11-01 08:00:00"],
        ["line_ids.write_date", ">=", "2026-11-01 08:00:00"],
        "&", ["date", ">=", "2026-02-01"], ["date", "<=", "2026-02-28"],
        ["id", "in", [5]],
    ]  # fmt: skip


def test_no_field_is_asked_for_that_nobody_reads() -> None:
    """`tax_line_id` was, of every journal item."""
    parts = Path(records.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in sorted(parts.glob("*.py")))
    shapes = [
        one for one in vars(records).values()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__struct_fields__
    ]  # fmt: skip
    assert records.Line in shapes
    unread = {
        f"{shape.__name__}.{name}"
        for shape in shapes
        for name in shape.__struct_fields__
        if not re.search(rf"\.{name}\b", code)
    }
    assert unread == set()
