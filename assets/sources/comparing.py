"""What a pull brought, beside what is landed: which records are new, changed or gone.

A voucher with its postings and tax lines is one record: it changes as a whole.

Belongs here: comparing. Does not: committing (`landing`), or what a pull yields before it
is compared (`staging`).
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from assets.sources import repeated
from assets.sources.connector import Connection
from assets.sources.staging import Staging
from warehouse.errors import SourceError, TransientError
from warehouse.tables import LANDED

VOUCHER_STREAMS = ("voucher", "posting", "tax_line")
RECORD_STREAMS = tuple(stream for stream in LANDED if stream not in ("posting", "tax_line"))


def compare(
    con: duckdb.DuckDBPyConnection, staging: Staging, previous: Path | None
) -> tuple[int, int]:
    """Make `staged` (this pull's hashes), `changed` and `gone`; return their counts."""
    if previous is None:
        con.execute(
            "CREATE TABLE state (stream VARCHAR, source_id VARCHAR, record_hash VARCHAR, "
            "posting_date DATE, load_id VARCHAR)"
        )
    else:
        con.execute(
            f"CREATE TABLE state AS SELECT * FROM read_parquet('{previous / 'state.parquet'}')"
        )
    vouchers = staging.path("voucher")
    if staging.has_readings and vouchers is not None:
        repeated.find(con, vouchers)
        staging.findings += repeated.findings(con, staging.connection.company_id)
    _hash_staged(con, staging)
    con.execute("""
        CREATE TABLE changed AS
        SELECT staged.* FROM staged LEFT JOIN state USING (stream, source_id)
        WHERE state.record_hash IS DISTINCT FROM staged.record_hash
    """)
    _find_gone(con, staging)
    records = con.execute("SELECT count(*) FROM changed").fetchall()[0][0]
    gone = con.execute("SELECT count(*) FROM gone").fetchall()[0][0]
    return records, gone


def _hash_staged(con: duckdb.DuckDBPyConnection, staging: Staging) -> None:
    for stream in LANDED:
        path = staging.path(stream)
        if path is None:
            names = ", ".join(f"NULL::{c.type} AS {c.name}" for c in LANDED[stream].columns)
            con.execute(f"CREATE TABLE staged_{stream} AS SELECT {names} WHERE false")
            con.execute(f"CREATE VIEW read_{stream} AS FROM staged_{stream}")
            continue
        if staging.has_readings and stream in VOUCHER_STREAMS:
            con.execute(f"CREATE VIEW read_{stream} AS {repeated.told_apart(path)}")
        else:
            con.execute(
                f"CREATE VIEW read_{stream} AS "
                f"SELECT * FROM read_parquet('{path}', file_row_number = true)"
            )
        con.execute(f"CREATE VIEW staged_{stream} AS {_last_readings(con, stream)}")
    if staging.path("voucher") is not None and staging.path("posting") is not None:
        _ensure_same_lines(con, staging.connection)
    simple = " UNION ALL ".join(
        f"SELECT '{stream}' AS stream, source_id, hex({_row_hash(stream)}) AS record_hash, "
        f"NULL::DATE AS posting_date FROM staged_{stream}"
        for stream in RECORD_STREAMS
        if stream != "voucher"
    )
    parts = " UNION ALL ".join(
        f"SELECT source_id, {_row_hash(stream)} AS h FROM staged_{stream}"
        for stream in VOUCHER_STREAMS
    )
    # Row hashes are combined by XOR, so the order of a voucher's rows is nothing;
    # equal rows cannot cancel out because the key is part of the hash.
    con.execute(f"""
        CREATE TABLE staged AS
        {simple}
        UNION ALL
        SELECT 'voucher', source_id, hex(bit_xor(h)), any_value(posting_date)
        FROM ({parts}) JOIN (SELECT source_id, posting_date FROM staged_voucher) USING (source_id)
        GROUP BY source_id
    """)
    orphans = con.execute("""
        SELECT source_id FROM staged_posting ANTI JOIN staged_voucher USING (source_id) LIMIT 1
    """).fetchall()
    if orphans:
        raise SourceError(
            f"Connection {staging.connection.connection_id} gave postings of voucher "
            f"{orphans[0][0]} without the voucher itself. Nothing was landed; report this "
            f"with the connector's name ({staging.connection.system})."
        )


def _last_readings(con: duckdb.DuckDBPyConnection, stream: str) -> str:
    """The query over what was read in which every record stands once: its later reading."""
    key = ", ".join(LANDED[stream].key)
    twice = f"twice_{stream}"
    con.execute(f"""
        CREATE TABLE {twice} AS
        SELECT {key}, max(file_row_number) AS last_row FROM read_{stream}
        GROUP BY ALL HAVING count(*) > 1
    """)
    if not con.execute(f"SELECT count(*) FROM {twice}").fetchall()[0][0]:
        return f"SELECT * EXCLUDE (file_row_number) FROM read_{stream}"
    return (
        f"SELECT r.* EXCLUDE (file_row_number) FROM read_{stream} r LEFT JOIN {twice} t "
        f"USING ({key}) WHERE t.last_row IS NULL OR t.last_row = r.file_row_number"
    )


def _ensure_same_lines(con: duckdb.DuckDBPyConnection, connection: Connection) -> None:
    """Raises `TransientError` when a voucher came twice with other lines each time: which
    lines of the first reading still count cannot be told.
    """
    for stream in ("posting", "tax_line"):
        key = ", ".join(LANDED[stream].key)
        found = con.execute(f"""
            SELECT source_id FROM (
                SELECT source_id, count(*) AS readings FROM read_voucher
                SEMI JOIN twice_voucher USING (source_id) GROUP BY ALL
            ) JOIN (
                SELECT {key}, count(*) AS times FROM read_{stream}
                SEMI JOIN twice_voucher USING (source_id) GROUP BY ALL
            ) USING (source_id) WHERE times <> readings ORDER BY ALL LIMIT 1
        """).fetchall()
        if found:
            raise TransientError(
                f"Voucher {found[0][0]} of connection {connection.connection_id} changed while it "
                "was read: it came twice, with other lines each time. Nothing was landed; pull "
                "again."
            )


def _row_hash(stream: str) -> str:
    # A record that only moved within its file, or came in another file, has not changed.
    columns = ", ".join(
        f"coalesce({c.name}::VARCHAR, chr(30))"
        for c in LANDED[stream].columns
        if c.name != "where_found"
    )
    return f"md5_number(concat_ws(chr(31), '{stream}', {columns}))"


def _find_gone(con: duckdb.DuckDBPyConnection, staging: Staging) -> None:
    con.execute("CREATE TABLE gone (stream VARCHAR, source_id VARCHAR)")
    for deleted in staging.deleted:
        ids = pa.table({"source_id": pa.array(deleted.source_ids, pa.string())})
        con.register("ids", ids)
        con.execute(
            "INSERT INTO gone SELECT stream, source_id FROM state JOIN ids USING (source_id) "
            "WHERE stream = ?",
            [deleted.stream],
        )
    for complete in staging.complete:
        con.execute(
            """
            INSERT INTO gone
            SELECT stream, source_id FROM state ANTI JOIN staged USING (stream, source_id)
            WHERE stream = $1 AND ($2::DATE IS NULL OR posting_date >= $2)
              AND ($3::DATE IS NULL OR posting_date <= $3)
            """,
            [complete.stream, complete.start, complete.end],
        )
    for present in staging.present:
        ids = pa.table({"source_id": pa.array(present.source_ids, pa.string())})
        con.register("ids", ids)
        con.execute(
            "INSERT INTO gone SELECT stream, source_id FROM state ANTI JOIN ids USING (source_id) "
            "WHERE stream = ?",
            [present.stream],
        )
    con.execute("CREATE OR REPLACE TABLE gone AS SELECT DISTINCT * FROM gone")
    con.execute(
        "DELETE FROM gone USING staged "
        "WHERE gone.stream = staged.stream AND gone.source_id = staged.source_id"
    )
