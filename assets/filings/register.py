"""Registering a rendered filing: its bytes on disk, its row, its place among its siblings.

The id of a filing is the hash of its bytes, so registering is idempotent, and
an approval, which names the id, is for exactly those bytes. Registering says
"these are today's figures": what was not yet sent with other figures is
superseded, and what was already filed with other figures is corrected.

Belongs here: rows of `filing` being made. Does not: rendering, approving, sending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from assets.deliveries.machine import (
    FILED,
    UNSENT,
    State,
    begin_round,
    move,
    move_all,
    name,
    supersede,
)
from assets.filings.standing import (
    Period,
    in_flight,
    in_force,
    others,
    registered,
    replaced_id,
    waiting_reason,
)
from quality.finding import Finding, errors
from warehouse import blobs
from warehouse.errors import PermanentError
from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import filing as table

_SUFFIX = {"application/xml": ".xml", "text/csv": ".csv", "application/xhtml+xml": ".xhtml"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The exact bytes to submit for one report. `period_end`: last day, included.

    `se_number`: the number it is filed under, 8 digits. `media_type`:
    application/xml, application/xhtml+xml or text/csv. `judged`: what the audit trail
    keeps of a judgement just passed on them.
    """

    company_id: str
    se_number: str
    report_id: str
    report_type: str
    period_start: date
    period_end: date
    media_type: str
    content: bytes
    judged: Mapping[str, str | int | None] | None = None


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
    (registered,) = register_filings(operations, root, [(rendered, findings)])
    if isinstance(registered, PermanentError):
        raise registered
    return registered


def register_filings(
    operations: Operations, root: Path, batch: Sequence[tuple[Rendered, Sequence[Finding]]]
) -> list[Registered | PermanentError]:
    """Register filings as `register_filing` does, in one transaction once all bytes are on disk.

    The results stand in the order of `batch`; what one filing is refused for does not
    hold up the others.
    """
    if not batch:
        return []
    results: dict[int, Registered | PermanentError] = {}
    kept: dict[int, blobs.Blob] = {}
    for number, (rendered, _) in enumerate(batch):
        try:
            kept[number] = blobs.keep(
                root, "filings", rendered.content, _SUFFIX[rendered.media_type]
            )
        except PermanentError as error:
            results[number] = error
    with operations.transaction() as transaction:
        first = _first_of_their_period(transaction, batch, kept)
        results |= _insert_first(transaction, batch, kept, first)
        for number in sorted(kept.keys() - first):
            try:
                results[number] = _register(transaction, *batch[number], kept[number])
            except PermanentError as error:  # refused before anything was changed
                results[number] = error
    return [results[number] for number in range(len(batch))]


def _first_of_their_period(
    transaction: Transaction,
    batch: Sequence[tuple[Rendered, Sequence[Finding]]],
    kept: dict[int, blobs.Blob],
) -> set[int]:
    """Which of `batch` are new and have no siblings: most filings, every month."""
    if len(batch) == 1:
        return set()
    ids = [blob.sha256 for blob in kept.values()]
    known = transaction.rows(sa.select(table.c.filing_id).where(table.c.filing_id.in_(ids)))
    seen_ids = {row["filing_id"] for row in known}
    seen: set[Period] = set(registered(transaction, [_period(one) for one, _ in batch]))
    found: set[int] = set()
    for number, blob in kept.items():
        period = _period(batch[number][0])
        if blob.sha256 not in seen_ids and period not in seen:
            found.add(number)
        seen_ids.add(blob.sha256)
        seen.add(period)
    return found


def _insert_first(
    transaction: Transaction,
    batch: Sequence[tuple[Rendered, Sequence[Finding]]],
    kept: dict[int, blobs.Blob],
    first: set[int],
) -> dict[int, Registered]:
    """Insert the filings numbered `first` together, and validate those without an error."""
    if not first:
        return {}
    numbers = sorted(first)
    _insert(transaction, [(batch[n][0], kept[n], _why_invalid(batch[n][1])) for n in numbers])
    for n in numbers:
        if (judged := batch[n][0].judged) is not None:
            transaction.audit("filing.judged", kept[n].sha256, "indberet", **judged)
    valid = [kept[n].sha256 for n in numbers if _why_invalid(batch[n][1]) is None]
    move_all(transaction, valid, State.BUILT, State.VALIDATED)
    ids = [kept[n].sha256 for n in numbers]
    rows = transaction.rows(sa.select(table).where(table.c.filing_id.in_(ids)))
    filings = {row["filing_id"]: row for row in rows}
    return {n: Registered(filings[kept[n].sha256], True, None) for n in numbers}


def _register(
    transaction: Transaction, rendered: Rendered, findings: Sequence[Finding], blob: blobs.Blob
) -> Registered:
    found = transaction.rows(sa.select(table).where(table.c.filing_id == blob.sha256))
    if found:
        _refuse_foreign(found[0], rendered)
    else:
        _insert(transaction, [(rendered, blob, None)])
    filing = transaction.filing(blob.sha256)
    siblings = others(transaction, filing)
    for sibling in siblings:
        if State(sibling["state"]) in UNSENT:
            supersede(transaction, sibling, blob.sha256)
    if rendered.judged is not None:
        transaction.audit("filing.judged", blob.sha256, "indberet", **rendered.judged)
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


def _insert(
    transaction: Transaction, new: Sequence[tuple[Rendered, blobs.Blob, str | None]]
) -> None:
    """Rows of filings just built; the third of each says why it is not valid, if it is not."""
    transaction.connection.execute(
        sa.insert(table),
        [
            {
                "filing_id": blob.sha256,
                "company_id": rendered.company_id,
                "se_number": rendered.se_number,
                "report_id": rendered.report_id,
                "report_type": rendered.report_type,
                "period_start": rendered.period_start,
                "period_end": rendered.period_end,
                "media_type": rendered.media_type,
                "path": blob.path,
                "byte_count": len(rendered.content),
                "state": State.BUILT,
                "round": 1,
                "created_at": transaction.now,
                "reason": reason,
            }
            for rendered, blob, reason in new
        ],
    )
    for rendered, blob, _ in new:
        transaction.audit("filing.built", blob.sha256, "indberet", report_id=rendered.report_id)


def _why_invalid(findings: Sequence[Finding]) -> str | None:
    """Why a filing is no more than built. Rules `proof.…` say that it could not be judged."""
    wrong = errors(findings)
    if not wrong:
        return None
    kind = "a draft" if wrong[0].rule.startswith("proof.") else "not valid"
    return f"{kind}: {wrong[0].message} {wrong[0].remedy}".rstrip()


def _period(rendered: Rendered) -> Period:
    return (
        rendered.company_id,
        rendered.report_type,
        rendered.period_start,
        rendered.period_end,
    )


def _place(
    transaction: Transaction, filing: Row, siblings: list[Row], findings: Sequence[Finding]
) -> None:
    """Bring today's filing as far as it may come without a person, and no further."""
    reason = _why_invalid(findings)
    state = State(filing["state"])
    if _is_overtaken(filing, siblings):
        back = "the figures returned to those of this filing"
        begin_round(transaction, filing, actor="indberet", reason=reason or back)
        state = State.BUILT
    elif reason and state in (State.VALIDATED, State.APPROVED):
        begin_round(transaction, filing, actor="indberet", reason=reason)
    elif reason and state is State.BUILT:
        _set(transaction, filing["filing_id"], reason=reason)
    if state is State.BUILT and reason is None:
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
