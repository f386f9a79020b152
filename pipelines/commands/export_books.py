"""The command that writes a company's fiscal year for others: Regnskab Basis, SAF-T.

Belongs here: which company, which year, which file. Does not: the forms (`assets.exports`).
"""

import os
from importlib.metadata import version
from pathlib import Path

from assets.exports import books, regnskab_basis, saft
from assets.exports.saft import Told
from assets.workspace import Workspace, unknown
from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import SettingsError
from warehouse.store import naming_full_disk, write_atomically

FORMS = ("regnskab-basis", "saft")


def export_books(
    call: Call, form: str, year: int, to: Path | None, details: dict[str, str], norm: str
) -> int:
    """Write one company's fiscal year; the file's name unless `to` says another."""
    if form not in FORMS:
        raise SettingsError(unknown("form", form, list(FORMS)))
    workspace = call.workspace()
    companies = workspace.selected_companies()
    if len(companies) != 1:
        ids = ", ".join(company.company_id for company in companies)
        raise SettingsError(
            f"One company's books go into one file, and {len(companies)} are chosen: {ids}. "
            "Name one with --company."
        )
    ending = "xml" if form == "saft" else "csv"
    path = to or Path(f"{companies[0].company_id}-{year}-{form}.{ending}")
    notes = _write(workspace, form, year, path, details, norm)
    for note in notes:
        call.out.say(note)
    call.out.say(f"{companies[0].company_id} {year} written to {path}.")
    call.out.data({"file": str(path), "form": form, "notes": notes})
    return output.OK


def _write(
    workspace: Workspace, form: str, year: int, path: Path, details: dict[str, str], norm: str
) -> list[str]:
    (company,) = workspace.selected_companies()
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        found = books.open_year(con, company, year)
        if form == "regnskab-basis":
            write_atomically(path, regnskab_basis.write(con, found, norm))
            return []
        told = Told(workspace.today, version("indberet"), **details)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with naming_full_disk(f"write {path}"):
            try:
                with temporary.open("wb") as file:
                    written = saft.write(con, found, told, file)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        return [f"{written.vouchers:,} vouchers, {written.lines:,} lines.", *written.notes]
