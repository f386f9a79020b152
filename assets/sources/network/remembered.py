"""What a cursor remembers of much, in few bytes: ids as ranges, content as a digest.

Belongs here: writing it down. Does not: what is remembered (each connector).
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Self


def digest(content: Any) -> str:
    """Changes when `content`, as JSON, changes.

    >>> digest(["DKK", {"1": "S25"}])[:12]
    '10595416c8da'
    """
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


class Ids:
    """Record ids seen so far.

    >>> ids = Ids.parse("1-3,7")
    >>> ids.add(4), ids.add(7), len(ids), ids.text()
    (True, False, 5, '1-4,7')
    >>> ids.without([3, 5, 8])
    [5, 8]
    """

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._ids = set(ids)

    def __len__(self) -> int:
        return len(self._ids)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The set `text()` wrote."""
        ids: set[int] = set()
        for part in filter(None, text.split(",")):
            first, _, last = part.partition("-")
            ids.update(range(int(first), int(last or first) + 1))
        return cls(ids)

    def text(self) -> str:
        """The set as ranges, ascending."""
        ordered = sorted(self._ids)
        starts = [n for n in ordered if n - 1 not in self._ids]
        ends = [n for n in ordered if n + 1 not in self._ids]
        return ",".join(f"{a}-{b}" if a != b else f"{a}" for a, b in zip(starts, ends, strict=True))

    def add(self, number: int) -> bool:
        """Add one; False when it was there."""
        is_new = number not in self._ids
        self._ids.add(number)
        return is_new

    def without(self, others: Iterable[int]) -> list[int]:
        """Those of `others` that are not in the set, ascending."""
        return sorted(set(others) - self._ids)
