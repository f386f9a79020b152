"""The entries of bank statement files, one file at a time, as landed rows.

An entry's id is made from what the bank says of it, not from where it stands, so that the
same entry in a daily and a monthly statement is one. Entries that say the same on the same
day are told apart by their number in the statement; a statement that goes on where another
of the same day ended counts on from there.

Belongs here: which entries become rows, under which id. Does not: what an entry says
(`entry`), or which statements count (`checks`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from assets.sources import safe_xml
from assets.sources.connector import Item, Progress
from assets.sources.parts.camt053 import entry as camt053_entry
from assets.sources.parts.camt053 import head as camt053_head
from assets.sources.parts.camt053.checks import Plan
from assets.sources.parts.camt053.head import Head
from assets.sources.parts.camt053.space import Space, space
from assets.sources.row_batches import Collector, Notes
from assets.sources.source_files import SourceFile
from quality.finding import Severity

_AGAIN = "Get the statement from the bank again, then run `indberet pull`."


@dataclass(frozen=True, slots=True)
class Accounts:
    """Which ledger account each bank account is: number → (as the settings write it, code)."""

    told: Mapping[str, tuple[str, str]]

    def code(self, account: str) -> str | None:
        """The ledger account of a bank account, by its IBAN or its national number.

        >>> Accounts({"4000440116243": ("4000440116243", "5820")}).code("DK5040000440116243")
        '5820'
        """
        for number in _numbers(account):
            if number in self.told:
                return self.told[number][1]
        return None

    def unused(self, seen: Mapping[str, object]) -> list[str]:
        """Those the settings name and no statement is of, as they are written there."""
        used = {number for account in seen for number in _numbers(account)}
        return [written for number, (written, _) in self.told.items() if number not in used]


def _numbers(account: str) -> list[str]:
    """A bank account's number, and for a Danish IBAN the four and up to ten digits in it.

    >>> _numbers("DK5040000440116243")
    ['DK5040000440116243', '40000440116243', '4000440116243']
    """
    if len(account) != 18 or not account.startswith("DK"):
        return [account]
    branch, number = account[4:8], account[8:]
    return [account, branch + number, branch + number.lstrip("0")]


class Reader:
    """Reads the entries of the statements that count."""

    def __init__(self, plan: Plan, accounts: Accounts, zone: ZoneInfo, notes: Notes) -> None:
        self._plan, self._accounts, self._zone, self._notes = plan, accounts, zone, notes
        self._heads = {(head.file.name, head.index): head for head in plan.counted}
        self._rows = Collector("bank_entry")
        self._tails: dict[str, tuple[str, Counter[str]]] = {}
        self._count = 0

    def items(self, file: SourceFile, progress: Progress) -> Iterator[Item]:
        """Rows and findings of one file's entries.

        Raises `SourceError` where the file cannot be read to its end.
        """
        names = space(file)
        entry, statement = names.prefix + "Ntry", names.prefix + "Stmt"
        index, seen = 0, Counter[str]()
        head = self._begin(file, index, seen)
        for element in safe_xml.elements(file.path, [entry, statement]):
            if element.tag == statement:
                self._end(head, seen)
                index, seen = index + 1, Counter()
                head = self._begin(file, index, seen)
                yield from self._notes.take()
            elif head is not None:
                self._entry(names, element, head, seen)
                if self._rows.full():
                    yield from self._rows.take()
                    progress(f"{file.name}: bank entries", self._count)
            safe_xml.release(element)
        yield from self._rows.take()
        yield from self._notes.take()
        progress(f"{file.name}: bank entries", self._count)

    def _begin(self, file: SourceFile, index: int, seen: Counter[str]) -> Head | None:
        """The statement at a place, if it counts; its day may have begun in another."""
        head = self._heads.get((file.name, index))
        if head is not None and head.key in self._plan.goes_on:
            before, tail = self._tails.get(head.account, ("", Counter()))
            if before == self._plan.goes_on[head.key]:
                seen.update(tail)
        return head

    def _end(self, head: Head | None, seen: Counter[str]) -> None:
        if head is None:
            return
        prefix = f"{head.account}/{head.end}/"
        tail = Counter({key: n for key, n in seen.items() if key.startswith(prefix)})
        self._tails[head.account] = (head.key, tail)
        others = ", ".join(f"{n} {status}" for status, n in sorted(head.sums.other.items()))
        if others:
            self._notes.add(
                "camt053.not_booked", Severity.NOTE, head.where,
                f"{head.named} holds entries that are not booked ({others}); they are left out.",
                "Nothing: they come again when the bank has booked them.",
            )  # fmt: skip

    def _entry(self, names: Space, element: Any, head: Head, seen: Counter[str]) -> None:
        basics = camt053_head.entry_of(names, element, self._zone)
        if not basics.is_booked:
            return
        one = camt053_entry.read(names, element, basics, self._zone)
        where = f"{head.file.name}:{element.sourceline}"
        if one.amount is None:
            self._no_amount(names, element, head, where)
            return
        booked = self._day(one, head, where)
        self._tell(one, head, where)
        key = f"{head.account}/{booked}/{one.identity}"
        seen[key] += 1
        entry_id = key if seen[key] == 1 else f"{key}#{seen[key]}"
        code = self._accounts.code(head.account)
        for source_id, line_no, line in camt053_entry.rows(one, entry_id):
            currency, foreign = line.foreign or (None, None)
            self._rows.add(
                source_id, head.account, code, entry_id, line_no, booked, one.valued, line.amount,
                one.currency or head.currency, line.counterparty, line.text, line.refs,
                line.bank_code, one.is_reversal, currency, foreign, line.rate, line.charges,
                head.statement_id, where,
            )  # fmt: skip
            self._count += 1

    def _day(self, one: camt053_entry.Read, head: Head, where: str) -> date:
        if one.booked is not None:
            return one.booked
        self._notes.add(
            "camt053.date", Severity.WARNING, where,
            f"An entry of {one.amount} has neither booking date nor value date; it counts on "
            f"{head.end}, the last day of statement {head.statement_id}.",
            _AGAIN,
        )  # fmt: skip
        return head.end

    def _no_amount(self, names: Space, element: Any, head: Head, where: str) -> None:
        text = names.text(element, "Amt")
        direction = names.text(element, "CdtDbtInd")
        self._notes.add(
            "camt053.amount", Severity.WARNING, where,
            f"An entry has the amount {text!r} with CdtDbtInd {direction!r}, expected a number of "
            f"at most two decimals with CRDT or DBIT; it is left out of statement "
            f"{head.statement_id}.",
            _AGAIN, pair=("an amount", text),
        )  # fmt: skip

    def _tell(self, one: camt053_entry.Read, head: Head, where: str) -> None:
        if one.currency and one.currency != head.currency:
            self._notes.add(
                "camt053.currency", Severity.WARNING, where,
                f"An entry of {one.amount} is in {one.currency}, but account {head.account} is in "
                f"{head.currency}; it is not reconciled.",
                _AGAIN, pair=(head.currency, one.currency),
            )  # fmt: skip
        if one.untold:
            self._notes.add(
                "camt053.batch", Severity.NOTE, where,
                f"A batch of {one.untold} transactions, {one.amount} in all, does not give each "
                "one's amount in the account's currency; it is kept as one entry.",
                "Ask the bank for details of batches, to match each payment by itself.",
            )  # fmt: skip
