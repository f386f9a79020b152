"""Saying go: a person, or the company's own policy, approves exact bytes.

An approval names the filing's id, which is the hash of its bytes: other figures
are another filing, and need their own. Belongs here: who may say go, to what.
Does not: sending.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from assets.deliveries.machine import UNSENT, State, begin_round, move, move_all, name
from assets.filings.standing import in_flight, others, period_of, registered, replaced_id
from quality.finding import Finding, errors
from warehouse.errors import PermanentError
from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import approval
from warehouse.operations_schema import filing as table

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
    _refuse_findings(filing, findings)
    return _approve(operations, filing_id, POLICY, again=False)


def approve_all_by_policy(
    operations: Operations, findings: Mapping[str, Sequence[Finding]]
) -> dict[str, PermanentError]:
    """Approve filings whose policy is automatic, in one transaction.

    `findings`: filing id → what the checks found, as for `approve_by_policy`. Returns
    the filings that are not approved, with the reason; they do not hold up the others.
    """
    refused: dict[str, PermanentError] = {}
    if not findings:
        return refused
    with operations.transaction() as transaction:
        rows = transaction.rows(sa.select(table).where(table.c.filing_id.in_([*findings])))
        for_period = registered(transaction, [period_of(row) for row in rows])
        alone: list[Row] = []
        for row in rows:
            try:
                _refuse_findings(row, findings[row["filing_id"]])
                if row["state"] == State.VALIDATED and len(for_period[period_of(row)]) == 1:
                    alone.append(row)
                else:
                    _approve_one(transaction, row["filing_id"], POLICY, again=False)
            except PermanentError as error:  # refused before anything was changed
                refused[row["filing_id"]] = error
        _go(transaction, alone, POLICY, None)
    return refused


def _refuse_findings(filing: Row, findings: Sequence[Finding]) -> None:
    wrong = errors(findings)
    if wrong:
        raise PermanentError(
            f"Tried to approve {name(filing)} automatically, but the checks found {len(wrong)} "
            f"error(s), first {wrong[0].rule} at {wrong[0].where}: {wrong[0].message} "
            f"{wrong[0].remedy}"
        )


def _approve(operations: Operations, filing_id: str, who: str, *, again: bool) -> Row:
    with operations.transaction() as transaction:
        return _approve_one(transaction, filing_id, who, again=again)


def _approve_one(transaction: Transaction, filing_id: str, who: str, *, again: bool) -> Row:
    filing = transaction.filing(filing_id)
    if filing["state"] == State.APPROVED:
        return filing
    siblings = others(transaction, filing)
    if again and filing["state"] == State.REJECTED:
        filing = _once_more(transaction, filing, who)
    _refuse(filing, siblings)
    _go(transaction, [filing], who, replaced_id(siblings))
    return transaction.filing(filing_id)


def _go(transaction: Transaction, filings: Sequence[Row], who: str, replaces: str | None) -> None:
    """Write the approval of validated filings down."""
    if not filings:
        return
    move_all(
        transaction,
        [filing["filing_id"] for filing in filings],
        State.VALIDATED,
        State.APPROVED,
        actor=who,
        approved_by=who,
        approved_at=transaction.now,
        replaces_filing_id=replaces,
    )
    transaction.connection.execute(
        sa.insert(approval),
        [
            {
                "filing_id": filing["filing_id"],
                "round": filing["round"],
                "approved_by": who,
                "approved_at": transaction.now,
            }
            for filing in filings
        ],
    )


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
