"""The two verbs of the connectors that read plain text: Beancount and hledger.

Belongs here: what is said of a journal, and when its files are landed. Does not: how
text becomes a journal (each connector's `_read`), or a journal rows (`landed`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assets.sources import source_files
from assets.sources.connector import Connection, Cursor, Discovery, Item, Progress, RawFile
from assets.sources.journals import landed
from assets.sources.journals.model import Journal
from assets.sources.row_batches import Notes
from assets.sources.source_files import SourceFile

Read = Callable[[Connection], tuple[Journal, list[SourceFile], Notes]]


def discovery(journal: Journal, notes: Notes) -> Discovery:
    """What is there."""
    found = sum(1 for _ in notes.close())
    return Discovery(
        journal.company, None, journal.years, len(journal.accounts), len(journal.vat_codes),
        [f"{len(journal.entries)} transactions in {journal.base}, {found} findings"],
    )  # fmt: skip


def items(
    read: Read,
    connection: Connection,
    cursor: Mapping[str, Any] | None,
    reader_version: int,
    progress: Progress,
) -> Iterator[Item]:
    """Everything in the files; nothing when none of them changed.

    Raises `SourceError` or `SettingsError`.
    """
    journal, files, notes = read(connection)
    now = source_files.cursor(files, connection, reader_version)
    if not source_files.is_same(cursor, now):
        for file in files:
            yield RawFile(str(file.path))
        progress(f"{connection.system}: transactions", len(journal.entries))
        yield from landed.items(journal, connection, notes)
    for file in files:
        file.ensure_unchanged()
    yield Cursor(now)
