"""Bank statements for tests, written from the schema's element names, in any version.

    Statement([Entry("2026-01-05", "-100.00", text="Husleje")], opening="1000.00").write("08")

Shares nothing with the reader. Amounts are signed text; money into the account is positive.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

IBAN = "DK5000400440116243"


@dataclass
class Tx:
    """One transaction of a batch; `amount` None leaves it untold."""

    amount: str | None
    name: str = ""
    text: str = ""
    end_to_end: str = ""
    reference: str = ""
    foreign: str = ""


@dataclass
class Entry:
    """One `Ntry`."""

    day: str
    amount: str
    text: str = ""
    ref: str = ""
    name: str = ""
    valued: str = ""
    status: str = "BOOK"
    reversal: bool = False
    currency: str = "DKK"
    batch: Sequence[Tx] = ()
    creditor_reference: str = ""
    end_to_end: str = ""
    foreign: str = ""
    charges: str = ""
    direction: str = ""


@dataclass
class Statement:
    """One `Stmt`; the closing balance follows from the entries unless it is told."""

    entries: Sequence[Entry] = ()
    opening: str | None = "0.00"
    closing: str | None = ""
    start: str = "2026-01-01"
    end: str = "2026-01-31"
    id: str = "1"
    number: str = ""
    account: str = IBAN
    created: str = "2026-02-01T06:00:00"
    page: tuple[int, bool] | None = None
    copy: str = ""
    totals: dict[str, str] = field(default_factory=dict)
    codes: tuple[str, str] = ("OPBD", "CLBD")
    currency: str = "DKK"
    moments: tuple[str, str] | None = None
    has_dates: bool = True


def document(statements: Sequence[Statement], version: str = "08") -> bytes:
    """A whole file."""
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    body = "\n".join(_statement(one, version) for one in statements)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><BkToCstmrStmt>\n'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-02-01T06:00:00</CreDtTm></GrpHdr>\n"
        f"{body}\n</BkToCstmrStmt></Document>\n"
    ).encode()


def _statement(one: Statement, version: str) -> str:
    booked = sum((Decimal(e.amount) for e in one.entries if e.status == "BOOK"), Decimal(0))
    closing = one.closing
    if closing == "":
        closing = str(Decimal(one.opening or "0") + booked)
    account = (
        f"<IBAN>{one.account}</IBAN>" if one.account[:2].isalpha()
        else f"<Othr><Id>{one.account}</Id></Othr>"
    )  # fmt: skip
    parts = [f"<Stmt><Id>{one.id}</Id>"]
    if one.page is not None and version != "02":
        last = "true" if one.page[1] else "false"
        parts.append(
            f"<StmtPgntn><PgNb>{one.page[0]}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>"
        )
    if one.number:
        parts.append(f"<ElctrncSeqNb>{one.number}</ElctrncSeqNb>")
    parts.append(f"<CreDtTm>{one.created}</CreDtTm>")
    if one.moments is not None:
        parts.append(
            f"<FrToDt><FrDtTm>{one.moments[0]}</FrDtTm><ToDtTm>{one.moments[1]}</ToDtTm></FrToDt>"
        )
    elif one.has_dates:
        parts.append(
            f"<FrToDt><FrDtTm>{one.start}T00:00:00</FrDtTm>"
            f"<ToDtTm>{one.end}T23:59:59</ToDtTm></FrToDt>"
        )
    if one.copy:
        parts.append(f"<CpyDplctInd>{one.copy}</CpyDplctInd>")
    parts.append(
        f"<Acct><Id>{account}</Id><Ccy>{one.currency}</Ccy><Ownr><Nm>Nordlys ApS</Nm></Ownr></Acct>"
    )
    for code, amount, day in (
        (one.codes[0], one.opening, one.start),
        (one.codes[1], closing, one.end),
    ):
        if amount is not None:
            parts.append(_balance(code, amount, day, one.currency))
    if one.totals:
        parts.append(_totals(one.totals, version))
    parts += [_entry(e, version) for e in one.entries]
    parts.append("</Stmt>")
    return "\n".join(parts)


def _balance(code: str, amount: str, day: str, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}"
        f"{_direction(amount)}<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _totals(totals: dict[str, str], version: str) -> str:
    net = totals.get("net", "")
    told = ""
    if net and version == "02":
        told = f"<TtlNetNtryAmt>{net.lstrip('-')}</TtlNetNtryAmt>{_direction(net)}"
    elif net:
        told = f"<TtlNetNtry><Amt>{net.lstrip('-')}</Amt>{_direction(net)}</TtlNetNtry>"
    count = totals.get("count", "")
    number = f"<NbOfNtries>{count}</NbOfNtries>" if count else ""
    parts = f"<TtlNtries>{number}{told}</TtlNtries>"
    for name, tag in (("credit", "TtlCdtNtries"), ("debit", "TtlDbtNtries")):
        if name in totals:
            parts += f"<{tag}><Sum>{totals[name]}</Sum></{tag}>"
    return f"<TxsSummry>{parts}</TxsSummry>"


def _amount(amount: str, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt>'


def _direction(amount: str) -> str:
    return f"<CdtDbtInd>{'DBIT' if amount.startswith('-') else 'CRDT'}</CdtDbtInd>"


def _entry(one: Entry, version: str) -> str:
    new = int(version) >= 7
    status = f"<Cd>{one.status}</Cd>" if new else one.status
    direction = (
        f"<CdtDbtInd>{one.direction}</CdtDbtInd>" if one.direction else _direction(one.amount)
    )
    parts = [f"<Ntry>{_amount(one.amount, one.currency)}{direction}"]
    if one.reversal:
        parts.append("<RvslInd>true</RvslInd>")
    parts.append(f"<Sts>{status}</Sts>")
    if one.day:
        kind = "DtTm" if "T" in one.day else "Dt"
        parts.append(f"<BookgDt><{kind}>{one.day}</{kind}></BookgDt>")
    if one.valued:
        parts.append(f"<ValDt><Dt>{one.valued}</Dt></ValDt>")
    if one.ref:
        parts.append(f"<AcctSvcrRef>{one.ref}</AcctSvcrRef>")
    parts.append(
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
        "</BkTxCd>"
    )
    if one.charges:
        record = f'<Amt Ccy="{one.currency}">{one.charges}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
        parts.append(f"<Chrgs>{record if version == '02' else f'<Rcrd>{record}</Rcrd>'}</Chrgs>")
    details = list(one.batch) or [
        Tx(one.amount, one.name, one.text, one.end_to_end, one.creditor_reference, one.foreign)
    ]
    count = f"<Btch><NbOfTxs>{len(details)}</NbOfTxs></Btch>" if len(details) > 1 else ""
    told = "".join(_details(tx, one, version) for tx in details)
    parts.append(f"<NtryDtls>{count}{told}</NtryDtls>")
    if one.text:
        parts.append(f"<AddtlNtryInf>{escape(one.text)}</AddtlNtryInf>")
    parts.append("</Ntry>")
    return "".join(parts)


def _details(tx: Tx, one: Entry, version: str) -> str:
    new = int(version) >= 7
    parts = ["<TxDtls>"]
    if tx.end_to_end:
        parts.append(f"<Refs><EndToEndId>{tx.end_to_end}</EndToEndId></Refs>")
    amounts = ""
    if tx.foreign:
        rate, currency, amount = tx.foreign.split()
        amounts = (
            f'<InstdAmt><Amt Ccy="{currency}">{amount}</Amt><CcyXchg><SrcCcy>{currency}</SrcCcy>'
            f"<XchgRate>{rate}</XchgRate></CcyXchg></InstdAmt>"
        )
    if tx.amount is not None and version == "02":
        amounts += f"<TxAmt>{_amount(tx.amount, one.currency)}</TxAmt>"
    elif tx.amount is not None:
        parts.append(_amount(tx.amount, one.currency) + _direction(tx.amount))
    if amounts:
        parts.append(f"<AmtDtls>{amounts}</AmtDtls>")
    if tx.name:
        role = "Dbtr" if (not one.amount.startswith("-")) != one.reversal else "Cdtr"
        name = f"<Nm>{escape(tx.name)}</Nm>"
        name = f"<Pty>{name}</Pty>" if new else name
        parts.append(f"<RltdPties><{role}>{name}</{role}></RltdPties>")
    remittance = f"<Ustrd>{escape(tx.text)}</Ustrd>" if tx.text else ""
    if tx.reference:
        remittance += (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
            f"<Ref>{escape(tx.reference)}</Ref></CdtrRefInf></Strd>"
        )
    if remittance:
        parts.append(f"<RmtInf>{remittance}</RmtInf>")
    parts.append("</TxDtls>")
    return "".join(parts)
