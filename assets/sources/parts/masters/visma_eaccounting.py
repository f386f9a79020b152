"""Visma eAccounting's interface: customers, suppliers, and whose invoice a voucher is.

Source: developer.vismaonline.com (tokens, scopes, 600 calls a minute, errors); field names of
customers, invoices and vouchers: the client omniboost/go-visma-eaccounting and others like it.

Belongs here: shapes and streams of Visma. Does not: reading until it agrees (`reading`).
"""

import re
from datetime import date
from typing import Any, ClassVar

from msgspec import Struct

from assets.sources.network.client import Client
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Params, Stream
from assets.sources.parts.masters.reading import Lists
from assets.sources.parts.masters.register import Buyer, Party, Register
from assets.sources.row_batches import iso_date

PAGE_SIZE = 1000
_VOUCHER = re.compile(r"([^\d\s]*)\s*(\d+)")


class Meta(Struct, rename="pascal"):
    """Where a page stands among the others."""

    UNREAD: ClassVar[str] = "PageSize ServerTimeUtc"

    current_page: int
    total_number_of_pages: int
    total_number_of_results: int


class Customer(Struct, rename="pascal"):
    """A customer."""

    UNREAD: ClassVar[str] = (
        "ContactPersonEmail ContactPersonMobile ContactPersonName ContactPersonPhone CurrencyCode "
        "GLN EmailAddress InvoiceAddress1 InvoiceAddress2 InvoiceCity InvoicePostalCode "
        "DeliveryCustomerName DeliveryAddress1 DeliveryAddress2 DeliveryCity DeliveryCountryCode "
        "DeliveryPostalCode DeliveryMethodId DeliveryTermId PayToAccountId Note "
        "ReverseChargeOnConstructionServices WebshopCustomerNumber MobilePhone Telephone "
        "TermsOfPaymentId TermsOfPayment WwwAddress LastInvoiceDate IsPrivatePerson "
        "IsNorthernIreland DiscountPercentage ChangedUtc IsActive ForceBookkeepVat EdiGlnNumber "
        "SalesDocumentLanguage ElectronicAddress ElectronicReference EdiServiceDelivererId "
        "AutoInvoiceActivationEmailSentDate AutoInvoiceRegistrationRequestSentDate EmailAddresses "
        "CustomerLabels IsFutureInvoiceDateAllowed DeliveryBasedVat"
    )

    id: str
    customer_number: str
    name: str
    corporate_identity_number: str | None = None
    vat_number: str | None = None
    invoice_country_code: str | None = None


class Supplier(Struct, rename="pascal"):
    """A supplier; no description of its VAT number was at hand."""

    UNREAD: ClassVar[str] = (
        "Address1 Address2 City PostalCode CurrencyCode EmailAddress MobilePhone Telephone Note "
        "BankgiroNumber PlusgiroNumber BankAccountNumber BankIban BankBic TermsOfPaymentId "
        "WwwAddress IsActive CreatedUtc ModifiedUtc ContactPersonName ContactPersonEmail "
        "ContactPersonPhone ContactPersonMobile"
    )

    id: str
    supplier_number: str
    name: str
    corporate_identity_number: str | None = None
    vat_number: str | None = None
    country_code: str | None = None


class Invoice(Struct, rename="pascal"):
    """An invoice."""

    UNREAD: ClassVar[str] = (
        "EuThirdParty IsCreditInvoice CurrencyCode CurrencyRate CreatedByUserId TotalAmount "
        "TotalVatAmount TotalRoundings TotalAmountInvoiceCurrency TotalVatAmountInvoiceCurrency "
        "SetOffAmountInvoiceCurrency Rows VatSpecification DueDate DeliveryDate "
        "RotReducedInvoicingType RotReducedInvoicingAmount RotReducedInvoicingPercent "
        "RotReducedInvoicingPropertyName RotReducedInvoicingOrgNumber Persons "
        "RotReducedInvoicingAutomaticDistribution ElectronicReference ElectronicAddress "
        "EdiServiceDelivererId OurReference YourReference BuyersOrderReference "
        "InvoiceCustomerName InvoiceAddress1 InvoiceAddress2 InvoicePostalCode InvoiceCity "
        "InvoiceCountryCode DeliveryCustomerName DeliveryAddress1 DeliveryAddress2 "
        "DeliveryPostalCode DeliveryCity DeliveryCountryCode DeliveryMethodName DeliveryTermName "
        "DeliveryMethodCode DeliveryTermCode CustomerIsPrivatePerson TermsOfPaymentId "
        "CustomerEmail CustomerNumber PaymentReferenceNumber RotPropertyType "
        "SalesDocumentAttachments MessageThreads Notes HasAutoInvoiceError IsNotDelivered "
        "ReverseChargeOnConstructionServices WorkHouseOtherCosts RemainingAmount "
        "RemainingAmountInvoiceCurrency ReferringInvoiceId CreatedFromOrderId CreatedFromDraftId "
        "VoucherId CreatedUtc ModifiedUtc ReversedConstructionVatInvoicing IncludesVat SendType "
        "PaymentReminderIssued UsesGreenTechnology IsSold FactoringInvoiceStatus PaymentDate "
        "PaymentStatus CreditedBy"
    )

    id: str
    customer_id: str
    invoice_date: str
    invoice_number: int | None = None
    voucher_number: str | None = None


