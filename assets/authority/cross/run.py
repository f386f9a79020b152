"""The cross-report checks: one pass over every company, from its reports to its score.

Belongs here: registering what the statements need, running each rule, writing the tables.
Does not: what is compared (`rules/*.sql`), how it is judged (`judge.sql`) or read by Dagster.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.authority.cross import handed_over
from assets.authority.cross.rules import FOLDER, Rule, figures, late_points, rules
from assets.workspace import Workspace
from quality.finding import Finding
from warehouse import duck
from warehouse.shape import schema
from warehouse.store import Store, Transaction
from warehouse.tables import TABLES

WRITTEN = ("cross_check", "cross_check_filing", "company_score")
_PARTITION = "snapshot"
_AT_ONCE = 10_000
"""Companies whose explanations are written in memory at a time."""
_COMPARED = """
CREATE OR REPLACE TEMP TABLE compared (
  rule VARCHAR NOT NULL, cvr VARCHAR NOT NULL, period_start DATE NOT NULL,
  period_end DATE NOT NULL, subject VARCHAR NOT NULL,
  stated DECIMAL(38, 10), expected DECIMAL(38, 10), how_stated VARCHAR, how_expected VARCHAR,
  counted DECIMAL(18, 2) NOT NULL, own_limit DECIMAL(38, 10), reason VARCHAR,
  stated_keys VARCHAR[], expected_keys VARCHAR[])"""
_JUDGED = """
CREATE OR REPLACE TEMP TABLE judged AS
SELECT cvr, rule, period_end, outcome, points FROM out_cross_check"""
_FILINGS = """
SELECT cvr, rule, period_end, subject, side, unnest(keys) AS filing_key
FROM (
  SELECT cvr, rule, period_end, subject, 'stated' AS side, stated_keys AS keys FROM compared
  UNION ALL
  SELECT cvr, rule, period_end, subject, 'expected', expected_keys FROM compared
)"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a pass came to: comparisons by outcome, companies with points, rows not used."""

    outcomes: dict[str, int]
    companies: int
    with_points: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Tables of other authorities, in the shapes of `handed_over`; None where there is none, and
    the rules that need it are not run.
    """

    payroll: pa.Table | None = None
    eu_purchases: pa.Table | None = None


def of_workspace(workspace: Workspace) -> Checked:
    """`bring_up_to_date` with the files and limits of `workspace`.

    Raises:
        SettingsError: a file handed over cannot be read or lacks a column.
    """
    said = workspace.authority
    return bring_up_to_date(
        workspace.store(),
        None if said is None else said.payroll,
        None if said is None else said.eu_purchases,
        memory_limit=workspace.memory_limit,
        threads=workspace.threads,
    )


def bring_up_to_date(
    store: Store,
    payroll: Path | None = None,
    eu_purchases: Path | None = None,
    *,
    memory_limit: str = duck.DEFAULT_MEMORY,
    threads: int = duck.DEFAULT_THREADS,
) -> Checked:
    """Compare every company's reports anew and replace the tables `WRITTEN`.

    Raises:
        SettingsError: a file handed over cannot be read or lacks a column.
    """
    paid = None if payroll is None else handed_over.payroll(payroll)
    bought = None if eu_purchases is None else handed_over.eu_purchases(eu_purchases)
    findings = tuple(finding for one in (paid, bought) if one for finding in one.findings)
    given = Given(paid and paid.rows, bought and bought.rows)
    with store.connect(memory_limit=memory_limit, threads=threads) as con:
        compare(con, given)
        with store.transaction() as transaction:
            for table in WRITTEN:
                for partition in store.partitions(table):
                    transaction.remove(table, partition)
                _write(con, transaction, table)
        return _told(con, findings)


def compare(con: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Leave the rows of the tables `WRITTEN` in temporary ones of the names `out_<table>`.

    `con` has the warehouse's views.
    """
    run_file(con, "words.sql")
    _register(con, given)
    run_file(con, "prepare.sql")
    con.execute(_COMPARED)
    for one in rules():
        if not one.needs or getattr(given, one.needs) is not None:
            con.execute(_insert(one), {"rule": one.rule})
    con.execute(f"CREATE OR REPLACE TEMP VIEW out_cross_check AS {_text('judge.sql')}")
    con.execute(_JUDGED)
    con.execute(f"CREATE OR REPLACE TEMP VIEW out_cross_check_filing AS {_FILINGS}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE out_company_score AS {_text('score.sql')}")


