"""An authority's run by its plain functions, killed again and again; run by
`test_authority_killed`.

Each run is a child forked from this process, which has imported everything and opened nothing.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from assets.authority.arrivals import annual, run, workspace_arrivals
from assets.authority.cross import run as cross
from assets.authority.statistics import writing as statistics
from assets.filings import vat_return
from assets.intake import figures, workspace_sources
from assets.intake.take_in import Options, take_in
from assets.workspace import AuthoritySettings, Workspace
from warehouse.errors import PermanentError

TODAY = date(2026, 8, 1)


def workspace(root: Path, warehouse: str = "whole") -> Workspace:
    """An authority's workspace in `root`; its storage is `root/warehouse`, its service beside."""
    return Workspace(
        settings=root / "indberet.toml", storage=root / warehouse, operations="",
        memory_limit="1GB", threads=1, companies=(), connections=(), accounts=(), vat_codes=(),
        channel="sandbox", channels={}, live_allowed=False, sandbox_port=0,
        sandbox_approve=None, fixed_today=TODAY,
        authority=AuthoritySettings(0, "Prøvemyndigheden", "10150817", since=date(2024, 1, 1)),
    )  # fmt: skip


def whole(here: Workspace, at_a_time: int) -> None:
    """The order of the job `authority`, without Dagster: all that writes to the warehouse."""
    store = here.store()
    service = workspace_arrivals.service(here)
    run.take_in(store, service, lambda *_: None, batch_events=at_a_time)
    workspace_arrivals.snapshot(here)
    options = Options(workers=1, in_process=True, batch_filings=3)
    take_in(store, [workspace_sources.arrived(here)], options, lambda *_: None)
    annual.set_aside(store)
    figures.bring_up_to_date(store, threads=1)
    workspace_arrivals.follow(here)
    cross.of_workspace(here)
    statistics.write(here)


@dataclass
class Death:
    """When a child is killed: `before` its publish number `number`, right `after` it, or at the
    first file it has written and not yet `named`. `where` names the files of every publish.
    """

    how: str
    number: int
    seen: int = 0

    def arm(self) -> None:
        """From here on this process is in danger."""
        replace, sync = os.replace, os.fsync

        def replacing(source: Any, target: Any, **more: Any) -> None:
            is_publish = Path(target).name == "manifest.json"
            self.seen += is_publish
            self._die("before", is_publish)
            replace(source, target, **more)
            self._die("after", is_publish)

        def syncing(handle: int) -> None:
            sync(handle)
            self._die("named", self.how == "named")

        os.replace, os.fsync = replacing, syncing

    def _die(self, how: str, is_here: bool) -> None:
        if is_here and self.how == how and (how == "named" or self.seen == self.number):
            os.kill(os.getpid(), signal.SIGKILL)


def apart(work: Callable[[], None]) -> int:
    """Do `work` in a child; the signal it was killed by, 0 where it came to its end."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0
    return 0


def killed_until_done(here: Workspace) -> int:
    """Runs over one warehouse, each killed a publish further on, until one comes to its end; how
    often it was killed.
    """
    kills = 0
    while True:
        death = _death(kills)

        def work(death: Death = death) -> None:
            death.arm()
            whole(here, 10)

        if apart(work) != signal.SIGKILL:
            return kills
        kills += 1


def _death(kills: int) -> Death:
    """Before the first publish, before a file has its name, then by turns: right after the next
    publish, and before the one after it.
    """
    if kills < 2:
        return Death("before" if kills == 0 else "named", 1)
    return Death("after", 1) if kills % 2 == 0 else Death("before", 2)


def undisturbed(root: Path) -> None:
    """A run to its end; leaves the names of all it imported."""
    whole(workspace(root, "whole"), 25_000)
    (root / "modules.json").write_text(json.dumps(list(sys.modules)), encoding="utf-8")


def main(root: Path) -> None:
    assert apart(lambda: undisturbed(root)) == 0
    for name in json.loads((root / "modules.json").read_text(encoding="utf-8")):
        with suppress(ImportError):  # what is imported late, once for every child
            import_module(name)
    with suppress(PermanentError):
        vat_return.read(b"<")  # the agency's schemas, too
    sys.stdout.write(json.dumps({"kills": killed_until_done(workspace(root, "killed"))}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
