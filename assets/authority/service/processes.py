"""The service in several processes: one that starts and minds them, and judges; others that answer.

Each answering process has sockets of its own on the same two ports (SO_REUSEPORT), among which
the system spreads the connections. A process that ends is started again on its sockets. When the
minding process ends, however it does, the pipe to the others closes and they end too.

Belongs here: processes and their sockets. Does not: what one of them does (`server`).
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from assets.authority.service import ports
from warehouse.errors import PermanentError

_LOOK = 0.2
_STOP = 10.0
_ROOT = Path(__file__).resolve().parents[3]
_LOG = logging.getLogger(__name__)


def sockets(port: int, processes: int) -> list[socket.socket]:
    """One listening socket for each process, all on `port`; 0 takes a free one.

    Raises: PermanentError when another program has the port, or another of these services.
    """
    with ports.bound(port) as probe:
        port = probe.getsockname()[1]
    return [_listening(port) for _ in range(processes)]


class Answering:
    """The processes that answer. `arguments`: how each is started, beside its sockets."""

    def __init__(
        self, arguments: Sequence[str], pairs: Sequence[tuple[socket.socket, socket.socket]]
    ) -> None:
        self._arguments = arguments
        self._pairs = pairs
        self._theirs, self._ours = os.pipe()
        self._running = [self._start(pair) for pair in pairs]

    def mind(self, is_over: threading.Event) -> None:
        """Start again what ends, until it is over; then stop them all."""
        while not is_over.wait(_LOOK):
            for number, process in enumerate(self._running):
                if process.poll() is not None:
                    _LOG.error("a process ended with %s; started again", process.returncode)
                    self._running[number] = self._start(self._pairs[number])
        os.close(self._ours)
        os.close(self._theirs)
        for process in self._running:
            try:
                process.wait(_STOP)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, pair: tuple[socket.socket, socket.socket]) -> "subprocess.Popen[bytes]":
        numbers = [pair[0].fileno(), pair[1].fileno(), self._theirs]
        command = [sys.executable, "-m", "assets.authority.service", *self._arguments]
        command += ["--sockets", ",".join(map(str, numbers))]
        # Ctrl-C in a terminal goes to all; it is for us to tell them.
        return subprocess.Popen(command, pass_fds=numbers, cwd=_ROOT, start_new_session=True)  # noqa: S603


def until_told() -> threading.Event:
    """Set when this process is asked to stop."""
    is_over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        is_over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return is_over


def when_closed(pipe: int) -> threading.Event:
    """Set when the process that started this one has ended."""
    is_over = threading.Event()

    def wait() -> None:
        os.read(pipe, 1)
        is_over.set()

    threading.Thread(target=wait, name="end of the starter", daemon=True).start()
    return is_over


def _listening(port: int) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        one.bind((ports.HOST, port))
        one.listen(1024)
    except OSError as error:
        one.close()
        raise PermanentError(ports.not_started(port, error)) from error
    return one
