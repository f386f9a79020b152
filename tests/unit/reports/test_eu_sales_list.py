"""The EU sales list: one record per buyer's number, nothing left out in silence."""

from datetime import date
from decimal import Decimal

from assets.filings.eu_sales_list import buyer_problem
from assets.reports import eu_sales_list, vat_return
from quality import numbers
from tests.ledger_factory import Book, due, ledger, tax
from warehouse.tables import TABLES

JANUARY = ("c1", "2026-01-01", "2026-01-31", "month")
AS_OF = date(2026, 2, 10)
COLUMNS = {f.field: name for f, name in zip(eu_sales_list.FIELDS, "gts", strict=True)}


def book_of(parties, sales) -> Book:
    book = Book()
    for party, country, number in parties:
        book.party(party, country, number)
    for no, (code, amount, party) in enumerate(sales, start=1):
        value = -Decimal(amount)
        book.voucher(
            "2026-01-15",
            str(no),
            [("1050", value, tax(code, "base", value)), ("6190", -value)],
            party=party,
        )
    return book


def build(book: Book, period=JANUARY):
    con = ledger(book)
    due(con, [period])
    eu_sales_list.REPORT.build(con, AS_OF)
    return con


def listed(con) -> dict[str, dict[str, int]]:
    """Non-zero whole kroner by subject and column: g goods, t triangular, s services."""
    found: dict[str, dict[str, int]] = {}
    rows = con.execute(
        "SELECT subject, field, amount FROM out_report_line ORDER BY subject, field_no"
    ).fetchall()
    for subject, field, amount in rows:
        found.setdefault(subject, {})
        if amount:
            found[subject][COLUMNS[field]] = amount
    return found


def state(con) -> tuple[str, str | None]:
    ((state, reason),) = con.execute("SELECT state, reason FROM out_report").fetchall()
    return state, reason


def test_goods_services_and_triangular_trade_stand_in_their_columns_per_buyer():
    con = build(
        book_of(
            [("a", "DE", "DE811234567"), ("b", "GR", "EL 094.259.216")],
            [("S21", "12000.90", "a"), ("S23", "500.50", "a"), ("S25", "300.99", "b")],
        )
    )
    assert listed(con) == {"DE811234567": {"g": 12000, "s": 500}, "EL094259216": {"t": 300}}
    assert state(con) == ("ready", None)


def test_customers_that_share_a_number_are_added_before_oere_are_dropped():
    con = build(
        book_of(
            [("a", "DE", "DE811234567"), ("b", "DE", "811 234 567")],
            [("S21", "100.60", "a"), ("S21", "100.60", "b")],
        )
    )
    assert listed(con) == {"DE811234567": {"g": 201}}


def test_a_credit_note_makes_a_buyers_amount_negative():
    con = build(book_of([("a", "SE", "SE556012579001")], [("S21", "-40.90", "a")]))
    assert listed(con) == {"SE556012579001": {"g": -40}}


WRITTEN = [
    ("GR", "GR094259216", "EL094259216"),
    ("EL", "094259217", "EL094259217"),
    (None, "FI12345678", "FI12345678"),
    ("NL", "BE0123456789", "BE0123456789"),
    ("FR", "DE811234567", "DE811234567"),
    ("fr", "xx 123456789", "FRXX123456789"),
    ("GB", "XI 123 4567 89", "XI123456789"),
    ("ES", "B-12345678", "ESB12345678"),
    ("IE", "8+49289F", "IE8+49289F"),
    (None, "ie 8*49289f", "IE8*49289F"),
    ("NL", "NL +*ABCDEF1286", "NL+*ABCDEF1286"),
]


def test_numbers_are_written_as_the_list_wants_them():
    parties = [(given, country, given) for country, given, _ in WRITTEN]
    con = build(book_of(parties, [("S21", n, given) for n, (_, given, _) in enumerate(WRITTEN, 1)]))
    assert listed(con) == {subject: {"g": n} for n, (_, _, subject) in enumerate(WRITTEN, 1)}


