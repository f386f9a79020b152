"""The hook for report types whose filings are proven in batches before they are validated.

A filing module may have `open_proof(workspace, operations)`: a context manager with `prove`, kept
for a whole run, since what it holds (taxonomies, a second processor) is dear to start. A module
without it validates its own bytes, one by one.

Belongs here: choosing between the two. Does not: any proof (`assets.filings.annual.proof`).
"""

import importlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

from assets.filings.register import Rendered
from assets.workspace import Workspace
from quality.finding import Finding
from warehouse.operations import Operations


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found in one filing, and by what it was judged.

    `event`: what the audit trail keeps of it; None when it was not judged to the end, or was
    so judged before. `unfinished` says why a judge failed, where time may heal it.
    """

    findings: list[Finding] = field(default_factory=list)
    event: Mapping[str, str | int | None] | None = None
    unfinished: str | None = None


class Prover(Protocol):
    """Proves filings of one report type."""

    def prove(self, batch: Sequence[Rendered]) -> list[Proof]:
        """One proof for each filing, in the order of `batch`."""


class Provers:
    """A context manager: the provers opened so far, by report type."""

    def __init__(self, workspace: Workspace, operations: Operations) -> None:
        self._workspace, self._operations = workspace, operations
        self._stack = ExitStack()
        self._open: dict[str, Prover] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def prove(self, batch: Sequence[Rendered]) -> list[Proof]:
        """One proof for each filing, in the order of `batch`."""
        found: dict[int, Proof] = {}
        for report_type in sorted({one.report_type for one in batch}):
            numbers = [n for n, one in enumerate(batch) if one.report_type == report_type]
            proofs = self._prove(report_type, [batch[n] for n in numbers])
            found |= dict(zip(numbers, proofs, strict=True))
        return [found[number] for number in range(len(batch))]

    def _prove(self, report_type: str, batch: list[Rendered]) -> list[Proof]:
        module: Any = importlib.import_module(f"assets.filings.{report_type}")
        if not hasattr(module, "open_proof"):
            return [Proof(module.validate(one.content)) for one in batch]
        if report_type not in self._open:
            opened: AbstractContextManager[Prover] = module.open_proof(
                self._workspace, self._operations
            )
            self._open[report_type] = self._stack.enter_context(opened)
        return self._open[report_type].prove(batch)
