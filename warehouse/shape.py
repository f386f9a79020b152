"""What a table's definition is made of: columns, types, keys; and what follows from them.

Belongs here: the vocabulary of a definition, Arrow schemas and DDL. Does not: any
table (`warehouse.tables`, `warehouse.intake_tables`).
"""

from dataclasses import dataclass

import pyarrow as pa

MONEY = "DECIMAL(18,2)"
FOREIGN = "DECIMAL(20,4)"
RATE = "DECIMAL(18,10)"
SHARE = "DECIMAL(9,6)"
EXACT = "DECIMAL(38,10)"
INDICES = "INTEGER[]"
TEXTS = "VARCHAR[]"
LIMITS = "MAP(VARCHAR, VARCHAR)"

_ARROW = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    MONEY: pa.decimal128(18, 2),
    FOREIGN: pa.decimal128(20, 4),
    RATE: pa.decimal128(18, 10),
    SHARE: pa.decimal128(9, 6),
    EXACT: pa.decimal128(38, 10),
    INDICES: pa.list_(pa.int32()),
    TEXTS: pa.list_(pa.string()),
    LIMITS: pa.map_(pa.string(), pa.string()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, SQL type, meaning; nullable unless `required`."""

    name: str
    type: str
    meaning: str
    required: bool = False

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field."""
        return pa.field(self.name, _ARROW[self.type], nullable=not self.required)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `key` is unique; rows are stored sorted by it, or by `sorted_by` where told.

    `partition` says how its Parquet is laid out: by `company` bucket, by company
    bucket and posting `month`, or by report `period` (month in which the
    reporting period ends), report and bucket. `operations` tables are snapshots
    of the operations database. Tables by `year` (in which a filing's period ends)
    only grow: each partition has many files. Tables by `received` lie by the month in which an
    authority received the report, `whole` ones in one partition. A table whose rows may
    repeat has no key.
    Columns in `found_by` have Bloom filters, for looking up single values; `group_rows` is how
    many rows one look-up reads at least (a row group): fewer where pages ask for one company.
    """

    name: str
    grain: str
    stage: str
    partition: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    source: str = ""
    sorted_by: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    group_rows: int = 122_880

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def schema(table: Table) -> pa.Schema:
    """The Arrow schema of `table`."""
    return pa.schema([column.arrow for column in table.columns])


def ddl(table: Table) -> str:
    """The DuckDB `CREATE TABLE` statement of `table`."""
    body = ",\n  ".join(
        f"{c.name} {c.type}{' NOT NULL' if c.required else ''}" for c in table.columns
    )
    return f"CREATE TABLE {table.name} (\n  {body}\n)"


def req(name: str, type_: str, meaning: str) -> Column:
    """A column every row fills in."""
    return Column(name, type_, meaning, required=True)


def opt(name: str, type_: str, meaning: str) -> Column:
    """A column that may be null."""
    return Column(name, type_, meaning)
