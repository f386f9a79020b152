"""Preparing an input file: gathered facts in, the file on disk out, old answers kept.

Belongs here: reading what is there, writing what should be. Does not: what is
suggested (`prefill`) or how a file is merged (`input_merging`).
"""

from dataclasses import dataclass
from datetime import timedelta

from assets.reports.annual import input_file, input_merging, input_writing, prefill
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.inputs import Gathered
from assets.workspace import Workspace
from quality.finding import errors
from warehouse.store import write_atomically


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of one input file; `open_count`: what is still missing or wrong."""

    company_id: str
    years: str
    shown: str
    state: str
    open_count: int


def write(workspace: Workspace, gathered: Gathered) -> Prepared:
    """Write the year's input file, or add to it; the same facts give the same bytes.

    Raises PermanentError when a file that is there cannot be added to; it is left as it was.
    """
    year, file = gathered.year, gathered.file
    path = input_file.path_of(workspace, year.company.company_id, year.end)
    layout = prefill.layout(
        year, file, _last_year(workspace, gathered), _connector(workspace, year.company.company_id)
    )
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    if before is None:
        text = input_writing.text(layout)
    else:
        text = input_merging.merged(before, layout, file.shown)
    if text != before:
        write_atomically(path, text.encode())
    state = "new" if before is None else "unchanged" if text == before else "changed"
    if file.is_read:
        count = len(errors(file.findings))
    else:
        count = sum(line.endswith(input_writing.ASKED) for line in text.split("\n"))
    return Prepared(year.company.company_id, f"{year.start} – {year.end}", file.shown, state, count)


def _last_year(workspace: Workspace, gathered: Gathered) -> InputFile | None:
    """What was answered for the year before, where it was answered here."""
    year = gathered.year
    end = year.previous_end or year.start - timedelta(days=1)
    found = input_file.read(workspace, year.company.company_id, end)
    return found if found.is_read else None


def _connector(workspace: Workspace, company_id: str) -> str:
    """The kind of system the company's books are read from; empty when none is connected."""
    found = (one.system for one in workspace.connections if one.company_id == company_id)
    return next(found, "")
