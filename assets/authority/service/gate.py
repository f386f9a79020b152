"""A bounded amount of work at a time; what comes beyond it is told when to come again.

A request is counted from its first byte to the last of its answer, with its size, so neither
threads nor memory grow with the number of senders. One that finds no room is answered at once:
HTTP 503 with Retry-After, in SOAP as a fault of the server's. Nothing of it is stored, so nothing
was acknowledged. A sender who stops in the middle of a request, or only drips, loses its place.
What cannot be stored (a full disk, a file that is locked) is answered in the same way.

Belongs here: room. Does not: what is done in it.

Source: RFC 9110 §§ 10.2.3 and 15.6.4; SOAP 1.1 § 4.4.1 (Server: may succeed later).
"""

import asyncio
import itertools
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assets.authority.service import answers

_WAITS = itertools.cycle((2, 3, 4, 5, 6))
"""Seconds, one after another, so that those sent away do not all come back together."""
_UNSAID = 1 << 20
"""What a request weighs that does not say how long it is."""
_SILENCE = 30.0
"""Seconds without a byte after which a request is given up."""
_SLOWEST = 16 << 10
"""Bytes a second, after the first so many seconds, at which a request must come in."""
_LARGEST = 24 << 20
"""More than any service takes; each says itself what is too much for it, up to here."""
_SOAP = "ServicePort"
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Room:
    """How much may be under way in one process, on all its ports: requests, and their bytes."""

    requests: int = 64
    octets: int = 256 << 20
    _requests: int = 0
    _octets: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, octets: int) -> bool:
        """Take a place, if there is one; an empty room takes anything."""
        with self._lock:
            is_free = self._requests < self.requests and self._octets + octets <= self.octets
            if not is_free and self._requests:
                return False
            self._requests += 1
            self._octets += octets
            return True

    def more(self, octets: int) -> bool:
        """Take more bytes for a place that is held, if there is room."""
        with self._lock:
            is_free = self._octets + octets <= self.octets or self._requests == 1
            self._octets += octets if is_free else 0
            return is_free

    def leave(self, octets: int) -> None:
        """Give the place back."""
        with self._lock:
            self._requests -= 1
            self._octets -= octets


@dataclass(slots=True)
class _Place:
    """What one request holds of the room. It may weigh more than it said at first: chunked."""

    room: Room
    octets: int

    def hold(self, octets: int) -> bool:
        """Have room for a request of so many bytes; false when there is none."""
        if octets <= self.octets:
            return True
        more = max(octets - self.octets, _UNSAID)
        if not self.room.more(more):
            return False
        self.octets += more
        return True

    def leave(self) -> None:
        """Give it back."""
        self.room.leave(self.octets)


@dataclass(frozen=True, slots=True)
class Gate:
    """An application behind its door."""

    app: ASGIApp
    room: Room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or send it away."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        octets = _length(scope)
        if not self.room.enter(octets):
            await _send_away(scope, _in_time(receive), send)
            return
        place = _Place(self.room, octets)
        try:
            await self.app(scope, _in_time(receive, place.hold), send)
        finally:
            place.leave()


async def _send_away(scope: Scope, receive: Receive, send: Send) -> None:
    """Hear the request to its end and forget it: who is answered in the middle of sending much
    meets a closed connection, and never reads the answer.
    """
    while (await receive()).get("more_body", False):
        pass
    answer = _later(scope["path"], "Der er travlt. Intet er modtaget")
    await answer(scope, receive, send)


def not_stored(request: Request, error: Exception) -> Response:
    """The answer where something could not be stored or looked up: never a receipt. What did
    reach the disk is answered the same when it is sent again.
    """
    _LOG.error("%s %s was not done: %r", request.method, request.url.path, error)
    return _later(request.url.path, "Det kunne ikke gemmes")


NOT_STORED: dict[Any, Any] = {sqlite3.Error: not_stored, OSError: not_stored}
"""For an application: the errors of files, and how they are answered."""


def _later(path: str, why: str) -> Response:
    """HTTP 503, with when to come again."""
    wait, is_soap = next(_WAITS), path.endswith(_SOAP)
    text = f"{why}; prøv igen om {wait} sekunder."
    body = answers.fault("env:Server", text) if is_soap else text.encode()
    kind = "text/xml; charset=utf-8" if is_soap else "text/plain; charset=utf-8"
    return Response(body, 503, {"Retry-After": str(wait), "Content-Type": kind})


def _in_time(receive: Receive, hold: Callable[[int], bool] = lambda _: True) -> Receive:
    """The request's bytes, as long as they keep coming, fast enough, and are not too many; else
    the sender is taken for gone. `hold`: whether there is room for so many.
    """
    is_whole, octets, begun = False, 0, time.monotonic()

    async def next_message() -> Message:
        nonlocal is_whole, octets
        if is_whole:
            return await receive()
        left = begun + _SILENCE + octets / _SLOWEST - time.monotonic()
        try:
            async with asyncio.timeout(max(min(_SILENCE, left), 0)):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        is_whole = not message.get("more_body", False)
        octets += len(message.get("body", b""))
        is_fit = octets <= _LARGEST and hold(octets)
        return message if is_fit else {"type": "http.disconnect"}

    return next_message


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:12])
    return _UNSAID if scope["method"] in {"POST", "PUT"} else 0
