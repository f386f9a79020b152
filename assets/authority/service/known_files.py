"""Certificates in a folder, read again only when a file was added, changed or taken away.

Belongs here: noticing. Does not: what the certificates are for (`folder`, `tls_keys`).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
_Stamp = tuple[tuple[str, int, int, int], ...]


class Known(Generic[T]):
    """What `read` makes of a folder's `*.pem`, kept while the files are the same."""

    def __init__(self, folder: Path, read: Callable[[], T]) -> None:
        self._folder = folder
        self._read = read
        self._kept: tuple[_Stamp, T] | None = None

    def __call__(self) -> T:
        """As it is now. Several threads may ask; at worst each reads once."""
        stamp = _stamp(self._folder)
        kept = self._kept
        if kept is None or kept[0] != stamp:
            kept = stamp, self._read()
            self._kept = kept
        return kept[1]


def _stamp(folder: Path) -> _Stamp:
    with os.scandir(folder) as entries:
        found = [(one.name, one.stat()) for one in entries if one.name.endswith(".pem")]
    return tuple(
        sorted((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in found)
    )
