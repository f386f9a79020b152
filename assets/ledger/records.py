"""The SQL that turns landed records and the present ledger into the next ledger.

Works on a connection that holds the present tables as views and the pending
loads as `new_<stream>` and `gone`. Makes `next_<table>` for every ledger table
but the tax lines.

Belongs here: replacing, mapping, the control trail. Does not: files.
"""

import json
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from assets.sources.landing import Load
from warehouse.store import bucket_sql
from warehouse.tables import LANDED, TABLES

MASTER_STREAMS = {
    "fiscal_period": "fiscal_period",
    "ledger_account": "account",
    "vat_code": "vat_code",
    "party": "party",
    "source_document": "source_document",
    "opening_balance": "opening_balance",
    "control_total": "control_total",
    "bank_balance": "bank_balance",
    "bank_entry": "bank_entry",
}
"""Ledger table → landed stream, for records without a posting date."""

_BUCKET_OF = f"lpad(({bucket_sql('company_id')})::VARCHAR, 2, '0')"
BUCKET = f"'bucket=' || {_BUCKET_OF}"
MONTH_BUCKET = f"'month=' || strftime(posting_date, '%Y-%m') || '/bucket=' || {_BUCKET_OF}"

# How a stream's columns become a ledger table's where the names differ.
_RENAMED = {
    "ledger_account": {
        "standard_account_code": "NULL",
        "mapping_origin": "NULL",
        "source_standard_code": "standard_account_code",
    },
    "vat_code": {
        "standard_vat_code": "NULL",
        "part": "NULL",
        "mapping_origin": "NULL",
        "source_standard_code": "standard_vat_code",
        "source_part": "part",
    },
}

_ACCOUNT_MAPPED = """
    SELECT a.* REPLACE (
        coalesce(m.standard_account_code, s.account_code) AS standard_account_code,
        CASE WHEN m.standard_account_code IS NOT NULL THEN 'explicit'
             WHEN s.account_code IS NOT NULL THEN 'source' END AS mapping_origin)
    FROM {accounts} a
    LEFT JOIN account_mapping m USING (company_id, account_code)
    LEFT JOIN standard_account s ON s.account_code = a.source_standard_code
"""
_VAT_CODE_MAPPED = """
    SELECT v.* REPLACE (
        coalesce(nullif(ms.alias_of, ''), ms.vat_code, nullif(s.alias_of, ''), s.vat_code)
            AS standard_vat_code,
        coalesce(m.part, v.source_part) AS part,
        CASE WHEN ms.vat_code IS NOT NULL THEN 'explicit'
             WHEN s.vat_code IS NOT NULL THEN 'source' END AS mapping_origin)
    FROM {codes} v
    LEFT JOIN vat_code_mapping m USING (company_id, vat_code)
    LEFT JOIN standard_vat_code ms ON ms.vat_code = m.standard_vat_code
    LEFT JOIN standard_vat_code s ON s.vat_code = v.source_standard_code
"""

TOUCHED_SQL = f"""
CREATE TABLE remapped AS
    SELECT DISTINCT company_id FROM (
        SELECT company_id, account_code AS code, standard_account_code AS standard, mapping_origin
        FROM ({_ACCOUNT_MAPPED.format(accounts="ledger_account")})
        EXCEPT
        SELECT company_id, account_code, standard_account_code, mapping_origin FROM ledger_account)
    UNION
    SELECT DISTINCT company_id FROM (
        SELECT company_id, vat_code, standard_vat_code, part, mapping_origin
        FROM ({_VAT_CODE_MAPPED.format(codes="vat_code")})
        EXCEPT
        SELECT company_id, vat_code, standard_vat_code, part, mapping_origin FROM vat_code);
CREATE TABLE touched_company AS
    SELECT company_id FROM pending_load
    UNION SELECT company_id FROM remapped
    UNION SELECT company_id FROM (
        SELECT company_id, name, cvr, se_number, country, base_currency FROM company_setting
        EXCEPT
        SELECT company_id, name, cvr, se_number, country, base_currency FROM company);
CREATE TABLE touched_bucket AS
    SELECT DISTINCT {_BUCKET_OF} AS bucket FROM touched_company;
"""


