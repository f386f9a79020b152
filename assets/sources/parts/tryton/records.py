"""Tryton's records as landed rows: what its fields mean in our words.

Belongs here: pure functions from decoded records to row values, in the column
order of `LANDED`. Does not: HTTP, paging or the order of a pull.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assets.sources.parts.tryton.server import Record

Row = tuple[Any, ...]
_OERE = Decimal("0.01")
_RATE = Decimal("0.0000000001")
_PERIOD_STATES = {"open": "open", "closed": "closed", "locked": "locked"}

COMPANY_FIELDS = (
    "party.name", "party.identifiers.type", "party.identifiers.code",
    "party.addresses.country.code", "currency.code",
)  # fmt: skip
ACCOUNT_FIELDS = (
    "code", "name", "type.statement", "type.assets", "type.revenue", "type.expense",
    "type.payable", "type.debt", "taxes",
)  # fmt: skip
BALANCE_FIELDS = ("code", "debit", "credit")
TAX_FIELDS = ("name", "description", "rate", "type", "parent", "group.kind")
YEAR_FIELDS = ("start_date", "end_date", "state")
PERIOD_FIELDS = (*YEAR_FIELDS, "move_sequence.name", "fiscalyear.move_sequence.name")
PARTY_FIELDS = (
    "name", "identifiers.type", "identifiers.code", "addresses.country.code",
    "create_date", "write_date",
)  # fmt: skip
DOCUMENT_FIELDS = (
    "type", "number", "party", "invoice_date", "currency.code", "total_amount",
    "description", "lines_to_pay.maturity_date", "lines.taxes_deductible_rate",
    "create_date", "write_date",
)  # fmt: skip
VOUCHER_FIELDS = (
    "number", "date", "period", "origin", "description", "create_date", "write_date",
)  # fmt: skip
LINE_FIELDS = (
    "move", "account", "debit", "credit", "amount_second_currency", "second_currency.code",
    "party", "description", "origin", "create_date", "write_date", "tax_lines.tax",
    "tax_lines.type", "tax_lines.amount", "tax_lines.create_date", "tax_lines.write_date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """One tax as postings carry it. `parent` is the code of the whole when it is a leg."""

    vat_code: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Books:
    """What vouchers refer to: account, tax and period ids → codes."""

    currency: str
    accounts: Mapping[int, str]
    taxes: Mapping[int, Code]
    series: Mapping[int, str]


def company(record: Record) -> Row:
    """One row of `company`."""
    party = record["party"]
    cvr, vat = identifiers(party)
    return (
        str(record["id"]), party["name"], cvr, vat, country(party), record["currency"]["code"]
    )  # fmt: skip


def account(record: Record, taxes: Mapping[int, Code]) -> Row:
    """One row of `account`. Tryton's types tell no equity from other balances: kind is null."""
    default = [taxes[tax].vat_code for tax in record["taxes"] if tax in taxes]
    return (
        str(record["id"]), account_code(record), record["name"], _kind(record["type"]), None,
        default[0] if len(default) == 1 else None,
    )  # fmt: skip


def account_code(record: Record) -> str:
    """The account's number; an account without one goes by its id."""
    return record["code"] or f"#{record['id']}"


def _kind(type_: Record) -> str | None:
    for flag, kind in (("revenue", "revenue"), ("expense", "expense"), ("assets", "asset"),
                       ("payable", "liability"), ("debt", "liability")):  # fmt: skip
        if type_[flag]:
            return kind
    return None


def tax_codes(records: Iterable[Record]) -> dict[int, Code]:
    """Tax id → its code: the tax's name, told apart by id where two share one."""
    taxes = {record["id"]: record for record in records}
    shared = Counter(record["name"] for record in taxes.values())

    def name(record: Record) -> str:
        own = str(record["name"])
        return own if shared[own] == 1 else f"{own} (#{record['id']})"

    return {
        number: Code(name(record), name(taxes[record["parent"]]) if record["parent"] in taxes
                     else None)
        for number, record in taxes.items()
    }  # fmt: skip


