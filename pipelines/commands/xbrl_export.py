"""The command that writes filings in other forms: xBRL-JSON, xBRL-CSV, Parquet of one filing.

Belongs here: which form, under which name. Does not: the forms (`xbrl.tables`).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path, PurePath

from assets.intake import taxonomies
from assets.intake.found import Unreachable
from pipelines import output
from pipelines.commands.call import Call
from pipelines.commands.xbrl import given, library_of, show_problems
from warehouse.store import write_atomically
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.read import read_bytes
from xbrl.tables.facts import tables
from xbrl.tables.oim_csv import write_csv
from xbrl.tables.oim_json import write_json
from xbrl.tables.write import TableWriter
from xbrl.taxonomy import lookup
from xbrl.taxonomy.model import Concept


class Form(StrEnum):
    """What a filing is written as."""

    JSON = "xbrl-json"
    CSV = "xbrl-csv"
    PARQUET = "parquet"


def export(call: Call, files: list[str], out: Path, form: str, library: Path | None) -> int:
    """Each report of each filing in a form of its own; exit code 3 when one could not be read."""
    folder = library or library_of(call)
    problems: list[Problem] = []
    taken: Counter[str] = Counter()
    written = unread = 0
    for place in given(files).places():
        try:
            data = place.read()
        except Unreachable as error:
            problems.append(Problem("intake:unreachable", Severity.ERROR, str(error), place.name))
            unread += 1
            continue
        for name, instance in _named(read_bytes(data, place.name), taken):
            problems += instance.problems
            if not instance.roots:
                unread += 1
                continue
            problems += _write(instance, data, out / name, Form(form), folder)
            written += 1
    told = [asdict(one) for one in problems]
    show_problems(call, told)
    call.out.say(f"{written:,} reports written to {out} as {form}.")
    call.out.data({"written": written, "unread": unread, "problems": told})
    return output.WITHHELD if unread else output.OK


def _named(instances: list[Instance], taken: Counter[str]) -> Iterator[tuple[str, Instance]]:
    """Each report under its file's name, with its target where it has one; no name twice."""
    for instance in instances:
        name = "-".join(filter(None, (PurePath(instance.files[0]).stem, instance.target)))
        taken[name] += 1
        yield name if taken[name] == 1 else f"{name}-{taken[name]}", instance


def _write(
    instance: Instance, data: bytes, path: Path, form: Form, library: Path | None
) -> list[Problem]:
    """One report; what the form cannot say."""
    if form is Form.PARQUET:
        with TableWriter(path) as writer:
            writer.add(tables(instance, hashlib.sha256(data).hexdigest(), len(data)))
        return []
    concepts = _concepts(instance, library)
    if form is Form.JSON:
        content, problems = write_json(instance, concepts)
        write_atomically(path.with_name(f"{path.name}.json"), content)
        return problems
    parts, problems = write_csv(instance, concepts)
    for name, content in parts.items():
        write_atomically(path / name, content)
    return problems


def _concepts(instance: Instance, library: Path | None) -> Mapping[str, Concept] | None:
    """What the installed taxonomy says of the report's concepts."""
    if library is None:
        return None
    shelf = taxonomies.library(library)
    for reference in instance.references:
        found = shelf.find(reference.href)
        if found is not None:
            return lookup.concepts(shelf.compile(found), set(instance.facts.concept))
    return None
