"""Judging annual reports that are tried out: one at a time, apart from those that are filed.

A report may crash or keep the process that judges it, so there is one for this, started when the
first report comes; a service in one process without workers, as in tests, judges in its own.

Belongs here: the process and the queue in front of it. Does not: judging (`annual_judging`).
"""

import pickle
import signal
import threading
from dataclasses import replace
from typing import Self

from assets.authority.service import desk_codes
from assets.authority.service.annual_judging import AnnualTask, judge_fully, unjudged
from assets.authority.service.annual_rows import Judged
from assets.authority.service.desk_codes import DeskError
from assets.intake.pool import Failed, Pool
from xbrl.problem import Problem

Full = tuple[Judged, list[Problem]]

_WAITING = 8
"""Reports that may wait for their turn; a sender beyond them is told to come again."""
_GRACE = 15


def work(task: AnnualTask) -> bytes:
    """The judgement with its problems, packed; a worker left alone ends itself."""
    signal.alarm(int(task.time_limit) + _GRACE)
    judged = judge_fully(task)
    signal.alarm(0)
    return pickle.dumps(judged, protocol=5)


class DryRuns:
    """The judge of reports that are tried out."""

    def __init__(self, *, has_workers: bool, time_limit: float) -> None:
        self._has_workers = has_workers
        self._time_limit = time_limit
        self._turn = threading.Lock()
        self._room = threading.BoundedSemaphore(_WAITING)
        self._pool: Pool[AnnualTask] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            if self._pool is not None:
                self._pool.__exit__(None, None, None)
                self._pool = None

    def judge(self, task: AnnualTask) -> Full:
        """The judgement of a report, and every problem behind it.

        Raises: DeskError (busy) when too many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise DeskError(desk_codes.BUSY)
        try:
            with self._turn:
                return self._judged(task) if self._has_workers else judge_fully(task)
        finally:
            self._room.release()

    def _judged(self, task: AnnualTask) -> Full:
        if self._pool is None:
            self._pool = Pool(work, workers=1, time_limit=self._time_limit, preload=work.__module__)
        limited = replace(task, time_limit=self._time_limit)
        ((_, result),) = self._pool.run([limited])
        if isinstance(result, Failed):
            return unjudged(result.reason), []
        full: Full = pickle.loads(result)  # noqa: S301  (from our own process)
        return full
