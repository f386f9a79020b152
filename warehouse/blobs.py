"""Bytes kept under the name of their own hash: filings, evidence, receipts.

A file is written once, whole, and read back only if it still has the hash it
was kept under. Belongs here: files below the storage folder. Does not: the rows
that refer to them (`warehouse.operations`).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import PermanentError
from warehouse.store import write_atomically


@dataclass(frozen=True, slots=True)
class Blob:
    """Kept bytes: their hash, and where they lie below the storage folder."""

    sha256: str
    path: str


def keep(root: Path, kind: str, content: bytes, suffix: str = "") -> Blob:
    """Keep `content` as `<kind>/<2 digits>/<sha256><suffix>` below `root`, on disk before return.

    Keeping the same bytes again changes nothing. Raises PermanentError when the
    disk is full or may not be written to; no half file is left under the name.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    relative = f"{kind}/{sha256[:2]}/{sha256}{suffix}"
    path = root / relative
    if not (path.is_file() and path.read_bytes() == content):
        write_atomically(path, content)
    return Blob(sha256, relative)


def read(root: Path, path: str, sha256: str) -> bytes:
    """The bytes kept at `path` below `root`.

    Raises PermanentError when they are gone or are no longer those kept.
    """
    try:
        content = (root / path).read_bytes()
    except FileNotFoundError as error:
        raise PermanentError(
            f"Tried to read {root / path}: the file is gone. Put it back from a backup of the "
            "storage folder, or build the report again to write the same bytes anew."
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise PermanentError(
            f"Tried to read {root / path}: its bytes were changed after they were kept (expected "
            f"SHA-256 {sha256}, found {found}). Put it back from a backup of the storage folder, "
            "or delete the file and build the report again to write the right bytes anew."
        )
    return content
