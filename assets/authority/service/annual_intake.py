"""The authority's desk for annual reports: stored first, judged afterwards, settled once.

A report is on disk, with its case number, before a byte of it is looked into. What is stored and
not decided is judged whenever somebody does so, also after a restart. A second send of the same
transaction is answered as the first, decided or not.

Belongs here: the three steps. Does not: HTTP (`annual_api`), rows (`annual_rows`), judging a
report by itself (`annual_judging`), when that is done (`judges`).
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from assets.authority.service import annual_codes as codes
from assets.authority.service import annual_rows, events, store_rows
from assets.authority.service.annual_form import Form
from assets.authority.service.annual_judging import AnnualTask, Found, judge_reports
from assets.authority.service.annual_rows import AnnualReport, Judged
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.mandates import Mandates
from assets.authority.service.register import Register
from assets.authority.service.store_rows import Message, Whose
from assets.danish_day import danish_day


@dataclass(frozen=True, slots=True)
class Stored:
    """A message on disk, with the report it brought; None: its transaction id stands for another
    report.
    """

    message_id: int
    report: AnnualReport | None


@dataclass(frozen=True, slots=True)
class AnnualAuthority:
    """The desk over one store. `today` is the day rules are judged by, `clock` the moment things
    happen; `library`: the taxonomies it judges by, where there are any.
    """

    register: Register
    mandates: Mandates
    store: AnnualStore
    today: Callable[[], date]
    clock: Callable[[], datetime]
    library: Path | None

    def take(self, message: Message, form: Form) -> Stored:
        """Store one submission of the organisation that sent the message."""
        now = self.clock()
        message = replace(message, transaction_id=form.transaction_id)
        new = AnnualReport(
            case_number="", sender=message.sender, transaction_id=form.transaction_id,
            cvr=form.cvr, period_start=None, period_end=None, content=form.content,
            code=codes.PENDING, reasons=(), is_late=False, is_redone=False, received_at=now,
        )  # fmt: skip
        return self.store.write(lambda con: _written(con, message, new))

    def task(self, report: AnnualReport) -> AnnualTask:
        """What is to be judged of a stored report, with what the register says of it."""
        return AnnualTask(
            report.case_number, report.cvr, report.content, danish_day(report.received_at),
            self._refused(report), self.library,
        )  # fmt: skip

    def settle(self, report: AnnualReport, judged: Judged) -> None:
        """Decide a stored report by what was judged of it."""
        may_redo = self.register.is_redoing_allowed
        at = self.clock()
        self.store.write(lambda con: annual_rows.settle(con, report, judged, at, may_redo=may_redo))

    def receive(self, sender: str, form: Form) -> AnnualReport | None:
        """All of it at once: the report as decided; None: its transaction id stands for another."""
        message = Message("annual_submit", b"", self.clock(), sender)
        report = self.take(message, form).report
        if report is None or report.is_decided:
            return report
        (judged,) = judge_reports([self.task(report)])
        self.settle(report, judged)
        return self.store.of_case(report.case_number)

    def _refused(self, report: AnnualReport) -> Found | None:
        """Whether the company is registered, and the sender may file for it."""
        if self.register.of_cvr(report.cvr) is None:
            return codes.UNREGISTERED, (("cvrNummer", report.cvr),)
        day, kind = danish_day(report.received_at), events.ANNUAL_REPORT
        if not self.mandates.may_report(report.cvr, report.sender, kind, day):
            words = f"{report.sender} må ikke indberette for {report.cvr}"
            return codes.WRONG_COMPANY, (("afsender", words),)
        return None


def _written(con: sqlite3.Connection, message: Message, new: AnnualReport) -> Stored:
    """The message and the report under its transaction id, the report's bytes kept once."""
    same = annual_rows.of_transaction(con, new.sender, new.transaction_id)
    if same is not None and (same.content, same.cvr) != (new.content, new.cvr):
        message = replace(message, whose=Whose(new.cvr))
        kind, at = events.ANNUAL_REPORT, new.received_at
        return Stored(store_rows.refuse(con, message, kind, at, codes.REUSED), None)
    report = same or annual_rows.add(con, new)
    begin, found, end = message.request.partition(new.content)
    if found:
        message = replace(message, request=begin, request_end=end, report=report.case_number)
    return Stored(store_rows.add_message(con, message), report)
