"""A finding: one rule's result about one place in the data. Bad data is a value.

Belongs here: the value and its severities. Does not: the rules that make it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs.

    `ERROR` withholds the company's report; `WARNING` is shown and does not;
    `NOTE` only informs.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's result.

    `where` names the place as a person would look it up (voucher and line, file
    and line, report field); `message` says what was expected and found; `remedy`
    what to do next. `expected` and `found` are
    the two values as text, exact.
    """

    rule: str
    severity: Severity
    company_id: str
    where: str
    message: str
    remedy: str
    voucher_id: str | None = None
    line_id: str | None = None
    expected: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        return f"{self.severity} {self.rule} [{self.where}] {self.message} {self.remedy}"


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that withhold."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
