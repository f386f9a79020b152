"""xBRL-JSON: an instance as one JSON document.

Belongs here: the syntax. Does not: the model (`oim`). Source: xBRL-JSON 1.0.
"""

import json
from collections.abc import Mapping
from typing import Any

from xbrl.model import Instance
from xbrl.problem import Problem
from xbrl.tables.oim import OimFact, Report, report
from xbrl.taxonomy.model import Concept

DOCUMENT_TYPE = "https://xbrl.org/2021/xbrl-json"


def write_json(
    instance: Instance, concepts: Mapping[str, Concept] | None = None
) -> tuple[bytes, list[Problem]]:
    """The document, in UTF-8, and what of the instance could not be said in it."""
    made = report(instance, concepts)
    document = {
        "documentInfo": document_info(made, DOCUMENT_TYPE),
        "facts": {name: _fact(one) for name, one in made.facts.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode(), made.problems


def document_info(made: Report, document_type: str) -> dict[str, Any]:
    """What a report says of itself. Source: xBRL-JSON 1.0 § 3.1."""
    info: dict[str, Any] = {
        "documentType": document_type,
        "namespaces": made.namespaces,
        "taxonomy": made.taxonomy,
    }
    if made.link_types:
        info |= {"linkTypes": made.link_types, "linkGroups": made.link_groups}
    return info


def _fact(fact: OimFact) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": fact.value}
    if fact.decimals is not None:
        shown["decimals"] = fact.decimals
    shown["dimensions"] = fact.dimensions
    if fact.links:
        shown["links"] = links(fact)
    return shown


def links(fact: OimFact, rename: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A fact's links, by type and group."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind, group, target in fact.links:
        name = target if rename is None else rename[target]
        found.setdefault(kind, {}).setdefault(group, []).append(name)
    return found