def vat_codes(records: Sequence[Record], pattern: re.Pattern[str]) -> list[Row]:
    """Rows of `vat_code`. A leg is a child tax that has a sibling of the other sign:
    the negative one of a purchase is the VAT owed (output), the positive one the
    deduction (input); for a sale the other way round.
    """
    codes = tax_codes(records)
    by_id = {record["id"]: record for record in records}
    signs: dict[int, set[bool]] = {}
    for record in records:
        if record["parent"] and record["rate"]:
            signs.setdefault(record["parent"], set()).add(record["rate"] < 0)
    rows = []
    for record in records:
        part = None
        if len(signs.get(record["parent"], ())) == 2 and record["rate"]:
            is_owed = (record["rate"] < 0) == (_group_kind(record) != "sale")
            part = "output" if is_owed else "input"
        rate = abs(record["rate"]) if record["rate"] is not None else None
        rows.append((
            str(record["id"]), codes[record["id"]].vat_code, record["name"], rate,
            _standard(record, by_id, pattern), part,
        ))  # fmt: skip
    return rows


def _group_kind(record: Record) -> str | None:
    return record["group"]["kind"] if record["group"] else None


def _standard(record: Record, by_id: Mapping[int, Record], pattern: re.Pattern[str]) -> str | None:
    """The standard code that the tax's description or name begins with, or its parent's."""
    for text in (record["description"], record["name"]):
        if found := pattern.match(text or ""):
            return found.group()
    parent = by_id.get(record["parent"])
    return _standard(parent, by_id, pattern) if parent else None


def series(record: Record) -> str:
    """The number series of a period's vouchers: its own, else the fiscal year's."""
    own = record["move_sequence"] or record["fiscalyear"]["move_sequence"]
    return str(own["name"]) if own else ""


def period(record: Record, kind: str) -> Row:
    """One row of `fiscal_period`."""
    state = _PERIOD_STATES.get(record["state"], "closed")
    return (f"{kind}/{record['id']}", kind, record["start_date"], record["end_date"], state)


def party(record: Record) -> Row:
    """One row of `party`."""
    number = str(record["id"])
    cvr, vat = identifiers(record)
    return (number, number, record["name"] or f"#{number}", country(record), vat, cvr)


def identifiers(record: Record) -> tuple[str | None, str | None]:
    """(CVR number, VAT number) of a party, as given; the first of each type counts."""
    codes: dict[str, str] = {}
    for identifier in record["identifiers"]:
        codes.setdefault(identifier["type"], identifier["code"])
    cvr = codes.get("dk_cvr") or codes.get("dk_vat")
    other = next((code for type_, code in codes.items() if (type_ or "").endswith("_vat")), None)
    return cvr, codes.get("eu_vat") or other


def country(record: Record) -> str | None:
    """The country of a party's first address that has one, else of its VAT number.

    Greece writes EL in VAT numbers and GR elsewhere.
    """
    for address in record["addresses"]:
        if address["country"]:
            return str(address["country"]["code"])
    for identifier in record["identifiers"]:
        if identifier["type"] == "eu_vat":
            prefix = str(identifier["code"])[:2]
            return "GR" if prefix == "EL" else prefix
    return None


def document_id(record: Record) -> str:
    """An invoice's id as vouchers carry it."""
    return f"account.invoice,{record['id']}"


def document(record: Record) -> Row:
    """One row of `source_document`; Tryton's credit notes are negative already."""
    side = "sales" if record["type"] == "out" else "purchase"
    shape = "credit_note" if record["total_amount"] < 0 else "invoice"
    due = [line["maturity_date"] for line in record["lines_to_pay"] if line["maturity_date"]]
    return (
        str(record["id"]), document_id(record), f"{side}_{shape}", record["number"],
        str(record["party"]), record["invoice_date"], max(due, default=None),
        record["currency"]["code"], record["total_amount"],
    )  # fmt: skip


