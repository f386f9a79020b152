"""One small ledger per rule that breaks only that rule, and the exact message."""

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from quality import rules
from quality.finding import Finding
from tests.errors.corpus import FOLDER, expected
from tests.ledger_factory import Book, due, ledger, tax

Q1 = [("c1", "2026-01-01", "2026-03-31", "quarter")]


def sale(book: Book, day: str, number: str, base: str = "1000", **values: object) -> str:
    vat = Decimal(base) / 4
    return book.voucher(
        day,
        number,
        [
            ("1010", -Decimal(base), tax("S01", "base", -Decimal(base))),
            ("7680", -vat, tax("S01", "output", -vat)),
            ("6190", Decimal(base) + vat),
        ],
        **values,  # type: ignore[arg-type]
    )


def clean() -> Book:
    """A company with every kind of trade, and nothing wrong."""
    book = Book()
    book.period("year", "2026-01-01", "2026-12-31")
    for code in ("S01", "K010", "K040", "K090", "K260", "S21", "S83"):
        book.vat_code(code)
    book.party("kunde", "DE", "DE136695976", name="Kunde GmbH")
    sale(book, "2026-01-10", "1")
    book.voucher(
        "2026-01-12",
        "2",
        [
            ("1610", 800, tax("K010", "base", 800)),
            ("7740", 200, tax("K010", "input", 200)),
            ("7440", -1000),
        ],
    )
    book.voucher(
        "2026-02-01",
        "3",
        [
            ("1610", 1000, tax("K260", "base", 1000)),
            ("7720", -250, tax("K260", "output", -250)),
            ("7740", 250, tax("K260", "input", 250)),
            ("7440", -1000),
        ],
    )
    book.voucher(
        "2026-02-02",
        "4",
        [("1010", -5000, tax("S21", "base", -5000)), ("6190", 5000)],
        party="kunde",
    )
    book.voucher(
        "2026-02-03",
        "5",
        [
            ("1610", "433.33", tax("K040", "base", "433.33")),
            ("7740", "54.17", tax("K040", "input", "54.17")),
            ("1610", "54.16"),
            ("7440", "-541.66"),
        ],
    )
    book.voucher("2026-03-31", "6", [("7680", 250), ("7740", "-504.17"), ("7720", 250),
                                     ("7840", "4.17")])  # fmt: skip
    return book


def found(book: Book, periods: list[tuple[str, str, str, str]] = Q1) -> list[Finding]:
    con = ledger(book)
    due(con, periods)
    rules.run(con, "2026-03")
    return rules.findings(con)


def change(book: Book, table: str, where: dict[str, object], **values: object) -> None:
    hits = [r for r in book.rows[table] if all(r[k] == v for k, v in where.items())]
    assert hits, where
    for row in hits:
        row.update(values)


def document(book: Book, number: str, total: str, **values: object) -> None:
    """An invoice that came beside the books, from a connection that books nothing."""
    book.add(
        "source_document",
        **{
            "connection_id": "invoices", "document_id": f"sales_invoice/{number}",
            "kind": "sales_invoice", "number": number, "document_date": date(2026, 1, 10),
            "currency": "DKK", "total": Decimal(total), "party_id": None,
        } | values,
    )  # fmt: skip


def document_not_booked(book: Book) -> None:
    document(book, "1", "1250")
    book.party("einvoice/K", "DK", "DK13585628", name="Havnens Café ApS")
    document(book, "2026-77", "500", party_id="einvoice/K")


def document_amount_differs(book: Book) -> None:
    document(book, "1", "1350")


def voucher_unbalanced(book: Book) -> None:
    book.voucher("2026-03-01", "7", [("6190", 1000), ("1010", -900)], where_found="sales.xml:88")


def voucher_duplicate(book: Book) -> None:
    row = next(r for r in book.rows["voucher"] if r["voucher_number"] == "1")
    book.rows["voucher"].append({**row, "voucher_number": "7", "where_found": "test:7"})


def account_missing(book: Book) -> None:
    book.voucher("2026-03-01", "7", [("9999", 100), ("6190", -100)])
    book.rows["ledger_account"] = [
        r for r in book.rows["ledger_account"] if r["account_code"] != "9999"
    ]


def account_unmapped(book: Book) -> None:
    book.account("7740A", "Købsmoms, gammel", standard=None)
    change(book, "posting", {"voucher_id": "main:2", "account_code": "7740"},
           account_code="7740A", standard_account_code=None)  # fmt: skip
    book.voucher("2026-03-31", "7", [("7740", 200), ("7840", -200)])


