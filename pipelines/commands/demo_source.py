"""The demo from another system than Tryton: the same company, its VAT return delivered.

The books come from `tests.simulators.demo`, which makes files or starts a simulator; from
there on everything is as for any company.

Belongs here: what a newcomer would type. Does not: making books, or any stage.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipelines.commands import line, services, setup, show
from pipelines.commands.call import Call
from pipelines.periods import month_of
from warehouse.errors import PermanentError, SettingsError

SOURCES = ("odoo-recorded", "e-conomic-sim", "saft", "sie", "gnucash")
_ROOT = Path(__file__).resolve().parents[2]
_BOOKS = "tests.simulators.demo"
_SETTINGS = """\
# Made by `indberet demo --source @SOURCE@`.
[storage]
path = "var"

[demo]
today = 2026-11-22            # everyone in the demo believes it is this day

[sandbox]
port = @PORT@
approve = "auto"              # the real authority waits for a person behind a link

[[company]]
id = "nordlys"
name = "Nordlys Handel ApS"
cvr = "13585628"
vat_frequency = "quarter"
eu_sales_list = "@LIST@"
policy = "automatic"

[delivery]
channel = "sandbox"

[[connection]]
id = "books"
company = "nordlys"
@CONNECTION@"""


def demo(call: Call, folder: Path | None, source: str, data: Path | None, *, fresh: bool) -> int:
    """Books from `source`, checked, reported and delivered to the sandbox authority."""
    if source not in SOURCES:
        valid = ", ".join(("tryton", *SOURCES))
        raise SettingsError(f"There is no demo from {source!r}. Sources: {valid}.")
    folder = (folder or Path(f"demo-{source}")).absolute()
    if fresh:
        _forget(folder)
    with ExitStack() as ending:
        call.out.say(f"[bold]0. The company's books, kept in {source}[/]")
        ending.callback(_books, "stop", str(folder / "books"))
        found = _started(folder, source, data)
        here = _workspace(call, folder, source, found)
        period = str(found["period"])
        call.out.say("[bold]1. The sandbox authority[/]")
        ending.callback(services.sandbox, here, "stop", [])
        services.sandbox(here, "start", [])
        call.out.say("\n[bold]2. The books, read[/]")
        setup.connect(here, accept=True)
        line.pull(here)
        call.out.say("\n[bold]3. Checks, reports and filings[/]")
        code = line.report(here, period)
        show.explain(here, "nordlys", period, "1", "")
        call.out.say("\n[bold]4. Delivery over HTTP, and receipts[/]")
        line.deliver(here, period)
        filings = line.delivered(here, month_of(period))
    _told(here, period, filings, found["returns"])
    return code


def _started(folder: Path, source: str, data: Path | None) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    where = ["--recordings", str(data.absolute())] if data else []
    found: dict[str, Any] = json.loads(_books("start", source, str(folder / "books"), *where))
    return found


def _books(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  (our own module)
        [sys.executable, "-m", _BOOKS, *arguments],
        cwd=_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PermanentError(
            f"The demo's books could not be made ({arguments[0]}): {done.stderr.strip()[-2000:]}"
        )
    return done.stdout


def _workspace(call: Call, folder: Path, source: str, found: dict[str, Any]) -> Call:
    """Settings for the source as it stands now; the mapping accepted earlier stays."""
    path = folder / "indberet.toml"
    text = _SETTINGS
    told = {
        "@SOURCE@": source, "@PORT@": str(services.free_port(8765)),
        "@LIST@": "quarter" if "eu_sales_list" in found["returns"] else "none",
        "@CONNECTION@": found["connection"],
    }  # fmt: skip
    for mark, value in told.items():
        text = text.replace(mark, value)
    text += '\n[mapping."nordlys"]\n' + found.get("mapping", "")
    if (folder / "mapping-nordlys.csv").exists():
        text += 'mapping_file = "mapping-nordlys.csv"\n'
    path.write_text(text, encoding="utf-8")
    return Call(path, (), call.out)


def _forget(folder: Path) -> None:
    """Remove an earlier demo; nothing that is not one."""
    if not folder.exists():
        return
    if not (folder / "books").is_dir():
        raise PermanentError(
            f"Tried to begin the demo from nothing: {folder} holds something else. Choose another "
            "folder with --folder."
        )
    _books("stop", str(folder / "books"))
    shutil.rmtree(folder)


def _told(call: Call, period: str, filings: list[dict[str, Any]], wanted: list[str]) -> None:
    missing = sorted(
        set(wanted) - {one["report"] for one in filings if one["state"] == "receipted"}
    )
    if missing:
        stands = ", ".join(f"{one['report']} {one['state']} {one['note']}" for one in filings)
        raise PermanentError(
            f"The demo ended without a receipt for {', '.join(missing)} ({stands or 'no filing'}). "
            f"Run `indberet --settings {call.settings} status`."
        )
    call.out.say("\n[bold]Done.[/] The receipts lie here:")
    for one in filings:
        call.out.say(f"  {one['report']}: {one['state']} {one['receipt']} {one['pdf']}")
    command = os.path.relpath(Path(sys.executable).with_name("indberet"))
    settings = os.path.relpath(call.settings)
    call.out.say("Where to look next:")
    call.out.say(f"  {command} --settings {settings} explain nordlys {period} 14")
    call.out.say(f"  {command} --settings {settings} doctor connection")
    call.out.data({"filings": filings, "settings": str(call.settings)})
