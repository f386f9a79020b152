"""Visma eAccounting's interface as its developer pages and public clients show it.

Described (developer.vismaonline.com): tokens that serve once, 600 calls a minute and endpoint,
errors with ErrorCode. From clients: `$page` and `$pagesize` up to 1,000, Meta and Data, the
fields of customers, invoices and fiscal years.

    python -m tests.simulators.visma_eaccounting --port 8016

Belongs here: the vendor's behaviour. Does not: whom it knows (`parties`).
"""

import uuid
from typing import Any

from tests.simulators.base import Answer, Asked, Number
from tests.simulators.consenting import Consenting
from tests.simulators.parties import Keeping, Register
from tests.simulators.program import port, serve


def guid(*parts: object) -> str:
    """A stable identifier."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


class VismaEAccounting(Keeping):
    """One company behind one consent."""

    def __init__(self, port: int = 0, register: Register | None = None) -> None:
        super().__init__(port, register)
        self.consent = Consenting("visma")

    def secrets(self) -> list[str]:
        return self.consent.secrets

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/connect/token":
            return self.consent.answer(asked)
        if not self.consent.lets_in(asked):
            return _no(401, 4005, "Not authorized")
        path = asked.path.removeprefix("/v2/")
        known = self.register
        if path == "companysettings":
            return Answer({"Name": known.company, "CountryCode": "SE", "CurrencyCode": "SEK",
                           "CorporateIdentityNumber": known.registration_number})  # fmt: skip
        lists = {
            "customers": self._customers, "suppliers": self._suppliers,
            "customerinvoices": self._invoices, "fiscalyears": self._years,
        }  # fmt: skip
        if path not in lists:
            return _no(404, 3000, "Resource not found")
        rows = lists[path]()
        size, page = int(asked.query.get("$pagesize", 50)), int(asked.query.get("$page", 1))
        if not 1 <= size <= 1000:
            return _no(400, 2000, "The page size may be at most 1000.")
        told = {"CurrentPage": page, "PageSize": size, "TotalNumberOfResults": len(rows),
                "TotalNumberOfPages": -(-len(rows) // size),
                "ServerTimeUtc": "2026-11-23T08:00:00Z"}  # fmt: skip
        return Answer({"Meta": told, "Data": rows[(page - 1) * size : page * size]})

    def _customers(self) -> list[dict[str, Any]]:
        return [{"Id": guid("customer", one.id), "CustomerNumber": one.number, "Name": one.name,
                 "CorporateIdentityNumber": one.organisation or None,
                 "VatNumber": one.vat or None, "InvoiceCountryCode": one.country,
                 "IsActive": True, "IsPrivatePerson": False}
                for one in self.register.customers]  # fmt: skip

    def _suppliers(self) -> list[dict[str, Any]]:
        return [{"Id": guid("supplier", one.id), "SupplierNumber": one.number, "Name": one.name,
                 "CorporateIdentityNumber": one.organisation or None, "CountryCode": one.country,
                 "IsActive": True}
                for one in self.register.suppliers]  # fmt: skip

    def _invoices(self) -> list[dict[str, Any]]:
        ids = {one.number: one.id for one in self.register.customers}
        return [{"Id": guid("invoice", one.number), "InvoiceNumber": one.number,
                 "CustomerId": guid("customer", ids.get(one.customer)), "InvoiceDate": one.day,
                 "VoucherNumber": f"{one.series}{one.voucher}" if one.voucher else None,
                 "VoucherId": guid("voucher", one.voucher) if one.voucher else None,
                 "CurrencyCode": "DKK", "TotalAmount": Number("125.00")}
                for one in self.register.invoices]  # fmt: skip

    def _years(self) -> list[dict[str, Any]]:
        start, end = self.register.year
        return [{"Id": guid("year", start), "StartDate": start, "EndDate": end,
                 "IsLockedForAccounting": False}]  # fmt: skip


def _no(status: int, code: int, message: str) -> Answer:
    told = {"ErrorCode": code, "DeveloperErrorMessage": message, "ErrorId": guid(code)}
    return Answer(told, status)


def main() -> None:
    """Serve until stopped."""
    serve(VismaEAccounting(port()), lambda simulator: {
        "url": f"{simulator.url}/v2", "token_url": f"{simulator.url}/connect/token",
        "client_id": simulator.consent.client_id,
        "client_secret": simulator.consent.client_secret,
        "refresh_token": simulator.consent.refresh_token,
    })  # fmt: skip


if __name__ == "__main__":
    main()
