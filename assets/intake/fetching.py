"""Places read a few ahead: what waits for a network waits together, in order.

Belongs here: threads. Does not: which places (`take_in`), or how one is read (the sources).
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from assets.intake.found import Found

Read = Callable[[], bytes]
"""Gives the bytes of a place, or raises `Unreachable`."""


def fetched(places: Iterator[Found], fetches: int) -> Iterator[tuple[Found, Read]]:
    """Each place with what gives its bytes; twice `fetches` are under way or waiting at most."""
    if fetches == 1:
        for place in places:
            yield place, place.read
        return
    waiting: deque[tuple[Found, Future[bytes]]] = deque()
    pool = ThreadPoolExecutor(fetches)
    try:
        for place in places:
            waiting.append((place, pool.submit(place.read)))
            if len(waiting) >= 2 * fetches:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _first(waiting: deque[tuple[Found, Future[bytes]]]) -> tuple[Found, Read]:
    place, future = waiting.popleft()
    return place, future.result
