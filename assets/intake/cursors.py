"""How far each index has been read, so that the next run need not begin at the beginning.

Kept beside the tables it speaks of, and written when they are: a run that ends early leaves
it as it was. Losing it costs time only, since what is taken in is known by itself.

Belongs here: keeping it. Does not: what an index answers (`index`).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assets.intake.index import Index
from warehouse.store import Store, write_atomically

_FILE = "intake-cursors.json"


def resume(store: Store, indexes: Sequence[Index]) -> None:
    """Have each index begin where the last run through it ended."""
    kept = _read(store.folder / _FILE)
    for index in indexes:
        if index.key in kept:
            index.resume(datetime.fromisoformat(kept[index.key]))


def keep(store: Store, indexes: Sequence[Index]) -> None:
    """Write down how far each index has been read."""
    path = store.folder / _FILE
    kept = _read(path)
    reached = {index.key: index.reached.isoformat() for index in indexes if index.reached}
    if reached.items() - kept.items():
        write_atomically(path, json.dumps(kept | reached, indent=0, sort_keys=True).encode())


def _read(path: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return kept
