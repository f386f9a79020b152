"""The mapping file of a company: a person's own, to which accepted rows are added.

Belongs here: adding rows once, naming the file in the settings. Does not: reading it
(`pipelines.companies_file`) or choosing rows (`choosing`).
"""

import csv
import io
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from assets.workspace import Workspace
from pipelines import companies_file, settings
from pipelines.suggest import Suggestion
from warehouse.errors import SettingsError
from warehouse.store import write_atomically

COLUMNS = ("kind", "code", "name", "standard_code", "standard_name", "part")


def add(workspace: Workspace, chosen: Sequence[Suggestion]) -> list[str]:
    """Add what was chosen to each company's mapping file, and name it in the settings.

    A row that a file has already stays as the person wrote it. Raises `SettingsError` when a
    file is none we can add to; the settings are then as before.
    """
    by_company: dict[str, list[Suggestion]] = defaultdict(list)
    for one in chosen:
        by_company[one.company_id].append(one)
    written = []
    for company_id, rows in sorted(by_company.items()):
        path = _file(workspace.settings, company_id)
        if path.suffix.lower() != ".csv":
            raise SettingsError(
                f"{path} is no CSV file, so nothing was added to it. Save it as CSV (UTF-8, "
                "commas) and name that in mapping_file, then run `indberet connect` again."
            )
        _append(path, rows)
        _name_in_settings(workspace.settings, company_id, path)
        written.append(str(path))
    return written


def _file(path: Path, company_id: str) -> Path:
    """The file the settings name for the company, or the one it is to have."""
    told = tomllib.loads(path.read_text(encoding="utf-8")).get("mapping", {})
    name = told.get(company_id, {}).get("mapping_file")
    return path.parent / (name or f"mapping-{company_id}.csv")


def _append(path: Path, rows: Sequence[Suggestion]) -> None:
    columns, before, known = list(COLUMNS), "", set[tuple[str, str]]()
    if path.exists():
        known = {(row.kind, row.code) for row in companies_file.mapping(path)}
        before = path.read_text(encoding="utf-8-sig")
        columns = next(csv.reader(io.StringIO(before)))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    if not before:
        writer.writeheader()
    for row in rows:
        if (row.kind, row.code) not in known:
            writer.writerow({name: getattr(row, name) for name in COLUMNS})
    start = before if not before or before.endswith("\n") else f"{before}\n"
    write_atomically(path, (start + text.getvalue()).encode())


def _name_in_settings(path: Path, company_id: str, file: Path) -> None:
    """Add `mapping_file` to the company's mapping; a person's own lines stay untouched."""
    before = path.read_bytes().decode()  # with the line ends it has
    if "mapping_file" in tomllib.loads(before).get("mapping", {}).get(company_id, {}):
        return
    line, heading = f'mapping_file = "{file.name}"', f'[mapping."{company_id}"]'
    after = f"{before.rstrip()}\n\n{heading}\n{line}\n"
    lines = before.splitlines(keepends=True)
    for number, own in enumerate(lines):
        if own.split("#")[0].strip() in (heading, f"[mapping.{company_id}]"):
            after = "".join(
                [*lines[:number], own.rstrip("\r\n") + f"\n{line}\n", *lines[number + 1 :]]
            )
            break
    write_atomically(path, after.encode())
    try:
        settings.load(path)
    except SettingsError as error:
        write_atomically(path, before.encode())
        raise SettingsError(
            f"The rows are in {file}, but {path} could not be made to name it. Write "
            f'mapping_file = "{file.name}" under the mapping of {company_id} by hand.'
        ) from error