def account_mapping_incomplete(book: Book) -> None:
    book.account("4711", "Diverse", standard=None)
    book.voucher("2026-03-01", "7", [("4711", 100), ("6190", -100)])


def vat_code_none(book: Book) -> None:
    book.rows |= {"vat_code": [], "voucher": [], "posting": [], "tax_line": []}
    book.voucher("2026-03-01", "1", [("2810", 25), ("6480", -25)])


def vat_code_missing(book: Book) -> None:
    book.rows["vat_code"] = [r for r in book.rows["vat_code"] if r["vat_code"] != "K010"]


def vat_code_unmapped(book: Book) -> None:
    book.vat_code("U25", standard=None, name="Salg 25 %")
    book.voucher(
        "2026-03-01",
        "7",
        [
            ("1010", -100, tax("U25", "base", -100, standard=None)),
            ("7680", -25, tax("U25", "tax", -25, standard=None)),
            ("6190", 125),
        ],
    )


def vat_code_invalid(book: Book) -> None:
    book.vat_code("U25", standard="S99")
    book.voucher(
        "2026-03-01", "7", [("1010", -100, tax("U25", "base", -100, standard="S99")), ("6190", 100)]
    )


def date_implausible(book: Book) -> None:
    sale(book, "1900-01-01", "0")


def date_outside_fiscal_period(book: Book) -> None:
    change(book, "fiscal_period", {"kind": "year"}, start_date=date(2026, 1, 11))


def fiscal_period_unknown(book: Book) -> None:
    book.rows["fiscal_period"] = []


def closed_period_changed(book: Book) -> None:
    book.period("period", "2026-01-01", "2026-01-31", state="closed")
    book.add("record_change", stream="voucher", change="changed", voucher_number="1",
             posting_date=date(2026, 1, 10), previous_load_id="0", old="{}", new="{}")  # fmt: skip


def currency_arithmetic(book: Book) -> None:
    book.voucher("2026-03-01", "7", [("6190", "746.00"), ("1010", "-746.00")])
    change(book, "posting", {"voucher_id": "main:7", "line_no": 1}, currency="EUR",
           amount_currency=Decimal(100), rate=Decimal("7.4604"))  # fmt: skip


def voucher_number_gap(book: Book) -> None:
    sale(book, "2026-03-01", "9")


def voucher_number_duplicate(book: Book) -> None:
    sale(book, "2026-03-01", "1x", voucher_number="1", where_found="test:77")


def vat_recomputed(book: Book) -> None:
    """Vouchers in euro, each off by less than its own rounding, all the same way."""
    for number in ("7", "8", "9"):
        book.voucher(
            "2026-03-02",
            number,
            [
                ("1010", -1000, tax("S01", "base", -1000)),
                ("7680", "-250.06", tax("S01", "output", "-250.06")),
                ("6190", "1250.06"),
            ],
        )
        change(book, "posting", {"voucher_id": f"main:{number}", "line_no": 3}, currency="EUR",
               amount_currency=Decimal("167.56"), rate=None)  # fmt: skip


def vat_recomputed_voucher(book: Book) -> None:
    """Two vouchers that are off by as much in opposite directions."""
    for number, vat in (("7", "-240"), ("8", "-260")):
        book.voucher(
            "2026-03-01",
            number,
            [
                ("1010", -1000, tax("S01", "base", -1000)),
                ("7680", vat, tax("S01", "output", vat)),
                ("6190", 1000 - Decimal(vat)),
            ],
        )


def vat_rate_wrong(book: Book) -> None:
    """One voucher without its VAT, as when a code is mapped to the wrong standard code."""
    book.voucher("2026-03-01", "7", [("1010", -9000, tax("S01", "base", -9000)), ("6190", 9000)])


def reverse_charge_unpaired(book: Book) -> None:
    book.voucher(
        "2026-03-01",
        "7",
        [
            ("1610", 1000, tax("K260", "base", 1000)),
            ("7720", -250, tax("K260", "output", -250)),
            ("7440", -750),
        ],
    )


def vat_account_without_code(book: Book) -> None:
    book.voucher("2026-03-01", "7", [("7680", -25), ("6190", 25)])


def period_incomplete(book: Book) -> None:
    book.add("control_total", kind="entries", subject="march.xml", declared=Decimal(20),
             found=Decimal(18), where_found="march.xml:4")  # fmt: skip


