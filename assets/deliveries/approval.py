"""Saying go: a person, or the company's own policy, approves exact bytes.

An approval names the filing's id, which is the hash of its bytes: other figures
are another filing, and need their own. Belongs here: who may say go, to what.
Does not: sending.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from assets.deliveries.machine import UNSENT, State, begin_round, move, name
from assets.filings.standing import in_flight, others, replaced_id
from quality.finding import Finding, errors
from warehouse.errors import PermanentError
from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import approval

POLICY = "policy:automatic"


def approve(operations: Operations, filing_id: str, who: str, *, again: bool = False) -> Row:
    """Record that `who` approves the bytes of `filing_id`; returns the filing.

    Approving twice changes nothing. `again` approves a filing that the authority
    rejected once more, unchanged. Raises PermanentError when the filing is not
    valid, superseded, already sent, or must wait for an earlier one.
    """
    if not who.strip() or who.startswith("policy:"):
        raise PermanentError(
            f"Tried to approve a filing as “{who}”: an approval needs a person's name. "
            "Run `indberet approve` with --as NAME."
        )
    return _approve(operations, filing_id, who, again=again)


def approve_by_policy(
    operations: Operations, filing_id: str, *, is_automatic: bool, findings: Sequence[Finding]
) -> Row:
    """Approve without a person, as the company's settings allow for this report.

    `findings`: everything the checks found for this company and period; an error
    among them means that a person must look. Raises PermanentError then, when
    the policy is `review`, and as `approve` does.
    """
    filing = operations.filing(filing_id)
    if not is_automatic:
        raise PermanentError(
            f"Tried to approve {name(filing)} automatically, but its delivery policy is review. "
            "Look at the report and run `indberet approve`."
        )
    wrong = errors(findings)
    if wrong:
        raise PermanentError(
            f"Tried to approve {name(filing)} automatically, but the checks found {len(wrong)} "
            f"error(s), first {wrong[0].rule} at {wrong[0].where}: {wrong[0].message} "
            f"{wrong[0].remedy}"
        )
    return _approve(operations, filing_id, POLICY, again=False)


def _approve(operations: Operations, filing_id: str, who: str, *, again: bool) -> Row:
    with operations.transaction() as transaction:
        filing = transaction.filing(filing_id)
        if filing["state"] == State.APPROVED:
            return filing
        siblings = others(transaction, filing)
        if again and filing["state"] == State.REJECTED:
            filing = _once_more(transaction, filing, who)
        _refuse(filing, siblings)
        move(
            transaction,
            filing_id,
            State.VALIDATED,
            State.APPROVED,
            actor=who,
            approved_by=who,
            approved_at=transaction.now,
            replaces_filing_id=replaced_id(siblings),
        )
        transaction.connection.execute(
            sa.insert(approval).values(
                filing_id=filing_id,
                round=filing["round"],
                approved_by=who,
                approved_at=transaction.now,
            )
        )
        return transaction.filing(filing_id)


def _once_more(transaction: Transaction, filing: Row, who: str) -> Row:
    begin_round(transaction, filing, actor=who, reason="filed once more after a rejection")
    move(transaction, filing["filing_id"], State.BUILT, State.VALIDATED, actor=who)
    return transaction.filing(filing["filing_id"])


def _refuse(filing: Row, siblings: list[Row]) -> None:
    """Raise unless `filing` is valid, current and first in line."""
    state = State(filing["state"])
    attempt = f"Tried to approve {name(filing)}, but"
    newest = max(siblings, key=lambda one: one["created_at"], default=None)
    if state is State.SUPERSEDED and newest is not None:
        raise PermanentError(
            f"{attempt} the figures changed since: filing {newest['filing_id'][:12]} took its "
            "place. Look at that one and approve it instead."
        )
    if state is State.BUILT:
        why = (filing["reason"] or "not validated").rstrip(".")
        raise PermanentError(
            f"{attempt} it is {why}. Run `indberet report` again when that is put right."
        )
    if state is State.REJECTED:
        raise PermanentError(
            f"{attempt} the authority rejected it: {filing['reason']}. Correct the books and build "
            "the report again; if it was rejected by mistake, run `indberet approve --again`."
        )
    if state is not State.VALIDATED:
        raise PermanentError(f"{attempt} it is already {state}. There is nothing to approve.")
    first = in_flight(siblings)
    if first is not None:
        raise PermanentError(
            f"{attempt} filing {first['filing_id'][:12]} of the same period is {first['state']} "
            "and not decided. Approve that one at the authority or reject it there, run "
            "`indberet deliver` to fetch the decision, then approve this one."
        )
    if any(State(one["state"]) in UNSENT for one in siblings):
        raise PermanentError(
            f"{attempt} a filing with newer figures exists for the same period. "
            "Look at that one and approve it instead."
        )
