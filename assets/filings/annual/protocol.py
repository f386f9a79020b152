"""What was said of an annual report, and by which judges: kept, named in the audit trail, read.

`proofs/<2 digits>/<sha256>.json` below the storage folder holds every finding, those accepted with
their reason; the event `filing.judged` names that file and the hashes of the judges.

Belongs here: keeping and reading it back. Does not: judging (`proof`).
"""

import csv
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import xbrl
from quality.finding import Finding, Severity
from warehouse import blobs
from warehouse.errors import PermanentError
from warehouse.operations import Operations
from warehouse.operations_schema import audit_event, filing

EVENT = "filing.judged"
_BASIS = ("taxonomy", "rules", "regime", "arelle")
_KINDS = frozenset({".py", ".sql", ".csv", ".toml", ".json", ".xsd"})


def basis(package_id: str, regime: str) -> dict[str, str]:
    """What a report is judged by, as hashes and versions: taxonomy package, rules, Arelle."""
    return {
        "taxonomy": package_id,
        "rules": rules_sha256(),
        "regime": regime,
        "arelle": arelle_version(),
    }


@cache
def rules_sha256() -> str:
    """The hash of all that judges on our side: the engine `xbrl` with its rules, and this."""
    total = hashlib.sha256()
    for root in (Path(xbrl.__file__).parent, Path(__file__).parent):
        for path in sorted(root.rglob("*")):
            if path.suffix in _KINDS and path.is_file():
                total.update(path.relative_to(root.parent).as_posix().encode() + b"\0")
                total.update(path.read_bytes())
    return total.hexdigest()


@cache
def arelle_version() -> str:
    """The installed Arelle's version; `none` without it."""
    try:
        return version("arelle-release")
    except PackageNotFoundError:
        return "none"


def sort_out(findings: Sequence[Finding]) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """The findings to show, errors first; and the accepted warnings, each with its reason."""
    shown, accepted = [], []
    for finding in findings:
        reason = _reason(finding) if finding.severity is Severity.WARNING else None
        if reason is None:
            shown.append(finding)
        else:
            accepted.append((finding, reason))
    order = list(Severity)
    return sorted(shown, key=lambda one: order.index(one.severity)), accepted


def keep(
    root: Path,
    filing_id: str,
    judged_by: Mapping[str, str],
    findings: Sequence[Finding],
    accepted: Sequence[tuple[Finding, str]],
) -> dict[str, str | int | None]:
    """Keep what was said; returns what the audit trail says of it."""
    said = {
        "filing_id": filing_id,
        "judged_by": judged_by,
        "findings": [_row(one) for one in findings],
        "accepted": [_row(one) | {"reason": reason} for one, reason in accepted],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    blob = blobs.keep(root, "proofs", text.encode(), ".json")
    counts = {f"{s.value}s": sum(one.severity is s for one in findings) for s in Severity}
    return {**judged_by, **counts, "proof": blob.sha256, "path": blob.path}


def events(operations: Operations, filing_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """The newest `filing.judged` of each of these filings that are still registered."""
    e = audit_event.c
    rows = operations.rows(
        sa.select(e.subject, e.detail)
        .join(filing, filing.c.filing_id == e.subject)
        .where(e.event == EVENT, e.subject.in_(filing_ids))
        .order_by(e.event_id)
    )
    return {row["subject"]: json.loads(row["detail"]) for row in rows}


def is_same(event: Mapping[str, str], judged_by: Mapping[str, str]) -> bool:
    """Whether an earlier judgement was by these judges."""
    return all(event.get(name) == judged_by[name] for name in _BASIS)


def read(root: Path, event: Mapping[str, str], company_id: str) -> list[Finding]:
    """The findings of an earlier judgement. Raises `PermanentError` when its file was changed."""
    said: dict[str, Any] = json.loads(blobs.read(root, event["path"], event["proof"]))
    return [
        Finding(company_id=company_id, **{**one, "severity": Severity(one["severity"])})
        for one in said["findings"]
    ]


def _row(finding: Finding) -> dict[str, str]:
    names = ("rule", "severity", "where", "message", "remedy")
    return {name: str(asdict(finding)[name]) for name in names}


def _reason(finding: Finding) -> str | None:
    for code, message, reason in _accepted():
        if finding.rule == code and message in finding.message:
            return reason
    return None


@cache
def _accepted() -> tuple[tuple[str, str, str], ...]:
    text = (files(__package__) / "accepted_warnings.csv").read_text(encoding="utf-8")
    rows = tuple(
        (row["code"], row["message"], row["reason"]) for row in csv.DictReader(text.splitlines())
    )
    for code, _, reason in rows:
        if not reason:
            raise PermanentError(f"accepted_warnings.csv accepts {code} and gives no reason.")
    return rows
