"""SAF-T Financial files: Danish 2.1 and Norwegian 1.10 and 1.30.

Belongs here: which files are read, in which order, and what a connection may
set. Does not: the reading of one file (`parts.saft.reader`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import option, safe_xml, source_files
from assets.sources.connector import (
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    RawFile,
    Rows,
)
from assets.sources.parts.saft import header as saft_header
from assets.sources.parts.saft.header import Header
from assets.sources.parts.saft.reader import Reader
from assets.sources.row_batches import Collector
from assets.sources.source_files import SourceFile
from warehouse.errors import SettingsError, SourceError

_READER_VERSION = 1
_DATES = ("GLPostingDate", "TransactionDate")


class Saft:
    """The connector."""

    title = "SAF-T Financial file (Danish 2.1, Norwegian 1.10 and 1.30)"
    country = ""
    """The country whose files are meant; empty: any."""
    options: Mapping[str, tuple[bool, str]] = {
        "path": (True, "file, folder or pattern, relative to the folder of indberet.toml"),
        "posting_date": (
            False,
            "what dates a voucher: GLPostingDate (Danish) or TransactionDate (Norwegian default)",
        ),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Read headers and count master data.

        Raises `SourceError` for a file that is not SAF-T, `SettingsError` for a
        wrong option.
        """
        files = _with_headers(connection, source_files.find(connection, (".xml",)))
        _refuse_other(self.country, self.title, files)
        counts = {"Account": 0, "TaxCodeDetails": 0}
        file, header = files[0]
        space = f"{{{header.dialect.namespace}}}"
        for element in safe_xml.elements(
            file.path, [space + tag for tag in (*counts, "Transaction")]
        ):
            if element.tag == f"{space}Transaction":
                break
            counts[element.tag[len(space) :]] += 1
        years = sorted({(h.start, h.end) for _, h in files if h.start and h.end})
        notes = [f"{f.name}: SAF-T {h.dialect.country} {h.version}" for f, h in files]
        return Discovery(
            header.name, header.registration_number, years, counts["Account"],
            counts["TaxCodeDetails"], notes,
        )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the files, newest file first; nothing when no file changed.

        Raises `SourceError` for a file that cannot be read, `TransientError` for
        one that is written to meanwhile.
        """
        described = source_files.find(connection, (".xml",))
        now = source_files.cursor(described, connection, _READER_VERSION)
        if not source_files.is_same(cursor, now):
            _refuse_other(self.country, self.title, _with_headers(connection, described))
            yield from _read(connection, described, progress)
        yield Cursor(now)


CONNECTOR = Saft()


def _refuse_other(country: str, title: str, files: list[tuple[SourceFile, Header]]) -> None:
    for file, header in files:
        if country and header.dialect.country != country:
            raise SourceError(
                f"Reading {file.path}: expected {title}, SAF-T of {country}; found SAF-T of "
                f'{header.dialect.country}. Correct `path`, or set `system = "saft"`.'
            )


def _read(
    connection: Connection, described: list[SourceFile], progress: Progress
) -> Iterator[Item]:
    files = _with_headers(connection, described)
    told = option.text(connection, "posting_date", "")
    yield from _company(files[0][1])
    yield from _periods([header for _, header in files])
    taken: set[tuple[str, str]] = set()
    for file_no, (file, header) in enumerate(files):
        yield RawFile(str(file.path))
        by = told or header.dialect.posting_date
        reader = Reader(
            file,
            header,
            connection.company_id,
            posting_date=by,
            file_no=file_no,
            taken=taken,
        )
        yield from reader.items(progress)


def _with_headers(
    connection: Connection, described: list[SourceFile]
) -> list[tuple[SourceFile, Header]]:
    """The files and their headers, the newest selection first."""
    told = option.text(connection, "posting_date", "")
    if told and told not in _DATES:
        raise SettingsError(
            f"Connection {connection.connection_id}: `posting_date` is {told!r}, "
            f"expected one of {', '.join(_DATES)}."
        )
    files = [(file, saft_header.read(file.path)) for file in described]
    files.sort(
        key=lambda pair: (str(pair[1].end or ""), pair[1].created, pair[0].name), reverse=True
    )
    source_files.ensure_one_company(
        connection, [(file.path, header.registration_number) for file, header in files]
    )
    return files


def _company(header: Header) -> Iterator[Rows]:
    rows = Collector("company")
    number = "".join(c for c in header.registration_number if c.isdigit())
    rows.add(
        header.registration_number, header.name, number, header.vat_number, header.country,
        header.currency,
    )  # fmt: skip
    yield from rows.take()


def _periods(headers: list[Header]) -> Iterator[Rows]:
    rows = Collector("fiscal_period")
    told: set[tuple[str, Any, Any]] = set()
    for header in headers:
        kind = "year" if header.is_year else "period"
        key = (kind, header.start, header.end)
        if header.start is None or header.end is None or key in told:
            continue
        told.add(key)
        rows.add(f"{kind}/{header.start}", kind, header.start, header.end, "open")
    yield from rows.take()
