"""One booked entry of a bank statement: what it says, and the rows it becomes.

Belongs here: the elements of `Ntry` and `TxDtls`; the id by which an entry is known again in
another file. Does not: a statement's head (`head`), or landing rows (`reader`).

Source: ISO 20022 ReportEntry and EntryTransaction, camt.053.001.02 to .001.12.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from assets.sources.parts.camt053.head import Entry
from assets.sources.parts.camt053.space import Space, day, signed, whole
from assets.sources.row_batches import is_money, number

_NONE = frozenset({"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NONE", "-"})
"""References that banks write where there is none."""
_REFERENCES = {
    "message_id": "Refs/MsgId",
    "account_servicer_ref": "Refs/AcctSvcrRef",
    "payment_information_id": "Refs/PmtInfId",
    "instruction_id": "Refs/InstrId",
    "end_to_end_id": "Refs/EndToEndId",
    "transaction_id": "Refs/TxId",
    "uetr": "Refs/UETR",
    "mandate_id": "Refs/MndtId",
    "cheque_number": "Refs/ChqNb",
}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction of an entry; columns as in `LANDED["bank_entry"]`."""

    amount: Decimal
    counterparty: str | None
    text: str | None
    refs: str | None
    bank_code: str | None
    foreign: tuple[str, Decimal] | None
    rate: Decimal | None
    charges: Decimal | None


@dataclass(frozen=True, slots=True)
class Read:
    """One entry: its day, amount in the account, transactions, and what is odd about it.

    `identity` is the same wherever this entry is told. `untold` is the number of
    transactions in a batch whose amounts the bank does not give, or that do not add up.
    """

    booked: date | None
    valued: date | None
    amount: Decimal | None
    currency: str
    is_reversal: bool
    identity: str
    lines: list[Line]
    untold: int


def read(names: Space, element: Any, basics: Entry, zone: ZoneInfo) -> Read:
    """What one `Ntry` says beside its basics. An amount that is none is None, with no lines."""
    valued = day(names, element, "ValDt", zone)
    if basics.amount is None or not is_money(basics.amount):
        return Read(basics.booked, valued, None, basics.currency, False, "", [], 0)
    amount = basics.amount.quantize(_CENT)
    lines, untold = _lines(names, element, amount, basics.currency)
    return Read(
        basics.booked or valued, valued, amount, basics.currency,
        names.text(element, "RvslInd") in {"true", "1"},
        _identity(names, element, amount, valued, lines), lines, untold,
    )  # fmt: skip


def _lines(names: Space, entry: Any, amount: Decimal, currency: str) -> tuple[list[Line], int]:
    """The transactions of an entry, where their amounts make up its own; else the entry."""
    details = list(names.all(entry, "NtryDtls/TxDtls"))
    if len(details) > 1:
        amounts = [_own_amount(names, one, entry, currency) for one in details]
        told = [one for one in amounts if one is not None]
        if len(told) == len(details) and sum(told) == amount:
            rows = zip(details, told, strict=True)
            return [
                _line(names, entry, one, value, currency, is_alone=False) for one, value in rows
            ], 0
        return [_line(names, entry, None, amount, currency)], len(details)
    batch = whole(names.text(entry, "NtryDtls/Btch/NbOfTxs")) or 0
    only = details[0] if details else None
    return [_line(names, entry, only, amount, currency)], batch if batch > 1 else 0


def _own_amount(names: Space, details: Any, entry: Any, currency: str) -> Decimal | None:
    """A transaction's amount in the account's currency, signed.

    Version 2 has it in AmtDtls only; later ones beside it.
    """
    direction = names.text(details, "CdtDbtInd") or names.text(entry, "CdtDbtInd")
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = details.find(names.path(path)) if names.has(details, path) else None
        if found is not None and found.get("Ccy") == currency:
            value = signed(found.text or "", direction)
            return value.quantize(_CENT) if value is not None and is_money(value) else None
    return None


def _line(
    names: Space, entry: Any, details: Any, amount: Decimal, currency: str, *, is_alone: bool = True
) -> Line:
    """One transaction; the entry's own details are its too where it is the only one."""
    told = [one for one in (details, entry if is_alone else None) if one is not None]
    foreign = (_foreign(names, one, amount, currency) for one in told)
    rates = (_rate(names, one) for one in told)
    charges = (_charges(names, one) for one in told)
    return Line(
        amount,
        None if details is None else _counterparty(names, details, entry, amount),
        _text(names, entry, details),
        _refs(names, entry, details),
        _bank_code(names, told[0]) or _bank_code(names, entry),
        next((one for one in foreign if one is not None), None),
        next((one for one in rates if one is not None), None),
        next((one for one in charges if one is not None), None),
    )


def _counterparty(names: Space, details: Any, entry: Any, amount: Decimal) -> str | None:
    """Who paid, of money in; who was paid, of money out. A reversal turns the roles round."""
    is_reversal = names.text(entry, "RvslInd") in {"true", "1"}
    roles = ("Dbtr", "Cdtr") if (amount > 0) != is_reversal else ("Cdtr", "Dbtr")
    for role in (roles[0], f"Ultmt{roles[0]}", roles[1]):
        path = f"RltdPties/{role}"
        found = names.text(
            details, f"{path}/Nm", f"{path}/Pty/Nm", f"{path}/Agt/FinInstnId/Nm"
        )  # fmt: skip
        if found:
            return found
    return None