def test_what_the_report_lists_the_rules_and_the_filing_take_too():
    for country, given, subject in WRITTEN:
        is_right = numbers.eu_vat_defect(given, country or "") is None
        assert is_right == (numbers.eu_vat_defect(subject) is None)
        assert is_right == (buyer_problem(subject[:2], subject[2:]) is None)


def test_a_buyer_without_a_usable_number_keeps_its_amount_and_withholds_the_list():
    con = build(
        book_of(
            [
                ("good", "DE", "DE811234567"),
                ("none", "FR", None),
                ("short", "DE", "DE1234"),
                ("outside", "GB", "123456789"),
                ("danish", "DK", "DK12345674"),
            ],
            [
                (c, 10, p)
                for c, p in zip(
                    ["S21"] * 5, ["good", "none", "short", "outside", "danish"], strict=True
                )
            ]
            + [("S23", 5, None)],
        )
    )
    assert listed(con) == {"": {"g": 40, "s": 5}, "DE811234567": {"g": 10}}
    assert state(con) == (
        "withheld",
        (
            "EU sales to 5 buyers without a valid EU VAT number: "
            "danish, no buyer on the voucher, none, outside, short"
        ),
    )


def test_services_to_northern_ireland_are_no_eu_sale():
    con = build(
        book_of([("a", "GB", "XI123456789")], [("S21", 7, "a"), ("S23", 8, "a")]),
    )
    assert listed(con) == {"": {"s": 8}, "XI123456789": {"g": 7}}
    assert state(con)[0] == "withheld"


def test_a_buyer_below_one_krone_in_every_column_has_no_record():
    con = build(
        book_of([("a", "DE", "DE811234567")], [("S21", "0.90", "a"), ("S23", "-0.99", "a")])
    )
    assert listed(con) == {}
    assert con.execute("SELECT count(*) FROM out_report_line_posting").fetchall() == [(0,)]
    assert state(con) == ("ready", None)


def test_a_month_without_eu_sales_has_no_lines_and_withholds_nothing():
    con = build(book_of([], [("S41", 10, None)]))
    assert con.execute("SELECT state, line_count FROM out_report").fetchall() == [("ready", 0)]


def test_a_code_that_is_not_mapped_could_be_an_eu_sale_and_withholds_the_list():
    book = Book()
    line = tax("EUS", "base", -10, standard=None)
    book.voucher("2026-01-15", "1", [("1050", -10, line), ("6190", 10)])
    assert state(build(book)) == (
        "withheld",
        "VAT code EUS not mapped to a standard VAT code",
    )


def test_the_list_agrees_with_fields_4_and_17_of_the_return():
    parties = [("a", "DE", "DE811234567"), ("b", "GR", "EL094259216"), ("c", "FR", None)]
    sales = [
        ("S21", "12000.90", "a"),
        ("S2", "7.13", "b"),
        ("S23", "500.50", "a"),
        ("S23", "-20.25", "b"),
        ("S21", "3.33", "c"),
        ("S25", "99.99", "b"),
    ]
    con = build(book_of(parties, sales))
    of_list = dict(
        con.execute("SELECT field_no, sum(amount_exact) FROM out_report_line GROUP BY 1").fetchall()
    )
    vat_return.REPORT.build(con, AS_OF)
    of_return = dict(con.execute("SELECT field_no, amount_exact FROM out_report_line").fetchall())
    assert of_list == {1: of_return[4], 2: Decimal("99.99"), 3: of_return[17]}


def test_published_tables_have_the_declared_shape():
    con = build(book_of([("a", "DE", "DE811234567")], [("S21", 10, "a")]))
    for name in ("report", "report_line", "report_line_posting"):
        columns = [(row[0], row[1]) for row in con.execute(f"DESCRIBE out_{name}").fetchall()]
        assert columns == [(c.name, c.type) for c in TABLES[name].columns]
