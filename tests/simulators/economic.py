"""e-conomic as its public documentation describes it: REST, and the newer booked entries.

Sources: restdocs.e-conomic.com (paging by skippages and pagesize, 20 unless told and 1,000 at
most; links between resources; filters as `entryNumber$gt:12$and:date$lte:2026-03-31`; false
booleans and empty texts left out), apis.e-conomic.com/bookedentriesapi (a thousand items and a
cursor, absent at the end; `/count`; `/paged`, which ends silently after 10,000; the version in
the path), and what public clients saw of the vendor's demo agreement.

    python -m tests.simulators.economic --port 8011

Belongs here: the vendor's behaviour. Does not: what the demo company booked (`books`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.simulators import books
from tests.simulators.base import Answer, Asked, Number, Simulator
from tests.simulators.program import port, serve

CODES = {
    "S01": "U25", "S21": "UEUV", "S23": "UEUY", "S25": "UTRE", "S41": "UEXP", "K010": "I25",
    "K040": "REP", "K210": "IVV", "K260": "IYD", "K410": "IVIM", "K460": "IYIM", "K660": "OBS",
}  # fmt: skip
"""The demo company's VAT codes as this agreement names them."""

VERSIONS = ("3.2.1", "4.0.0", "5.0.0", "6.0.0")
PAGED_LIMIT = 10_000
COUNTRIES = {
    "DK": "Danmark", "DE": "Tyskland", "SE": "Sverige", "NL": "Holland", "GR": "Grækenland",
    "NO": "Norge", "FR": "Frankrig", "FI": "Finland", "IE": "Irland", "CN": "Kina", "US": "USA",
}  # fmt: skip
_TYPES = {"sale": 1, "purchase": 3, "general": 5}
_TYPE_NAMES = (
    "customerInvoice", "customerPayment", "supplierInvoice", "supplierPayment", "financeVoucher",
    "reminder", "openingEntry", "transferredOpeningEntry", "systemEntry", "manualDebtorInvoice",
)  # fmt: skip
_CUSTOMERS = {party for one in books.vouchers() if one.series == "sale" for party in (one.party,)}
_NUMBERS = {party: number for number, party in enumerate(books.PARTIES, start=1)}
_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
    "in": lambda a, b: a in b,
}  # fmt: skip
_FILTERABLE = ("entryNumber", "voucherNumber", "date", "accountNumber")


