"""One attempt: written down, made, its evidence kept, its answer taken in.

The order is the promise. The row of the attempt is committed before a byte
leaves; the bytes of both directions are on disk before a state changes; the
state changes together with the end of the attempt. So a crash anywhere leaves
either nothing sent, or an attempt without an end, after which the channel is
asked what it knows before anything is sent again.

Belongs here: a single attempt on a single filing. Does not: which filings, how
often (`assets.deliveries.run`).
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from assets.deliveries import decision
from assets.deliveries.channel import Answer, Channel, FilingBytes
from assets.deliveries.claims import Claim, claimed
from assets.deliveries.machine import UNSENT, State, move, name, supersede
from assets.filings.standing import others
from warehouse import blobs
from warehouse.errors import PermanentError, ReportingError, TransientError
from warehouse.operations import Operations, Row
from warehouse.operations_schema import delivery as table

_NAMESPACE = uuid.UUID("6b1a0f0e-3c0b-5d0e-9f5e-1d8b8a3c7e21")  # ours, never to change


@dataclass(frozen=True, slots=True)
class Desk:
    """What every attempt needs: the database, the channel, the storage folder."""

    operations: Operations
    channel: Channel
    root: Path


def transaction_id(filing: Row) -> str:
    """The id the authority knows this round of this filing by; the same at every attempt."""
    return str(uuid.uuid5(_NAMESPACE, f"{filing['filing_id']}/{filing['round']}"))


def send(desk: Desk, filing_id: str) -> Row:
    """Bring one approved or half-sent filing to the authority, once; returns the filing.

    Raises TransientError when nothing certain is known yet, PermanentError when
    the filing may not be sent or the authority will not have it like this.
    """
    with claimed(desk.operations, filing_id) as claim:
        filing = desk.operations.filing(filing_id)
        parcel = _parcel(desk, filing)
        if filing["state"] == State.SENT:
            if _ask(desk, claim, parcel, "lookup", desk.channel.lookup):
                return desk.operations.filing(filing_id)
            if _take_back(desk, filing_id, None) is State.SUPERSEDED:
                return desk.operations.filing(filing_id)
        try:
            _attempt(desk, claim, parcel, "submit", desk.channel.submit)
        except _NoAnswerError as none:
            if not _arrived_after_all(desk, claim, parcel, none.cause):
                raise none.cause from none
        return desk.operations.filing(filing_id)


def fetch_receipt(desk: Desk, filing_id: str) -> Row:
    """Ask for the decision or the receipt of one filing, once; returns the filing."""
    with claimed(desk.operations, filing_id) as claim:
        filing = desk.operations.filing(filing_id)
        if State(filing["state"]) in (State.AWAITING_APPROVAL, State.ACCEPTED):
            parcel, reference = _parcel(desk, filing), filing["reference"]
            _ask(
                desk,
                claim,
                parcel,
                "receipt",
                lambda parcel, ours: desk.channel.receipt(parcel, reference or ours),
            )
        return desk.operations.filing(filing_id)


class _NoAnswerError(Exception):
    """The channel itself failed with `cause`; the attempt is written down as ended."""

    def __init__(self, cause: ReportingError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _parcel(desk: Desk, filing: Row) -> FilingBytes:
    """The filing as the channel needs it, having checked that it may go and is unharmed."""
    if filing["state"] in (State.BUILT, State.VALIDATED):
        raise PermanentError(
            f"Tried to deliver {name(filing)}, but it is {filing['state']}, not approved"
            f"{': ' + filing['reason'].rstrip('.') if filing['reason'] else ''}. "
            "Look at the report and run `indberet approve`."
        )
    if filing["state"] in (State.SUPERSEDED, State.REJECTED):
        raise PermanentError(
            f"Tried to deliver {name(filing)}, but it is {filing['state']}: {filing['reason']}. "
            "Deliver the newest filing of the period instead."
        )
    _check_channel(desk, filing)
    return FilingBytes(
        filing_id=filing["filing_id"],
        company_id=filing["company_id"],
        se_number=filing["se_number"],
        report_type=filing["report_type"],
        period_start=filing["period_start"],
        period_end=filing["period_end"],
        content=blobs.read(desk.root, filing["path"], filing["filing_id"]),
        media_type=filing["media_type"],
    )


def _check_channel(desk: Desk, filing: Row) -> None:
    """What was sent through one channel is not continued through another."""
    submits = [
        row["channel"]
        for row in desk.operations.deliveries(filing["filing_id"])
        if (row["round"], row["operation"]) == (filing["round"], "submit")
    ]
    if filing["state"] != State.APPROVED and submits[-1:] != [desk.channel.id]:
        raise PermanentError(
            f"Tried to continue {name(filing)} through {desk.channel.id}, but it was sent through "
            f"{submits[-1]}. Use that channel for it; rehearse in a workspace of its own."
        )


def _arrived_after_all(
    desk: Desk, claim: Claim, parcel: FilingBytes, cause: ReportingError
) -> bool:
    """After a submission without an answer: whether the authority has the filing anyway.

    Where nothing can have arrived, or the authority says that nothing did, the
    filing is as before it was sent; where that is unknown it stays sent, and
    the next run asks.
    """
    with suppress(ReportingError):
        if getattr(cause, "may_have_arrived", True):
            if isinstance(cause, TransientError):
                return False
            if _ask(desk, claim, parcel, "lookup", desk.channel.lookup):
                return True
        _take_back(desk, parcel.filing_id, f"not taken by {desk.channel.id}: {cause}")
    return False


def _take_back(desk: Desk, filing_id: str, reason: str | None) -> State:
    """The authority never got it: approved again, or superseded if the figures changed."""
    with desk.operations.transaction() as transaction:
        move(transaction, filing_id, State.SENT, State.APPROVED, reason=reason)
        siblings = others(transaction, transaction.filing(filing_id))
        newer = [one for one in siblings if State(one["state"]) in UNSENT]
        if not newer:
            return State.APPROVED
        supersede(transaction, transaction.filing(filing_id), newer[-1]["filing_id"])
        decision.let_others_go(transaction, transaction.filing(filing_id))
        return State.SUPERSEDED


_Call = Callable[[FilingBytes, str], Answer | None]


def _ask(
    desk: Desk, claim: Claim, parcel: FilingBytes, operation: str, call: _Call
) -> Answer | None:
    """An attempt whose failure is simply the channel's."""
    try:
        return _attempt(desk, claim, parcel, operation, call)
    except _NoAnswerError as none:
        raise none.cause from none


