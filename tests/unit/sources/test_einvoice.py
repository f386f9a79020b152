"""E-invoices: rule by rule, treatment by treatment, and what a batch makes of them."""

import doctest
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.sources import pull_all
from assets.sources.einvoice import CONNECTOR
from assets.sources.parts.einvoice import document as einvoice_document
from assets.sources.parts.einvoice import rates as einvoice_rates
from assets.sources.parts.einvoice import reader, rules, series
from assets.sources.parts.einvoice import vat as einvoice_vat
from assets.sources.parts.einvoice.document import Identifier, Invoice, Party
from assets.workspace import ConnectionReference
from tests.invoice_writer import (
    KUNDE,
    LEVERANDOR,
    NORDLYS,
    NORSK,
    SVENSK,
    TYSK,
    Doc,
    Part,
    Who,
    enveloped,
)
from tests.unit.sources.pulling import Pulled, connection, pull

D = Decimal
PLAIN = Doc("1", "2026-01-05", NORDLYS, KUNDE, (Part("1000"),))
MORE = PLAIN.but(allowance="100", charge="20")
EURO = PLAIN.but(buyer=TYSK, currency="EUR", vat_dkk="1865.30")
OIO, OIO_MORE = PLAIN.but(oioubl=True), MORE.but(oioubl=True)
NUMBERLESS = Who("Ohne GmbH", "DE")
WITHOUT = {
    "Z": PLAIN.but(parts=(Part("1000", "Z", "0"),)),
    "E": PLAIN.but(parts=(Part("1000", "E", "0"),)),
    "AE": PLAIN.but(parts=(Part("1000", "AE", "0"),), buyer=TYSK),
    "IC": PLAIN.but(parts=(Part("1000", "K", "0"),), buyer=TYSK),
    "G": PLAIN.but(parts=(Part("1000", "G", "0"),), buyer=NORSK),
    "O": PLAIN.but(parts=(Part("1000", "O", "0"),)),
}
BREAKDOWN = r"<cac:TaxSubtotal>.*</cac:TaxSubtotal>"
OF_LINE = r"(<cac:ClassifiedTaxCategory><cbc:ID>\w+</cbc:ID><cbc:Percent>)\d+"

