"""Delivering many filings, and fetching their receipts: who goes, how often, what came of it.

Each filing stands for itself: whatever happens to one is in its own `Result`
and the next goes on. What time may heal is tried again in later passes, so a
slow company waits for itself and not the others for it.

Belongs here: the rounds over many filings. Does not: a single attempt
(`assets.deliveries.attempt`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from assets.deliveries.attempt import Desk, fetch_receipt, send
from assets.deliveries.channel import Channel
from assets.deliveries.claims import ClaimedError
from assets.deliveries.machine import FILED, MovedMeanwhileError, State, name
from assets.deliveries.takes import TAKES
from warehouse.errors import PermanentError, ReportingError, TransientError
from warehouse.operations import Operations, Row

BACK_OFF = (2.0, 10.0, 60.0)
"""Seconds before the second, third and fourth pass; then the next run takes over."""

LONGEST_WAIT = 300.0
"""Seconds an authority may ask us to wait; what asks for more is left to the next run."""

SILENT_AFTER = 5
"""So many filings in a row without an answer: the channel is down, the pass ends."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one filing in this run.

    `state`: where it stands now. `problem`: None, `transient` (the next run
    tries again), `busy` (another process is at it), `rejected` (the authority
    or the company said no) or `failed`; of the last two a person must see to
    it. `message` says what to do, or is the authority's own word. `deep_link`:
    where a person approves at the authority. `retry_after`: the seconds a busy
    authority asked for.
    """

    filing_id: str
    company_id: str
    report_type: str
    period_end: date
    state: str
    problem: str | None
    message: str
    deep_link: str | None
    retry_after: float = 0.0


Progress = Callable[[Result, int, int], None]
"""Called after each attempt with its result, how many filings are done, and of how many."""


def deliver(
    operations: Operations,
    channel: Channel,
    root: Path,
    *,
    filing_ids: Sequence[str] | None = None,
    live_allowed: bool = False,
    back_off: Sequence[float] = BACK_OFF,
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
) -> list[Result]:
    """Send the approved filings, and clear up those a crash left half-sent.

    `filing_ids`: which; by default every filing that is approved or sent.
    `root`: the storage folder. Raises PermanentError, before anything is read
    or sent, when `channel` is live and `live_allowed` is not given.
    """
    _refuse_live(channel, live_allowed=live_allowed)
    if filing_ids is None:
        filing_ids = due(operations)
    desk = Desk(operations, channel, root)
    return _rounds(desk, filing_ids, send, (back_off, sleep, progress))


def poll_receipts(
    operations: Operations,
    channel: Channel,
    root: Path,
    *,
    filing_ids: Sequence[str] | None = None,
    live_allowed: bool = False,
    back_off: Sequence[float] = (),
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
) -> list[Result]:
    """Ask for the decision and the receipt of filings that wait for them.

    Raises as `deliver` does. A filing the authority has not decided comes back
    in its old state, with no problem.
    """
    _refuse_live(channel, live_allowed=live_allowed)
    if filing_ids is None:
        filing_ids = awaiting(operations)
    desk = Desk(operations, channel, root)
    return _rounds(desk, filing_ids, fetch_receipt, (back_off, sleep, progress))


def due(operations: Operations, *, report_type: str | None = None) -> list[str]:
    """The filings that `deliver` takes up: approved, or sent without a known answer."""
    states = [State.APPROVED, State.SENT]
    rows = operations.filings(report_type=report_type, states=[*states])
    return [str(row["filing_id"]) for row in rows]


def awaiting(operations: Operations, *, report_type: str | None = None) -> list[str]:
    """The filings that `poll_receipts` asks about."""
    states = [State.AWAITING_APPROVAL, State.ACCEPTED]
    rows = operations.filings(report_type=report_type, states=[*states])
    return [str(row["filing_id"]) for row in rows]


def _refuse_live(channel: Channel, *, live_allowed: bool) -> None:
    if channel.is_live and not live_allowed:
        raise PermanentError(
            f"Tried to use the live channel {channel.id}, which is not switched on. What is sent "
            "there counts in law. To switch it on, set `live = true` under [delivery] in "
            "indberet.toml. Nothing was sent."
        )


_LINK_LOST = (
    "If it waits for approval: the link to it was lost with the answer to its delivery, so a "
    "person of the company finds it on the authority's own pages (TastSelv Erhverv) and decides."
)
_ARRIVED = FILED | {State.AWAITING_APPROVAL}
_PASSING = ("transient", "busy")

_Options = tuple[Sequence[float], Callable[[float], None], Progress | None]


def _rounds(
    desk: Desk, filing_ids: Sequence[str], step: Callable[[Desk, str], Row], options: _Options
) -> list[Result]:
    back_off, sleep, progress = options
    results: dict[str, Result] = {}
    left = list(dict.fromkeys(filing_ids))
    total = len(left)
    for delay in (0.0, *back_off):
        if delay and left:
            asked_for = max(results[filing_id].retry_after for filing_id in left)
            if asked_for > LONGEST_WAIT:
                break
            sleep(max(delay, asked_for))
        left = _pass(desk, left, step, results, total, progress)
    return list(results.values())


def _pass(
    desk: Desk,
    filing_ids: list[str],
    step: Callable[[Desk, str], Row],
    results: dict[str, Result],
    total: int,
    progress: Progress | None,
) -> list[str]:
    """One pass over `filing_ids`, of `total`; returns those that time may still heal."""
    left: list[str] = []
    silent, done = 0, total - len(filing_ids)
    for filing_id in filing_ids:
        if silent >= SILENT_AFTER:
            result = _unasked(desk, filing_id)
        else:
            result = _one(desk, filing_id, step)
            silent = silent + 1 if result.problem == "transient" else 0
        results[filing_id] = result
        if result.problem in _PASSING:
            left.append(filing_id)
        else:
            done += 1
        if progress is not None:
            progress(result, done, total)
    return left


def _one(desk: Desk, filing_id: str, step: Callable[[Desk, str], Row]) -> Result:
    """One filing, whatever happens to it."""
    try:
        filing = desk.operations.filing(filing_id)
        if not (step is send and State(filing["state"]) in _ARRIVED):
            filing = step(desk, filing_id)
    except (ClaimedError, MovedMeanwhileError) as error:
        return _result(_known(desk, filing_id), "busy", str(error))
    except TransientError as error:
        result = _result(_known(desk, filing_id), "transient", str(error))
        return replace(result, retry_after=getattr(error, "retry_after", 0.0))
    except ReportingError as error:
        return _result(_known(desk, filing_id), "failed", str(error))
    except Exception as error:  # noqa: BLE001  a defect met by one company must not stop the others
        return _result(_known(desk, filing_id), "failed", _defect(error))
    if filing["state"] == State.REJECTED:
        return _result(filing, "rejected", _rejection(filing))
    return _result(filing, None, _word(desk.operations, filing))


def _word(operations: Operations, filing: Row) -> str:
    """What the authority said last, and what a person does where its link was lost."""
    said = filing["reason"] or ""
    has_link = filing["report_type"] in TAKES["skat"]  # others are decided without a person
    if filing["state"] != State.AWAITING_APPROVAL or filing["deep_link"] or not has_link:
        return said
    was_answered = any(
        (one["round"], one["operation"], one["outcome"]) == (filing["round"], "submit", "pending")
        for one in operations.deliveries(filing["filing_id"])
    )
    return said if was_answered else f"{said}. {_LINK_LOST}"


def _rejection(filing: Row) -> str:
    return (
        f"The authority rejected {name(filing)}: {filing['reason']}. Correct the books and build "
        "the report again; if the figures are right, remove the cause and run "
        "`indberet approve --again`."
    )


def _defect(error: Exception) -> str:
    return (
        f"Something unforeseen happened: {type(error).__name__}: {error}. The filing may have been "
        "sent; the next run of `indberet deliver` asks the authority first. Please report this."
    )


def _unasked(desk: Desk, filing_id: str) -> Result:
    return _result(
        _known(desk, filing_id),
        "transient",
        f"Not tried: {desk.channel.id} gave no answer for {SILENT_AFTER} filings in a row. "
        "Run `indberet deliver` again when it is up.",
    )


def _known(desk: Desk, filing_id: str) -> Row:
    try:
        return desk.operations.filing(filing_id)
    except ReportingError:
        return {"filing_id": filing_id}


def _result(filing: Row, problem: str | None, message: str) -> Result:
    return Result(
        filing_id=filing["filing_id"],
        company_id=filing.get("company_id", ""),
        report_type=filing.get("report_type", ""),
        period_end=filing.get("period_end", date.min),
        state=filing.get("state", "unknown"),
        problem=problem,
        message=message,
        deep_link=filing.get("deep_link"),
    )