def balance_mismatch(book: Book) -> None:
    for kind, day, amount in (("opening", date(2026, 1, 1), 100), ("closing", date(2026, 12, 31),
                                                                 6000)):  # fmt: skip
        book.add("opening_balance", account_code="6190", kind=kind, balance_date=day,
                 amount=Decimal(amount))  # fmt: skip


def movement_outlier(book: Book) -> None:
    book.period("year", "2025-01-01", "2025-12-31")
    for quarter, month in enumerate(("01", "04", "07", "10")):
        book.voucher(f"2025-{month}-05", f"A{quarter + 1}", [("2240", 3000), ("6480", -3000)])
    book.voucher("2026-01-05", "A5", [("2240", 30000), ("6480", -30000)])


def period_empty(book: Book) -> None:
    book.rows |= {"voucher": [], "posting": [], "tax_line": []}
    book.period("year", "2025-01-01", "2025-12-31")
    for quarter, month in enumerate(("01", "04", "07", "10")):
        book.voucher(f"2025-{month}-05", f"A{quarter + 1}", [("2240", 3000), ("6480", -3000)])


def company_without_cvr(book: Book) -> None:
    change(book, "company", {"company_id": "c1"}, cvr=None, se_number=None)


def cvr_invalid(book: Book) -> None:
    change(book, "company", {"company_id": "c1"}, cvr="12345678")


def eu_vat_number_missing(book: Book) -> None:
    change(book, "party", {"party_id": "kunde"}, vat_number=None)


def eu_vat_number_invalid(book: Book) -> None:
    change(book, "party", {"party_id": "kunde"}, vat_number="DE136695970")


ONLY_ITS_OWN: dict[str, Callable[[Book], None]] = {
    case.__name__.replace("_", "-"): case
    for case in (
        voucher_unbalanced, voucher_duplicate, account_missing, account_mapping_incomplete,
        vat_code_none, vat_code_missing, vat_code_unmapped, vat_code_invalid, date_implausible,
        date_outside_fiscal_period, fiscal_period_unknown, closed_period_changed,
        currency_arithmetic, voucher_number_gap, voucher_number_duplicate, vat_recomputed,
        vat_recomputed_voucher, reverse_charge_unpaired, vat_account_without_code,
        period_incomplete, balance_mismatch, movement_outlier, period_empty, company_without_cvr,
        cvr_invalid, eu_vat_number_missing, eu_vat_number_invalid, document_not_booked,
        document_amount_differs,
    )
}  # fmt: skip

WITH_OTHERS: dict[str, tuple[Callable[[Book], None], set[str]]] = {
    "account-unmapped": (account_unmapped, {"account-mapping-incomplete"}),
    "vat-rate-wrong": (vat_rate_wrong, {"vat-recomputed-voucher"}),
}
"""Rules whose offence is an offence against another, too."""


def test_a_clean_ledger_breaks_no_rule() -> None:
    assert found(clean()) == []


def test_every_rule_has_a_case() -> None:
    assert set(ONLY_ITS_OWN) | set(WITH_OTHERS) == {rule.id for rule in rules.RULES}


@pytest.mark.parametrize("rule_id", [rule.id for rule in rules.RULES])
def test_a_broken_rule_is_named_with_place_and_remedy(rule_id: str) -> None:
    breaks, others = WITH_OTHERS.get(rule_id) or (ONLY_ITS_OWN[rule_id], set())
    book = clean()
    breaks(book)
    result = found(book)
    own = [finding for finding in result if finding.rule == rule_id]
    assert {finding.rule for finding in result} == {rule_id} | others
    assert own[0].message == expected("rules", rule_id)
    assert own[0].severity == rules.rule(rule_id).severity
    assert own[0].remedy == remedy(rule_id)


def remedy(rule_id: str) -> str:
    cases = tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))["case"]
    return next(str(case["remedy"]) for case in cases if case["id"] == rule_id)


def told(book: Book) -> list[str]:
    return [finding.message for finding in found(book)]


def test_an_invoice_is_found_by_number_side_party_and_amount() -> None:
    book = clean()
    book.party("einvoice/K", "DE", "DE 136695976", name="Kunde GmbH")
    document(book, "004", "5000", party_id="einvoice/K")  # leading zeros; the party agrees
    document(book, "2", "1000", kind="purchase_invoice", document_id="purchase_invoice/L/2")
    document(book, "3", "1000", kind="purchase_invoice", document_id="purchase_invoice/S/3",
             document_date=date(2026, 2, 1))  # fmt: skip
    assert told(book) == []


