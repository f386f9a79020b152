"""E-invoices: OIOUBL 2.1 and Peppol BIS Billing 3.0, invoices and credit notes.

Either as the documents behind another connection's vouchers (`as = "documents"`), or as
the ledger of a business that keeps no other (`as = "ledger"`).

Belongs here: files, settings, order of what is yielded. Does not: XML (`parts.einvoice.reader`)
or what documents become (`parts.einvoice.batch`).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources import option, source_files
from assets.sources.connector import (
    Complete,
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    RawFile,
    Rows,
    silent,
)
from assets.sources.parts.einvoice import rates as einvoice_rates
from assets.sources.parts.einvoice import reader, vat
from assets.sources.parts.einvoice.batch import Batch, Ours
from assets.sources.parts.einvoice.document import Refused
from assets.sources.parts.einvoice.vat import NATURES, PURCHASE, SALE, Settings
from assets.sources.row_batches import Collector
from assets.sources.source_files import SourceFile
from warehouse import standards
from warehouse.errors import SettingsError, SourceError

_READER_VERSION = 1
_DOCUMENTS, _LEDGER = "documents", "ledger"
_PURCHASES = "1610"
_OTHER = "einvoice.document_type"


class EInvoice:
    """The connector."""

    title = "E-invoices (OIOUBL 2.1, Peppol BIS Billing 3.0)"
    options: Mapping[str, tuple[bool, str]] = {
        "path": (True, "file, folder or pattern, relative to the folder of indberet.toml"),
        "numbers": (
            True,
            "the company's CVR number; after commas also SE and GLN numbers invoices use for it",
        ),
        "as": (
            False,
            "documents (default): behind another connection's vouchers; ledger: they are the books",
        ),
        "purchase_account": (
            False,
            f"standard account of Danish purchases where they are the books (default {_PURCHASES})",
        ),
        "rates": (
            False,
            "CSV file of exchange rates (date;currency;kroner), for documents that state none",
        ),
        "sells_abroad": (
            False,
            "goods or services, where sales to other countries do not tell (default by category)",
        ),
        "buys_abroad": (
            False,
            "goods or services, where purchases from other countries do not tell",
        ),
    }

    @staticmethod
    def holds_ledger(options: Mapping[str, Any]) -> bool:
        """Whether a connection with these options is a company's ledger."""
        return options.get("as") == _LEDGER

    def discover(self, connection: Connection) -> Discovery:
        """Read every document and count what they are.

        Raises `SourceError` for a file that is no XML, `SettingsError` for a wrong option.
        """
        settings = _settings(connection)
        batch = _batch(connection, settings)
        counts: dict[str, int] = {}
        for item in _documents(batch, source_files.find(connection, (".xml",)), {}, silent):
            if isinstance(item, Rows) and item.stream == "source_document":
                for kind in item.table["kind"].to_pylist():
                    counts[kind] = counts.get(kind, 0) + 1
        booking = settings.booking
        notes = [f"{count} {kind.replace('_', ' ')}(s)" for kind, count in sorted(counts.items())]
        return Discovery(
            batch.own_name or f"company {settings.number}",
            settings.number,
            accounts=len(vat.accounts(booking)) if booking else 0,
            vat_codes=len(vat.codes()) if booking else 0,
            notes=notes,
        )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Every document, in the order of file names; nothing when no file changed.

        Raises `SourceError` for a file that cannot be read, `TransientError` for one that
        is written to meanwhile.
        """
        settings = _settings(connection)
        files = source_files.find(connection, (".xml",))
        rates = _rates(connection)
        now = source_files.cursor([*files, *rates], connection, _READER_VERSION)
        before = dict(cursor or {})
        kept = before.pop("kept", [])
        if not source_files.is_same(before, now):
            batch = _batch(connection, settings)
            evident = {name: before.get("files", {}).get(name) for name in kept}
            yield from (RawFile(str(file.path)) for file in rates)
            yield from _documents(batch, files, evident, progress)
            yield from _masters(settings, batch.own_name)
            for stream in ("voucher", "source_document", "party", "account", "vat_code"):
                yield Complete(stream)
            yield Complete("control_total")
            kept = sorted(batch.accepted)
        yield Cursor(now | {"kept": kept})


CONNECTOR = EInvoice()


def _documents(
    batch: Batch, files: list[SourceFile], evident: Mapping[str, str | None], progress: Progress
) -> Iterator[Item]:
    """`evident`: name → hash of the files whose documents an earlier load holds; these are not
    kept as evidence again, or a folder that only grows would be kept whole each time.
    """
    others = 0
    for count, file in enumerate(files, start=1):
        if evident.get(file.name) != file.sha256:
            yield RawFile(str(file.path))
        document = reader.read(file.path, file.name)
        file.ensure_unchanged()
        others += isinstance(document, Refused) and document.rule == _OTHER
        yield from batch.take(document)
        progress("e-invoices", count)
    if others == len(files):  # landed, it would be a business without a single invoice
        raise SourceError(
            f"Reading {files[0].path}: neither it nor any other file of the connection ({others} "
            "in all) is an invoice or a credit note in UBL 2.1. Nothing was landed; see that "
            "`path` names the e-invoices."
        )
    yield from batch.finish()


def _masters(settings: Ours, name: str | None) -> Iterator[Rows]:
    number = settings.number
    rows = {stream: Collector(stream) for stream in ("company", "account", "vat_code")}
    rows["company"].add(number, name or f"company {number}", number, None, "DK", "DKK")
    if settings.booking is not None:
        for code in vat.accounts(settings.booking):
            known = standards.accounts()[code]
            rows["account"].add(code, code, known.name_da, known.kind, code, None)
        for code in vat.codes():
            standard = standards.vat_codes()[code]
            rate = standard.rate
            rows["vat_code"].add(
                code, code, standard.name_en, Decimal(rate) if rate is not None else None, code,
                None,
            )  # fmt: skip
    for collector in rows.values():
        yield from collector.take()


def _digits(connection: Connection, key: str, default: str) -> str:
    """A text option that may also be written as a number."""
    value = connection.options.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return option.text(connection, key, default)


def _rates(connection: Connection) -> list[SourceFile]:
    """The file of exchange rates, if the connection names one."""
    told = option.text(connection, "rates", "")
    if not told:
        return []
    base = Path(connection.base_folder)
    if not (base / told).is_file():
        raise SettingsError(
            f"Connection {connection.connection_id}: `rates` is {told!r}, but there is no such "
            f"file at {base / told}. Correct the path in indberet.toml."
        )
    return [source_files.describe(base / told, base)]


def _batch(connection: Connection, settings: Ours) -> Batch:
    return Batch(connection.company_id, option.text(connection, "path", ""), settings)


def _settings(connection: Connection) -> Ours:
    def told(key: str, default: str, allowed: tuple[str, ...]) -> str:
        value = option.text(connection, key, default)
        if value not in allowed:
            raise SettingsError(
                f"Connection {connection.connection_id}: `{key}` is {value!r}, expected one of "
                f"{', '.join(a for a in allowed if a)}."
            )
        return value

    numbers = [
        "".join(part.split()).upper().removeprefix("DK")
        for part in _digits(connection, "numbers", "").split(",")
        if part.strip()
    ]
    if not numbers:
        raise SettingsError(
            f"Connection {connection.connection_id}: `numbers` is missing. Set it to the "
            "company's own CVR number, which tells its sales from its purchases."
        )
    if told("as", _DOCUMENTS, (_DOCUMENTS, _LEDGER)) == _DOCUMENTS:
        return Ours(numbers[0], frozenset(numbers), None)
    account = _digits(connection, "purchase_account", _PURCHASES)
    known = standards.accounts().get(account)
    if known is None or known.kind not in {"expense", "asset"} or known.vat_role:
        raise SettingsError(
            f"Connection {connection.connection_id}: `purchase_account` is {account!r}, expected "
            f"an account of the public standard chart for costs or assets, such as {_PURCHASES}."
        )
    natures = {
        SALE: told("sells_abroad", "", ("", *NATURES)),
        PURCHASE: told("buys_abroad", "", ("", *NATURES)),
    }
    rates = [einvoice_rates.read(file.path) for file in _rates(connection)]
    booking = Settings(account, {key: value for key, value in natures.items() if value}, *rates)
    return Ours(numbers[0], frozenset(numbers), booking)
