"""Beancount files: directives and transactions, without running anything.

Plugins are Python code and are never loaded: one known to change no posting is
passed over, any other is refused by name unless the settings leave it out.

Belongs here: which line is what. Does not: tokens, postings, balances.

Source: Beancount Language Syntax; Beancount Options Reference.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Never

from assets.sources.journals.model import Amount, Price
from assets.sources.journals.texts import Text, Texts
from assets.sources.parts.beancount import posting as beancount_posting
from assets.sources.parts.beancount.posting import Posting
from assets.sources.parts.beancount.tokens import Cursor, Line, lines, tokens
from warehouse.errors import SourceError

HARMLESS_PLUGINS = frozenset(
    f"beancount.plugins.{name}"
    for name in (
        "auto", "auto_accounts", "check_average_cost", "check_closing", "check_commodity",
        "check_drained", "close_tree", "coherent_cost", "commodity_attr", "implicit_prices",
        "leafonly", "noduplicates", "nounused", "onecommodity", "pedantic", "sellgains",
        "unique_prices",
    )
) | {"fava.plugins.link_documents", "fava.plugins.tag_discovered_documents"}  # fmt: skip
"""They open accounts, add prices or links, or only check."""

_PASSED_OVER = frozenset({"close", "commodity", "document", "note", "event", "query"})
_VALUE = ("string", "account", "date", "currency", "tag", "link", "word", "number")


@dataclass(slots=True)
class Transaction:
    """A transaction as written."""

    day: date
    where: str
    path: str
    text: str | None
    payee: str | None
    meta: dict[str, str] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Balance:
    """A stated balance at the beginning of a day; `tolerance` where one is written."""

    day: date
    account: str
    amount: Amount
    tolerance: Decimal | None
    where: str


@dataclass(frozen=True, slots=True)
class Pad:
    """Fill the account from `source` so that its next stated balances come out."""

    day: date
    account: str
    source: str
    where: str
    path: str


class Reader:
    """All files of one connection."""

    def __init__(self, texts: Texts, plugins_left_out: frozenset[str]) -> None:
        self._texts, self._left_out = texts, plugins_left_out
        self.transactions: list[Transaction] = []
        self.balances: list[Balance] = []
        self.pads: list[Pad] = []
        self.prices: list[Price] = []
        self.opened: dict[str, dict[str, str]] = {}
        self.options: dict[str, list[str]] = {}
        self.year_end: str | None = None
        self.headers = 0
        self._pushed: dict[str, list[str]] = {}
        self._metas: list[dict[str, str]] = []
        self._in_transaction = False
        self._text: Text
        self._line = 0

    def read(self) -> None:
        """Raises `SourceError` for what is not read, with file and line."""
        for text in self._texts.roots():
            self._file(text)

    def _file(self, text: Text) -> None:
        self._text, self._metas, self._in_transaction = text, [], False
        header = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+(?:txn|[*!&#?%PSTCURM])\s")
        try:
            for line in lines(text.lines):
                self._text, self._line = text, line.number
                self.headers += header.match(line.text) is not None
                self._one(line)
        except ValueError as error:
            if isinstance(error.args[0], int):
                self._line = error.args[0]
                self._fail("a string begins here that never ends")
            self._fail(str(error))

    def _one(self, line: Line) -> None:
        told = Cursor(tokens(line.text))
        if not told.rest():
            if not line.text:
                self._metas, self._in_transaction = [], False
        elif line.is_indented:
            self._indented(told)
        elif (day := told.take("date")) is not None:
            self._dated(_date(day), told)
        else:
            self._undated(told.need("a directive", "word"), told)

    def _undated(self, word: str, told: Cursor) -> None:
        self._metas, self._in_transaction = [], False
        match word:
            case "option":
                name, value = told.need("a name", "string"), told.need("a value", "string")
                if name == "plugin":  # how plugins were named before `plugin` was a directive
                    self._plugin(value.split(":")[0])
                self.options.setdefault(name, []).append(value)
            case "include":
                self._include(told.need("a file", "string"))
            case "plugin":
                self._plugin(told.need("a module", "string"))
            case "pushtag" | "poptag":
                pass
            case "pushmeta":
                key = told.need("a key", "key")[:-1]
                self._pushed.setdefault(key, []).append(_value(told))
            case "popmeta":
                key = told.need("a key", "key")[:-1]
                if not self._pushed.get(key):
                    self._fail(f"`popmeta {key}` ends nothing that was begun")
                self._pushed[key].pop()
            case _:
                self._fail(f"`{word}` is no directive that is read here")

    def _include(self, name: str) -> None:
        text, number = self._text, self._line
        for included in self._texts.included(name, text, number):
            self._file(included)
        self._text, self._line = text, number

    def _plugin(self, name: str) -> None:
        if name not in HARMLESS_PLUGINS and name not in self._left_out:
            self._fail(
                f"the plugin '{name}' may change the books and is not run here",
                "Nothing was read. If it changes no posting, name it in `plugins_left_out` of the "
                "connection; otherwise write its result out with `bean-query FILE print` and "
                "connect that.",
            )

    def _dated(self, day: date, told: Cursor) -> None:
        self._metas, self._in_transaction = [{}], False
        mark = told.take("*", "!", "&", "#", "?", "%") or told.take("currency")
        word = "txn" if mark is not None else told.need("a directive", "word")
        where = self._text.where(self._line)
        match word:
            case "txn":
                self._transaction(day, where, told)
            case "open":
                self.opened[told.need("an account", "account")] = self._metas[0]
            case "balance":
                self._balance(day, where, told)
            case "pad":
                account = told.need("an account", "account")
                source = told.need("an account", "account")
                path = str(self._text.file.path)
                self.pads.append(Pad(day, account, source, where, path))
            case "price":
                commodity = told.need("a currency", "currency")
                each = Amount(told.expression(), told.need("a currency", "currency"))
                self.prices.append(Price(day, commodity, each))
            case "custom":
                self._custom(told)
            case _ if word not in _PASSED_OVER:
                self._fail(f"`{word}` is no directive that is read here")

    def _transaction(self, day: date, where: str, told: Cursor) -> None:
        texts = []
        while (text := told.take("string")) is not None or told.take("|"):
            texts += [text] if text else []
        while told.take("tag", "link"):
            pass
        if told.rest():
            self._fail(f"cannot read '{told.rest()}' after the transaction's text")
        pushed = {key: values[-1] for key, values in self._pushed.items() if values}
        path = str(self._text.file.path)
        payee = texts[0] if len(texts) > 1 else None
        text = " ".join(texts) or None
        self.transactions.append(Transaction(day, where, path, text, payee, pushed))
        self._metas, self._in_transaction = [pushed], True

    def _indented(self, told: Cursor) -> None:
        if key := told.take("key"):
            if not self._metas:
                self._fail(f"the metadata '{key}' belongs to no directive")
            self._metas[-1][key[:-1]] = _value(told)
        elif not self._in_transaction:
            self._fail(f"expected a directive at the line's beginning, found '{told.rest()}'")
        elif told.peek("tag", "link") is None:
            posting = beancount_posting.read(told, self._text.where(self._line))
            self.transactions[-1].postings.append(posting)
            self._metas.append(posting.meta)

    def _balance(self, day: date, where: str, told: Cursor) -> None:
        account = told.need("an account", "account")
        number = told.expression()
        tolerance = told.expression() if told.take("~") else None
        amount = Amount(number, told.need("a currency", "currency"))
        self.balances.append(Balance(day, account, amount, tolerance, where))

    def _custom(self, told: Cursor) -> None:
        kind, name = told.take("string"), told.take("string")
        if (kind, name) == ("fava-option", "fiscal-year-end"):
            self.year_end = told.take("string")

    def _fail(self, what: str, then: str = "Nothing was read. Correct the line.") -> Never:
        raise SourceError(f"Reading {self._text.file.path}:{self._line}: {what}. {then}")


def _value(told: Cursor) -> str:
    """A metadata value as text; an amount as `12.50 DKK`."""
    if told.at_number():
        number = told.expression()
        return f"{number:f} {told.take('currency') or ''}".strip()
    return (told.take(*_VALUE) or "").strip()


def _date(text: str) -> date:
    try:
        return date(*(int(part) for part in re.split(r"[-/]", text)))
    except ValueError as error:
        raise ValueError(f"there is no day {text}") from error
