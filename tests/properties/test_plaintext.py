"""Amounts in every notation, and books that come back as they were written."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.sources.journals.model import Amount, Line
from assets.sources.journals.value import Prices, value
from assets.sources.parts.beancount.tokens import Cursor, tokens
from assets.sources.parts.hledger import amount as hledger_amount
from assets.sources.parts.hledger.amount import Notation
from tests import gnucash_writer
from tests.unit.sources.pulling import Pulled, pull
from warehouse.errors import ReportingError

ACCOUNTS = {
    "1": "Assets:Bank", "2": "Income:Salg", "3": "Expenses:Løn og gage", "4": "Liabilities:Moms",
}  # fmt: skip
KINDS = {"1": "BANK", "2": "INCOME", "3": "EXPENSE", "4": "LIABILITY"}
cents = st.integers(-(10**13), 10**13).filter(bool)
numbers = st.decimals(
    min_value=-(10**12), max_value=10**12, places=2, allow_nan=False, allow_infinity=False
)
# a voucher: day of the year, then amounts in øre on some accounts; the last account balances
vouchers = st.lists(
    st.tuples(
        st.integers(0, 364),
        st.lists(st.tuples(st.sampled_from("1234"), cents), min_size=1, max_size=4),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@given(numbers, st.sampled_from([".", ","]), st.sampled_from(["", " ", ".", ",", "\u00a0"]),
       st.sampled_from(["{} kr", "kr {}", "kr{}", '{} "kr"', "{}kr"]))  # fmt: skip
def test_an_amount_is_read_in_every_notation(
    number: Decimal, mark: str, groups: str, layout: str
) -> None:
    if groups == mark:
        groups = ""
    written = f"{abs(number):,.2f}".replace(",", "G").replace(".", mark).replace("G", groups)
    text = ("-" if number < 0 else "") + layout.format(written)
    told = hledger_amount.posting(text, Notation({"kr": mark}))
    assert told.amount == Amount(number, "kr")
    # with both marks, or with decimals that are no group of three, no directive is needed
    assert hledger_amount.posting(text, Notation({})).amount == Amount(number, "kr")


@given(numbers)
def test_arithmetic_gives_a_number_back(number: Decimal) -> None:
    for text in (f"{number}", f"{number:,.2f}", f"({number})", f"-({-number})", f"{number} + 0"):
        assert Cursor(tokens(text.replace("--", "- -"))).expression() == number


@given(st.text(max_size=60))
def test_no_text_makes_a_reader_fail_otherwise_than_by_name(text: str) -> None:
    with TemporaryDirectory() as folder:
        for system, suffix in (("hledger", "journal"), ("beancount", "beancount")):
            path = Path(folder) / f"books.{suffix}"
            path.write_bytes(("\n" + text).encode("utf-8", "surrogatepass"))
            try:
                pull(system, Path(folder), path=path.name)
            except ReportingError as error:
                assert str(path) in str(error) or "books" in str(error)  # noqa: PT017


@given(st.lists(st.tuples(cents, st.integers(1, 99999)), min_size=1, max_size=5))
def test_priced_postings_balance_to_the_oere(told: list[tuple[int, int]]) -> None:
    lines, total = [], Decimal(0)
    for number, price in told:
        amount, each = Decimal(number).scaleb(-6), Decimal(price).scaleb(-4)
        total += amount * each
        lines.append(Line("a", Amount(amount, "EUR"), "", Amount(amount * each, "DKK")))
    lines.append(Line("b", Amount(-total.quantize(Decimal("0.01")), "DKK"), ""))
    valued = value(lines, "DKK", date(2026, 1, 1), Prices([], "DKK"))
    assert valued.difference == 0
    assert sum(valued.amounts) == 0
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in valued.amounts)
    for line, amount in zip(lines, valued.amounts, strict=True):
        assert abs(amount - line.balance.number) <= Decimal("0.005") * (len(lines) + 1)


Books = list[tuple[date, list[tuple[str, Decimal]]]]


def _books(told: list[tuple[int, list[tuple[str, int]]]]) -> Books:
    books = []
    for day, splits in told:
        lines = [(account, Decimal(amount).scaleb(-2)) for account, amount in splits]
        rest = -sum((amount for _, amount in lines), Decimal(0))
        books.append((date(2026, 1, 1) + timedelta(day), [*lines, ("1", rest)] if rest else lines))
    return books


def _hledger(books: Books) -> str:
    return "\n".join(
        f"{day} ({number}) x\n"
        + "".join(f"    {ACCOUNTS[a]}  {f'{v:.2f}'.replace('.', ',')} kr\n" for a, v in lines)
        for number, (day, lines) in enumerate(books, 1)
    )


def _beancount(books: Books) -> str:
    return "\n".join(
        f'{day} * "x"\n  bilag: "{number}"\n'
        + "".join(f"  {ACCOUNTS[a].replace(' ', '-')}  {v:,.2f} DKK\n" for a, v in lines)
        for number, (day, lines) in enumerate(books, 1)
    )


def _read(pulled: Pulled) -> list[tuple[str, date, list[tuple[str, Decimal]]]]:
    lines: dict[str, list[tuple[str, Decimal]]] = {}
    for row in pulled["posting"]:
        account = row["account_code"].replace("-", " ")
        lines.setdefault(row["source_id"], []).append((account, row["amount"]))
    return sorted(
        (row["voucher_number"], row["posting_date"], lines[row["source_id"]])
        for row in pulled["voucher"]
    )


@settings(max_examples=25)
@given(vouchers)
def test_books_come_back_as_they_were_written(
    told: list[tuple[int, list[tuple[str, int]]]],
) -> None:
    books = _books(told)
    expected = sorted(
        (str(number), day, [(ACCOUNTS[account], amount) for account, amount in lines])
        for number, (day, lines) in enumerate(books, 1)
    )
    rows = [(code, name.rpartition(":")[2], KINDS[code]) for code, name in ACCOUNTS.items()]
    written = [(str(n), day, "x", lines) for n, (day, lines) in enumerate(books, 1)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "b.journal").write_text(_hledger(books), encoding="utf-8")
        (folder / "b.beancount").write_text(_beancount(books), encoding="utf-8")
        gnucash_writer.write(folder / "x.gnucash", rows, written)
        gnucash_writer.write(folder / "s.gnucash", rows, written, form="sqlite")
        assert _read(pull("hledger", folder, path="b.journal")) == expected
        assert _read(pull("beancount", folder, path="b.beancount")) == expected
        coded = [(n, day, [(_code(a), v) for a, v in lines]) for n, day, lines in expected]
        for file in ("x.gnucash", "s.gnucash"):
            pulled = pull("gnucash", folder, path=file)
            assert _read(pulled) == coded
            assert all(row["declared"] == row["found"] for row in pulled["control_total"])


def _code(account: str) -> str:
    return next(code for code, name in ACCOUNTS.items() if name == account)
