"""What is taken in already, small enough to hold for millions of filings.

Belongs here: reading it from the warehouse. Does not: deciding anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.intake import again
from assets.intake.found import Found
from warehouse.store import Store


@dataclass(slots=True)
class Known:
    """Filings by their hash and places by their digest; `sequence` is the last number given.

    `unread` are the filings to take in again, which count as not yet known.
    """

    filings: set[bytes] = field(default_factory=set)
    places: set[bytes] = field(default_factory=set)
    sequence: int = 0
    unread: again.Unread = field(default_factory=again.Unread)


def load(store: Store, *, is_again: bool = False) -> Known:
    """What the warehouse holds, less the filings that could not be read when `is_again`."""
    known = Known(unread=again.unread(store) if is_again else again.Unread())
    for filing_ids, sequences in _columns(store, "xbrl_filing", ["filing_id", "sequence"]):
        known.filings.update(map(bytes.fromhex, filing_ids.to_pylist()))
        known.sequence = max(known.sequence, pc.max(sequences).as_py() or 0)
    columns = ["place", "stamp", "filing_id"]
    for places, stamps, filing_ids in _columns(store, "xbrl_source", columns):
        ids = filing_ids.to_pylist()
        for place, stamp, one in zip(places.to_pylist(), stamps.to_pylist(), ids, strict=True):
            digest = Found(place, place, stamp, 0, bytes).digest
            (known.unread.places if one in known.unread.said else known.places).add(digest)
        known.filings.update(map(bytes.fromhex, ids))
    known.filings -= set(map(bytes.fromhex, known.unread.said))
    return known


def _columns(store: Store, table: str, names: list[str]) -> Iterator[list[Any]]:
    for path in store.paths(table):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=names):
                yield [batch.column(name) for name in names]
