"""Xero's accounting API as its OpenAPI description and developer pages tell of it.

Described: paths, parameters and fields (XeroAPI/Xero-OpenAPI); OAuth 2 with access tokens of
30 minutes and refresh tokens that serve once (and half an hour more, for lost answers); the
header `Xero-tenant-id`; `/connections`; journals in pages of up to 100 above `offset`;
`If-Modified-Since`; 60 calls a minute told by 429 with `Retry-After` and
`X-Rate-Limit-Problem`; reversals in place of changes.
Assumed: one VAT line per journal on the control account; none for a rate that adds up to 0.

Belongs here: Xero's behaviour. Does not: the demo company's books (`books`).
"""

import base64
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import parse_qsl

from tests.simulators import books
from tests.simulators.base import Answer, Asked, Number, Simulator
from tests.simulators.program import port, serve

TENANT = "45e4708e-d862-4111-ab3a-dd8cd03913e1"
VAT_ACCOUNT = "7840"
# VAT code of the books → (tax type, name, rate shown, effective rate)
RATES = {
    "S01": ("OUTPUT", "Salgsmoms", "25.0000", "25.0000"),
    "K010": ("INPUT", "Købsmoms", "25.0000", "25.0000"),
    "K040": ("TAX001", "Købsmoms, halv", "12.5000", "12.5000"),
    "S21": ("ECZROUTPUT", "EU-salg, varer", "0.0000", "0.0000"),
    "S23": ("ECZROUTPUTSERVICES", "EU-salg, ydelser", "0.0000", "0.0000"),
    "S25": ("TAX002", "Trekantshandel", "0.0000", "0.0000"),
    "S41": ("ZERORATEDOUTPUT", "Eksport", "0.0000", "0.0000"),
    "K210": ("TAX003", "EU-køb, varer", "25.0000", "0.0000"),
    "K260": ("TAX004", "EU-køb, ydelser", "25.0000", "0.0000"),
    "K410": ("TAX005", "Import af varer", "25.0000", "0.0000"),
    "K460": ("TAX006", "Ydelser uden for EU", "25.0000", "0.0000"),
    "K660": ("TAX007", "Omvendt betalingspligt", "25.0000", "0.0000"),
}
TYPES = {code: rate[0] for code, rate in RATES.items()}
_CLASSES = {"receivable": "ASSET", "payable": "LIABILITY"}
_TYPES = {"ASSET": "CURRENT", "LIABILITY": "CURRLIAB", "EQUITY": "EQUITY", "REVENUE": "REVENUE",
          "EXPENSE": "EXPENSE"}  # fmt: skip
_SYSTEM = {"6190": "DEBTORS", "7440": "CREDITORS", "6935": "RETAINEDEARNINGS", VAT_ACCOUNT: "GST"}
_OERE = Decimal("0.01")
_START = datetime(2026, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One line of a journal."""

    account: str
    net: Decimal
    tax: Decimal
    code: str
    text: str


@dataclass(frozen=True)
class Journal:
    """One journal; `source` is (kind, id) of what made it."""

    number: int
    day: date
    text: str
    source: tuple[str, str]
    lines: tuple[Line, ...]


def identifier(*names: object) -> str:
    """A steady UUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, names))))


def ms(when: date | datetime) -> str:
    """Xero's way to write a date."""
    moment = when if isinstance(when, datetime) else datetime(*when.timetuple()[:3], tzinfo=UTC)
    return f"/Date({int(moment.timestamp()) * 1000}+0000)/"


def journal(booked: books.Booked, number: int) -> Journal:
    """A voucher as Xero books it: VAT in one line on the control account, or none."""
    legs: dict[str, list[books.Line]] = defaultdict(list)
    for line in booked.lines:
        if line.part == "tax":
            legs[line.vat_code].append(line)
    taxes = {code: sum((x.amount for x in found), Decimal(0)) for code, found in legs.items()}
    lines = []
    for code, whole in taxes.items():
        bases = [x for x in booked.lines if x.part == "base" and x.vat_code == code]
        total, left = sum(x.amount for x in bases), whole
        for base in bases:
            part = (whole * base.amount / total).quantize(_OERE, ROUND_HALF_UP)
            part = left if base is bases[-1] else part
            left -= part
            lines.append(Line(base.account, base.amount, part, code, base.text))
    for line in booked.lines:
        if line.part == "base" and line.vat_code in taxes:
            continue
        if line.part != "tax":
            lines.append(Line(line.account, line.amount, Decimal(0), line.vat_code, line.text))
    vat = sum(taxes.values(), Decimal(0))
    if vat:
        lines.append(Line(VAT_ACCOUNT, vat, Decimal(0), "", ""))
    is_credit = booked.document and _gross(booked) * (1 if booked.series == "sale" else -1) < 0
    kinds = {"sale": "ACCREC", "purchase": "ACCPAY", "general": "MANJOURNAL"}
    kind = kinds[booked.series] + ("CREDIT" if is_credit else "")
    source = identifier(kind, booked.document or booked.number)
    return Journal(number, booked.day, booked.text, (kind, source), tuple(lines))


