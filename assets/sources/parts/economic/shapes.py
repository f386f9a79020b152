"""e-conomic's two interfaces as they answer: records, envelopes and declared streams.

Source: restdocs.e-conomic.com (REST) and apis.e-conomic.com (booked entries), as public
descriptions and clients show them in 2026. What REST leaves out, false booleans and empty
texts, is optional here.

Belongs here: shapes and how pages follow. Does not: what they mean (`records`) or
which are read (`pull`).
"""

from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct

from assets.sources.network.stream import Params, Stream

T = TypeVar("T")


class Pagination(Struct, rename="camel"):
    """How many there are, and where the next page is."""

    UNREAD: ClassVar[str] = (
        "maxPageSizeAllowed skipPages pageSize resultsWithoutFilter firstPage lastPage"
    )

    results: int
    next_page: str | None = None


class Collection(Struct, Generic[T]):
    """A page of REST."""

    UNREAD: ClassVar[str] = "metaData self"

    collection: list[T]
    pagination: Pagination


class Company(Struct, rename="camel"):
    """The business behind an agreement."""

    UNREAD: ClassVar[str] = "addressLine1 addressLine2 attention city zip email phoneNumber website"

    name: str
    company_identification_number: str | None = None
    vat_number: str | None = None
    country: str | None = None


class Settings(Struct, rename="camel"):
    """What the agreement keeps its books in."""

    UNREAD: ClassVar[str] = "internationalLedger"

    base_currency: str


class Agreement(Struct, rename="camel"):
    """Whom the tokens give access to."""

    UNREAD: ClassVar[str] = (
        "agreementType application bankInformation canSendElectronicInvoice "
        "canSendMobilePay companyAffiliation modules self signupDate user userName"
    )

    agreement_number: int
    company: Company
    settings: Settings


class VatCode(Struct, rename="camel"):
    """A reference to a VAT account; padded with blanks to five characters."""

    UNREAD: ClassVar[str] = "self"

    vat_code: str


class AccountNumber(Struct, rename="camel"):
    """A reference to an account."""

    UNREAD: ClassVar[str] = "self"

    account_number: int


class Account(Struct, rename="camel"):
    """One line of the chart: an account, a heading or a sum."""

    UNREAD: ClassVar[str] = (
        "accountingYears accountsSummed balance barred blockDirectEntries contraAccount "
        "debitCredit draftBalance openingAccount self totalFromAccount"
    )

    account_number: int
    account_type: str
    name: str | None = None
    vat_account: VatCode | None = None


class VatAccount(Struct, rename="camel"):
    """One VAT code, as I25 or U25."""

    UNREAD: ClassVar[str] = "account barred contraAccount self vatReportSetup vatType"

    vat_code: str
    name: str | None = None
    rate_percentage: Decimal | None = None


class Year(Struct, rename="camel"):
    """An accounting year, with links to what belongs to it."""

    UNREAD: ClassVar[str] = "self vouchers"

    year: str
    from_date: str
    to_date: str
    entries: str
    periods: str
    totals: str
    closed: bool = False


class Period(Struct, rename="camel"):
    """A period of an accounting year; barred may be opened again, closed may not."""

    UNREAD: ClassVar[str] = "accountingYear entries periodNumber self totals"

    from_date: str
    to_date: str
    closed: bool = False
    barred: bool = False


class YearTotal(Struct, rename="camel"):
    """What one account comes to in an accounting year."""

    UNREAD: ClassVar[str] = "fromDate self toDate"

    account: AccountNumber
    total_in_base_currency: Decimal


class Customer(Struct, rename="camel"):
    """A customer."""

    UNREAD: ClassVar[str] = (
        "address attention balance barred city contacts creditLimit currency customerContact "
        "customerGroup defaultDeliveryLocation deliveryLocations dueAmount eInvoiceId "
        "eInvoicingDisabledByDefault ean email invoices lastUpdated layout metaData mobilePhone "
        "pNumber paymentTerms priceGroup publicEntryNumber salesPerson self telephoneAndFaxNumber "
        "templates totals vatZone website zip"
    )

    customer_number: int
    name: str
    country: str | None = None
    corporate_identification_number: str | None = None
    vat_number: str | None = None


