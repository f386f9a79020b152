"""Delimited files: postings and trial balances exported as CSV or Excel.

Every row is used, or named in a finding with its row number.

Belongs here: the connector, and which files are read. Does not: the mapping declaration,
or what rows become (`parts.delimited`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import source_files
from assets.sources.connector import (
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
)
from assets.sources.parts.delimited import mapping
from assets.sources.parts.delimited.mapping import Declaration
from assets.sources.parts.delimited.reader import Reader
from assets.sources.source_files import SourceFile

_READER_VERSION = 1
_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")


class Delimited:
    """The connector."""

    title = "Delimited files (CSV or Excel: postings, trial balance)"
    options: Mapping[str, tuple[bool, str]] = {
        "path": (True, "file, folder or pattern of the postings"),
        "mapping": (True, "TOML file or table that says which column is what"),
        "trial_balance": (False, "file of the trial balance"),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Read everything once and count.

        Raises `SettingsError` for a mapping that does not fit, `SourceError` for
        a file that cannot be read.
        """
        declaration = mapping.read(connection)
        counts = {"account": 0, "vat_code": 0, "voucher": 0}
        problems = 0
        for item in self.pull(connection, None, lambda _what, _count: None):
            stream = getattr(item, "stream", "")
            if stream in counts and hasattr(item, "table"):
                counts[stream] += item.table.num_rows
            problems += hasattr(item, "finding")
        return Discovery(
            declaration.company.get("name", connection.company_id),
            declaration.company.get("cvr"), list(declaration.fiscal_years), counts["account"],
            counts["vat_code"], [f"{counts['voucher']} vouchers, {problems} findings"],
        )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the files; nothing when neither files nor mapping changed.

        Raises `SettingsError` or `SourceError`.
        """
        declaration = mapping.read(connection)
        postings, balances, watched = _files(connection, declaration)
        now = source_files.cursor(watched, connection, _READER_VERSION)
        if not source_files.is_same(cursor, now):
            reader = Reader(connection, declaration)
            yield from reader.items(postings, balances, progress)
        yield Cursor(now)


CONNECTOR = Delimited()


def _files(
    connection: Connection, declaration: Declaration
) -> tuple[list[SourceFile], list[SourceFile], list[SourceFile]]:
    """Posting files, trial balance files, and all that the cursor watches."""
    found = source_files.find(connection, _SUFFIXES)
    balances: list[SourceFile] = []
    if "trial_balance" in connection.options:
        balances = source_files.find(_with_path(connection, "trial_balance"), _SUFFIXES)
    elif declaration.postings is None:
        found, balances = [], found
    taken = {file.path for file in balances}
    postings = [file for file in found if file.path not in taken]
    watched = [*postings, *balances]
    if declaration.file is not None:
        watched += source_files.find(_with_path(connection, "mapping"), ())
    return postings, balances, watched


def _with_path(connection: Connection, key: str) -> Connection:
    return Connection(
        connection.connection_id, connection.company_id, connection.system,
        {"path": connection.options[key]}, connection.base_folder,
    )  # fmt: skip
