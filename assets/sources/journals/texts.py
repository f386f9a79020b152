"""The text files of a journal: read as UTF-8, and includes kept inside their folder.

A journal may come from a stranger: a file it includes must lie in the folder of
the file the settings name (or below it), wherever links lead; sizes and depth are
bounded; a file may include another only where no circle comes of it.

Belongs here: opening. Does not: what a line means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.sources import source_files
from assets.sources.connector import Connection
from assets.sources.source_files import SourceFile
from warehouse.errors import SourceError

_LARGEST = 256 << 20
_DEEPEST = 50
_MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Text:
    """One file's lines. `within` is the chain of files that include it, itself last."""

    file: SourceFile
    lines: list[str]
    within: tuple[Path, ...]

    def where(self, number: int) -> str:
        """`file:line` of the line with this number (1, 2, …)."""
        return f"{self.file.name}:{number}"


class Texts:
    """The files of one connection, each read once in the order they are met."""

    def __init__(self, connection: Connection, suffixes: Sequence[str]) -> None:
        self._base = Path(connection.base_folder)
        self._roots = source_files.find(connection, tuple(suffixes))
        self.read: dict[Path, SourceFile] = {}

    def roots(self) -> list[Text]:
        """The files the settings name."""
        return [self._open(file, ()) for file in self._roots]

    @property
    def files(self) -> list[SourceFile]:
        """Every file read so far, by name."""
        return sorted(self.read.values(), key=lambda file: file.name)

    def included(self, told: str, by: Text, number: int) -> list[Text]:
        """The files an include names, by name; a pattern may name many.

        Raises `SourceError` when it names none, leads out of the folder, or in a circle.
        """
        folder = by.file.path.parent
        try:
            paths = _matching(folder, told)
        except (OSError, ValueError, NotImplementedError):  # no name a file could have
            paths = []
        if not paths:
            raise SourceError(
                f"Reading {by.file.path}:{number}: the included file '{told}' is not there. "
                "Bring it along with the others, or remove the line."
            )
        texts = []
        for path in paths:
            self._ensure_inside(path, told, by, number)
            if path.resolve() in by.within or len(by.within) >= _DEEPEST:
                raise SourceError(
                    f"Reading {by.file.path}:{number}: including '{told}' leads in a circle, or "
                    f"deeper than {_DEEPEST} files. Remove the line."
                )
            if len(self.read) >= _MOST_FILES:
                raise SourceError(
                    f"Reading {by.file.path}:{number}: more than {_MOST_FILES} files are "
                    "included. Narrow the pattern."
                )
            texts.append(self._open(source_files.describe(path, self._base), by.within))
        return texts

    def _ensure_inside(self, path: Path, told: str, by: Text, number: int) -> None:
        top = by.within[0].parent
        if not path.resolve().is_relative_to(top):
            raise SourceError(
                f"Reading {by.file.path}:{number}: the included file '{told}' lies outside the "
                f"folder {top}; nothing outside it is read. Move it inside, or name the "
                "connection's `path` in a folder above both."
            )

    def _open(self, file: SourceFile, within: tuple[Path, ...]) -> Text:
        path = file.path.resolve()
        if file.stamp[0] > _LARGEST:
            raise SourceError(
                f"Reading {file.path}: the file has {file.stamp[0]} bytes, expected at most "
                f"{_LARGEST}. Split it by year."
            )
        try:
            content = file.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = file.path.read_bytes()[: error.start].count(b"\n") + 1
            raise SourceError(
                f"Reading {file.path}:{line}: the bytes are not UTF-8 text. Save the file as UTF-8."
            ) from error
        if path in self.read:
            raise SourceError(
                f"Reading {file.path}: the file is named twice, by the connection's `path` and an "
                "include, or by two includes; its vouchers would count twice. Name only the file "
                "that includes the others in `path`."
            )
        self.read[path] = file
        content = content.replace("\r\n", "\n")
        if "\r" in content:  # read on, all of it would be one line, and of a comment nothing
            line = content[: content.index("\r")].count("\n") + 1
            raise SourceError(
                f"Reading {file.path}:{line}: the line ends with a carriage return alone. Save "
                "the file with line feeds."
            )
        lines = content.split("\n")
        return Text(file, lines, (*within, path))


def _matching(folder: Path, told: str) -> list[Path]:
    if Path(told).is_absolute():
        return [Path(told)] if Path(told).is_file() else []
    if any(mark in told for mark in "*?["):
        return sorted(path for path in folder.glob(told) if path.is_file())
    return [folder / told] if (folder / told).is_file() else []
