"""Whatever a bank and a ledger hold, the reconciliation accounts for all of it."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bank_ledger import Bank, account, matches, reconciled

# Few amounts and days, so that much is alike.
AMOUNT = st.sampled_from(["10.00", "20.00", "30.00", "-10.00", "-30.00", "0.01"])
DAY = st.integers(1, 28).map(lambda day: f"2026-0{day % 3 + 1}-{day:02}")
TEXT = st.sampled_from(["", "Faktura 1001", "1002", "REF-7 1003"])
ENTRY = st.tuples(DAY, AMOUNT, TEXT)
BATCH = st.lists(st.tuples(AMOUNT, TEXT), min_size=2, max_size=4)
POSTING = st.tuples(DAY, AMOUNT, TEXT)
VOUCHER = st.sampled_from(["", "7", "8"])


@st.composite
def _entries(draw: st.DrawFn) -> list[tuple[str, ...]]:
    entries: list[tuple[str, ...]] = list(draw(st.lists(ENTRY, max_size=12)))
    for number, batch in enumerate(draw(st.lists(BATCH, max_size=2))):
        day = draw(DAY)
        entries += [(day, amount, text, f"batch{number}") for amount, text in batch]
    return entries


@st.composite
def _postings(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Postings; those of one voucher share its day."""
    rows = draw(st.lists(st.tuples(POSTING, VOUCHER), max_size=12))
    days = {voucher: row[0] for row, voucher in rows if voucher}
    return [
        (days[voucher], row[1], row[2], voucher) if voucher else (*row, f"V{place}")
        for place, (row, voucher) in enumerate(rows)
    ]


def _total(rows: list[tuple[Any, ...]], column: int) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if row[column] is not None), Decimal(0))


@given(_entries(), _postings(), st.sampled_from(["0.00", "5.00"]))
@settings(max_examples=12)
def test_everything_is_matched_or_open_once_and_the_difference_adds_up(
    entries: list[tuple[str, ...]], postings: list[tuple[str, ...]], opening: str
) -> None:
    con = reconciled(Bank(entries, opening=opening), postings, is_told=False)
    rows = matches(con)
    told = [(row[1], row[2]) for row in rows if row[1] is not None]
    assert sorted(told) == sorted((row[0], str(Decimal(row[1]))) for row in entries)
    told = [(row[3], row[4]) for row in rows if row[3] is not None]
    assert sorted(told) == sorted((row[0], str(Decimal(row[1]))) for row in postings)
    sums = con.execute(
        "SELECT match_id, sum(entry_amount), sum(posting_amount) FROM out_bank_match "
        "WHERE how <> 'open' GROUP BY 1"
    ).fetchall()
    assert all(entry == posting for _, entry, posting in sums)
    found = account(con)
    opened = [row for row in rows if row[0] == "open"]
    assert found["open_entry_amount"] == _total(opened, 2)
    assert found["open_posting_amount"] == _total(opened, 4)
    assert found["difference"] == found["bank_balance"] - found["ledger_balance"]
    # The books began with nothing: what the bank opened with is what nothing explains.
    assert found["unexplained"] == Decimal(opening)


@given(_entries(), _postings(), st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_the_order_in_which_rows_come_changes_nothing(
    entries: list[tuple[str, ...]], postings: list[tuple[str, ...]], random: Any
) -> None:
    con = reconciled(Bank(entries), postings, is_told=False)
    shuffled = random.sample(entries, len(entries))
    mixed = random.sample(postings, len(postings))
    other = reconciled(Bank(shuffled), mixed, is_told=False)
    assert matches(con) == matches(other)
    everything = "SELECT * FROM out_bank_match ORDER BY ALL"
    assert con.execute(everything).fetchall() == other.execute(everything).fetchall()
