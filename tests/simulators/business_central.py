"""Business Central's API v2.0 as Microsoft's pages and published AL source tell of it.

Described: OAuth 2 client credentials; companies, companyInformation, accounts, customers,
vendors, accountingPeriods and generalLedgerEntries (13 fields, none of VAT); OData's
$filter, $orderby, $expand, $count, `Prefer: odata.maxpagesize` and `@odata.nextLink`; 6,000
requests in 5 minutes, told by 429. The page of VAT entries is the one of our docs.
Assumed: the next link continues by key; `netChange` without a date filter is the balance.

Belongs here: Business Central's behaviour. Does not: the demo company's books (`books`).
"""

import re
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote

from tests.simulators import books
from tests.simulators.base import Answer, Asked, Number, Simulator
from tests.simulators.program import port, serve

TENANT = "nordlys.example"
VAT_PAGE = "indberet/vat/v1.0/vatEntries"
# VAT code of the books → (type, business group, product group, per cent, calculation)
GROUPS = {
    "S01": ("Sale", "INDENL", "MOMS25", 25, "Normal VAT"),
    "S21": ("Sale", "EU", "VARER", 25, "Reverse Charge VAT"),
    "S23": ("Sale", "EU", "YDELSER", 25, "Reverse Charge VAT"),
    "S25": ("Sale", "EU", "TREKANT", 25, "Reverse Charge VAT"),
    "S41": ("Sale", "UDLAND", "VARER", 0, "Normal VAT"),
    "K010": ("Purchase", "INDENL", "MOMS25", 25, "Normal VAT"),
    "K040": ("Purchase", "INDENL", "HALV", 25, "Normal VAT"),
    "K210": ("Purchase", "EU", "VARER", 25, "Reverse Charge VAT"),
    "K260": ("Purchase", "EU", "YDELSER", 25, "Reverse Charge VAT"),
    "K410": ("Purchase", "UDLAND", "VARER", 25, "Reverse Charge VAT"),
    "K460": ("Purchase", "UDLAND", "YDELSER", 25, "Reverse Charge VAT"),
    "K660": ("Purchase", "INDENL", "OMVENDT", 25, "Reverse Charge VAT"),
}
CODES = {f"{t.lower()} {bus}/{prod}": code for code, (t, bus, prod, _p, _c) in GROUPS.items()}
_CATEGORY = {"receivable": "Assets", "asset": "Assets", "payable": "Liabilities",
             "liability": "Liabilities", "equity": "Equity", "revenue": "Income",
             "expense": "Expense"}  # fmt: skip
_TYPES = {"sale": "Invoice", "purchase": "Invoice", "general": "_x0020_"}
_START = datetime(2026, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One G/L entry."""

    number: int
    day: date
    document: str
    kind: str
    account: str
    amount: Decimal
    text: str
    modified: datetime


@dataclass(frozen=True)
class Vat:
    """One VAT entry, linked to the G/L entry of its base."""

    number: int
    entry: int
    day: date
    document: str
    code: str
    base: Decimal
    amount: Decimal
    party: str


def identifier(*names: object) -> str:
    """A steady GUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, names))))


def book(all_booked: list[books.Booked]) -> tuple[list[Entry], list[Vat]]:
    """Vouchers as G/L entries and VAT entries."""
    entries: list[Entry] = []
    vat: list[Vat] = []
    for one in all_booked:
        document = one.document or f"B{one.number}"
        taxes: dict[str, Decimal] = defaultdict(Decimal)
        for line in one.lines:
            if line.part == "tax" and GROUPS[line.vat_code][4] == "Normal VAT":
                taxes[line.vat_code] += line.amount
        for line in one.lines:
            entry = Entry(
                len(entries) + 1, one.day, document, _TYPES[one.series], line.account, line.amount,
                line.text, _START + timedelta(hours=one.number),
            )  # fmt: skip
            entries.append(entry)
            if line.part == "base":
                # VAT of several lines of one code: each its share, the last what is left
                later = one.lines[one.lines.index(line) + 1 :]
                is_last = all(x.vat_code != line.vat_code or x.part != "base" for x in later)
                percent = Decimal(GROUPS[line.vat_code][3]) / 100
                share = (line.amount * percent).quantize(Decimal("0.01"))
                tax = taxes[line.vat_code] if is_last else share
                taxes[line.vat_code] -= tax
                vat.append(Vat(len(vat) + 1, entry.number, one.day, document, line.vat_code,
                               line.amount, tax, one.party or line.party))  # fmt: skip
    return entries, vat


