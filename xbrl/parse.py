"""Bytes to a tree, safely: no network, no declarations, bounded depth and size.

Belongs here: encodings, refusing what can hurt, naming what is wrong with file and
line. Does not: what the elements mean. What cannot be read is a problem
and no tree, never an empty one.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element

from xbrl import skeleton
from xbrl.entities import named_characters
from xbrl.problem import Problem, Severity

LARGEST = 1 << 30
"""Bytes; a tree takes several times as much memory."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
# Encodings libxml2 is given as they stand: a byte below 128 always is that ASCII character,
# so markup, declarations and base64 can be seen in the bytes.
_DIRECT = re.compile(
    r"utf-?8|(us-)?ascii|iso-?8859-?\d{1,2}|latin-?1|windows-125\d|cp125\d", re.IGNORECASE
)
_DECLARED = re.compile(
    rb"<\?xml\s+version\s*=\s*[\"'][^\"']*[\"']\s+encoding\s*=\s*[\"']([A-Za-z][\w.-]*)[\"']"
)
_PROLOG = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+[^\s\[>]+(?>\s+|PUBLIC|SYSTEM|\"[^\"]*\"|'[^']*')*+", re.DOTALL
)
_LOOKS_INLINE = b"inlineXBRL"
_HEAD_BYTES = 1 << 16


@dataclass(slots=True)
class Parsed:
    """A parsed file: its root, or None and why.

    Long base64 payloads of an inline document stand cut in the tree (see `skeleton`):
    whoever takes a fact's value or a footnote from the tree passes it through `restore`,
    unless `is_cut` is False. `data` are the bytes the tree was made of.
    """

    name: str
    root: _Element | None
    problems: list[Problem] = field(default_factory=list)
    restore: Callable[[str], str] = skeleton.unchanged
    data: bytes = b""

    @property
    def is_cut(self) -> bool:
        """Whether the tree holds marks in place of payloads."""
        return self.restore is not skeleton.unchanged


def parse(name: str, data: bytes) -> Parsed:
    """The tree of one file. Comments and processing instructions are left out of it.

    Source: XML 1.0 (fifth edition) § 2.8, 4.3.3 and appendix F.
    """
    if problem := _too_large(name, data) or _nothing_there(name, data):
        return Parsed(name, None, [problem])
    decoded = _ascii_compatible(name, data)
    if isinstance(decoded, Problem):
        return Parsed(name, None, [decoded])
    data, encoding = decoded
    doctype = _DOCTYPE.match(data, _after_prolog(data))
    if doctype is not None:
        declared = _declarations(name, data, doctype.end())
        if declared is not None:
            return Parsed(name, None, [declared])
        data, problems = named_characters(name, data, doctype[0])
        if problems:
            return Parsed(name, None, problems)
    restore: Callable[[str], str] = skeleton.unchanged
    if _LOOKS_INLINE in data[:_HEAD_BYTES]:
        data, restore = skeleton.cut(data)
    return _tree(name, data, encoding, restore)


def _tree(name: str, data: bytes, encoding: str | None, restore: Callable[[str], str]) -> Parsed:
    parser = etree.XMLParser(
        encoding=encoding,
        huge_tree=True,  # texts over 10 MB; depth is then bounded at 2,048
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        # Our own look-up also knows ids without a DTD, and costs less; but told not to collect
        # them, libxml2 wants to open the DTD that a document type names.
        collect_ids=b"<!DOCTYPE" in data[:_HEAD_BYTES],
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return Parsed(name, None, [_not_well_formed(name, error)])
    return Parsed(name, root, [], restore, data)


def _problem(code: str, name: str, line: int | None, message: str, remedy: str) -> Problem:
    return Problem(code, Severity.ERROR, message, name, line, remedy=remedy)


def _too_large(name: str, data: bytes) -> Problem | None:
    if len(data) <= LARGEST:
        return None
    message = f"The file has {len(data)} bytes; at most {LARGEST} are read."
    return _problem("xml:size", name, None, message, "Divide the report, or send it as xBRL-CSV.")


def _nothing_there(name: str, data: bytes) -> Problem | None:
    if data[:_HEAD_BYTES].strip(b" \t\r\n\x00") or data.strip(b" \t\r\n\x00"):
        return None
    message = f"An XML document was expected; the file has {len(data)} bytes and no content."
    return _problem("xml:empty", name, 1, message, "Send the file again: it arrived empty.")


def _ascii_compatible(name: str, data: bytes) -> tuple[bytes, str | None] | Problem:
    """The bytes in an encoding whose ASCII can be seen, and its name where it was changed."""
    encoding = _encoding(data)
    if encoding is None or _DIRECT.fullmatch(encoding):
        return data, None
    try:
        text = data.decode(encoding)
    except LookupError:
        message = f"The file declares the encoding {encoding}, which is not known."
        return _problem("xml:encoding", name, 1, message, "Save it as UTF-8.")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = (
            f"The file declares or begins as {encoding}, but byte {error.start} is not: "
            f"{error.reason}."
        )
        return _problem("xml:encoding", name, line, message, "Save it as UTF-8 and declare that.")
    return text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), "utf-8"


def _encoding(data: bytes) -> str | None:
    """The encoding by byte order mark, by the first bytes, or as declared."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return encoding
    declared = _DECLARED.match(data, 0, 256)
    return declared[1].decode("ascii") if declared else None


def is_utf8(data: bytes) -> bool:
    """Whether a file is read as UTF-8: it says so, or says nothing."""
    return (_encoding(data) or "utf-8").lower() in {"utf-8", "utf8"}


def _declarations(name: str, data: bytes, end: int) -> Problem | None:
    """A document type with declarations of its own: entities and defaults can explode.

    Reports have no use for them. An external document type is named by many and read
    by none. `end` is where the declarations would begin.
    """
    if data[end : end + 1] != b"[" or not data[end + 1 : data.find(b"]", end)].strip():
        return None
    line = data[:end].count(b"\n") + 1
    message = (
        "The document type holds declarations of its own (entities, attribute defaults); "
        "none are allowed, since they can expand without bound."
    )
    return _problem("xml:declarations", name, line, message, "Remove them from the DOCTYPE.")


def _after_prolog(data: bytes) -> int:
    """Where the document type or the root begins."""
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    prolog = _PROLOG.match(data, start)
    return prolog.end() if prolog else start


def _not_well_formed(name: str, error: etree.XMLSyntaxError) -> Problem:
    reason = (error.msg or "no reason given").rstrip(".")
    message = f"A well-formed XML document was expected: {reason}."
    remedy = "Correct the document at this line, or export it again; nothing of it was read."
    return _problem("xml:well-formed", name, error.lineno or None, message, remedy)