def test_a_number_of_another_side_or_party_is_no_match() -> None:
    book = clean()
    book.party("einvoice/X", "DE", "DE811569869", name="Andre GmbH")
    document(book, "1", "1250", kind="purchase_invoice", document_id="purchase_invoice/X/1")
    document(book, "4", "5000", party_id="einvoice/X")
    assert [text.partition(":")[0] for text in told(book)] == [
        "Purchase invoice 1 of 1 250.00 DKK dated 2026-01-10 is not booked",
        "Sales invoice 4 to Andre GmbH of 5 000.00 DKK dated 2026-01-10 is not booked",
    ]


def test_a_credit_note_booked_as_an_invoice_and_a_late_sale_are_told() -> None:
    book = clean()
    document(book, "1", "-1250", kind="sales_credit_note", document_id="sales_credit_note/1")
    sale(book, "2026-04-02", "7")
    document(book, "7", "1250")
    turned, late = told(book)
    assert turned == (
        "Sales credit note 1 is over -1 250.00 DKK, but voucher 1 books it as an invoice, not as "
        "a credit note (test:1)."
    )
    assert late == (
        "Sales invoice 7 of 1 250.00 DKK dated 2026-01-10 is booked only on 2026-04-02, after the "
        "period, as voucher 7 (test:7)."
    )


def test_documents_of_the_books_themselves_are_not_looked_for() -> None:
    book = clean()
    document(book, "9999", "1", connection_id="main")
    assert told(book) == []


def test_nothing_outside_the_period_is_judged() -> None:
    book = clean()
    voucher_unbalanced(book)
    january = [("c1", "2026-01-01", "2026-01-31", "month")]
    assert "voucher-unbalanced" not in {finding.rule for finding in found(book, january)}


def test_one_company_at_fault_leaves_the_others_clear() -> None:
    good, bad = clean(), clean()
    voucher_unbalanced(bad)
    for rows in bad.rows.values():
        for row in rows:
            row["company_id"] = "c2"
    con = ledger(good, bad)
    due(con, [*Q1, ("c2", "2026-01-01", "2026-03-31", "quarter")])
    rules.run(con, "2026-03")
    assert {(f.company_id, f.rule) for f in rules.findings(con)} == {("c2", "voucher-unbalanced")}


def test_a_flood_of_one_finding_is_counted_not_dropped() -> None:
    book = clean()
    for number in range(7, 7 + rules.NAMED_PER_RULE + 5):
        book.voucher("2026-03-01", str(number), [("6190", 1000), ("1010", -900)])
    named = [f for f in found(book) if f.rule == "voucher-unbalanced"]
    assert len(named) == rules.NAMED_PER_RULE + 1
    assert expected("rules", "and-more", count=5, rule="voucher-unbalanced") in {
        finding.message for finding in named
    }


def test_a_reversed_mistake_on_a_vat_account_no_longer_withholds() -> None:
    book = clean()
    vat_account_without_code(book)
    book.voucher("2026-03-02", "8", [("7680", 25), ("6190", -25)])
    assert found(book) == []


def test_numbers_that_restart_each_year_are_neither_gaps_nor_duplicates() -> None:
    book = clean()
    book.period("year", "2025-01-01", "2025-12-31")
    for number in range(1, 8):
        book.voucher("2025-06-01", str(number), [("6190", 1), ("6480", -1)],
                     voucher_id=f"main:old{number}")  # fmt: skip
    for table in ("posting",):
        for row in book.rows[table]:
            if row["posting_date"].year == 2025:
                row["voucher_id"] = "main:old" + row["source_id"]
    assert found(book) == []


def test_a_foreign_company_that_reports_nothing_needs_no_cvr() -> None:
    book = clean()
    change(book, "company", {"company_id": "c1"}, cvr=None, se_number=None, country="SE")
    assert [f.rule for f in found(book)] == ["company-without-cvr"]
    assert found(book, [("c1", "2026-01-01", "2026-03-31", "none")]) == []


def test_later_books_beside_an_old_period_are_not_called_impossible() -> None:
    book = clean()
    book.period("year", "2028-01-01", "2028-12-31")
    sale(book, "2028-01-10", "1-2028")
    con = ledger(book)
    due(con, Q1)
    rules.run(con, "2026-03")
    assert [f.rule for f in rules.findings(con)] == ["date-implausible"]
    rules.run(con, "2026-03", date(2028, 2, 1))
    assert rules.findings(con) == []
