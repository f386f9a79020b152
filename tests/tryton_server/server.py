"""A real Tryton server with the demo company's books, in an environment of its own.

    python -m tests.tryton_server.server install         once; nothing to do when up to date
    python -m tests.tryton_server.server start FOLDER    a fresh copy of the books, served
    python -m tests.tryton_server.server stop FOLDER
    python -m tests.tryton_server.server finish FOLDER   book the rest of the year, server stopped
    python -m tests.tryton_server.server last-year FILE  the annual report of the year before

`install` makes `.venv-tryton` with the server from the package index, a database
with its modules, and the seeded books kept as a template. `start` copies the
template into FOLDER, serves it on a free port of the loopback interface and
prints what a connection needs as JSON, also kept in FOLDER/server.json.

Belongs here: the server's life. Does not: what the books hold (`books`, `seed`).
"""

import argparse
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENT = ROOT / ".venv-tryton"
PYTHON = ENVIRONMENT / "bin" / "python"
BOOKS = ENVIRONMENT / "books"
DATABASE = "books"
MODULES = ("account_invoice", "account_eu")
READY_SECONDS = 60
STOP_SECONDS = 10
_STARTED: dict[int, subprocess.Popen[bytes]] = {}  # by this process, to be waited for


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers; what a connection of system `tryton` needs."""

    url: str
    database: str
    key_file: str
    password_file: str
    pid: int
    folder: str


def install() -> Path:
    """Environment, database and seeded books; only what is missing or out of date.

    Raises:
        SystemExit: a step failed; its output is shown.
    """
    ENVIRONMENT.mkdir(exist_ok=True)
    # Not `.lock`: uv takes that one itself, and would wait for us.
    with FileLock(ENVIRONMENT / ".installing", timeout=600):
        lock = _digest(HERE / "requirements.lock")
        _once("environment", lock, _make_environment)
        _once("database", lock, _make_database)
        books = _digest(HERE / "seed.py", HERE / "books.py")
        _once("books", lock + books, _make_books)
    return BOOKS


def is_installed() -> bool:
    """True when the seeded books of this checkout are there."""
    lock = _digest(HERE / "requirements.lock")
    mark = ENVIRONMENT / "books.done"
    wanted = lock + _digest(HERE / "seed.py", HERE / "books.py")
    return mark.exists() and mark.read_text() == wanted


def start(folder: Path, *, fresh: bool = True, port: int | None = None) -> Running:
    """Serve the books from `folder`; with `fresh`, a new copy of the template.

    Raises:
        SystemExit: not installed, or no answer in time; the log is shown.
    """
    if not is_installed():
        sys.exit("The Tryton server is not installed. Run `make tryton` first.")
    stop(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if fresh or not (folder / f"{DATABASE}.sqlite").exists():
        for name in (f"{DATABASE}.sqlite", "key", "password"):
            shutil.copy2(BOOKS / name, folder / name)
    port = port or _free_port()
    configuration = _configuration(folder, port)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [PYTHON.with_name("trytond"), "-c", configuration, "-d", DATABASE],
            stdout=log, stderr=log, cwd=folder, env=_environment(), start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    _STARTED[process.pid] = process
    _wait_until_ready(process, url, folder / "server.log")
    key, password = folder.resolve() / "key", folder.resolve() / "password"
    running = Running(url, DATABASE, str(key), str(password), process.pid, str(folder.resolve()))
    (folder / "server.json").write_text(json.dumps(asdict(running), indent=1) + "\n")
    return running


def stop(folder: Path) -> None:
    """End the server of `folder`, if it runs. Its books stay."""
    note = folder / "server.json"
    if not note.exists():
        return
    pid = json.loads(note.read_text())["pid"]
    note.unlink()
    if not _is_ours(pid):
        return
    process = psutil.Process(pid)
    process.terminate()
    try:
        _wait(process)
    except psutil.TimeoutExpired:
        process.kill()
        _wait(process)


def finish(folder: Path) -> None:
    """Book the rest of the year in the books of `folder`, whose server is stopped.

    Raises:
        SystemExit: Tryton refused; its words are shown.
    """
    stop(folder)
    _run(PYTHON, "-m", "tests.tryton_server.seed", _configuration(folder, 8000), DATABASE)


def stop_all() -> None:
    """End every server this process started."""
    for process in list(_STARTED.values()):
        process.terminate()
        process.wait(STOP_SECONDS)
    _STARTED.clear()


def _wait(process: psutil.Process) -> None:
    """Until the process is gone; one we started ourselves leaves no zombie."""
    if ours := _STARTED.get(process.pid):
        with contextlib.suppress(subprocess.TimeoutExpired):
            ours.wait(STOP_SECONDS)
            _STARTED.pop(process.pid)
            return
    process.wait(STOP_SECONDS)


def _once(step: str, wanted: str, make: Callable[[], None]) -> None:
    mark = ENVIRONMENT / f"{step}.done"
    if mark.exists() and mark.read_text() == wanted:
        return
    print(f"tryton: making the {step} …", flush=True)  # noqa: T201  a command, for a person
    mark.unlink(missing_ok=True)
    make()
    mark.write_text(wanted)


def _make_environment() -> None:
    """The locked packages, hashes checked; uv where there is one, else pip."""
    lock = HERE / "requirements.lock"
    places = (str(ROOT / ".venv-uv" / "bin"), str(Path(sys.executable).parent))
    uv = shutil.which("uv", path=os.pathsep.join((*places, os.environ.get("PATH", ""))))
    if uv is not None:
        _run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, ENVIRONMENT)
        sync = (uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode")
        _run(*sync, "--python", PYTHON, lock)
        return
    _run(sys.executable, "-m", "venv", ENVIRONMENT)
    _run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lock)


def _make_database() -> None:
    """An empty database with the modules activated, kept beside the books."""
    folder = _emptied(ENVIRONMENT / "database")
    (folder / f"{DATABASE}.sqlite").touch()
    password = folder / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    configuration = _configuration(folder, 8000)
    admin = (PYTHON.with_name("trytond-admin"), "-c", configuration, "-d", DATABASE)
    _run(
        *admin, "--all", "--activate-dependencies", "-u", *MODULES,
        "--email", "admin@example.invalid", "-p", TRYTONPASSFILE=str(password),
    )  # fmt: skip


def _make_books() -> None:
    """The seeded template; it appears by one rename."""
    folder = _emptied(ENVIRONMENT / "books.new")
    for name in (f"{DATABASE}.sqlite", "password"):
        shutil.copy2(ENVIRONMENT / "database" / name, folder / name)
    configuration = _configuration(folder, 8000)
    _run(PYTHON, "-m", "tests.tryton_server.seed", configuration, DATABASE, folder / "key")
    shutil.rmtree(BOOKS, ignore_errors=True)
    folder.rename(BOOKS)


def _configuration(folder: Path, port: int) -> Path:
    """trytond's settings. With a queue worker declared and none running, invoices are
    not rendered to documents, which the books do not need."""
    path = folder / "trytond.conf"
    path.write_text(
        f"[database]\nuri = sqlite://\npath = {folder.resolve()}\n"
        f"[web]\nlisten = 127.0.0.1:{port}\n[queue]\nworker = true\n"
    )
    return path


def _run(*command: str | Path, **environment: str) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=_environment() | environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        words = " ".join(str(part) for part in command)
        sys.exit(f"{done.stdout}\nThis step failed (exit code {done.returncode}): {words}")


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("TRYTON", "PYTHONWARN"))}


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _digest(*paths: Path) -> str:
    content = b"\0".join(path.read_bytes() for path in paths)
    return hashlib.sha256(content).hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _asks_who_we_are(url):
            return
        time.sleep(0.1)
    process.kill()
    process.wait()
    sys.exit(f"{log.read_text()}\nThe Tryton server did not answer at {url} in {READY_SECONDS} s.")


def _asks_who_we_are(url: str) -> bool:
    """True once the database is loaded: it refuses us for want of a key."""
    try:
        urllib.request.urlopen(f"{url}/{DATABASE}/rest/model/res.user", timeout=READY_SECONDS)
    except urllib.error.HTTPError as answer:
        return answer.code == 401
    except OSError:
        return False
    return True


def _is_ours(pid: int) -> bool:
    """True while the process lives and is one of our servers (numbers are reused)."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and any(
            "trytond" in word for word in process.cmdline()
        )
    except psutil.NoSuchProcess:
        return False


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="environment, database and seeded books")
    starting = commands.add_parser("start", help="serve a copy of the books")
    starting.add_argument("folder", type=Path)
    starting.add_argument("--keep", action="store_true", help="keep the books already there")
    starting.add_argument("--port", type=int, help="default: a free one")
    stopping = commands.add_parser("stop", help="end the server of a folder")
    stopping.add_argument("folder", type=Path)
    finishing = commands.add_parser("finish", help="book the rest of the year in a folder")
    finishing.add_argument("folder", type=Path)
    reporting = commands.add_parser("last-year", help="write the annual report of the year before")
    reporting.add_argument("file", type=Path)
    given = parser.parse_args()
    match given.command:
        case "install":
            install()
        case "start":
            running = start(given.folder, fresh=not given.keep, port=given.port)
            print(json.dumps(asdict(running), indent=1))  # noqa: T201  its answer
        case "stop":
            stop(given.folder)
        case "finish":
            finish(given.folder)
        case "last-year":
            from tests.tryton_server import last_year  # noqa: PLC0415  the reader of one command

            given.file.write_bytes(last_year.content())


if __name__ == "__main__":
    main()
