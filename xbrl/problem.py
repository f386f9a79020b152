"""What is wrong with a filing or a taxonomy, as a value.

Belongs here: the value. Does not: the checks that make it. An unreadable
document is a problem too, of an `Instance` without facts; only our own faults
and the machine's (no such file, disk full) are exceptions.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs: an `ERROR` makes the document invalid."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    `code` is the specification's own where it has one (`xbrldie:…Error`,
    `ix:…`, `xbrl.4.7.2:…` with the section), the authority's (`DBA.FR57…`), or
    ours (`xml:…`, `read:…`). `message` says what was expected and found, `remedy` what to do
    next. `facts` are indices into the instance's facts.
    """

    code: str
    severity: Severity
    message: str
    file: str
    line: int | None = None
    element_id: str | None = None
    remedy: str = ""
    facts: tuple[int, ...] = field(default=())

    @property
    def where(self) -> str:
        """`file:line`, as editors and people jump to it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        parts = (self.severity, self.code, f"[{self.where}]", self.message, self.remedy)
        return " ".join(filter(None, parts))
