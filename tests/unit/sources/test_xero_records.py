"""What Xero's lines mean for VAT, its years, and its trial balance."""

from datetime import date
from decimal import Decimal

import pytest

from assets.sources.parts.xero import records, shapes

RATES = {
    "OUTPUT": shapes.TaxRate("Salg", "OUTPUT", Decimal(25), Decimal(25)),
    "REVERSE": shapes.TaxRate("EU-køb", "REVERSE", Decimal(0), Decimal(25)),
}
ACCOUNTS = {
    "sale": shapes.Account("sale", "Salg", "REVENUE", "1010"),
    "vat": shapes.Account("vat", "Moms", "CURRLIAB", "7840", SystemAccount="GST"),
    "bank": shapes.Account("bank", "Bank", "BANK"),
}
BOOKS = records.Books(ACCOUNTS, RATES)


def line(account: str, net: str, tax: str = "0", tax_type: str | None = None) -> shapes.JournalLine:
    amounts = Decimal(net), Decimal(tax), Decimal(net) + Decimal(tax)
    return shapes.JournalLine(f"{account}{net}", account, *amounts, TaxType=tax_type)


def tax_lines(*lines: shapes.JournalLine) -> list[tuple[str, str, str, Decimal]]:
    journal = shapes.Journal("j", "/Date(0+0000)/", 1, "/Date(0+0000)/", list(lines))
    return [(row[1], row[3], row[4], row[5]) for row in records.tax_lines(journal, BOOKS)]


def test_a_sale_states_base_and_vat_with_the_lines_sign() -> None:
    told = tax_lines(line("sale", "-100", "-25", "OUTPUT"), line("vat", "-25"), line("bank", "125"))
    assert told == [
        ("sale-100", "OUTPUT", "base", Decimal(-100)),
        ("sale-100", "OUTPUT", "tax", Decimal(-25)),
    ]


def test_a_stated_vat_of_nothing_counts_where_the_rate_is_one_and_not_for_a_reverse_charge() -> (
    None
):
    assert [part for _l, _c, part, _a in tax_lines(line("sale", "-1", "0", "OUTPUT"))] == [
        "base", "tax",
    ]  # fmt: skip
    assert [part for _l, _c, part, _a in tax_lines(line("sale", "9", "0", "REVERSE"))] == ["base"]


def test_no_vat_is_no_code_and_vat_booked_by_hand_is_tax() -> None:
    assert tax_lines(line("sale", "-100", "0", "NONE")) == []
    assert tax_lines(line("vat", "-25", "0", "OUTPUT")) == [
        ("vat-25", "OUTPUT", "tax", Decimal(-25))
    ]


def test_an_account_without_a_code_goes_by_its_id() -> None:
    assert BOOKS.code(line("bank", "1")) == "#bank"
    assert BOOKS.code(line("gone", "1")) == "#gone"


def organisation(**more: str) -> shapes.Organisation:
    return shapes.Organisation("o", "Nordlys", "DKK", 31, 6, **more)


def test_years_run_to_the_day_xero_says_and_lock_dates_close_them() -> None:
    lock = "/Date(1719705600000+0000)/"  # 30 June 2024
    rows = records.years(
        organisation(PeriodLockDate=lock), date(2023, 12, 1), date(2025, 7, 1)
    )  # fmt: skip
    assert [(str(row[2]), str(row[3]), row[4]) for row in rows] == [
        ("2023-07-01", "2024-06-30", "closed"),
        ("2024-07-01", "2025-06-30", "open"),
        ("2025-07-01", "2026-06-30", "open"),
    ]


def test_the_trial_balance_is_read_from_its_last_two_columns() -> None:
    about = [shapes.Attribute("account", "a")]
    cells = [shapes.Cell(value, about) for value in ("Salg (1010)", "", "9.00", "", "1,020.22")]
    total = [shapes.Cell(value) for value in ("Total", "", "9.00", "", "1,020.22")]
    report = shapes.Report([
        shapes.ReportRows("Header", [shapes.Cell("Account")]),
        shapes.ReportRows("Section", None, [shapes.ReportRow(cells), shapes.ReportRow(total)]),
    ])  # fmt: skip
    assert records.trial_balance(report) == {"a": Decimal("-1020.22")}


@pytest.mark.parametrize(
    ("country", "number", "expected"),
    [("Germany", "DE136695976", "DE"), ("dk", "", "DK"), ("", "EL094259216", "GR"),
     ("Norway", "", None), ("", "12345678", None)],
)  # fmt: skip
def test_a_country_is_told_by_a_code_or_by_the_vat_number(
    country: str, number: str, expected: str | None
) -> None:
    contact = shapes.Contact("c", "x", None, number, [shapes.Address(country)])
    assert records.party(contact)[3] == expected


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        shapes.day("soon")
