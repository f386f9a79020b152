"""Bank statements: ISO 20022 CAMT.053, versions .001.02 to .001.12.

Belongs here: which files are read, what a connection may set, and the order of reading.
Does not: a statement or an entry (`parts.camt053`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assets.danish_day import ZONE_NAME
from assets.sources import option, source_files
from assets.sources.connector import (
    Complete,
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    RawFile,
)
from assets.sources.parts.camt053 import head as camt053_head
from assets.sources.parts.camt053.checks import balance, plan
from assets.sources.parts.camt053.head import Head
from assets.sources.parts.camt053.reader import Accounts, Reader
from assets.sources.row_batches import Collector, Notes
from assets.sources.source_files import SourceFile
from quality.finding import Severity
from warehouse.errors import SettingsError

_READER_VERSION = 1
_SUFFIXES = (".xml",)


class Camt053:
    """The connector. It holds no ledger: it stands beside the connection that does."""

    title = "Bank statements (ISO 20022 CAMT.053)"
    holds_ledger = False
    options: Mapping[str, tuple[bool, str]] = {
        "path": (True, "file, folder or pattern, relative to the folder of indberet.toml"),
        "accounts": (False, 'bank account to ledger account: { "DK5000400440116243" = "5820" }'),
        "days": (False, "bank days an entry and its posting may lie apart (5)"),
        "withhold": (False, "true: a report waits until the bank is reconciled"),
        "time_zone": (False, f"where moments with a time zone become days ({ZONE_NAME})"),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Read every statement's head; say which accounts and days there are.

        Raises `SourceError` for a file that is no CAMT.053, `SettingsError` for a wrong option.
        """
        files = source_files.find(connection, _SUFFIXES)
        known, zone = _accounts(connection), _zone(connection)
        heads = [head for file in files for head in camt053_head.read(file, zone)]
        notes = []
        for account, found in camt053_head.accounts(heads).items():
            days = f"{found[0].start} to {max(head.end for head in found)}"
            booked = known.code(account)
            said = f"ledger account {booked}" if booked else f"no ledger account; {_add(account)}"
            notes.append(f"{account} ({found[0].currency}): {days}, {said}.")
        owner = next((head.owner for head in heads if head.owner), "")
        return Discovery(owner or (heads[0].account if heads else files[0].name), None, notes=notes)

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Every booked entry of every statement; nothing when no file changed.

        Raises `SourceError` for a file that cannot be read, `SettingsError` for a wrong
        option, `TransientError` for a file that is written to meanwhile.
        """
        described = source_files.find(connection, _SUFFIXES)
        now = source_files.cursor(described, connection, _READER_VERSION)
        if not source_files.is_same(cursor, now):
            yield from _read(connection, described, cursor, progress)
        yield Cursor(now)


CONNECTOR = Camt053()


def _read(
    connection: Connection,
    files: list[SourceFile],
    cursor: Mapping[str, Any] | None,
    progress: Progress,
) -> Iterator[Item]:
    zone, known = _zone(connection), _accounts(connection)
    grave = Severity.ERROR if _withholds(connection) else Severity.WARNING
    heads: list[Head] = []
    for file in files:
        yield RawFile(str(file.path))
        heads += camt053_head.read(file, zone)
    notes = Notes(connection.company_id, connection.connection_id)
    made = plan(heads, notes, grave)
    _tell_gone(files, cursor, notes)
    _tell_accounts(made.counted, known, notes)
    yield from _statements(made.counted, known, notes, grave)
    reader = Reader(made, known, zone, notes)
    for file in _in_order(files, made.counted):
        yield from reader.items(file, progress)
        file.ensure_unchanged()
    yield from notes.close()
    for stream in ("bank_balance", "bank_entry", "control_total"):
        yield Complete(stream)


def _in_order(files: list[SourceFile], counted: list[Head]) -> list[SourceFile]:
    """Files by their first statement, so that a day's pages are read one after another."""
    first = {head.file.name: place for place, head in reversed(list(enumerate(counted)))}
    return sorted((file for file in files if file.name in first), key=lambda file: first[file.name])


