"""GnuCash books: the SQLite form and the XML form, compressed or plain.

Belongs here: the connector. Does not: the two forms, what a record becomes, VAT codes
(`parts.gnucash`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import source_files
from assets.sources.connector import Connection, Cursor, Discovery, Item, Progress, RawFile
from assets.sources.journals import landed, options, tags
from assets.sources.journals.model import Journal
from assets.sources.parts.gnucash import journal as gnucash_journal
from assets.sources.parts.gnucash import sqlite_book, vat, xml_book
from assets.sources.row_batches import Notes
from assets.sources.source_files import SourceFile
from quality.finding import Severity
from warehouse.errors import SourceError

_READER_VERSION = 1
_SUFFIXES = (".gnucash", ".xac")


class GnuCash:
    """The connector."""

    title = "GnuCash book (SQLite or XML)"
    options: Mapping[str, tuple[bool, str]] = {
        **options.SHARED,
        "vat_accounts": (False, 'VAT account to VAT code, such as { "6903" = "K25" }'),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Read the book and say what is there.

        Raises `SourceError` for what is no book, `SettingsError` for wrong settings.
        """
        file = _file(connection)
        journal, notes = _read(connection, file)
        found = sum(1 for _ in notes.close())
        return Discovery(
            journal.company, None, [], len(journal.accounts), len(journal.vat_codes),
            [f"{file.name}: {len(journal.entries)} transactions, {found} findings"],
        )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the book; nothing when the file did not change.

        Raises `SourceError`, `SettingsError`, or `TransientError` while it is written.
        """
        file = _file(connection)
        now = source_files.cursor([file], connection, _READER_VERSION)
        if not source_files.is_same(cursor, now):
            yield RawFile(str(file.path))
            journal, notes = _read(connection, file)
            progress(f"{file.name}: transactions", len(journal.entries))
            yield from landed.items(journal, connection, notes)
            file.ensure_unchanged()
        yield Cursor(now)


CONNECTOR = GnuCash()


def _file(connection: Connection) -> SourceFile:
    files = source_files.find(connection, _SUFFIXES)
    if len(files) > 1:
        raise SourceError(
            f"Connection {connection.connection_id}: `path` names {len(files)} files "
            f"({files[0].path}, {files[1].path}, …), expected one book. GnuCash keeps backups "
            "beside the book; name the book itself."
        )
    return files[0]


def _read(connection: Connection, file: SourceFile) -> tuple[Journal, Notes]:
    notes = Notes(connection.company_id, file.name)
    with file.path.open("rb") as opened:
        is_sqlite = opened.read(len(sqlite_book.MAGIC)) == sqlite_book.MAGIC
    read = sqlite_book.read if is_sqlite else xml_book.read
    book = read(file.path, file.name)
    journal = gnucash_journal.journal(book, connection, notes, file.name)
    closing = [t for t in book.transactions if t.slots.get("book_closing")]
    if closing:
        notes.add(
            "gnucash.closing_entries", Severity.NOTE, closing[0].where,
            f"{len(closing)} transactions close the year's accounts (Tools > Close Book), the "
            f"first at {closing[0].where}; they count as they stand.",
            "Nothing; the annual report tells closing entries by themselves.",
        )  # fmt: skip
    vat.place(book, journal, connection, notes)
    tags.number_vouchers(journal, "number", notes)
    return journal, notes
