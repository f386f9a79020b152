"""The files behind a file connection, and the cursor over them.

Belongs here: finding files, hashing them, knowing whether anything changed.
Does not: any format's content.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: its path, its name relative to the settings' folder, its content hash."""

    path: Path
    name: str
    sha256: str
    stamp: tuple[int, int]

    def ensure_unchanged(self) -> None:
        """Raises `TransientError` when the file was written to since it was hashed."""
        if _stamp(self.path) != self.stamp:
            raise TransientError(
                f"Reading {self.path}: the file changed while it was being read. "
                "Nothing was landed; pull again when the export has finished."
            )


def find(connection: Connection, suffixes: tuple[str, ...]) -> list[SourceFile]:
    """The files that `path` names (a file, a folder, or a pattern), by name.

    Raises `SettingsError` when `path` is missing, `SourceError` when it names no
    file or an empty one, `TransientError` when a file cannot be read just now.
    """
    paths = _paths(connection, suffixes)
    base = Path(connection.base_folder)
    return [describe(path, base) for path in paths]


def cursor(files: list[SourceFile], connection: Connection, reader: int) -> dict[str, Any]:
    """The cursor after reading `files` with these options and this reader version."""
    options = {key: repr(value) for key, value in sorted(connection.options.items())}
    told = json.dumps([reader, options], sort_keys=True)
    return {
        "files": {file.name: file.sha256 for file in files},
        "read_as": hashlib.sha256(told.encode()).hexdigest()[:16],
    }


def is_same(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    """Whether nothing changed since the cursor `before`."""
    return before is not None and dict(before) == dict(now)


def ensure_one_company(connection: Connection, told: list[tuple[Path, str]]) -> None:
    """Raises `SourceError` when the files are about different companies, told by
    (file, registration number or name).
    """
    first_path, first = told[0]
    for path, company in told[1:]:
        if company != first:
            raise SourceError(
                f"Connection {connection.connection_id}: {path} is about company {company}, "
                f"{first_path} about {first}. Give each company its own connection with its own "
                "`path`."
            )


def _paths(connection: Connection, suffixes: tuple[str, ...]) -> list[Path]:
    told = option.text(connection, "path", "")
    if not told:
        raise SettingsError(
            f"Connection {connection.connection_id}: `path` is missing. Set it to a file, "
            "a folder or a pattern such as books/*.xml, relative to the folder of indberet.toml."
        )
    base = Path(connection.base_folder)
    target = base / told
    try:
        found = _found(base, target, told, suffixes)
    except (ValueError, NotImplementedError, OSError):  # no name a file could have, or not to see
        found = []
    if not found:
        raise SourceError(
            f"Connection {connection.connection_id}: no file at {target}. Set `path` to a file, "
            "a folder or a pattern such as books/*.xml, relative to the folder of indberet.toml."
        )
    return sorted(found)


def _found(base: Path, target: Path, told: str, suffixes: tuple[str, ...]) -> list[Path]:
    if target.is_dir():
        return [p for p in target.iterdir() if p.is_file() and p.suffix.lower() in suffixes]
    if target.is_file():
        return [target]
    return [p for p in base.glob(told) if p.is_file()] if _is_pattern(told) else []


def _is_pattern(told: str) -> bool:
    return not Path(told).is_absolute() and any(mark in told for mark in "*?[")


def describe(path: Path, base: Path) -> SourceFile:
    """One file, hashed; its name is relative to `base` where it lies below it.

    Raises as `find` does.
    """
    try:
        stamp = _stamp(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except PermissionError as error:
        raise PermanentError(
            f"Reading {path}: permission denied. Allow this user to read the file."
        ) from error
    except OSError as error:
        raise TransientError(
            f"Reading {path}: {error.strerror}. Check the disk or network share; "
            "the pull is tried again."
        ) from error
    if stamp[0] == 0:
        raise SourceError(
            f"Reading {path}: the file is empty (0 bytes). "
            "Export it again from the bookkeeping system."
        )
    name = path.relative_to(base) if path.is_relative_to(base) else Path(path.name)
    return SourceFile(path, name.as_posix(), digest, stamp)


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns
