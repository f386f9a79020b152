"""What Billy's API v2 answers, and how its pages follow.

Names are those of Billy's public documentation (billy.dk/api) and of public clients. Pages
are numbered, and nothing tells of changes.

Belongs here: shapes and streams. Does not: what a field means (`records`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct

from assets.sources.network.stream import Stream

PAGE_SIZE = 1000


class Paging(Struct):
    """Where a page stands."""

    UNREAD: ClassVar[str] = "pageSize firstUrl previousUrl nextUrl lastUrl"
    page: int
    pageCount: int  # noqa: N815 - Billy's name
    total: int


class Meta(Struct):
    """What comes beside the records."""

    UNREAD: ClassVar[str] = "statusCode success time"
    paging: Paging


class Organization(Struct):
    """The company of the token."""

    UNREAD: ClassVar[str] = (
        "createdTime url street zipcode city countryName phone fax email iconUrl iconHash logoUrl "
        "logoHash logoPdfId hasBillVoucherNo subscriptionCardType subscriptionCardNumber "
        "subscriptionCardExpires subscriptionTransaction isTerminated terminationTime locale "
        "invoiceNoMode nextInvoiceNo paymentTermsMode paymentTermsDays emailAttachmentDeliveryMode "
        "salesTaxPeriod hasVat ownerUserId defaultInvoiceBankAccountId localeId"
    )
    id: str
    name: str
    baseCurrencyId: str  # noqa: N815
    fiscalYearEndMonth: int  # noqa: N815
    registrationNo: str | None = None  # noqa: N815
    countryId: str | None = None  # noqa: N815


class OrganizationRoot(Struct):
    """One organization."""

    UNREAD: ClassVar[str] = "meta"
    organization: Organization


class Account(Struct):
    """One account of the chart."""

    UNREAD: ClassVar[str] = (
        "organizationId description groupId systemRole currencyId isPaymentEnabled isBankAccount "
        "isArchived bankId bankName bankRoutingNo bankAccountNo bankSwift bankIban "
        "commentAssociations"
    )
    id: str
    name: str
    accountNo: int | None = None  # noqa: N815
    natureId: str | None = None  # noqa: N815
    taxRateId: str | None = None  # noqa: N815


class Accounts(Struct):
    """A page of accounts."""

    accounts: list[Account]
    meta: Meta


class TaxRate(Struct):
    """One VAT code; the rate is a share."""

    UNREAD: ClassVar[str] = (
        "organizationId description appliesToSales appliesToPurchases isPredefined predefinedTag "
        "isActive netAmountMetaFieldId priority"
    )
    id: str
    name: str
    rate: Decimal
    abbreviation: str | None = None


class TaxRates(Struct):
    """A page of VAT codes."""

    UNREAD: ClassVar[str] = "taxRateDeductionComponents"
    taxRates: list[TaxRate]  # noqa: N815
    meta: Meta


class Product(Struct):
    """A product tells the account of an invoice's line."""

    UNREAD: ClassVar[str] = (
        "organizationId name description productNo suppliersProductNo salesTaxRulesetId isArchived "
        "inventoryAccountId isInInventory imageId imageUrl externalId"
    )
    id: str
    accountId: str | None = None  # noqa: N815


class Products(Struct):
    """A page of products."""

    products: list[Product]
    meta: Meta


class Contact(Struct):
    """One customer or supplier."""

    UNREAD: ClassVar[str] = (
        "type organizationId createdTime isArchived street cityId cityText stateId stateText "
        "zipcodeId zipcodeText contactNo phone fax currencyId paymentTermsMode paymentTermsDays "
        "ean accessCode emailAttachmentDeliveryMode isCustomer isSupplier localeId externalId "
        "defaultExpenseProductDescription defaultExpenseAccountId defaultTaxRateId isSalesTaxExempt"
    )
    id: str
    name: str
    countryId: str | None = None  # noqa: N815
    registrationNo: str | None = None  # noqa: N815


class Contacts(Struct):
    """A page of contacts."""

    contacts: list[Contact]
    meta: Meta


class Line(Struct):
    """A line of an invoice, a bill or a daybook transaction; the last two name the account."""

    UNREAD: ClassVar[str] = (
        "id description quantity unitPrice tax discountText discountMode discountValue priority "
        "text side currencyId contraAccountId"
    )
    amount: Decimal
    taxRateId: str | None = None  # noqa: N815
    accountId: str | None = None  # noqa: N815
    productId: str | None = None  # noqa: N815
    invoiceId: str | None = None  # noqa: N815
    billId: str | None = None  # noqa: N815
    daybookTransactionId: str | None = None  # noqa: N815


