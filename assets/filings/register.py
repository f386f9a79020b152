"""Registering a rendered filing: its bytes on disk, its row, its place among its siblings.

The id of a filing is the hash of its bytes, so registering is idempotent, and
an approval, which names the id, is for exactly those bytes. Registering says
"these are today's figures": what was not yet sent with other figures is
superseded, and what was already filed with other figures is corrected.

Belongs here: rows of `filing` being made. Does not: rendering, approving, sending.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from assets.deliveries.machine import FILED, UNSENT, State, begin_round, move, name, supersede
from assets.filings.standing import in_flight, in_force, others, replaced_id, waiting_reason
from quality.finding import Finding, errors
from warehouse import blobs
from warehouse.errors import PermanentError
from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import filing as table

_SUFFIX = {"application/xml": ".xml", "text/csv": ".csv"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The exact bytes to submit for one report. `period_end`: last day, included.

    `se_number`: the number it is filed under, 8 digits. `media_type`:
    application/xml or text/csv.
    """

    company_id: str
    se_number: str
    report_id: str
    report_type: str
    period_start: date
    period_end: date
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering came to. `waits_for`: the undecided filing that goes first."""

    filing: Row
    is_new: bool
    waits_for: str | None


def register_filing(
    operations: Operations, root: Path, rendered: Rendered, findings: Sequence[Finding] = ()
) -> Registered:
    """Keep `rendered` below `root` as today's filing of its company, report and period.

    It becomes validated unless `findings`, the results of validating the bytes,
    hold an error; then it stays built and its `reason` says why. A superseded
    filing, or one corrected since, comes back to validated when the figures
    return to it; its approval is void. Raises PermanentError when the disk is
    full, or the same bytes belong to another company or period.
    """
    blob = blobs.keep(root, "filings", rendered.content, _SUFFIX[rendered.media_type])
    with operations.transaction() as transaction:
        found = transaction.rows(sa.select(table).where(table.c.filing_id == blob.sha256))
        if found:
            _refuse_foreign(found[0], rendered)
        else:
            _insert(transaction, rendered, blob)
        filing = transaction.filing(blob.sha256)
        siblings = others(transaction, filing)
        for sibling in siblings:
            if State(sibling["state"]) in UNSENT:
                supersede(transaction, sibling, blob.sha256)
        _place(transaction, filing, siblings, findings)
        _describe(transaction, rendered, blob.sha256, siblings)
        first = in_flight(siblings)
        return Registered(
            transaction.filing(blob.sha256),
            is_new=not found,
            waits_for=None if first is None else str(first["filing_id"]),
        )


def withdraw(
    operations: Operations, company_id: str, report_type: str, period_end: date, reason: str
) -> list[str]:
    """Void what is validated or approved and not sent, because its report is withheld.

    Returns the ids withdrawn: built again, waiting for `register_filing` to find
    their figures right. `reason` is a clause after "withheld:".
    """
    f = table.c
    mine = sa.select(table).where(
        f.company_id == company_id,
        f.report_type == report_type,
        f.period_end == period_end,
        f.state.in_([State.VALIDATED, State.APPROVED]),
    )
    with operations.transaction() as transaction:
        found = transaction.rows(mine)
        for filing in found:
            begin_round(transaction, filing, actor="indberet", reason=f"withheld: {reason}")
        return [str(filing["filing_id"]) for filing in found]


def _refuse_foreign(found: Row, rendered: Rendered) -> None:
    names = ("company_id", "report_type", "period_start", "period_end", "se_number")
    if any(found[name] != getattr(rendered, name) for name in names):
        raise PermanentError(
            f"Tried to register a {rendered.report_type} of {rendered.company_id} for "
            f"{rendered.period_start} to {rendered.period_end}: the same bytes are already "
            f"{name(found)}. Check in indberet.toml that no two companies share an SE number."
        )


def _insert(transaction: Transaction, rendered: Rendered, blob: blobs.Blob) -> None:
    transaction.connection.execute(
        sa.insert(table).values(
            filing_id=blob.sha256,
            company_id=rendered.company_id,
            se_number=rendered.se_number,
            report_id=rendered.report_id,
            report_type=rendered.report_type,
            period_start=rendered.period_start,
            period_end=rendered.period_end,
            media_type=rendered.media_type,
            path=blob.path,
            byte_count=len(rendered.content),
            state=State.BUILT,
            round=1,
            created_at=transaction.now,
        )
    )
    transaction.audit("filing.built", blob.sha256, "indberet", report_id=rendered.report_id)


def _place(
    transaction: Transaction, filing: Row, siblings: list[Row], findings: Sequence[Finding]
) -> None:
    """Bring today's filing as far as it may come without a person, and no further."""
    wrong = errors(findings)
    reason = f"not valid: {wrong[0].message} {wrong[0].remedy}" if wrong else None
    state = State(filing["state"])
    if _is_overtaken(filing, siblings):
        back = "the figures returned to those of this filing"
        begin_round(transaction, filing, actor="indberet", reason=reason or back)
        state = State.BUILT
    elif wrong and state in (State.VALIDATED, State.APPROVED):
        begin_round(transaction, filing, actor="indberet", reason=reason or "")
    elif wrong and state is State.BUILT:
        _set(transaction, filing["filing_id"], reason=reason)
    if state is State.BUILT and not wrong:
        move(transaction, filing["filing_id"], state, State.VALIDATED)


def _is_overtaken(filing: Row, siblings: list[Row]) -> bool:
    """Whether the filing is out of the running although its figures are today's."""
    state, force = State(filing["state"]), in_force(siblings)
    if state is State.SUPERSEDED:
        return True
    is_decided = state in FILED or state is State.REJECTED
    return is_decided and force is not None and force["decided_at"] > filing["decided_at"]


def _describe(
    transaction: Transaction, rendered: Rendered, filing_id: str, siblings: list[Row]
) -> None:
    """Say of an unsent filing which report it carries, what it corrects, what it waits for.

    Øre may differ where the kroner, and so the bytes, do not: the newest report counts.
    """
    filing, first = transaction.filing(filing_id), in_flight(siblings)
    if State(filing["state"]) not in UNSENT:
        return
    now: dict[str, str | None] = {
        "report_id": rendered.report_id,
        "replaces_filing_id": replaced_id(siblings),
    }
    if first is not None and filing["state"] != State.BUILT:
        now["reason"] = waiting_reason(first)
    if any(filing[name] != value for name, value in now.items()):
        _set(transaction, filing_id, **now)


def _set(transaction: Transaction, filing_id: str, **columns: str | None) -> None:
    transaction.connection.execute(
        sa.update(table).where(table.c.filing_id == filing_id).values(**columns)
    )