@dataclass(frozen=True)
class Entry:
    """One booked entry; `kind` counts the vendor's types from 1."""

    number: int
    voucher: int
    day: date
    account: str
    amount: Decimal
    kind: int
    text: str = ""
    code: str = ""
    party: str = ""
    document: str = ""
    currency: str = "DKK"
    foreign: Decimal | None = None


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """What the vendor says no to."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(
            {"message": message, "errorCode": f"E{status}00", "httpStatusCode": status,
             "developerHint": "See the documentation."},
            status,
        )  # fmt: skip


class Economic(Simulator):
    """One agreement. `page_length`: items of a cursor page. `coded_vat_lines`: whether the
    entries on VAT accounts carry a VAT code, which is not described.
    """

    def __init__(
        self, page_length: int = 1000, *, coded_vat_lines: bool = True, port: int = 0
    ) -> None:
        super().__init__(port)
        self.page_length, self.versions, self.roles = page_length, set(VERSIONS), {"SuperUser"}
        self.app_secret, self.grant = "app-secret-nordlys", "grant-token-nordlys"
        self.is_revoked = False
        self.totals_with_openings = True
        self.years = {str(books.YEAR): (date(books.YEAR, 1, 1), date(books.YEAR, 12, 31))}
        self.closed: set[str] = set()
        self.barred = {"2026-01-01", "2026-02-01"}
        self.hidden_from_rest: set[int] = set()
        self.entries: list[Entry] = []
        for one in books.vouchers():
            self._book(one, coded_vat_lines)

    def secrets(self) -> list[str]:
        return [self.app_secret, self.grant]

    def revoke(self) -> None:
        """The business withdraws the grant."""
        self.is_revoked = True

    def book(
        self,
        day: date,
        lines: Iterable[tuple[str, str]],
        *,
        voucher: int | None = None,
        kind: int = 5,
        code: str = "",
    ) -> int:
        """Book a voucher, or further entries of one; entries get the next numbers."""
        voucher = voucher or max(e.voucher for e in self.entries) + 1
        for account, amount in lines:
            number = max((e.number for e in self.entries), default=0) + 1
            self.entries.append(
                Entry(number, voucher, day, account, Decimal(amount), kind, "bogført", code)
            )
        return voucher

    def open_year(self, year: int) -> None:
        """A new accounting year, its balances restated by transferred opening entries."""
        first = date(year, 1, 1)
        self.years[str(year)] = (first, date(year, 12, 31))
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for entry in self.entries:
            kind = books.ACCOUNTS[entry.account][1]
            if entry.day < first and entry.kind not in (7, 8):
                sums["6935" if kind in {"revenue", "expense"} else entry.account] += entry.amount
        self.book(first, [(a, str(s)) for a, s in sorted(sums.items()) if s], kind=8)

    def amend(self, number: int, **changes: Any) -> None:
        """What no interface offers: an entry is changed behind the books."""
        self.entries = [replace(e, **changes) if e.number == number else e for e in self.entries]

    def remove(self, voucher: int) -> int:
        """What no interface offers: a voucher is taken out of the books."""
        before = len(self.entries)
        self.entries = [entry for entry in self.entries if entry.voucher != voucher]
        return before - len(self.entries)

    def answer(self, asked: Asked) -> Answer:
        try:
            self._check(asked)
            return Answer(self._route(asked))
        except Refused as refused:
            return refused.answer

    def _book(self, one: books.Booked, coded_vat_lines: bool) -> None:
        for line in one.lines:
            party = line.party or (one.party if line.account in ("6190", "7440") else "")
            code = CODES.get(line.vat_code, "") if line.part == "base" or coded_vat_lines else ""
            self.entries.append(
                Entry(
                    len(self.entries) + 1, one.number, one.day, line.account, line.amount,
                    _TYPES[one.series], line.text, code, party, one.document if party else "",
                    line.currency, line.foreign,
                )
            )  # fmt: skip

    def _check(self, asked: Asked) -> None:
        told = asked.headers.get("x-appsecrettoken"), asked.headers.get("x-agreementgranttoken")
        is_demo = told == ("demo", "demo") and asked.method == "GET"
        if not is_demo and (told != (self.app_secret, self.grant) or self.is_revoked):
            raise Refused(401, "Authorization failed: the agreement grant token is not valid.")

    def _role(self, *roles: str) -> None:
        if not self.roles & {"SuperUser", *roles}:
            raise Refused(403, "The app's role gives no access to this resource.")

    def _route(self, asked: Asked) -> Any:
        path = asked.path.strip("/")
        if match := re.fullmatch(r"bookedEntriesapi/v([\d.]+)/booked-entries(/\w+)?", path):
            return self._openapi(asked, match[1], match[2] or "")
        if path == "self":
            return self._self()
        simple: dict[str, tuple[Callable[[], list[Any]], str]] = {
            "accounts": (self._accounts, "Bookkeeping"),
            "vat-accounts": (self._vat_accounts, "Bookkeeping"),
            "accounting-years": (self._years, "Bookkeeping"),
            "customers": (lambda: self._parties("customer"), "Sales"),
            "suppliers": (lambda: self._parties("supplier"), "Bookkeeping"),
        }
        if path in simple:
            rows, role = simple[path]
            self._role(role)
            return self._collection(asked, rows())
        match = re.fullmatch(r"accounting-years/([\d_]+)/(entries|periods|totals)", path)
        if not match or match[1] not in self.years:
            raise Refused(404, "The resource was not found.")
        self._role("Bookkeeping")
        parts = {"entries": self._entries, "periods": self._periods, "totals": self._totals}
        show = self._rest_entry if match[2] == "entries" else None
        return self._collection(asked, parts[match[2]](match[1], asked), show)

    def _collection(
        self, asked: Asked, rows: list[Any], show: Callable[[Any], Any] | None = None
    ) -> dict[str, Any]:
        size = int(asked.query.get("pagesize", 20))
        skip = int(asked.query.get("skippages", 0))
        if not 1 <= size <= 1000:
            raise Refused(400, "pagesize must be between 1 and 1000.")
        some = rows[skip * size : (skip + 1) * size]
        some = [show(row) for row in some] if show else some
        pages = {"maxPageSizeAllowed": 1000, "skipPages": skip, "pageSize": size,
                 "results": len(rows), "resultsWithoutFilter": len(rows),
                 "firstPage": self._link(asked, 0, size),
                 "lastPage": self._link(asked, max(0, (len(rows) - 1) // size), size)}  # fmt: skip
        if (skip + 1) * size < len(rows):
            pages["nextPage"] = self._link(asked, skip + 1, size)
        return {"collection": some, "pagination": pages, "metaData": {}, "self": self.url}

    def _link(self, asked: Asked, skip: int, size: int) -> str:
        extra = f"&filter={asked.query['filter']}" if "filter" in asked.query else ""
        return f"{self.url}{asked.path}?skippages={skip}&pagesize={size}{extra}"

    def _openapi(self, asked: Asked, version: str, part: str) -> Any:
        if version not in self.versions or part not in ("", "/count", "/paged"):
            raise Refused(404, "The resource was not found.")
        self._role("Bookkeeping")
        found = self._filtered(asked)
        if part == "/count":
            return len(found)
        if part == "/paged":
            size = int(asked.query.get("pagesize", 20))
            skip = int(asked.query.get("skippages", 0))
            some = found[:PAGED_LIMIT][skip * size : (skip + 1) * size]
            return {"items": [self._flat(e) for e in some]}
        start = int(asked.query.get("cursor", 0))
        found = [e for e in found if e.number >= start]
        answer: dict[str, Any] = {"items": [self._flat(e) for e in found[: self.page_length]]}
        if len(found) > self.page_length:
            answer["cursor"] = str(found[self.page_length].number)
        return answer

    def _filtered(self, asked: Asked) -> list[Entry]:
        found = sorted(self.entries, key=lambda e: e.number)
        for part in filter(None, asked.query.get("filter", "").split("$and:")):
            match = re.fullmatch(r"(\w+)\$(\w+):(.*)", part)
            if not match or match[1] not in _FILTERABLE or match[2] not in _OPS:
                raise Refused(400, f"The filter {part} is not valid.")
            name, op, text = match.groups()
            values = [_value(v) for v in text.strip("[]").split(",")]
            if len(values) > 200:
                raise Refused(400, "A filter may hold 200 values.")
            value = values if op == "in" else values[0]
            found = [e for e in found if _OPS[op](_property(e, name), value)]
        return found

    def _flat(self, e: Entry) -> dict[str, Any]:
        row: dict[str, Any] = {
            "entryNumber": e.number, "accountNumber": int(e.account),
            "amount": Number(e.amount if e.foreign is None else e.foreign),
            "amountInBaseCurrency": Number(e.amount), "currencyCode": e.currency,
            "date": f"{e.day}T00:00:00", "type": e.kind, "voucherNumber": e.voucher,
            "objectVersion": f"v{e.number}",
        }  # fmt: skip
        if e.text:
            row["text"] = e.text
        if e.party:
            side = "customer" if e.account == "6190" else "supplier"
            row |= {f"{side}Number": _NUMBERS[e.party], "remainder": Number(e.amount)}
            if e.document:
                number = e.document if side == "supplier" else int(e.document[1:])
                row |= {f"{side}InvoiceNumber": number,
                        "dueDate": str(e.day + timedelta(days=14))}  # fmt: skip
        return row

    def _entries(self, year: str, asked: Asked) -> list[Any]:
        first, last = self.years[year]
        return [
            e for e in self._filtered(asked)
            if first <= e.day <= last and e.number not in self.hidden_from_rest
        ]  # fmt: skip

    def _rest_entry(self, e: Entry) -> dict[str, Any]:
        row: dict[str, Any] = {
            "account": {"accountNumber": int(e.account), "self": self.url},
            "amount": Number(e.amount if e.foreign is None else e.foreign),
            "amountInBaseCurrency": Number(e.amount), "currency": e.currency,
            "date": str(e.day), "entryNumber": e.number, "entryType": _TYPE_NAMES[e.kind - 1],
            "voucherNumber": e.voucher, "self": f"{self.url}/entries/{e.number}",
        }  # fmt: skip
        if e.code:
            row["vatAccount"] = {"vatCode": f"{e.code:<5}", "self": self.url}
        return row

    def _totals(self, year: str, _asked: Asked) -> list[Any]:
        first, last = self.years[year]
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for e in self.entries:
            if first <= e.day <= last and (self.totals_with_openings or e.kind not in (7, 8)):
                sums[e.account] += e.amount
        result = sum((s for a, s in sums.items() if a < "4000"), Decimal(0))
        sums["3999"] = result  # the chart's own sum
        return [
            {"account": {"accountNumber": int(code), "self": self.url}, "fromDate": str(first),
             "toDate": str(last), "totalInBaseCurrency": Number(amount), "self": self.url}
            for code, amount in sorted(sums.items())
        ]  # fmt: skip

    def _years(self) -> list[Any]:
        rows = []
        for year, (first, last) in sorted(self.years.items()):
            link = f"{self.url}/accounting-years/{year}"
            row: dict[str, Any] = {
                "year": year,
                "fromDate": str(first),
                "toDate": str(last),
                "self": link,
                **{part: f"{link}/{part}" for part in ("entries", "periods", "totals", "vouchers")},
            }
            rows.append(row | ({"closed": True} if year in self.closed else {}))
        return rows

    def _periods(self, year: str, _asked: Asked) -> list[Any]:
        start, last = self.years[year]
        rows = []
        while start <= last:
            following = (start + timedelta(days=31)).replace(day=1)
            row: dict[str, Any] = {
                "accountingYear": {"year": year, "self": self.url}, "periodNumber": len(rows) + 1,
                "fromDate": str(start), "toDate": str(following - timedelta(days=1)),
                "self": self.url,
            }  # fmt: skip
            if year in self.closed:
                row["closed"] = True
            if str(start) in self.barred:
                row["barred"] = True
            rows.append(row)
            start = following
        return rows

    def _accounts(self) -> list[Any]:
        rows: list[Any] = [
            {"accountNumber": 1000, "accountType": "heading", "name": "Resultat", "self": self.url},
            {"accountNumber": 3999, "accountType": "totalFrom", "name": "Resultat i alt",
             "totalFromAccount": {"accountNumber": 1000, "self": self.url}, "self": self.url},
        ]  # fmt: skip
        for code, (name, kind) in books.ACCOUNTS.items():
            is_result = kind in {"revenue", "expense"}
            rows.append({
                "accountNumber": int(code), "name": name, "self": self.url,
                "accountType": "profitAndLoss" if is_result else "status",
                "balance": Number(sum((e.amount for e in self.entries if e.account == code),
                                      Decimal(0))),
                "debitCredit": "credit" if kind == "revenue" else "debit",
            })  # fmt: skip
        return sorted(rows, key=lambda row: row["accountNumber"])

    def _vat_accounts(self) -> list[Any]:
        return [
            {"vatCode": f"{CODES[code]:<5}", "name": tax.name, "self": self.url,
             "ratePercentage": Number(Decimal(tax.rate) * 100),
             "vatType": {"vatTypeNumber": 1 if tax.group == "sale" else 2, "self": self.url},
             "account": {"accountNumber": int(tax.output or tax.input or 7680), "self": self.url}}
            for code, tax in books.TAXES.items()
        ]  # fmt: skip

    def _parties(self, side: str) -> list[Any]:
        rows = []
        for party, (name, country, vat) in books.PARTIES.items():
            if (party in _CUSTOMERS) == (side == "customer") or party in ("hansen", "skov"):
                row = {f"{side}Number": _NUMBERS[party], "name": name, "currency": "DKK",
                       "country": COUNTRIES[country], "self": self.url}  # fmt: skip
                if vat:
                    is_danish = country == "DK"
                    row["corporateIdentificationNumber" if is_danish else "vatNumber"] = vat
                rows.append(row)
        return rows

    def _self(self) -> dict[str, Any]:
        return {
            "agreementNumber": 1234567, "self": f"{self.url}/self", "userName": "ADMIN",
            "company": {"name": books.COMPANY, "companyIdentificationNumber": books.CVR,
                        "country": "Danmark", "vatNumber": f"DK{books.CVR}", "city": "Aarhus"},
            "settings": {"baseCurrency": "DKK", "internationalLedger": False},
        }  # fmt: skip


def _property(e: Entry, name: str) -> Any:
    return {
        "entryNumber": e.number, "voucherNumber": e.voucher, "date": str(e.day),
        "accountNumber": int(e.account),
    }[name]  # fmt: skip


def _value(text: str) -> Any:
    return int(text) if text.isdigit() else text


def main() -> None:
    """Serve until stopped."""
    serve(Economic(port=port()), lambda simulator: {
        "url": simulator.url, "openapi_url": simulator.url,
        "app_secret": simulator.app_secret, "agreement_grant": simulator.grant,
    })  # fmt: skip


if __name__ == "__main__":
    main()