def _register(con: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Make our tables of rules, concepts and points, and those handed over, known to `con`."""
    _put(con, "cross_rule", [
        {"rule": r.rule, "kind": r.kind, "unit": r.unit, "stated": r.stated,
         "expected": r.expected, "share": r.share, "least": r.least, "counted_words": r.counted,
         "z": r.z, "peers": r.peers, "points": r.points, "ask": r.ask}
        for r in rules()
    ], _RULE)  # fmt: skip
    _put(con, "figure", [
        {"concept": f.concept, "words": f.words, "is_compared": f.is_compared,
         "movement": f.movement}
        for f in figures()
    ], _FIGURE)  # fmt: skip
    _put(con, "late_point", [
        {"state": state, "points": points} for state, points in late_points().items()
    ], _LATE)  # fmt: skip
    _table(con, "payroll", given.payroll, handed_over.PAYROLL)
    _table(con, "eu_purchase_row", given.eu_purchases, handed_over.EU_PURCHASE)
    run_file(con, "exchange.sql")


def run_file(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run one of this folder's files of statements."""
    con.execute(_text(name))


_RULE = pa.schema(
    [
        ("rule", pa.string()), ("kind", pa.string()), ("unit", pa.string()),
        ("stated", pa.string()), ("expected", pa.string()), ("share", pa.decimal128(9, 6)),
        ("least", pa.decimal128(18, 6)), ("counted_words", pa.string()),
        ("z", pa.decimal128(3, 1)), ("peers", pa.int32()), ("points", pa.int32()),
        ("ask", pa.string()),
    ]
)  # fmt: skip
_FIGURE = pa.schema(
    [("concept", pa.string()), ("words", pa.string()), ("is_compared", pa.bool_()),
     ("movement", pa.int8())]
)  # fmt: skip
_LATE = pa.schema([("state", pa.string()), ("points", pa.int32())])


def _insert(rule: Rule) -> str:
    """The statement that puts a rule's comparisons among the others."""
    if rule.kind == "peers":
        query = f"WITH ratio AS (\n{rule.statement}\n)\n{_text('peers.sql')}"
    else:
        query = rule.statement
    return f"INSERT INTO compared BY NAME SELECT $rule AS rule, * FROM (\n{query}\n)"


def _write(con: duckdb.DuckDBPyConnection, transaction: Transaction, table: str) -> None:
    shape = pa.schema([("_partition", pa.string()), *schema(TABLES[table])])
    batches = (batch for rows in _slices(con, table, shape) for batch in rows.to_batches())
    reader = pa.RecordBatchReader.from_batches(shape, batches)
    transaction.put_sorted(table, reader)


def _slices(con: duckdb.DuckDBPyConnection, table: str, shape: pa.Schema) -> Iterator[pa.Table]:
    """The rows of `table` in the order of its key, some companies at a time."""
    declared = TABLES[table]
    query = (
        f"SELECT '{_PARTITION}' AS _partition, {', '.join(declared.names)} FROM out_{table} "
        f"WHERE cvr BETWEEN $first AND $last ORDER BY {', '.join(declared.key)}"
    )
    bounds = con.execute(
        f"SELECT min(cvr), max(cvr) FROM ("
        f"SELECT cvr, row_number() OVER (ORDER BY cvr) // {_AT_ONCE} AS part "
        f"FROM (SELECT DISTINCT cvr FROM out_company_score)) GROUP BY part ORDER BY part"
    ).fetchall()
    for first, last in bounds:
        rows = con.sql(query, params={"first": first, "last": last}).to_arrow_table()
        yield rows.cast(shape)


def _told(con: duckdb.DuckDBPyConnection, findings: tuple[Finding, ...]) -> Checked:
    outcomes = con.execute(
        "SELECT outcome, count(*) FROM judged GROUP BY outcome ORDER BY outcome"
    ).fetchall()
    companies, with_points = con.execute(
        "SELECT count(DISTINCT cvr), count(DISTINCT cvr) FILTER (points > 0) FROM out_company_score"
    ).fetchall()[0]
    return Checked(dict(outcomes), companies, with_points, findings)


def _put(
    con: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, object]], shape: pa.Schema
) -> None:
    _table(con, name, pa.Table.from_pylist(rows, schema=shape), shape)


def _table(
    con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table | None, shape: pa.Schema
) -> None:
    con.register("_given", shape.empty_table() if rows is None else rows)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM _given")
    con.unregister("_given")


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
