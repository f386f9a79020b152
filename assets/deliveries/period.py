"""Deliver a period's approved filings and fetch their receipts, each through its own channel.

Belongs here: which filings of the period go, and which way. Does not: attempts (`attempt`),
rounds (`run`) or the authority's protocol.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from assets.deliveries import run
from assets.deliveries.channel import Channel
from assets.deliveries.channels import SANDBOX, open_channel
from assets.deliveries.rehearsal import refuse_rehearsed
from assets.deliveries.run import Result
from assets.deliveries.takes import TAKES
from assets.workspace import Workspace
from warehouse.operations import Operations, Row


class _Round(Protocol):
    """`run.deliver` or `run.poll_receipts`."""

    def __call__(
        self,
        operations: Operations,
        channel: Channel,
        root: Path,
        *,
        filing_ids: list[str],
        live_allowed: bool,
        progress: run.Progress,
    ) -> list[Result]: ...


def deliver(workspace: Workspace, operations: Operations, period: str) -> list[Result]:
    """Send what is approved for month `period`; clear up what a crash left half-sent.

    Raises PermanentError when a channel is live and the workspace holds rehearsals of its reports.
    """
    _refuse_rehearsed(workspace, operations)
    chosen = _of(workspace, operations, period, run.due(operations))
    return _each_way(workspace, operations, chosen, run.deliver, "delivering")


def receipts(workspace: Workspace, operations: Operations, period: str) -> list[Result]:
    """Ask for decisions and receipts of what waits for them in month `period`."""
    chosen = _of(workspace, operations, period, run.awaiting(operations))
    return _each_way(workspace, operations, chosen, run.poll_receipts, "receipts")


def _each_way(
    workspace: Workspace, operations: Operations, chosen: list[Row], work: _Round, words: str
) -> list[Result]:
    """The filings through the channel of their report type, one channel after another.

    Every channel is opened before the first is used: one that cannot be stops nothing half-way.
    """
    ways: dict[tuple[str, bool], list[Row]] = {}
    for filing in chosen:
        report_type = filing["report_type"]
        way = workspace.channel_of(report_type), report_type in TAKES["erst"]
        ways.setdefault(way, []).append(filing)
    channels = {way: open_channel(workspace, ways[way][0]["report_type"]) for way in ways}
    results: list[Result] = []
    for way, filings in ways.items():
        results += work(
            operations,
            channels[way],
            workspace.storage,
            filing_ids=[str(filing["filing_id"]) for filing in filings],
            live_allowed=workspace.live_allowed,
            progress=lambda _result, done, of: workspace.progress(f"{words}, of {of}", done),
        )
    return results


def _refuse_rehearsed(workspace: Workspace, operations: Operations) -> None:
    """A live channel is refused where its reports were rehearsed through another."""
    live = {name for name, channel in workspace.channels.items() if channel.is_live}
    rehearsals = {SANDBOX, *workspace.channels} - live
    if workspace.channel in live:
        elsewhere = {report for report, name in workspace.routes.items() if name not in live}
        refuse_rehearsed(operations, workspace.channel, rehearsals, but=elsewhere)
    for report_type, name in workspace.routes.items():
        if name in live:
            refuse_rehearsed(operations, name, rehearsals, only=report_type)


def _of(
    workspace: Workspace, operations: Operations, period: str, filing_ids: Iterable[str]
) -> list[Row]:
    """Those of `filing_ids` in the period and of the selected companies."""
    ids = [company.company_id for company in workspace.selected_companies()]
    here = {str(f["filing_id"]): f for f in operations.filings(company_ids=ids, period=period)}
    return [here[filing_id] for filing_id in filing_ids if filing_id in here]
