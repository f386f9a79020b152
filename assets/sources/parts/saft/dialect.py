"""What differs between the SAF-T Financial versions we read.

Belongs here: versions, and rules that are keyed by them. Does not: reading.
"""

from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import SourceError

_PREFIX = "urn:StandardAuditFile-Taxation-Financial:"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One country's SAF-T Financial.

    `entries`: what NumberOfEntries counts, `vouchers` or `entries` (lines).
    `posting_date`: the element that holds the date a voucher counts from.
    `standard_prefix`: put before the country's own standard codes, so that no
    Norwegian code is ever taken for the Danish one with the same digits.

    Source: Norwegian schema 1.30: NumberOfEntries is "the total number of
    Transaction entries"; GLPostingDate is "the date when the transaction was
    updated to the database", so TransactionDate is the accounting date. Danish
    2.1: NumberOfEntries counts lines, GLPostingDate is the posting date.
    """

    country: str
    namespace: str
    versions: tuple[str, ...]
    entries: str
    posting_date: str
    standard_prefix: str


DIALECTS = (
    Dialect("DK", f"{_PREFIX}DK", ("2.1",), "entries", "GLPostingDate", ""),
    # The official example for schema 1.10 calls itself version 1.0.
    Dialect("NO", f"{_PREFIX}NO", ("1.0", "1.10", "1.30"), "vouchers", "TransactionDate", "NO:"),
)


def of_root(path: Path, tag: str) -> Dialect:
    """The dialect of a root element `{namespace}AuditFile`.

    Raises `SourceError` naming what is known when it is anything else.
    """
    for dialect in DIALECTS:
        if tag == f"{{{dialect.namespace}}}AuditFile":
            return dialect
    raise SourceError(
        f"Reading {path}: the root element is {tag}, which is no SAF-T file we know. "
        f"Known: {_known()}. Export SAF-T Financial, or use another `system` for this file."
    )


def check_version(path: Path, dialect: Dialect, version: str) -> None:
    """Raises `SourceError` for a version that is not read, naming those that are."""
    if version not in dialect.versions:
        raise SourceError(
            f"Reading {path}: SAF-T {dialect.country} version {version or '(none given)'} is not "
            f"one we know. Known: {_known()}. Export the file in one of these versions."
        )


def _known() -> str:
    return "; ".join(
        f"{{{d.namespace}}}AuditFile version {', '.join(d.versions)}" for d in DIALECTS
    )
