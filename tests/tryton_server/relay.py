"""A relay before a server that lets a test act, or fail, between two requests.

Belongs here: passing on and misbehaving. Does not: knowing what passes.
"""

import http.server
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import TracebackType
from typing import Self

Fault = str | bytes | None
"""What to do with a request: pass it on (None), `drop` the line, `cut` the answer in
half, `hang`, answer an HTTP status, or answer these bytes."""


class Relay:
    """Serves on loopback; `before(number, path)` is asked about each request, from 1."""

    def __init__(self, target: str, before: Callable[[int, str], Fault]) -> None:
        self.target, self.before, self.count = target, before, 0
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                relay.handle(self)

            def do_POST(self) -> None:
                relay.handle(self)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def handle(self, request: http.server.BaseHTTPRequestHandler) -> None:
        """Pass one request on, or misbehave."""
        self.count += 1
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        fault = self.before(self.count, request.path)
        request.close_connection = True
        match fault:
            case None:
                status, content = self._passed_on(request, body)
                _answer(request, status, content)
            case "drop":
                return
            case "cut":
                status, content = self._passed_on(request, body)
                _answer(request, status, content, keep=len(content) // 2)
            case bytes():
                _answer(request, 200, fault)
            case "hang":
                time.sleep(3)
            case status:
                _answer(request, int(status), b"no")

    def _passed_on(
        self, request: http.server.BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, bytes]:
        kept = ("Authorization", "Content-Type", "Range", "X-Tryton-Context")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        passed = urllib.request.Request(
            self.target + request.path, body or None, headers, method=request.command
        )
        try:
            with urllib.request.urlopen(passed, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read()
        except urllib.error.URLError:
            return 502, b"behind the relay there is nobody"


def _answer(
    request: http.server.BaseHTTPRequestHandler,
    status: int,
    content: bytes,
    keep: int | None = None,
) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(content)))
    request.send_header("Connection", "close")
    request.end_headers()
    request.wfile.write(content if keep is None else content[:keep])
