"""The demo company's books (`books`) as an Odoo database with the Danish localisation.

Records have the columns and shapes of the recorded ones; what differs between versions is
here: how accounts tell their company and code, which document a repartition line is for,
signs in the names of tags.

Belongs here: making records. Does not: answering (`odoo`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.simulators import books
from tests.simulators.odoo_orm import Database, Record

OWNER = [1, books.COMPANY]
DKK, EUR = [10, "DKK"], [125, "EUR"]
# The localisation's tax for each of the demo's codes, and its boxes: base, deducted, owed.
TAXES = {
    "S01": ("S-DK-25", "Sales subject to VAT (DK), 25% VAT", "", "", "UM"),
    "S21": ("S-EU-V-0", "Sale of goods B2B (EU), 0% VAT", "R-B-MR", "", ""),
    "S23": ("S-EU-Y-0", "Service sales B2B (EU), 0% VAT", "R-C-MR", "", ""),
    "S25": ("S-EU-T-0", "Triangular sales B2B (EU), 0% VAT", "R-D-MR", "", ""),
    "S41": ("S-%EU-V-0", "Sales of goods B2B (% EU), 0% VAT", "R-C-UR", "", ""),
    "K010": ("K-DK-Fradrag", "Purchase VAT (DK), full deduction (100%)", "", "KM", ""),
    "K040": ("K-DK-FastnettelefonFuld", "Purchase VAT (DK), statutory partial deduction (50%)",
             "", "KM", ""),
    "K210": ("K-EU-V-Fradrag", "Purchases of goods (EU), full deduction", "R-A-V", "KM", "MVU"),
    "K260": ("K-EU-Y-Fradrag", "Purchases of services (EU), full deduction", "R-A-Y", "KM",
             "MYUOB"),
    "K410": ("K-%EU-V-Fradrag", "Purchases of goods (% EU), full deduction", "", "MVU", "KM"),
    "K460": ("K-%EU-Y-Fradrag", "Purchases of services (% EU), full deduction", "", "KM", "MYUOB"),
    "K660": ("K-DKO-Fradrag", "Purchases, reverse charge (DK), full deduction", "", "KM", "UM"),
}  # fmt: skip
_TYPES = {
    "receivable": "asset_receivable", "payable": "liability_payable", "asset": "asset_current",
    "liability": "liability_current", "equity": "equity", "revenue": "income",
    "expense": "expense",
}  # fmt: skip
_MADE = "2026-10-01 07:00:00.120000"
_START = datetime.fromisoformat("2026-11-01 08:00:00.280843")
_JOURNALS: dict[str, tuple[int, str]] = {
    "sale": (8, "Customer Invoices"),
    "purchase": (9, "Vendor Bills"),
    "general": (10, "Miscellaneous Operations"),
}
_SERIES = {("sale", True): "RINV/2026/", ("sale", False): "INV/2026/"}


@dataclass(frozen=True)
class Part:
    """A repartition line: its id and tags by what it is for."""

    id: int
    tags: list[int]


class Maker:
    """Makes the records of one version."""

    def __init__(self, major: int) -> None:
        self._major = major
        self.models: dict[str, list[Record]] = {}
        self._accounts = {code: number for number, code in enumerate(books.ACCOUNTS, start=52)}
        self._countries = {
            code: [number, code]
            for number, code in enumerate(sorted({p[1] for p in books.PARTIES.values()}), start=50)
        }
        self._partners = {key: number for number, key in enumerate(books.PARTIES, start=7)}
        self._parts: dict[tuple[str, str, str], Part] = {}
        self._masters()
        self._taxes()
        self._entries()

    def _add(self, model: str, **record: Any) -> None:
        stamps = {"create_date": _MADE, "write_date": _MADE}
        self.models.setdefault(model, []).append(stamps | record)

    def _masters(self) -> None:
        self._add(
            "res.company", id=1, name=books.COMPANY, vat=f"DK{books.CVR}", currency_id=DKK,
            country_id=self._countries["DK"], company_registry=books.CVR, fiscalyear_last_day=31,
            fiscalyear_last_month="12", fiscalyear_lock_date=False, tax_lock_date=False,
            **({"hard_lock_date": False} if self._major >= 18 else {"period_lock_date": False}),
        )  # fmt: skip
        for code, (number, _code) in self._countries.items():
            self._add("res.country", id=number, name=code, code=code)
        for code, (name, kind) in books.ACCOUNTS.items():
            self._account(self._accounts[code], code, name, _TYPES[kind])
        for short, (number, title) in zip(("INV", "BILL", "MISC"), _JOURNALS.values(), strict=True):
            self._add("account.journal", id=number, code=short, name=title, company_id=OWNER)
        for key, (name, country, vat) in books.PARTIES.items():
            told = f"DK{vat}" if country == "DK" and vat else vat
            self._add(
                "res.partner", id=self._partners[key], name=name, vat=told or False,
                country_id=self._countries[country], active=True,
            )  # fmt: skip

    def _account(self, number: int, code: str, name: str, kind: str) -> None:
        owner: Record = {"code": code, "company_id": OWNER, "deprecated": False}
        if self._major >= 18:
            owner = {"code": code, "company_ids": [1], "_codes": {1: code}}
        self._add("account.account", id=number, name=name, account_type=kind, tax_ids=[], **owner)

    def _tag(self, box: str, sign: str) -> list[int]:
        if not box:
            return []
        name = f"{sign}{box}" if self._major < 19 else box
        known = self.models.setdefault("account.account.tag", [])
        for tag in known:
            if tag["name"] == name:
                return [int(tag["id"])]
        self._add("account.account.tag", id=len(known) + 1, name=name, applicability="taxes")
        return [len(known)]

    def _taxes(self) -> None:
        for number, (code, (name, text, base, deducted, owed)) in enumerate(TAXES.items(), start=3):
            tax = books.TAXES[code]
            self._add(
                "account.tax", id=number, name=name, description=f"<p>{text}</p>",
                type_tax_use=tax.group, amount=float(tax.rate or 0) * 100, amount_type="percent",
                tax_exigibility="on_invoice", children_tax_ids=[], company_id=OWNER, active=True,
            )  # fmt: skip
            for document, sign in (("invoice", "+"), ("refund", "-")):
                back = "-" if sign == "+" else "+"
                self._part(code, number, document, "base", 100.0, "", self._tag(base, sign))
                share = float(tax.deductible) * 100
                if tax.input:
                    tags = self._tag(deducted, sign)
                    self._part(code, number, document, "input", share, tax.input, tags)
                    if share < 100:
                        self._part(code, number, document, "cost", 100 - share, "", [])
                if tax.output:
                    owes = 100.0 if tax.group == "sale" else -100.0
                    tags = self._tag(owed, sign if owes > 0 else back)
                    self._part(code, number, document, "output", owes, tax.output, tags)

    def _part(
        self, code: str, tax: int, document: str, what: str, share: float, account: str,
        tags: list[int],
    ) -> None:  # fmt: skip
        number = 9 + len(self._parts)
        self._parts[code, document, what] = Part(number, tags)
        whole = [tax, TAXES[code][0]]
        told: Record = {"tax_id": whole, "document_type": document}
        if self._major < 17:
            told = {f"{kind}_tax_id": whole if kind == document else False
                    for kind in ("invoice", "refund")}  # fmt: skip
        self._add(
            "account.tax.repartition.line", id=number, factor_percent=share,
            repartition_type="base" if what == "base" else "tax", company_id=OWNER, tag_ids=tags,
            account_id=[self._accounts[account], account] if account else False, **told,
        )  # fmt: skip

    def _entries(self) -> None:
        counts: dict[str, int] = {}
        for booked in books.vouchers():
            self.entry(booked, counts)
        (draft, *_rest) = books.vouchers()
        self.entry(draft, counts, state="draft", number=9_990)

    def entry(
        self, booked: books.Booked, counts: dict[str, int], state: str = "posted", number: int = 0
    ) -> None:
        """One entry with its lines. Ids have gaps, as drafts that were deleted leave them."""
        number = number or booked.number * 10
        total = sum((line.amount for line in booked.lines if line.party), 0)
        is_refund = booked.series != "general" and (total < 0) == (booked.series == "sale")
        name = "/" if state == "draft" else self._name(booked, is_refund, counts)
        kind = {"sale": "out", "purchase": "in"}.get(booked.series)
        at = _START + timedelta(minutes=booked.number)
        stamps = {"create_date": str(at), "write_date": str(at)}
        foreign = next((line for line in booked.lines if line.currency != "DKK"), None)
        signed = float(total)
        self._add(
            "account.move", id=number, name=name, state=state, date=str(booked.day),
            move_type=f"{kind}_{'refund' if is_refund else 'invoice'}" if kind else "entry",
            invoice_date=str(booked.day) if kind else False, invoice_date_due=False,
            journal_id=list(_JOURNALS[booked.series]), ref=False if kind == "out" else booked.text,
            partner_id=self._partner(booked.party), currency_id=EUR if foreign else DKK,
            amount_total_signed=signed, company_id=OWNER, tax_cash_basis_origin_move_id=False,
            amount_total_in_currency_signed=float(foreign.foreign or 0) if foreign else signed,
            **stamps,
        )  # fmt: skip
        document = "refund" if is_refund else "invoice"
        if booked.number == 2:
            self._line(number, name, 99, booked, state, stamps, account_id=False, name="Lamper",
                       display_type="line_section", balance=0.0, amount_currency=0.0)  # fmt: skip
        for index, line in enumerate(booked.lines):
            told = self._told(line, booked, document)
            self._line(
                number, name, index, booked, state, stamps,
                account_id=[self._accounts[line.account], line.account], name=line.text,
                balance=float(line.amount), partner_id=self._partner(line.party or booked.party),
                amount_currency=float(line.amount if line.foreign is None else line.foreign),
                currency_id=DKK if line.foreign is None else EUR, **told,
            )  # fmt: skip

    def _line(
        self, move: int, move_name: str, index: int, booked: books.Booked, state: str,
        stamps: Record, **told: Any,
    ) -> None:  # fmt: skip
        blank = {
            "partner_id": False, "currency_id": DKK, "tax_ids": [], "tax_line_id": False,
            "tax_repartition_line_id": False, "tax_tag_ids": [], "display_type": "product",
        }  # fmt: skip
        place = {"id": move * 100 + index, "move_id": [move, move_name], "date": str(booked.day),
                 "parent_state": state, "company_id": OWNER}  # fmt: skip
        self._add("account.move.line", **blank | place | stamps | told)

    def _told(self, line: books.Line, booked: books.Booked, document: str) -> Record:
        """What a line says of taxes: bases by `tax_ids`, tax by its repartition line."""
        if line.text.endswith("moms uden fradrag"):
            (code,) = {x.vat_code for x in booked.lines if x.vat_code
                       and books.TAXES[x.vat_code].deductible != "1"}  # fmt: skip
            return self._tax(code, document, "cost")
        if not line.vat_code:
            kind = "payment_term" if line.party and booked.series != "general" else "product"
            return {"display_type": kind}
        if line.part == "base":
            number = 3 + list(TAXES).index(line.vat_code)
            part = self._parts[line.vat_code, document, "base"]
            return {"tax_ids": [number], "tax_tag_ids": part.tags}
        leg = "output" if books.TAXES[line.vat_code].output == line.account else "input"
        return self._tax(line.vat_code, document, leg)

    def _tax(self, code: str, document: str, what: str) -> Record:
        part, number = self._parts[code, document, what], 3 + list(TAXES).index(code)
        return {
            "tax_line_id": [number, TAXES[code][0]], "tax_tag_ids": part.tags,
            "tax_repartition_line_id": [part.id, f"account.tax.repartition.line,{part.id}"],
            "display_type": "tax",
        }  # fmt: skip

    def _name(self, booked: books.Booked, is_refund: bool, counts: dict[str, int]) -> str:
        month = f"{booked.day.year}/{booked.day.month:02}/"
        prefix = _SERIES.get((booked.series, is_refund)) or {
            ("purchase", True): f"RBILL/{month}", ("purchase", False): f"BILL/{month}",
        }.get((booked.series, is_refund), f"MISC/{month}")  # fmt: skip
        counts[prefix] = counts.get(prefix, 0) + 1
        width = 5 if booked.series == "sale" else 4
        return f"{prefix}{counts[prefix]:0{width}}"

    def _partner(self, party: str) -> Any:
        return [self._partners[party], books.PARTIES[party][0]] if party else False


def database(version: str = "19.0") -> Database:
    """The books in one version of Odoo."""
    made = Database("nordlys", version)
    made.models = Maker(made.major).models
    return made


def second_company(made: Database) -> None:
    """Another company in the same database, with an account, a journal and an entry of its own."""
    owner = [2, "Anden Butik ApS"]
    number = max(r["id"] for r in made.models["account.account"]) + 1
    company = dict(made.one("res.company", 1)) | {
        "id": 2, "name": owner[1], "vat": "DK10150817", "company_registry": "10150817",
    }  # fmt: skip
    made.models["res.company"].append(company)
    account = dict(made.models["account.account"][0]) | {"id": number}
    account |= (
        {"company_ids": [2], "_codes": {2: "1010"}} if made.major >= 18 else {"company_id": owner}
    )
    made.models["account.account"].append(account)
    journal = dict(made.models["account.journal"][2]) | {"id": 20, "company_id": owner}
    made.models["account.journal"].append(journal)
    lines = made.copy_of(_payment(made), 8_880, _MADE)
    made.one("account.move", 8_880).update(company_id=owner, journal_id=[20, journal["name"]])
    for line in made.lines(8_880):
        line |= {"company_id": owner, "account_id": [number, "1010"]}
    assert lines


def edit(made: Database, move: int) -> tuple[int, int]:
    """Someone rewrites the reference of an entry and the text of its first line."""
    made.one("account.move", move)["ref"] = "Rettet"
    line = made.lines(move)[0]
    line |= {"name": "Rettet", "write_date": "2026-11-20 09:00:00.000001"}
    return 0, 0


def raise_amount(made: Database, move: int, stamp: str) -> None:
    """Someone resets an entry to draft, adds a krone to both sides and posts it again."""
    debit = next(line for line in made.lines(move) if line["balance"] > 0)
    credit = next(line for line in made.lines(move) if line["balance"] < 0)
    for line, step in ((debit, 1.0), (credit, -1.0)):
        line |= {"balance": line["balance"] + step, "write_date": stamp}
        line["amount_currency"] += step
    made.one("account.move", move)["write_date"] = stamp


def insert_late(made: Database) -> tuple[int, int]:
    """A transaction that began before all others commits now: low id, early stamp."""
    taken = {record["id"] for record in made.models["account.move"]}
    number = next(number for number in range(5, 10_000) if number not in taken)
    return 1, made.copy_of(_payment(made), number, "2026-10-31 23:00:00.000001")


def delete(made: Database, move: int | None = None) -> tuple[int, int]:
    """A person resets an entry to draft and deletes it."""
    return 1, made.unlink(move or _payment(made))


def _payment(made: Database) -> int:
    """A general entry that no account is moved by alone."""
    found = made.find("account.move", [["move_type", "=", "entry"], ["state", "=", "posted"]])
    return int(found[1]["id"])
