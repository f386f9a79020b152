"""xBRL-CSV: an instance as a table of facts and the metadata that explains it.

Belongs here: the syntax. Does not: the model (`oim`). Source: xBRL-CSV 1.0.
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from xbrl.model import Instance
from xbrl.problem import Problem
from xbrl.tables.oim import OimFact, report
from xbrl.tables.oim_json import document_info, links
from xbrl.taxonomy.model import Concept

DOCUMENT_TYPE = "https://xbrl.org/2021/xbrl-csv"
METADATA, FACTS = "report.json", "facts.csv"
_NONE, _NIL, _EMPTY = "#none", "#nil", "#empty"


def write_csv(
    instance: Instance, concepts: Mapping[str, Concept] | None = None
) -> tuple[dict[str, bytes], list[Problem]]:
    """The files by name (metadata and facts), and what of the instance could not be said.

    One row is one fact: its id, its dimensions, its decimals, its value.
    """
    made = report(instance, concepts)
    names = {name: f"facts.{name}.value" for name in made.facts}
    for fact in made.facts.values():
        if "noteId" in fact.dimensions:
            fact.dimensions["noteId"] = names[str(fact.dimensions["noteId"])]
    used = list(dict.fromkeys(key for fact in made.facts.values() for key in fact.dimensions))
    columns = {key: f"d{number}" if ":" in key else key for number, key in enumerate(used)}
    metadata: dict[str, Any] = {
        "documentInfo": document_info(made, DOCUMENT_TYPE),
        "tableTemplates": {"facts": _template(columns)},
        "tables": {"facts": {"url": FACTS}},
    }
    if any(fact.links for fact in made.facts.values()):
        metadata["links"] = _links(made.facts, names)
    files = {
        METADATA: json.dumps(metadata, ensure_ascii=False, indent=1).encode(),
        FACTS: _table(made.facts, columns),
    }
    return files, made.problems


def _template(columns: Mapping[str, str]) -> dict[str, Any]:
    """Source: xBRL-CSV 1.0 § 3.1.7."""
    value = {
        "dimensions": {key: f"${column}" for key, column in columns.items()},
        "decimals": "$decimals",
    }
    plain: dict[str, Any] = {column: {} for column in ("id", *columns.values(), "decimals")}
    return {"rowIdColumn": "id", "columns": plain | {"value": value}}


def _table(facts: Mapping[str, OimFact], columns: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["id", *columns.values(), "decimals", "value"])
    for name, fact in facts.items():
        dimensions = [
            _cell(fact.dimensions[key]) if key in fact.dimensions else _NONE for key in columns
        ]
        decimals = _NONE if fact.decimals is None else str(fact.decimals)
        writer.writerow([name, *dimensions, decimals, _cell(fact.value)])
    return text.getvalue().encode()


def _cell(value: str | None) -> str:
    """A value as a cell. Source: xBRL-CSV 1.0 § 3.1.9 (special values).

    >>> _cell(None), _cell(""), _cell("#tag"), _cell("plain")
    ('#nil', '#empty', '##tag', 'plain')
    """
    if value is None:
        return _NIL
    if not value:
        return _EMPTY
    return f"#{value}" if value.startswith("#") else value


def _links(facts: Mapping[str, OimFact], names: Mapping[str, str]) -> dict[str, Any]:
    """Links of all facts: type, group, fact, targets. Source: xBRL-CSV 1.0 § 3.1.8."""
    found: dict[str, Any] = {}
    for name, fact in facts.items():
        for kind, groups in links(fact, names).items():
            for group, targets in groups.items():
                found.setdefault(kind, {}).setdefault(group, {})[names[name]] = targets
    return found