# rule → a right document, what is replaced (a regular expression) and by what
BREAKS: dict[str, tuple[Doc, str, str]] = {
    "BR-CO-10": (PLAIN, r"(Total><cbc:LineExtensionAmount[^>]*>)1000", r"\g<1>1001"),
    "BR-CO-11": (MORE, r"(AllowanceTotalAmount[^>]*>)100", r"\g<1>101"),
    "BR-CO-12": (MORE, r"(ChargeTotalAmount[^>]*>)20", r"\g<1>21"),
    "BR-CO-13": (PLAIN, r"(TaxExclusiveAmount[^>]*>)1000", r"\g<1>1001"),
    "BR-CO-14": (PLAIN, r"(<cac:TaxTotal><cbc:TaxAmount[^>]*>)250", r"\g<1>251"),
    "BR-CO-15": (PLAIN, r"(TaxInclusiveAmount[^>]*>)1250", r"\g<1>1251"),
    "BR-CO-16": (PLAIN, r"(PayableAmount[^>]*>)1250", r"\g<1>1251"),
    "BR-CO-17": (OIO, r"(TaxableAmount><cbc:TaxAmount[^>]*>)250", r"\g<1>240"),
    "BR-CO-18": (PLAIN, BREAKDOWN, ""),
    "BR-S-01": (PLAIN, BREAKDOWN, ""),
    "BR-S-05": (PLAIN, OF_LINE, r"\g<1>0"),
    "BR-S-08": (PLAIN, r"(TaxableAmount[^>]*>)1000", r"\g<1>990"),
    "BR-S-09": (PLAIN, r"(TaxableAmount><cbc:TaxAmount[^>]*>)250", r"\g<1>240"),
    **{f"BR-{c}-01": (doc, BREAKDOWN, "") for c, doc in WITHOUT.items()},
    **{f"BR-{c}-08": (doc, r"(TaxableAmount[^>]*>)1000", r"\g<1>999")
       for c, doc in WITHOUT.items()},
    **{f"BR-{c}-09": (doc, r"(TaxableAmount><cbc:TaxAmount[^>]*>)0", r"\g<1>5")
       for c, doc in WITHOUT.items()},
    **{f"BR-{c}-05": (WITHOUT[c], OF_LINE, r"\g<1>25") for c in ("AE", "IC", "G")},
    **{f"BR-{c}-10": (WITHOUT[c], r"<cbc:TaxExemptionReason>[^<]*</cbc:TaxExemptionReason>", "")
       for c in ("AE", "IC", "G")},
    "BR-AE-02": (WITHOUT["AE"].but(buyer=NUMBERLESS), "", ""),
    "BR-IC-02": (WITHOUT["IC"].but(buyer=NUMBERLESS), "", ""),
    "BR-G-02": (WITHOUT["G"].but(seller=Who("Nordlys ApS", cvr="10150817")), "", ""),
    "BR-IC-11": (WITHOUT["IC"], r"<cbc:ActualDeliveryDate>[^<]*</cbc:ActualDeliveryDate>", ""),
    "BR-IC-12": (WITHOUT["IC"], r"<cac:DeliveryLocation>.*</cac:DeliveryLocation>", ""),
    "BR-53": (EURO, r'<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">.*?</cac:TaxTotal>', ""),
    "PEPPOL-EN16931-R005": (EURO, "<cbc:TaxCurrencyCode>DKK", "<cbc:TaxCurrencyCode>EUR"),
    "PEPPOL-EN16931-R051": (PLAIN, r'(PayableAmount currencyID=)"DKK"', r'\g<1>"EUR"'),
    "PEPPOL-EN16931-R053": (PLAIN, r"(<cac:TaxTotal>.*</cac:TaxTotal>)", r"\g<1>\g<1>"),
    "PEPPOL-EN16931-R055": (EURO.but(vat_dkk="-1865.30"), "", ""),
    "PEPPOL-EN16931-R120": (PLAIN, r"(PriceAmount[^>]*>)1000", r"\g<1>900"),
    "DK-R-002": (PLAIN.but(seller=Who("Nordlys ApS", vat="DK10150817")), "", ""),
    "DK-R-014": (PLAIN, 'CompanyID schemeID="0184">10', 'CompanyID schemeID="0088">10'),
    "DK-R-016": (PLAIN.but(credit=True), r"(PayableAmount[^>]*>)", r"\g<1>-"),
    "F-INV126": (OIO, r"(Total><cbc:LineExtensionAmount[^>]*>)1000", r"\g<1>1001"),
    "F-INV127": (OIO, r"(TaxExclusiveAmount[^>]*>)250", r"\g<1>1000"),
    "F-INV128": (OIO, r"(TaxInclusiveAmount[^>]*>)1250", r"\g<1>1251"),
    "F-INV129": (OIO_MORE, r"(AllowanceTotalAmount[^>]*>)100", r"\g<1>101"),
    "F-INV130": (OIO_MORE, r"(ChargeTotalAmount[^>]*>)20", r"\g<1>21"),
    "F-INV348": (OIO, r"(PriceAmount[^>]*>)1000", r"\g<1>900"),
    "F-LIB381": (OIO, r"(TaxableAmount><cbc:TaxAmount[^>]*>)250", r"\g<1>0"),
    "F-LIB382": (OIO, r"(<cac:TaxCategory><cbc:ID>\w+</cbc:ID><cbc:Percent>)25", r"\g<1>0"),
}  # fmt: skip
RIGHT = [PLAIN, MORE, EURO, OIO, OIO_MORE, PLAIN.but(credit=True), *WITHOUT.values(),
         MORE.but(prepaid="100", rounding="0.05"), OIO_MORE.but(prepaid="100", rounding="0.05"),
         OIO.but(duty="12.50")]  # fmt: skip


