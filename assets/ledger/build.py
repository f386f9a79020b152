"""Landed records become the canonical ledger, company-month by company-month.

Each wave takes the oldest load of every connection that the ledger does not
hold yet, replaces just the vouchers those loads change, and publishes all
tables at once. Rows outside the touched company-months are copied as they are,
so building load by load and building all anew give the same bytes.

Belongs here: what is pending, what is touched, in which order. The SQL for
masters, vouchers and the control trail is in `assets.ledger.records`; what a
posting means for VAT in `tax_line.sql`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.ledger import records
from assets.sources.landing import Load, loads
from warehouse import duck, standards
from warehouse.shape import schema
from warehouse.store import Store, Transaction
from warehouse.tables import TABLES

MASTERS = ("company", "connection", "load", *records.MASTER_STREAMS)
DATED = ("voucher", "posting", "tax_line")
TAX_LINE_SQL = (Path(__file__).parent / "tax_line.sql").read_text()


@dataclass(frozen=True, slots=True)
class Company:
    """A company as the settings name it."""

    company_id: str
    name: str
    cvr: str | None = None
    se_number: str | None = None
    country: str = "DK"
    base_currency: str = "DKK"


@dataclass(frozen=True, slots=True)
class ConnectionRef:
    """Which company a connection feeds, through which connector."""

    connection_id: str
    company_id: str
    system: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Explicit rows from a company's own codes to the standard ones.

    `accounts`: (company_id, account_code, standard_account_code).
    `vat_codes`: (company_id, vat_code, standard_vat_code, part or None).
    """

    accounts: Sequence[tuple[str, str, str]] = ()
    vat_codes: Sequence[tuple[str, str, str, str | None]] = ()


NO_MAPPING = Mapping()


@dataclass(slots=True)
class LedgerResult:
    """What a build did. `partitions` are the rewritten month/bucket partitions."""

    loads: int = 0
    companies: set[str] = field(default_factory=set)
    partitions: set[str] = field(default_factory=set)


def build_ledger(
    store: Store,
    landed: Path,
    companies: Sequence[Company],
    connections: Sequence[ConnectionRef],
    mapping: Mapping = Mapping(),  # immutable
    *,
    memory_limit: str = duck.DEFAULT_MEMORY,
    threads: int = duck.DEFAULT_THREADS,
    progress: Callable[[str, int], None] = lambda _what, _count: None,
) -> LedgerResult:
    """Bring the ledger up to the newest loads; nothing pending does nothing.

    Raises:
        PermanentError: the disk is full; the last good ledger stays.
        TransientError: another process is writing.
    """
    result = LedgerResult()
    waves = _waves(store, landed, connections, memory_limit, threads)
    for number, wave in enumerate(
        waves or [[]], start=1
    ):  # an empty wave: settings may have changed
        progress(
            f"ledger: wave {number} of {max(len(waves), 1)}", sum(x.record_count for x in wave)
        )
        with (
            store.transaction() as transaction,
            store.connect(memory_limit=memory_limit, threads=threads) as con,
        ):
            _register(con, companies, connections, mapping)
            records.register_loads(con, wave)
            if not _find_touched(con):
                continue
            _build_wave(con, store, transaction, result)
            result.loads += len(wave)
    return result


def _waves(
    store: Store, landed: Path, connections: Iterable[ConnectionRef], memory: str, threads: int
) -> list[list[Load]]:
    """The pending loads, oldest of each connection first, newest last."""
    with store.connect(memory_limit=memory, threads=threads) as con:
        held = set(con.execute("SELECT connection_id, load_id FROM load").fetchall())
    pending = [
        (rank, load)
        for connection in connections
        for rank, load in enumerate(
            load
            for load in loads(landed, connection.connection_id)
            if (load.connection_id, load.load_id) not in held
        )
    ]
    pending.sort(key=lambda item: (item[0], item[1].connection_id))
    return [[load for _, load in group] for _, group in groupby(pending, key=lambda item: item[0])]


def _register(
    con: duckdb.DuckDBPyConnection,
    companies: Sequence[Company],
    connections: Sequence[ConnectionRef],
    mapping: Mapping,
) -> None:
    standards.register(con)
    _table(con, "company_setting", [
        (c.company_id, c.name, c.cvr, c.se_number, c.country, c.base_currency) for c in companies
    ], "company_id name cvr se_number country base_currency")  # fmt: skip
    _table(con, "connection_setting", [
        (c.connection_id, c.company_id, c.system) for c in connections
    ], "connection_id company_id system")  # fmt: skip
    _table(con, "account_mapping", mapping.accounts,
           "company_id account_code standard_account_code")  # fmt: skip
    _table(con, "vat_code_mapping", mapping.vat_codes,
           "company_id vat_code standard_vat_code part")  # fmt: skip


def _table(
    con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[str | None, ...]], columns: str
) -> None:
    names = columns.split()
    arrays = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(names))]
    con.register(f"{name}_rows", pa.table(arrays, names=names))
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_rows")


def _find_touched(con: duckdb.DuckDBPyConnection) -> int:
    """Make `touched_company`: those with a pending load, or whose settings changed."""
    con.execute(records.TOUCHED_SQL)
    return int(con.execute("SELECT count(*) FROM touched_company").fetchall()[0][0])


def _build_wave(
    con: duckdb.DuckDBPyConnection, store: Store, transaction: Transaction, result: LedgerResult
) -> None:
    records.build_masters(con)
    records.build_codes(con)
    records.find_touched_partitions(con)
    touched = {row[0] for row in con.execute("SELECT name FROM touched_partition").fetchall()}
    for table in DATED:
        paths = store.paths(table, touched.__contains__)
        records.view_of(con, f"old_{table}", paths, table)
    records.build_vouchers(con)
    con.execute(TAX_LINE_SQL)
    for table in MASTERS:
        _publish(con, transaction, table, "bucket")
    for table in DATED:
        written = _publish(con, transaction, table, "month")
        for name in touched - set(written):
            transaction.remove(table, name)
    _publish(con, transaction, "record_change", "bucket")
    result.partitions |= touched
    result.companies |= {
        row[0] for row in con.execute("SELECT company_id FROM touched_company").fetchall()
    }


def _publish(
    con: duckdb.DuckDBPyConnection, transaction: Transaction, table: str, layout: str
) -> list[str]:
    columns = ", ".join(schema(TABLES[table]).names)
    key = ", ".join(TABLES[table].key)
    partition = records.BUCKET if layout == "bucket" else records.MONTH_BUCKET
    query = f"SELECT {partition} AS _partition, {columns} FROM next_{table} ORDER BY 1, {key}"
    return transaction.put_sorted(table, con.sql(query).to_arrow_reader(122_880))