def _attempt(
    desk: Desk, claim: Claim, parcel: FilingBytes, operation: str, call: _Call
) -> Answer | None:
    delivery_id, ours = _begin(desk, claim, parcel.filing_id, operation)
    try:
        answer = call(parcel, ours)
    except ReportingError as error:
        outcome = "transient" if isinstance(error, TransientError) else "failed"
        _end(desk, delivery_id, outcome, error)
        raise _NoAnswerError(error) from error
    if answer is None:
        _end(desk, delivery_id, "absent", "the authority has no such filing")
        return None
    kept = decision.keep(desk.root, answer)
    with desk.operations.transaction() as transaction:
        decision.record(transaction, parcel.filing_id, delivery_id, kept)
    return answer


def _begin(desk: Desk, claim: Claim, filing_id: str, operation: str) -> tuple[str, str]:
    """Commit the attempt before it is made; returns its id and the transaction id."""
    with desk.operations.transaction() as transaction:
        claim.renew(transaction)
        filing = transaction.filing(filing_id)
        if operation == "submit" and filing["state"] != State.SENT:
            move(transaction, filing_id, State.APPROVED, State.SENT)
        count = sa.select(sa.func.count().label("n")).where(table.c.filing_id == filing_id)
        attempt = transaction.rows(count)[0]["n"] + 1
        delivery_id, ours = f"{filing_id}-{attempt}", transaction_id(filing)
        transaction.connection.execute(
            sa.insert(table).values(
                delivery_id=delivery_id,
                filing_id=filing_id,
                company_id=filing["company_id"],
                channel=desk.channel.id,
                operation=operation,
                attempt=attempt,
                transaction_id=ours,
                started_at=transaction.now,
                round=filing["round"],
            )
        )
        return delivery_id, ours


def _end(desk: Desk, delivery_id: str, outcome: str, message: ReportingError | str) -> None:
    """End an attempt that brought no answer, keeping what bytes there were."""
    kept = {
        f"{name}_sha256": blobs.keep(desk.root, "evidence", content).sha256
        for name in ("request", "response")
        if (content := getattr(message, name, b""))
    }
    with desk.operations.transaction() as transaction:
        transaction.connection.execute(
            sa.update(table)
            .where(table.c.delivery_id == delivery_id, table.c.finished_at.is_(None))
            .values(finished_at=transaction.now, outcome=outcome, message=str(message), **kept)
        )
