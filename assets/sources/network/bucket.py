"""How fast one tenant may be asked: a token bucket, and the pauses its server asks for.

Belongs here: waiting. Does not: which limits a vendor has (its connector says).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `seconds`, in bursts of at most `burst` (None: `calls`)."""

    calls: int
    seconds: float
    burst: int | None = None


class Bucket:
    """Tokens of one tenant, shared by everything in this process that asks it.

    >>> now = [0.0]
    >>> bucket = Bucket(Rate(2, 10), lambda: now[0], lambda s: now.__setitem__(0, now[0] + s))
    >>> [(bucket.take(), now[0])[1] for _ in range(4)]
    [0.0, 0.0, 5.0, 10.0]
    """

    def __init__(
        self,
        rate: Rate | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._size = float((rate.burst or rate.calls) if rate else 0)
        self._per_second = rate.calls / rate.seconds if rate else 0.0
        self._tokens, self._at = self._size, clock()
        self._not_before = self._at
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait until one more request may be sent."""
        wait = self._reserve()
        if wait > 0:
            self._sleep(wait)

    def pause(self, seconds: float) -> None:
        """Let nobody send for this long: the server said so."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock() + seconds)

    def _reserve(self) -> float:
        """Take a token, in advance if need be; how long to wait for it."""
        with self._lock:
            now = self._clock()
            wait = max(0.0, self._not_before - now)
            if self._per_second:
                gained = (now - self._at) * self._per_second
                self._tokens, self._at = min(self._size, self._tokens + gained) - 1, now
                wait = max(wait, -self._tokens / self._per_second)
            return wait


_buckets: dict[tuple[str, str], Bucket] = {}
_lock = threading.Lock()


def bucket_of(system: str, tenant: str, rate: Rate | None) -> Bucket:
    """The one bucket of a tenant: two connections to it share its limit."""
    with _lock:
        return _buckets.setdefault((system, tenant), Bucket(rate))
