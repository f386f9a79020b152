"""Report packages and other zips with reports in them.

Belongs here: which members of a zip make up which report, and what is wrong with the
package. Does not: reading the reports (`read`), or the taxonomy a package may carry
(`taxonomy.package`). Source: Report Packages 1.0.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from xbrl.archive import Archive, open_zip
from xbrl.model import Instance
from xbrl.problem import Problem, Severity

INLINE = frozenset({".xhtml", ".html", ".htm"})
PLAIN = frozenset({".xbrl", ".xml"})
_TYPES = {
    ".xbri": "https://xbrl.org/report-package/2023/xbri",
    ".xbr": "https://xbrl.org/report-package/2023/xbr",
    ".zip": "https://xbrl.org/report-package/2023",
}
_ALLOWED = {
    ".xbri": INLINE,
    ".xbr": frozenset({".xbrl", ".json"}),
    ".zip": INLINE | {".xbrl", ".json"},
}
_DESCRIPTION = "META-INF/reportPackage.json"

Reader = Callable[[Sequence[tuple[str, bytes]]], list[Instance]]
"""Reads the files of one report, given as name and bytes."""


def read_zip(name: str, source: Path | bytes, reader: Reader) -> list[Instance]:
    """The instances of every report in a zip.

    A zip with a `reports` folder is read as a report package: files there are a report each,
    and the inline files of a folder below it are one document set. In any other zip each file is a
    report of its own. Members bear names as `filing.zip/folder/file.xhtml`.
    """
    archive = open_zip(name, source)
    problems = list(archive.problems)
    described = _describe(archive, problems)
    reports = _reports(archive, problems) if described else _loose(archive)
    instances: list[Instance] = []
    for members in reports:
        files = [(f"{name}/{one}", archive.read(one)) for one in members]
        sound = [(file, data) for file, data in files if data is not None]
        if sound and PurePosixPath(members[0]).suffix.lower() == ".json":
            problems.append(_json_report(sound[0][0]))
        elif len(sound) == len(files):
            instances += reader(sound)
    problems += [one for one in archive.problems if one not in problems]
    return _told(name, instances, problems, is_empty=not reports)


def _told(
    name: str, instances: list[Instance], problems: list[Problem], *, is_empty: bool
) -> list[Instance]:
    """The instances, with the package's own problems on the first; one that is not there is made
    for them.
    """
    if is_empty and not problems:
        message = f"{name} holds no report: no .xhtml, .html, .htm, .xbrl or .xml file."
        problems.append(_wrong("missingReport", message, name))
    if problems and not instances:
        instances = [Instance("xbrl", None, (name,))]
    if instances:
        instances[0].problems[:0] = problems
    return instances


def _describe(archive: Archive, problems: list[Problem]) -> bool:
    """Whether the zip is a report package, after a look at what it says of itself."""
    base = _base(archive)
    suffix = PurePosixPath(archive.name).suffix.lower()
    if base is None:
        if suffix in {".xbri", ".xbr"} and archive.members:
            message = f"{archive.name} is named as a report package but has no reports folder."
            problems.append(_wrong("missingReportsDirectory", message, archive.name))
        return False
    data = archive.read(base + _DESCRIPTION)
    where = f"{archive.name}/{base}{_DESCRIPTION}"
    if data is not None:
        problems += _described(where, data, suffix)
    elif suffix in {".xbri", ".xbr"}:
        message = f"{where} is missing, which a {suffix} package must have."
        problems.append(_wrong("documentTypeFileExtensionMismatch", message, where))
    return True


def _base(archive: Archive) -> str | None:
    """The folder `reports` stands in, with its `/`; None when this is no report package."""
    for member in sorted(archive.members, key=lambda one: (one.count("/"), one)):
        parts = member.split("/")
        if len(parts) > 2 and parts[1] == "reports":
            return f"{parts[0]}/"
        if len(parts) > 1 and parts[0] == "reports":
            return ""
        if member.endswith(f"/{_DESCRIPTION}") and len(parts) == 3:
            return f"{parts[0]}/"
    return None


def _described(where: str, data: bytes, suffix: str) -> list[Problem]:
    """What is wrong with `reportPackage.json`. Source: Report Packages 1.0 § 3.2."""
    try:
        said = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except ValueError as error:
        return [_wrong("invalidJSON", f"{where} is no JSON object in UTF-8: {error}.", where)]
    info = said.get("documentInfo") if isinstance(said, dict) else None
    kind = info.get("documentType") if isinstance(info, dict) else None
    if not isinstance(kind, str):
        message = f"{where} must hold documentInfo with a documentType, a text; found {kind!r}."
        return [_wrong("invalidJSONStructure", message, where)]
    if kind not in _TYPES.values():
        message = f"{where} names the document type {kind}, which is none of {_known()}."
        return [_wrong("unsupportedReportPackageVersion", message, where)]
    expected = _TYPES.get(suffix)
    if expected is None:
        message = f"A report package is named .xbri, .xbr or .zip; found {suffix or 'no suffix'}."
        return [_wrong("unsupportedFileExtension", message, where)]
    if kind != expected:
        message = f"{where} names the document type {kind}; a {suffix} file has {expected}."
        return [_wrong("documentTypeFileExtensionMismatch", message, where)]
    return []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the name "{twice}" stands twice in one object')
    return found


def _known() -> str:
    return ", ".join(_TYPES.values())


def _reports(archive: Archive, problems: list[Problem]) -> list[list[str]]:
    """The members of each report. Source: Report Packages 1.0 § 4."""
    base = f"{_base(archive)}reports/"
    suffix = PurePosixPath(archive.name).suffix.lower()
    top: list[list[str]] = []
    folders: dict[str, list[str]] = {}
    for member in archive.members:
        parts = member.removeprefix(base).split("/")
        if not member.startswith(base) or not _is_report(member):
            continue
        if len(parts) == 1:
            top.append([member])
        elif len(parts) == 2:
            folders.setdefault(parts[0], []).append(member)
    reports = top or [one for members in folders.values() for one in _set(members, problems, base)]
    if not reports:
        where = f"{archive.name}/{base}"
        problems.append(_wrong("missingReport", f"{where} holds no report.", where))
    if len(reports) > 1 and suffix in {".xbri", ".xbr"}:
        message = f"A {suffix} package holds one report; {archive.name} holds {len(reports)}."
        problems.append(_wrong("multipleReports", message, archive.name))
    problems += _misplaced(archive.name, suffix, reports)
    return reports


def _set(members: list[str], problems: list[Problem], base: str) -> list[list[str]]:
    """One folder below `reports`: a single file, or the inline files of one document set."""
    if len(members) == 1 or all(PurePosixPath(one).suffix.lower() in INLINE for one in members):
        return [members]
    where = f"{base}{PurePosixPath(members[0]).parent.name}"
    message = f"{where} holds {len(members)} reports; a folder may hold one, or inline files."
    problems.append(_wrong("multipleReportsInSubdirectory", message, where))
    return [[one] for one in members]


def _misplaced(name: str, suffix: str, reports: list[list[str]]) -> list[Problem]:
    """Reports of a kind that the package's suffix does not allow."""
    allowed = _ALLOWED.get(suffix, _ALLOWED[".zip"])
    return [
        _wrong(
            "incorrectReportType",
            f"A {suffix} package holds {', '.join(sorted(allowed))} reports; {member} is none.",
            f"{name}/{member}",
        )
        for members in reports
        for member in members
        if PurePosixPath(member).suffix.lower() not in allowed
    ]


def _is_report(member: str) -> bool:
    return PurePosixPath(member).suffix.lower() in INLINE | PLAIN | {".json"}


def _loose(archive: Archive) -> list[list[str]]:
    """The files of a zip that is no report package, each a report of its own."""
    return [
        [member]
        for member in archive.members
        if PurePosixPath(member).suffix.lower() in INLINE | PLAIN
        and "META-INF" not in PurePosixPath(member).parts
    ]


def _json_report(where: str) -> Problem:
    message = f"{where} is an xBRL-JSON report, which is written here but not read."
    remedy = "Send the report as XBRL (.xbrl) or inline XBRL (.xhtml)."
    return Problem("read:json-report", Severity.ERROR, message, where, remedy=remedy)


def _wrong(code: str, message: str, where: str) -> Problem:
    remedy = "Pack the report again after Report Packages 1.0."
    return Problem(f"rpe:{code}", Severity.ERROR, message, where, remedy=remedy)
