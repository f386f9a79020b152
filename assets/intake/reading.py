"""One filing's bytes to the rows of every table; runs in a worker process.

Whatever the bytes are, the answer is rows: a filing that cannot be read is one row that
says so and a problem that says why.

Belongs here: one filing. Does not: many (`pool`), or what is made of the rows (`batch`).
"""

import hashlib
import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.intake.typed_facts import typed_facts
from warehouse import blobs
from warehouse.shape import schema
from warehouse.tables import TABLES
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.read import read_bytes
from xbrl.tables import schema as engine
from xbrl.tables.facts import tables
from xbrl.tables.typed import FACT_TYPED

_TYPED = "xbrl_fact_typed"
STORED = {
    name: pa.schema([schema(TABLES[name]).field(column) for column in shape.names])
    for name, shape in {**engine.TABLES, _TYPED: FACT_TYPED}.items()
}
"""The engine's columns as they are stored: text as text, without dictionaries."""


@dataclass(frozen=True, slots=True)
class Task:
    """One filing to read.

    `keep_in` is the storage folder its bytes are kept in, `library` the taxonomies that type
    and label its facts, if any.
    """

    filing_id: str
    name: str
    content: bytes
    keep_in: Path | None = None
    library: Path | None = None

    @property
    def suffix(self) -> str:
        """The file's suffix, under which its bytes are kept."""
        suffix = Path(self.name).suffix.lower()
        return suffix if suffix[1:].isalnum() else ""

    @property
    def path(self) -> str | None:
        """Where the bytes are kept, below the storage folder."""
        if self.keep_in is None:
            return None
        return f"intake/{self.filing_id[:2]}/{self.filing_id}{self.suffix}"


def weight(task: Task) -> int:
    """What a task weighs in memory."""
    return len(task.content)


def work(task: Task) -> bytes:
    """The rows of one filing, packed for the way back to the starter."""
    if task.keep_in is not None:
        blobs.keep(task.keep_in, "intake", task.content, task.suffix)
    return pack(read(task))


def read(task: Task) -> dict[str, pa.Table]:
    """The rows of one filing, by table, in the stored shapes; tables without rows left out."""
    try:
        instances = read_bytes(task.content, task.name)
        parts = [
            _tables(instance, _id(task, number, instances), task)
            for number, instance in enumerate(instances)
        ]
    except Exception as error:  # noqa: BLE001  (one filing must never stop the others)
        return unread(task, f"made the reader fail with {type(error).__name__}: {error}")
    return {
        name: pa.concat_tables(
            [part[name].select(shape.names).cast(shape) for part in parts if name in part]
        )
        for name, shape in STORED.items()
        if any(name in part and part[name].num_rows for part in parts)
    }


def _tables(instance: Instance, filing_id: str, task: Task) -> dict[str, pa.Table]:
    """The rows of one instance, typed where its taxonomy is at hand."""
    made = tables(instance, filing_id, len(task.content))
    if task.library is None:
        return made
    try:
        typed = typed_facts(instance, made, task.library)
    except Exception as error:  # noqa: BLE001  (what a taxonomy adds must not cost the facts)
        instance.problems.append(_untyped(instance, error))
        return tables(instance, filing_id, len(task.content))
    return made if typed is None else {**made, _TYPED: typed}


def _untyped(instance: Instance, error: Exception) -> Problem:
    return Problem(
        "intake:untyped",
        Severity.WARNING,
        f"The facts could not be typed by their taxonomy: {type(error).__name__}: {error}.",
        instance.files[0],
        remedy="The facts themselves were read. Report this with the file.",
    )


def unread(task: Task, reason: str) -> dict[str, pa.Table]:
    """The rows of a filing that gave none, with the reason as a problem."""
    name = Path(task.name).name
    problem = Problem(
        "intake:unread",
        Severity.ERROR,
        f"{name} {reason}.",
        name,
        remedy="The other filings went on. Report this with the file.",
    )
    instance = Instance("xbrl", None, (name,), problems=[problem])
    made = tables(instance, task.filing_id, len(task.content))
    return {
        name: made[name].cast(shape)
        for name, shape in STORED.items()
        if name in made and made[name].num_rows
    }


def _id(task: Task, number: int, instances: list[Instance]) -> str:
    """The filing's id; a second report of one package has one of its own."""
    earlier = [one.target for one in instances[:number]]
    if instances[number].target not in earlier:
        return task.filing_id
    names = "\0".join((task.filing_id, str(number), *instances[number].files))
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()


def pack(rows: dict[str, pa.Table]) -> bytes:
    """Tables as bytes."""
    packed: dict[str, Any] = {}
    for name, table in rows.items():
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        packed[name] = sink.getbuffer()
    return pickle.dumps({name: bytes(buffer) for name, buffer in packed.items()}, protocol=5)


def unpack(packed: bytes) -> dict[str, pa.Table]:
    """The tables that `pack` packed. Only ever bytes of our own workers."""
    streams = pickle.loads(packed)  # noqa: S301  (from our own process, over our own pipe)
    return {name: pa.ipc.open_stream(buffer).read_all() for name, buffer in streams.items()}
