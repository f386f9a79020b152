"""A place at which a filing was found, and what gives such places.

Belongs here: the values every kind of source shares. Does not: any kind of source, or
reading a filing.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple, Protocol


class Found(NamedTuple):
    """One place. `stamp` changes when the place's content may have changed.

    `place` is a path, `path!member` of an archive, or an address; `name` is what messages
    call the file. `read` fetches the bytes, and is only called when the place is new:
    it raises `Unreachable` when the place cannot be read now. What an index says of the
    filing stands in the last two.
    """

    place: str
    name: str
    stamp: str
    byte_count: int
    read: Callable[[], bytes]
    entity_identifier: str | None = None
    published_at: datetime | None = None

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that tell this place in this state from every other."""
        text = f"{self.place}\0{self.stamp}"
        return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()


class Unreachable(Exception):  # noqa: N818  (a place, not a failure of the run)
    """A place that could not be read; the message names it and says what to do."""


class Source(Protocol):
    """Where filings come from. As many places may be read at once as `fetches` says."""

    @property
    def fetches(self) -> int:
        """1 where reading waits for nothing but a disk."""

    @property
    def total(self) -> int | None:
        """How many places there are, where that is known beforehand."""

    def places(self) -> Iterator[Found]:
        """Every place, always in the same order."""
