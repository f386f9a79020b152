"""What Business Central's API v2.0 answers, and the page of VAT entries it lacks.

Names are those of Microsoft's published pages (BCApps, `APIV2 - …`). The VAT page is
ours, or a partner's: docs/sources/business_central.md has its source.

Belongs here: shapes and streams. Does not: what a field means (`records`).
"""

from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct, field

from assets.sources.network.stream import Stream

_HEAD = "@odata.context @odata.etag"
_NEXT = "@odata.nextLink"


class Company(Struct):
    """One company of an environment."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} systemVersion timestamp businessProfileId systemCreatedAt systemCreatedBy "
        "systemModifiedAt systemModifiedBy"
    )
    id: str
    name: str
    displayName: str = ""  # noqa: N815 - Microsoft's name


class Companies(Struct):
    """All companies these credentials see."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[Company]


class Information(Struct):
    """What the company says of itself."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} addressLine1 addressLine2 city state postalCode phoneNumber faxNumber email "
        "website currentFiscalYearStartDate industry pictureBase64 lastModifiedDateTime "
        "picture@odata.mediaEditLink picture@odata.mediaReadLink experience address"
    )
    id: str
    displayName: str  # noqa: N815
    country: str = ""
    taxRegistrationNumber: str = ""  # noqa: N815
    currencyCode: str = ""  # noqa: N815


class Informations(Struct):
    """One row."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[Information]


class Account(Struct):
    """One line of the chart, headings and totals too."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} subCategory blocked directPosting consolidationTranslationMethod "
        "consolidationDebitAccount consolidationCreditAccount excludeFromConsolidation "
        "lastModifiedDateTime"
    )
    id: str
    number: str
    displayName: str  # noqa: N815
    accountType: str  # noqa: N815
    category: str = ""
    netChange: Decimal | None = None  # noqa: N815


class Accounts(Struct):
    """A page of accounts."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[Account]
    next: str | None = field(default=None, name=_NEXT)


class Party(Struct):
    """One customer or vendor."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} type addressLine1 addressLine2 city state postalCode phoneNumber email website "
        "salespersonCode balanceDue creditLimit taxLiable taxAreaId taxAreaDisplayName currencyId "
        "currencyCode paymentTermsId shipmentMethodId paymentMethodId blocked "
        "lastModifiedDateTime irs1099Code balance mobilePhoneNumber eInvoice genBusPostingGroup"
    )
    id: str
    number: str
    displayName: str  # noqa: N815
    country: str = ""
    taxRegistrationNumber: str = ""  # noqa: N815
    registrationNumber: str = ""  # noqa: N815


class Parties(Struct):
    """A page of customers or vendors."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[Party]
    next: str | None = field(default=None, name=_NEXT)


class Period(Struct):
    """One accounting period; it ends where the next begins."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} id name averageCostPeriod averageCostCalcType lastModifiedDateTime "
        "inventoryPeriodClosed"
    )
    startingDate: str  # noqa: N815
    newFiscalYear: bool  # noqa: N815
    closed: bool = False
    dateLocked: bool = False  # noqa: N815


class Periods(Struct):
    """A page of accounting periods."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[Period]
    next: str | None = field(default=None, name=_NEXT)


class Dimension(Struct):
    """A dimension's value on an entry."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} id parentId parentType displayName valueId valueDisplayName consolidationCode"
    )
    code: str
    valueCode: str  # noqa: N815


class Entry(Struct):
    """One general ledger entry, in local currency. It says nothing of VAT."""

    UNREAD: ClassVar[str] = (
        f"{_HEAD} id accountId additionalCurrencyDebitAmount additionalCurrencyCreditAmount "
        "dimensionSetLines@odata.context"
    )
    entryNumber: int  # noqa: N815
    postingDate: str  # noqa: N815
    documentNumber: str  # noqa: N815
    accountNumber: str  # noqa: N815
    debitAmount: Decimal  # noqa: N815
    creditAmount: Decimal  # noqa: N815
    lastModifiedDateTime: str  # noqa: N815
    documentType: str = ""  # noqa: N815
    description: str = ""
    dimensionSetLines: list[Dimension] | None = None  # noqa: N815


class Entries(Struct):
    """A page of entries; how many there are in all, where that was asked for."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[Entry]
    count: int | None = field(default=None, name="@odata.count")
    next: str | None = field(default=None, name=_NEXT)


class VatEntry(Struct):
    """One VAT entry, of our page: base and amount debit positive, as Business Central signs them.

    `generalLedgerEntryNumber` is the entry of the base (G/L Entry - VAT Entry Link).
    """

    UNREAD: ClassVar[str] = f"{_HEAD} id transactionNumber systemModifiedAt"
    entryNumber: int  # noqa: N815
    generalLedgerEntryNumber: int  # noqa: N815
    postingDate: str  # noqa: N815
    documentNumber: str  # noqa: N815
    type: str
    vatBusPostingGroup: str  # noqa: N815
    vatProdPostingGroup: str  # noqa: N815
    vatCalculationType: str  # noqa: N815
    vatPercent: Decimal  # noqa: N815
    base: Decimal
    amount: Decimal
    billToPayToNumber: str = ""  # noqa: N815


class VatEntries(Struct):
    """A page of VAT entries."""

    UNREAD: ClassVar[str] = _HEAD
    value: list[VatEntry]
    next: str | None = field(default=None, name=_NEXT)


def stream(
    name: str, path: str, envelope: type[Any], order: str = "", more: dict[str, str] | None = None
) -> Stream[Any, Any]:
    """A stream of a company; the server names each next page itself."""
    params = {"$orderby": order} if order else {}
    return Stream(
        name, path, envelope,
        records=lambda page: page.value,
        key=lambda row: getattr(row, "entryNumber", None) or getattr(row, "id", None)
        or row.startingDate,
        follow=lambda page, _asked: getattr(page, "next", None),
        params=params | (more or {}),
    )  # fmt: skip
