"""Tripletex's interface: customers and suppliers.

A party has an organisation number and no VAT number of its own; a number that begins with the
letters of a country is a VAT number, and is told as one.

How many records there are in all (`fullResultSize`) is "not exact" by its own description, so
a list of several pages is read until two readings are the same. Beside an empty list it still
tells one that was withheld.

Source: Tripletex/tripletex-api2 (tokens, fields, paging, rate limits); the swagger description
in the clients made from it (Customer, Supplier, Country, ListResponse).

Belongs here: shapes and streams of Tripletex. Does not: sessions (`session`).
"""

from typing import Any, ClassVar

from msgspec import Struct

from assets.sources.network.client import Client
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Params, Stream
from assets.sources.parts.masters.reading import Lists
from assets.sources.parts.masters.register import Party, Register

PAGE_SIZE = 1000
_FIELDS = (
    "id,name,organizationNumber,{number},"
    "postalAddress(country(isoAlpha2Code)),physicalAddress(country(isoAlpha2Code))"
)


class Country(Struct, rename="camel"):
    """A country."""

    iso_alpha2_code: str | None = None


class Address(Struct, rename="camel"):
    """An address; of it only the country is asked for."""

    country: Country | None = None


class Listed(Struct, rename="camel", kw_only=True):
    """What customers and suppliers have in common."""

    id: int
    name: str
    organization_number: str | None = None
    postal_address: Address | None = None
    physical_address: Address | None = None


class Customer(Listed, rename="camel", kw_only=True):
    """A customer; number 0 stands for none."""

    customer_number: int


class Supplier(Listed, rename="camel", kw_only=True):
    """A supplier; number 0 stands for none."""

    supplier_number: int


class Customers(Struct, rename="camel"):
    """A page of customers."""

    UNREAD: ClassVar[str] = "from count versionDigest"

    values: list[Customer]
    full_result_size: int = 0


class Suppliers(Struct, rename="camel"):
    """A page of suppliers."""

    UNREAD: ClassVar[str] = "from count versionDigest"

    values: list[Supplier]
    full_result_size: int = 0


class Company(Struct, rename="camel"):
    """Whose company it is."""

    name: str = ""
    organization_number: str = ""


class Myself(Struct, rename="camel"):
    """Who the session is."""

    company: Company


class MyselfAnswer(Struct):
    """Who the session is, as it is asked for alone."""

    value: Myself


def _next(page: Any, asked: Params) -> Params | None:
    if len(page.values) < int(asked["count"]):
        return None
    return {"from": asked["from"] + len(page.values)}


def _stream(name: str, path: str, shape: type[Any], number: str) -> Stream[Any, Any]:
    return Stream(
        name, path, shape, records=lambda page: list(page.values), key=lambda one: one.id,
        follow=_next, params={"from": 0, "sorting": "id", "fields": _FIELDS.format(number=number)},
        size="count", page_size=PAGE_SIZE,
    )  # fmt: skip


CUSTOMERS = _stream("customers", "customer", Customers, "customerNumber")
SUPPLIERS = _stream("suppliers", "supplier", Suppliers, "supplierNumber")


def read(client: Client, page_size: int, company_id: str) -> Register:
    """One reading of a company."""
    lists = Lists(client, page_size, company_id)
    told = lists.one(
        "token/session/%3EwhoAmI", Contract(MyselfAnswer), "the company",
        params={"fields": "company(name,organizationNumber)"},
    )  # fmt: skip
    company = told.value.company if told else Company()
    parties = {}
    for one in lists.steady(CUSTOMERS, _withheld):
        if one.customer_number:
            parties[f"customer/{one.customer_number}"] = _party(one)
    for one in lists.steady(SUPPLIERS, _withheld):
        if one.supplier_number:
            parties[f"supplier/{one.supplier_number}"] = _party(one)
    return Register(
        "Tripletex", client.base, company.name, company.organization_number, parties,
        findings=lists.findings,
    )  # fmt: skip


def _withheld(page: Any) -> int:
    return 0 if page.values else int(page.full_result_size)


def _party(one: Listed) -> Party:
    places = (one.physical_address, one.postal_address)
    codes = (place.country.iso_alpha2_code for place in places if place and place.country)
    number = (one.organization_number or "").strip()
    is_vat = number[:2].isalpha() and any(c.isdigit() for c in number)
    return Party(one.name, next(filter(None, codes), None), number if is_vat else None,
                 None if is_vat else number or None)  # fmt: skip
