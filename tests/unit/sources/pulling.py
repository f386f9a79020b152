"""Pull a connector and gather what it yields, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.sources import registry
from assets.sources.connector import (
    Complete,
    Connection,
    Cursor,
    Found,
    Item,
    RawFile,
    Rows,
    silent,
)
from quality.finding import Finding
from warehouse.shape import schema
from warehouse.tables import LANDED


@dataclass
class Pulled:
    streams: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    complete: list[Complete] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    cursor: Mapping[str, Any] | None = None

    def take(self, item: Item) -> None:
        match item:
            case Rows(stream, table):
                assert table.schema == schema(LANDED[stream])
                table.validate(full=True)
                self.streams.setdefault(stream, []).extend(table.to_pylist())
            case Found(finding):
                self.findings.append(finding)
            case Complete():
                self.complete.append(item)
            case RawFile(path):
                self.raw.append(path)
            case Cursor(value):
                assert self.cursor is None, "the cursor is yielded once, last"
                self.cursor = value
            case _:
                raise AssertionError(item)

    def __getitem__(self, stream: str) -> list[dict[str, Any]]:
        return self.streams.get(stream, [])

    def rules(self) -> set[str]:
        return {finding.rule for finding in self.findings}

    def messages(self, rule: str) -> list[str]:
        return [finding.message for finding in self.findings if finding.rule == rule]


def connection(system: str, folder: Path, **options: Any) -> Connection:
    return Connection("books", "nordlys", system, options, str(folder))


def pull(
    system: str, folder: Path, cursor: Mapping[str, Any] | None = None, **options: Any
) -> Pulled:
    pulled = Pulled()
    told = connection(system, folder, **options)
    for item in registry.load(system).pull(told, cursor, silent):
        pulled.take(item)
    return pulled
