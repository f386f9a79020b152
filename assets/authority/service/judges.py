"""Judging what was received and not decided: in the order it came, while there is any.

The queue is the table itself, so nothing has to be carried over a restart. Each judge is a thread
with a process of its own, which a report may crash or keep too long: it is replaced, the report
is tried once more, and then decided as one that could not be judged. Reports of one company are
judged one after another, so that the first received is the one that counts.

Belongs here: who judges what when. Does not: judging (`annual_judging`), deciding
(`annual_intake`).
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Self

from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_judging import (
    AnnualTask,
    judge_report,
    unjudged,
    unpacked,
    work,
)
from assets.authority.service.annual_rows import AnnualReport, Judged
from assets.intake.pool import Failed, Pool

_AHEAD = 64
"""Undecided reports looked at, to find one whose company nobody is judging."""
_PAUSE, _END = 0.05, 5.0
_LOG = logging.getLogger(__name__)

Judge = Callable[[AnnualTask], Judged]


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
                report = self._next()
                if report is None:
                    self._is_work.wait(_PAUSE)
                    self._is_work.clear()
                    continue
                try:
                    self._settle(report, judge)
                except Exception:  # noqa: BLE001  (a judge that stops would stop them all)
                    _LOG.exception("deciding %s failed; it is tried again", report.case_number)
                    time.sleep(1)
                finally:
                    with self._lock:
                        del self._taken[report.case_number]

    def _settle(self, report: AnnualReport, judge: Judge) -> None:
        whole = self._authority.store.of_case(report.case_number)
        if whole is not None and not whole.is_decided:
            task = replace(self._authority.task(whole), time_limit=self._time_limit)
            self._authority.settle(report, judge(task))

    def _next(self) -> AnnualReport | None:
        """The first report of a company that nobody is at."""
        with self._lock:
            busy = set(self._taken.values())
            for report in self._authority.store.undecided(_AHEAD):
                if report.cvr not in busy:
                    self._taken[report.case_number] = report.cvr
                    return report
        return None

    def _judge(self, stack: ExitStack) -> Judge:
        if not self._workers:
            return _in_this_process
        pool: Pool[AnnualTask] = stack.enter_context(
            Pool(work, workers=1, time_limit=self._time_limit, preload=work.__module__)
        )

        def judge(task: AnnualTask) -> Judged:
            ((_, result),) = pool.run([task])
            if not isinstance(result, Failed):
                return unpacked(result)
            if result.is_timeout:
                return unjudged(f"tog mere end {self._time_limit:g} sekunder")
            return unjudged(f"fik kontrollen til at bryde sammen ({result.reason})")

        return judge


def _in_this_process(task: AnnualTask) -> Judged:
    try:
        return judge_report(task)
    except Exception as error:  # noqa: BLE001  (a report must never stay undecided)
        return unjudged(f"fik kontrollen til at bryde sammen ({type(error).__name__}: {error})")
