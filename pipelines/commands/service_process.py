"""A receiving service as a process of its own: started, found again by its number, stopped.

Belongs here: the process and whether it answers. Does not: what it is told to serve (`services`,
`authority_service`).
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import PermanentError

_ROOT = Path(__file__).resolve().parents[2]
_START, _STOP, _ANSWER = 60.0, 30.0, 2.0


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """The service of `folder` on `port`; `name` is what messages call it, `section` where the
    settings name the port.
    """

    folder: Path
    port: int
    name: str
    section: str

    @property
    def address(self) -> str:
        """Where its open port is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def annual_address(self) -> str | None:
        """Where it takes annual reports, since it was last started."""
        note = self.folder / "annual.url"
        return note.read_text(encoding="ascii") if note.exists() else None

    def is_up(self) -> bool:
        """Whether something is at the address; one too busy to answer is."""
        try:
            urllib.request.urlopen(self.address, timeout=_ANSWER)  # noqa: S310  (loopback)
        except (urllib.error.HTTPError, TimeoutError):
            return True
        except urllib.error.URLError as error:
            return isinstance(error.reason, TimeoutError)
        except OSError:
            return False
        return True

    def start(self, arguments: list[str]) -> None:
        """Start it, unless it is running; returns once it answers.

        Raises: PermanentError with the end of its log where it does not.
        """
        if self.is_up():
            return
        command = [sys.executable, "-m", "assets.authority.service", "--folder", str(self.folder)]
        command += ["--port", str(self.port), *arguments]
        log = self.folder / "server.log"
        with log.open("ab") as file:
            process = subprocess.Popen(  # noqa: S603  (our own command)
                command, stdout=file, stderr=file, start_new_session=True, cwd=_ROOT
            )
        self._note.write_text(str(process.pid))
        deadline = time.monotonic() + _START
        while time.monotonic() < deadline and process.poll() is None:
            if self.is_up():
                return
            time.sleep(0.05)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise PermanentError(
            f"Tried to start {self.name} at {self.address}; it did not answer. Its log {log} ends: "
            f"{' / '.join(lines)}. If the port is taken, set port under [{self.section}]."
        )

    def stop(self) -> None:
        """Stop it, if it is ours and running; what it has taken it finishes."""
        if self._note.exists() and self.is_up():
            process = int(self._note.read_text())
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
            deadline = time.monotonic() + _STOP
            # It leaves its files only when it has ended, a moment after it answers no more.
            while not _has_ended(process) and time.monotonic() < deadline:
                time.sleep(0.05)
        self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        return self.folder / "server.pid"


def _has_ended(process: int) -> bool:
    """Whether that process is gone, whoever started it."""
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        pass
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False
