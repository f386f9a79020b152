"""What Xero's accounting API answers.

Names are those of the public OpenAPI description (XeroAPI/Xero-OpenAPI,
`xero_accounting.yaml`), which marks nothing as required: a field without a default here is
one that we cannot do without. `UNREAD` are those described and not read.

Belongs here: shapes, and how Xero writes dates. Does not: how pages follow (`streams`) or
what a field means (`records`).
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

_HEAD = "Id Status ProviderName DateTimeUTC Warnings"
_MOMENT = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tracking(Struct):
    """An object of a dimension."""

    UNREAD: ClassVar[str] = "TrackingCategoryID TrackingOptionID Status Options"
    Name: str = ""
    Option: str = ""


class JournalLine(Struct):
    """One posting; amounts in base currency, debit positive."""

    UNREAD: ClassVar[str] = "AccountType AccountName TaxName"
    JournalLineID: str
    AccountID: str
    NetAmount: Decimal
    TaxAmount: Decimal
    GrossAmount: Decimal
    AccountCode: str | None = None
    Description: str | None = None
    TaxType: str | None = None
    TrackingCategories: list[Tracking] | None = None


class Journal(Struct):
    """One voucher. Never changed: what is edited in Xero is reversed and booked anew."""

    JournalID: str
    JournalDate: str
    JournalNumber: int
    CreatedDateUTC: str
    JournalLines: list[JournalLine]
    Reference: str | None = None
    SourceID: str | None = None
    SourceType: str | None = None


class Journals(Struct):
    """A page of journals: up to 100 with numbers above the offset."""

    UNREAD: ClassVar[str] = _HEAD
    Journals: list[Journal]


class Account(Struct):
    """One account of the chart. Bank accounts may have no code."""

    UNREAD: ClassVar[str] = (
        "BankAccountNumber Status Description BankAccountType EnablePaymentsToAccount "
        "ShowInExpenseClaims ReportingCode ReportingCodeName HasAttachments UpdatedDateUTC "
        "AddToWatchlist ValidationErrors"
    )
    AccountID: str
    Name: str
    Type: str
    Code: str | None = None
    CurrencyCode: str | None = None
    TaxType: str | None = None
    Class: str | None = None
    SystemAccount: str | None = None


class Accounts(Struct):
    """The whole chart."""

    UNREAD: ClassVar[str] = _HEAD
    Accounts: list[Account]


class TaxRate(Struct):
    """One VAT code. The effective rate is 0 where components cancel out: a reverse charge."""

    UNREAD: ClassVar[str] = (
        "TaxComponents Status ReportTaxType CanApplyToAssets CanApplyToEquity CanApplyToExpenses "
        "CanApplyToLiabilities CanApplyToRevenue"
    )
    Name: str
    TaxType: str
    EffectiveRate: Decimal
    DisplayTaxRate: Decimal | None = None


class TaxRates(Struct):
    """All of them, deleted ones too."""

    UNREAD: ClassVar[str] = _HEAD
    TaxRates: list[TaxRate]


class Organisation(Struct):
    """The company."""

    UNREAD: ClassVar[str] = (
        "APIKey PaysTax Version OrganisationType IsDemoCompany OrganisationStatus "
        "EmployerIdentificationNumber SalesTaxBasis SalesTaxPeriod DefaultSalesTax "
        "DefaultPurchasesTax CreatedDateUTC Timezone OrganisationEntityType ShortCode Class "
        "Edition LineOfBusiness Addresses Phones ExternalLinks PaymentTerms"
    )
    OrganisationID: str
    Name: str
    BaseCurrency: str
    FinancialYearEndDay: int
    FinancialYearEndMonth: int
    LegalName: str | None = None
    CountryCode: str | None = None
    RegistrationNumber: str | None = None
    TaxNumber: str | None = None
    PeriodLockDate: str | None = None
    EndOfYearLockDate: str | None = None


class Organisations(Struct):
    """The one organisation a tenant is."""

    UNREAD: ClassVar[str] = _HEAD
    Organisations: list[Organisation]


class Pagination(Struct):
    """How many there are, where Xero tells."""

    UNREAD: ClassVar[str] = "page pageSize pageCount"
    itemCount: int | None = None  # noqa: N815 - Xero's name


class Address(Struct):
    """Country is free text."""

    UNREAD: ClassVar[str] = (
        "AddressType AddressLine1 AddressLine2 AddressLine3 AddressLine4 City Region PostalCode "
        "AttentionTo"
    )
    Country: str | None = None


class Contact(Struct):
    """One customer or supplier."""

    UNREAD: ClassVar[str] = (
        "MergedToContactID ContactNumber AccountNumber ContactStatus FirstName LastName "
        "EmailAddress ContactPersons BankAccountDetails TaxNumberType TaxNumbeType "
        "AccountsReceivableTaxType AccountsPayableTaxType Phones IsSupplier IsCustomer "
        "SalesDefaultLineAmountType PurchasesDefaultLineAmountType DefaultCurrency "
        "XeroNetworkKey SalesDefaultAccountCode PurchasesDefaultAccountCode "
        "SalesTrackingCategories PurchasesTrackingCategories TrackingCategoryName "
        "TrackingCategoryOption PaymentTerms UpdatedDateUTC ContactGroups Website BrandingTheme "
        "BatchPayments Discount Balances Attachments HasAttachments ValidationErrors "
        "HasValidationErrors StatusAttributeString"
    )
    ContactID: str
    Name: str
    CompanyNumber: str | None = None
    TaxNumber: str | None = None
    Addresses: list[Address] | None = None


class Contacts(Struct):
    """A page of contacts."""

    UNREAD: ClassVar[str] = _HEAD
    Contacts: list[Contact]
    pagination: Pagination | None = None


class Who(Struct):
    """The contact a document names; the rest of it comes with the contacts."""

    UNREAD: ClassVar[str] = f"{Contact.UNREAD} Name CompanyNumber TaxNumber Addresses"
    ContactID: str | None = None


_DOCUMENT = (
    "LineItems LineAmountTypes CurrencyRate SubTotal TotalTax StatusAttributeString Status "
    "HasAttachments HasErrors ValidationErrors Warnings DateString DueDateString ID BatchPayment"
)


class Invoice(Struct):
    """An invoice to a customer (ACCREC) or from a supplier (ACCPAY)."""

    UNREAD: ClassVar[str] = (
        f"{_DOCUMENT} Reference BrandingThemeID Url SentToContact ExpectedPaymentDate "
        "PlannedPaymentDate CISDeduction CISRate TotalDiscount RepeatingInvoiceID IsDiscounted "
        "Payments Prepayments Overpayments AmountDue AmountPaid FullyPaidOnDate AmountCredited "
        "UpdatedDateUTCString CreditNotes Attachments InvoiceAddresses"
    )
    InvoiceID: str
    Type: str
    UpdatedDateUTC: str
    Contact: Who | None = None
    InvoiceNumber: str | None = None
    Date: str | None = None
    DueDate: str | None = None
    CurrencyCode: str | None = None
    Total: Decimal | None = None


class Invoices(Struct):
    """A page of invoices."""

    UNREAD: ClassVar[str] = _HEAD
    Invoices: list[Invoice]
    pagination: Pagination | None = None


class CreditNote(Struct):
    """A credit note; its total is positive."""

    UNREAD: ClassVar[str] = (
        f"{_DOCUMENT} CISDeduction CISRate UpdatedDateUTCString FullyPaidOnDate Reference "
        "SentToContact RemainingCredit Allocations AppliedAmount Payments BrandingThemeID "
        "InvoiceAddresses"
    )
    CreditNoteID: str
    Type: str
    UpdatedDateUTC: str
    Contact: Who | None = None
    CreditNoteNumber: str | None = None
    Date: str | None = None
    DueDate: str | None = None
    CurrencyCode: str | None = None
    Total: Decimal | None = None


class CreditNotes(Struct):
    """A page of credit notes."""

    UNREAD: ClassVar[str] = _HEAD
    CreditNotes: list[CreditNote]
    pagination: Pagination | None = None


class BankTransaction(Struct):
    """Money spent or received without an invoice."""

    UNREAD: ClassVar[str] = f"{_DOCUMENT} BankAccount IsReconciled Url PrepaymentID OverpaymentID"
    BankTransactionID: str
    Type: str
    UpdatedDateUTC: str | None = None
    Contact: Who | None = None
    Reference: str | None = None
    Date: str | None = None
    CurrencyCode: str | None = None
    Total: Decimal | None = None


class BankTransactions(Struct):
    """A page of bank transactions."""

    UNREAD: ClassVar[str] = _HEAD
    BankTransactions: list[BankTransaction]
    pagination: Pagination | None = None


class Attribute(Struct):
    """Which account a cell is about."""

    Id: str | None = None
    Value: str | None = None


class Cell(Struct):
    """One cell of a report; amounts are text with a point."""

    Value: str | None = None
    Attributes: list[Attribute] | None = None


class ReportRow(Struct):
    """One row of a section."""

    UNREAD: ClassVar[str] = "RowType Title"
    Cells: list[Cell] | None = None


class ReportRows(Struct):
    """The header, a section or a row."""

    UNREAD: ClassVar[str] = "Title"
    RowType: str
    Cells: list[Cell] | None = None
    Rows: list[ReportRow] | None = None


class Report(Struct):
    """One report."""

    UNREAD: ClassVar[str] = (
        "ReportID ReportName ReportTitle ReportType ReportTitles ReportDate UpdatedDateUTC Fields"
    )
    Rows: list[ReportRows]


class Reports(Struct):
    """The report asked for."""

    UNREAD: ClassVar[str] = _HEAD
    Reports: list[Report]


def moment(told: str) -> datetime:
    """The moment of Xero's `/Date(milliseconds+0000)/`; the offset only tells a place.

    Raises `ValueError` for anything else.

    >>> moment("/Date(1539993600000+0000)/").isoformat()
    '2018-10-20T00:00:00+00:00'
    """
    found = _MOMENT.fullmatch(told)
    if not found:
        raise ValueError(told)
    return _EPOCH + timedelta(milliseconds=int(found[1]))


def day(told: str) -> date:
    """The day of Xero's date, or of `YYYY-MM-DD` with or without a time.

    >>> day("/Date(1539993600000+0000)/"), day("2018-10-20T00:00:00")
    (datetime.date(2018, 10, 20), datetime.date(2018, 10, 20))
    """
    return moment(told).date() if told.startswith("/") else date.fromisoformat(told[:10])
