"""Which posting carries which VAT code, from the lines of its document."""

from decimal import Decimal

from assets.sources.parts.billy import records
from assets.sources.parts.billy.shapes import (
    Account,
    Document,
    Line,
    Organization,
    Posting,
    TaxRate,
)

RATES = {id_: TaxRate(id_, id_, Decimal("0.25")) for id_ in ("full", "half")}


def books(*lines: tuple[str | None, str, str | None]) -> records.Books:
    """A bill of these lines (account, amount, rate)."""
    made = records.Books(
        Organization("o", "o", "DKK", 12),
        {"a": Account("a", "a", 1, "expense"), "r": Account("r", "r", 2, "revenue")},
        RATES, {},
    )  # fmt: skip
    told = [Line(Decimal(amount), rate, account) for account, amount, rate in lines]
    made.add("bill", Document("1", "2026-01-01"), told)
    return made


def posting(id_: str, amount: str, account: str = "a") -> Posting:
    return Posting(id_, "t", "2026-01-01", account, Decimal(amount), "debit", False, "DKK")


def codes(made: records.Books, *postings: Posting) -> tuple[dict[str, str | None], list[str]]:
    return records.codes(postings, "bill:1", made)


def test_one_posting_and_one_code_need_no_amount() -> None:
    assert codes(books(("a", "100", "full")), posting("p", "746")) == ({"p": "full (full)"}, [])


def test_amounts_tell_two_codes_on_one_account_apart() -> None:
    made = books(("a", "100", "full"), ("a", "60", "half"))
    told = codes(made, posting("p", "60"), posting("q", "100"), posting("lost", "7.50"))
    assert told == ({"p": "half (half)", "q": "full (full)"}, [])


def test_lines_of_one_code_may_be_one_posting() -> None:
    made = books(("a", "100", "full"), ("a", "50", "full"), ("a", "60", "half"))
    told = codes(made, posting("p", "150"), posting("q", "60"))
    assert told == ({"p": "full (full)", "q": "half (half)"}, [])


def test_amounts_that_fit_nothing_are_told() -> None:
    made = books(("a", "100", "full"), ("a", "60", "half"))
    assert codes(made, posting("p", "99"), posting("q", "61")) == ({}, ["1"])


def test_a_line_without_an_account_is_looked_for_among_revenue() -> None:
    made = books((None, "100", "full"))
    assert codes(made, posting("p", "100", "r"), posting("q", "25", "a")) == (
        {"p": "full (full)"}, [],
    )  # fmt: skip


def test_lines_without_vat_need_no_match() -> None:
    assert codes(books(("a", "100", None)), posting("p", "99"), posting("q", "1")) == ({}, [])