def register_loads(con: duckdb.DuckDBPyConnection, wave: Sequence[Load]) -> None:
    """Make `pending_load`, `new_<stream>` with lineage columns, and `gone`."""
    con.register("pending_rows", _pending(wave))
    con.execute("CREATE TABLE pending_load AS SELECT * FROM pending_rows")
    for stream in [*LANDED, "deleted"]:
        files = [str(p) for load in wave if (p := load.folder / f"{stream}.parquet").exists()]
        if files:
            listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
            rows = (
                "SELECT f.* EXCLUDE (filename), p.company_id, p.connection_id, p.load_id "
                f"FROM read_parquet([{listed}], filename = true) f "
                f"JOIN pending_load p ON f.filename = p.folder || '/{stream}.parquet'"
            )
        else:
            columns = (
                [(c.name, c.type) for c in LANDED[stream].columns]
                if stream in LANDED
                else [("stream", "VARCHAR"), ("source_id", "VARCHAR")]
            )
            columns += [(name, "VARCHAR") for name in ("company_id", "connection_id", "load_id")]
            rows = "SELECT " + ", ".join(f"NULL::{t} AS {n}" for n, t in columns) + " WHERE false"
        name = "gone" if stream == "deleted" else f"new_{stream}"
        con.execute(f"CREATE VIEW {name} AS {rows}")


def build_masters(con: duckdb.DuckDBPyConnection) -> None:
    """Make `next_<table>` of the undated tables, for the touched buckets."""
    for table, stream in MASTER_STREAMS.items():
        renamed = _RENAMED.get(table, {})
        columns = TABLES[table].names
        new = ", ".join(f"{renamed.get(name, name)} AS {name}" for name in columns)
        target = f"raw_{table}" if table in _RENAMED else f"next_{table}"
        con.execute(f"""
            CREATE TABLE {target} AS
            SELECT {", ".join(columns)} FROM {table} t
            SEMI JOIN touched_bucket b ON {_BUCKET_OF} = b.bucket
            ANTI JOIN (
                SELECT company_id, connection_id, source_id FROM new_{stream}
                UNION ALL
                SELECT company_id, connection_id, source_id FROM gone WHERE stream = '{stream}'
            ) s USING (company_id, connection_id, source_id)
            UNION ALL SELECT {new} FROM new_{stream}
        """)
    con.execute(
        "CREATE TABLE next_ledger_account AS "
        f"{_ACCOUNT_MAPPED.format(accounts='raw_ledger_account')};"
        f"CREATE TABLE next_vat_code AS {_VAT_CODE_MAPPED.format(codes='raw_vat_code')};"
    )
    con.execute(f"""
        CREATE TABLE next_company AS
        SELECT * FROM company_setting s SEMI JOIN touched_bucket b ON {_BUCKET_OF} = b.bucket;
        CREATE TABLE next_load AS
        SELECT {", ".join(TABLES["load"].names)} FROM load l
        SEMI JOIN touched_bucket b ON {_BUCKET_OF} = b.bucket
        UNION ALL SELECT {", ".join(TABLES["load"].names)} FROM pending_load;
        CREATE TABLE next_connection AS
        SELECT s.company_id, s.connection_id, s.system, max(l.load_id) AS last_load_id
        FROM connection_setting s LEFT JOIN next_load l USING (company_id, connection_id)
        SEMI JOIN touched_bucket b ON {_BUCKET_OF.replace("company_id", "s.company_id")} = b.bucket
        GROUP BY ALL;
    """)


def find_touched_partitions(con: duckdb.DuckDBPyConnection) -> None:
    """Make `superseded` (present vouchers that change or go) and `touched_partition`."""
    con.execute(f"""
        CREATE TABLE superseded AS
        SELECT v.company_id, v.voucher_id, v.connection_id, v.source_id, v.posting_date,
               n.load_id AS new_load_id, n.is_deleted
        FROM voucher v
        JOIN (SELECT company_id, connection_id, source_id, load_id, false AS is_deleted
              FROM new_voucher
              UNION ALL
              SELECT company_id, connection_id, source_id, load_id, true FROM gone
              WHERE stream = 'voucher') n
        USING (company_id, connection_id, source_id);
        CREATE TABLE touched_partition AS
        SELECT {MONTH_BUCKET} AS name FROM new_voucher
        UNION SELECT {MONTH_BUCKET} FROM superseded
        UNION SELECT {MONTH_BUCKET} FROM voucher SEMI JOIN remapped USING (company_id);
    """)


def view_of(con: duckdb.DuckDBPyConnection, name: str, paths: Sequence[str], table: str) -> None:
    """A view over some files of `table`, or over none."""
    if paths:
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        rows = f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"
    else:
        rows = f"SELECT * FROM {table} WHERE false"
    con.execute(f"CREATE VIEW {name} AS {rows}")


