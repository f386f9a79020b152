"""A bounded amount of work at a time; what comes beyond it is told when to come again.

A request is counted from its first byte to the last of its answer, with its size, so neither
threads nor memory grow with the number of senders. One that finds no room is answered at once:
HTTP 503 with Retry-After, in SOAP as a fault of the server's. Nothing of it is stored, so nothing
was acknowledged. A sender who stops in the middle of a request loses its place.

Belongs here: room. Does not: what is done in it.

Source: RFC 9110 §§ 10.2.3 and 15.6.4; SOAP 1.1 § 4.4.1 (Server: may succeed later).
"""

import asyncio
import itertools
import threading
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assets.authority.service import answers

_WAITS = itertools.cycle((2, 3, 4, 5, 6))
"""Seconds, one after another, so that those sent away do not all come back together."""
_UNSAID = 1 << 20
"""What a request weighs that does not say how long it is."""
_SILENCE = 30.0
"""Seconds without a byte after which a request is given up."""
_LARGEST = 24 << 20
"""More than any service takes; each says itself what is too much for it, up to here."""
_SOAP = "ServicePort"


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

    def leave(self, octets: int) -> None:
        """Give the place back."""
        with self._lock:
            self._requests -= 1
            self._octets -= octets


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
        try:
            await self.app(scope, _in_time(receive), send)
        finally:
            self.room.leave(octets)


async def _send_away(scope: Scope, receive: Receive, send: Send) -> None:
    """Hear the request to its end and forget it: who is answered in the middle of sending much
    meets a closed connection, and never reads the answer.
    """
    while (await receive()).get("more_body", False):
        pass
    wait = next(_WAITS)
    is_soap = scope["path"].endswith(_SOAP)
    text = f"Der er travlt. Intet er modtaget; prøv igen om {wait} sekunder."
    body = answers.fault("env:Server", text) if is_soap else text.encode()
    kind = b"text/xml; charset=utf-8" if is_soap else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(wait).encode()),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _in_time(receive: Receive) -> Receive:
    """The request's bytes, as long as they keep coming and are not too many; else the sender is
    taken for gone.
    """
    is_whole, octets = False, 0

    async def next_message() -> Message:
        nonlocal is_whole, octets
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout(_SILENCE):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        is_whole = not message.get("more_body", False)
        octets += len(message.get("body", b""))
        return message if octets <= _LARGEST else {"type": "http.disconnect"}

    return next_message


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:12])
    return _UNSAID if scope["method"] in {"POST", "PUT"} else 0
