"""A Swedish book as SIE 4 and SIE 5 both tell it, into the landed streams.

Belongs here: years, accounts, balances and vouchers, and their agreement with
each other. Does not: either format's syntax.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

from assets.sources.connector import Complete, Item, Rows
from assets.sources.parts.sie import additions as sie_additions
from assets.sources.parts.sie.additions import Additions
from assets.sources.row_batches import Collector, Notes, exchange_rate, is_money, number
from quality.finding import Severity

_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."
_CENT = Decimal("0.01")
_PARTY_DIMENSIONS = {"8": "customer", "9": "supplier"}
_DOCUMENT_DIMENSION = "10"
_FIRST_FREE = 20
"""Dimensions below it have a meaning of their own; from it on, the file's name is the meaning.

Source: SIE filformat utgåva 4B, reserved dimension numbers: 8 customer, 9 supplier, 10 invoice.
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line; `amount` debit positive, `dimensions` dimension → object."""

    account: str
    amount: Decimal
    text: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    amount_currency: Decimal | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher; `number` empty where the sending program leaves it to us."""

    series: str | None
    number: str
    day: date
    text: str | None
    registered: date | None
    line: int
    document: str | None = None
    postings: list[Posting] = field(default_factory=list)


class Seen:
    """What newer files of the same connection already gave: (stream, id)."""

    def __init__(self) -> None:
        self.keys: set[tuple[str, str]] = set()
        self.vouchers: set[str] = set()

    def first(self, stream: str, key: str) -> bool:
        """Whether this is the first time; remembers it."""
        if (stream, key) in self.keys:
            return False
        self.keys.add((stream, key))
        return True


