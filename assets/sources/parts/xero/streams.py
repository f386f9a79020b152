"""How Xero is asked: paths, parameters and how pages follow.

Documents and contacts come in order of id, so that what is edited keeps its place.

Belongs here: streams. Does not: shapes (`shapes`), or which streams are read when
(`pull`).
"""

from collections.abc import Mapping
from typing import Any

from assets.sources.network.stream import Stream
from assets.sources.parts.xero import shapes

PAGE_SIZE = 1000


def _after_last(page: shapes.Journals, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """From the highest number on; only an empty page is the last: Xero says "up to 100"."""
    numbers = [journal.JournalNumber for journal in page.Journals]
    return {"offset": max([*numbers, int(asked["offset"])])} if numbers else None


def _next_page(_page: object, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"page": asked["page"] + 1}


JOURNALS = Stream(
    "journals", "Journals", shapes.Journals,
    records=lambda page: page.Journals, key=lambda journal: journal.JournalNumber,
    follow=_after_last, page_size=100,
)  # fmt: skip
ACCOUNTS = Stream(
    "accounts", "Accounts", shapes.Accounts,
    records=lambda page: page.Accounts, key=lambda account: account.AccountID,
)  # fmt: skip
TAX_RATES = Stream(
    "tax rates", "TaxRates", shapes.TaxRates,
    records=lambda page: page.TaxRates, key=lambda rate: rate.TaxType,
)  # fmt: skip
ORGANISATION = Stream(
    "the organisation", "Organisation", shapes.Organisations,
    records=lambda page: page.Organisations, key=lambda one: one.OrganisationID,
)  # fmt: skip
CONTACTS = Stream(
    "contacts", "Contacts", shapes.Contacts,
    records=lambda page: page.Contacts, key=lambda contact: contact.ContactID,
    follow=lambda page, asked: _next_page(page, asked) if page.Contacts else None,
    params={"page": 1, "includeArchived": "true", "order": "ContactID ASC"},
    size="pageSize", page_size=PAGE_SIZE,
)  # fmt: skip
INVOICES = Stream(
    "invoices", "Invoices", shapes.Invoices,
    records=lambda page: page.Invoices, key=lambda invoice: invoice.InvoiceID,
    follow=lambda page, asked: _next_page(page, asked) if page.Invoices else None,
    params={"page": 1, "order": "InvoiceID ASC"}, size="pageSize", page_size=PAGE_SIZE,
)  # fmt: skip
CREDIT_NOTES = Stream(
    "credit notes", "CreditNotes", shapes.CreditNotes,
    records=lambda page: page.CreditNotes, key=lambda note: note.CreditNoteID,
    follow=lambda page, asked: _next_page(page, asked) if page.CreditNotes else None,
    params={"page": 1, "order": "CreditNoteID ASC"}, size="pageSize", page_size=PAGE_SIZE,
)  # fmt: skip
BANK_TRANSACTIONS = Stream(
    "bank transactions", "BankTransactions", shapes.BankTransactions,
    records=lambda page: page.BankTransactions, key=lambda one: one.BankTransactionID,
    follow=lambda page, asked: _next_page(page, asked) if page.BankTransactions else None,
    params={"page": 1, "order": "BankTransactionID ASC"}, size="pageSize", page_size=PAGE_SIZE,
)  # fmt: skip
TRIAL_BALANCE = Stream(
    "the trial balance", "Reports/TrialBalance", shapes.Reports,
    records=lambda page: page.Reports, key=lambda _report: 0,
)  # fmt: skip
STREAMS = (
    ORGANISATION, ACCOUNTS, TAX_RATES, CONTACTS, INVOICES, CREDIT_NOTES, BANK_TRANSACTIONS,
    JOURNALS, TRIAL_BALANCE,
)  # fmt: skip
