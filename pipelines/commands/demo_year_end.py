"""The demo's second act: the year ends, and the annual report goes out and is read back.

Four months later on the demo's clock the rest of the year is booked, the year's end with it.
What only people can say is answered as the company's director would; last year's report is
a file. Without the authority's taxonomy package, which nobody but the authority may hand
out, the report stays a draft, and the demo says so.

Belongs here: what a person would type and answer, done for them. Does not: any stage.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.commands import annual, line, services, setup, taxonomy
from pipelines.commands.call import Call

PERIOD = "2026"
_TODAY = "2027-03-15"

ANSWERS = {
    "report.general_meeting": "2027-03-12",
    "report.chairman": '"Signe Lund"',
    "company.street": '"Lampevej"',
    "company.building": '"12"',
    "company.postcode": '"8000"',
    "company.town": '"Aarhus C"',
    "company.registered_office": '"Aarhus"',
    "management.place": '"Aarhus"',
    "management.approved": "2027-03-10",
    "management.executive_board": '[{ name = "Signe Lund", title = "direktør" }]',
    "auditor.assistance": '"none"',
    "review.activities": (
        '"Selskabet sælger lamper og belysning til virksomheder og private i Danmark og udlandet."'
    ),
    "employees.average": "1",
    "employees.average_previous_year": "0",
    "distribution.dividend": "100000",
    "notes.contingent_liabilities": '"none"',
    "notes.lease_obligations": (
        '"Selskabet lejer sine lokaler med seks måneders opsigelse; forpligtelsen udgør 57.000 kr."'
    ),
    "notes.mortgages": '"none"',
    "policies.useful_life.fixtures": '"5"',
    "bookkeeping_system.backup": "false",
}
"""What the director says, by section and key of the input file."""

Server = Callable[..., str]


def year_end(
    call: Call, folder: Path, server: Server, reach: Callable[[], str], package: Path | None
) -> list[dict[str, Any]]:
    """From the year's last entries to the published annual report; the filings of the year.

    `server` runs a command of the bookkeeping server, `reach` starts it and says where it is.
    """
    call.out.say("\n[bold]5. Four months on: the rest of the year is booked, and its end[/]")
    with call.out.progress("book in Tryton"):
        server("finish", str(folder / "tryton"))
    here = _workspace(call, folder, reach())
    _last_year(here, folder, server)
    services.sandbox(here, "start", [])
    try:
        setup.connect(here, accept=True)
        line.pull(here)
        call.out.say("\n[bold]6. The annual report: what only people can say[/]")
        _answer(here, folder)
        annual.check(here, PERIOD)
        if package is not None:
            taxonomy.add(here, [package], None, compile_now=False)
        call.out.say("\n[bold]7. The report, proven, delivered, published and read back[/]")
        line.report(here, PERIOD)
        line.deliver(here, PERIOD)
        return line.delivered(here, f"{PERIOD}-12")
    finally:
        services.sandbox(here, "stop", [])


def settings(folder: Path) -> Path:
    """The second act's settings: the first's, on a later day."""
    return folder / "year-end.toml"


def _workspace(call: Call, folder: Path, url: str) -> Call:
    text = (folder / "indberet.toml").read_text(encoding="utf-8")
    text = re.sub(r"^today = [\d-]+", f"today = {_TODAY}", text, flags=re.MULTILINE)
    text = re.sub(r'^url = ".*"$', f'url = "{url}"', text, flags=re.MULTILINE)
    settings(folder).write_text(text, encoding="utf-8")
    return Call(settings(folder), (), call.out)


def _last_year(here: Call, folder: Path, server: Server) -> None:
    """Last year's annual report, as the company has it lying."""
    with here.out.progress("find last year's report"):
        server("last-year", str(folder / _FILED))


_FILED = "nordlys-2025.xhtml"


def _answer(here: Call, folder: Path) -> None:
    """Prepare the input file, and answer it: what is asked, then what the answers call for."""
    path = folder / "annual" / "nordlys" / "2026-12-31.toml"
    for _ in range(2):
        annual.prepare(here, PERIOD)
        path.write_text(answered(path.read_text(encoding="utf-8")), encoding="utf-8")


def answered(text: str) -> str:
    r"""The input file `text` with the director's answers where it asks.

    >>> answered('[report]\nchairman = ""  # ANSWER')
    '[report]\nchairman = "Signe Lund"'
    """
    section, lines = "", []
    derived = re.search(r"To accept it: accept_derived = (\d+)", text)
    known = ANSWERS | ({"tax.accept_derived": derived[1]} if derived else {})
    for row in text.split("\n"):
        head = re.match(r"\[+([\w.]+)\]+", row)
        section = head[1] if head else section
        asked = re.match(r"(\w+) = .*# ANSWER", row)
        given = known.get(f"{section}.{asked[1]}") if asked else None
        lines.append(f"{asked[1]} = {given}" if asked and given else row)
    return "\n".join(lines).replace('previous_filing = ""', f'previous_filing = "{_FILED}"')
