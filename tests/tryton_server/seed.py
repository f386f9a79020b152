"""Book the declared books in a Tryton database, through Tryton's own API.

Run by the Python of Tryton's environment:
`python -m tests.tryton_server.seed <trytond.conf> <database> <key file>` fills a fresh
one; without the key file, the rest of the year is booked in one that was filled.

Belongs here: Tryton's models and their order. Does not: any amount (`books`).
"""

import sys
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from proteus import Model, Wizard, config

from tests.tryton_server.books import (
    ACCOUNTS,
    COMPANY,
    CVR,
    DOCUMENTS,
    DRAFTS,
    EUR_RATES,
    PARTIES,
    REST_DOCUMENTS,
    REST_VOUCHERS,
    TAXES,
    VOUCHERS,
    YEAR,
    Document,
    Tax,
    Voucher,
)

COUNTRIES = {
    "CN": "Kina", "DE": "Tyskland", "DK": "Danmark", "FI": "Finland", "FR": "Frankrig",
    "GR": "Grækenland", "IE": "Irland", "NL": "Holland", "NO": "Norge", "SE": "Sverige",
    "US": "USA",
}  # fmt: skip
_TERM = "Netto 30 dage"


class Seed:
    """The database being filled; remembers the ids it will need."""

    def __init__(self, configuration: str, database: str) -> None:
        self.config = config.set_trytond(database, user="admin", config_file=configuration)
        self.config.skip_warning = True
        self.accounts: dict[str, int] = {}
        self.taxes: dict[str, int] = {}
        self.legs: dict[str, int] = {}
        self.parties: dict[str, tuple[int, int]] = {}
        self.currencies: dict[str, int] = {}

    def call(self, model: str, method: str, *args: Any) -> Any:
        """One call of a model's method, as a client would make it."""
        return getattr(self.config.get_proxy(model), method)(*args, self.config.context)

    def create(self, model: str, values: list[dict[str, Any]]) -> list[int]:
        """Create records in one call; their ids."""
        return self.call(model, "create", values)

    def company(self) -> None:
        """Currencies with rates, countries, and the company with its identifiers."""
        eur, dkk = self.create("currency.currency", [
            {"name": name, "code": code, "symbol": code, "rounding": Decimal("0.01")}
            for name, code in (("Euro", "EUR"), ("Dansk krone", "DKK"))
        ])  # fmt: skip
        self.currencies = {"EUR": eur, "DKK": dkk}
        first = date.fromisoformat(min(EUR_RATES))
        rates = [{"currency": eur, "date": first, "rate": Decimal(1)}]
        rates += [
            {"currency": dkk, "date": date.fromisoformat(day), "rate": Decimal(rate)}
            for day, rate in EUR_RATES.items()
        ]
        self.create("currency.currency.rate", rates)
        countries = self.create(
            "country.country", [{"name": name, "code": code} for code, name in COUNTRIES.items()]
        )
        self.countries = dict(zip(COUNTRIES, countries, strict=True))
        configuration = Model.get("party.configuration")(1)
        configuration.identifier_types = ["dk_vat", "eu_vat"]
        configuration.save()
        party = self._party(COMPANY, "DK", CVR)
        wizard = Wizard("company.company.config")
        wizard.execute("company")
        wizard.form.party = Model.get("party.party")(party)
        wizard.form.currency = Model.get("currency.currency")(dkk)
        wizard.execute("add")
        self.config._context = Model.get("res.user").get_preferences(True, {})
        (self.company_id,) = self.call("company.company", "search", [])

    def _party(self, name: str, country: str, vat: str) -> int:
        identifiers = [{"type": "eu_vat", "code": vat if country != "DK" else f"DK{vat}"}]
        if country == "DK":
            identifiers.insert(0, {"type": "dk_vat", "code": vat})
        values = {
            "name": name,
            "addresses": [("create", [{"country": self.countries[country]}])],
            "identifiers": [("create", identifiers)] if vat else [],
        }
        return self.create("party.party", [values])[0]

    def chart(self) -> None:
        """Account types and accounts."""
        shapes: dict[str, dict[str, Any]] = {
            "receivable": {"statement": "balance", "assets": True, "receivable": True},
            "payable": {"statement": "balance", "payable": True},
            "asset": {"statement": "balance", "assets": True},
            "liability": {"statement": "balance", "debt": True},
            "equity": {"statement": "balance"},
            "revenue": {"statement": "income", "revenue": True},
            "expense": {"statement": "income", "expense": True},
        }
        base = {"company": self.company_id}
        types = dict(zip(shapes, self.create("account.account.type", [
            base | {"name": name.capitalize()} | shape for name, shape in shapes.items()
        ]), strict=True))  # fmt: skip
        (root,) = self.create("account.account", [base | {"name": "Kontoplan"}])
        ids = self.create("account.account", [
            base | {
                "code": code, "name": name, "type": types[kind], "parent": root,
                "party_required": kind in ("receivable", "payable"),
                "reconcile": kind in ("receivable", "payable"),
            }
            for code, (name, kind) in ACCOUNTS.items()
        ])  # fmt: skip
        self.accounts = dict(zip(ACCOUNTS, ids, strict=True))

    def tax_codes(self) -> None:
        """One tax per VAT code; a reverse charge is a parent with two legs."""
        base = {"company": self.company_id}
        groups = dict(zip(("sale", "purchase"), self.create("account.tax.group", [
            {"name": name, "code": kind.upper(), "kind": kind}
            for kind, name in (("sale", "Salg"), ("purchase", "Køb"))
        ]), strict=True))  # fmt: skip
        for code, tax in TAXES.items():
            common = base | {"group": groups[tax.group]}
            values = common | {"name": f"{code} {tax.name}", "description": code}
            if not (tax.output and tax.input):
                values |= self._leg(tax.rate, tax.output or tax.input or "7680")
                (self.taxes[code],) = self.create("account.tax", [values])
                continue
            (parent,) = self.create("account.tax", [values | {"type": "none"}])
            self.taxes[code] = parent
            self.create("account.tax", self._legs(common | {"parent": parent}, code, tax))

    def _legs(self, common: dict[str, Any], code: str, tax: Tax) -> list[dict[str, Any]]:
        owed = {"name": f"{code} {tax.name}, moms", "description": f"{code} moms"}
        deducted = {"name": f"{code} {tax.name}, fradrag", "description": f"{code} fradrag"}
        return [
            common | owed | self._leg(f"-{tax.rate}", tax.output),
            common | deducted | self._leg(tax.rate, tax.input),
        ]

    def _leg(self, rate: str, account: str) -> dict[str, Any]:
        return {
            "type": "percentage",
            "rate": Decimal(rate),
            "invoice_account": self.accounts[account],
            "credit_note_account": self.accounts[account],
        }

    def year(self) -> None:
        """The fiscal year with monthly periods and its number series."""
        types = Model.get("ir.sequence.type")
        sequences = Model.get("ir.sequence.strict")
        company = Model.get("company.company")(self.company_id)

        def series(type_: str, name: str, prefix: str) -> Any:
            (kind,) = types.find([("name", "=", type_)])
            record = sequences(name=name, sequence_type=kind, company=company)
            record.prefix, record.padding = prefix, 5
            record.save()
            return record

        year = Model.get("account.fiscalyear")(name=str(YEAR), company=company)
        year.start_date, year.end_date = date(YEAR, 1, 1), date(YEAR, 12, 31)
        year.move_sequence = series("Account Move", "Bilag", "")
        (numbers,) = year.invoice_sequences
        numbers.out_invoice_sequence = series("Invoice", "Fakturaer", "F")
        numbers.out_credit_note_sequence = series("Invoice", "Kreditnotaer", "KN")
        numbers.in_invoice_sequence = series("Invoice", "Købsfakturaer", "L")
        numbers.in_credit_note_sequence = series("Invoice", "Købskreditnotaer", "LK")
        year.save()
        year.click("create_period")
        self._calendar()

    def _calendar(self) -> None:
        found = self.call("account.period", "search_read", [], 0, None, None, ["start_date"])
        self.periods = {row["start_date"].month: row["id"] for row in found}
        journals = self.call("account.journal", "search_read", [], 0, None, None, ["code", "type"])
        self.journals = {row["type"]: row["id"] for row in journals}

    def people(self) -> None:
        """Customers, suppliers and a payment term."""
        for key, (name, country, vat) in PARTIES.items():
            party = self._party(name, country, vat)
            (address,) = self.call("party.address", "search", [("party", "=", party)])
            self.parties[key] = party, address
        (self.term,) = self.create("account.invoice.payment_term", [
            {"name": _TERM, "lines": [("create", [{"type": "remainder"}])]}
        ])  # fmt: skip

    def documents(self) -> None:
        """Every document and voucher, posted month by month in order of date."""
        legs = self.call(
            "account.tax", "search_read", [("parent", "=", None)], 0, None, None, ["description"]
        )
        self.legs = {row["description"]: row["id"] for row in legs}
        self._book((*DOCUMENTS, *VOUCHERS))
        self.create("account.move", [self._move(voucher) for voucher in DRAFTS])

    def rest_of_the_year(self) -> None:
        """What comes after, in a database whose ids are looked up; nothing where it is booked."""
        if self._ids("account.move", "description").get(REST_VOUCHERS[-1].text):
            return
        (self.company_id,) = self.call("company.company", "search", [])
        self.config._context = Model.get("res.user").get_preferences(True, {})
        self.accounts = self._ids("account.account", "code")
        self.taxes = self.legs = self._ids("account.tax", "description")
        self.currencies = self._ids("currency.currency", "code")
        self.term = self._ids("account.invoice.payment_term", "name")[_TERM]
        self._calendar()
        named = self._ids("party.party", "name")
        for key, (name, _country, _vat) in PARTIES.items():
            (address,) = self.call("party.address", "search", [("party", "=", named[name])])
            self.parties[key] = named[name], address
        self._book((*REST_DOCUMENTS, *REST_VOUCHERS))

    def _ids(self, model: str, field: str) -> dict[str, int]:
        rows = self.call(model, "search_read", [], 0, None, None, [field])
        return {row[field]: row["id"] for row in rows}

    def _book(self, items: Iterable[Document | Voucher]) -> None:
        everything = sorted(items, key=lambda item: item.day)
        for _month, booked in groupby(everything, key=lambda item: item.day[:7]):
            batch = list(booked)
            for kind in ("sale", "purchase"):
                self._post_documents(
                    [i for i in batch if isinstance(i, Document) and i.kind == kind]
                )
            self._post_vouchers([i for i in batch if isinstance(i, Voucher)])

    def _post_documents(self, documents: list[Document]) -> None:
        ids = self.create("account.invoice", [self._invoice(document) for document in documents])
        self.call("account.invoice", "post", ids)

    def _invoice(self, document: Document) -> dict[str, Any]:
        party, address = self.parties[document.party]
        sale, day = document.kind == "sale", date.fromisoformat(document.day)
        return {
            "type": "out" if sale else "in",
            "company": self.company_id,
            "journal": self.journals["revenue" if sale else "expense"],
            "party": party,
            "invoice_address": address,
            "account": self.accounts["6190" if sale else "7440"],
            "currency": self.currencies[document.currency],
            "payment_term": self.term,
            "invoice_date": day,
            "accounting_date": day,
            "description": document.text,
            "lines": [("create", [self._line(document, *line) for line in document.lines])],
        }

    def _line(self, document: Document, account: str, code: str, amount: Decimal) -> dict[str, Any]:
        return {
            "type": "line",
            "invoice_type": "out" if document.kind == "sale" else "in",
            "company": self.company_id,
            "currency": self.currencies[document.currency],
            "account": self.accounts[account],
            "quantity": 1.0 if amount >= 0 else -1.0,
            "unit_price": abs(amount),
            "taxes": [("add", [self.taxes[code]])],
            "taxes_deductible_rate": Decimal(TAXES[code].deductible),
            "description": document.text,
        }

    def _post_vouchers(self, vouchers: list[Voucher]) -> None:
        if not vouchers:
            return
        ids = self.create("account.move", [self._move(voucher) for voucher in vouchers])
        self.call("account.move", "post", ids)
        for voucher, move in zip(vouchers, ids, strict=True):
            if voucher.is_reversed:
                self._reverse(move, voucher)

    def _move(self, voucher: Voucher) -> dict[str, Any]:
        day = date.fromisoformat(voucher.day)
        lines = []
        for number, (account, amount, party) in enumerate(voucher.lines, start=1):
            taxes = [
                {"type": part, "tax": self.legs[code], "amount": value}
                for line, code, part, value in voucher.vat
                if line == number
            ]
            lines.append({
                "account": self.accounts[account],
                "debit": max(amount, Decimal(0)),
                "credit": max(-amount, Decimal(0)),
                "party": self.parties[party][0] if party else None,
                "tax_lines": [("create", taxes)],
            })  # fmt: skip
        return {
            "company": self.company_id,
            "journal": self.journals["cash"],
            "period": self.periods[day.month],
            "date": day,
            "description": voucher.text,
            "lines": [("create", lines)],
        }

    def _reverse(self, move: int, voucher: Voucher) -> None:
        wizard = Wizard("account.move.cancel", [Model.get("account.move")(move)])
        wizard.form.description = f"Tilbageførsel: {voucher.text}"
        wizard.form.reversal = True
        wizard.execute("cancel")

    def key(self) -> str:
        """A key for the network API, held by a user who may only read the books."""
        groups = self.call("res.group", "search", [("name", "=", "Accounting")])
        (user,) = self.create("res.user", [{
            "name": "Indberet", "login": "indberet", "groups": [("add", groups)],
            "companies": [("add", [self.company_id])], "company": self.company_id,
        }])  # fmt: skip
        (application,) = self.create(
            "res.user.application", [{"user": user, "application": "rest"}]
        )
        (row,) = self.call("res.user.application", "read", [application], ["key"])
        return row["key"]


def main(arguments: Iterable[str]) -> None:
    """Fill the database and write the key beside it, or book the rest of the year."""
    configuration, database, *key_file = arguments
    seed = Seed(configuration, database)
    if not key_file:
        seed.rest_of_the_year()
        return
    for step in (seed.company, seed.chart, seed.tax_codes, seed.year, seed.people, seed.documents):
        step()
    path = Path(key_file[0])
    path.touch(mode=0o600)
    path.write_text(seed.key())


if __name__ == "__main__":
    main(sys.argv[1:])
