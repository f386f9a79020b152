"""Business Central's periods, codes and VAT entries as rows."""

from decimal import Decimal

from assets.sources.parts.business_central import records, shapes
from assets.sources.parts.business_central.pull import _any_of

ENTRY = shapes.Entry(
    7, "2026-03-01", "K'1", "1630", Decimal(100), Decimal(0), "2026-03-01T10:00:00Z"
)  # fmt: skip


def vat(calculation: str = "Normal_x0020_VAT", type_: str = "Purchase") -> shapes.VatEntry:
    return shapes.VatEntry(
        1, 7, "2026-03-01", "K'1", type_, "EU", "VARER", calculation, Decimal(25), Decimal(100),
        Decimal(25), "4711",
    )  # fmt: skip


def test_a_reverse_charge_states_its_base_alone() -> None:
    which = records.key(ENTRY)
    normal = [row[4] for row in records.tax_lines(which, ENTRY, [vat()])]
    reverse = [row[4] for row in records.tax_lines(which, ENTRY, [vat("Reverse_x0020_Charge VAT")])]
    assert (normal, reverse) == (["base", "tax"], ["base"])


def test_a_posting_takes_code_and_party_from_its_one_vat_entry() -> None:
    row = records.posting(records.key(ENTRY), 1, ENTRY, [vat()])
    assert (row[4], row[8], row[9]) == (Decimal(100), "vendor/4711", "purchase EU/VARER")


def test_periods_end_where_the_next_begins_and_the_last_tells_none() -> None:
    told = [
        shapes.Period("2026-01-01", newFiscalYear=True, closed=True),
        shapes.Period("2026-07-01", newFiscalYear=False, dateLocked=True),
        shapes.Period("2027-01-01", newFiscalYear=True),
    ]
    assert [(r[1], str(r[2]), str(r[3]), r[4]) for r in records.periods(told)] == [
        ("period", "2026-01-01", "2026-06-30", "closed"),
        ("period", "2026-07-01", "2026-12-31", "locked"),
        ("year", "2026-01-01", "2026-12-31", "locked"),
    ]


def test_a_quote_in_a_document_number_is_doubled() -> None:
    assert _any_of([records.key(ENTRY)]) == (
        "(postingDate eq 2026-03-01 and documentNumber eq 'K''1')"
    )