def broken(folder: Path, content: bytes) -> dict[str, str]:
    path = folder / "invoice.xml"
    path.write_bytes(content)
    document = reader.read(path, "invoice.xml")
    assert isinstance(document, Invoice)
    return {found.rule_id: found.message for found in rules.broken(document)}


def test_right_documents_break_no_rule(tmp_path: Path) -> None:
    for document in RIGHT:
        assert broken(tmp_path, document.write()) == {}, document


def test_every_rule_has_a_document_that_breaks_it() -> None:
    assert BREAKS.keys() == rules.severities().keys()


@pytest.mark.parametrize("rule_id", BREAKS)
def test_a_broken_rule_is_found(tmp_path: Path, rule_id: str) -> None:
    document, old, new = BREAKS[rule_id]
    text = document.write().decode()
    changed = re.sub(old, new, text, count=1, flags=re.DOTALL) if old else text
    assert not old or changed != text
    assert rule_id in broken(tmp_path, changed.encode())


def booked(folder: Path, *documents: Doc, **options: str) -> Pulled:
    for number, document in enumerate(documents):
        document.save(folder, f"{number:03}.xml")
    told = {"as": "ledger", "numbers": "10150817"} | options
    return pull("einvoice", folder, path=".", **told)


SALES = {
    ("S", "25", KUNDE): "S01", ("Z", "0", KUNDE): "S02", ("E", "0", KUNDE): "S82",
    ("O", "0", KUNDE): "S81", ("K", "0", TYSK): "S21", ("AE", "0", TYSK): "S23",
    ("AE", "0", NORSK): "S42", ("G", "0", NORSK): "S41", ("AE", "0", KUNDE): "S02",
    ("S", "25", TYSK): "S01",
}  # fmt: skip
PURCHASES = {
    ("S", "25", LEVERANDOR): ("K010", "1610"), ("AE", "0", LEVERANDOR): ("K660", "1610"),
    ("E", "0", LEVERANDOR): (None, "1610"), ("K", "0", TYSK): ("K210", "1630"),
    ("AE", "0", SVENSK): ("K260", "1710"), ("AE", "0", NORSK): ("K460", "1740"),
    ("S", "19", TYSK): ("K710", "1610"), ("E", "0", TYSK): ("K340", "1610"),
}  # fmt: skip


def test_sales_get_their_vat_code(tmp_path: Path) -> None:
    documents = [
        Doc(str(n), "2026-01-05", NORDLYS, buyer, (Part("1000", category, percent),))
        for n, (category, percent, buyer) in enumerate(SALES, start=1)
    ]
    pulled = booked(tmp_path, *documents)
    first = [row["vat_code"] for row in pulled["posting"] if row["line_id"] == "1"]
    assert first == list(SALES.values())
    assert sum(row["amount"] for row in pulled["posting"]) == 0


def test_purchases_get_their_vat_code_and_account(tmp_path: Path) -> None:
    documents = [
        Doc(str(n), "2026-01-05", seller, NORDLYS, (Part("1000", category, percent),))
        for n, (category, percent, seller) in enumerate(PURCHASES, start=1)
    ]
    pulled = booked(tmp_path, *documents)
    first = [r for r in pulled["posting"] if r["line_id"] == "1"]
    assert [(r["vat_code"], r["account_code"]) for r in first] == list(PURCHASES.values())
    assert sum(row["amount"] for row in pulled["posting"]) == 0
    german = [r["amount"] for r in pulled["posting"] if r["source_id"].endswith("DE136695976/7")]
    assert german == [1000, 190, -1190]  # the VAT of another country is cost


