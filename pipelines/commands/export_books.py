"""The command that writes a company's fiscal year for others: Regnskab Basis, SAF-T, SIE.

Belongs here: which company, which year, which file. Does not: the forms (`assets.exports`).
"""

import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import duckdb

from assets.exports import books, regnskab_basis, saft, saft_no, sie4, sie5
from assets.exports.books import Books, Written
from assets.exports.pc8 import ENCODINGS
from assets.exports.saft import Told
from assets.workspace import Workspace, unknown
from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import SettingsError
from warehouse.store import naming_full_disk, write_atomically

FORMS = {"regnskab-basis": "csv", "saft": "xml", "saft-no": "xml", "sie4": "se", "sie5": "sie"}
"""Form → the ending of its file's name."""


def export_books(
    call: Call, form: str, year: int, to: Path | None, details: dict[str, str], norm: str
) -> int:
    """Write one company's fiscal year; the file's name unless `to` says another."""
    if form not in FORMS:
        raise SettingsError(unknown("form", form, list(FORMS)))
    encoding = details.get("encoding", "pc8")
    if encoding not in ENCODINGS:
        raise SettingsError(unknown("encoding", encoding, list(ENCODINGS)))
    workspace = call.workspace()
    companies = workspace.selected_companies()
    if len(companies) != 1:
        ids = ", ".join(company.company_id for company in companies)
        raise SettingsError(
            f"One company's books go into one file, and {len(companies)} are chosen: {ids}. "
            "Name one with --company."
        )
    path = to or Path(f"{companies[0].company_id}-{year}-{form}.{FORMS[form]}")
    notes = _write(workspace, form, year, path, details, norm)
    for note in notes:
        call.out.say(note, is_markup=False)
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
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with naming_full_disk(f"write {path}"):
            try:
                with temporary.open("wb") as file:
                    written = _streamed(workspace, form, con, found, details, file)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        return [f"{written.vouchers:,} vouchers, {written.lines:,} lines.", *written.notes]


def _streamed(
    workspace: Workspace,
    form: str,
    con: duckdb.DuckDBPyConnection,
    found: Books,
    details: Mapping[str, str],
    file: BinaryIO,
) -> Written:
    ours, today = version("indberet"), workspace.today
    if form == "sie4":
        return sie4.write(con, found, today, ours, file, details.get("encoding", "pc8"))
    if form == "sie5":
        return sie5.write(con, found, today, ours, file)
    told = Told(today, ours, **{k: v for k, v in details.items() if k != "encoding"})
    writer = saft_no.write if form == "saft-no" else saft.write
    return writer(con, found, told, file)
