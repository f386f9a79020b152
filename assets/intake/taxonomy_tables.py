"""The taxonomies that filings refer to, as tables of the warehouse.

An entry point is compiled when the first filing refers to it and its package is installed;
its tables are then copied into the warehouse once.

Belongs here: which, and copying. Does not: compiling (`xbrl.taxonomy.library`).
"""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from assets.intake import taxonomies
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

_TABLES = [name for name in TABLES if name.startswith("taxonomy_")]
_REFERRED = """
    SELECT href, count(DISTINCT filing_id) FROM xbrl_reference WHERE kind = 'schemaRef'
    GROUP BY 1 ORDER BY 1
"""


@dataclass(slots=True)
class Used:
    """What filings refer to: partitions new in the warehouse; addresses without a package."""

    new: list[str] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)


def bring_up_to_date(store: Store, library_folder: Path) -> Used:
    """Compile and copy what filings refer to and the warehouse does not hold yet."""
    library, used = taxonomies.library(library_folder), Used()
    with store.connect() as con:
        referred = con.execute(_REFERRED).fetchall()
    held = set(store.partitions("taxonomy_entry_point"))
    for url, filings in referred:
        found = library.find(url)
        if found is None:
            used.missing[url] = filings
            continue
        partition = f"package={found.key.package_id[:16]}/entry={found.key.entry_point_id[:16]}"
        if partition not in held:
            _copy(store, library.compile(found), partition)
            held.add(partition)
            used.new.append(partition)
    return used


def _copy(store: Store, compiled: Path, partition: str) -> None:
    with store.transaction() as transaction:
        for name in _TABLES:
            order = [(column, "ascending") for column in TABLES[name].sorted_by]
            rows = pq.read_table(compiled / f"{name}.parquet").cast(schema(TABLES[name]))
            transaction.put(name, partition, rows.sort_by(order))
