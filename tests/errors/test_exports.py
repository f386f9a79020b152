"""Every message of the book exports and of the sums, produced and compared to the letter."""

import io
from datetime import date
from pathlib import Path

import pytest

from assets.exports import books, regnskab_basis, saft, saft_no, sie4, sie5
from assets.workspace import AnnualSettings, Company
from pipelines.commands.call import Call
from pipelines.commands.export_books import export_books
from pipelines.output import Output
from tests.errors.corpus import expected
from tests.ledger_factory import Book, ledger
from warehouse.errors import PermanentError, SettingsError
from xbrl.read import read_bytes
from xbrl.rules.few import judge_few
from xbrl.tables.facts import tables

ENTRY = "http://archprod.service.eogs.dk/taxonomy/20241001/entryDanishGAAPX.xsd"
COMPANY = '[[company]]\nid = "{0}"\nname = "{0} ApS"\ncvr = "{1}"\n'


def company(annual: AnnualSettings | None) -> Company:
    return Company("c1", "Eksempel ApS", "12345674", "12345674", "DK", "DKK", {}, {}, annual)


def sums(*facts: tuple[str, str, int]) -> list[tuple[str, str]]:
    """Code and message of what the rules say of facts: concept, context, amount."""
    entity = '<xbrli:entity><xbrli:identifier scheme="s">1</xbrli:identifier></xbrli:entity>'
    periods = {
        "now": "<xbrli:instant>2025-12-31</xbrli:instant>",
        "before": "<xbrli:instant>2024-12-31</xbrli:instant>",
        "year": "<xbrli:startDate>2025-01-01</xbrli:startDate>"
        "<xbrli:endDate>2025-12-31</xbrli:endDate>",
    }
    contexts = "".join(
        f'<xbrli:context id="{name}{member}">{entity}<xbrli:period>{period}</xbrli:period>'
        + (
            f'<xbrli:scenario><xbrldi:explicitMember dimension="fsa:ClassesOfEquityDimension">fsa:'
            f"{member}Member</xbrldi:explicitMember></xbrli:scenario>"
            if member
            else ""
        )
        + "</xbrli:context>"
        for name, period in periods.items()
        for member in ("", "ContributedCapital", "RetainedEarnings")
    )
    amounts = "".join(
        f'<fsa:{concept} contextRef="{context}" unitRef="u" decimals="INF">{amount}</fsa:{concept}>'
        for concept, context, amount in facts
    )
    content = (
        '<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance"'
        ' xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:fsa="http://xbrl.dcca.dk/fsa"'
        ' xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' xmlns:iso4217="http://www.xbrl.org/2003/iso4217">'
        f'<link:schemaRef xlink:type="simple" xlink:href="{ENTRY}"/>{contexts}'
        '<xbrli:unit id="u"><xbrli:measure>iso4217:DKK</xbrli:measure></xbrli:unit>'
        f"{amounts}</xbrli:xbrl>"
    ).encode()
    (instance,) = read_bytes(content, "report.xml")
    found = judge_few(tables(instance, "0" * 64, len(content)), "dk_sums").get("0" * 64, [])
    assert all(len(problem.facts) > 1 and problem.line == 1 for problem in found)
    return [(problem.code, problem.message) for problem in found]


def test_totals_that_are_not_their_parts():
    found = sums(("Assets", "now", 900), ("NoncurrentAssets", "now", 400),
                 ("CurrentAssets", "now", 600))  # fmt: skip
    assert found == [("DK-SUMS.total", expected("exports", "sums-total"))]
    found = sums(("GrossProfitLoss", "year", 500), ("Revenue", "year", 1000),
                 ("ExternalExpenses", "year", 400))  # fmt: skip
    assert found == [("DK-SUMS.gross", expected("exports", "sums-gross"))]