def _statements(
    counted: list[Head], known: Accounts, notes: Notes, grave: Severity
) -> Iterator[Item]:
    """The balances and totals of each statement, checked against its entries."""
    balances, totals = Collector("bank_balance"), Collector("control_total")
    for head in counted:
        code = known.code(head.account)
        for kind, day, amount in (
            ("opening", head.start, head.opening),
            ("closing", head.end, head.closing),
        ):
            if amount is not None:
                balances.add(
                    f"{head.key}/{kind}", head.account, code, head.statement_id, kind, day,
                    head.position, amount, head.currency, head.where,
                )  # fmt: skip
        balance(head, totals, notes, grave)
    yield from balances.take()
    yield from totals.take()
    yield from notes.take()


def _tell_gone(files: list[SourceFile], cursor: Mapping[str, Any] | None, notes: Notes) -> None:
    """A file that was read before and is gone takes its entries with it; that is said."""
    now = {file.name for file in files}
    held = {file.sha256 for file in files}
    for name, sha256 in sorted((cursor or {}).get("files", {}).items()):
        if name not in now and sha256 not in held:
            notes.add(
                "camt053.file_gone", Severity.WARNING, name,
                f"{name} was read before and is no longer there; entries that are in no other "
                "file are gone from the ledger with it.",
                "Put it back: bank statements are kept five years (Bookkeeping Act § 12).",
            )  # fmt: skip


def _tell_accounts(counted: list[Head], known: Accounts, notes: Notes) -> None:
    seen = camt053_head.accounts(counted)
    for account, found in seen.items():
        if known.code(account) is None:
            notes.add(
                "camt053.account", Severity.WARNING, found[0].where,
                f"Bank account {account} has no ledger account, so it is not reconciled.",
                f"{_add(account)[0].upper()}{_add(account)[1:]}.",
            )  # fmt: skip
    for told in known.unused(seen):
        notes.add(
            "camt053.account_unseen", Severity.WARNING, "indberet.toml",
            f"`accounts` names bank account {told}, but no statement is of it; there are "
            f"statements of {', '.join(sorted(seen)) or 'no account'}.",
            "Correct the number, or put its statements beside the others.",
        )  # fmt: skip


def _add(account: str) -> str:
    return f'add accounts = {{ "{account}" = "your ledger account" }} to the connection'


def _accounts(connection: Connection) -> Accounts:
    told = connection.options.get("accounts", {})
    if not isinstance(told, Mapping) or not all(isinstance(code, str) for code in told.values()):
        raise SettingsError(
            f"Connection {connection.connection_id}: `accounts` must give each bank account its "
            'ledger account as text, as in accounts = { "DK5000400440116243" = "5820" }. '
            "Correct it in indberet.toml."
        )
    return Accounts({re.sub(r"[^0-9A-Za-z]", "", k).upper(): (k, v) for k, v in told.items()})


def _zone(connection: Connection) -> ZoneInfo:
    told = option.text(connection, "time_zone", ZONE_NAME)
    try:
        return ZoneInfo(told)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"Connection {connection.connection_id}: `time_zone` is {told!r}, expected a name "
            f"such as {ZONE_NAME}. Correct it in indberet.toml."
        ) from None


def _withholds(connection: Connection) -> bool:
    days, told = connection.options.get("days", 5), connection.options.get("withhold", False)
    if type(days) is not int or not 0 <= days <= 31:
        raise SettingsError(
            f"Connection {connection.connection_id}: `days` is {days!r}, expected a whole number "
            "of bank days from 0 to 31. Correct it in indberet.toml."
        )
    if not isinstance(told, bool):
        raise SettingsError(
            f"Connection {connection.connection_id}: `withhold` is {told!r}, expected true or "
            "false. Correct it in indberet.toml."
        )
    return told
