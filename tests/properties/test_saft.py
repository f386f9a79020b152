"""SAF-T is read alike in pieces of any size."""

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.sources import source_files
from assets.sources.connector import silent
from assets.sources.parts.saft import header
from assets.sources.parts.saft.reader import Reader
from assets.sources.safe_xml import Limits
from tests.saft_writer import Book, Line, Tax, Voucher, sale
from tests.unit.sources.pulling import Pulled, connection
from tests.unit.sources.test_saft import D, write


def direct(path: Path, *, chunk: int, rows: int) -> Pulled:
    (file,) = source_files.find(connection("saft", path.parent, path=path.name), (".xml",))
    reader = Reader(
        file, header.read(path), "nordlys", posting_date="GLPostingDate",
        file_no=0, taken=set(), limits=Limits(chunk=chunk), rows_per_batch=rows,
    )  # fmt: skip
    pulled = Pulled()
    for item in reader.items(silent):
        pulled.take(item)
    return pulled


def test_a_voucher_of_many_lines_is_read_in_pieces_and_whole(tmp_path: Path) -> None:
    lines = [Line("1000", D(-1), str(n), tax=Tax("S25", "1", "0.25")) for n in range(6000)]
    path = write(tmp_path, Book([Voucher("1", "2026-01-01", lines), sale("2", "2026-01-02", "4")]))
    small, large = direct(path, chunk=4096, rows=500), direct(path, chunk=1 << 24, rows=50_000)
    assert small.streams == large.streams
    assert len(small["posting"]) == 6003
    assert [row["line_no"] for row in small["posting"]][:6000] == list(range(1, 6001))


TEXT = st.text(st.characters(exclude_categories=["C"]), min_size=1).map(
    lambda text: text.strip() or "x"
)
AMOUNT = st.decimals(D("0.01"), D("99999999999.99"), places=2)


@st.composite
def vouchers(draw: st.DrawFn) -> list[Voucher]:
    made = []
    for n in range(draw(st.integers(0, 6))):
        values = draw(st.lists(AMOUNT, min_size=1, max_size=4))
        texts = draw(st.lists(TEXT, min_size=len(values), max_size=len(values)))
        signs = draw(st.lists(st.sampled_from([1, -1]), min_size=len(values), max_size=len(values)))
        lines = [
            Line("1000", sign * value, text)
            for sign, value, text in zip(signs, values, texts, strict=True)
        ]
        lines.append(Line("5600", -sum((line.amount for line in lines), D(0))))
        day = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31))).isoformat()
        made.append(Voucher(str(n), day, lines, draw(TEXT)))
    return made


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(book=vouchers(), chunk=st.integers(16, 5000), rows=st.integers(1, 7))
def test_what_is_written_is_read_whatever_the_chunks(
    tmp_path: Path, book: list[Voucher], chunk: int, rows: int
) -> None:
    path = write(tmp_path, Book(book))
    pulled = direct(path, chunk=chunk, rows=rows)
    assert [(row["account_code"], row["amount"], row["text"]) for row in pulled["posting"]] == [
        (line.account, line.amount, line.text) for v in book for line in v.lines
    ]
    assert [(row["voucher_number"], row["text"]) for row in pulled["voucher"]] == [
        (v.number, v.text) for v in book
    ]
    assert pulled.rules() <= {"saft.no_entries"}
    assert pulled.streams == direct(path, chunk=1 << 18, rows=20_000).streams