def build_vouchers(con: duckdb.DuckDBPyConnection) -> None:
    """Make `next_voucher`, `next_posting`, `told_tax` and `next_record_change`.

    Vouchers, postings and codes get numbers of their own for this build, so that
    what follows joins integers.
    """
    voucher = [n for n in TABLES["voucher"].names if n != "voucher_id"]
    own = "connection_id || ':' || source_id"
    con.execute(f"""
        CREATE TABLE next_voucher AS
        SELECT row_number() OVER () AS voucher_no, w.*, d.party_id AS document_party_id FROM (
            SELECT voucher_id, {", ".join(voucher)} FROM old_voucher
            ANTI JOIN superseded USING (company_id, voucher_id)
            UNION ALL
            SELECT {own}, {", ".join(voucher)} FROM new_voucher
        ) w LEFT JOIN (
            SELECT company_id, document_id, any_value(party_id) AS party_id
            FROM next_source_document GROUP BY ALL
        ) d USING (company_id, document_id)
    """)
    plain = [
        n for n in TABLES["posting"].names
        if n not in ("voucher_id", "standard_account_code", "posting_date")
    ]  # fmt: skip
    con.execute(f"""
        CREATE TABLE next_posting AS
        SELECT row_number() OVER () AS posting_no, v.voucher_no, w.*, v.posting_date,
               a.standard_account_code, c.code_no,
               -- an account of energy duties names its field: what is bought there is a base
               CASE WHEN s.vat_role LIKE 'Moms%' THEN '' ELSE coalesce(s.vat_role, '') END
                   AS vat_role
        FROM (
            SELECT voucher_id, {", ".join(plain)} FROM old_posting
            ANTI JOIN superseded USING (company_id, voucher_id)
            UNION ALL
            SELECT {own}, {", ".join(plain)} FROM new_posting
        ) w
        JOIN (SELECT voucher_no, company_id, voucher_id, posting_date FROM next_voucher) v
        USING (company_id, voucher_id)
        LEFT JOIN code c USING (company_id, vat_code)
        LEFT JOIN (
            SELECT company_id, account_code, any_value(standard_account_code)
                   AS standard_account_code
            FROM next_ledger_account GROUP BY ALL
        ) a USING (company_id, account_code)
        LEFT JOIN standard_account s ON s.account_code = a.standard_account_code
    """)
    con.execute(f"""
        CREATE TABLE told_tax AS
        SELECT p.posting_no, p.voucher_no, t.seq, t.vat_code, c.code_no, t.source_part, t.amount
        FROM (
            SELECT company_id, voucher_id, line_id, seq, vat_code, source_part, amount
            FROM old_tax_line ANTI JOIN superseded USING (company_id, voucher_id)
            WHERE origin = 'source'
            UNION ALL
            SELECT company_id, {own}, line_id, seq, vat_code, part, amount FROM new_tax_line
        ) t
        JOIN (SELECT posting_no, voucher_no, company_id, voucher_id, line_id FROM next_posting) p
        USING (company_id, voucher_id, line_id)
        LEFT JOIN code c USING (company_id, vat_code)
    """)
    _record_changes(con)


def build_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Make `code`: what each of a company's VAT codes means, one number a code."""
    con.execute("""
        CREATE TABLE code AS
        SELECT row_number() OVER () AS code_no, v.company_id, v.vat_code,
               any_value(v.standard_vat_code) AS standard_vat_code,
               any_value(v.part) AS leg,
               abs(coalesce(any_value(s.rate), any_value(v.rate))) AS rate,
               any_value(s.deductible_share) AS share,
               any_value(coalesce(s.output_field, '')) AS output_field,
               any_value(coalesce(s.output_field, '')) <> '' AS standard_has_output,
               standard_has_output AND coalesce(leg, '') <> 'input' AS has_output,
               any_value(coalesce(s.input_field, '')) <> '' AND coalesce(leg, '') <> 'output'
                   AS has_input,
               any_value(coalesce(s.treatment, '') IN ('sale', 'sale_zero')) AS is_sale,
               any_value(coalesce(s.treatment, '') IN ('sale', 'purchase', 'reverse_charge')
                         AND s.rate > 0) AS computes
        FROM next_vat_code v LEFT JOIN standard_vat_code s ON s.vat_code = v.standard_vat_code
        GROUP BY v.company_id, v.vat_code
    """)


