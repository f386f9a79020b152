"""What an answer of the authority changes: evidence, attempt, filing, receipt, obligation.

Belongs here: taking one answer in. Does not: getting it (`assets.deliveries.attempt`).
"""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from assets.deliveries.channel import Answer, Outcome
from assets.deliveries.machine import IN_FLIGHT, UNSENT, State, move
from assets.deliveries.obligations import mark
from assets.filings.standing import others, replaced_id
from warehouse import blobs
from warehouse.operations import Row, Transaction
from warehouse.operations_schema import delivery, filing, receipt

_RECORDED = {  # as the delivery table names outcomes
    Outcome.ACCEPTED: "accepted",
    Outcome.AWAITING_APPROVAL: "pending",
    Outcome.PENDING: "pending",
    Outcome.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer whose bytes are on disk."""

    answer: Answer
    request: blobs.Blob
    response: blobs.Blob
    receipt: blobs.Blob | None
    pdf: blobs.Blob | None


def keep(root: Path, answer: Answer) -> KeptAnswer:
    """Put the bytes of both directions, and of a receipt, on disk.

    Raises PermanentError when the disk is full; nothing has changed then, and
    the next attempt asks the authority for the same answer.
    """
    found = answer.receipt
    pdf = found.pdf if found else None
    if found and found.document:
        blobs.keep(root, "evidence", found.document)
    return KeptAnswer(
        answer,
        request=blobs.keep(root, "evidence", answer.request),
        response=blobs.keep(root, "evidence", answer.response),
        receipt=blobs.keep(root, "receipts", answer.response, found.suffix) if found else None,
        pdf=blobs.keep(root, "receipts", pdf, ".pdf") if pdf else None,
    )


def record(transaction: Transaction, filing_id: str, delivery_id: str, kept: KeptAnswer) -> None:
    """End the attempt and move the filing as the answer says, in one transaction."""
    answer = kept.answer
    transaction.connection.execute(
        sa.update(delivery)
        .where(delivery.c.delivery_id == delivery_id, delivery.c.finished_at.is_(None))
        .values(
            finished_at=transaction.now,
            outcome=_RECORDED[answer.outcome],
            code=answer.code,
            message=answer.message,
            request_sha256=kept.request.sha256,
            response_sha256=kept.response.sha256,
        )
    )
    current = transaction.filing(filing_id)
    told = {"deep_link": answer.deep_link, "reference": answer.reference}
    if any(told.values()):
        transaction.connection.execute(
            sa.update(filing)
            .where(filing.c.filing_id == filing_id)
            .values({name: value for name, value in told.items() if value})
        )
    if answer.outcome is Outcome.REJECTED:
        _reject(transaction, current, answer)
    elif answer.outcome is Outcome.ACCEPTED:
        _accept(transaction, current, answer)
        if answer.receipt is not None:
            _receipt(transaction, current, kept)
    elif current["state"] == State.SENT:
        reason = _words(answer)
        move(transaction, filing_id, State.SENT, State.AWAITING_APPROVAL, reason=reason)


def _words(answer: Answer) -> str | None:
    return " ".join(part for part in (answer.code, answer.message) if part) or None


def _reject(transaction: Transaction, current: Row, answer: Answer) -> None:
    move(
        transaction,
        current["filing_id"],
        State(current["state"]),
        State.REJECTED,
        reason=_words(answer) or "no reason given",
        decided_at=transaction.now,
    )
    let_others_go(transaction, current)


def _accept(transaction: Transaction, current: Row, answer: Answer) -> None:
    if State(current["state"]) not in IN_FLIGHT:
        return
    move(
        transaction,
        current["filing_id"],
        State(current["state"]),
        State.ACCEPTED,
        reason=_words(answer),
        decided_at=transaction.now,
    )
    mark(transaction, current, "filed")
    let_others_go(transaction, current)


def _receipt(transaction: Transaction, current: Row, kept: KeptAnswer) -> None:
    found, stored = kept.answer.receipt, kept.receipt
    assert found is not None
    assert stored is not None
    move(transaction, current["filing_id"], State.ACCEPTED, State.RECEIPTED)
    transaction.connection.execute(
        sa.insert(receipt).values(
            filing_id=current["filing_id"],
            round=current["round"],
            company_id=current["company_id"],
            received_at=transaction.now,
            reference=found.reference,
            sha256=stored.sha256,
            path=stored.path,
            pdf_path=kept.pdf.path if kept.pdf else None,
            payment_line=found.payment_line,
            amount_to_pay=found.amount_to_pay,
            payment_date=found.payment_date,
        )
    )
    mark(transaction, current, "fulfilled")


def let_others_go(transaction: Transaction, decided: Row) -> None:
    """Filings that waited for this decision wait no more, and know what they correct."""
    for sibling in others(transaction, decided):
        if State(sibling["state"]) in UNSENT:
            values: dict[str, str | None] = {
                "replaces_filing_id": replaced_id(others(transaction, sibling))
            }
            if sibling["state"] != State.BUILT:
                values["reason"] = None
            transaction.connection.execute(
                sa.update(filing).where(filing.c.filing_id == sibling["filing_id"]).values(**values)
            )