class Document(Struct):
    """An invoice, a bill or a daybook transaction."""

    UNREAD: ClassVar[str] = (
        "organizationId createdTime approvedTime attContactPersonId state sentState balance isPaid "
        "contactMessage lineDescription downloadUrl paymentTermsMode paymentTermsDays taxMode "
        "creditedInvoiceId creditedBillId recurringInvoiceId templateId footer headerMessage "
        "orderNo externalId isBare source subject lineDescription daybookId apiType priority "
        "description extendedDescription amount tax"
    )
    id: str
    entryDate: str  # noqa: N815
    type: str | None = None
    contactId: str | None = None  # noqa: N815
    invoiceNo: str | None = None  # noqa: N815
    voucherNo: str | None = None  # noqa: N815
    suppliersInvoiceNo: str | None = None  # noqa: N815
    dueDate: str | None = None  # noqa: N815
    currencyId: str | None = None  # noqa: N815
    exchangeRate: Decimal | None = None  # noqa: N815
    grossAmount: Decimal | None = None  # noqa: N815


class Invoices(Struct):
    """A page of invoices with their lines."""

    invoices: list[Document]
    meta: Meta
    invoiceLines: list[Line] = []  # noqa: N815 - msgspec copies it


class Bills(Struct):
    """A page of bills with their lines."""

    bills: list[Document]
    meta: Meta
    billLines: list[Line] = []  # noqa: N815


class DaybookTransactions(Struct):
    """A page of daybook transactions with their lines."""

    daybookTransactions: list[Document]  # noqa: N815
    meta: Meta
    daybookTransactionLines: list[Line] = []  # noqa: N815


class Transaction(Struct):
    """One voucher. `isVoid`: it takes back another; `isVoided`: it was taken back."""

    UNREAD: ClassVar[str] = "organizationId originatorName entryDate"
    id: str
    transactionNo: int  # noqa: N815
    isVoided: bool  # noqa: N815
    isVoid: bool  # noqa: N815
    createdTime: str | None = None  # noqa: N815
    voucherNo: str | None = None  # noqa: N815
    originatorReference: str | None = None  # noqa: N815


class Posting(Struct):
    """One posting: a positive amount and a side."""

    UNREAD: ClassVar[str] = (
        "organizationId salesTaxReturnId isBankMatched priority contactId commentAssociations"
    )
    id: str
    transactionId: str  # noqa: N815
    entryDate: str  # noqa: N815
    accountId: str  # noqa: N815
    amount: Decimal
    side: str
    isVoided: bool  # noqa: N815
    currencyId: str  # noqa: N815
    text: str | None = None


class Postings(Struct):
    """A page of postings with the transactions they are of."""

    postings: list[Posting]
    meta: Meta
    transactions: list[Transaction] = []


def _stream(
    name: str,
    path: str,
    envelope: type[Any],
    records: Callable[[Any], list[Any]],
    params: Mapping[str, Any] | None = None,
) -> Stream[Any, Any]:
    def follow(page: Any, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
        is_last = page.meta.paging.page >= page.meta.paging.pageCount
        return None if is_last else {"page": asked["page"] + 1}

    return Stream(
        name, path, envelope, records, key=lambda one: one.id, follow=follow,
        params={"page": 1, **(params or {})}, size="pageSize", page_size=PAGE_SIZE,
    )  # fmt: skip


ORGANIZATION: Stream[Any, Any] = Stream(
    "the organization", "organization", OrganizationRoot,
    records=lambda page: [page.organization], key=lambda one: one.id,
)  # fmt: skip
ACCOUNTS = _stream("accounts", "accounts", Accounts, lambda page: page.accounts)
TAX_RATES = _stream("tax rates", "taxRates", TaxRates, lambda page: page.taxRates)
PRODUCTS = _stream("products", "products", Products, lambda page: page.products)
CONTACTS = _stream("contacts", "contacts", Contacts, lambda page: page.contacts)
INVOICES = _stream(
    "invoices", "invoices", Invoices, lambda page: page.invoices, {"include": "invoice.lines"}
)
BILLS = _stream("bills", "bills", Bills, lambda page: page.bills, {"include": "bill.lines"})
DAYBOOK = _stream(
    "daybook transactions", "daybookTransactions", DaybookTransactions,
    lambda page: page.daybookTransactions, {"include": "daybookTransaction.lines"},
)  # fmt: skip
POSTINGS = _stream(
    "postings", "postings", Postings, lambda page: page.postings,
    {"include": "posting.transaction", "sortProperty": "entryDate", "sortDirection": "ASC"},
)  # fmt: skip
