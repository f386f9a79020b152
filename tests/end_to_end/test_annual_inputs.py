"""From settings, books and last year's filing to the tables an annual report is made of."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from assets.deliveries.machine import State
from assets.filings.register import Rendered, register_filing
from assets.reports import due
from assets.reports.annual import input_file, inputs, preparing
from pipelines import settings
from tests.annual_year import COMPLETE
from tests.danish_report import Report
from tests.ledger_factory import LEDGER, Book, ledger
from warehouse.operations_schema import filing

pytestmark = pytest.mark.slow

START, END = date(2025, 1, 1), date(2025, 12, 31)
OWED = {
    "company_id": "nordlys", "report_type": "annual_report", "period_start": START,
    "period_end": END, "frequency": "year", "due_date": date(2026, 6, 30),
}  # fmt: skip
SETTINGS = """
[demo]
today = 2026-06-10

[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"

[company.annual_report]
class = "B"

[[connection]]
id = "books"
company = "nordlys"
system = "tryton"
url = "http://127.0.0.1:1/"
database = "x"
key = { env = "TRYTON_KEY" }
"""
ANSWERS = COMPLETE.replace("2026-", "2025-").replace("2027-", "2026-")
LAST_YEAR = Report().page()


def books() -> Book:
    book = Book("nordlys", cvr="10150817")
    for code in ("1010", "2845", "5580", "6480", "6520", "6190"):
        book.account(code)
    book.voucher("2024-06-01", "1", [("6480", 140000), ("6520", -40000), ("1010", -100000)])
    book.voucher("2025-02-01", "2", [("6480", 900000), ("1010", -900000)])
    book.voucher("2025-03-01", "3", [("2845", 400000), ("5580", 120000), ("6480", -520000)])
    return book


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "indberet.toml").write_text(SETTINGS)
    return settings.load(tmp_path / "indberet.toml")


@pytest.fixture
def con():
    return ledger(books(), tables=(*LEDGER, "xbrl_filing", "xbrl_fact"))


def register(con, workspace):
    due.register(con, [OWED])
    with workspace.operations_database() as operations:
        inputs.register(con, workspace, operations, [OWED])


def prepare(con, workspace):
    due.register(con, [OWED])
    with workspace.operations_database() as operations:
        (gathered,) = inputs.gather(con, workspace, operations, [OWED])
    return preparing.write(workspace, gathered)


def rows(con, query):
    return con.execute(query).fetchall()


def choice(con):
    (found,) = rows(con, "SELECT previous_start, previous_end, previous_origin FROM annual_choice")
    return found


def test_a_company_without_a_file_is_withheld_and_told_how_to_make_it(con, workspace):
    register(con, workspace)
    ((reason,),) = rows(con, "SELECT reason FROM annual_problem")
    assert reason == (
        "annual/nordlys/2025-12-31.toml: There is no input file for the annual report. "
        "Run `indberet annual prepare --company nordlys 2025-12` to make it."
    )
    assert choice(con) == (date(2024, 1, 1), date(2024, 12, 31), "ledger")


def test_prepared_checked_and_made_into_rows(con, workspace):
    first = prepare(con, workspace)
    assert (first.state, first.open_count > 15) == ("new", True)
    path = input_file.path_of(workspace, "nordlys", END)
    written = path.read_text()
    assert 'name = "Tryton"' in written
    assert "To accept it: accept_derived = 110000" in written
    assert prepare(con, workspace).state == "unchanged"
    path.write_text(
        ANSWERS.replace("average = 2", "average = 2\naverage_previous_year = 0")
        + "[tax]\naccept_derived = 104720\n[depreciation]\nfixtures = 24000\n"
        + '[policies.useful_life]\nfixtures = "3-5"\n'
    )
    register(con, workspace)
    assert rows(con, "SELECT reason FROM annual_problem") == []
    assert rows(
        con, "SELECT number, standard_account_code, amount, origin FROM annual_adjustment "
        "ORDER BY ALL",
    ) == [
        (1, "3050", Decimal(24000), "stated"), (1, "5610", Decimal(-24000), "stated"),
        (2, "3740", Decimal(104720), "derived"), (2, "6315", Decimal(-104720), "derived"),
    ]  # fmt: skip
    ((how,),) = rows(con, "SELECT DISTINCT text FROM annual_adjustment WHERE number = 2")
    assert how.startswith("result before tax 476 000 = taxable income 476 000; 22 % of it")
    assert rows(con, "SELECT subject, field, amount FROM annual_number ORDER BY ALL") == [
        ("", "fsa:AverageNumberOfEmployees", Decimal(2)),
        ("", "fsa:ProposedDividendRecognisedInEquity", Decimal(0)),
        ("previous", "fsa:AverageNumberOfEmployees", Decimal(0)),
    ]
    fields = {field for (field,) in rows(con, "SELECT field FROM annual_text")}
    assert {"gsd:DateOfGeneralMeeting", "sob:DateOfApprovalOfAnnualReport"} <= fields
    assert prepare(con, workspace).state == "changed"
    register(con, workspace)
    assert rows(con, "SELECT reason FROM annual_problem") == [], "what was answered still is"


def filed(con):
    ((assets,),) = rows(
        con, "SELECT amount FROM annual_previous WHERE subject = '' AND field = 'fsa:Assets'"
    )
    ((source,),) = rows(
        con, "SELECT source FROM annual_previous WHERE subject = '' AND field = 'fsa:Assets'"
    )
    return assets, source


def test_last_years_report_that_we_filed_is_compared_with(con, workspace):
    rendered = Rendered(
        "nordlys", "10150817", "r", "annual_report", date(2024, 1, 1), date(2024, 12, 31),
        "application/xhtml+xml", LAST_YEAR,
    )  # fmt: skip
    with workspace.operations_database() as operations:
        kept = register_filing(operations, workspace.storage, rendered).filing
        with operations.transaction() as transaction:
            transaction.connection.execute(
                sa.update(filing).values(
                    state=State.ACCEPTED, decided_at=datetime(2025, 3, 2, tzinfo=UTC)
                )
            )
    register(con, workspace)
    assert choice(con) == (date(2024, 1, 1), date(2024, 12, 31), "filed")
    assets, source = filed(con)
    assert assets == 100000
    assert source.startswith(f"filing {kept['filing_id'][:12]} #")
    prepare(con, workspace)
    text = input_file.path_of(workspace, "nordlys", END).read_text()
    assert 'chairman = "Ida Holm"' in text
    assert 'firm = "Revision Nord"' in text
    assert "average_previous_year = 1" in text


def test_a_filing_taken_in_is_compared_with_next(con, workspace):
    sha = "ab" * 32
    con.execute(
        "INSERT INTO xbrl_filing (filing_id, entity_identifier, period_end, is_read) "
        "VALUES (?, '10150817', DATE '2024-12-31', true)",
        [sha],
    )
    for number, (concept, kind, start, value, unit) in enumerate(
        [
            ("gsd:ReportingPeriodStartDate", "duration", START.replace(2024), "2024-01-01", None),
            ("gsd:ReportingPeriodEndDate", "duration", START.replace(2024), "2024-12-31", None),
            ("fsa:Assets", "instant", None, "100000", "iso4217:DKK"),
        ]
    ):
        prefix, _, name = concept.partition(":")
        con.execute(
            "INSERT INTO xbrl_fact (filing_id, fact_index, namespace, concept, period_type, "
            "period_start, period_end, dimensions, value, unit) "
            "VALUES (?, ?, ?, ?, ?, ?, DATE '2024-12-31', '', ?, ?)",
            [sha, number, f"http://xbrl.dcca.dk/{prefix}", name, kind, start, value, unit],
        )
    register(con, workspace)
    assert filed(con) == (Decimal(100000), f"filing {sha[:12]} #fact-2")


def test_a_filing_named_in_the_file_is_compared_with_last(con, workspace):
    (workspace.settings.parent / "last.xhtml").write_bytes(LAST_YEAR)
    path = input_file.path_of(workspace, "nordlys", END)
    path.parent.mkdir(parents=True)
    path.write_text(
        ANSWERS.replace('kind = "annual"', 'kind = "annual"\nprevious_filing = "last.xhtml"')
    )
    register(con, workspace)
    assert choice(con)[2] == "filed"
    assert filed(con)[1].startswith("last.xhtml #")
