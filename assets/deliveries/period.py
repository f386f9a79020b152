"""Deliver a period's approved filings and fetch their receipts.

Belongs here: which filings of the period go. Does not: attempts (`attempt`),
rounds (`run`) or the authority's protocol.
"""

from collections.abc import Iterable

from assets.deliveries import run
from assets.deliveries.channels import SANDBOX, open_channel
from assets.deliveries.rehearsal import refuse_rehearsed
from assets.deliveries.run import Result
from assets.workspace import Workspace
from warehouse.operations import Operations


def deliver(workspace: Workspace, operations: Operations, period: str) -> list[Result]:
    """Send what is approved for month `period`; clear up what a crash left half-sent.

    Raises PermanentError when the channel is live and the workspace holds rehearsals.
    """
    _refuse_rehearsed(workspace, operations)
    chosen = _of(workspace, operations, period, run.due(operations))
    if not chosen:
        return []
    return run.deliver(
        operations,
        open_channel(workspace),
        workspace.storage,
        filing_ids=chosen,
        live_allowed=workspace.live_allowed,
        progress=lambda _result, done, of: workspace.progress(f"delivering, of {of}", done),
    )


def receipts(workspace: Workspace, operations: Operations, period: str) -> list[Result]:
    """Ask for decisions and receipts of what waits for them in month `period`."""
    chosen = _of(workspace, operations, period, run.awaiting(operations))
    if not chosen:
        return []
    return run.poll_receipts(
        operations,
        open_channel(workspace),
        workspace.storage,
        filing_ids=chosen,
        live_allowed=workspace.live_allowed,
        progress=lambda _result, done, of: workspace.progress(f"receipts, of {of}", done),
    )


def _refuse_rehearsed(workspace: Workspace, operations: Operations) -> None:
    live = {name for name, channel in workspace.channels.items() if channel.is_live}
    if workspace.channel in live:
        rehearsals = {SANDBOX, *workspace.channels} - live
        refuse_rehearsed(operations, workspace.channel, rehearsals)


def _of(
    workspace: Workspace, operations: Operations, period: str, filing_ids: Iterable[str]
) -> list[str]:
    """Those of `filing_ids` in the period and of the selected companies."""
    ids = [company.company_id for company in workspace.selected_companies()]
    here = {str(f["filing_id"]) for f in operations.filings(company_ids=ids, period=period)}
    return [filing_id for filing_id in filing_ids if filing_id in here]
