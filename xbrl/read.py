"""From files to instances, whatever they are: plain XBRL, inline documents, document sets.

Belongs here: finding out what was given, and handing it to its reader. Does not:
reading. A zip (report package) has its reader in `report_package` when that exists.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xbrl.instance import read_instance
from xbrl.model import Instance

_HEAD_BYTES = 1 << 16
_INLINE = (b"inlineXBRL", "inlineXBRL".encode("utf-16-le"), "inlineXBRL".encode("utf-16-be"))
_HTML = (b"<html", b"<HTML", b":html", "<html".encode("utf-16-le"), "<html".encode("utf-16-be"))


def read(source: Path | Sequence[Path], *, name: str | None = None) -> list[Instance]:
    """The instances in one file, or in several that make one inline document set.

    `name` stands for the file in tables and problems; otherwise its own does.
    Raises: OSError when a file cannot be read.
    """
    paths = [source] if isinstance(source, Path) else list(source)
    files = [(path.name if name is None else name, path.read_bytes()) for path in paths]
    return read_files(files)


def read_bytes(data: bytes, name: str) -> list[Instance]:
    """The instances in the bytes of one file."""
    return read_files([(name, data)])


def read_files(files: Sequence[tuple[str, bytes]]) -> list[Instance]:
    """The instances in files given as name and bytes; several are one inline document set."""
    with without_collection():
        if len(files) > 1 or is_inline(files[0][1]):
            from xbrl.inline.document import read_inline  # noqa: PLC0415 - plain XBRL needs none of it

            return read_inline(files)
        return [read_instance(*files[0])]


def is_inline(data: bytes) -> bool:
    """Whether a file is an HTML page, which holds inline XBRL if any."""
    head = data[:_HEAD_BYTES]
    return any(mark in head for mark in _INLINE) or any(mark in head[:4096] for mark in _HTML)


@contextmanager
def without_collection() -> Iterator[None]:
    """Reading makes tens of thousands of objects and no cycles: searching for cycles in
    them is a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
