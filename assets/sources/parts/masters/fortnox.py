"""Fortnox's interface: customers, suppliers, and whose invoice a voucher is.

The list of customers holds neither country nor VAT number; only a customer asked for alone
does. That costs a call each of the 25 allowed in five seconds, so it is spent on those who
have a booked invoice.

Source: answers recorded in public (accodeing/fortnox-api, 2018-2023: customers, a customer,
invoices); field names of suppliers, financial years and the company: the SDK
softwerkab/fortnox-csharp-api-sdk; limits and tokens: fortnox.se/developer.

Belongs here: shapes and streams of Fortnox. Does not: reading until it agrees (`reading`).
"""

from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote

from msgspec import Struct
from msgspec import field as named

from assets.sources.network.client import Client
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Params, Stream
from assets.sources.parts.masters.reading import Lists
from assets.sources.parts.masters.register import Buyer, Party, Register

PAGE_SIZE = 500
"""The most Fortnox gives at once."""
_GONE = (404,)


class Meta(Struct):
    """Where a page stands among the others."""

    total_resources: int = named(name="@TotalResources")
    total_pages: int = named(name="@TotalPages")
    current_page: int = named(name="@CurrentPage")


class Listed(Struct, rename="pascal", kw_only=True):
    """What customers and suppliers have in common. A list of customers tells of these the name
    and the organisation number alone.
    """

    UNREAD: ClassVar[str] = (
        "@url Address1 Address2 City Email Phone ZipCode Active BG PG Bank BankAccountNumber BIC "
        "IBAN Comments CostCenter Country Currency DisablePaymentFile Fax Project WWW"
    )

    name: str
    organisation_number: str | None = None
    country_code: str | None = None
    vat_number: str | None = named(name="VATNumber", default=None)


class Customer(Listed, rename="pascal", kw_only=True):
    """A customer."""

    customer_number: str


class Supplier(Listed, rename="pascal", kw_only=True):
    """A supplier."""

    supplier_number: str


class Customers(Struct, rename="pascal"):
    """A page of customers."""

    customers: list[Customer]
    meta_information: Meta


class Suppliers(Struct, rename="pascal"):
    """A page of suppliers."""

    suppliers: list[Supplier]
    meta_information: Meta


class Invoice(Struct, rename="pascal"):
    """An invoice in the list; without a voucher until it is booked."""

    UNREAD: ClassVar[str] = (
        "@url @urlTaxReductionList Balance Booked Cancelled CostCenter Currency CurrencyRate "
        "CurrencyUnit CustomerName DueDate ExternalInvoiceReference1 ExternalInvoiceReference2 "
        "FinalPayDate InvoiceDate InvoiceType NoxFinans OCR Project Sent TermsOfPayment Total "
        "WayOfDelivery"
    )

    customer_number: str
    document_number: str
    voucher_number: int | None = None
    voucher_series: str | None = None
    voucher_year: int | None = None


class Invoices(Struct, rename="pascal"):
    """A page of invoices."""

    invoices: list[Invoice]
    meta_information: Meta


class Year(Struct, rename="pascal"):
    """A financial year; its id is no year."""

    UNREAD: ClassVar[str] = "@url ToDate AccountChartType AccountingMethod accountCharts"

    id: int
    from_date: date


class Years(Struct, rename="pascal"):
    """A page of financial years."""

    financial_years: list[Year]
    meta_information: Meta


class Company(Struct, rename="pascal"):
    """Whose tenant it is."""

    company_name: str
    organization_number: str


class CompanyAnswer(Struct, rename="pascal"):
    """The company, as it is asked for alone."""

    company_information: Company


class CustomerAnswer(Struct, rename="pascal"):
    """A customer, as it is asked for alone; of its many columns these are read."""

    customer: Customer


def _next(page: Any, asked: Params) -> Params | None:
    meta: Meta = page.meta_information
    return {"page": asked["page"] + 1} if asked["page"] < meta.total_pages else None


def _stream(name: str, path: str, shape: type[Any], records: str, key: str) -> Stream[Any, Any]:
    return Stream(
        name, path, shape, records=lambda page: list(getattr(page, records)),
        key=lambda one: getattr(one, key), follow=_next, params={"page": 1}, size="limit",
        page_size=PAGE_SIZE,
    )  # fmt: skip


CUSTOMERS = _stream("customers", "customers", Customers, "customers", "customer_number")
SUPPLIERS = _stream("suppliers", "suppliers", Suppliers, "suppliers", "supplier_number")
INVOICES = _stream("invoices", "invoices", Invoices, "invoices", "document_number")
YEARS = _stream("financial years", "financialyears", Years, "financial_years", "id")


def read(client: Client, page_size: int, company_id: str, *, alone: bool) -> Register:
    """One reading of a tenant. `alone`: ask for each customer with a booked invoice alone."""
    lists = Lists(client, page_size, company_id)
    told = lists.one("companyinformation", Contract(CompanyAnswer), "the company")
    company = told.company_information if told else Company("", "")

    def every(stream: Stream[Any, Any]) -> list[Any]:
        return lists.counted(stream, lambda page: int(page.meta_information.total_resources))

    years = {year.id: year.from_date for year in every(YEARS)}
    buyers = {}
    for invoice in every(INVOICES):
        start = years.get(invoice.voucher_year)
        if invoice.voucher_number is not None and start is not None:
            own = "/".join(
                x for x in (str(start), invoice.voucher_series, str(invoice.voucher_number)) if x
            )
            buyers[own] = Buyer(f"customer/{invoice.customer_number}", invoice.document_number)
    parties = {f"customer/{one.customer_number}": _party(one) for one in every(CUSTOMERS)}
    parties |= {f"supplier/{one.supplier_number}": _party(one) for one in every(SUPPLIERS)}
    if alone:
        bought = {buyer.party_id for buyer in buyers.values()} & parties.keys()
        parties |= _details(lists, sorted(bought))
    return Register(
        "Fortnox", client.base, company.company_name, company.organization_number, parties,
        buyers, lists.findings,
    )  # fmt: skip


def _details(lists: Lists, parties: list[str]) -> dict[str, Party]:
    """These customers with country and VAT number; without those gone since they were listed."""
    contract, found = Contract(CustomerAnswer), {}
    for own in parties:
        number = own.partition("/")[2]
        path = f"customers/{quote(number, safe='')}"
        told = lists.one(path, contract, f"customer {number}", empty=_GONE)
        if told is not None:
            found[own] = _party(told.customer)
    return found


def _party(one: Listed) -> Party:
    return Party(
        one.name, one.country_code or None, one.vat_number or None, one.organisation_number or None
    )
