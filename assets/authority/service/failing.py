"""Failing on command: what the switches do to one request, whatever the service.

Belongs here: dropping, delaying, breaking answers. Does not: making them (`app`, `annual_api`).
"""

import time
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assets.authority.service.switches import Switches


class Dropped(Response):
    """An answer that promises bytes and never sends them: the server then closes
    the connection.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head alone."""
        del scope, receive
        headers = [(b"content-type", b"text/xml; charset=utf-8"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class Half(Response):
    """The first half of an answer; the server then closes the connection."""

    def __init__(self, whole: Response) -> None:
        super().__init__(bytes(whole.body), whole.status_code, dict(whole.headers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise all of it and send half."""
        del scope, receive
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": False})


def served(switches: Switches, service: str, work: Callable[[], Response]) -> Response:
    """What comes of one request: `work` stores, decides and answers it."""

    def on(name: str) -> bool:
        return switches.take(name, service) is not None

    if on("refuse"):
        return Dropped()
    if on("down"):
        return Response("Service Unavailable", 503, media_type="text/plain")
    # Taken when the request comes in: what is switched on meanwhile is for the next one.
    is_twice, is_dropped, is_half, is_garbage = map(on, ("twice", "drop", "half", "garbage"))
    delay = switches.take("delay", service)
    answer = work()
    if is_twice:
        answer = work()
    if delay is not None:
        time.sleep(float(delay.get("seconds", 1)))
    if is_dropped:
        return Dropped()
    if is_half:
        return Half(answer)
    if is_garbage:
        return Response("<html><body>Gateway", 200, media_type="text/html")
    return answer
