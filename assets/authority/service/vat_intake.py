"""What becomes of a VAT return: a draft for the company to approve, or an error.

Everything that can be worked out before is worked out before; the transaction only looks the
transaction id up and writes. One transaction id is one return: the same again is answered as
before, another one under it is a fault.

Belongs here: the published rules and codes of the draft service. Does not: rows (`store_rows`).
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lxml import etree

from assets.authority.service import answers, events, store_rows
from assets.authority.service.answers import FaultError, Head
from assets.authority.service.register import Company
from assets.authority.service.store_rows import Draft, Message
from assets.authority.service.taking import Desk, Taken, answerable, delegating
from assets.deliveries.skat_schemas import PREFIXES
from assets.filings import vat_return

_DECISIONS = {"auto": "approved", "reject": "rejected"}


def take(desk: Desk, message: Message, head: Head, payload: etree._Element, url: str) -> Taken:
    """Store a return and say so, or store the message and say what is wrong.

    Raises: FaultError where the transaction id stands for another return; that is stored too.
    """
    (element,) = payload.iter(f"{{{PREFIXES['ws']}}}Angivelse")
    filed = vat_return.read(etree.tostring(element))
    content = vat_return.write(filed)
    company = delegating(desk, filed.se_number, message.sender, events.VAT_RETURN)
    period = (filed.period_start, filed.period_end)
    against = next(problems(company, filed, desk.today()), None)
    due = company.due_date(*period) if company else None
    new = Draft(
        reference=desk.folder.reference(filed.se_number, head.transaction_id),
        se_number=filed.se_number,
        transaction_id=head.transaction_id,
        period_start=filed.period_start,
        period_end=filed.period_end,
        content=content,
        notice=5001,
        state="waiting",
        number=0,
        due_date=due or date.max,
        sender=message.sender,
        cvr=company.cvr if company else None,
        received_at=desk.moment(),
    )
    decision = _DECISIONS.get(desk.register.approve)
    message_id, draft = desk.store.write(lambda con: _written(con, message, new, against, decision))
    if draft is None:
        return Taken(message, message_id, answers.draft(head, errors=[against or 0]))
    if draft.content != content:
        raise FaultError(
            "env:Client", "TransaktionIdentifikator er brugt til en anden angivelse", message_id
        )
    link = f"{url}/godkend/{draft.reference}"
    told = answers.draft(head, notices=[draft.notice], reference=draft.reference, link=link)
    return Taken(message, message_id, told)


def _written(
    con: sqlite3.Connection,
    message: Message,
    new: Draft,
    against: int | None,
    decision: str | None,
) -> tuple[int, Draft | None]:
    """The message's number, and the draft under its transaction id; None: there is a problem."""
    same = store_rows.draft_of(con, new.se_number, new.transaction_id)
    at, kind = new.received_at, events.VAT_RETURN
    if same is not None and answerable(same, message, may_file=against != answers.NO_MANDATE):
        if same.content != new.content:
            return store_rows.refuse(con, message, kind, at, "env:Client"), same
        return store_rows.add_message(con, message), same
    if against is not None:
        return store_rows.refuse(con, message, kind, at, against), None
    draft = store_rows.add_draft(con, new)
    if decision is not None:
        store_rows.decide(con, draft, decision, at)
        draft = replace(draft, state=decision)
    return store_rows.add_message(con, message), draft


def problems(company: Company | None, filed: vat_return.VatReturn, today: date) -> Iterator[int]:
    """The codes against filing this return now; `company`: where it delegated. The service
    answers the first of them.
    """
    if company is None:
        yield answers.NO_MANDATE
        return
    due = company.due_date(filed.period_start, filed.period_end)
    if due is None:
        yield 4802
    elif filed.period_end >= today:
        yield 4803
    elif (due.year + 3, due.month, due.day) < (today.year, today.month, today.day):
        yield 4804
    if filed.amounts[vat_return.TOTAL] != vat_return.total(filed.amounts):
        yield 507