def voucher(record: Record, books: Books, documents: Mapping[str, Record], where: str) -> Row:
    """One row of `voucher`; its date and text are the invoice's where one is behind it.

    Numbers run in the period's series across Tryton's journals, so that is the series told.
    """
    origin = record["origin"] if record["origin"] in documents else None
    invoice = documents.get(origin or "", {})
    return (
        str(record["id"]), books.series[record["period"]],
        record["number"] or f"#{record['id']}", invoice.get("invoice_date") or record["date"],
        record["date"], record["create_date"],
        record["description"] or invoice.get("description"), origin,
        f"{where}/account.move/{record['id']}",
    )  # fmt: skip


def postings(record: Record, books: Books) -> list[Row]:
    """The rows of `posting` of one voucher, in order of line id."""
    rows = []
    for number, line in enumerate(lines(record), start=1):
        amount = line["debit"] - line["credit"]
        foreign = line["amount_second_currency"]
        rows.append((
            str(record["id"]), str(line["id"]), number, books.accounts[line["account"]], amount,
            line["second_currency"]["code"] if line["second_currency"] else None, foreign,
            (amount / foreign).quantize(_RATE) if foreign else None,
            str(line["party"]) if line["party"] else None, _line_code(line, books),
            line["description"], None,
        ))  # fmt: skip
    return rows


def lines(record: Record) -> list[Record]:
    """A voucher's lines in order of id."""
    return sorted(record["lines"], key=lambda line: int(line["id"]))


def _line_code(line: Record, books: Books) -> str | None:
    """The one VAT code of a line; for the legs of a reverse charge, that of the whole."""
    codes = {books.taxes[tax["tax"]] for tax in line["tax_lines"]}
    if len(codes) == 1:
        return next(iter(codes)).vat_code
    wholes = {code.parent for code in codes}
    return wholes.pop() if len(wholes) == 1 else None


def tax_lines(
    record: Record, books: Books, documents: Mapping[str, Record]
) -> tuple[list[Row], list[str]]:
    """The rows of `tax_line` of one voucher, and the ids of lines whose sign is unknown.

    Tryton signs tax lines by document (invoice +, credit note −), not by side. The
    posting's side gives the side of its own tax amount (or base, if it has no tax);
    the rest of the line follows with the same factor. Of a base that is deductible
    in part Tryton states that part; the whole is restored from the invoice line's share.
    """
    shares = _deductible_shares(documents.get(record["origin"] or "", {}))
    rows, unknown = [], []
    for line in lines(record):
        factor = _factor(line)
        if factor is None:
            unknown.append(str(line["id"]))
            continue
        share = shares.get(line["origin"] or "")
        for seq, tax in enumerate(sorted(line["tax_lines"], key=lambda tax: int(tax["id"])), 1):
            amount = factor * tax["amount"]
            if share and tax["type"] == "base":
                amount = (amount / share).quantize(_OERE)
            rows.append((
                str(record["id"]), str(line["id"]), seq, books.taxes[tax["tax"]].vat_code,
                tax["type"], amount,
            ))  # fmt: skip
    return rows, unknown


def _deductible_shares(invoice: Record) -> dict[str, Decimal]:
    """Invoice lines of which a part of the VAT is deductible, by reference → the part."""
    return {
        f"account.invoice.line,{line['id']}": line["taxes_deductible_rate"]
        for line in invoice.get("lines", ())
        if line["taxes_deductible_rate"] not in (None, 0, 1)
    }


def _factor(line: Record) -> int | None:
    """+1 or −1 from Tryton's sign to debit-positive; None when it cannot be told."""
    own = [tax["amount"] for tax in line["tax_lines"] if tax["type"] == "tax"]
    stated = [amount for amount in own or [t["amount"] for t in line["tax_lines"]] if amount]
    if not stated:
        return 1
    side = line["debit"] - line["credit"]
    if not side:
        return None
    return 1 if (side > 0) == (stated[0] > 0) else -1