class Book:
    """Collects one file's book. Closing balances get what the vouchers give beside."""

    def __init__(
        self, name: str, notes: Notes, seen: Seen, additions: Additions = sie_additions.NONE
    ) -> None:
        self.name, self.notes, self._seen, self._additions = name, notes, seen, additions
        self._rows = {
            stream: Collector(stream)
            for stream in (
                "company", "account", "vat_code", "party", "fiscal_period", "opening_balance",
                "voucher", "posting", "tax_line", "control_total",
            )
        }  # fmt: skip
        self._own: set[str] = set()
        self._accounts: set[str] = set()
        self._movement: dict[str, Decimal] = {}
        self._later: dict[str, Decimal] = {}
        self._opening: dict[str, Decimal] = {}
        self._closing: dict[str, tuple[Decimal, int]] = {}
        self._dimensions: dict[str, str] = {}
        self._party_names: dict[str, str] = {}
        self._vat_names: dict[str, str] = {}
        self._vat_codes: set[str] = set()
        self._unnumbered = 0
        self.year: tuple[date, date] | None = None
        self.covered: date | None = None
        """The last day that the stated balances cover, where the file says so."""
        self.vouchers = 0
        self.balances = 0
        self.skipped = 0

    @property
    def accounts(self) -> int:
        """How many accounts the file declares."""
        return len(self._accounts)

    def company(self, number_: str | None, name: str, currency: str, country: str = "SE") -> None:
        """The company; at most one row per connection."""
        if self._seen.first("company", "company"):
            digits = "".join(c for c in number_ or "" if c.isdigit()) or None
            self._rows["company"].add(number_ or name, name, digits, None, country, currency)

    def fiscal_year(self, start: date, end: date, state: str = "open") -> None:
        """One fiscal year."""
        if self._seen.first("fiscal_period", f"year/{start}"):
            self._rows["fiscal_period"].add(f"year/{start}", "year", start, end, state)

    def account(self, code: str, name: str, kind: str | None, standard: str | None) -> None:
        """One account."""
        self._accounts.add(code)
        if self._seen.first("account", code):
            vat_code = self._additions.vat_code(code)
            self._rows["account"].add(code, code, name, kind, standard, vat_code)

    def dimension(self, number_: str, name: str) -> None:
        """A dimension; from number 20 on it goes by its name, where that is its own."""
        is_free = number_.isdecimal() and int(number_) >= _FIRST_FREE
        if is_free and name and not name.isdecimal() and name not in self._dimensions.values():
            self._dimensions[number_] = name

    def object(self, dimension: str, own: str, name: str) -> None:
        """One object of a dimension: a customer, a supplier, a VAT code, or a name alone."""
        if dimension in _PARTY_DIMENSIONS:
            self._party_names[f"{_PARTY_DIMENSIONS[dimension]}/{own}"] = name or own
        elif self._additions.vat_dimension in (dimension, self._dimensions.get(dimension)):
            self._vat_names[own] = name or own

    def party(
        self,
        party: str,
        name: str,
        country: str | None,
        vat_number: str | None,
        registration: str | None,
    ) -> None:
        """One customer or supplier; what the connection's own file tells fills the gaps."""
        if self._seen.first("party", party):
            told = self._additions.parties.get(party)
            if told is not None:
                country, vat_number = country or told.country, vat_number or told.vat_number
                registration = registration or told.registration_number
            self._rows["party"].add(party, party, name, country, vat_number, registration)

    def balance(
        self,
        kind: str,
        day: date,
        account: str,
        amount: Decimal,
        dimensions: Mapping[str, str],
        line: int,
    ) -> None:
        """One stated balance; whole-account ones of the main year are checked."""
        told = _json(self._named(dimensions))
        key = f"{account}/{kind}/{day}" + (f"/{told}" if told else "")
        if told is None and self.year is not None:
            if kind == "opening" and day == self.year[0]:
                self._opening[account] = amount
            elif kind in ("closing", "result") and day == self.year[1]:
                self._closing[account] = (amount, line)
        if f"balance {key}" in self._own:
            self.notes.add(
                "sie.duplicate_balance", Severity.WARNING, f"{self.name}:{line}",
                f"The {kind} balance of account {account} at {day} is stated again ({amount}); "
                "expected once. The first one counts.", _FIX,
            )  # fmt: skip
            return
        self._own.add(f"balance {key}")
        self.balances += 1
        if self._seen.first("opening_balance", key):
            self._rows["opening_balance"].add(
                key, account, kind, day, self.money(amount, line), told
            )

    def voucher(self, voucher: Voucher) -> None:
        """One voucher with its postings."""
        source_id = self._source_id(voucher)
        self.vouchers += 1
        is_covered = self.covered is None or voucher.day <= self.covered
        for posting in voucher.postings:
            total = self._movement.get(posting.account, Decimal(0))
            self._movement[posting.account] = total + posting.amount
            if not is_covered:
                later = self._later.get(posting.account, Decimal(0))
                self._later[posting.account] = later + posting.amount
        if source_id in self._seen.vouchers:
            self.skipped += 1
            return
        if not voucher.postings:
            self.notes.add(
                "sie.empty_voucher", Severity.WARNING, f"{self.name}:{voucher.line}",
                f"Voucher {source_id} has no postings.", _FIX, voucher_id=source_id,
            )  # fmt: skip
        entered = voucher.registered
        invoices = (p.dimensions.get(_DOCUMENT_DIMENSION) for p in voucher.postings)
        document = voucher.document or next(filter(None, invoices), None)
        self._rows["voucher"].add(
            source_id,
            voucher.series or None,
            voucher.number or source_id.rpartition("/")[2],
            voucher.day,
            voucher.day,
            datetime.combine(entered, time(), UTC) if entered else None,
            voucher.text,
            document,
            f"{self.name}:{voucher.line}",
        )
        for position, posting in enumerate(voucher.postings, 1):
            rate = exchange_rate(posting.amount, posting.amount_currency)
            dimensions, party, codes = self._meaning(posting, document)
            self._rows["posting"].add(
                source_id, str(position), position, posting.account,
                self.money(posting.amount, voucher.line), posting.currency,
                _foreign(posting.amount_currency), rate, party,
                codes[0] if codes else None, posting.text, _json(dimensions),
            )  # fmt: skip
            for seq, code in enumerate(codes if len(codes) > 1 else (), 1):
                amount = self.money(posting.amount, voucher.line)
                self._rows["tax_line"].add(source_id, str(position), seq, code, "base", amount)

    def _named(self, dimensions: Mapping[str, str]) -> dict[str, str]:
        return {self._dimensions.get(key, key): value for key, value in dimensions.items()}

    def _meaning(
        self, posting: Posting, document: str | None
    ) -> tuple[dict[str, str], str | None, list[str]]:
        """Dimensions that are none of these; the party; the VAT codes of a posting."""
        told, party = dict(posting.dimensions), posting.party
        for key, side in _PARTY_DIMENSIONS.items():
            if party is None and told.get(key):
                party = f"{side}/{told.pop(key)}"
        if told.get(_DOCUMENT_DIMENSION) == document:
            told.pop(_DOCUMENT_DIMENSION, None)
        named = self._named(told)
        codes = []
        if told_as := self._additions.vat_dimension:
            wanted = self._dimensions.get(told_as, told_as)
            key = wanted
            while key in named:  # a posting with several has them in "…", "… 2", "… 3"
                codes.append(named.pop(key))
                key = f"{wanted} {len(codes) + 1}"
        if not codes and (code := self._additions.vat_code(posting.account)):
            codes.append(code)
        self._vat_codes.update(codes)
        return named, party, codes

    def amount(self, text: str | None, line: int) -> Decimal:
        """A stated amount; one that is none is named and counts as zero."""
        try:
            return number(text or "")
        except ValueError:
            self._bad_amount(text, line)
            return Decimal(0)

    def money(self, value: Decimal, line: int) -> Decimal:
        """`value` as money; more than two decimals are named and rounded."""
        if is_money(value):
            return value.quantize(_CENT)
        self._bad_amount(str(value), line)
        return value.quantize(_CENT) if abs(value) < Decimal(10) ** 16 else Decimal(0)

    def take(self, *, everything: bool = False) -> Iterator[Rows]:
        """Full batches, or all that is left."""
        if everything or self._rows["voucher"].full() or self._rows["posting"].full():
            for stream in self._rows:
                yield from self._rows[stream].take()

    def finish(self, *, is_whole_year: bool) -> Iterator[Item]:
        """The rest; checks; completeness where the file holds the main year's vouchers."""
        if is_whole_year:
            self._check_balances()
        if self._accounts:
            self._check_accounts()
        if self.skipped:
            self.notes.add(
                "sie.overlap", Severity.NOTE, self.name,
                f"{self.skipped} vouchers are also in a newer file of this connection; "
                "that one counts.", "Nothing, if the newer file replaces this one.",
            )  # fmt: skip
        for code in sorted(self._vat_codes | self._vat_names.keys() | self._additions.vat_codes):
            if self._seen.first("vat_code", code):
                name = self._vat_names.get(code, code)
                self._rows["vat_code"].add(code, code, name, None, None, None)
        for party, name in self._party_names.items():  # the file's own register goes before
            self.party(party, name, None, None, None)
        for party, told in sorted(self._additions.parties.items()):
            self.party(party, told.name or party, None, None, None)
        yield from self.take(everything=True)
        yield from self.notes.close()
        if is_whole_year and self.year is not None:
            yield Complete("voucher", *self.year)
        self._seen.vouchers |= {key for key in self._own if not key.startswith("balance ")}

    def _source_id(self, voucher: Voucher) -> str:
        if not voucher.number:
            self._unnumbered += 1
            source_id = f"{self.name}/{self._unnumbered}"
            self._own.add(source_id)
            return source_id
        is_main = self.year is not None and self.year[0] <= voucher.day <= self.year[1]
        year = str(self.year[0]) if is_main and self.year else str(voucher.day.year)
        source_id = "/".join(part for part in (year, voucher.series, voucher.number) if part)
        if source_id not in self._own:
            self._own.add(source_id)
            return source_id
        copy = 2
        while f"{source_id}#{copy}" in self._own:
            copy += 1
        again = f"{source_id}#{copy}"
        self._own.add(again)
        self.notes.add(
            "sie.duplicate_voucher", Severity.ERROR, f"{self.name}:{voucher.line}",
            f"Voucher {voucher.number} of series {voucher.series or '(none)'} occurs again "
            f"({self.name}:{voucher.line}); expected once. Both are kept, this one as {again}.",
            _FIX, voucher_id=again,
        )  # fmt: skip
        return again

    def _check_balances(self) -> None:
        """State closing balances and what was read; the rule `balance-mismatch` compares."""
        for account, (declared, line) in self._closing.items():
            opening = self._opening.get(account, Decimal(0))
            later = self._later.get(account, Decimal(0))
            found = opening + self._movement.get(account, Decimal(0)) - later
            where = f"{self.name}:{line}"
            self._rows["control_total"].add(
                f"{self.name}/trial_balance/{account}", "trial_balance", account, declared, found,
                where,
            )  # fmt: skip

    def _check_accounts(self) -> None:
        for account in sorted(set(self._movement) - self._accounts):
            self.notes.add(
                "sie.unknown_account", Severity.ERROR, self.name,
                f"Account {account} is posted to with {self._movement[account]} in all, but the "
                "file does not declare it.",
                "Include the account in the export, or correct the postings, and export again.",
            )  # fmt: skip

    def _bad_amount(self, text: str | None, line: int) -> None:
        self.notes.add(
            "sie.amount", Severity.ERROR, f"{self.name}:{line}",
            f"An amount is {text!r}, expected a number with at most two decimals, such as "
            "-1234.50.", _FIX,
        )  # fmt: skip


def _foreign(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


def _json(dimensions: Mapping[str, str]) -> str | None:
    if not dimensions:
        return None
    return json.dumps(dict(dimensions), ensure_ascii=False, sort_keys=True)