def test_equity_statements_that_do_not_add_up():
    now = ("Equity", "now", 150)
    parts = [("Equity", "nowContributedCapital", 40), ("Equity", "nowRetainedEarnings", 100)]
    assert sums(now, *parts) == [("DK-SUMS.component", expected("exports", "sums-component"))]
    before = ("Equity", "beforeRetainedEarnings", 70)
    moves = [
        ("ProfitLoss", "yearRetainedEarnings", 50),
        ("DividendPaid", "yearRetainedEarnings", 30),
    ]
    found = sums(("Equity", "now", 140), *parts, before, *moves)
    assert found == [("DK-SUMS.movement", expected("exports", "sums-movement"))]


def test_a_condensed_report_may_say_its_turnover_and_a_note_its_capital():
    assert not sums(("GrossProfitLoss", "year", 500), ("Revenue", "year", 1000))
    assert not sums(("Equity", "now", 150), ("Equity", "nowContributedCapital", 40))


def test_years_that_are_not_one():
    book = Book()
    book.period("year", "2024-07-01", "2025-06-30")
    book.period("year", "2025-07-01", "2025-12-31")
    with ledger(book) as con:
        for year, case in ((2019, "export-no-year"), (2025, "export-two-years")):
            with pytest.raises(SettingsError) as error:
                books.open_year(con, company(None), year)
            assert str(error.value) == expected("exports", case)


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        ("export-unmapped", [("4711", 100), ("1010", -100)]),
        ("export-unbalanced", [("1010", -90), ("6190", 100)]),
    ],
)
def test_books_that_cannot_be_put_on_the_standard_chart(case, lines):
    book = Book()
    book.account("4711", "Diverse", standard=None)
    book.account("1010")
    book.account("6190")
    book.voucher("2025-03-01", "1", lines)
    with ledger(book) as con:
        year = books.open_year(con, company(AnnualSettings("B")), 2025)
        with pytest.raises(PermanentError) as error:
            regnskab_basis.write(con, year)
    assert str(error.value) == expected("exports", case)


def test_wrong_use(tmp_path: Path):
    path = tmp_path / "indberet.toml"
    path.write_text(COMPANY.format("nordlys", "10150817") + COMPANY.format("skov", "13585628"))
    call = Call(path, (), Output(False, True))
    for form, case in (("oioubl", "export-form"), ("saft", "export-two-companies")):
        with pytest.raises(SettingsError) as error:
            export_books(call, form, 2025, None, {}, "20230131")
        assert str(error.value) == expected("exports", case)
    with pytest.raises(SettingsError) as error:
        export_books(call, "sie4", 2025, None, {"encoding": "latin1"}, "20230131")
    assert str(error.value) == expected("exports", "export-encoding")


def ledger_of(name: str = "Kasse", number: str = "1", code: str = "6190", journal: str = "J"):
    book = Book()
    book.account(code, name, standard=None)
    book.voucher("2025-03-01", number, [(code, 1), (code, -1)], journal_code=journal)
    return ledger(book)


@pytest.mark.parametrize(
    ("case", "form", "told"),
    [
        ("export-sie-letter", "sie4", {"name": "現金"}),
        ("export-sie-identifier", "sie4", {"number": "Ø1"}),
        ("export-sie5-accounts", "sie5", {"code": "B100"}),
        ("export-sie5-months", "sie5", {}),
        ("export-saft-no-length", "saft-no", {"journal": "Månedens almindelige kladde"}),
    ],
)
def test_what_a_form_cannot_hold_is_refused(case, form, told):
    created, last = date(2026, 1, 2), date(2025, 12, 30 if case.endswith("months") else 31)
    annual = AnnualSettings("B", odd_years=((date(2025, 1, 1), last),))
    writers = {
        "saft-no": lambda con, year: saft_no.write(con, year, saft.Told(created, "1"), out),
        "sie4": lambda con, year: sie4.write(con, year, created, "1", out),
        "sie5": lambda con, year: sie5.write(con, year, created, "1", out),
    }
    out = io.BytesIO()
    with ledger_of(**told) as con:
        year = books.open_year(con, company(annual), 2025)
        with pytest.raises(PermanentError) as error:
            writers[form](con, year)
    assert str(error.value) == expected("exports", case)
