"""hledger journals: directives and transactions, file by file.

What changes postings and is not read here is refused by name; nothing is left out
in silence. Amounts not written are found afterwards (`balance`).

Belongs here: which line is what. Does not: a line's parts (`lines`,
`amount`).

Source: hledger manual, "Journal format".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Never

from assets.sources.journals.model import Account, Amount, Price
from assets.sources.journals.texts import Text, Texts
from assets.sources.parts.hledger import amount as hledger_amount
from assets.sources.parts.hledger import lines
from assets.sources.parts.hledger.amount import Assertion, Notation
from assets.sources.row_batches import Notes
from quality.finding import Severity
from warehouse.errors import SourceError

_IGNORED = frozenset({"tag", "payee", "assert", "check", "format", "note", "default", "N"})
_REFUSED = {
    "=": "an auto posting rule (`=`)", "~": "a periodic transaction (`~`)",
    "i": "a time clock entry", "o": "a time clock entry", "h": "a time clock entry",
    "A": "a `bucket` directive", "bucket": "a `bucket` directive",
    "capture": "a `capture` directive", "define": "a `define` directive",
    "def": "a `def` directive", "eval": "an `eval` directive", "expr": "an `expr` directive",
    "value": "a `value` directive", "python": "a `python` directive", "C": "a `C` directive",
    "import": "an `import` directive", "import-csv": "an import", "apply": "an `apply` directive",
}  # fmt: skip
_WAY_ROUND = (
    "Nothing was read. Write the books out with `hledger print -O json -o books.json`, which "
    "resolves it, and connect that file."
)


@dataclass(slots=True)
class Posting:
    """A posting as written. `amount` is None where hledger infers it."""

    account: str
    virtual: str
    amount: Amount | None
    weight: Amount | None
    assertion: Assertion | None
    where: str
    line: int
    comment: str = ""

    @property
    def balance(self) -> Amount | None:
        """What it counts in its transaction."""
        return self.weight or self.amount


@dataclass(slots=True)
class Transaction:
    """A transaction as written."""

    day: date
    second: date | None
    code: str | None
    text: str | None
    where: str
    path: Path
    comment: str = ""
    postings: list[Posting] = field(default_factory=list)


@dataclass(slots=True)
class _Scope:
    """What directives set for the rest of their file."""

    year: int | None = None
    mark: str | None = None
    default: str = ""
    aliases: list[tuple[str, str]] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)

    def copy(self) -> "_Scope":
        return replace(self, aliases=list(self.aliases), parents=list(self.parents))


_Handler = Callable[[str, str, int], None]
"""Takes an indented line: as it stands, without blanks, its number."""


class Reader:
    """All files of one connection."""

    def __init__(self, texts: Texts, notes: Notes, left_out: frozenset[str]) -> None:
        self._texts, self._notes, self._left_out = texts, notes, left_out
        self.transactions: list[Transaction] = []
        self.accounts: dict[str, Account] = {}
        self.prices: list[Price] = []
        self.defaults: list[str] = []
        self.headers = 0
        self._marks: dict[str, str] = {}
        self._scope = _Scope()
        self._open: _Handler | None = None
        self._text: Text
        self._line = 0

    def read(self) -> None:
        """Raises `SourceError` for what cannot be read, with file and line."""
        for text in self._texts.roots():
            self._scope = _Scope()
            self._file(text)

    def _file(self, text: Text) -> None:
        outer, self._open = (self._scope, self._open), None
        self._scope = self._scope.copy()
        skipping = False
        for number, line in enumerate(text.lines, 1):
            self._text, self._line = text, number
            self.headers += not skipping and line[:1].isdigit()
            if line.rstrip() in ("comment", "end comment"):
                skipping = line.startswith("comment")
            elif not skipping:
                self._read_line(line)
        self._text = text
        self._scope, self._open = outer

    def _read_line(self, line: str) -> None:
        first = line[:1]
        if not line.strip():
            self._open = None
        elif first in " \t":
            self._indented(line)
        elif first in ";#*":
            return
        elif first.isdigit():
            self._transaction(line)
        else:
            self._open = None
            self._directive(line)

    def _indented(self, line: str) -> None:
        content = line.strip()
        if self._open is None:
            if not content.startswith(";"):
                self._fail(f"expected a directive or a transaction, found '{content}' indented")
            return
        self._open(line, content, self._line)

    def _transaction(self, line: str) -> None:
        try:
            told = lines.header(line, self._scope.year)
        except ValueError as error:
            self._fail(f"{error}, found '{line.strip()}'")
        self.transactions.append(
            Transaction(
                told.day, told.second, told.code, told.text, self._text.where(self._line),
                self._text.file.path, told.comment,
            )
        )  # fmt: skip
        self._open = self._posting

    def _posting(self, line: str, content: str, number: int) -> None:
        transaction = self.transactions[-1]
        if content.startswith(";"):
            holder = transaction.postings[-1] if transaction.postings else transaction
            holder.comment += "\n" + content[1:]
            return
        try:
            parts = lines.posting(line)
            notation = Notation(self._marks, self._scope.mark, self._scope.default)
            told = hledger_amount.posting(parts.amount, notation)
        except ValueError as error:
            self._fail(f"cannot read '{content}': {error}")
        where = self._text.where(number)
        if told.ambiguous:
            self._notes.add(
                "hledger.ambiguous_number", Severity.WARNING, where,
                f"'{told.ambiguous}' is read as hledger reads it, with a decimal mark: "
                f"{hledger_amount.number(told.ambiguous, None)} ({where}).",
                "Say which mark is meant with a `commodity` or `decimal-mark` directive.",
            )  # fmt: skip
        transaction.postings.append(
            Posting(
                self._named(parts.account), parts.virtual, told.amount, told.weight,
                told.assertion, where, number, parts.comment,
            )
        )  # fmt: skip

    def _named(self, account: str) -> str:
        """The account's name with parents and aliases applied, the newest alias first."""
        name = ":".join([*self._scope.parents, account])
        for old, new in reversed(self._scope.aliases):
            if name == old or name.startswith(f"{old}:"):
                name = new + name[len(old) :]
        return name

    def _directive(self, line: str) -> None:
        text, comment = lines.split_comment(line.lstrip("!@"))
        word, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        if year := re.fullmatch(r"(?:Y|year|apply year)\s*(\d{4,})", text.strip()):
            self._scope.year = int(year[1])
            return
        if text.startswith("apply account "):
            self._scope.parents.append(text.removeprefix("apply account ").strip())
            return
        handler = {
            "account": self._account, "commodity": self._commodity, "D": self._default,
            "P": self._price, "include": self._include, "alias": self._alias, "end": self._end,
            "decimal-mark": self._decimal_mark,
        }.get(word)  # fmt: skip
        if handler is not None:
            handler(rest, comment)
        elif word in _IGNORED:
            self._open = _skip
        else:
            self._refuse(word, line)

    def _refuse(self, word: str, line: str) -> None:
        word = word if word in _REFUSED else line[:1] if line[:1] in "=~" else word
        what = {"=": "auto", "~": "periodic"}.get(word)
        if what in self._left_out:
            self._open = _skip
            self._notes.add(
                f"hledger.{what}_rule", Severity.NOTE, self._text.where(self._line),
                f"{_REFUSED[word].capitalize()} is left out, as the settings say "
                f"({self._text.where(self._line)}).", "Nothing, if it is not meant to count.",
            )  # fmt: skip
            return
        told = _REFUSED.get(word, f"'{line.strip()}'")
        self._fail(f"{told} is not read here", _WAY_ROUND)

    def _account(self, rest: str, comment: str) -> None:
        name = self._named(re.split(r"\s{2,}|\t", rest)[0].strip())
        account = self.accounts.setdefault(name, Account(name, name))
        account.tags |= lines.tags(comment)

        def more(_line: str, content: str, _number: int) -> None:
            if content.startswith(";"):
                account.tags.update(lines.tags(content[1:]))

        self._open = more

    def _commodity(self, rest: str, _comment: str) -> None:
        if any(letter.isdigit() for letter in rest):
            self._format(rest)

        def more(_line: str, content: str, _number: int) -> None:
            if content.startswith("format "):
                self._format(lines.split_comment(content.removeprefix("format "))[0])

        self._open = more

    def _format(self, told: str) -> str:
        try:
            commodity, mark = hledger_amount.mark_of_format(told.strip())
        except ValueError as error:
            self._fail(f"cannot read the format {error}")
        if mark is not None:
            self._marks[commodity] = mark
        return commodity

    def _default(self, rest: str, _comment: str) -> None:
        self._scope.default = self._format(rest)
        self.defaults.append(self._scope.default)

    def _price(self, rest: str, _comment: str) -> None:
        match = re.match(r"(\S+)(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s+(\"[^\"]*\"|\S+)\s+(.*)$", rest)
        if match is None:
            self._fail(f"expected `P date commodity amount`, found 'P {rest}'")
        notation = Notation(self._marks, self._scope.mark, self._scope.default)
        try:
            day = lines.date_of(match[1], self._scope.year)
            each, _ = hledger_amount.one(match[3], notation, [])
        except ValueError as error:
            self._fail(f"cannot read the price: {error}")
        self.prices.append(Price(day, match[2].strip('"'), each))

    def _include(self, rest: str, _comment: str) -> None:
        if re.match(r"[a-z]+:", rest):
            self._fail(f"including '{rest}' by another format is not read here", _WAY_ROUND)
        text, number = self._text, self._line
        for included in self._texts.included(rest, text, number):
            self._file(included)
        self._text, self._line = text, number

    def _alias(self, rest: str, _comment: str) -> None:
        old, mark, new = (part.strip() for part in rest.partition("="))
        if old.startswith("/") or not mark:
            self._fail("an `alias` by regular expression is not read here", _WAY_ROUND)
        self._scope.aliases.append((old, new))

    def _end(self, rest: str, _comment: str) -> None:
        if rest == "aliases":
            self._scope.aliases.clear()
        elif rest == "apply account" and self._scope.parents:
            self._scope.parents.pop()
        elif rest not in ("tag", "apply year"):
            self._fail(f"`end {rest}` ends nothing that was begun")

    def _decimal_mark(self, rest: str, _comment: str) -> None:
        if rest not in (".", ","):
            self._fail(f"expected `decimal-mark .` or `decimal-mark ,`, found '{rest}'")
        self._scope.mark = rest

    def _fail(self, what: str, then: str = "Nothing was read. Correct the line.") -> Never:
        raise SourceError(f"Reading {self._text.file.path}:{self._line}: {what}. {then}")


def _skip(_line: str, _content: str, _number: int) -> None:
    """The rest of what is left out."""
