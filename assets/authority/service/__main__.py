"""`python -m assets.authority.service`: the sandbox authority until interrupted."""

import argparse
import sys
from datetime import date
from pathlib import Path

from assets.authority.service import register
from assets.authority.service.server import HOST, serve
from warehouse.errors import PermanentError


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="sandbox", description="The sandbox authority.")
    parser.add_argument("--folder", type=Path, required=True, help="keys, register and evidence")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--approve", choices=register.APPROVALS, help="how drafts are decided")
    parser.add_argument(
        "--today", type=date.fromisoformat, help="judge periods as on this day (yyyy-mm-dd)"
    )
    parser.add_argument("--taxonomies", type=Path, help="the library annual reports are judged by")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.approve:
        register.Register(given.folder).add(approve=given.approve)
    day: date | None = given.today
    print(f"sandbox authority at http://{HOST}:{given.port}", flush=True)  # noqa: T201  a command
    try:
        serve(given.folder, given.port, (lambda: day) if day else None, given.taxonomies)
    except PermanentError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