def _record_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Old and new side by side, for every record that changed or went."""
    voucher = ", ".join(LANDED["voucher"].names)
    posting = ", ".join(n for n in LANDED["posting"].names if n != "source_id")

    def as_json(vouchers: str, postings: str) -> str:
        return f"""
            SELECT v.company_id, v.connection_id, v.source_id, v.load_id, v.voucher_number,
                   v.posting_date, json_object('voucher', v.j, 'postings', p.j)::VARCHAR AS record
            FROM (SELECT *, to_json(struct_pack({_packed(voucher)})) AS j FROM {vouchers}) v
            JOIN (SELECT company_id, connection_id, source_id,
                         to_json(list(struct_pack({_packed(posting)}) ORDER BY line_no, line_id))
                         AS j
                  FROM {postings} GROUP BY ALL) p
            USING (company_id, connection_id, source_id)
        """

    gone_old = "(SELECT * FROM old_voucher SEMI JOIN superseded USING (company_id, voucher_id))"
    gone_lines = "(SELECT * FROM old_posting SEMI JOIN superseded USING (company_id, voucher_id))"
    masters = " UNION ALL ".join(
        _master_changes(table, stream)
        for table, stream in MASTER_STREAMS.items()
        if table != "control_total"  # the source's running sums: every pull changes them
    )
    names = ", ".join(TABLES["record_change"].names)
    con.execute(f"""
        CREATE TABLE next_record_change AS
        SELECT {names} FROM record_change r
        SEMI JOIN touched_bucket b ON {_BUCKET_OF} = b.bucket
        UNION ALL
        SELECT o.company_id, o.connection_id, s.new_load_id, 'voucher', o.source_id,
               CASE WHEN s.is_deleted THEN 'deleted' ELSE 'changed' END,
               o.voucher_number, o.posting_date, o.load_id, o.record, n.record
        FROM ({as_json(gone_old, gone_lines)}) o
        JOIN superseded s USING (company_id, connection_id, source_id)
        LEFT JOIN ({as_json("new_voucher", "new_posting")}) n
        USING (company_id, connection_id, source_id)
        UNION ALL {masters}
    """)


def _master_changes(table: str, stream: str) -> str:
    """Changed and deleted master records; the source's own columns only."""
    renamed = {v: k for k, v in _RENAMED.get(table, {}).items() if v != "NULL"}
    names = LANDED[stream].names
    old = ", ".join(f"'{n}', {renamed.get(n, n)}" for n in names)
    new = ", ".join(f"'{n}', {n}" for n in names)
    return f"""
        SELECT o.company_id, o.connection_id, n.load_id, '{stream}', o.source_id,
               CASE WHEN n.record IS NULL THEN 'deleted' ELSE 'changed' END, NULL, NULL,
               o.load_id, o.record, n.record
        FROM (SELECT *, json_object({old})::VARCHAR AS record FROM {table}) o
        JOIN (SELECT company_id, connection_id, source_id, load_id,
                     json_object({new})::VARCHAR AS record FROM new_{stream}
              UNION ALL
              SELECT company_id, connection_id, source_id, load_id, NULL FROM gone
              WHERE stream = '{stream}') n
        USING (company_id, connection_id, source_id)
    """


def _packed(columns: str) -> str:
    return ", ".join(f"{name} := {name}::VARCHAR" for name in columns.split(", "))


def _pending(wave: Sequence[Load]) -> pa.Table:
    text = [
        {
            "company_id": load.company_id,
            "connection_id": load.connection_id,
            "load_id": load.load_id,
            "system": load.system,
            "cursor_from": _json(load.cursor_from),
            "cursor_to": _json(load.cursor_to),
            "content_sha256": load.content_sha256,
            "raw_path": f"landed/{load.connection_id}/loads/{load.load_id}/raw",
            "folder": str(load.folder),
        }
        for load in wave
    ]
    columns = {
        name: pa.array([row[name] for row in text], pa.string())
        for name in (
            "company_id", "connection_id", "load_id", "system", "cursor_from", "cursor_to",
            "content_sha256", "raw_path", "folder",
        )
    }  # fmt: skip
    columns["record_count"] = pa.array([load.record_count for load in wave], pa.int64())
    columns["deleted_count"] = pa.array([load.deleted_count for load in wave], pa.int64())
    return pa.table(columns)


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)