class BusinessCentral(Simulator):
    """One environment with one company. `has_page`: our page of VAT entries is installed."""

    client_id, client_secret = "an-app", "bc-client-secret-0001"

    def __init__(
        self, *, has_page: bool = True, requests: int | None = None, port: int = 0
    ) -> None:
        super().__init__(port=port)
        self.has_page, self.requests = has_page, requests
        self.company = identifier("company")
        self.more_companies: list[str] = []
        self.entries, self.vat = book(books.vouchers())
        self.names = {code: name for code, (name, _c, _v) in books.PARTIES.items()}
        self.is_revoked, self.access_token, self.expires_at, self._issued = False, "", 0.0, 0
        self._calls = 0

    @property
    def token_url(self) -> str:
        """Where tokens come from."""
        return f"{self.url}/{TENANT}/oauth2/v2.0/token"

    def secrets(self) -> list[str]:
        """The app's secret and the token given last."""
        return [self.client_secret, *filter(None, [self.access_token])]

    # What may happen to the books

    def edit(self, document: str) -> tuple[int, int]:
        """A person corrects the description of a posted document."""
        now = self._now()
        self.entries = [
            replace(one, text=f"{one.text}, rettet", modified=now)
            if one.document == document else one
            for one in self.entries
        ]  # fmt: skip
        return 0, 0

    def add(self, day: date, document: str, lines: list[tuple[str, Decimal]]) -> tuple[int, int]:
        """Post a journal."""
        number, now = max(one.number for one in self.entries), self._now()
        for account, amount in lines:
            number += 1
            entry = Entry(number, day, document, "_x0020_", account, amount, "ny", now)
            self.entries.append(entry)
        return 1, len(lines)

    def insert_late(self) -> tuple[int, int]:
        """A journal dated before those already read."""
        lines = [("2450", Decimal(8)), ("6480", Decimal(-8))]
        number = max(one.number for one in self.entries)
        return self.add(date(2026, 1, 2), f"SEN-{number}", lines)

    def compress(self, document: str) -> tuple[int, int]:
        """Date compression deletes a document's entries."""
        gone = [one for one in self.entries if one.document == document]
        self.entries = [one for one in self.entries if one.document != document]
        self.vat = [one for one in self.vat if one.document != document]
        return 1, len(gone)

    def revoke(self) -> None:
        """The app is disabled in Entra."""
        self.is_revoked, self.access_token = True, ""

    def expire(self) -> None:
        """An hour passes for the token."""
        self.expires_at = 0.0

    def _now(self) -> datetime:
        return max(one.modified for one in self.entries) + timedelta(minutes=1)

    # What is answered

    def answer(self, asked: Asked) -> Answer:
        """What Entra or Business Central answers."""
        if asked.path.endswith("/oauth2/v2.0/token"):
            return self._token(asked)
        told = asked.headers.get("authorization", "")
        is_old = time.time() >= self.expires_at
        if not self.access_token or told != f"Bearer {self.access_token}" or is_old:
            return _problem(401, "Authentication_InvalidCredentials")
        self._calls += 1
        if self.requests is not None and self._calls > self.requests:
            self._calls = 0
            return Answer(b"", 429, {"Retry-After": "1"})
        place = f"/v2.0/{TENANT}/Production/api"
        if not asked.path.startswith(place):
            return _problem(404, "NoEnvironment")
        path = asked.path.removeprefix(f"{place}/")
        if path == "v2.0/companies":
            return self._page(asked, self._companies(), "name")
        inside = re.fullmatch(r"(.+)/companies\(([-0-9a-f]+)\)/([\w$/]+)", path)
        if not inside or inside[2] != self.company:
            return _problem(404, "BadRequest_ResourceNotFound")
        if inside[1] == "v2.0":
            return self._standard(asked, inside[3])
        page = f"{inside[1]}/{inside[3]}"
        if self.has_page and page == VAT_PAGE:
            return self._page(asked, [self._vat(one) for one in self.vat], "entryNumber")
        return _problem(404, "BadRequest_NotFound")

    def _standard(self, asked: Asked, name: str) -> Answer:
        make: dict[str, Any] = {
            "companyInformation": self._information, "accounts": self._accounts,
            "customers": self._customers, "vendors": self._vendors,
            "accountingPeriods": self._periods,
            "generalLedgerEntries": lambda: [self._entry(one, asked) for one in self.entries],
        }  # fmt: skip
        if name not in make:
            return _problem(404, "BadRequest_NotFound")
        key = {"generalLedgerEntries": "entryNumber", "accountingPeriods": "startingDate"}
        return self._page(asked, make[name](), key.get(name, "id"))

    def _token(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        if form.get("client_id") != self.client_id or self.is_revoked:
            return Answer({"error": "unauthorized_client"}, 400)
        if form.get("client_secret") != self.client_secret:
            return Answer({"error": "invalid_client"}, 401)
        if form.get("scope") != "https://api.businesscentral.dynamics.com/.default":
            return Answer({"error": "invalid_scope"}, 400)
        if form.get("grant_type") != "client_credentials":
            return Answer({"error": "unsupported_grant_type"}, 400)
        self._issued += 1
        self.access_token = f"entra-access-token-{self._issued:05}"
        self.expires_at = time.time() + 3599
        return Answer({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599,
                       "access_token": self.access_token})  # fmt: skip

    def _page(self, asked: Asked, rows: list[dict[str, Any]], key: str) -> Answer:
        """One page in order of the key; the next link goes on after the last key."""
        rows = sorted(_filtered(asked, rows), key=lambda row: row[key])
        token = asked.query.get("$skiptoken")
        if token is not None:
            rows = [row for row in rows if str(row[key]).zfill(12) > token.zfill(12)]
        told = re.search(r"odata\.maxpagesize=(\d+)", asked.headers.get("prefer", ""))
        size = min(int(told[1]) if told else 20_000, 20_000)
        body: dict[str, Any] = {"@odata.context": f"{self.url}/$metadata"}
        if asked.query.get("$count") == "true":
            body["@odata.count"] = len(rows)
        rows = rows[: int(asked.query.get("$top", len(rows)))]
        body["value"] = rows[:size]
        if len(rows) > size:
            kept = {k: v for k, v in asked.query.items() if k != "$skiptoken"}
            more = {**kept, "$skiptoken": str(rows[size - 1][key])}
            query = "&".join(f"{name}={quote(value)}" for name, value in more.items())
            body["@odata.nextLink"] = f"{self.url}{asked.path}?{query}"
        return Answer(body)

    def _companies(self) -> list[dict[str, Any]]:
        names = [books.COMPANY, *self.more_companies]
        ids = [self.company, *(identifier(name) for name in self.more_companies)]
        return [{"id": id_, "systemVersion": "27.0", "timestamp": 1, "name": name,
                 "displayName": name, "businessProfileId": ""}
                for id_, name in zip(ids, names, strict=True)]  # fmt: skip

    def _information(self) -> list[dict[str, Any]]:
        return [{"@odata.etag": "W/1", "id": identifier("information"),
                 "displayName": books.COMPANY, "addressLine1": "", "city": "", "country": "DK",
                 "taxRegistrationNumber": books.CVR, "currencyCode": "DKK",
                 "currentFiscalYearStartDate": "2026-01-01", "industry": "",
                 "lastModifiedDateTime": _text(_START)}]  # fmt: skip

    def _accounts(self) -> list[dict[str, Any]]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.entries:
            sums[one.account] += one.amount
        rows = [{"@odata.etag": "W/1", "id": identifier("account", code), "number": code,
                 "displayName": name, "category": _CATEGORY[kind], "subCategory": "",
                 "blocked": False, "accountType": "Posting", "directPosting": True,
                 "netChange": Number(sums[code]), "lastModifiedDateTime": _text(_START)}
                for code, (name, kind) in books.ACCOUNTS.items()]  # fmt: skip
        heading = {"id": identifier("account", "1000"), "number": "1000", "displayName": "I alt",
                   "category": "_x0020_", "accountType": "Begin-Total",
                   "netChange": Number(0)}  # fmt: skip
        return [*rows, heading]

    def _parties(self, series: str) -> list[dict[str, Any]]:
        seen = {one.party for one in books.vouchers() if one.series == series}
        rows = []
        for code, name in self.names.items():
            _name, country, vat = books.PARTIES.get(code, (name, "DK", ""))
            if code in seen or series == "sale":
                rows.append({"@odata.etag": "W/1", "id": identifier(series, code), "number": code,
                             "displayName": name, "type": "Company", "country": country,
                             "taxRegistrationNumber": vat, "currencyCode": "DKK",
                             "lastModifiedDateTime": _text(_START)})  # fmt: skip
        return rows

    def _customers(self) -> list[dict[str, Any]]:
        return self._parties("sale")

    def _vendors(self) -> list[dict[str, Any]]:
        return self._parties("purchase")

    def _periods(self) -> list[dict[str, Any]]:
        starts = [date(2026, month, 1) for month in range(1, 13)] + [date(2027, 1, 1)]
        return [{"id": identifier("period", one), "startingDate": str(one), "name": f"{one:%B}",
                 "newFiscalYear": one.month == 1, "closed": False, "dateLocked": False}
                for one in starts]  # fmt: skip

    def _entry(self, one: Entry, asked: Asked) -> dict[str, Any]:
        row: dict[str, Any] = {
            "@odata.etag": "W/1", "id": identifier("entry", one.number), "entryNumber": one.number,
            "postingDate": str(one.day), "documentNumber": one.document, "documentType": one.kind,
            "accountId": identifier("account", one.account), "accountNumber": one.account,
            "description": one.text, "debitAmount": Number(max(one.amount, Decimal(0))),
            "creditAmount": Number(max(-one.amount, Decimal(0))),
            "additionalCurrencyDebitAmount": 0, "additionalCurrencyCreditAmount": 0,
            "lastModifiedDateTime": _text(one.modified),
        }  # fmt: skip
        if asked.query.get("$expand") == "dimensionSetLines":
            row["dimensionSetLines"] = []
        return row

    def _vat(self, one: Vat) -> dict[str, Any]:
        type_, bus, prod, percent, calculation = GROUPS[one.code]
        return {
            "@odata.etag": "W/1", "id": identifier("vat", one.number), "entryNumber": one.number,
            "transactionNumber": one.entry, "generalLedgerEntryNumber": one.entry,
            "postingDate": str(one.day), "documentNumber": one.document, "type": type_,
            "vatBusPostingGroup": bus, "vatProdPostingGroup": prod,
            "vatCalculationType": calculation.replace(" ", "_x0020_"), "vatPercent": percent,
            "base": Number(one.base), "amount": Number(one.amount),
            "billToPayToNumber": one.party, "systemModifiedAt": _text(_START),
        }  # fmt: skip


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _problem(status: int, code: str) -> Answer:
    return Answer({"error": {"code": code, "message": code}}, status)


_TERM = re.compile(r"(\w+) (eq|ne|gt|ge|lt|le) ('(?:[^']|'')*'|[^ ()]+)")


def _filtered(asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """OData's $filter: comparisons joined by and, or, and parentheses."""
    told = asked.query.get("$filter")
    if not told:
        return rows
    terms: list[tuple[str, str, str]] = [
        (m[1], m[2], m[3][1:-1].replace("''", "'") if m[3].startswith("'") else m[3])
        for m in _TERM.finditer(told)
    ]
    skeleton = _TERM.sub("%s", told)
    if not re.fullmatch(r"[ ()%s]*(?:(?:and|or)[ ()%s]*)*", skeleton):
        return []
    return [row for row in rows if _holds(row, terms, skeleton)]


def _holds(row: dict[str, Any], terms: list[tuple[str, str, str]], skeleton: str) -> bool:
    values = [str(_compare(row[name], operator, wanted)) for name, operator, wanted in terms]
    return bool(eval(skeleton % tuple(values), {"__builtins__": {}}))


def _compare(value: Any, operator: str, wanted: str) -> bool:
    left: Any = value
    right: Any = type(value)(wanted) if isinstance(value, int) else wanted
    if isinstance(value, str) and "T" in value and value.endswith("Z"):
        left, right = (datetime.fromisoformat(text) for text in (value, wanted))
    outcomes = {"eq": left == right, "ne": left != right, "gt": left > right, "ge": left >= right,
                "lt": left < right, "le": left <= right}  # fmt: skip
    return outcomes[operator]


def main() -> None:
    """Serve until stopped."""
    serve(BusinessCentral(port=port()), lambda simulator: {
        "url": simulator.url, "token_url": simulator.token_url, "entra_tenant": TENANT,
        "client_id": simulator.client_id, "client_secret": simulator.client_secret,
        "vat_page": VAT_PAGE,
    })  # fmt: skip


if __name__ == "__main__":
    main()