def _gross(booked: books.Booked) -> Decimal:
    return next((x.amount for x in booked.lines if x.account in {"6190", "7440"}), Decimal(0))


class Xero(Simulator):
    """One organisation. `page_length`: journals of one answer, at most 100."""

    client_id, client_secret = "an-app", "xero-client-secret-0001"

    def __init__(
        self, *, page_length: int = 100, per_minute: int | None = None, port: int = 0
    ) -> None:
        super().__init__(port=port)
        self.page_length, self.per_minute = page_length, per_minute
        self.refresh_tokens: dict[str, float] = {}
        self.access_tokens: dict[str, float] = {}
        self.is_revoked = False
        self.lock_dates: tuple[str | None, str | None] = (None, None)
        self._issued = 0
        self._calls: list[float] = []
        self._booked = books.vouchers()
        self.journals = [journal(one, one.number) for one in self._booked]
        self.edited: dict[str, datetime] = {}
        self.names = {code: name for code, (name, _c, _v) in books.PARTIES.items()}

    @property
    def base(self) -> str:
        """The interface's address."""
        return f"{self.url}/api.xro/2.0"

    @property
    def token_url(self) -> str:
        """Where tokens come from."""
        return f"{self.url}/connect/token"

    def secrets(self) -> list[str]:
        """Secrets of the app and of the consent."""
        return [self.client_secret, *self.refresh_tokens, *self.access_tokens]

    def consent(self) -> str:
        """A person consents; each consent has refresh tokens of its own."""
        self._issued += 1
        token = f"refresh-token-{self._issued:06}"
        self.refresh_tokens[token] = time.time() + 60 * 86_400
        return token

    # What may happen to the books

    def edit(self, number: int) -> tuple[int, int]:
        """A person edits a transaction: its journal is reversed, and booked anew."""
        old = next(one for one in self.journals if one.number == number)
        back = tuple(replace(x, net=-x.net, tax=-x.tax) for x in old.lines)
        anew = tuple(replace(x, text=f"{x.text}, rettet") for x in old.lines)
        self.add(old.day, old.text, back, old.source)
        self.add(old.day, old.text, anew, old.source)
        return 2, 2 * len(old.lines)

    def void(self, number: int) -> tuple[int, int]:
        """A person voids a transaction: its journal is reversed."""
        old = next(one for one in self.journals if one.number == number)
        back = tuple(replace(x, net=-x.net, tax=-x.tax) for x in old.lines)
        self.add(old.day, old.text, back, old.source)
        return 1, len(old.lines)

    def add(
        self, day: date, text: str, lines: tuple[Line, ...], source: tuple[str, str] | None = None
    ) -> int:
        """A new journal, with the next number."""
        number = max(one.number for one in self.journals) + 1
        source = source or ("MANJOURNAL", identifier("manual", number))
        self.journals.append(Journal(number, day, text, source, lines))
        return number

    def insert_late(self) -> tuple[int, int]:
        """A journal dated before those already read."""
        lines = (
            Line("2450", Decimal(8), Decimal(0), "", "Sen post"),
            Line("6480", Decimal(-8), Decimal(0), "", "Sen post"),
        )
        self.add(date(2026, 1, 2), "Sen post", lines)
        return 1, 2

    def forget(self) -> None:
        """Half an hour passes for used refresh tokens."""
        newest = max(self.refresh_tokens)
        self.refresh_tokens = {newest: self.refresh_tokens[newest]}

    def revoke(self) -> None:
        """The person withdraws the consent."""
        self.is_revoked = True
        self.expire()

    def expire(self) -> None:
        """Half an hour passes for the access tokens."""
        self.access_tokens = dict.fromkeys(self.access_tokens, 0.0)

    # What is answered

    def answer(self, asked: Asked) -> Answer:
        """What Xero answers."""
        if asked.path == "/connect/token":
            return self._token(asked)
        told = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if told not in self.access_tokens:
            return self._problem(401, "AuthenticationUnsuccessful")
        if time.time() >= self.access_tokens[told]:
            return self._problem(401, "TokenExpired")
        if asked.path == "/connections":
            return Answer([{"id": identifier("c"), "authEventId": identifier("e"),
                            "tenantId": TENANT, "tenantType": "ORGANISATION",
                            "tenantName": books.COMPANY,
                            "createdDateUtc": "2026-01-01T08:00:00.0000000",
                            "updatedDateUtc": "2026-01-01T08:00:00.0000000"}])  # fmt: skip
        if asked.headers.get("xero-tenant-id") != TENANT:
            return self._problem(403, "AuthenticationUnsuccessful")
        if self._is_over_limit():
            return Answer(b"", 429, {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"})
        if asked.headers.get("accept") != "application/json":
            return Answer(b"<Response/>", 200, {"Content-Type": "text/xml"})
        name = asked.path.removeprefix("/api.xro/2.0/")
        make = {
            "Organisation": self._organisation, "Accounts": self._accounts,
            "TaxRates": self._tax_rates, "Contacts": self._contacts, "Invoices": self._invoices,
            "CreditNotes": self._credit_notes, "BankTransactions": self._bank_transactions,
            "Journals": self._journals, "Reports/TrialBalance": self._trial_balance,
        }.get(name)  # fmt: skip
        if make is None:
            return self._problem(404, "NotFound")
        head = {"Id": identifier("answer"), "Status": "OK", "ProviderName": "an app",
                "DateTimeUTC": ms(_START)}  # fmt: skip
        return Answer(head | make(asked))

    def _token(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return Answer({"error": "invalid_client"}, 400)
        if form.get("grant_type") != "refresh_token":
            return Answer({"error": "unsupported_grant_type"}, 400)
        old = form.get("refresh_token", "")
        if self.is_revoked or self.refresh_tokens.get(old, 0) < time.time():
            return Answer({"error": "invalid_grant"}, 400)
        refresh = self.consent()
        # one whose answer was lost may be used again for half an hour
        self.refresh_tokens[old] = min(self.refresh_tokens[old], time.time() + 1800)
        access = f"access-token-{self._issued:06}"
        self.access_tokens[access] = time.time() + 1800
        return Answer({"access_token": access, "refresh_token": refresh, "expires_in": 1800,
                       "token_type": "Bearer"})  # fmt: skip

    def _problem(self, status: int, title: str) -> Answer:
        return Answer({"Type": None, "Title": title, "Status": status, "Detail": title,
                       "Instance": identifier(title)}, status)  # fmt: skip

    def _is_over_limit(self) -> bool:
        now = time.monotonic()
        self._calls = [at for at in self._calls if at > now - 60]
        if self.per_minute is not None and len(self._calls) >= self.per_minute:
            self._calls = []  # so that a test need not wait a minute
            return True
        self._calls.append(now)
        return False

    def _organisation(self, _asked: Asked) -> dict[str, Any]:
        one = {
            "Name": books.COMPANY, "LegalName": books.COMPANY, "PaysTax": True,
            "Version": "GLOBAL", "OrganisationType": "COMPANY", "BaseCurrency": "DKK",
            "CountryCode": "DK", "IsDemoCompany": False, "OrganisationStatus": "ACTIVE",
            "RegistrationNumber": books.CVR, "TaxNumber": f"DK{books.CVR}",
            "FinancialYearEndDay": 31, "FinancialYearEndMonth": 12, "SalesTaxBasis": "ACCRUAL",
            "SalesTaxPeriod": "QUARTERLY", "CreatedDateUTC": ms(_START),
            "Timezone": "CENTRALEUROPEANSTANDARDTIME", "ShortCode": "!nlys",
            "OrganisationID": TENANT, "Edition": "BUSINESS", "Class": "PREMIUM",
            "Addresses": [], "Phones": [], "ExternalLinks": [], "PaymentTerms": {},
        }  # fmt: skip
        for name, told in zip(
            ("PeriodLockDate", "EndOfYearLockDate"), self.lock_dates, strict=True
        ):
            if told:
                one[name] = ms(date.fromisoformat(told))
        return {"Organisations": [one]}

    def _accounts(self, _asked: Asked) -> dict[str, Any]:
        rows = []
        for code, (name, kind) in books.ACCOUNTS.items():
            class_ = _CLASSES.get(kind, kind.upper())
            row = {"AccountID": identifier("account", code), "Code": code, "Name": name,
                   "Status": "ACTIVE", "Type": "BANK" if code == "6480" else _TYPES[class_],
                   "TaxType": "NONE", "Class": class_, "EnablePaymentsToAccount": False,
                   "ShowInExpenseClaims": False, "HasAttachments": False,
                   "UpdatedDateUTC": ms(_START), "AddToWatchlist": False}  # fmt: skip
            if code == "6480":
                row |= {"CurrencyCode": "DKK", "BankAccountType": "BANK",
                        "BankAccountNumber": "12345678901234"}  # fmt: skip
            if code in _SYSTEM:
                row["SystemAccount"] = _SYSTEM[code]
            rows.append(row)
        return {"Accounts": rows}

    def _tax_rates(self, _asked: Asked) -> dict[str, Any]:
        none = ("NONE", "Uden moms", "0.0000", "0.0000")
        return {"TaxRates": [
            {"Name": name, "TaxType": type_, "CanApplyToAssets": True, "CanApplyToEquity": True,
             "CanApplyToExpenses": True, "CanApplyToLiabilities": True,
             "CanApplyToRevenue": True, "DisplayTaxRate": Number(shown),
             "EffectiveRate": Number(effective), "Status": "ACTIVE",
             "TaxComponents": self._components(shown, effective)}
            for type_, name, shown, effective in (*RATES.values(), none)
        ]}  # fmt: skip

    def _components(self, shown: str, effective: str) -> list[dict[str, Any]]:
        rates = [shown] if shown == effective else [shown, f"-{shown}"]
        return [{"Name": "Moms", "Rate": Number(rate), "IsCompound": False,
                 "IsNonRecoverable": False} for rate in rates]  # fmt: skip

    def _contacts(self, asked: Asked) -> dict[str, Any]:
        rows = []
        for code, name in self.names.items():
            _name, country, vat = books.PARTIES.get(code, (name, "DK", ""))
            number = "" if not vat else f"DK{vat}" if country == "DK" else vat
            rows.append({
                "ContactID": identifier("contact", code), "ContactStatus": "ACTIVE", "Name": name,
                "CompanyNumber": vat if country == "DK" else "", "TaxNumber": number,
                "Addresses": [{"AddressType": "STREET", "City": "", "Country": country}],
                "Phones": [], "UpdatedDateUTC": ms(_START), "IsSupplier": True,
                "IsCustomer": True, "HasAttachments": False, "HasValidationErrors": False,
            })  # fmt: skip
        return self._page(asked, "Contacts", "ContactID", rows)

    def _invoices(self, asked: Asked) -> dict[str, Any]:
        rows = [self._document(one, "Invoice") for one in self._documents("")]
        return self._page(asked, "Invoices", "InvoiceID", rows)

    def _credit_notes(self, asked: Asked) -> dict[str, Any]:
        rows = [self._document(one, "CreditNote") for one in self._documents("CREDIT")]
        return self._page(asked, "CreditNotes", "CreditNoteID", rows)

    def _bank_transactions(self, asked: Asked) -> dict[str, Any]:
        return self._page(asked, "BankTransactions", "BankTransactionID", [])

    def _documents(self, ending: str) -> list[books.Booked]:
        kinds = {f"{kind}{ending}" for kind in ("ACCREC", "ACCPAY")}
        return [one for one in self._booked if journal(one, 0).source[0] in kinds]

    def _document(self, one: books.Booked, what: str) -> dict[str, Any]:
        kind, id_ = journal(one, 0).source
        currency = next((x.currency for x in one.lines if x.currency != "DKK"), "DKK")
        foreign = [x.foreign for x in one.lines if x.foreign is not None and x.part != "base"]
        total = abs(foreign[0] if foreign else _gross(one))
        return {
            "Type": kind, f"{what}ID": id_, f"{what}Number": one.document,
            "Contact": {"ContactID": identifier("contact", one.party),
                        "Name": self.names[one.party]},
            "Date": ms(one.day), "DueDate": ms(one.day + timedelta(days=14)),
            "Status": "AUTHORISED", "LineAmountTypes": "Exclusive", "CurrencyCode": currency,
            "Total": Number(total),
            "UpdatedDateUTC": ms(self.edited.get(id_, _START + timedelta(days=one.number))),
        }  # fmt: skip

    def _page(self, asked: Asked, name: str, id_: str, rows: list[dict[str, Any]]) -> Any:
        size, page = int(asked.query.get("pageSize", 100)), int(asked.query.get("page", 1))
        told = asked.headers.get("if-modified-since")
        if told:
            since = datetime.fromisoformat(told).timestamp() * 1000
            rows = [r for r in rows if int(r["UpdatedDateUTC"][6:].split("+")[0]) >= since]
        if asked.query.get("order") == f"{id_} ASC":
            rows = sorted(rows, key=lambda row: row[id_])
        start = (page - 1) * size
        pages = {"page": page, "pageSize": size, "pageCount": -(-len(rows) // size),
                 "itemCount": len(rows)}  # fmt: skip
        return {"pagination": pages, name: rows[start : start + size]}

    def _journals(self, asked: Asked) -> dict[str, Any]:
        offset = int(asked.query.get("offset", 0))
        found = sorted(
            (one for one in self.journals if one.number > offset), key=lambda j: j.number
        )
        return {"Journals": [self._journal(one) for one in found[: min(self.page_length, 100)]]}

    def _journal(self, one: Journal) -> dict[str, Any]:
        kind, source = one.source
        return {
            "JournalID": identifier("journal", one.number), "JournalDate": ms(one.day),
            "JournalNumber": one.number,
            "CreatedDateUTC": ms(_START + timedelta(days=one.number)), "Reference": one.text,
            "SourceID": source, "SourceType": kind,
            "JournalLines": [self._line(one, i, x) for i, x in enumerate(one.lines, start=1)],
        }  # fmt: skip

    def _line(self, one: Journal, number: int, line: Line) -> dict[str, Any]:
        name, kind = books.ACCOUNTS[line.account]
        class_ = _CLASSES.get(kind, kind.upper())
        row = {
            "JournalLineID": identifier("line", one.number, number),
            "AccountID": identifier("account", line.account), "AccountCode": line.account,
            "AccountType": "BANK" if line.account == "6480" else _TYPES[class_],
            "AccountName": name, "Description": line.text, "NetAmount": Number(line.net),
            "GrossAmount": Number(line.net + line.tax), "TaxAmount": Number(line.tax),
            "TrackingCategories": [],
        }  # fmt: skip
        if line.code:
            row |= {"TaxType": TYPES[line.code], "TaxName": RATES[line.code][1]}
        elif line.account not in {VAT_ACCOUNT, "6190", "7440", "6480"}:
            row |= {"TaxType": "NONE", "TaxName": "Uden moms"}
        return row

    def _trial_balance(self, asked: Asked) -> dict[str, Any]:
        on = date.fromisoformat(asked.query.get("date", "2026-12-31"))
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.journals:
            for line in one.lines if one.day <= on else ():
                kind = books.ACCOUNTS[line.account][1]
                is_closed = kind in {"revenue", "expense"} and one.day.year < on.year
                sums["6935" if is_closed else line.account] += line.net
        rows = [self._balance(code, amount) for code, amount in sorted(sums.items())]
        header = {"RowType": "Header", "Cells": [{"Value": value} for value in (
            "Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]}  # fmt: skip
        section = {"RowType": "Section", "Title": "Alt", "Rows": rows}
        titles = ["Trial Balance", books.COMPANY, f"As at {on}"]
        return {"Reports": [{"ReportID": "TrialBalance", "ReportName": "Trial Balance",
                             "ReportType": "TrialBalance", "ReportTitles": titles,
                             "ReportDate": str(on), "UpdatedDateUTC": ms(_START), "Fields": [],
                             "Rows": [header, section]}]}  # fmt: skip

    def _balance(self, code: str, amount: Decimal) -> dict[str, Any]:
        about = [{"Value": identifier("account", code), "Id": "account"}]
        sides = ("", f"{-amount}") if amount < 0 else (f"{amount}", "")
        values = (f"{books.ACCOUNTS[code][0]} ({code})", "", "", *sides)
        return {"RowType": "Row", "Cells": [{"Value": v, "Attributes": about} for v in values]}


def main() -> None:
    """Serve until stopped."""
    serve(Xero(port=port()), lambda simulator: {
        "url": simulator.base, "token_url": simulator.token_url, "client_id": simulator.client_id,
        "client_secret": simulator.client_secret, "refresh_token": simulator.consent(),
    })  # fmt: skip


if __name__ == "__main__":
    main()
