"""The demo: from a real bookkeeping server to delivered reports with their receipts.

Everything happens in one folder: a Tryton server with a year of a company's
books, the sandbox authority, a workspace. Its clock stands at 22 November 2026
(`[demo] today`), so that the third quarter is always the one due; then the year ends
(`demo_year_end`). A second run finds everything done and sends nothing.

Belongs here: what a newcomer would type, typed for them. Does not: any stage.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.commands import demo_source, demo_year_end, line, services, setup, show
from pipelines.commands.call import Call
from quality import expectations
from warehouse.errors import PermanentError, SettingsError

_ROOT = Path(__file__).resolve().parents[2]
_SERVER = "tests.tryton_server.server"
_WITH_PACKAGE = "With the package at hand: make demo TAXONOMY=path/to/package.zip"
_PERIOD = "2026-Q3"
_COMPANY = "nordlys"

SETTINGS = """\
# Made by `make demo`.
[storage]
path = "var"

[demo]
today = 2026-11-22            # everyone in the demo believes it is this day

[schedules]
on = true

[sandbox]
port = @PORT@
approve = "auto"              # the real authority waits for a person behind a link

[[company]]
id = "nordlys"
name = "Nordlys Handel ApS"
cvr = "13585628"
vat_frequency = "quarter"
eu_sales_list = "quarter"
policy = "automatic"

[company.annual_report]
class = "B"
first_day = 2026-01-01        # the year before was reported elsewhere
management_members = 1

[[connection]]
id = "tryton"
company = "nordlys"
system = "tryton"
url = "@URL@"
database = "@DATABASE@"
key = { file = "@KEY@" }

[delivery]
channel = "sandbox"
"""


def demo(
    call: Call,
    folder: Path | None,
    package: Path | None,
    source: str,
    data: Path | None,
    *,
    fresh: bool,
) -> int:
    """Run the whole line over the demo company, and say where to look next.

    `package`: the authority's taxonomy package, without which the annual report stays a draft.
    `source`: where the books are kept; `data`: the folder of recorded answers, for one of them.
    """
    if source != "tryton":
        return demo_source.demo(call, folder, source, data, fresh=fresh)
    folder = folder or Path("demo")
    if package is not None and not package.exists():
        raise SettingsError(f"There is no taxonomy package at {package}. Check the path.")
    folder = folder.absolute()
    if fresh:
        _forget(folder)
    server = _books(call, folder)
    here = _workspace(call, folder, server)
    workspace = here.workspace()
    call.out.say("[bold]1. The sandbox authority[/]")
    services.sandbox(here, "start", [])
    try:
        call.out.say("\n[bold]2. The books, read from the Tryton server[/]")
        setup.connect(here, accept=True)
        line.pull(here)
        call.out.say("\n[bold]3. Checks, reports and filings[/]")
        show.calendar(here, ask=True)
        code = line.report(here, _PERIOD)
        call.out.say("\n[bold]4. Delivery over HTTP, and receipts[/]")
        line.deliver(here, _PERIOD)
        filings = line.delivered(here, "2026-09")
    finally:
        services.sandbox(here, "stop", [])
        _stop(folder)
    try:
        annual = demo_year_end.year_end(
            call, folder, _server, lambda: str(_start(folder)["url"]), package
        )
    finally:
        _stop(folder)
    _summary(here, folder, filings, annual)
    if any(one["state"] != "receipted" for one in filings) or len(filings) < 2:
        raise PermanentError(
            "The demo ended without two receipted filings: "
            + (
                ", ".join(f"{one['report']} {one['state']} {one['note']}" for one in filings)
                or "there are none"
            )
            + f". See {workspace.storage} and run `indberet --settings {here.settings} status`."
        )
    return code


def _books(call: Call, folder: Path) -> dict[str, Any]:
    """Install (once) and start the Tryton server; what a connection needs."""
    call.out.say("[bold]0. A real bookkeeping server with a year of a company's books[/]")
    with call.out.progress("install Tryton (the first time takes a minute or two)"):
        _server("install")
    with call.out.progress("start Tryton"):
        found = _start(folder)
    call.out.say(f"Tryton answers at {found['url']}.")
    return found


def _start(folder: Path) -> dict[str, Any]:
    books = folder / "tryton"
    keep = ["--keep"] if (books / "books.sqlite").exists() else []
    found: dict[str, Any] = json.loads(_server("start", str(books), *keep))
    return found


def _server(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  (our own module)
        [sys.executable, "-m", _SERVER, *arguments],
        cwd=_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PermanentError(
            f"The demo's Tryton server could not be reached ({arguments[0]}): "
            f"{(done.stderr or done.stdout).strip()[-2000:]}"
        )
    return done.stdout


def _stop(folder: Path) -> None:
    _server("stop", str(folder / "tryton"))


def _workspace(call: Call, folder: Path, server: dict[str, Any]) -> Call:
    """Settings for the server as it runs now; what was accepted into them stays."""
    path = folder / "indberet.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else SETTINGS
    text = text.replace("@PORT@", str(services.free_port(8765)))
    for key in ("url", "database"):
        text = re.sub(rf'^{key} = ".*"$', f'{key} = "{server[key]}"', text, flags=re.MULTILINE)
    path.write_text(text.replace("@KEY@", server["key_file"]), encoding="utf-8")
    return Call(path, (), call.out)


def _forget(folder: Path) -> None:
    """Remove an earlier demo; nothing that is not one."""
    if not folder.exists():
        return
    if not (folder / "tryton").is_dir():
        raise PermanentError(
            f"Tried to begin the demo from nothing: {folder} holds something else. Choose another "
            "folder with --folder."
        )
    _stop(folder)
    shutil.rmtree(folder)


def _summary(
    call: Call, folder: Path, filings: list[dict[str, Any]], annual: list[dict[str, Any]]
) -> None:
    command = os.path.relpath(Path(sys.executable).with_name("indberet"))
    settings = f"--settings {os.path.relpath(call.settings)}"
    later = os.path.relpath(demo_year_end.settings(folder))
    storage = Path(os.path.relpath(folder / "var"))
    call.out.say("\n[bold]Done.[/] The receipts lie here:")
    for one in [*filings, *annual]:
        call.out.say(f"  {one['report']}: {one['state']} {one['receipt']} {one['pdf']}")
    for one in annual:
        if one["state"] == "built":
            told = f"The annual report is {one['note']}\n  {_WITH_PACKAGE}"
            call.out.say(told, is_markup=False)
    docs = expectations.index_page(storage / "data_docs")
    look = [
        "make ui                                     the lineage, with the demo's runs in it",
        f"{command} {settings} explain {_COMPANY} {_PERIOD} 14",
        "                                            a figure's way back to the vouchers",
        f"{command} --settings {later} explain {_COMPANY} 2026 fsa:Revenue",
        "                                            the same, of the annual report",
        f"{command} --settings {later} annual pdf 2026",
        f"{command} --settings {later} status",
        f"{storage / 'warehouse' / 'warehouse.duckdb'}   every table, for any SQL client",
    ]
    if docs.exists():
        look.append(f"{docs}   what was checked (Data Docs)")
    call.out.say("Where to look next:")
    for text in look:
        call.out.say(f"  {text}")
    call.out.data({"filings": [*filings, *annual], "settings": str(call.settings)})
