"""Filings in files: single files, folders, globs, lists of files, archives of filings.

A report package is one filing; any other zip file is an archive of filings. From a folder
or an archive, files whose names are a filing's are taken; a file named by a person always is.

Belongs here: finding files. Does not: reading what is in them (`reading`).
"""

import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from glob import glob, has_magic
from pathlib import Path

from assets.intake.found import Found, Unreachable
from warehouse.errors import PermanentError

SUFFIXES = frozenset({".xml", ".xbrl", ".xhtml", ".html", ".htm", ".zip", ".xbri"})
_ARCHIVES = frozenset({".zip", ".xbri"})
_MEMBER_LIMIT = 256 << 20
_ENCRYPTED = 1


class Files:
    """The filings in what a person named: files, folders, globs, `@list`, archives.

    Raises `PermanentError` when a path does not exist.
    """

    fetches = 1

    def __init__(self, given: Sequence[str | Path]) -> None:
        self._paths = [path for one in given for path in _expanded(str(one))]
        self._paths = list(dict.fromkeys(self._paths))

    @property
    def total(self) -> int | None:
        """How many files and members there are."""
        return sum(_count(path) for path in self._paths)

    def places(self) -> Iterator[Found]:
        """Every file and member, in order of path."""
        for path in self._paths:
            if Path(path).suffix.lower() in _ARCHIVES:
                yield from _archived(path)
            else:
                yield _file(path)


def _expanded(given: str) -> Iterator[str]:
    """The files a person meant by one argument."""
    if given.startswith("@"):
        for line in _lines(Path(given[1:])):
            yield from _expanded(line)
    elif os.path.isdir(given):  # noqa: PTH112  (a quarter of a million calls)
        yield from sorted(_below(given))
    elif os.path.exists(given):  # noqa: PTH110
        yield given
    elif has_magic(given):
        for path in sorted(glob(given, recursive=True)):  # noqa: PTH207  (absolute patterns too)
            yield from _expanded(path)
    else:
        raise PermanentError(
            f"There is no file or folder {given}. Correct the path; folders, patterns such as "
            "'filings/*.xml', zip files and @list (a file with one path on each line) work too."
        )


def _lines(path: Path) -> Iterable[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PermanentError(
            f"The list {path} cannot be read ({error}). Write one path on each line, as UTF-8."
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _below(folder: str) -> Iterator[str]:
    """The files in a folder and below whose names are a filing's; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path)
            elif entry.is_file() and _is_filing(entry.name):
                yield entry.path


def _is_filing(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES and not name.startswith(".")  # noqa: PTH122


def _file(path: str) -> Found:
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return Found(path, path, "gone", 0, partial(_read, path))
    place = os.path.abspath(path)  # noqa: PTH100
    stamp = f"{stat.st_size} {stat.st_mtime_ns}"
    return Found(place, path, stamp, stat.st_size, partial(_read, path))


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unreachable(
            f"{path} could not be read: {error.strerror}. Mend it and run the command again; "
            "what is taken in already is not read twice."
        ) from None


def _count(path: str) -> int:
    if Path(path).suffix.lower() not in _ARCHIVES:
        return 1
    try:
        with zipfile.ZipFile(path) as archive:
            return 1 if _is_package(archive) else len(_members(archive))
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return 1


def _archived(path: str) -> Iterator[Found]:
    """The filings in an archive; a report package, or a damaged archive, is one itself."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        yield _file(path)
        return
    with archive:
        if _is_package(archive):
            yield _file(path)
            return
        place = os.path.abspath(path)  # noqa: PTH100
        for info in _members(archive):
            name = f"{path}!{info.filename}"
            stamp = f"{info.file_size} {info.CRC:08x} {datetime(*info.date_time, tzinfo=UTC):%F %T}"
            read = partial(_read_member, archive, info, name)
            yield Found(f"{place}!{info.filename}", name, stamp, info.file_size, read)


def _is_package(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is a report package. Source: Report Package 1.0 § 3; ESEF."""
    return any(
        name.endswith("META-INF/reportPackage.json") or "/reports/" in f"/{name}"
        for name in archive.namelist()
    )


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    wanted = (i for i in archive.infolist() if not i.is_dir() and _is_filing(_base(i.filename)))
    return sorted(wanted, key=lambda info: info.filename)


def _base(member: str) -> str:
    return member.replace("\\", "/").rpartition("/")[2]


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise Unreachable(f"{name} is encrypted. Unpack it with its password and name the folder.")
    if info.file_size > _MEMBER_LIMIT:
        raise Unreachable(
            f"{name} unpacks to {info.file_size:,} bytes; at most {_MEMBER_LIMIT:,} are read. "
            "Unpack it yourself if you trust it."
        )
    try:
        return archive.read(info)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise Unreachable(f"{name} cannot be unpacked: {error}. Fetch the archive again.") from None
