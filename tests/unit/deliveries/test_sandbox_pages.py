"""What a person sees at the sandbox authority."""

import doctest
from datetime import date

from assets.authority.service import pages, receipts
from assets.authority.service.store_rows import Draft, StoredList
from assets.filings import vat_return

START, END, DUE = date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 1)


def draft(state: str, total: int = 1234567, pdf: bytes | None = None) -> Draft:
    amounts = dict.fromkeys(vat_return.FIELDS, 0) | {vat_return.TOTAL: total}
    content = vat_return.write(vat_return.VatReturn("12345674", START, END, amounts))
    return Draft("r-1", "12345674", "t-1", START, END, content, 5001, state, 1, DUE, None, pdf)


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(receipts).failed == 0


def test_a_person_sees_what_is_approved_for_whom_and_what_it_costs() -> None:
    page = pages.approval(draft("waiting"), "Øl & Brød <ApS>", is_sandbox=True)
    for text in ("Øl &amp; Brød &lt;ApS&gt;", "12345674", "01.01.2026 – 31.03.2026",
                 "At betale: 1.234.567 kr.", "Frist 01.06.2026", "gælder i loven",
                 *receipts.LABELS.values()):  # fmt: skip
        assert text in page, text
    assert page.count("<button") == 2


def test_what_is_decided_offers_its_receipt_and_no_buttons() -> None:
    approved = pages.approval(draft("approved", pdf=b"%PDF"), "", is_sandbox=True)
    assert "kvittering.pdf" in approved
    assert 'href="/"' in approved
    assert 'href="/"' not in pages.approval(draft("approved"), "", is_sandbox=False)
    rejected = pages.approval(draft("rejected", -304), "", is_sandbox=False)
    assert "Til gode: 304 kr." in rejected
    assert "kvittering.pdf" not in rejected
    assert "<button" not in rejected


def test_the_overview_names_companies_and_says_when_there_is_nothing() -> None:
    listed = StoredList("9", "12345674", "t", START, END, b"", "current")
    page = pages.overview([draft("waiting")], [listed], {"12345674": "Nordlys ApS"})
    assert page.count("Nordlys ApS") == 2
    assert 'href="/godkend/r-1"' in page
    assert pages.overview([], [], {}).count("Intet modtaget.") == 2
