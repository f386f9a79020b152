"""Billy's API v2 as billy.dk/api and public clients tell of it.

Described: the header X-Access-Token; `page` and `pageSize` up to 1000 with `meta.paging`;
records under their plural name; `include` brings what belongs to them beside; postings and
transactions with `isVoided`; the filters minEntryDate, maxEntryDate and isVoided; 401 with
AUTHENTICATION_REQUIRED. Nothing tells of changes.
Assumed: postings are in the company's currency; a void books the opposite and marks only
the transaction it takes back; lines of daybook transactions may name VAT.

Belongs here: Billy's behaviour. Does not: the demo company's books (`books`).
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.simulators import books
from tests.simulators.base import Answer, Asked, Number, Simulator
from tests.simulators.program import port, serve
from tests.tryton_server.books import EUR_RATES

TOKEN = "billy-access-token-0001"
RATES = {
    code: (f"tax{number:03}", tax.name, tax.rate or "0")
    for number, (code, tax) in enumerate(books.TAXES.items(), start=1)
}
CODES = {f"{name} ({id_})": code for code, (id_, name, _rate) in RATES.items()}
_NATURES = {"receivable": "asset", "payable": "liability"}
_ORIGIN = {"sale": "invoice", "purchase": "bill", "general": "daybookTransaction"}


@dataclass(frozen=True)
class Posting:
    """One posting of a transaction."""

    id: str
    transaction: str
    day: date
    account: str
    amount: Decimal
    text: str
    is_voided: bool = False


@dataclass(frozen=True)
class Transaction:
    """One transaction, and the document behind it."""

    id: str
    number: int
    day: date
    origin: str
    is_voided: bool = False
    is_void: bool = False


def book(all_booked: list[books.Booked]) -> tuple[list[Transaction], list[Posting]]:
    """Vouchers as transactions and postings."""
    transactions, postings = [], []
    for one in all_booked:
        id_ = f"t{one.number:05}"
        origin = f"{_ORIGIN[one.series]}:d{one.number:05}"
        transactions.append(Transaction(id_, one.number, one.day, origin))
        for line in one.lines:
            number = len(postings) + 1
            postings.append(
                Posting(f"p{number:06}", id_, one.day, line.account, line.amount, line.text)
            )
    return transactions, postings


class Billy(Simulator):
    """One company."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.token: str | None = TOKEN
        self.booked = books.vouchers()
        self.transactions, self.postings = book(self.booked)

    def secrets(self) -> list[str]:
        """The token."""
        return [TOKEN]

    # What may happen to the books

    def edit(self, number: int) -> tuple[int, int]:
        """A person corrects the text of a transaction."""
        id_ = f"t{number:05}"
        self.postings = [
            replace(one, text=f"{one.text}, rettet") if one.transaction == id_ else one
            for one in self.postings
        ]
        return 0, 0

    def delete(self, number: int) -> tuple[int, int]:
        """A person deletes a transaction."""
        id_ = f"t{number:05}"
        gone = [one for one in self.postings if one.transaction == id_]
        self.postings = [one for one in self.postings if one.transaction != id_]
        self.transactions = [one for one in self.transactions if one.id != id_]
        return 1, len(gone)

    def void(self, number: int) -> tuple[int, int]:
        """A person voids a transaction: the opposite is booked."""
        id_ = f"t{number:05}"
        old = next(one for one in self.transactions if one.id == id_)
        own = [one for one in self.postings if one.transaction == id_]
        self.transactions = [
            replace(one, is_voided=True) if one.id == id_ else one for one in self.transactions
        ]
        self.postings = [
            replace(one, is_voided=True) if one.transaction == id_ else one for one in self.postings
        ]
        lines = [(one.account, -one.amount) for one in own]
        self.add(old.day, f"Annullering af {number}", lines)
        self.transactions[-1] = replace(self.transactions[-1], is_void=True)
        return 1, len(own)

    def add(self, day: date, text: str, lines: list[tuple[str, Decimal]]) -> tuple[int, int]:
        """A new transaction."""
        number = max(one.number for one in self.transactions) + 1
        id_ = f"t{number:05}"
        transaction = Transaction(id_, number, day, f"daybookTransaction:x{number:05}")
        self.transactions.append(transaction)
        for place, (account, amount) in enumerate(lines):
            self.postings.append(Posting(f"p{number:05}{place}", id_, day, account, amount, text))
        return 1, len(lines)

    def insert_late(self) -> tuple[int, int]:
        """A transaction dated before those already read."""
        lines = [("2450", Decimal(8)), ("6480", Decimal(-8))]
        return self.add(date(2026, 1, 2), "Sen post", lines)

    def revoke(self) -> None:
        """The token is deleted under Settings."""
        self.token = None

    # What is answered

    def answer(self, asked: Asked) -> Answer:
        """What Billy answers."""
        if self.token is None or asked.headers.get("x-access-token") != self.token:
            return self._problem(401, "AUTHENTICATION_REQUIRED")
        name = asked.path.removeprefix("/v2/")
        if name == "organization":
            meta = {"statusCode": 200, "success": True, "time": 0.01}
            return Answer({"meta": meta, "organization": self._organization()})
        make: dict[str, Any] = {
            "accounts": self._accounts, "taxRates": self._tax_rates, "products": self._products,
            "contacts": self._contacts, "postings": lambda: self._postings(asked),
            "invoices": lambda: self._documents(asked, "sale"),
            "bills": lambda: self._documents(asked, "purchase"),
            "daybookTransactions": lambda: self._documents(asked, "general"),
        }  # fmt: skip
        if name not in make:
            return self._problem(404, "NOT_FOUND")
        return self._page(asked, name, make[name]())

    def _problem(self, status: int, code: str) -> Answer:
        meta = {"statusCode": status, "success": False, "time": 0.01}
        return Answer({"meta": meta, "errorCode": code, "errorMessage": code}, status)

    def _page(self, asked: Asked, name: str, rows: list[dict[str, Any]]) -> Answer:
        page, size = int(asked.query.get("page", 1)), int(asked.query.get("pageSize", 1000))
        if size > 1000:
            return self._problem(400, "INVALID_PAGE_SIZE")
        shown = rows[(page - 1) * size : page * size]
        paging = {"page": page, "pageCount": max(-(-len(rows) // size), 1), "pageSize": size,
                  "total": len(rows)}  # fmt: skip
        meta = {"statusCode": 200, "success": True, "paging": paging, "time": 0.01}
        return Answer({"meta": meta, name: shown} | self._beside(asked, shown))

    def _beside(self, asked: Asked, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """What `include` asks for, of the rows shown."""
        ids = {row["id"] for row in rows}
        match asked.query.get("include"):
            case "posting.transaction":
                wanted = {row["transactionId"] for row in rows}
                found = [self._transaction(t) for t in self.transactions if t.id in wanted]
                return {"transactions": found}
            case "invoice.lines":
                return {"invoiceLines": self._lines(ids, "invoiceId")}
            case "bill.lines":
                return {"billLines": self._lines(ids, "billId")}
            case "daybookTransaction.lines":
                return {"daybookTransactionLines": self._lines(ids, "daybookTransactionId")}
        return {}

    def _organization(self) -> dict[str, Any]:
        return {"id": "org0001", "name": books.COMPANY, "registrationNo": books.CVR,
                "countryId": "DK", "baseCurrencyId": "DKK", "fiscalYearEndMonth": 12,
                "hasVat": True, "salesTaxPeriod": "quarterly",
                "createdTime": "2026-01-01T08:00:00"}  # fmt: skip

    def _accounts(self) -> list[dict[str, Any]]:
        return [{"id": f"a{code}", "organizationId": "org0001", "name": name,
                 "accountNo": int(code), "natureId": _NATURES.get(kind, kind), "taxRateId": None,
                 "isBankAccount": code == "6480", "isArchived": False}
                for code, (name, kind) in books.ACCOUNTS.items()]  # fmt: skip

    def _tax_rates(self) -> list[dict[str, Any]]:
        return [{"id": id_, "organizationId": "org0001", "name": name, "abbreviation": None,
                 "rate": Number(rate), "isActive": True, "priority": 1}
                for id_, name, rate in RATES.values()]  # fmt: skip

    def _products(self) -> list[dict[str, Any]]:
        return [{"id": f"v{code}", "organizationId": "org0001", "name": name,
                 "accountId": f"a{code}", "isArchived": False}
                for code, (name, kind) in books.ACCOUNTS.items() if kind == "revenue"]  # fmt: skip

    def _contacts(self) -> list[dict[str, Any]]:
        return [{"id": code, "organizationId": "org0001", "type": "company", "name": name,
                 "countryId": country, "registrationNo": vat or None, "isCustomer": True,
                 "isSupplier": True}
                for code, (name, country, vat) in books.PARTIES.items()]  # fmt: skip

    def _documents(self, asked: Asked, series: str) -> list[dict[str, Any]]:
        found = []
        for one in self.booked:
            day = str(one.day)
            is_in = asked.query.get("minEntryDate", "") <= day
            is_in = is_in and day <= asked.query.get("maxEntryDate", "9999")
            if one.series == series and is_in:
                found.append(self._document(one))
        return found

    def _document(self, one: books.Booked) -> dict[str, Any]:
        row: dict[str, Any] = {"id": f"d{one.number:05}", "organizationId": "org0001",
                               "entryDate": str(one.day), "state": "approved"}  # fmt: skip
        if one.series == "general":
            return row | {"voucherNo": str(one.number), "description": one.text, "daybookId": "j1"}
        gross = next(x.amount for x in one.lines if x.account in {"6190", "7440"})
        is_credit = (gross < 0) == (one.series == "sale")
        currency, rate = self._currency(one)
        number = {"sale": "invoiceNo", "purchase": "suppliersInvoiceNo"}[one.series]
        total = abs(gross / Decimal(rate)).quantize(Decimal("0.01"))
        return row | {
            "type": "creditNote" if is_credit else one.series.replace("sale", "invoice"),
            "contactId": one.party, number: one.document, "currencyId": currency,
            "exchangeRate": Number(rate), "grossAmount": Number(total),
        }  # fmt: skip

    def _currency(self, one: books.Booked) -> tuple[str, str]:
        if all(line.currency == "DKK" for line in one.lines):
            return "DKK", "1"
        return "EUR", max((day, rate) for day, rate in EUR_RATES.items() if day <= str(one.day))[1]

    def _lines(self, documents: set[str], owner: str) -> list[dict[str, Any]]:
        found = []
        for one in self.booked:
            if f"d{one.number:05}" not in documents:
                continue
            for number, line in enumerate(one.lines):
                is_base = line.part == "base"
                if one.series != "general" and not is_base:
                    continue
                amount = abs(line.amount if line.foreign is None else line.foreign)
                row = {"id": f"l{one.number:05}{number}", owner: f"d{one.number:05}",
                       "amount": Number(amount), "priority": number,
                       "taxRateId": RATES[line.vat_code][0] if is_base else None}  # fmt: skip
                if one.series == "sale":
                    row["productId"] = f"v{line.account}"
                else:
                    row["accountId"] = f"a{line.account}"
                found.append(row)
        return found

    def _transaction(self, one: Transaction) -> dict[str, Any]:
        return {"id": one.id, "organizationId": "org0001", "transactionNo": one.number,
                "voucherNo": str(one.number), "createdTime": f"{one.day}T10:00:00Z",
                "entryDate": str(one.day), "originatorReference": one.origin,
                "originatorName": one.origin, "isVoided": one.is_voided,
                "isVoid": one.is_void}  # fmt: skip

    def _postings(self, asked: Asked) -> list[dict[str, Any]]:
        query, found = asked.query, []
        for one in self.postings:
            is_in = query.get("minEntryDate", "") <= str(one.day)
            is_in = is_in and str(one.day) <= query.get("maxEntryDate", "9999")
            if "isVoided" in query:
                is_in = is_in and one.is_voided == (query["isVoided"] == "true")
            if is_in:
                found.append(one)
        found.sort(key=lambda p: (p.day, p.id), reverse=query.get("sortDirection") == "DESC")
        return [{"id": one.id, "organizationId": "org0001", "transactionId": one.transaction,
                 "entryDate": str(one.day), "text": one.text, "accountId": f"a{one.account}",
                 "amount": Number(abs(one.amount)),
                 "side": "debit" if one.amount >= 0 else "credit", "currencyId": "DKK",
                 "salesTaxReturnId": None, "isVoided": one.is_voided, "isBankMatched": False,
                 "priority": 1} for one in found]  # fmt: skip


def main() -> None:
    """Serve until stopped."""
    serve(Billy(port=port()), lambda simulator: {"url": f"{simulator.url}/v2", "token": TOKEN})


if __name__ == "__main__":
    main()
