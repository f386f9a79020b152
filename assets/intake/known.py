"""What is taken in already, small enough to hold for millions of filings.

Belongs here: reading it from the warehouse. Does not: deciding anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.intake.found import Found
from warehouse.store import Store


@dataclass(slots=True)
class Known:
    """Filings by their hash and places by their digest; `sequence` is the last number given."""

    filings: set[bytes] = field(default_factory=set)
    places: set[bytes] = field(default_factory=set)
    sequence: int = 0


def load(store: Store) -> Known:
    """What the warehouse holds."""
    known = Known()
    for filing_ids, sequences in _columns(store, "xbrl_filing", ["filing_id", "sequence"]):
        known.filings.update(map(bytes.fromhex, filing_ids.to_pylist()))
        known.sequence = max(known.sequence, pc.max(sequences).as_py() or 0)
    columns = ["place", "stamp", "filing_id"]
    for places, stamps, filing_ids in _columns(store, "xbrl_source", columns):
        pairs = zip(places.to_pylist(), stamps.to_pylist(), strict=True)
        known.places.update(Found(p, p, s, 0, bytes).digest for p, s in pairs)
        known.filings.update(map(bytes.fromhex, filing_ids.to_pylist()))
    return known


def _columns(store: Store, table: str, names: list[str]) -> Iterator[list[Any]]:
    for path in store.paths(table):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=names):
                yield [batch.column(name) for name in names]
