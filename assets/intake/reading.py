"""One filing's bytes to the rows of every table, in the engine's shapes.

Whatever the bytes are, the answer is rows: a filing that cannot be read is one row that
says so and a problem that says why.

Belongs here: one filing. Does not: many (`bulk`), or what is made of the rows (`batch`).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from assets.intake.typed_facts import typed_facts
from warehouse.shape import schema
from warehouse.tables import TABLES
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.read import read_bytes
from xbrl.tables import schema as engine
from xbrl.tables.facts import tables
from xbrl.tables.typed import FACT_TYPED

Rows = dict[str, pa.Table]
"""Rows by the names of `STORED`; tables without rows may be left out."""
_TYPED = "xbrl_fact_typed"
STORED = {
    name: pa.schema([schema(TABLES[name]).field(column) for column in shape.names])
    for name, shape in {**engine.TABLES, _TYPED: FACT_TYPED}.items()
}
"""The engine's columns as they are stored: text as text, without dictionaries."""


def read(filing_id: str, name: str, content: bytes, library: Path | None = None) -> Rows:
    """The rows of one filing, in the engine's shapes; tables without rows left out.

    `library` holds the taxonomies that type and label its facts, if any.
    """
    try:
        instances = read_bytes(content, name, for_tables=True)
        parts = [
            _tables(one, _id(filing_id, number, instances), len(content), library)
            for number, one in enumerate(instances)
        ]
    except Exception as error:  # noqa: BLE001  (one filing must never stop the others)
        reason = f"made the reader fail with {type(error).__name__}: {error}"
        return unread(filing_id, name, content, reason)
    if len(parts) == 1:
        return _filled(parts[0])
    return {
        table: pa.concat_tables(having).unify_dictionaries()
        for table in STORED
        if (having := [part[table] for part in parts if table in part and part[table].num_rows])
    }


def _filled(rows: Rows) -> Rows:
    return {name: table for name, table in rows.items() if table.num_rows}


def _tables(instance: Instance, filing_id: str, byte_count: int, library: Path | None) -> Rows:
    """The rows of one instance, typed where its taxonomy is at hand."""
    made = tables(instance, filing_id, byte_count)
    if library is None:
        return made
    try:
        typed = typed_facts(instance, made, library)
    except Exception as error:  # noqa: BLE001  (what a taxonomy adds must not cost the facts)
        instance.problems.append(_untyped(instance, error))
        return tables(instance, filing_id, byte_count)
    return made if typed is None else {**made, _TYPED: typed}


def _untyped(instance: Instance, error: Exception) -> Problem:
    return Problem(
        "intake:untyped",
        Severity.WARNING,
        f"The facts could not be typed by their taxonomy: {type(error).__name__}: {error}.",
        instance.files[0],
        remedy="The facts themselves were read. Report this with the file.",
    )


def unread(filing_id: str, name: str, content: bytes, reason: str) -> Rows:
    """The rows of a filing that gave none, with the reason as a problem."""
    file = Path(name).name
    problem = Problem(
        "intake:unread",
        Severity.ERROR,
        f"{file} {reason}.",
        file,
        remedy="The other filings went on. Report this with the file.",
    )
    instance = Instance("xbrl", None, (file,), problems=[problem])
    return _filled(tables(instance, filing_id, len(content)))


def problems(found: Sequence[Problem], filing_id: str, target: str) -> pa.Table:
    """Problems of one filing as rows of xbrl_problem, in the engine's shape."""
    files = tuple(dict.fromkeys(one.file for one in found))
    instance = Instance("xbrl", target or None, files, problems=list(found))
    return tables(instance, filing_id, 0)["xbrl_problem"]


def _id(filing_id: str, number: int, instances: list[Instance]) -> str:
    """The filing's id; a second report of one package has one of its own."""
    earlier = [one.target for one in instances[:number]]
    if instances[number].target not in earlier:
        return filing_id
    names = "\0".join((filing_id, str(number), *instances[number].files))
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()
