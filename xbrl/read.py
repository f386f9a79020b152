"""From files to instances, whatever they are: plain XBRL, inline documents and sets of them, zips.

Belongs here: finding out what was given, and handing it to its reader. Does not:
reading, or what a zip says of itself (`report_package`).
"""

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from xbrl.instance import read_instance
from xbrl.model import Instance

_HEAD_BYTES = 1 << 16
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?"
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!\w[^>\[]*(?>\[.*?\]\s*)?>)*+"
    rb"<(?:[^\s<>/:]+:)?([\w.-]+)",
    re.DOTALL,
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read(source: Path | Sequence[Path], *, name: str | None = None) -> list[Instance]:
    """The instances in one file, or in several that make one inline document set.

    `name` stands for the file in tables and problems; otherwise its own does.
    Raises: OSError when a file cannot be read.
    """
    paths = [source] if isinstance(source, Path) else list(source)
    files = [(path.name if name is None else name, path.read_bytes()) for path in paths]
    return read_files(files)


def read_bytes(data: bytes, name: str, *, for_tables: bool = False) -> list[Instance]:
    """The instances in the bytes of one file.

    `for_tables`: only tables are made of them; facts may come without their elements.
    """
    return read_files([(name, data)], for_tables=for_tables)


def read_files(files: Sequence[tuple[str, bytes]], *, for_tables: bool = False) -> list[Instance]:
    """The instances in files given as name and bytes; several are one inline document set.

    A zip holds the reports of a report package, or of each file in it.
    """
    if len(files) == 1 and files[0][1].startswith(_ZIP):
        from xbrl.report_package import read_zip  # noqa: PLC0415 - few files are zips

        return read_zip(*files[0], partial(read_files, for_tables=for_tables))
    with without_collection():
        if len(files) > 1 or is_inline(files[0][1]):
            from xbrl.inline.document import read_inline  # noqa: PLC0415 - plain XBRL needs none of it

            return read_inline(files)
        return [read_instance(*files[0], for_tables=for_tables)]


def is_inline(data: bytes) -> bool:
    """Whether a file is an HTML page, which holds inline XBRL if any: by its root element.

    >>> is_inline(b'<?xml version="1.0"?><!-- <xbrl> --><html>')
    True
    >>> is_inline(b'<xbrli:xbrl xmlns:ix="http://www.xbrl.org/2013/inlineXBRL">')
    False
    """
    head = data[:_HEAD_BYTES]
    if b"\0" in head[:8]:  # UTF-16 or UTF-32
        head = head.replace(b"\0", b"")
    root = _ROOT.match(head)
    return root is not None and root[1].lower() == b"html"


@contextmanager
def without_collection() -> Iterator[None]:
    """Reading makes tens of thousands of objects and no cycles: searching for cycles in
    them is a third of the time.

    Afterwards they count as old, so that the next search among young objects does not
    go through them; a full one does.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # what someone else has frozen stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