class Year(Struct, rename="pascal"):
    """A fiscal year."""

    UNREAD: ClassVar[str] = "IsLockedForAccounting BookkeepingMethod LockingDateUtc LockedByUserId"

    id: str
    start_date: str
    end_date: str


class Company(Struct, rename="pascal"):
    """Whose books they are."""

    name: str
    corporate_identity_number: str | None = None


class Customers(Struct, rename="pascal"):
    """A page of customers."""

    meta: Meta
    data: list[Customer]


class Suppliers(Struct, rename="pascal"):
    """A page of suppliers."""

    meta: Meta
    data: list[Supplier]


class Invoices(Struct, rename="pascal"):
    """A page of invoices."""

    meta: Meta
    data: list[Invoice]


class Years(Struct, rename="pascal"):
    """A page of fiscal years."""

    meta: Meta
    data: list[Year]


def _next(page: Any, asked: Params) -> Params | None:
    meta: Meta = page.meta
    if asked["$page"] < meta.total_number_of_pages:
        return {"$page": asked["$page"] + 1}
    return None


def _stream(name: str, path: str, shape: type[Any]) -> Stream[Any, Any]:
    return Stream(
        name, path, shape, records=lambda page: list(page.data), key=lambda one: one.id,
        follow=_next, params={"$page": 1}, size="$pagesize", page_size=PAGE_SIZE,
    )  # fmt: skip


CUSTOMERS = _stream("customers", "customers", Customers)
SUPPLIERS = _stream("suppliers", "suppliers", Suppliers)
INVOICES = _stream("invoices", "customerinvoices", Invoices)
YEARS = _stream("fiscal years", "fiscalyears", Years)


def read(client: Client, page_size: int, company_id: str) -> Register:
    """One reading of a company."""
    lists = Lists(client, page_size, company_id)
    told = lists.one("companysettings", Contract(Company), "the company")
    company = told or Company("")

    def every(stream: Stream[Any, Any]) -> list[Any]:
        return lists.counted(stream, lambda page: int(page.meta.total_number_of_results))

    years = [(iso_date(one.start_date), iso_date(one.end_date)) for one in every(YEARS)]
    customers = every(CUSTOMERS)
    numbers = {one.id: one.customer_number for one in customers}
    buyers = {}
    for invoice in every(INVOICES):
        own = _voucher(invoice, [(start, end) for start, end in years if start and end])
        if own and invoice.customer_id in numbers:
            party = f"customer/{numbers[invoice.customer_id]}"
            buyers[own] = Buyer(party, str(invoice.invoice_number or ""))
    parties = {
        f"customer/{one.customer_number}": _party(one, one.invoice_country_code)
        for one in customers
    }
    parties |= {
        f"supplier/{one.supplier_number}": _party(one, one.country_code) for one in every(SUPPLIERS)
    }
    return Register(
        "Visma eAccounting", client.base, company.name, company.corporate_identity_number or "",
        parties, buyers, lists.findings,
    )  # fmt: skip


def _voucher(invoice: Invoice, years: list[tuple[date, date]]) -> str:
    """The key of an invoice's voucher in the file; "" where none is told."""
    day = iso_date(invoice.invoice_date)
    parts = _VOUCHER.fullmatch((invoice.voucher_number or "").strip())
    if day is None or parts is None:
        return ""
    start = next((start for start, end in years if start <= day <= end), None)
    return "/".join(x for x in (str(start), *parts.groups()) if x) if start else ""


def _party(one: Customer | Supplier, country: str | None) -> Party:
    return Party(
        one.name, country or None, one.vat_number or None, one.corporate_identity_number or None
    )
