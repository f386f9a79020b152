"""A person at a terminal: commands on a pseudo-terminal, read and answered as they ask.

Belongs here: the terminal. Does not: what is said on it.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
_ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9])")


class Terminal:
    """One command on a terminal of its own; `shown` is what it has said so far."""

    def __init__(
        self, *arguments: str, folder: Path, width: int = 100, env: Mapping[str, str] | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("INDBERET_", "DAGSTER_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True,
            env={**ours, "PYTHONPATH": str(ROOT), "TERM": "xterm", **(env or {})},
        )  # fmt: skip
        os.close(theirs)
        self._read, self._seen = b"", 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    @property
    def shown(self) -> str:
        """Everything said, without colours, cursor movements and what was written over."""
        plain = _ESCAPES.sub("", self._read.decode("utf-8", "replace")).replace("\r\n", "\n")
        return "\n".join(line.rpartition("\r")[2] for line in plain.split("\n"))

    def until(self, text: str, seconds: float = 60) -> str:
        """Wait until `text` is said after what was waited for before; what was said up to it."""
        end = time.monotonic() + seconds
        while text not in self.shown[self._seen :]:
            if not self._more(end):
                raise AssertionError(f"{text!r} was never said:\n{self.shown}")
        start, told = self._seen, self.shown
        self._seen = told.index(text, start) + len(text)
        return told[start : self._seen]

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def end(self, seconds: float = 120) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + seconds
        while self._more(end):
            pass
        return self._process.wait(10)

    def _more(self, end: float) -> bool:
        left = end - time.monotonic()
        if left <= 0 or not select.select([self._ours], [], [], left)[0]:
            raise AssertionError(f"Nothing more was said in time:\n{self.shown}")
        try:
            read = os.read(self._ours, 1 << 16)
        except OSError:  # the other end is closed
            return False
        self._read += read
        return bool(read)
