"""The demo of an authority: a made-up nation files to it, and its scheduled run is run.

Everything happens in one folder: the receiving service with its register, and a workspace of the
authority. The clock stands at one day after another, shortly before much is due; at the end it is
5 December 2026, after the third quarter's returns were due. A second run finds everything filed.

Belongs here: what a newcomer would type, typed for them. Does not: any stage.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets.authority.service.mandates import REPORT, Mandates
from assets.authority.service.register import Register
from assets.authority.service.registering import REST_SENDER, SOAP_SENDER
from pipelines.commands import authority_register, authority_run, authority_service, services
from pipelines.commands.call import Call
from pipelines.output import Output, Total
from warehouse.errors import PermanentError
from warehouse.store import write_atomically

_ROOT = Path(__file__).resolve().parents[2]
_NATION = "tests.nation.filing"
_FILED = "filed.json"
_PLOT = _ROOT / "docs" / "plots" / "punctuality.py"
_GRANTED = datetime(2025, 1, 1, tzinfo=UTC)
_SENDERS = (
    ("vat_return", SOAP_SENDER), ("eu_sales_list", SOAP_SENDER), ("annual_report", REST_SENDER),
)  # fmt: skip
_DIFFERING = """
    SELECT rule, cvr, year(period_end)::VARCHAR, explanation FROM cross_check
    WHERE outcome = 'differs'
    QUALIFY row_number() OVER (PARTITION BY rule ORDER BY points DESC, cvr) = 1
    ORDER BY rule
"""
_VERDICTS = "SELECT verdict, count(*) FROM xbrl_filing GROUP BY ALL ORDER BY ALL"
_REMINDERS = "SELECT kind, count(*) FROM reminder GROUP BY ALL ORDER BY ALL"
_CELLS = """
    SELECT count(*), count(*) FILTER (suppressed IS NOT NULL) FROM statistic
"""
SETTINGS = """\
# Made by `make demo-authority`.
[storage]
path = "var"

[demo]
today = 2026-12-05            # everyone in the demo believes it is this day

[authority]
port = @PORT@
name = "Prøvemyndigheden"
cvr = "10150817"
payroll = "handed-over/payroll.csv"
since = 2025-01-01
"""


def demo(call: Call, folder: Path, companies: int, *, fresh: bool) -> int:
    """Have `companies` file to a receiving service, run the authority, say what came of it."""
    folder = folder.absolute()
    if fresh:
        _forget(folder)
    call.out.say(f"[bold]0. An authority, and a nation of {companies:,} made-up companies[/]")
    here = _workspace(call, folder)
    _register(here, folder, companies)
    call.out.say("\n[bold]1. They file: VAT returns, EU sales lists, annual reports over HTTP[/]")
    _file(here, folder, companies)
    call.out.say("\n[bold]2. The authority's run: tables, duties, reminders, comparisons[/]")
    code = authority_run.run(_aside(here))
    call.out.say("\n[bold]3. What came of it[/]")
    _show(here, folder)
    return code


def _workspace(call: Call, folder: Path) -> Call:
    """The authority's settings."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "indberet.toml"
    port = str(services.free_port(8780))
    path.write_text(SETTINGS.replace("@PORT@", port), encoding="utf-8")
    return Call(path, (), call.out)


def _aside(here: Call) -> Call:
    """For a command within this one: its JSON is not ours."""
    return replace(here, out=Output(is_quiet=here.out.is_json or here.out.is_quiet))


def _register(here: Call, folder: Path, companies: int) -> None:
    """Take in what others hand over: companies, and who may file for them."""
    tables = folder / "handed-over"
    _nation("register", "--companies", str(companies), "--to", str(tables))
    authority_register.import_(_aside(here), [tables / "companies.csv"])
    # The real authority waits for a person behind a link.
    Register(here.workspace().authority_folder).add(approve="auto")
    given = (tables / "mandates.csv").read_text(encoding="utf-8").split()[1:]
    Mandates(here.workspace().authority_folder).grant_all(
        ((cvr, sender, REPORT, report) for cvr in given for report, sender in _SENDERS), _GRANTED
    )
    here.out.say(f"{len(given):,} of them gave a bookkeeper a mandate to file.")


