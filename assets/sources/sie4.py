"""SIE 1-4 files (Swedish bookkeeping exchange, E and I).

Types 1-3 hold balances without vouchers; type 4 holds vouchers, with balances
in an export (E) and without in an import (I). SIE knows no VAT codes.

Belongs here: the connector. Does not: what each label means (`parts.sie.sie4_reader`), or
what becomes of a book (`parts.sie.book`).

Source: SIE filformat utgåva 4B.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from assets.sources import source_files
from assets.sources.connector import (
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    RawFile,
)
from assets.sources.parts.sie import additions as sie_additions
from assets.sources.parts.sie import sie4_text
from assets.sources.parts.sie.book import Book, Seen
from assets.sources.parts.sie.sie4_reader import Reader, other_program
from assets.sources.parts.sie.sie4_text import Line
from assets.sources.row_batches import Notes, compact_date
from assets.sources.source_files import SourceFile

_READER_VERSION = 2
_SUFFIXES = (".se", ".si", ".sie", ".txt")
_HEAD_LINES = 400


class Sie4:
    """The connector."""

    title = "SIE 1-4 file (Swedish, E and I)"
    program = ""
    """What #PROGRAM says in files of the system meant; empty: any."""
    options: Mapping[str, tuple[bool, str]] = sie_additions.OPTIONS

    def discover(self, connection: Connection) -> Discovery:
        """Read the newest file and say what it holds.

        Raises `SourceError` for a file that is no SIE file.
        """
        file = _newest_first(connection, source_files.find(connection, _SUFFIXES))[0]
        lines = list(sie4_text.open_text(file.path).lines())
        first = {line.label: line for line in reversed(lines)}
        years = [
            (start, end)
            for line in lines
            if line.label == "#RAR"
            and (start := compact_date(line.get(1)))
            and (end := compact_date(line.get(2)))
        ]
        type_ = _field(first, "#SIETYP", 0) or "1"
        vouchers = sum(line.label == "#VER" for line in lines)
        return Discovery(
            _field(first, "#FNAMN", 0) or file.name, _field(first, "#ORGNR", 0), sorted(years),
            sum(line.label == "#KONTO" for line in lines), 0,
            [
                f"{file.name}: SIE type {type_}, {vouchers} vouchers; SIE carries no VAT codes",
                *sie_additions.advice(connection),
                *other_program(self.program, _field(first, "#PROGRAM", 0)),
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
            for file in _newest_first(connection, described):
                yield RawFile(str(file.path))
                notes = Notes(connection.company_id, file.name)
                reader = Reader(file, Book(file.name, notes, seen, additions), self.program)
                yield from reader.items(progress)
                file.ensure_unchanged()
        yield Cursor(now)


CONNECTOR = Sie4()


def _newest_first(connection: Connection, described: list[SourceFile]) -> list[SourceFile]:
    told = []
    for file in described:
        text = sie4_text.open_text(file.path)
        head: dict[str, Line] = {}
        for line in islice(text.lines(), _HEAD_LINES):
            if line.label != "#RAR" or line.get(0) == "0":
                head.setdefault(line.label, line)
        order = (_field(head, "#RAR", 2) or "", _field(head, "#GEN", 0) or "", file.name)
        company = _field(head, "#ORGNR", 0) or _field(head, "#FNAMN", 0) or ""
        told.append((order, company, file))
    told.sort(key=lambda one: one[0], reverse=True)
    source_files.ensure_one_company(connection, [(file.path, c) for _, c, file in told])
    return [file for _, _, file in told]


def _field(head: Mapping[str, Line], label: str, position: int) -> str | None:
    line = head.get(label)
    return line.get(position) if line is not None else None
