"""Fortnox's interface as its pages, its SDK and answers recorded in public show it.

Described: tokens (fortnox.se/developer/authorization), 25 calls in five seconds (guides).
Recorded (accodeing/fortnox-api): paging by `page` and `limit` with MetaInformation; customers
listed without country and VAT number, which stand on the customer alone; invoices listed with
their voucher, null until booked. From the SDK: suppliers, financial years, the company.

    python -m tests.simulators.fortnox --port 8015

Belongs here: the vendor's behaviour. Does not: whom it knows (`parties`).
"""

from collections.abc import Callable
from typing import Any

from tests.simulators.base import Answer, Asked, Number
from tests.simulators.consenting import Consenting
from tests.simulators.parties import Invoice, Keeping, Party, Register
from tests.simulators.program import port, serve

_EMPTY = ("Address1", "Address2", "City", "Email", "Phone", "ZipCode")


class Fortnox(Keeping):
    """One tenant behind one consent."""

    def __init__(
        self, port: int = 0, register: Register | None = None, *, once: bool = False
    ) -> None:
        super().__init__(port, register)
        self.consent = Consenting("fortnox", once=once)

    def secrets(self) -> list[str]:
        return self.consent.secrets

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth-v1/token":
            return self.consent.answer(asked)
        if not self.consent.lets_in(asked):
            return _no(401, 2000310, "Ogiltig inloggning")
        path = asked.path.removeprefix("/3/")
        known = self.register
        if path == "companyinformation":
            return Answer({"CompanyInformation": {
                "CompanyName": known.company, "OrganizationNumber": known.registration_number,
                "DatabaseNumber": 654896, "CountryCode": "SE"}})  # fmt: skip
        lists: dict[str, tuple[str, list[Any], Callable[[Any], dict[str, Any]]]] = {
            "customers": ("Customers", known.customers, _customer),
            "suppliers": ("Suppliers", known.suppliers, _supplier),
            "invoices": ("Invoices", known.invoices, _invoice),
            "financialyears": ("FinancialYears", [known.year], _year),
        }
        if path in lists:
            return self._page(asked, *lists[path])
        kind, _, number = path.partition("/")
        one = next((p for p in known.customers if kind == "customers" and p.number == number), None)
        if one is None:
            return _no(404, 2000423, "Kan inte hitta kunden.")
        alone = {"CountryCode": one.country or None, "VATNumber": one.vat, "Active": True,
                 "VATType": "EUREVERSEDVAT"}  # fmt: skip
        return Answer({"Customer": _customer(one) | alone})

    def _page(
        self, asked: Asked, name: str, rows: list[Any], shown: Callable[[Any], dict[str, Any]]
    ) -> Answer:
        limit, page = int(asked.query.get("limit", 100)), int(asked.query.get("page", 1))
        if not 1 <= limit <= 500:
            return _no(400, 2000588, "Ogiltig parameter i anropet.")
        some = rows[(page - 1) * limit : page * limit]
        told = {"@TotalResources": len(rows), "@TotalPages": -(-len(rows) // limit),
                "@CurrentPage": page}  # fmt: skip
        return Answer({"MetaInformation": told, name: [shown(one) for one in some]})


def _customer(one: Party) -> dict[str, Any]:
    return {"@url": f"https://api.fortnox.se/3/customers/{one.number}",
            **dict.fromkeys(_EMPTY, ""), "CustomerNumber": one.number, "Name": one.name,
            "OrganisationNumber": one.organisation}  # fmt: skip


def _supplier(one: Party) -> dict[str, Any]:
    return {"@url": f"https://api.fortnox.se/3/suppliers/{one.number}",
            **dict.fromkeys(_EMPTY, ""), "SupplierNumber": one.number, "Name": one.name,
            "OrganisationNumber": one.organisation}  # fmt: skip


def _invoice(one: Invoice) -> dict[str, Any]:
    has = one.voucher > 0
    return {
        "@url": f"https://api.fortnox.se/3/invoices/{one.number}", "Balance": 0, "Booked": has,
        "Cancelled": False, "CostCenter": "", "Currency": "DKK", "CurrencyRate": "1",
        "CustomerNumber": one.customer, "DocumentNumber": str(one.number),
        "InvoiceDate": one.day, "VoucherNumber": one.voucher if has else None,
        "VoucherSeries": one.series if has else None, "VoucherYear": 3 if has else None,
        "Total": Number("125.00"),
    }  # fmt: skip


def _year(year: tuple[str, str]) -> dict[str, Any]:
    return {"@url": "https://api.fortnox.se/3/financialyears/3", "Id": 3, "FromDate": year[0],
            "ToDate": year[1], "AccountChartType": "", "AccountingMethod": "ACCRUAL"}  # fmt: skip


def _no(status: int, code: int, message: str) -> Answer:
    told = {"Error": 1, "Message": message, "Code": code}
    return Answer({"ErrorInformation": told}, status)


def main() -> None:
    """Serve until stopped."""
    serve(Fortnox(port()), lambda simulator: {
        "url": f"{simulator.url}/3", "token_url": f"{simulator.url}/oauth-v1/token",
        "client_id": simulator.consent.client_id,
        "client_secret": simulator.consent.client_secret,
        "refresh_token": simulator.consent.refresh_token,
    })  # fmt: skip


if __name__ == "__main__":
    main()
