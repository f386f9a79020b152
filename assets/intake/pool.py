"""Many tasks at once in processes of their own, each within its time.

A task that ends its process, or takes too long, gives a `Failed`; the process is replaced
and the others go on. Results come in the order of the tasks, with a bounded number under
way, so memory stays flat however many tasks there are.

Belongs here: processes, pipes, time. Does not: what a task is (`bulk_pool`).
"""

import multiprocessing as mp
import pickle
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

_AHEAD = 32
"""Tasks a worker may be ahead of the oldest result that is not ready."""
_AHEAD_BYTES = 32 << 20
"""What all of these may weigh, with their results, before no worker goes on."""

Task = TypeVar("Task")


@dataclass(frozen=True, slots=True)
class Failed:
    """A task without a result: `reason` says what became of its process."""

    reason: str
    is_timeout: bool


class _Worker:
    """One process, and the task it is at."""

    def __init__(self, context: Any, work: Callable[[Any], bytes]) -> None:
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()
        self.number: int | None = None
        self.task: Any = None
        self.tries = 0
        self.deadline = 0.0

    def give(self, number: int, task: Any, time_limit: float, tries: int = 1) -> None:
        self.number, self.task, self.tries = number, task, tries
        self.deadline = time.monotonic() + time_limit
        with suppress(OSError):  # a process that just died: its end of the pipe tells so
            self.connection.send_bytes(pickle.dumps(task, protocol=5))

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


class Pool(Generic[Task]):
    """Processes that each run `work` (importable by name) on one task at a time.

    `spent` is what is kept of a task once its result is there, `weight` what that weighs.
    """

    def __init__(
        self,
        work: Callable[[Task], bytes],
        *,
        workers: int,
        time_limit: float,
        preload: str,
        weight: Callable[[Task], int] = lambda _: 0,
        spent: Callable[[Task], Task] = lambda task: task,
    ) -> None:
        # A fork of this process would copy Dagster's and Arrow's threads' locks as they stand.
        self._context = mp.get_context("forkserver")
        self._context.set_forkserver_preload([preload])
        self._work = work
        self._time_limit = time_limit
        self._workers: list[_Worker] = []
        self._size = workers
        self._weight = weight
        self._spent = spent
        self._last_words = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.stop()

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, bytes | Failed]]:
        """Each task with its result, in order."""
        waiting = enumerate(tasks)
        done: dict[int, tuple[Task, bytes | Failed]] = {}
        first, is_more = 0, True
        while True:
            while is_more and (worker := self._idle(done)) is not None:
                is_more = self._give_next(worker, waiting)
            while first in done:
                yield done.pop(first)
                first += 1
            busy = [worker for worker in self._workers if worker.number is not None]
            if not busy and not is_more:
                return
            if busy:
                self._collect(busy, done)

    def _idle(self, done: dict[int, tuple[Task, bytes | Failed]]) -> _Worker | None:
        """A worker with nothing to do; None when all are at work or far enough ahead."""
        if len(done) >= _AHEAD * self._size or self._held(done) >= _AHEAD_BYTES:
            return None
        for worker in self._workers:
            if worker.number is None:
                return worker
        if len(self._workers) < self._size:
            self._workers.append(_Worker(self._context, self._work))
            return self._workers[-1]
        return None

    def _held(self, done: dict[int, tuple[Task, bytes | Failed]]) -> int:
        """Bytes of the tasks that wait for the oldest, and of their results."""
        return sum(
            self._weight(task) + (len(result) if isinstance(result, bytes) else 0)
            for task, result in done.values()
        )

    def _give_next(self, worker: _Worker, waiting: Iterator[tuple[int, Task]]) -> bool:
        for number, task in waiting:
            worker.give(number, task, self._time_limit)
            return True
        return False

    def _collect(self, busy: list[_Worker], done: dict[int, tuple[Task, bytes | Failed]]) -> None:
        """Wait for a result, a death or a deadline, and take in what there is."""
        left = min(worker.deadline for worker in busy) - time.monotonic()
        ready = set(wait([worker.connection for worker in busy], max(left, 0)))
        now = time.monotonic()
        for worker in busy:
            assert worker.number is not None
            result: bytes | Failed | None
            if worker.connection in ready:
                result = _result(worker.connection)
            elif now >= worker.deadline:
                result = Failed(f"took longer than {self._time_limit:g} seconds", is_timeout=True)
            else:
                continue
            number, task, tries = worker.number, worker.task, worker.tries
            worker.number = worker.task = None
            if result is None or isinstance(result, Failed):
                worker = self._replaced(worker)  # noqa: PLW2901
            if result is None and tries == 1:  # what ended it may have come from elsewhere
                worker.give(number, task, self._time_limit, tries=2)
                continue
            if isinstance(result, bytes):
                done[number] = (self._spent(task), result)
            else:
                done[number] = (task, result or Failed(self._last_words, is_timeout=False))

    def _replaced(self, worker: _Worker) -> _Worker:
        worker.process.join(1)
        code = worker.process.exitcode
        self._last_words = f"ended its process twice ({_ending(code)})"
        worker.stop()
        self._workers.remove(worker)
        self._workers.append(_Worker(self._context, self._work))
        return self._workers[-1]


def _result(connection: Connection) -> bytes | None:
    try:
        return connection.recv_bytes()
    except (EOFError, OSError):
        return None


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _serve(connection: Connection, work: Callable[[Any], bytes]) -> None:
    """A worker's life: tasks until the pipe is closed. Ctrl-C is its starter's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            task = pickle.loads(connection.recv_bytes())  # noqa: S301  (from our own starter)
        except EOFError:
            return
        connection.send_bytes(work(task))
