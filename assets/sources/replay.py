"""Read the newest load again from the answers kept with it, without any network.

The same rows must come out, byte for byte: then every landed row is shown to be what
the server sent, whatever became of the server. A file beside the server's answers is read
from where it lies.

Belongs here: setting the stage for such a reading. Does not: kept answers
(`network.evidence`), or comparing rows (`landing`).
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from assets.sources import landing, position
from assets.sources.connector import Connection, Connector, silent
from assets.sources.network import evidence
from assets.sources.network.transport import Received
from assets.sources.position import Position
from warehouse.errors import PermanentError


@dataclass(frozen=True, slots=True)
class Replayed:
    """`load_id` as it was landed, `again` as read from its kept answers: equal when all is well."""

    load_id: str
    again: str | None
    answers: int


def replay(connector: Connector, connection: Connection, landed: Path) -> Replayed:
    """Read the newest load of a connection again from its kept answers.

    Raises `PermanentError` when there is no load, or its kept answers are gone or changed.
    """
    there = landing.loads(landed, connection.connection_id)
    if not there:
        raise PermanentError(
            f"Connection {connection.connection_id} has no load to read again. Run `indberet pull`."
        )
    load = there[-1]
    kept = [_read(load, name) for name in sorted(load.raw) if name.endswith(evidence.SUFFIX)]
    with TemporaryDirectory() as folder:
        stage = Path(folder)
        _as_before(stage / connection.connection_id, there)
        result = landing.land(
            connector, replace(connection, kept=evidence.Kept(kept)), stage, silent
        )
    return Replayed(load.load_id, result.load_id, len(kept))


def _as_before(target: Path, there: list[landing.Load]) -> None:
    """The connection's folder as it stood when the newest load was read."""
    after = None
    for load in there[-2:-1]:
        after = load.load_id
        (target / "loads" / after).mkdir(parents=True)
        shutil.copy(load.folder / "state.parquet", target / "loads" / after)
    target.mkdir(parents=True, exist_ok=True)
    position.write(target, Position(after, there[-1].cursor_from))


def _read(load: landing.Load, name: str) -> tuple[evidence.Key, Received]:
    path = load.folder / "raw" / name
    try:
        with pa.input_stream(path, compression="zstd") as file:
            return evidence.read(file.read())
    except FileNotFoundError as error:
        raise PermanentError(
            f"The kept answer {path} is gone. Restore it from a copy; the landed rows themselves "
            "are unharmed."
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise PermanentError(
            f"The kept answer {path} is damaged: it is not what was kept. Restore it from a copy; "
            "the landed rows themselves are unharmed."
        ) from error
