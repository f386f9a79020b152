"""Answers kept as they came, and read again in place of a server.

A kept answer is one line of JSON (what was asked, without credentials; the status;
the headers that matter) and then the bytes of the body. It is made before anything
reads the body.

Belongs here: writing and reading kept answers. Does not: where they lie (`landing`).
"""

import hashlib
import json
import re
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from assets.sources.connector import Raw
from assets.sources.network.transport import Received, Unanswered

_KEPT_HEADERS = ("content-type", "content-range", "date", "etag", "last-modified", "x-callcost")

Key = tuple[str, str, str]
"""Method, address with its query, hash of the body: what tells requests apart."""


def key(method: str, url: str, body: bytes | str | None) -> Key:
    """The key of a request, before credentials are put on it."""
    content = body.encode() if isinstance(body, str) else body or b""
    return method, url, hashlib.sha256(content).hexdigest()


_NAME = ".http"
SUFFIX = f"{_NAME}.zst"
"""How the name of a kept answer ends, compressed as landing keeps it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it is remembered; `what` says it in words."""

    key: Key
    what: str


def raw(number: int, asked: Asked, received: Received) -> Raw:
    """A kept answer; its name tells the order, what was asked and the body's hash."""
    method, url, body = asked.key
    digest = hashlib.sha256(received.content).hexdigest()
    headers = {k: received.headers[k] for k in _KEPT_HEADERS if k in received.headers}
    told = {
        "method": method, "url": url, "body_sha256": body, "status": received.status,
        "headers": headers, "content_sha256": digest,
    }  # fmt: skip
    words = re.sub(r"[^\w.-]+", "-", asked.what).strip("-")[:60]
    head = json.dumps(told, sort_keys=True).encode()
    return Raw(f"{number:05d}-{words}-{digest[:12]}{_NAME}", head + b"\n" + received.content)


def read(content: bytes) -> tuple[Key, Received]:
    """What `raw` wrote. Raises `ValueError` when the body's hash is another."""
    head, _, body = content.partition(b"\n")
    told = json.loads(head)
    if hashlib.sha256(body).hexdigest() != told["content_sha256"]:
        raise ValueError(told["url"])
    asked = (told["method"], told["url"], told["body_sha256"])
    return asked, Received(told["status"], told["headers"], body)


class Kept:
    """The answers of an earlier pull, each given to the request it answered, in order."""

    def __init__(self, answers: Iterable[tuple[Key, Received]]) -> None:
        self._answers: dict[Key, deque[Received]] = defaultdict(deque)
        for asked, received in answers:
            self._answers[asked].append(received)

    def answer(self, asked: Key) -> Received:
        """The next answer kept for this request.

        Raises `Unanswered` when there is none: the connector asks otherwise than it did.
        """
        if not self._answers[asked]:
            raise Unanswered
        return self._answers[asked].popleft()

    def left(self) -> int:
        """How many answers nobody has asked for."""
        return sum(len(answers) for answers in self._answers.values())
