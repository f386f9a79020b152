"""Judging what was received and not decided: in the order it came, while there is any.

The queue is the table itself, so nothing has to be carried over a restart. Each judge is a thread
with a process of its own, which a report may crash or keep too long: it is replaced, the report
is tried once more, and then decided as one that could not be judged. Where many wait, a judge takes
several and asks the filing rules of all of them at once, which costs little more than of one; if
that fails, of each alone. Reports of one company are judged one after another, so that the first
received is the one that counts.

Belongs here: who judges what when. Does not: judging (`annual_judging`), deciding
(`annual_intake`).
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Self

from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_judging import (
    AnnualTask,
    judge_reports,
    unjudged,
    unpacked,
    work,
)
from assets.authority.service.annual_rows import AnnualReport, Judged
from assets.intake.judging import TOGETHER, TOGETHER_BYTES
from assets.intake.pool import Failed, Pool

_AHEAD = 64
"""Undecided reports looked at, to find one whose company nobody is judging."""
_PAUSE, _END = 0.05, 5.0
_LOG = logging.getLogger(__name__)

Judge = Callable[[Sequence[AnnualTask]], list[Judged]]


@dataclass(frozen=True, slots=True)
class Judging:
    """How reports are judged. `workers`: processes; 0: a thread of this process, for tests, where
    a report that crashes it crashes us; None: another process judges. `time_limit`: seconds one
    may take. A sender waits for the decision while no more than `few` wait, `patience` seconds.
    """

    workers: int | None = 0
    time_limit: float = 60
    few: int = 8
    patience: float = 20


class Judges:
    """The judges of one store."""

    def __init__(self, authority: AnnualAuthority, judging: Judging) -> None:
        self._authority = authority
        self._workers = judging.workers
        self._time_limit = judging.time_limit
        self._taken: dict[str, str] = {}
        self._lock = threading.Lock()
        self._is_work = threading.Event()
        self._is_over = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        threads = 0 if self._workers is None else max(self._workers, 1)
        for number in range(threads):
            thread = threading.Thread(target=self._run, name=f"judge {number}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._is_work.set()
        for thread in self._threads:  # a report that is not done is judged at the next start
            thread.join(_END)

    def wake(self) -> None:
        """Something was received."""
        self._is_work.set()

    def _run(self) -> None:
        with ExitStack() as stack:
            judge = self._judge(stack)
            while not self._is_over.is_set():
                reports = self._next()
                if not reports:
                    self._is_work.wait(_PAUSE)
                    self._is_work.clear()
                    continue
                try:
                    self._settle(reports, judge)
                except Exception:  # noqa: BLE001  (a judge that stops would stop them all)
                    cases = ", ".join(one.case_number for one in reports)
                    _LOG.exception("deciding %s failed; it is tried again", cases)
                    time.sleep(1)
                finally:
                    with self._lock:
                        for one in reports:
                            del self._taken[one.case_number]

    def _settle(self, reports: Sequence[AnnualReport], judge: Judge) -> None:
        waiting: list[AnnualReport] = []
        for report in reports:
            whole = self._authority.store.of_case(report.case_number)
            if whole is not None and not whole.is_decided:
                waiting.append(whole)
            if sum(len(one.content) for one in waiting) >= TOGETHER_BYTES:
                self._decide(waiting, judge)
                waiting = []
        self._decide(waiting, judge)

    def _decide(self, reports: Sequence[AnnualReport], judge: Judge) -> None:
        tasks = [replace(self._authority.task(one), time_limit=self._time_limit) for one in reports]
        for report, judged in zip(reports, _judged(tasks, judge), strict=True):
            self._authority.settle(report, judged)

    def _next(self) -> list[AnnualReport]:
        """The first reports of companies that nobody is at: a judge's share of those waiting."""
        with self._lock:
            busy = set(self._taken.values())
            free: dict[str, AnnualReport] = {}
            for report in self._authority.store.undecided(_AHEAD):
                if report.cvr not in busy:
                    free.setdefault(report.cvr, report)
            share = min(TOGETHER, -(-len(free) // len(self._threads)))
            taken = list(free.values())[:share]
            self._taken |= {one.case_number: one.cvr for one in taken}
        return taken

    def _judge(self, stack: ExitStack) -> Judge:
        if not self._workers:
            return _in_this_process
        pool: Pool[Sequence[AnnualTask]] = stack.enter_context(
            Pool(work, workers=1, time_limit=self._time_limit, preload=work.__module__)
        )

        def judge(tasks: Sequence[AnnualTask]) -> list[Judged]:
            ((_, result),) = pool.run([tasks])
            if not isinstance(result, Failed):
                return unpacked(result)
            if result.is_timeout:
                raise _UnjudgedError(f"tog mere end {self._time_limit:g} sekunder")
            raise _UnjudgedError(f"fik kontrollen til at bryde sammen ({result.reason})")

        return judge


class _UnjudgedError(Exception):
    """What reports did to the process that was to judge them, in Danish."""


def _judged(tasks: Sequence[AnnualTask], judge: Judge) -> list[Judged]:
    """All at once; if that fails each alone, so that one that cannot be judged is the only one."""
    try:
        return judge(tasks) if tasks else []
    except _UnjudgedError as error:
        if len(tasks) == 1:
            return [unjudged(str(error))]
    return [judged for one in tasks for judged in _judged([one], judge)]


def _in_this_process(tasks: Sequence[AnnualTask]) -> list[Judged]:
    try:
        return judge_reports(tasks)
    except Exception as error:
        what = f"fik kontrollen til at bryde sammen ({type(error).__name__}: {error})"
        raise _UnjudgedError(what) from error