@pytest.mark.parametrize(
    ("document", "options", "code"),
    [
        (WITHOUT["IC"], {"sells_abroad": "services"}, "S23"),
        (WITHOUT["G"], {"sells_abroad": "services"}, "S42"),
        (OIO.but(parts=(Part("1000", "Z", "0"),), buyer=TYSK), {}, "S21"),
        (PLAIN.but(seller=NORSK, buyer=NORDLYS, parts=(Part("1000", "O", "0"),)),
         {"buys_abroad": "goods"}, "K410"),
        (PLAIN.but(seller=SVENSK, buyer=NORDLYS, parts=(Part("1000", "O", "0"),)),
         {"buys_abroad": "services"}, "K260"),
        (WITHOUT["IC"].but(buyer=Who("Belfast Ltd", "GB", vat="XI123456789")), {}, "S21"),
    ],
)  # fmt: skip
def test_goods_or_services_as_the_settings_say(
    tmp_path: Path, document: Doc, options: dict[str, str], code: str
) -> None:
    assert booked(tmp_path, document, **options)["posting"][0]["vat_code"] == code


def test_every_treatment_is_a_standard_code_on_a_standard_account() -> None:
    settings = einvoice_vat.Settings("1610", {})
    assert set(einvoice_vat.codes()) <= einvoice_vat.standards.vat_codes().keys()
    assert set(einvoice_vat.accounts(settings)) <= einvoice_vat.standards.accounts().keys()


def test_the_stated_vat_in_kroner_is_what_is_booked(tmp_path: Path) -> None:
    document = EURO.but(parts=(Part("1000"), Part("333.33", "Z", "0")), vat_dkk="1865.31")
    postings = booked(tmp_path, document)["posting"]
    assert [row["amount"] for row in postings] == [
        D("-7461.24"), D("-1865.31"), D("-2487.06"), D("11813.61"),
    ]  # fmt: skip
    assert {row["currency"] for row in postings} == {"EUR"}


def test_two_vat_lines_keep_the_stated_total_in_kroner(tmp_path: Path) -> None:
    parts = (Part("100", "S", "25"), Part("50", "AE", "0"))
    document = PLAIN.but(buyer=TYSK, currency="EUR", parts=parts, vat_dkk="186.53")
    vat = [
        r["amount"] for r in booked(tmp_path, document)["posting"] if r["account_code"] == "7680"
    ]
    assert vat == [D("-186.53")]


@pytest.mark.parametrize(
    ("rate", "amount"),
    [(("EUR", "DKK", "7.46"), "7460.00"), (("DKK", "EUR", "0.125"), "8000.00")],
)
def test_an_exchange_rate_is_read_either_way(
    tmp_path: Path, rate: tuple[str, str, str], amount: str
) -> None:
    document = WITHOUT["IC"].but(currency="EUR", rate=rate)
    assert booked(tmp_path, document)["posting"][1]["amount"] == D(amount)


