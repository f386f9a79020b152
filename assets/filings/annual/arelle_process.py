"""Our side of the warm Arelle process: started when first asked, asked, restarted once, ended.

A filing it did not judge to the end is a `TransientError` that says what became of it: silence
is never taken for agreement.

Belongs here: the process and its pipes. Does not: Arelle (`arelle_worker`), or what its words mean
(`proof`).
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from warehouse.errors import TransientError

SECONDS = 120.0
"""A filing's time. Of ours, a tenth of a second to one; loading a taxonomy takes some four."""
MEBIBYTES = 4096
"""A filing's memory, the shared taxonomy's 360 MiB included."""
_LOADING = 120.0
"""Further time for starting and loading the taxonomy."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of Arelle's. `level` is its own; `line` the first place's, where it has one."""

    level: str
    code: str
    message: str
    element_id: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """One filing to judge: bytes named as a file, and by which taxonomy and rules."""

    name: str
    content: bytes
    package: Path
    entry_points: tuple[str, ...]
    disclosure_system: str


def is_installed() -> bool:
    """Whether Arelle is in this environment (the extra `proof`)."""
    return find_spec("arelle") is not None


class ArelleProcess:
    """A context manager; the process starts with the first question and ends with the context."""

    def __init__(self, *, seconds: float = SECONDS, mebibytes: int = MEBIBYTES) -> None:
        self._seconds, self._mebibytes = seconds, mebibytes
        self._process: subprocess.Popen[str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stderr: IO[bytes] | None = None
        self.starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return None if self._process is None else self._process.pid

    def judge(self, question: Question) -> list[Message]:
        """All that Arelle finds wrong with a filing, in its order; asked twice if need be.

        Raises `TransientError` when neither time it judged the filing to the end.
        """
        first = self._asked(question)
        answer = self._asked(question) if "failure" in first else first
        if "failure" in answer:
            raise TransientError(
                f"Arelle did not judge {question.name} to the end: it {answer['failure']}, asked "
                "twice. Nothing was concluded of it; run the command again, and report this with "
                "the file if it persists."
            )
        return [_message(one) for one in answer["messages"]]

    def _asked(self, question: Question) -> dict[str, Any]:
        process = self._started()
        assert self._folder is not None
        assert process.stdin is not None
        file = Path(self._folder.name) / question.name
        file.write_bytes(question.content)
        request = {
            "file": str(file),
            "package": str(question.package.resolve()),
            "entry_points": question.entry_points,
            "disclosure_system": question.disclosure_system,
            "seconds": self._seconds,
            "mebibytes": self._mebibytes,
        }
        with suppress(BrokenPipeError):  # it has ended: reading its answer tells how
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        answer = self._answer(process)
        file.unlink(missing_ok=True)
        return answer

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._folder = tempfile.TemporaryDirectory(prefix="indberet-arelle-")
            self._stderr = (Path(self._folder.name) / "stderr").open("w+b")
            # Its own settings and cache: what a person's Arelle remembers must not sway a verdict.
            own = {**os.environ, "XDG_CONFIG_HOME": self._folder.name, "PYTHONHASHSEED": "0"}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "assets.filings.annual.arelle_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                text=True,
                encoding="utf-8",
                env=own,
                start_new_session=True,
            )
            self.starts += 1
        return self._process

    def _answer(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """The next line it writes; how it ended, or that it took too long, and then it is ended."""
        assert process.stdout is not None
        deadline = time.monotonic() + self._seconds + _LOADING
        ready, _, _ = select.select([process.stdout], [], [], max(deadline - time.monotonic(), 0))
        if not ready:
            self._end()
            return {"failure": f"gave no answer in {self._seconds + _LOADING:g} seconds"}
        line = process.stdout.readline()
        if line.endswith("\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        words = self._last_words()
        code = self._end(is_ending=True)
        how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        return {"failure": f"was ended {how}{words}"}

    def _last_words(self) -> str:
        assert self._stderr is not None
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        return f" ({lines[-1]})" if lines else ""

    def _end(self, *, is_ending: bool = False) -> int:
        """End the process with everything it started; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        code = None
        with suppress(subprocess.TimeoutExpired):  # one whose pipe has closed is on its way out
            code = process.wait(0.5 if is_ending else 0)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait() if code is None else code
        for pipe in (process.stdin, process.stdout, self._stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        if self._folder is not None:
            self._folder.cleanup()
        return code


def _message(one: dict[str, Any]) -> Message:
    places: list[dict[str, Any]] = one["places"]
    line = next((place["line"] for place in places if place["line"]), None)
    hrefs = [place["href"].partition("#")[2] for place in places]
    element_id = next((href for href in hrefs if href and not href.startswith("element(")), None)
    return Message(one["level"], one["code"], one["message"], element_id, line)
