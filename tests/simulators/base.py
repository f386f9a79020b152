"""What every simulator is: a real HTTP server on this machine, and ways to make it misbehave.

    class Vendor(Simulator):
        def answer(self, asked: Asked) -> Answer: ...

    with Vendor() as vendor:
        vendor.faults.add(Fault("status", at=3, status=429, headers={"Retry-After": "1"}))
        vendor.before(2, lambda: vendor.edit("17"))     # between page 1 and page 2
        ... requests to vendor.url ...
        vendor.seen[0].path

Belongs here: serving, counting, faults. Does not: any vendor's behaviour.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

Misbehaviour = Literal[
    "status", "hang", "drop", "truncate", "trickle", "html", "not_json", "wrong_type", "huge",
    "redirect",
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `number` counts from 1, token requests included. `query`
    holds the last value of each parameter, `pairs` all of them.
    """

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    pairs: tuple[tuple[str, str], ...] = ()

    def json(self) -> Any:
        """The body as JSON, numbers exact enough for ids."""
        return json.loads(self.body)


@dataclass
class Answer:
    """What goes back. `body` of anything but bytes is sent as JSON; numbers given as
    `Number` are written as they stand.
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Number(float):
    """A JSON number with exactly these digits, as `162.34` or `0.10`."""

    def __new__(cls, text: object) -> Self:
        made = super().__new__(cls, str(text))
        made.text = str(text)
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass
class Fault:
    """A misbehaviour at request number `at`, or at the first whose path has `path` in it;
    `times` requests in a row.
    """

    kind: Misbehaviour
    at: int = 0
    path: str = ""
    times: int = 1
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 30
    size: int = 1 << 20
    change: Callable[[Any], Any] = lambda body: body

    def hits(self, asked: Asked) -> bool:
        """Whether this request meets it."""
        is_it = asked.number >= self.at if self.at else self.path in asked.path
        if is_it and self.times > 0:
            self.times -= 1
            return True
        return False


class Simulator:
    """One vendor's interface; subclasses say what it answers."""

    def __init__(self, port: int = 0) -> None:
        self.seen: list[Asked] = []
        self.faults: list[Fault] = []
        self._before: list[tuple[int, str, Callable[[], object]]] = []
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, asked: Asked) -> Answer:
        """What the vendor answers."""
        raise NotImplementedError

    def secrets(self) -> list[str]:
        """Everything that must appear nowhere but in requests."""
        raise NotImplementedError

    def before(self, request: int, do: Callable[[], object], path: str = "") -> None:
        """Do something just before request number `request` (of those with `path` in theirs)."""
        self._before.append((request, path, do))

    def count(self, path: str = "") -> int:
        """How many requests there were with `path` in theirs."""
        return sum(path in one.path for one in self.seen)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def take(self, asked: Asked) -> tuple[Answer, Fault | None]:
        """Note the request; what to answer, and how to misbehave at it."""
        with self._lock:
            asked = replace(asked, number=len(self.seen) + 1)
            self.seen.append(asked)
            for hook in list(self._before):
                request, path, do = hook
                if path in asked.path and self.count(path) == request:
                    self._before.remove(hook)
                    do()
            fault = next((fault for fault in self.faults if fault.hits(asked)), None)
            if fault and fault.kind == "status":
                return Answer(b"", fault.status, dict(fault.headers)), None
            return self.answer(asked), fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        super().__init__(address, _Handler)
        self.simulator = simulator

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_arguments: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        pairs = tuple(parse_qsl(where.query, keep_blank_values=True))
        asked = Asked(0, self.command, where.path, dict(pairs), headers, body, pairs)
        answer, fault = self.server.simulator.take(asked)
        self._send(answer, fault)

    do_POST = do_PUT = do_GET  # noqa: N815 - the names http.server calls

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        is_bytes = isinstance(answer.body, bytes)
        content = answer.body if is_bytes else dumps(answer.body)
        kind = "application/octet-stream" if is_bytes else "application/json"
        headers = {"Content-Type": kind, **answer.headers}
        if fault is None:
            self._whole(answer.status, headers, content)
            return
        match fault.kind:
            case "hang":
                time.sleep(fault.seconds)
                self.close_connection = True
            case "drop":
                self.close_connection = True
            case "truncate":
                self._head(answer.status, headers, len(content))
                self.wfile.write(content[: len(content) // 2])
                self.close_connection = True
            case "trickle":
                self._head(answer.status, headers, len(content))
                self._trickle(content, fault.seconds)
            case "html":
                self._whole(200, {"Content-Type": "text/html"}, b"<html><body>Log in</body></html>")
            case "not_json":
                self._whole(200, headers, content[: len(content) // 2])
            case "wrong_type":
                self._whole(200, headers, dumps(fault.change(json.loads(content))))
            case "huge":
                self._whole(200, headers, content + b" " * fault.size)
            case "redirect":
                self._whole(302, {**headers, **fault.headers}, b"")

    def _whole(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self._head(status, headers, len(content))
        self.wfile.write(content)

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.flush()

    def _trickle(self, content: bytes, seconds: float) -> None:
        for start in range(len(content)):
            self.wfile.write(content[start : start + 1])
            self.wfile.flush()
            time.sleep(seconds)


def dumps(value: Any) -> bytes:
    """JSON with the digits of every `Number` as they stand."""
    return "".join(_pieces(value)).encode()


def _pieces(value: Any) -> Iterator[str]:
    match value:
        case Number():
            yield value.text
        case dict():
            yield "{"
            for index, (name, inner) in enumerate(value.items()):
                yield ("," if index else "") + json.dumps(str(name)) + ":"
                yield from _pieces(inner)
            yield "}"
        case list() | tuple():
            yield "["
            for index, inner in enumerate(value):
                yield "," if index else ""
                yield from _pieces(inner)
            yield "]"
        case _:
            yield json.dumps(value, ensure_ascii=False)
