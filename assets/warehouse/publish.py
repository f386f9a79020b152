"""Publish the warehouse: snapshots of the operations database, and the views' file.

Belongs here: what makes `warehouse.duckdb` whole. Does not: the tables of the line.
"""

from pathlib import Path

from assets.workspace import Workspace
from warehouse.tables import TABLES

OPERATIONS_TABLES = [name for name, table in TABLES.items() if table.partition == "operations"]


def publish(workspace: Workspace) -> Path:
    """Snapshot the operations tables into the warehouse and rebuild `warehouse.duckdb`."""
    store = workspace.store()
    with workspace.operations_database() as operations, store.transaction() as transaction:
        for table in OPERATIONS_TABLES:
            transaction.put(table, "snapshot", operations.snapshot(table))
    return store.publish()
