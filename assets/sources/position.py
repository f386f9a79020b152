"""Where a connection stands: after which load, where the next pull begins, what was wrong.

The same file lies in every load and beside them. A load brings its own, so data and
cursor appear by one rename; the one beside them moves on when a pull finds nothing new.
It counts only while it stands after the newest load, so a kill between the two leaves
the load's own.

Belongs here: reading and writing it. Does not: what a cursor means (the connector).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from quality.finding import Finding, Severity
from warehouse.store import write_atomically

_NAME = "position.json"


@dataclass(frozen=True, slots=True)
class Position:
    """`after`: the load it stands after, None before the first. `findings`: what the last
    reading that brought rows or findings found wrong in the source.
    """

    after: str | None = None
    cursor: Mapping[str, Any] | None = None
    findings: list[Finding] = field(default_factory=list)


def read(folder: Path) -> Position:
    """Where the connection whose loads lie in `folder` stands."""
    newest = max((folder / "loads").glob("*-*"), default=None)
    beside = _read(folder / _NAME)
    if newest is None or beside.after == newest.name:
        return beside
    return _read(newest / _NAME)


def findings(landed: Path, connection_id: str) -> list[Finding]:
    """What the last reading of a connection found wrong in the source."""
    return read(landed / connection_id).findings


def write(folder: Path, position: Position) -> None:
    """Write it into a load or beside the loads."""
    content = asdict(position)
    write_atomically(folder / _NAME, json.dumps(content, indent=1, sort_keys=True).encode())


def _read(path: Path) -> Position:
    if not path.exists():
        return Position()
    content = json.loads(path.read_text(encoding="utf-8"))
    told = [Finding(**{**f, "severity": Severity(f["severity"])}) for f in content["findings"]]
    return Position(content["after"], content["cursor"], told)
