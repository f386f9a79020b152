"""What a channel to an authority is: what is handed to it, what it hands back.

A channel module speaks one authority's protocol and keeps no state: which
filing is sent when, and what became of it, is `assets.deliveries.machine`.

Belongs here: the protocol and its values. Does not: any authority's particulars.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from warehouse.errors import PermanentError, TransientError


class Outcome(StrEnum):
    """What one answer means for the filing.

    `ACCEPTED`: the authority has it and nothing more is asked of us.
    `AWAITING_APPROVAL`: it lies as a draft that a person of the company must
    approve behind `Answer.deep_link`. `REJECTED`: it will never count; a new
    filing is needed. `PENDING`: the authority has it and has not decided.
    """

    ACCEPTED = "accepted"
    AWAITING_APPROVAL = "awaiting_approval"
    REJECTED = "rejected"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class FilingBytes:
    """One filing as a channel needs it; `content` is exactly what was approved.

    `se_number`: 8 digits, the number it is filed under (an annual report: the
    CVR number). `period_end` is the last day of the period, included.
    """

    filing_id: str
    company_id: str
    se_number: str
    report_type: str
    period_start: date
    period_end: date
    content: bytes
    media_type: str = "application/xml"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The authority's word that it has the filing.

    `amount_to_pay` in whole kroner, negative for a refund. `payment_line` is
    the OCR line a bank takes, e.g. `+71<1234567890123456+12345678<`. `document`: what was
    published, where we read it back. `suffix`: of the file the answer is kept in.
    """

    reference: str
    pdf: bytes | None = None
    payment_line: str | None = None
    amount_to_pay: int | None = None
    payment_date: date | None = None
    document: bytes | None = None
    suffix: str = ".xml"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the authority, with the exact bytes of both directions.

    `code` and `message` are the authority's own; empty when it gave none.
    `deep_link` is where a person approves, when one must. `reference` is the
    authority's own number for the filing, which its receipt service asks for.
    """

    outcome: Outcome
    code: str
    message: str
    request: bytes
    response: bytes
    deep_link: str | None = None
    receipt: Receipt | None = None
    reference: str = ""


class UnansweredError(TransientError):
    """No usable answer came; `request` and `response` are the bytes there were.

    `may_have_arrived`: false only when it is certain that nothing was sent. `retry_after`: the
    seconds the authority asked for before the next attempt, where it did.
    """

    def __init__(
        self,
        message: str,
        *,
        request: bytes,
        response: bytes = b"",
        may_have_arrived: bool,
        retry_after: float = 0,
    ) -> None:
        super().__init__(message)
        self.request = request
        self.response = response
        self.may_have_arrived = may_have_arrived
        self.retry_after = retry_after


class RefusedError(PermanentError):
    """The authority refused the message itself, or its answer cannot be trusted;
    `request` and `response` are the bytes there were.
    """

    def __init__(
        self, message: str, *, request: bytes, response: bytes, may_have_arrived: bool
    ) -> None:
        super().__init__(message)
        self.request = request
        self.response = response
        self.may_have_arrived = may_have_arrived


class NotSentError(PermanentError):
    """We stopped before a byte left: nothing arrived, and a retry meets the same wall."""

    may_have_arrived = False


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One date from the authority's own calendar. It names no period: that
    follows from the frequency and the due date.

    `frequency_code` as published, without leading zero: 7 month, 8 quarter,
    9 half-year. `valid_from`/`valid_to`: when that frequency holds.
    `due_date`: file by this day. `payment_date`: pay by this day.
    """

    frequency_code: str
    due_date: date
    payment_date: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Channel(Protocol):
    """One way to one authority. `is_live`: what is sent there is legally filed.

    Every method raises `TransientError` when nothing certain is known and a
    later attempt may tell, and `PermanentError` when a retry would meet the
    same wall (`UnansweredError` and `RefusedError` carry the bytes). After a
    `submit` that raised, `lookup` comes before the next `submit`, unless
    `may_have_arrived` is false: then nothing was sent (`NotSentError`) or taken.
    """

    @property
    def id(self) -> str:
        """Name of the channel as deliveries record it."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether what is sent counts in law."""
        ...

    def submit(self, filing: FilingBytes, transaction_id: str) -> Answer:
        """Send it. `transaction_id` (1–100 characters) is ours and unique to
        this filing: sent twice, it is one filing to the authority.
        """
        ...

    def lookup(self, filing: FilingBytes, transaction_id: str) -> Answer | None:
        """What the authority knows of that transaction; None: it has no such filing,
        and sending it (again) under the same id does no harm.
        """
        ...

    def receipt(self, filing: FilingBytes, transaction_id: str) -> Answer:
        """The receipt, or how far the filing has come towards one. `transaction_id`:
        `Answer.reference` of the submission where it gave one, else ours.
        """
        ...

    def calendar(self, se_number: str, from_date: date, to_date: date) -> list[CalendarEntry]:
        """The authority's due dates from `from_date` to `to_date`, both included."""
        ...
