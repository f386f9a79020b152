"""Streaming XML from files that strangers wrote.

One pass in constant memory, no network, no external entity, no document type
declaration at all (none of our formats has one), bounded text and depth; every
failure names file and line.

Belongs here: opening and walking a file safely. Does not: any format's meaning.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Never, cast

from lxml import etree

from warehouse.errors import SourceError

_ENCODING_ERRORS = frozenset(
    {
        etree.ErrorTypes.ERR_INVALID_CHAR,
        etree.ErrorTypes.ERR_INVALID_ENCODING,
        etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
        etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may ask for, in bytes; `text` bounds one value without markup."""

    chunk: int = 1 << 18
    prolog: int = 1 << 20
    text: int = 8 << 20


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Root:
    """The root element's name and attributes."""

    tag: str
    attributes: Mapping[str, str]


def root(path: Path, limits: Limits = DEFAULT) -> Root:
    """The root element of `path`, read without reading the file.

    Raises `SourceError` for an empty file, anything but XML, and a document type
    declaration (the door of entity bombs and external entities).
    """
    target = _Prolog()
    parser: Any = etree.XMLParser(target=cast("Any", target), **_options(huge=False))
    seen = b""
    with path.open("rb") as file:
        while len(seen) < limits.prolog and (chunk := file.read(4096)):
            seen += chunk
            _refuse_other(path, seen)
            try:
                parser.feed(chunk)
            except _RootSeen:
                return Root(target.tag, target.attributes)
            except _DoctypeSeen:
                raise _doctype(path, seen) from None
            except etree.XMLSyntaxError as error:
                _fail(path, error, at_end=False)
    if not seen:
        raise SourceError(
            f"Reading {path}: the file is empty (0 bytes). "
            "Export it again from the bookkeeping system."
        )
    raise SourceError(
        f"Reading {path}: expected an XML document, found no element in its first "
        f"{len(seen)} bytes. Export it again from the bookkeeping system."
    )


def elements(
    path: Path,
    tags: Sequence[str],
    limits: Limits = DEFAULT,
    after_chunk: Callable[[], None] | None = None,
) -> Iterator[Any]:
    """Yield each finished element named in `tags`, in document order.

    The caller hands each one to `release` when done with it; what is released
    is freed, so memory stays flat. `after_chunk` runs between two reads, when a
    caller may prune an element that is still open.

    Raises `SourceError` for a file that ends early, breaks the rules of XML or
    of its encoding, or holds one value longer than `limits.text`.
    """
    root(path, limits)
    huge = limits.text > DEFAULT.text
    parser = etree.XMLPullParser(events=("end",), tag=list(tags), **_options(huge=huge))
    guard = _TextGuard(path, limits.text)
    with path.open("rb") as file:
        for chunk in _chunks(file, limits.chunk):
            guard.check(chunk)
            try:
                parser.feed(chunk)
            except etree.XMLSyntaxError as error:
                _fail(path, error, at_end=False)
            for _event, element in parser.read_events():
                yield element
            if after_chunk is not None:
                after_chunk()
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        _fail(path, error, at_end=True)


def release(element: Any) -> None:
    """Free a finished element and the sibling before it."""
    element.clear(keep_tail=True)
    previous = element.getprevious()
    if previous is not None:
        element.getparent().remove(previous)


def _options(*, huge: bool) -> dict[str, Any]:
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "remove_comments": True,
        "remove_pis": True,
        "huge_tree": huge,
    }


def _chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while chunk := file.read(size):
        yield chunk


class _RootSeen(Exception):  # noqa: N818 - control flow out of the parser, not an error
    pass


class _DoctypeSeen(Exception):  # noqa: N818 - control flow out of the parser, not an error
    pass


class _Prolog:
    """Parser target that stops at the root's start tag or a DOCTYPE."""

    def __init__(self) -> None:
        self.tag = ""
        self.attributes: dict[str, str] = {}

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise _DoctypeSeen

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag, self.attributes = tag, dict(attributes)
        raise _RootSeen

    def close(self) -> None:
        """Every parser target must have one."""


class _TextGuard:
    """Counts bytes since the last markup, so that no value grows without bound."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self._run, self._line = 0, 1

    def check(self, chunk: bytes) -> None:
        last = chunk.rfind(b"<")
        first = chunk.find(b"<")
        if self._run + (first if first >= 0 else len(chunk)) > self._limit:
            raise SourceError(
                f"Reading {self._path}:{self._line}: one value is longer than "
                f"{self._limit} bytes, expected at most that. Nothing was read; "
                "export the file again, or without embedded documents."
            )
        self._run = self._run + len(chunk) if last < 0 else len(chunk) - 1 - last
        self._line += chunk.count(b"\n")


def _refuse_other(path: Path, head: bytes) -> None:
    text = head[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text and not text.startswith(b"<"):
        raise SourceError(
            f"Reading {path}:1: expected an XML document, found text that begins "
            f"{text[:20].decode('latin-1')!r}. Point the connection at the exported XML file."
        )


def _doctype(path: Path, head: bytes) -> SourceError:
    line = head[: max(head.find(b"<!DOCTYPE"), 0)].count(b"\n") + 1
    return SourceError(
        f"Reading {path}:{line}: the file declares a document type (<!DOCTYPE …>), which can "
        "pull in other files or grow without bound, and which no SAF-T or SIE file has. "
        "Nothing was read; ask the sender for a file without it."
    )


def _fail(path: Path, error: Any, *, at_end: bool) -> Never:
    line = error.lineno or 1
    detail = str(error.msg).split(", line ")[0]
    if error.code in _ENCODING_ERRORS:
        raise SourceError(
            f"Reading {path}:{line}: the bytes are not text in the encoding the file declares "
            f"({detail}). Export it again as UTF-8."
        ) from error
    if at_end and error.code == etree.ErrorTypes.ERR_INTERNAL_ERROR:
        # libxml2 names no cause when a reference could not be resolved.
        detail = "probably an entity that it does not declare"
    elif at_end:
        raise SourceError(
            f"Reading {path}:{line}: the file ends before its last element is closed ({detail}). "
            "It was cut off; export or copy it again."
        ) from error
    raise SourceError(
        f"Reading {path}:{line}: the file is not well-formed XML ({detail}). "
        "Export it again from the bookkeeping system."
    ) from error