def test_a_rate_from_the_file_serves_where_the_document_states_none(tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("date;currency;kroner\n2026-01-06;EUR;9\n2026-01-02;EUR;7.46\n")
    sale = WITHOUT["IC"].but(currency="EUR")
    pulled = booked(tmp_path, sale, EURO.but(number="2"), rates="rates.csv")
    first = [row["amount"] for row in pulled["posting"] if row["line_id"] == "1"]
    assert first == [D(-7460), D("-7461.20")]  # the document's own VAT in kroner comes first
    rates.write_text("date;currency;kroner\n2026-01-05;EUR;7.47\n")
    again = booked(tmp_path, sale, rates="rates.csv")
    assert again.cursor != pulled.cursor
    assert again["posting"][0]["amount"] == D(-7470)


def test_what_cannot_be_told_is_left_out_and_withholds(tmp_path: Path) -> None:
    pulled = booked(
        tmp_path,
        WITHOUT["IC"].but(number="1", currency="EUR"),
        PLAIN.but(number="2", parts=(Part("100", "S", "12"),)),
        WITHOUT["IC"].but(number="3", buyer=KUNDE),
        PLAIN.but(number="4", type_code="381"),
        PLAIN.but(number="5"),
    )
    errors = [(f.rule, f.severity) for f in pulled.findings if f.severity == "error"]
    assert [rule for rule, _ in errors] == [
        "einvoice.rate_missing", "einvoice.vat_unclear", "einvoice.vat_unclear", "einvoice.sign",
    ]  # fmt: skip
    assert [row["voucher_number"] for row in pulled["voucher"]] == ["5"]
    (counts,) = [row for row in pulled["control_total"] if row["kind"] == "vouchers"]
    assert (counts["declared"], counts["found"]) == (5, 1)


def test_wrong_sums_do_not_balance_and_are_told(tmp_path: Path) -> None:
    path = PLAIN.save(tmp_path, "wrong.xml")
    path.write_bytes(
        path.read_bytes().replace(
            b'PayableAmount currencyID="DKK">1250', b'PayableAmount currencyID="DKK">1350'
        )
    )
    pulled = pull("einvoice", tmp_path, path=".", numbers="10150817", **{"as": "ledger"})
    assert pulled.rules() == {"einvoice.BR-CO-16", "einvoice.payable"}
    assert sum(row["amount"] for row in pulled["posting"]) == 100


def test_documents_beside_other_books_withhold_nothing(tmp_path: Path) -> None:
    WITHOUT["IC"].but(currency="EUR").save(tmp_path, "a.xml")
    path = PLAIN.but(number="2", credit=True).save(tmp_path, "b.xml")
    path.write_bytes(path.read_bytes().replace(b">1250.00</cbc:Pay", b">1.00</cbc:Pay"))
    pulled = pull("einvoice", tmp_path, path=".", numbers="10150817")
    assert {str(f.severity) for f in pulled.findings} == {"warning"}
    assert [(row["kind"], row["total"]) for row in pulled["source_document"]] == [
        ("sales_invoice", 1000), ("sales_credit_note", -1250),
    ]  # fmt: skip
    assert pulled["voucher"] == pulled["posting"] == []
    assert not {r["kind"] for r in pulled["control_total"]} & {"vouchers", "debit", "credit"}


def test_a_document_twice_counts_once(tmp_path: Path) -> None:
    other = PLAIN.but(parts=(Part("999"),))
    credit = PLAIN.but(credit=True)
    pulled = booked(tmp_path, PLAIN, PLAIN, other, credit)
    assert [(f.rule, str(f.severity)) for f in pulled.findings] == [
        ("einvoice.duplicate", "warning"), ("einvoice.duplicate", "error"),
    ]  # fmt: skip
    assert [row["source_id"] for row in pulled["voucher"]] == [
        "sales_invoice/1", "sales_credit_note/1",
    ]  # fmt: skip


def test_the_same_number_of_two_suppliers_is_two_documents(tmp_path: Path) -> None:
    bought = [PLAIN.but(seller=seller, buyer=NORDLYS) for seller in (LEVERANDOR, KUNDE)]
    assert len(booked(tmp_path, *bought)["voucher"]) == 2


def test_missing_numbers_of_our_own_are_told_and_suppliers_are_not(tmp_path: Path) -> None:
    ours = [PLAIN.but(number=f"F-{n}") for n in (1, 2, 5, 6)]
    theirs = [PLAIN.but(number=n, seller=LEVERANDOR, buyer=NORDLYS) for n in ("1", "2", "9")]
    pulled = booked(tmp_path, *ours, *theirs)
    assert pulled.messages("einvoice.number_gap") == [
        "Of the company's own documents F-3 to F-4 are missing between F-2 and F-5."
    ]


def test_the_examples_of_the_modules_hold() -> None:
    for module in (series, einvoice_vat, einvoice_document, einvoice_rates):
        assert doctest.testmod(module).failed == 0


def test_the_tax_point_dates_the_voucher(tmp_path: Path) -> None:
    (voucher,) = booked(tmp_path, PLAIN.but(tax_point="2025-12-31"))["voucher"]
    assert (voucher["voucher_date"], voucher["posting_date"]) == (
        date(2026, 1, 5), date(2025, 12, 31),
    )  # fmt: skip


def test_an_envelope_and_an_attachment_change_nothing(tmp_path: Path) -> None:
    plain, wrapped = tmp_path / "a", tmp_path / "b"
    plain.mkdir()
    wrapped.mkdir()
    PLAIN.save(plain)
    (wrapped / "1.xml").write_bytes(enveloped(PLAIN.but(attachment="QUJD" * 3_000_000).write()))
    told = [pull("einvoice", folder, path=".", numbers="10150817") for folder in (plain, wrapped)]
    assert told[0].streams == told[1].streams
    assert told[1].findings == []


def test_only_new_files_are_kept_as_evidence(tmp_path: Path) -> None:
    PLAIN.save(tmp_path)
    options = {"path": ".", "numbers": "10150817"}
    PLAIN.but(seller=LEVERANDOR).save(tmp_path, "theirs.xml")
    cursor = pull("einvoice", tmp_path, **options).cursor
    again = pull("einvoice", tmp_path, cursor, **options)
    assert (again.raw, again.cursor) == ([], cursor)
    PLAIN.but(number="2").save(tmp_path)
    raw = pull("einvoice", tmp_path, cursor, **options).raw
    # what was refused may be accepted one day, and no load need hold it yet
    assert [Path(path).name for path in raw] == ["2.xml", "theirs.xml"]


def test_other_documents_in_the_folder_are_named_and_left_out(tmp_path: Path) -> None:
    reminder = b'<Reminder xmlns="urn:oasis:names:specification:ubl:schema:xsd:Reminder-2"/>'
    (tmp_path / "r.xml").write_bytes(reminder)
    PLAIN.but(oioubl=True, type_code="325").save(tmp_path, "p.xml")
    pulled = pull("einvoice", tmp_path, path=".", numbers="10150817", **{"as": "ledger"})
    assert {(f.rule, str(f.severity)) for f in pulled.findings} == {
        ("einvoice.proforma", "note"), ("einvoice.document_type", "note"),
    }  # fmt: skip
    assert pulled["voucher"] == []


def test_discovery_counts_what_is_there(tmp_path: Path) -> None:
    PLAIN.save(tmp_path, "a.xml")
    PLAIN.but(seller=LEVERANDOR, buyer=NORDLYS, credit=True).save(tmp_path, "b.xml")
    told = CONNECTOR.discover(connection("einvoice", tmp_path, path=".", numbers="DK 10150817"))
    assert (told.company_name, told.registration_number) == ("Nordlys ApS", "10150817")
    assert told.notes == ["1 purchase credit note(s)", "1 sales invoice(s)"]
    assert CONNECTOR.discover(connection("einvoice", tmp_path, path=".", numbers=10150817)) == told


def test_a_party_is_known_by_its_most_lasting_number() -> None:
    gln = Identifier("endpoint", "0088", "5798009883735")
    foreign = Party("Kunde", "DE", (gln, Identifier("tax", "", "DE 136695976")))
    assert (foreign.party_id, foreign.vat_number) == ("einvoice/DE136695976", "DE136695976")
    assert Party("Skole", "DK", (gln,)).party_id == "einvoice/0088:5798009883735"
    danish = Party("A", "DK", (Identifier("tax", "DK:SE", "DK10150817"),))
    assert (danish.party_id, danish.registration_number) == ("einvoice/DK10150817", "10150817")


def test_a_failed_pull_of_invoices_behind_other_books_withholds_nothing() -> None:
    options = {"path": ".", "numbers": "10150817"}
    found = [
        pull_all._stale(
            ConnectionReference("i", "nordlys", "einvoice", options | more, Path()), "why."
        )
        for more in ({}, {"as": "ledger"})
    ]
    assert [str(finding.severity) for finding in found] == ["warning", "error"]
    assert found[0].message == (
        "The last pull of connection i failed, so what stands beside the books may be behind: why."
    )
