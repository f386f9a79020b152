"""What a pull yielded, looked into.

Belongs here: rows, findings and the cursor among items. Does not: pulling.
"""

import json
from collections.abc import Iterable
from typing import Any

from assets.sources.connector import Again, Cursor, Found, Item, Rows
from quality.finding import Finding


def rows(items: Iterable[Item], stream: str) -> list[dict[str, Any]]:
    """The rows that stand: those before an `Again` are void."""
    standing: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, Again) and stream in item.streams:
            standing = []
        if isinstance(item, Rows) and item.stream == stream:
            standing += item.table.to_pylist()
    return standing


def findings(items: Iterable[Item]) -> list[Finding]:
    """What was found, in order."""
    return [item.finding for item in items if isinstance(item, Found)]


def cursor_of(items: Iterable[Item]) -> Any:
    """The cursor, as it is stored."""
    *_before, last = items
    assert isinstance(last, Cursor)
    return json.loads(json.dumps(last.value))
