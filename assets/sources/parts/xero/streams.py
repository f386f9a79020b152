"""How Xero is asked: paths, parameters and how pages follow.

Documents and contacts come in order of id, so that what is edited keeps its place.

Belongs here: streams. Does not: shapes (`shapes`), or which streams are read when
(`pull`).
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeVar

from assets.sources.network.stream import Stream
from assets.sources.parts.xero import shapes

E = TypeVar("E")
R = TypeVar("R")

PAGE_SIZE = 1000


def _after_last(page: shapes.Journals, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """From the highest number on; only an empty page is the last: Xero says "up to 100"."""
    numbers = [journal.JournalNumber for journal in page.Journals]
    return {"offset": max([*numbers, int(asked["offset"])])} if numbers else None


def _paged(
    name: str,
    path: str,
    shape: type[E],
    key: str,
    records: Callable[[E], list[R]],
    **params: str,
) -> Stream[E, R]:
    """Records on numbered pages, in order of their id; only an empty page is the last."""
    return Stream(
        name, path, shape, records=records, key=attrgetter(key),
        follow=lambda page, asked: {"page": asked["page"] + 1} if records(page) else None,
        params={"page": 1, **params, "order": f"{key} ASC"}, size="pageSize",
        page_size=PAGE_SIZE,
    )  # fmt: skip


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
CONTACTS = _paged(
    "contacts", "Contacts", shapes.Contacts, "ContactID",
    lambda page: page.Contacts, includeArchived="true",
)  # fmt: skip
INVOICES = _paged("invoices", "Invoices", shapes.Invoices, "InvoiceID", lambda page: page.Invoices)
CREDIT_NOTES = _paged(
    "credit notes", "CreditNotes", shapes.CreditNotes, "CreditNoteID",
    lambda page: page.CreditNotes,
)  # fmt: skip
BANK_TRANSACTIONS = _paged(
    "bank transactions", "BankTransactions", shapes.BankTransactions, "BankTransactionID",
    lambda page: page.BankTransactions,
)  # fmt: skip
TRIAL_BALANCE = Stream(
    "the trial balance", "Reports/TrialBalance", shapes.Reports,
    records=lambda page: page.Reports, key=lambda _report: 0,
)  # fmt: skip
STREAMS = (
    ORGANISATION, ACCOUNTS, TAX_RATES, CONTACTS, INVOICES, CREDIT_NOTES, BANK_TRANSACTIONS,
    JOURNALS, TRIAL_BALANCE,
)  # fmt: skip