class Supplier(Struct, rename="camel"):
    """A supplier."""

    UNREAD: ClassVar[str] = (
        "address attention bankAccount barred city contacts costAccount creditorId currency "
        "defaultInvoiceText email layout metaData paymentTerms phone remittanceAdvice salesPerson "
        "self supplierContact supplierGroup vatZone zip"
    )

    supplier_number: int
    name: str
    country: str | None = None
    corporate_identification_number: str | None = None
    vat_number: str | None = None


class VatEntry(Struct, rename="camel"):
    """A booked entry as REST shows it: the only place that tells its VAT code."""

    UNREAD: ClassVar[str] = (
        "accrual amount bookedInvoice currency customer date department departmentalDistribution "
        "document dueDate employee entryType invoiceNumber paymentDetails pdf project projectTask "
        "quantity1 quantity2 remainder remainderInBaseCurrency self supplier supplierInvoiceNumber "
        "text unit1 unit2 vatAmount voucherNumber"
    )

    entry_number: int
    account: AccountNumber
    amount_in_base_currency: Decimal
    vat_account: VatCode | None = None


class Entry(Struct, rename="camel"):
    """A booked entry. `type`: see `records.OPENING`."""

    UNREAD: ClassVar[str] = "objectVersion projectNumber remainder costTypeNumber departmentNumber"

    entry_number: int
    account_number: int
    amount_in_base_currency: Decimal
    date: str
    type: int
    voucher_number: int = 0
    amount: Decimal | None = None
    currency_code: str | None = None
    text: str | None = None
    customer_number: int | None = None
    supplier_number: int | None = None
    customer_invoice_number: int | None = None
    supplier_invoice_number: str | None = None
    due_date: str | None = None


class Entries(Struct):
    """A page of booked entries; without a cursor it is the last."""

    items: list[Entry] | None = None
    cursor: str | int | None = None


def _next(page: Any, _asked: Params) -> str | None:
    link: str | None = page.pagination.next_page
    return link


def _cursor(page: Entries, _asked: Params) -> Params | None:
    # a cursor is the number of the next item, so 0 can only mean the end
    return {"cursor": page.cursor} if page.cursor else None


def _rest(name: str, path: str, record: Any, key: str) -> Stream[Any, Any]:
    return Stream(
        name, path, Collection[record], records=lambda page: page.collection,
        key=attrgetter(key),
        follow=_next, params={"skippages": 0}, size="pagesize",
    )  # fmt: skip


ACCOUNTS = _rest("accounts", "accounts", Account, "account_number")
VAT_ACCOUNTS = _rest("VAT accounts", "vat-accounts", VatAccount, "vat_code")
YEARS = _rest("accounting years", "accounting-years", Year, "year")
CUSTOMERS = _rest("customers", "customers", Customer, "customer_number")
SUPPLIERS = _rest("suppliers", "suppliers", Supplier, "supplier_number")
AGREEMENT: Stream[Agreement, Agreement] = Stream(
    "the agreement", "self", Agreement, records=lambda one: [one],
    key=lambda one: one.agreement_number,
)  # fmt: skip


def periods(year: Year) -> Stream[Any, Period]:
    """The periods of a year."""
    return _rest(f"periods of {year.year}", year.periods, Period, "from_date")


def totals(year: Year) -> Stream[Any, YearTotal]:
    """What each account comes to in a year."""
    name = f"totals of {year.year}"
    return _rest(name, year.totals, YearTotal, "account.account_number")


def vat_entries(year: Year) -> Stream[Any, VatEntry]:
    """The entries of a year as REST shows them."""
    return _rest(f"VAT codes of {year.year}", year.entries, VatEntry, "entry_number")


def entries(version: str) -> Stream[Entries, Entry]:
    """Booked entries in one version of their interface, a thousand at a time.

    Never `booked-entries/paged`: it ends silently after 10,000.
    """
    return Stream(
        "booked entries", f"{path(version)}/booked-entries", Entries,
        records=lambda page: page.items or [], key=lambda one: one.entry_number, follow=_cursor,
    )  # fmt: skip


def path(version: str) -> str:
    """Where a version of booked entries answers."""
    return f"bookedEntriesapi/v{version}"
