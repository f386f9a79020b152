"""Dinero's interface as it answers: records, envelopes and declared streams.

Sources: developer.dinero.dk (limits, entries, contacts) and public clients of the interface;
what only clients show is marked in docs/sources/dinero.md.

Belongs here: shapes and how pages follow. Does not: what they mean (`pull`).
"""

from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct

from assets.sources.network.stream import Params, Stream

T = TypeVar("T")


class Organization(Struct, rename="pascal"):
    """One business (firma) the consent covers."""

    UNREAD: ClassVar[str] = "IsPro IsPayingPro IsVatFree Email Phone Street City ZipCode"

    id: int
    name: str
    vat_number: str | None = None


class Account(Struct, rename="pascal"):
    """One ledger or deposit (bank) account."""

    UNREAD: ClassVar[str] = (
        "Category IsHidden IsDefault AccountId RegistrationNumber SwiftNumber IbanNumber "
        "IsDefaultSalesAccount"
    )

    account_number: int
    name: str
    vat_code: str | None = None


class VatType(Struct, rename="pascal"):
    """One VAT code."""

    UNREAD: ClassVar[str] = "Description"

    vat_code: str
    name: str | None = None
    vat_rate: Decimal | None = None


class Year(Struct, rename="pascal"):
    """One accounting year."""

    UNREAD: ClassVar[str] = "Id SalaryPeriod VatPeriod"

    name: str
    from_date: str
    to_date: str
    is_closed: bool = False


class Contact(Struct, rename="pascal"):
    """One customer or supplier."""

    UNREAD: ClassVar[str] = (
        "Att City CreatedAt DeletedAt EanNumber Email ExternalReference IsCreditor IsDebitor "
        "IsMember IsPerson PaymentConditionNumberOfDays PaymentConditionType Phone Street "
        "UpdatedAt Webpage ZipCode"
    )

    contact_guid: str
    name: str
    country_key: str | None = None
    vat_number: str | None = None


class Document(Struct, rename="pascal"):
    """One sales invoice or credit note."""

    UNREAD: ClassVar[str] = "ContactName Description Type TotalExclVat UpdatedAt CreatedAt"

    guid: str
    status: str
    number: int | None = None
    contact_guid: str | None = None
    date: str | None = None
    payment_date: str | None = None
    currency: str | None = None
    total_incl_vat: Decimal | None = None


class Pagination(Struct, rename="pascal"):
    """How many there are."""

    UNREAD: ClassVar[str] = "MaxPageSizeAllowed PageSize ResultWithoutFilter Page"

    result: int


class Collection(Struct, Generic[T], rename="pascal"):
    """A page."""

    collection: list[T]
    pagination: Pagination


class Entry(Struct, rename="pascal"):
    """One booked entry; amounts in kroner, debit positive."""

    UNREAD: ClassVar[str] = "AccountName Type VatType ContactGuid FileGuid VoucherGuid"

    entry_guid: str
    account_number: int
    date: str
    amount: Decimal
    voucher_number: int = 0
    voucher_type: str | None = None
    description: str | None = None
    vat_code: str | None = None


class Balance(Struct, rename="pascal"):
    """One account in the saldobalance of a year."""

    UNREAD: ClassVar[str] = "AccountName"

    account_number: int
    amount: Decimal


def _list(name: str, path: str, record: Any, key: str) -> Stream[Any, Any]:
    return Stream(name, path, list[record], records=lambda page: page, key=attrgetter(key))


def _paged(name: str, path: str, record: Any, key: str, fields: str) -> Stream[Any, Any]:
    def follow(page: Any, asked: Params) -> Params | None:
        number = int(asked["page"]) + 1
        more = page.collection and number * int(asked["pageSize"]) < page.pagination.result
        return {"page": number} if more else None

    return Stream(
        name, path, Collection[record], records=lambda page: page.collection,
        key=attrgetter(key), follow=follow, params={"page": 0, "fields": fields}, size="pageSize",
    )  # fmt: skip


_DOCUMENT_FIELDS = "Guid,Number,ContactGuid,Date,PaymentDate,Currency,TotalInclVat,Status"
ORGANIZATIONS = _list("organizations", "organizations", Organization, "id")


def accounts(organization: int, kind: str) -> Stream[Any, Account]:
    """Ledger accounts (`entry`) or bank accounts (`deposit`)."""
    return _list(f"{kind} accounts", f"{organization}/accounts/{kind}", Account, "account_number")


def vat_types(organization: int) -> Stream[Any, VatType]:
    """VAT codes."""
    return _list("VAT types", f"{organization}/vatTypes", VatType, "vat_code")


def years(organization: int) -> Stream[Any, Year]:
    """Accounting years."""
    return _list("accounting years", f"{organization}/accountingyears", Year, "name")


def contacts(organization: int) -> Stream[Any, Contact]:
    """Customers and suppliers."""
    fields = "ContactGuid,Name,CountryKey,VatNumber"
    return _paged("contacts", f"{organization}/contacts", Contact, "contact_guid", fields)


def documents(organization: int, path: str) -> Stream[Any, Document]:
    """Sales invoices (`invoices`) or credit notes (`sales/creditnotes`)."""
    return _paged(path, f"{organization}/{path}", Document, "guid", _DOCUMENT_FIELDS)


def entries(organization: int, part: str = "") -> Stream[Any, Entry]:
    """Booked entries of a period within one accounting year; with `/changes` those that were
    added or changed in a period of at most 31 days.
    """
    return _list(f"entries{part}", f"{organization}/entries{part}", Entry, "entry_guid")


def saldo(organization: int, year: Year) -> Stream[Any, Balance]:
    """The saldobalance of an accounting year."""
    path = f"{organization}/{year.name}/reports/saldo"
    return _list(f"saldobalance of {year.name}", path, Balance, "account_number")
