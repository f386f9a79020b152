"""The text of SIE 1-4 files: encoding, lines, fields, checksum.

Belongs here: bytes to labelled fields. Does not: what a label means (`sie4`).

Source: SIE filformat utgåva 4B, sections 5 (format) and 7 (#KSUMMA).
"""

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import SourceError

LONGEST_LINE = 1 << 20
_FIELD = re.compile(
    r'\{(?P<list>(?:"(?:\\.|[^"\\])*"|[^}"])*)\}|"(?P<quoted>(?:\\"|[^"])*)"|(?P<plain>\S+)'
)
# å ä ö Å Ä Ö é as bytes in the two single-byte encodings found in the wild
_CP437 = frozenset(b"\x86\x84\x94\x8f\x8e\x99\x82")
_LATIN = frozenset(b"\xe5\xe4\xf6\xc5\xc4\xd6\xe9")


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line: `#LABEL` in capitals, its fields, object lists apart."""

    number: int
    label: str
    fields: tuple[str, ...]
    objects: tuple[str, ...] = ()

    def get(self, position: int) -> str | None:
        """The field at `position`, None when absent or empty."""
        return (self.fields[position] or None) if position < len(self.fields) else None


@dataclass(slots=True)
class Checksum:
    """CRC-32 over labels and fields between the two #KSUMMA lines."""

    is_open: bool = False
    declared: int | None = None
    value: int = 0
    at_line: int = 0

    def add(self, line: Line, parts: list[str], encoding: str) -> None:
        """Count one line in, as it stands in the file, or open or close the sum."""
        if line.label == "#KSUMMA":
            if self.is_open and line.get(0) is not None:
                told = line.fields[0]
                self.declared = int(told) if told.isdecimal() else -1
                self.at_line = line.number
            self.is_open = not self.is_open
        elif self.is_open:
            self.value = zlib.crc32("".join(parts).encode(encoding, "replace"), self.value)


@dataclass(slots=True)
class Text:
    """The lines of one file, decoded by what its bytes show."""

    path: Path
    encoding: str
    longest: int = LONGEST_LINE
    checksum: Checksum = field(default_factory=Checksum)
    lost_letters: int = 0
    broken_quotes: int = 0

    def lines(self) -> Iterator[Line]:
        """Each labelled line; the braces of a voucher come as labels `{` and `}`.

        Raises `SourceError` for a file that is no SIE file and for a line
        longer than `longest` bytes.
        """
        started = False
        for number, text in self._decoded():
            stripped = text.strip()
            if not stripped:
                continue
            if not started:
                self._expect_flag(number, stripped)
                started = True
            if stripped[0] in "{}":
                yield Line(number, stripped[0], ())
                continue
            if stripped[0] != "#":
                continue
            self.lost_letters += stripped.count("�")
            yield self._line(number, stripped)
        if not started:
            raise SourceError(
                f"Reading {self.path}: expected a SIE file, found only blank lines. "
                "Export it again from the bookkeeping system."
            )

    def _decoded(self) -> Iterator[tuple[int, str]]:
        with self.path.open("rb") as file:
            number = 0
            while raw := file.readline(self.longest + 1):
                number += 1
                if len(raw) > self.longest:
                    raise SourceError(
                        f"Reading {self.path}:{number}: the line is longer than {self.longest} "
                        "bytes, expected at most that. Export the file again; a SIE file has one "
                        "record per line."
                    )
                raw = raw.removeprefix(codecs.BOM_UTF8)
                for part in raw.rstrip(b"\r\n\x1a").split(b"\r"):
                    yield number, part.decode(self.encoding, "replace")

    def _expect_flag(self, number: int, text: str) -> None:
        if text.upper().startswith("#FLAGGA"):
            return
        if text.startswith("<?xml"):
            raise SourceError(
                f"Reading {self.path}:{number}: expected SIE 1-4 text, found XML. "
                'If it is SIE 5, set `system = "sie5"` on the connection.'
            )
        raise SourceError(
            f"Reading {self.path}:{number}: expected #FLAGGA on the first line of a SIE file, "
            f"found {text[:30]!r}. Export the file again as SIE."
        )

    def _line(self, number: int, text: str) -> Line:
        fields: list[str] = []
        objects: list[str] = []
        parts: list[str] = []
        for match in _FIELD.finditer(text):
            if match["list"] is not None:
                objects = [_value(found) for found in _FIELD.finditer(match["list"])]
                parts.extend(objects)
            else:
                if match["plain"] is not None and match["plain"].startswith('"'):
                    self.broken_quotes += 1
                fields.append(_value(match))
                parts.append(fields[-1])
        line = Line(number, fields[0].upper(), tuple(fields[1:]), tuple(objects))
        self.checksum.add(line, parts, self.encoding)
        return line


def open_text(path: Path) -> Text:
    """The text of a SIE file, in UTF-8, CP437 or Windows-1252 as its bytes show."""
    return Text(path, _encoding(path))


def _value(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        return match["quoted"].replace('\\"', '"')
    return (match["plain"] or "").replace('\\"', '"')


def _encoding(path: Path) -> str:
    """UTF-8 when every byte agrees; else by which Swedish letters the bytes spell."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, cp437, latin = True, 0, 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 18):
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
            cp437 += sum(map(chunk.count, _CP437))
            latin += sum(map(chunk.count, _LATIN))
    if is_utf8:
        return "utf-8"
    return "cp1252" if latin > cp437 else "cp437"
