"""Whole reports from whole ledgers: `ledger.toml` gives `lines.csv` and `postings.csv`.

`pytest tests/golden --update` rewrites the expected files; review them with git diff.
"""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.reports import report
from tests.ledger_factory import Book, Tax, due, ledger, tax

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/ledger.toml"))
QUERIES = {
    "report.csv": "SELECT report_id, state, reason, line_count, input_sha256 FROM out_report",
    "lines.csv": "SELECT subject, field_no, field, amount_exact, amount FROM out_report_line "
    "ORDER BY subject, field_no",
    "postings.csv": "SELECT subject, field, voucher_id, line_id, seq, amount "
    "FROM out_report_line_posting ORDER BY ALL",
}


def tax_line(text: str) -> Tax:
    """`S01 base -1000.00`, with `unmapped` behind a code nobody mapped."""
    code, part, amount, *rest = text.split()
    return tax(code, part, amount, standard=None) if rest else tax(code, part, amount)


def read(folder: Path) -> tuple[dict[str, Any], Book]:
    declared = tomllib.loads((folder / "ledger.toml").read_text(encoding="utf-8"))
    book = Book(declared["report"]["company"])
    for party in declared.get("party", []):
        book.party(party["id"], party.get("country"), party.get("vat_number"))
    for voucher in declared["voucher"]:
        lines = [
            (account, amount, *map(tax_line, taxes)) for account, amount, *taxes in voucher["lines"]
        ]
        book.voucher(str(voucher["date"]), voucher["number"], lines, party=voucher.get("party"))
    return declared["report"], book


def as_csv(con: duckdb.DuckDBPyConnection, query: str) -> str:
    result = con.execute(query)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column[0] for column in result.description)
    writer.writerows(result.fetchall())
    return text.getvalue()


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_ledger_gives_exactly_the_report_on_file(folder, request):
    wanted, book = read(folder)
    for voucher in {row["voucher_id"] for row in book.rows["voucher"]}:
        amounts = [r["amount"] for r in book.rows["posting"] if r["voucher_id"] == voucher]
        assert sum(amounts) == 0, f"{voucher} does not balance"
    con = ledger(book)
    due(con, [(wanted["company"], str(wanted["start"]), str(wanted["end"]), wanted["frequency"])])
    report.load(wanted["type"]).build(con, wanted["as_of"])
    for name, query in QUERIES.items():
        found = as_csv(con, query)
        if request.config.getoption("--update"):
            (folder / name).write_text(found, encoding="utf-8")
        assert found == (folder / name).read_text(encoding="utf-8"), name