def _text(names: Space, entry: Any, details: Any) -> str | None:
    """What the payer wrote, else what the bank says of the transaction or the entry."""
    told: list[str] = []
    if details is not None:
        told = _texts(names, details, "RmtInf/Ustrd")
        told = told or _texts(names, details, "RmtInf/Strd/AddtlRmtInf")
        told = told or _texts(names, details, "AddtlTxInf")
    told = told or _texts(names, entry, "AddtlNtryInf")
    return " ".join(told) or None


def _texts(names: Space, element: Any, path: str) -> list[str]:
    if not names.has(element, path):
        return []
    found = ((one.text or "").strip() for one in names.all(element, path))
    return [text for text in found if text]


def _refs(names: Space, entry: Any, details: Any) -> str | None:
    """References as JSON: end-to-end id, creditor references (SCOR, FIK), documents."""
    found: dict[str, Any] = {}
    for name, path in (("entry_ref", "NtryRef"), ("account_servicer_ref", "AcctSvcrRef")):
        _keep(found, name, names.text(entry, path))
    if details is not None:
        for name, path in _REFERENCES.items():
            _keep(found, name, names.text(details, path))
        for name, path in (
            ("creditor_references", "RmtInf/Strd/CdtrRefInf/Ref"),
            ("documents", "RmtInf/Strd/RfrdDocInf/Nb"),
        ):
            if listed := _texts(names, details, path):
                found[name] = listed
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None


def _keep(found: dict[str, Any], name: str, text: str) -> None:
    if text.upper() not in _NONE:
        found[name] = text


def _bank_code(names: Space, element: Any) -> str | None:
    domain = names.text(element, "BkTxCd/Domn/Cd")
    if domain:
        family = names.text(element, "BkTxCd/Domn/Fmly/Cd")
        return f"{domain}/{family}/{names.text(element, 'BkTxCd/Domn/Fmly/SubFmlyCd')}"
    return names.text(element, "BkTxCd/Prtry/Cd") or None


def _foreign(
    names: Space, element: Any, amount: Decimal, currency: str
) -> tuple[str, Decimal] | None:
    """The amount as instructed, in another currency than the account's; sign as `amount`."""
    for path in ("AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt"):
        if not names.has(element, path):
            continue
        found = element.find(names.path(path))
        if found is None or found.get("Ccy", currency) == currency:
            continue
        value = signed(found.text or "", "CRDT" if amount >= 0 else "DBIT")
        if value is not None and value == round(value, 4):
            return found.get("Ccy"), value
    return None


def _rate(names: Space, element: Any) -> Decimal | None:
    """The exchange rate, where it fits the column exactly."""
    text = names.text(
        element, "AmtDtls/InstdAmt/CcyXchg/XchgRate", "AmtDtls/TxAmt/CcyXchg/XchgRate",
        "AmtDtls/CntrValAmt/CcyXchg/XchgRate",
    )  # fmt: skip
    try:
        value = number(text)
    except ValueError:
        return None
    return value if 0 < value < 10**8 and value == round(value, 10) else None


def _charges(names: Space, element: Any) -> Decimal | None:
    """The sum of the charges told: in `Chrgs` itself (version 2) or in its records."""
    total, is_told = Decimal(0), False
    for path in ("Chrgs", "Chrgs/Rcrd"):
        if not names.has(element, f"{path}/Amt"):
            continue
        for one in names.all(element, path):
            direction = names.text(one, "CdtDbtInd") or "DBIT"
            value = signed(names.text(one, "Amt"), direction)
            if value is not None and is_money(value):
                total, is_told = total - value, True
    if is_told:
        return total
    stated = signed(names.text(element, "Chrgs/TtlChrgsAndTaxAmt"), "CRDT")
    return stated if stated is not None and is_money(stated) else None


def _identity(
    names: Space, entry: Any, amount: Decimal, valued: date | None, lines: list[Line]
) -> str:
    """What tells an entry from others of its day: the bank's reference and the amount, else all
    it says. NtryRef is left out: some banks number the entries of each file with it.
    """
    reference = names.text(entry, "AcctSvcrRef")
    if reference.upper() in _NONE:
        parts: list[object] = [amount, valued]
        for one in lines:
            refs = {k: v for k, v in json.loads(one.refs or "{}").items() if k != "entry_ref"}
            parts += [one.amount, one.counterparty, one.text, json.dumps(refs, sort_keys=True)]
    else:
        parts = [reference, amount]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


def rows(one: Read, entry_id: str) -> Iterator[tuple[str, int, Line]]:
    """Id, number and content of each transaction of an entry."""
    for number_, line in enumerate(one.lines, start=1):
        yield (entry_id if len(one.lines) == 1 else f"{entry_id}/{number_}"), number_, line
