"""Bank statements compared: copies, pages, gaps, and each against its own balances and totals.

Belongs here: what statements say of each other and of themselves. Does not: reading them
(`head`), or their entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from assets.sources.parts.camt053.head import Head, accounts, order
from assets.sources.row_batches import Collector, Notes
from quality.finding import Severity

_AGAIN = "Get the statement from the bank again, complete, then run `indberet pull`."
_BETWEEN = "Put the missing statement beside the others, then run `indberet pull`."


@dataclass(slots=True)
class Plan:
    """Which statements count, and which of them goes on where another of the same day ended.

    `goes_on`: key of a statement → key of the one it continues.
    """

    counted: list[Head] = field(default_factory=list)
    goes_on: dict[str, str] = field(default_factory=dict)


def plan(heads: Iterable[Head], notes: Notes, grave: Severity) -> Plan:
    """Put statements in order, leave out copies, and tell what does not fit together.

    `grave` is the severity of what makes a reconciliation impossible.
    """
    made = Plan(_without_copies(list(heads), notes))
    for statements in accounts(made.counted).values():
        _pages(statements, notes, grave)
        before = statements[0]
        for head in statements[1:]:
            if head.start < before.end:
                _overlap(before, head, notes)
            elif _is_continuous(before, head):
                _numbers(before, head, notes)
                if head.start == before.end:
                    made.goes_on[head.key] = before.key
            else:
                _broken(before, head, notes, grave)
            if head.end >= before.end:
                before = head
    return made


def _without_copies(heads: list[Head], notes: Notes) -> list[Head]:
    """One of each statement: the newest of several."""
    newest: dict[str, Head] = {}
    for head in sorted(heads, key=lambda one: (one.created, one.file.name, one.index)):
        older = newest.get(head.key)
        newest[head.key] = head
        if older is None:
            continue
        if _says(older) == _says(head):
            notes.add(
                "camt053.copy", Severity.NOTE, head.where,
                f"{head.named} is there twice, at {older.where} and {head.where}; it is counted "
                "once.",
                "Nothing, unless one of them is meant to be another statement.",
            )  # fmt: skip
        else:
            notes.add(
                "camt053.copy_differs", Severity.WARNING, head.where,
                f"{head.named} is there twice and says two things: {_told(older)} at "
                f"{older.where}, {_told(head)} at {head.where}. The newer one counts.",
                "Keep the one the bank stands by, and move the other out of the folder.",
                pair=(_told(older), _told(head)),
            )  # fmt: skip
    return sorted(newest.values(), key=order)


def _says(head: Head) -> tuple[object, ...]:
    return head.opening, head.closing, head.sums.booked_count, head.sums.booked


def _told(head: Head) -> str:
    count = _entries(head.sums.booked_count, "booked")
    return f"{count}, from {_money(head.opening)} to {_money(head.closing)}"


def _money(amount: Decimal | None) -> str:
    return "an unstated balance" if amount is None else f"{amount:.2f}"


def _is_continuous(before: Head, after: Head) -> bool:
    return before.closing == after.opening or None in {before.closing, after.opening}


def _overlap(before: Head, after: Head, notes: Notes) -> None:
    notes.add(
        "camt053.overlap", Severity.NOTE, after.where,
        f"{after.named} ({after.start} to {after.end}) covers days of statement "
        f"{before.statement_id} ({before.start} to {before.end}); an entry in both counts once.",
        "Nothing; keep one kind of statement (daily or monthly) to have it simpler.",
    )  # fmt: skip


def _broken(before: Head, after: Head, notes: Notes, grave: Severity) -> None:
    assert before.closing is not None
    assert after.opening is not None
    notes.add(
        "camt053.gap", grave, after.where,
        f"Account {after.account}: statement {before.statement_id} closes on {before.end} with "
        f"{before.closing:.2f}, but the next one, {after.statement_id}, opens on {after.start} "
        f"with {after.opening:.2f} {after.currency}; {after.opening - before.closing:.2f} happened "
        "between them.",
        _BETWEEN, pair=(f"{before.closing:.2f}", f"{after.opening:.2f}"),
    )  # fmt: skip


def _numbers(before: Head, after: Head, notes: Notes) -> None:
    """A number left out although balances fit: a statement without net movement is missing."""
    if before.number is None or after.number is None or after.number <= before.number + 1:
        return
    missing = f"{before.number + 1}"
    if after.number > before.number + 2:
        missing += f" to {after.number - 1}"
    notes.add(
        "camt053.number_gap", Severity.WARNING, after.where,
        f"Account {after.account}: statement number {before.number} is followed by "
        f"{after.number}; {missing} is missing. The balances fit, so what it holds adds up to "
        "nothing.",
        _BETWEEN, pair=(str(before.number + 1), str(after.number)),
    )  # fmt: skip


def _pages(statements: list[Head], notes: Notes, grave: Severity) -> None:
    """Pages of one statement run from 1 to the one that says it is the last."""
    pages: dict[str, list[Head]] = {}
    for head in statements:
        if head.page > 1 or not head.is_last_page:
            number = "" if head.number is None else str(head.number)
            pages.setdefault(f"{head.statement_id}/{number}", []).append(head)
    for found in pages.values():
        numbers = sorted({head.page for head in found})
        last = max(found, key=lambda head: head.page)
        if numbers == list(range(1, last.page + 1)) and last.is_last_page:
            continue
        said = ", ".join(map(str, numbers))
        rest = "" if last.is_last_page else f", and page {last.page} says more follow"
        notes.add(
            "camt053.page", grave, last.where,
            f"Statement {last.statement_id} of {last.account} is not whole: of its pages there "
            f"{'is' if len(numbers) == 1 else 'are'} {said}{rest}.",
            _AGAIN,
        )  # fmt: skip


def balance(head: Head, rows: Collector, notes: Notes, grave: Severity) -> None:
    """Opening balance and booked entries make the closing balance; the bank's totals hold."""
    if head.opening is None or head.closing is None:
        lacks = "opening" if head.opening is None else "closing"
        notes.add(
            "camt053.no_balance", Severity.WARNING, head.where,
            f"{head.named} states no booked {lacks} balance (OPBD, PRCD, CLBD or ITBD); whether "
            "all its entries are here cannot be told.",
            "Ask the bank for statements with booked balances.",
        )  # fmt: skip
    else:
        found = head.opening + head.sums.booked
        _total(rows, head, "bank_balance", head.closing, found)
        if found != head.closing:
            notes.add(
                "camt053.balance", grave, head.where,
                f"{head.named}: an opening balance of {head.opening:.2f} and "
                f"{_entries(head.sums.booked_count, 'booked')} of {head.sums.booked:.2f} in all "
                f"make {found:.2f}, but the bank states a closing balance of {head.closing:.2f} "
                f"{head.currency}.",
                _AGAIN, pair=(f"{head.closing:.2f}", f"{found:.2f}"),
            )  # fmt: skip
    sums = head.sums
    net = sums.credit - sums.debit
    counted = {
        "bank_entries": Decimal(sums.entries),
        "bank_credit": sums.credit,
        "bank_debit": sums.debit,
        "bank_net": net,
    }
    for kind, declared in head.totals.items():
        found = counted[kind]
        _total(rows, head, kind, declared, found)
        if declared != found:
            what = {"bank_entries": "entries", "bank_credit": "in all into the account",
                    "bank_debit": "in all out of the account", "bank_net": "net"}[kind]  # fmt: skip
            notes.add(
                "camt053.control_total", grave, head.where,
                f"{head.named}: the bank counts {declared} {what}, {found} was read.",
                _AGAIN, pair=(str(declared), str(found)),
            )  # fmt: skip


def _entries(count: int, what: str) -> str:
    return f"{count} {what} {'entry' if count == 1 else 'entries'}"


def _total(rows: Collector, head: Head, kind: str, declared: Decimal, found: Decimal) -> None:
    subject = f"{head.account} {head.statement_id}"
    rows.add(f"{head.key}/{kind}", kind, subject, declared, round(found, 4), head.where)
