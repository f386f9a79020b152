"""Zip files and folders read alike, safely, without unpacking.

Belongs here: which members there are, their bytes, and the bounds that keep a hostile
archive harmless. Does not: what the members mean (taxonomy and report packages do).
"""

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from xbrl.problem import Problem, Severity

MAX_MEMBERS = 100_000
MAX_MEMBER_BYTES = 256 << 20
MAX_TOTAL_BYTES = 4 << 30
_ENCRYPTED = 1
_BROKEN = zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError


@dataclass(slots=True)
class Archive:
    """A zip file or folder: `members` are its files' paths, sorted, with `/` between.

    `members` maps a path to the bytes it unpacks to. What cannot be read safely is
    left out of it and stands in `problems`.
    """

    name: str
    members: dict[str, int]
    problems: list[Problem]
    _read: Callable[[str], bytes] = field(repr=False)

    def read(self, member: str) -> bytes | None:
        """A member's bytes, or None where there is none; a damaged one is a problem too."""
        if member not in self.members:
            return None
        try:
            return self._read(member)
        except (*_BROKEN, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the machine's, and not what bz2 says of its data
            self.problems.append(
                _problem(f"{self.name}/{member}", f"cannot be unpacked: {error}", "damaged-member")
            )
            del self.members[member]
            return None


def open_folder(folder: Path) -> Archive:
    """A folder and all files below it; links that lead out of it are left out."""
    root = folder.resolve()
    members, problems = {}, list[Problem]()
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        member = path.relative_to(root).as_posix()
        if path.resolve().is_relative_to(root):
            members[member] = path.stat().st_size
        else:
            problems.append(
                _problem(f"{folder.name}/{member}", "is a link out of the folder", "unsafe-path")
            )
    return Archive(folder.name, members, problems, lambda member: (root / member).read_bytes())


def open_zip(name: str, source: Path | bytes) -> Archive:
    """A zip file. One that cannot be read is an archive without members, with a problem."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        problem = _problem(name, f"is no readable zip file: {error}", "invalid-archive")
        return Archive(name, {}, [problem], lambda _: b"")
    infos, problems = _safe(name, opened)
    sizes = {path: info.file_size for path, info in sorted(infos.items())}
    return Archive(name, sizes, problems, lambda member: opened.read(infos[member]))


def open_archive(path: Path) -> Archive:
    """The folder or zip file at `path`. Raises `OSError` where there is none."""
    return open_folder(path) if path.is_dir() else open_zip(path.name, path)


def _safe(name: str, opened: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], list[Problem]]:
    """The members that may be read, by path, and what was left out."""
    infos, problems, total = dict[str, zipfile.ZipInfo](), list[Problem](), 0
    entries = [info for info in opened.infolist() if not info.is_dir()]
    if len(entries) > MAX_MEMBERS:
        message = f"holds {len(entries):,} files; at most {MAX_MEMBERS:,} are read"
        return {}, [_problem(name, message, "too-large")]
    for info in entries:
        member = info.filename.replace("\\", "/")
        if wrong := _unsafe(member, info, total):
            problems.append(_problem(f"{name}/{member}", *wrong))
        elif member in infos:
            problems.append(_problem(f"{name}/{member}", "is there twice", "duplicate-member"))
        else:
            infos[member] = info
            total += info.file_size
    return infos, problems


def _unsafe(member: str, info: zipfile.ZipInfo, total: int) -> tuple[str, str] | None:
    """Why a member may not be read, and the code for it."""
    parts = PurePosixPath(member).parts
    if not parts or member.startswith("/") or ".." in parts or ":" in parts[0]:
        return "has a path that leads out of the archive", "unsafe-path"
    if info.header_offset < 0:
        return "stands before the archive's beginning", "damaged-member"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted", "encrypted-member"
    if info.file_size > MAX_MEMBER_BYTES:
        return (
            f"unpacks to {info.file_size:,} bytes; at most {MAX_MEMBER_BYTES:,} are read",
            "too-large",
        )
    if total + info.file_size > MAX_TOTAL_BYTES:
        return f"takes the archive past {MAX_TOTAL_BYTES:,} bytes unpacked", "too-large"
    return None


def _problem(where: str, message: str, code: str) -> Problem:
    remedy = "It was left out; ask its publisher for a sound archive."
    return Problem(f"archive:{code}", Severity.ERROR, f"{where} {message}.", where, remedy=remedy)


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip file of `members`, the same bytes for the same members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in sorted(members):
            info = zipfile.ZipInfo(member, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, members[member])
    return buffer.getvalue()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
