"""SIE 5 files: full exports (Sie) and import files (SieEntry).

SIE 5 knows no VAT codes. Struck-out ledger entries do not count.

Belongs here: the connector. Does not: the elements (`parts.sie.sie5_reader`), or what
becomes of a book (`parts.sie.book`).

Source: SIE 5 file format, sie5.xsd.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import safe_xml, source_files
from assets.sources.connector import (
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    RawFile,
)
from assets.sources.parts.sie import additions as sie_additions
from assets.sources.parts.sie import sie5_head
from assets.sources.parts.sie.book import Book, Seen
from assets.sources.parts.sie.sie5_reader import Reader
from assets.sources.row_batches import Notes
from assets.sources.source_files import SourceFile

_READER_VERSION = 2
_SUFFIXES = (".sie", ".si", ".se", ".xml")


class Sie5:
    """The connector."""

    title = "SIE 5 file (Swedish)"
    options: Mapping[str, tuple[bool, str]] = sie_additions.OPTIONS

    def discover(self, connection: Connection) -> Discovery:
        """Read the newest file's head and count its accounts.

        Raises `SourceError` for a file that is no SIE 5 file.
        """
        file, info = _newest_first(connection, source_files.find(connection, _SUFFIXES))[0]
        tags = [sie5_head.N + "Account", sie5_head.N + "JournalEntry"]
        found = [element.tag for element in safe_xml.elements(file.path, tags, sie5_head.LIMITS)]
        company = sie5_head.company(file, info)
        vouchers = found.count(sie5_head.N + "JournalEntry")
        years = sorted((start, end) for start, end, _ in sie5_head.years(info))
        return Discovery(
            company.get("name", file.name), company.get("organizationId"), years,
            found.count(sie5_head.N + "Account"), 0, [
                f"{file.name}: SIE 5, {vouchers} vouchers; SIE carries no VAT codes",
                *sie_additions.advice(connection),
            ],
        )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the files, newest file first; nothing when no file changed.

        Raises `SourceError` for a file that cannot be read.
        """
        described = source_files.find(connection, _SUFFIXES)
        additions = sie_additions.read(connection)
        now = source_files.cursor(described, connection, _READER_VERSION) | dict(additions.files)
        if not source_files.is_same(cursor, now):
            seen = Seen()
            for file, info in _newest_first(connection, described):
                yield RawFile(str(file.path))
                notes = Notes(connection.company_id, file.name)
                yield from Reader(file, info, Book(file.name, notes, seen, additions)).items(
                    progress
                )
                file.ensure_unchanged()
        yield Cursor(now)


CONNECTOR = Sie5()


def _newest_first(
    connection: Connection, described: list[SourceFile]
) -> list[tuple[SourceFile, Any]]:
    told = []
    for file in described:
        info = sie5_head.info(file)
        created = info.find(sie5_head.N + "FileCreation")
        order = (
            max((str(end) for _, end, _ in sie5_head.years(info)), default=""),
            created.get("time", "") if created is not None else "",
            file.name,
        )
        told.append((order, file, info))
    told.sort(key=lambda one: one[0], reverse=True)
    source_files.ensure_one_company(
        connection,
        [
            (file.path, sie5_head.company(file, info).get("organizationId", ""))
            for _, file, info in told
        ],
    )
    return [(file, info) for _, file, info in told]
