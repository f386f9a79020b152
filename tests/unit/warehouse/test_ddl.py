"""Every table's DDL is SQL: no column bears a name that SQL keeps for itself."""

import duckdb

from warehouse.shape import ddl
from warehouse.tables import TABLES


def test_every_table_can_be_created():
    with duckdb.connect() as con:
        con.execute(";".join(map(ddl, TABLES.values())))
        assert len(con.execute("FROM duckdb_tables()").fetchall()) == len(TABLES)
