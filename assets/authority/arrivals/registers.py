"""The authority's register as tables: companies, duties, mandates, who read what.

Belongs here: when the tables are written anew. Does not: the register
(`assets.authority.service.register`).
"""

from pathlib import Path

from warehouse.store import Store

TABLES_MADE = ("registered_company", "registered_duty", "mandate_given", "data_read")
SNAPSHOT = "snapshot"


def bring_up_to_date(store: Store, folder: Path) -> dict[str, int]:
    """The register in `folder` as it stands now, all four tables in one step; rows by table."""
    from assets.authority.service import register_tables  # noqa: PLC0415  (imported late)

    rows = {table: register_tables.snapshot(folder, table) for table in TABLES_MADE}
    with store.transaction() as transaction:
        for table, found in rows.items():
            transaction.put(table, SNAPSHOT, found)
    return {table: found.num_rows for table, found in rows.items()}
