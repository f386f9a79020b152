"""`python -m assets.authority.service`: the receiving service until interrupted."""

import argparse
import resource
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from assets.authority.service import register
from assets.authority.service.ports import HOST
from assets.authority.service.server import How, serve, serve_on
from warehouse.errors import PermanentError


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="receiving service", description="The receiving service.")
    parser.add_argument("--folder", type=Path, required=True, help="keys, register and evidence")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--approve", choices=register.APPROVALS, help="how drafts are decided")
    parser.add_argument(
        "--today", help="judge periods as on this day (yyyy-mm-dd), or on the one a file says"
    )
    parser.add_argument("--taxonomies", type=Path, help="the library annual reports are judged by")
    parser.add_argument("--processes", type=int, default=1, help="that answer")
    parser.add_argument("--workers", type=int, default=1, help="processes that judge reports")
    parser.add_argument(
        "--sandbox", action="store_true", help="show what was received; fail on command"
    )
    parser.add_argument("--sockets", help="of a process that another one started")
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each connection is a file
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.approve:
        register.Register(given.folder).add(approve=given.approve)
    how = How(
        _today(given.today, parser) if given.today else None,
        given.taxonomies,
        given.processes,
        given.workers,
        given.sandbox,
    )
    try:
        if given.sockets:
            serve_on(given.folder, how, [int(number) for number in given.sockets.split(",")])
        else:
            print(f"receiving service at http://{HOST}:{given.port}", flush=True)  # noqa: T201  a command
            serve(given.folder, given.port, how, sys.argv[1:])
    except PermanentError as error:
        sys.exit(str(error))


def _today(said: str, parser: argparse.ArgumentParser) -> Callable[[], date]:
    """The day, the same always; or the one a file says whenever it is asked."""
    path = Path(said)
    if path.is_file():
        return lambda: date.fromisoformat(path.read_text(encoding="ascii").strip())
    try:
        day = date.fromisoformat(said)
    except ValueError:
        parser.error(f'--today "{said}" is neither a day (yyyy-mm-dd) nor a file that says one')
    return lambda: day


if __name__ == "__main__":
    main()
