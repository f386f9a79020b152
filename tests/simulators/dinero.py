"""Dinero as its public documentation and clients of it describe it.

Described (developer.dinero.dk): Visma Connect tokens for web applications; 100 requests a minute
for each organization, then 429; pages counted from 0 with at most 1,000; entries of a period
within one accounting year, with or without opening (primo) entries; changes by the day they were
added, over at most 31 days. Seen in clients only: field names, saldobalance, VAT types.

    python -m tests.simulators.dinero --port 8012

Belongs here: the vendor's behaviour. Does not: what the demo company booked (`books`).
"""

import re
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from tests.simulators import books
from tests.simulators.base import Answer, Asked, Number, Simulator
from tests.simulators.program import port, serve

CODES = {
    "S01": "U25", "S21": "UEUV", "S23": "UEUY", "S25": "U3P", "S41": "UEXP", "K010": "I25",
    "K040": "IREP", "K210": "IEUV", "K260": "IEUY", "K410": "IVV", "K460": "IYV", "K660": "IOMV",
}  # fmt: skip
"""The demo company's VAT codes as this organization names them."""

ORGANIZATION = 123456
_LIMIT = 100
_SPAN = timedelta(days=31, minutes=1)


def guid(*parts: object) -> str:
    """A stable identifier."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


@dataclass(frozen=True)
class Entry:
    """One booked entry; `added` is when it was booked or changed."""

    id: str
    kind: str
    number: int
    day: date
    account: str
    amount: Decimal
    text: str
    code: str = ""
    is_primo: bool = False
    added: datetime = field(default_factory=lambda: datetime.now(UTC))


class Dinero(Simulator):
    """One organization behind one consent. `limited`: count requests a minute."""

    def __init__(self, port: int = 0, *, limited: bool = False) -> None:
        super().__init__(port)
        self.client_id, self.client_secret = "isv_indberet", "client-secret-dinero"
        self.is_revoked, self._limited, self._calls = False, limited, []
        self._issued = 0
        self.access_tokens: dict[str, float] = {}
        self.refresh_tokens: set[str] = set()
        self.issued: list[str] = []
        self.first_refresh = self.refresh_token = self._refresh()
        self.years = {"2025": (date(2025, 1, 1), date(2025, 12, 31)),
                      "2026": (date(2026, 1, 1), date(2026, 12, 31))}  # fmt: skip
        self.booked = books.vouchers()
        old = datetime.now(UTC) - timedelta(days=40)
        self.numbers = _numbered(self.booked)
        self.entries = [
            entry for one in self.booked for entry in _entries(one, *self.numbers[one.number], old)
        ]

    _calls: list[float]

    @property
    def token_url(self) -> str:
        """Where tokens come from."""
        return f"{self.url}/connect/token"

    def secrets(self) -> list[str]:
        return [self.client_secret, *self.issued]

    def revoke(self) -> None:
        """The person withdraws the consent."""
        self.is_revoked = True
        self.expire()

    def expire(self) -> None:
        """An hour passes for the access tokens."""
        self.access_tokens.clear()

    def book(self, day: date, lines: Iterable[tuple[str, str]], number: int | None = None) -> int:
        """Book a voucher, or further lines of one."""
        number = number or max(e.number for e in self.entries) + 1
        for account, amount in lines:
            id_ = guid("new", number, len(self.entries))
            self.entries.append(
                Entry(id_, "ManualVoucher", number, day, account, Decimal(amount), "bogført")
            )
        return number

    def remove(self, kind: str, number: int) -> int:
        """A voucher taken out of the books; how many entries it had."""
        before = len(self.entries)
        self.entries = [e for e in self.entries if (e.kind, e.number) != (kind, number)]
        return before - len(self.entries)

    def amend(self, id_: str, **changes: Any) -> None:
        """An entry changed."""
        now = datetime.now(UTC)
        self.entries = [replace(e, added=now, **changes) if e.id == id_ else e
                        for e in self.entries]  # fmt: skip

    def open_year(self, year: int) -> None:
        """A new accounting year with its opening entries."""
        self.years[str(year)] = (date(year, 1, 1), date(year, 12, 31))
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for e in self.entries:
            is_result = books.ACCOUNTS[e.account][1] in {"revenue", "expense"}
            sums["6935" if is_result else e.account] += e.amount
        self.entries += [
            Entry(guid("primo", year, a), "Primo", 0, date(year, 1, 1), a, s, "Primo", "", True)
            for a, s in sorted(sums.items()) if s
        ]  # fmt: skip

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/connect/token":
            return self._token(asked)
        told = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.access_tokens.get(told, 0) < time.time():
            return _no(401, "Authorization has been denied for this request.")
        if self._limited and self._is_over_limit():
            return Answer({"message": "API calls quota exceeded! maximum admitted 100 per 1m."},
                          429, {"Retry-After": "1"})  # fmt: skip
        path = asked.path.removeprefix("/v1/")
        if path == "organizations":
            return Answer([{"Id": ORGANIZATION, "Name": books.COMPANY, "IsPro": True,
                            "VatNumber": books.CVR}])  # fmt: skip
        if not path.startswith(f"{ORGANIZATION}/"):
            return _no(403, "The client has no access to this organization.")
        return self._organization(path.partition("/")[2], asked)

    def _organization(self, path: str, asked: Asked) -> Answer:
        if match := re.fullmatch(r"(\d{4})/reports/saldo", path):
            return Answer(self._saldo(match[1]))
        if path == "entries":
            return self._period(asked)
        if path == "entries/changes":
            return self._changes(asked)
        lists = {
            "accounts/entry": [{"AccountNumber": int(code), "Name": name, "VatCode": None,
                                "Category": kind, "IsHidden": False}
                               for code, (name, kind) in books.ACCOUNTS.items() if code != "6480"],
            "accounts/deposit": [{"AccountNumber": 6480, "Name": "Bankkonto", "IsDefault": True,
                                  "IsHidden": False}],
            "vatTypes": [{"VatCode": CODES[code], "Name": tax.name, "VatRate": Number(tax.rate)}
                         for code, tax in books.TAXES.items()],
            "accountingyears": [{"Name": name, "FromDate": str(a), "ToDate": str(b)}
                                for name, (a, b) in self.years.items()],
        }  # fmt: skip
        if path in lists:
            return Answer(lists[path])
        pages = {"contacts": self._contacts, "invoices": lambda: self._invoices(1),
                 "sales/creditnotes": lambda: self._invoices(-1)}  # fmt: skip
        if path not in pages:
            return _no(404, "No resource was found.")
        return self._page(asked, pages[path]())

    def _page(self, asked: Asked, rows: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query.get("pageSize", 100)), int(asked.query.get("page", 0))
        if size > 1000:
            return _no(400, "pageSize may be at most 1000.")
        fields = asked.query.get("fields", "Name").split(",")
        some = [{k: row.get(k) for k in fields} for row in rows[page * size : (page + 1) * size]]
        told = {"MaxPageSizeAllowed": 1000, "PageSize": size, "Result": len(rows),
                "ResultWithoutFilter": len(rows), "Page": page}  # fmt: skip
        return Answer({"Collection": some, "Pagination": told})

    def _period(self, asked: Asked) -> Answer:
        first, last = (date.fromisoformat(asked.query[k]) for k in ("fromDate", "toDate"))
        if not any(a <= first and last <= b for a, b in self.years.values()):
            return _no(400, "The dates must be within one accounting year.")
        primo = asked.query.get("includePrimo") == "true"
        return Answer([_shown(e) for e in self.entries
                       if first <= e.day <= last and (primo or not e.is_primo)])  # fmt: skip

    def _changes(self, asked: Asked) -> Answer:
        start, end = (datetime.fromisoformat(asked.query[k]) for k in ("changesFrom", "changesTo"))
        if end - start > _SPAN:
            return _no(400, "At most 31 days may be asked for.")
        return Answer([_shown(e) for e in self.entries if start <= e.added <= end])

    def _saldo(self, year: str) -> list[dict[str, Any]]:
        first, last = self.years[year]
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for e in self.entries:
            if first <= e.day <= last:
                sums[e.account] += e.amount
        return [{"AccountNumber": int(a), "AccountName": books.ACCOUNTS[a][0], "Amount": Number(s)}
                for a, s in sorted(sums.items())]  # fmt: skip

    def _contacts(self) -> list[dict[str, Any]]:
        return [{"ContactGuid": guid("contact", party), "Name": name, "CountryKey": country,
                 "VatNumber": vat or None}
                for party, (name, country, vat) in books.PARTIES.items()]  # fmt: skip

    def _invoices(self, sign: int) -> list[dict[str, Any]]:
        rows = []
        for one in self.booked:
            total = next((x.amount for x in one.lines if x.account == "6190"), Decimal(0))
            if one.series == "sale" and total * sign > 0:
                rows.append({
                    "Guid": guid("invoice", one.number), "Number": self.numbers[one.number][1],
                    "ContactGuid": guid("contact", one.party), "Date": str(one.day),
                    "PaymentDate": str(one.day + timedelta(days=8)), "Currency": "DKK",
                    "TotalInclVat": Number(abs(total)), "Status": "Booked",
                })  # fmt: skip
        return rows

    def _token(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client_id, self.client_secret,
        ):  # fmt: skip
            return Answer({"error": "invalid_client"}, 400)
        if form.get("grant_type") != "refresh_token":
            return Answer({"error": "unsupported_grant_type"}, 400)
        old = form.get("refresh_token", "")
        if self.is_revoked or old not in self.refresh_tokens:
            return Answer({"error": "invalid_grant"}, 400)
        # the one a person's consent gave stays good for fresh workspaces of the tests
        self.refresh_tokens -= {old} - {self.first_refresh}
        self._issued += 1
        access = f"dinero-access-{self._issued:06}"
        self.issued.append(access)
        self.access_tokens[access] = time.time() + 3600
        return Answer({"access_token": access, "refresh_token": self._refresh(),
                       "expires_in": 3600, "token_type": "Bearer"})  # fmt: skip

    def _refresh(self) -> str:
        token = f"dinero-refresh-{len(self.issued):06}"
        self.issued.append(token)
        self.refresh_tokens.add(token)
        return token

    def _is_over_limit(self) -> bool:
        now = time.monotonic()
        self._calls = [at for at in self._calls if at > now - 60]
        self._calls.append(now)
        return len(self._calls) > _LIMIT


def _numbered(booked: Iterable[books.Booked]) -> dict[int, tuple[str, int]]:
    """Voucher type and number: invoices and credit notes each in a series of their own."""
    kinds = {"sale": "Invoice", "purchase": "PurchaseVoucher", "general": "ManualVoucher"}
    counts: dict[str, int] = defaultdict(int)
    found = {}
    for one in booked:
        owed = sum((x.amount for x in one.lines if x.account == "6190"), Decimal(0))
        kind = "CreditNote" if one.series == "sale" and owed < 0 else kinds[one.series]
        series = kind if one.series == "sale" else "voucher"
        counts[series] += 1
        found[one.number] = (kind, counts[series])
    return found


def _entries(one: books.Booked, kind: str, number: int, added: datetime) -> Iterable[Entry]:
    for position, x in enumerate(one.lines, start=1):
        yield Entry(
            guid("entry", one.number, position), kind, number, one.day, x.account, x.amount,
            x.text, CODES.get(x.vat_code, ""), added=added,
        )  # fmt: skip


def _shown(e: Entry) -> dict[str, Any]:
    return {
        "EntryGuid": e.id, "AccountNumber": int(e.account),
        "AccountName": books.ACCOUNTS[e.account][0], "Date": str(e.day),
        "VoucherNumber": e.number, "VoucherType": e.kind, "Description": e.text,
        "VatType": None, "VatCode": e.code or None, "Amount": Number(e.amount),
    }  # fmt: skip


def _no(status: int, message: str) -> Answer:
    return Answer({"code": status, "message": message, "validationErrors": {}}, status)


def main() -> None:
    """Serve until stopped."""
    serve(Dinero(port(), limited=True), lambda simulator: {
        "url": f"{simulator.url}/v1", "token_url": simulator.token_url,
        "client_id": simulator.client_id, "client_secret": simulator.client_secret,
        "refresh_token": simulator.refresh_token,
    })  # fmt: skip


if __name__ == "__main__":
    main()
