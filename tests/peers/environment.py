"""One environment per library we compare with, made from its own lock.

    python -m tests.peers.environment install [PEER …]

None of them is in our own environment but Arelle, which the product runs (the extra
`proof`): the others pin what we do not, py-xbrl owns the import name `xbrl`, and Beancount
is licensed under the GPL. `make bench` installs them, `make beancount` that one for the tests.

Belongs here: where they are and how they get there. Does not: what they are asked.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = (
    "beancount", "dlt", "ferc-xbrl-extractor", "ixbrl-parse", "ixbrlparse", "py-xbrl", "xbrl-core",
)  # fmt: skip


def python(peer: str) -> Path:
    """The interpreter of `peer`'s environment; Arelle's is our own."""
    if peer == "arelle":
        return Path(sys.executable)
    return ROOT / f".venv-{peer}" / "bin" / "python"


def is_installed(peer: str) -> bool:
    """True when the environment is there and made from the lock as it stands."""
    if peer == "arelle":
        return find_spec("arelle") is not None
    mark = _mark(peer)
    return mark.exists() and mark.read_text() == _digest(peer)


def install(peer: str) -> Path:
    """Make `peer`'s environment where it is missing or out of date; its interpreter.

    Raises:
        SystemExit: a step failed; its output is shown.
    """
    folder = python(peer).parent.parent
    folder.mkdir(exist_ok=True)
    with FileLock(folder / ".installing", timeout=600):
        if not is_installed(peer):
            print(f"{peer}: making its environment …", flush=True)  # noqa: T201  a command
            _mark(peer).unlink(missing_ok=True)
            _make(peer, folder)
            _mark(peer).write_text(_digest(peer))
    return python(peer)


def _make(peer: str, folder: Path) -> None:
    """The locked packages, hashes checked.

    pip, not uv, puts them in: xbrl-core asks for Python 3.12 and runs on 3.11, and
    only pip can be told so.
    """
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    if peer == "xbrl-core":
        options.append("--ignore-requires-python")
    if uv := _uv():
        _run(
            uv, "venv", "--quiet", "--seed", "--allow-existing", "--python", sys.executable, folder
        )
    else:
        _run(sys.executable, "-m", "venv", folder)
    _run(python(peer), "-m", "pip", "install", *options, "-r", HERE / f"{peer}.lock")


def _uv() -> str | None:
    places = (str(ROOT / ".venv-uv" / "bin"), str(Path(sys.executable).parent))
    return shutil.which("uv", path=os.pathsep.join((*places, os.environ.get("PATH", ""))))


def _run(*command: object) -> None:
    done = subprocess.run(  # its output is shown below
        [str(part) for part in command], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def _mark(peer: str) -> Path:
    return python(peer).parent.parent / "environment.done"


def _digest(peer: str) -> str:
    return hashlib.sha256((HERE / f"{peer}.lock").read_bytes()).hexdigest()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["install"])
    parser.add_argument("peers", nargs="*", choices=PEERS, default=PEERS, metavar="PEER")
    for peer in parser.parse_args().peers:
        install(peer)


if __name__ == "__main__":
    main()
