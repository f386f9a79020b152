"""What becomes of an EU sales list: it counts at once, or is refused with codes.

Belongs here: reading a list from a message, and the rules for it. Does not: rows (`store_rows`).

Source: momsloven § 54; the codes 9001-9004 are the service's own, the agency's are not public.
"""

import sqlite3
from collections.abc import Iterator
from datetime import date

from lxml import etree

from assets.authority.service import answers, events, store_rows
from assets.authority.service.answers import FaultError, Head
from assets.authority.service.periods import is_list_period
from assets.authority.service.register import Company
from assets.authority.service.store_rows import Message, StoredList
from assets.authority.service.taking import Desk, Taken, answerable, delegating, text
from assets.deliveries.skat_schemas import PREFIXES, day, whole
from assets.filings import eu_sales_list


def take(desk: Desk, message: Message, head: Head, payload: etree._Element) -> Taken:
    """Store a list and give its receipt number, or store the message and say what is wrong.

    Raises: FaultError where it is not one list, or the transaction id stands for another one.
    """
    listed, start = read_list(payload)
    company = delegating(desk, listed.se_number, message.sender, events.SALES_LIST)
    found = problems(listed, start, payload, company, desk.today())
    new = StoredList(
        "", listed.se_number, head.transaction_id, start, listed.period_end,
        eu_sales_list.write(listed), "current", message.sender,
        company.cvr if company else None, desk.moment(),
    )  # fmt: skip
    message_id, kept = desk.store.write(lambda con: _written(con, message, new, found))
    if kept is None:
        return Taken(message, message_id, answers.sales_list(head, errors=found))
    if kept.content != new.content:
        raise FaultError(
            "env:Client", "TransaktionIdentifikator er brugt til en anden liste", message_id
        )
    told = answers.sales_list(head, number=kept.receipt_number)
    return Taken(message, message_id, told)


def _written(
    con: sqlite3.Connection, message: Message, new: StoredList, against: dict[int, str]
) -> tuple[int, StoredList | None]:
    """The message's number, and the list under its transaction id; None: there are problems."""
    same = store_rows.list_of(con, new.se_number, new.transaction_id)
    at, kind = new.received_at, events.SALES_LIST
    if same is not None and answerable(same, message, may_file=answers.NO_MANDATE not in against):
        if same.content != new.content:
            return store_rows.refuse(con, message, kind, at, "env:Client"), same
        return store_rows.add_message(con, message), same
    if against:
        return store_rows.refuse(con, message, kind, at, *against), None
    kept = store_rows.add_list(con, new)
    return store_rows.add_message(con, message), kept


def problems(
    listed: eu_sales_list.SalesList,
    start: date,
    payload: etree._Element,
    company: Company | None,
    today: date,
) -> dict[int, str]:
    """Codes against a list, each with the first thing it is about."""
    found: dict[int, str] = {}
    if company is None:
        found[answers.NO_MANDATE] = ""
    if not is_list_period(start, listed.period_end):
        found[4802] = f"{start} - {listed.period_end}"
    elif listed.period_end >= today:
        found[4803] = ""
    if text(payload, "a", "ValutaKode") != "DKK":
        found[9004] = ""
    for _, name, code in buyer_codes(listed):
        found.setdefault(code, name)
    return found


def buyer_codes(listed: eu_sales_list.SalesList) -> Iterator[tuple[int, str, int]]:
    """What is against single buyers: place in the list from 1, VAT number, code."""
    seen: set[str] = set()
    for place, buyer in enumerate(listed.buyers, start=1):
        name = f"{buyer.country}{buyer.vat_number}"
        if eu_sales_list.buyer_problem(buyer.country, buyer.vat_number):
            yield place, name, 9001
        if name in seen:
            yield place, name, 9002
        if not (buyer.goods or buyer.triangular or buyer.services):
            yield place, name, 9003
        seen.add(name)


def read_list(payload: etree._Element) -> tuple[eu_sales_list.SalesList, date]:
    """The list and its first day. One list, one filer, one period.

    Raises: FaultError otherwise.
    """
    lines = list(payload.iter(f"{{{PREFIXES['lws']}}}ListeAngivelseLinie"))
    sender = text(payload, "v", "VirksomhedSENummerIdentifikator")
    about = {
        (
            text(line, "t", "AngiverSEnummerIdentifikator"),
            text(line, "f", "StartDate"),
            text(line, "u", "EndDate"),
        )
        for line in lines
    }
    if len(about) != 1 or next(iter(about))[0] != sender:
        raise FaultError("env:Client", "Alle linier skal have samme SE-nummer og periode")
    ((_, start, end),) = about
    if not (start and end):
        raise FaultError("env:Client", "Perioden skal have StartDate og EndDate")
    buyers = tuple(_read_buyer(number, line) for number, line in enumerate(lines, start=1))
    return eu_sales_list.SalesList(sender, day(end), buyers), day(start)


def _read_buyer(number: int, line: etree._Element) -> eu_sales_list.Buyer:
    return eu_sales_list.Buyer(
        text(line, "l", "ListeAngivelseInternReferenceIdentifikator") or str(number),
        text(line, "c", "CountryIdentificationCode"),
        text(line, "l", "ListeAngivelseKoeberMomsnummerIdentifikator"),
        whole(text(line, "l", eu_sales_list.GOODS) or "0"),
        whole(text(line, "l", eu_sales_list.TRIANGULAR) or "0"),
        whole(text(line, "i", eu_sales_list.SERVICES) or "0"),
    )
