"""What may happen to a filing, and the one way to make it happen.

    built → validated → approved → sent → awaiting_approval → accepted → receipted
                                        ↘ rejected          ↙
    built, validated, approved → superseded   newer figures for the same period

The ways back are few and said in the audit trail: `sent → approved` when the
authority says it never got it; `superseded`, `accepted`, `receipted` or `rejected`
→ `built` when the figures return to those of an earlier filing, or a person
approves a rejected one once more; `validated` or `approved` → `built` when the
report is withheld or a rule now finds the bytes wrong. Going back to built begins
a new round: a new approval, a new transaction id, a new receipt.

Belongs here: states, transitions, the guarded move. Does not: when to move.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from warehouse.errors import PermanentError, TransientError
from warehouse.operations import Row, Transaction
from warehouse.operations_schema import filing as table


class State(StrEnum):
    """Where a filing stands.

    `SENT` means that an attempt is written down: the authority may have it.
    """

    BUILT = "built"
    VALIDATED = "validated"
    APPROVED = "approved"
    SENT = "sent"
    AWAITING_APPROVAL = "awaiting_approval"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RECEIPTED = "receipted"
    SUPERSEDED = "superseded"


NEXT: dict[State, frozenset[State]] = {
    State.BUILT: frozenset({State.VALIDATED, State.SUPERSEDED}),
    State.VALIDATED: frozenset({State.APPROVED, State.SUPERSEDED, State.BUILT}),
    State.APPROVED: frozenset({State.SENT, State.SUPERSEDED, State.BUILT}),
    State.SENT: frozenset(
        {State.AWAITING_APPROVAL, State.ACCEPTED, State.REJECTED, State.APPROVED}
    ),
    State.AWAITING_APPROVAL: frozenset({State.ACCEPTED, State.REJECTED}),
    State.ACCEPTED: frozenset({State.RECEIPTED, State.BUILT}),
    State.RECEIPTED: frozenset({State.BUILT}),
    State.REJECTED: frozenset({State.BUILT}),
    State.SUPERSEDED: frozenset({State.BUILT}),
}

UNSENT = frozenset({State.BUILT, State.VALIDATED, State.APPROVED})
IN_FLIGHT = frozenset({State.SENT, State.AWAITING_APPROVAL})
FILED = frozenset({State.ACCEPTED, State.RECEIPTED})


class IllegalTransitionError(PermanentError):
    """A filing was to go where it may not go from where it stands."""


class MovedMeanwhileError(TransientError):
    """Another process moved the filing first."""


def check(current: State, to: State) -> None:
    """Raise IllegalTransitionError unless a filing may go from `current` to `to`.

    >>> check(State.APPROVED, State.SENT)
    >>> check(State.BUILT, State.SENT)
    Traceback (most recent call last):
    assets.deliveries.machine.IllegalTransitionError: A filing that is built cannot become sent; \
from built it may become superseded or validated. Run `indberet status` to see where it stands.
    """
    if to not in NEXT[current]:
        ways = " or ".join(sorted(NEXT[current]))
        raise IllegalTransitionError(
            f"A filing that is {current} cannot become {to}; from {current} it may become {ways}. "
            "Run `indberet status` to see where it stands."
        )


def move(
    transaction: Transaction,
    filing_id: str,
    expected: State,
    to: State,
    *,
    actor: str = "indberet",
    reason: str | None = None,
    **columns: str | int | datetime | None,
) -> None:
    """Move one filing from `expected` to `to`, with its audit event, or raise.

    `reason` replaces what stood there; `columns` are further columns to set.
    Raises IllegalTransitionError, or MovedMeanwhileError when the filing is no
    longer in `expected`: then nothing is changed.
    """
    move_all(transaction, [filing_id], expected, to, actor=actor, reason=reason, **columns)


def move_all(
    transaction: Transaction,
    filing_ids: Sequence[str],
    expected: State,
    to: State,
    *,
    actor: str = "indberet",
    reason: str | None = None,
    **columns: str | int | datetime | None,
) -> None:
    """Move filings from `expected` to `to` as `move` does, in one statement.

    Raises as `move`; what was changed is undone with the transaction.
    """
    check(expected, to)
    if not filing_ids:
        return
    changed = transaction.connection.execute(
        sa.update(table)
        .where(table.c.filing_id.in_(filing_ids), table.c.state == expected)
        .values(state=to, reason=reason, **columns)
    ).rowcount
    if changed != len(filing_ids):
        stood = next(
            row
            for row in transaction.rows(sa.select(table).where(table.c.filing_id.in_(filing_ids)))
            if row["state"] != expected
        )
        raise MovedMeanwhileError(
            f"Tried to move {name(stood)} from {expected} to {to}, but it is {stood['state']}: "
            "another process moved it meanwhile. Nothing was changed; run the command again."
        )
    for filing_id in filing_ids:
        transaction.audit(
            f"filing.{to}", filing_id, actor, state_before=expected, state_after=to, reason=reason
        )


def begin_round(transaction: Transaction, filing: Row, *, actor: str, reason: str) -> None:
    """Bring a filing back to built, its approval void, to be filed anew."""
    move(
        transaction,
        filing["filing_id"],
        State(filing["state"]),
        State.BUILT,
        actor=actor,
        reason=reason,
        round=filing["round"] + 1,
        approved_by=None,
        approved_at=None,
        decided_at=None,
        deep_link=None,
        reference=None,
    )


def supersede(transaction: Transaction, filing: Row, newer_id: str) -> None:
    """Void an unsent filing, and its approval, because newer figures took its place."""
    move(
        transaction,
        filing["filing_id"],
        State(filing["state"]),
        State.SUPERSEDED,
        reason=f"the figures changed: filing {newer_id[:12]} took its place",
        approved_by=None,
        approved_at=None,
    )


def name(filing: Row) -> str:
    """A filing as messages name it."""
    return (
        f"filing {filing['filing_id'][:12]} ({filing['report_type']} of {filing['company_id']}, "
        f"{filing['period_start']} to {filing['period_end']})"
    )