def _file(here: Call, folder: Path, companies: int) -> None:
    """Day by day; what was filed in an earlier run is not sent again."""
    note = folder / _FILED
    filed: dict[str, dict[str, int]] = json.loads(note.read_text()) if note.exists() else {}
    days = [day for day in json.loads(_nation("days")) if day not in filed]
    if days:
        _file_on(here, days, filed, folder, companies)
    answers = sorted({answer for told in filed.values() for answer in told})
    rows: list[Any] = [
        (answer, *(told.get(answer, 0) for told in filed.values())) for answer in answers
    ]
    sums = [sum(told.values()) for told in filed.values()]
    heads = ("filed, and answered", *(f">{day[2:]}" for day in filed))
    here.out.table("Filed day by day", heads, [*rows, Total(("in all", *sums))])


def _file_on(
    here: Call, days: list[str], filed: dict[str, dict[str, int]], folder: Path, companies: int
) -> None:
    """Let the days pass, each time shortly before much is due."""
    workspace, clock = here.workspace(), folder / "today.txt"
    assert workspace.authority is not None
    write_atomically(clock, days[0].encode())
    service = replace(here, out=Output(is_quiet=True))
    authority_service.start(service, clock=clock)
    try:
        with here.out.progress("Filing") as progress:
            for day in days:
                progress(f"on {day}", 0)
                write_atomically(clock, day.encode())
                told = _nation(
                    "file", "--companies", str(companies), "--day", day,
                    "--service", str(workspace.authority_folder),
                    "--url", f"http://127.0.0.1:{workspace.authority.port}",
                )  # fmt: skip
                filed[day] = json.loads(told)
                write_atomically(folder / _FILED, json.dumps(filed, indent=1).encode())
    finally:
        authority_service.stop(service)


def _show(here: Call, folder: Path) -> None:
    """Verdicts, comparisons, reminders, statistics; a plot and where to look next."""
    workspace = here.workspace()
    with workspace.store().connect(threads=workspace.threads) as con:
        verdicts = con.execute(_VERDICTS).fetchall()
        differing = con.execute(_DIFFERING).fetchall()
        reminders = con.execute(_REMINDERS).fetchall()
        cells, kept_back = con.execute(_CELLS).fetchone() or (0, 0)
    here.out.table("Annual reports judged", ("verdict", ">reports"), verdicts)
    here.out.table(
        "Comparisons: the gravest of each rule", ("rule", "CVR", "year", "why"), differing
    )
    here.out.table("Reminders in the outbox (nothing is sent)", ("kind", ">messages"), reminders)
    here.out.say(f"Statistics: {cells:,} cells, of which {kept_back:,} are kept back.")
    plot = folder / "punctuality.svg"
    _run([sys.executable, str(_PLOT), str(workspace.storage / "warehouse"), str(plot)], "the plot")
    command = os.path.relpath(Path(sys.executable).with_name("indberet"))
    settings = os.path.relpath(here.settings)
    python = os.path.relpath(sys.executable)
    warehouse = os.path.relpath(workspace.storage / "warehouse" / "warehouse.duckdb")
    executed = os.path.relpath(folder / "notebooks")
    here.out.say("\n[bold]Done.[/] Where to look next:")
    for text in (
        f"{os.path.relpath(plot)}   who files on time, late and not at all",
        f"{command} --settings {settings} desk   the pages: companies, filings, lineage",
        f"{command} --settings {settings} authority publish   the statistics as open data",
        f"{command} --settings {settings} sql \"FROM duty_status WHERE state = 'missing'\"",
        f"{python} docs/notebooks/run.py {warehouse} --to {executed}   the notebooks, with plots",
        f"make ui SETTINGS={settings}   the runs and the lineage",
        f"{os.path.relpath(workspace.storage / 'authority' / 'outbox')}   the reminders",
    ):
        here.out.say(f"  {text}", is_markup=False)
    here.out.data(
        {"verdicts": dict(verdicts), "differing": [one[:3] for one in differing],
         "reminders": dict(reminders), "cells": cells, "kept_back": kept_back,
         "plot": str(plot), "settings": str(here.settings)}
    )  # fmt: skip


def _nation(*arguments: str) -> str:
    return _run([sys.executable, "-m", _NATION, *arguments], f"the nation ({arguments[0]})")


def _run(command: list[str], what: str) -> str:
    done = subprocess.run(  # noqa: S603  (our own programs)
        command, cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PermanentError(f"The demo stopped at {what}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _forget(folder: Path) -> None:
    """Remove an earlier demo; nothing that is not one."""
    if not folder.exists():
        return
    if not (folder / "handed-over").is_dir():
        raise PermanentError(
            f"Tried to begin the demo from nothing: {folder} holds something else. Choose another "
            "folder with --folder."
        )
    shutil.rmtree(folder)
