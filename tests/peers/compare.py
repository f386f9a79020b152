"""Our facts beside Arelle's: equal as sets, every aspect, or each difference told.

Both sides are written as the same dictionaries. The order of facts is not compared, their
lines and ids are: a fact found at another place is another fact.

Belongs here: what counts as equal. Does not: which files are compared.
"""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from tests.peers import environment
from xbrl.model import Context, Fact, Instance, Unit

Row = dict[str, Any]
# Arelle's own package brings no SEC transformations: it has no value to compare there.
SEC = "{http://www.sec.gov/inlineXBRL/transformation/2015-08-31}"


def arelle(
    files: Iterable[Path], packages: Sequence[Path] = (), *, dts: bool = True
) -> dict[str, Row]:
    """Arelle's answer for each file, by the file's path."""
    options = [option for package in packages for option in ("--package", str(package))]
    if not dts:
        options.append("--without-dts")
    script = environment.HERE / "arelle_facts.py"
    command = [str(environment.python("arelle")), str(script), *options, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {answer["file"]: answer for answer in answers}


def ours(instance: Instance) -> list[Row]:
    """Our facts, as `arelle_facts` writes Arelle's."""
    contexts = {key: _context(context) for key, context in instance.contexts.items()}
    units = {key: _unit(unit) for key, unit in instance.units.items()}
    rows = list(instance.facts.rows())
    return [_fact(fact, rows, contexts, units) for fact in rows]


def our_footnotes(instance: Instance) -> list[list[str]]:
    """Our footnotes, as `arelle_facts` writes Arelle's."""
    concept = instance.facts.concept
    return sorted(
        [
            note.arcrole,
            note.link_role,
            concept[note.fact],
            f"{note.language or ''} {_plain(note.text or '')}"
            if note.to_fact is None
            else f"fact {concept[note.to_fact]}",
        ]
        for note in instance.footnotes
    )


def _plain(xhtml: str) -> str:
    """The text of a footnote, its markup left out."""
    return " ".join("".join(etree.fromstring(f"<f>{xhtml}</f>").itertext()).split())


def _fact(
    fact: Fact, rows: Sequence[Fact], contexts: Mapping[str, Row], units: Mapping[str, Any]
) -> Row:
    return {
        "kind": fact.kind,
        "concept": fact.concept,
        "line": fact.line,
        "id": fact.element_id,
        "context": contexts.get(fact.context_id or ""),
        "unit": units.get(fact.unit_id or ""),
        "value": "!format" if (fact.format or "").startswith(SEC) else fact.value,
        "decimals": fact.decimals,
        "precision": fact.precision,
        "nil": fact.is_nil,
        "language": fact.language,
        "parent": rows[fact.parent].concept if fact.parent >= 0 else None,
    }


def _context(context: Context) -> Row:
    period = context.period
    return {
        "entity": [context.scheme, context.identifier],
        "period": [period.kind, _moment(period.start_at), _moment(period.end_at)],
        "dimensions": sorted(
            [value.dimension, value.member or value.typed] for value in context.dimensions
        ),
        "segment": bool(context.segment),
        "scenario": bool(context.scenario),
    }


def _unit(unit: Unit) -> list[list[str]]:
    return [sorted(unit.numerator), sorted(unit.denominator)]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def differences(instance: Instance, answer: Row, *, dts: bool) -> list[str]:
    """What one side has and the other has not, aspect by aspect; empty when equal.

    Without discovery Arelle reads no footnote links, so they are compared only with it.
    """
    facts = _differ(map(_key, ours(instance)), map(_key, answer["facts"]))
    if not dts:
        return facts
    return facts + _differ(map(str, our_footnotes(instance)), map(str, answer["footnotes"]))


def _differ(our: Iterable[str], their: Iterable[str]) -> list[str]:
    mine, others = Counter(our), Counter(their)
    missing = sorted((others - mine).elements())
    extra = sorted((mine - others).elements())
    return [f"only Arelle: {row}" for row in missing] + [f"only we: {row}" for row in extra]


def _key(row: Row) -> str:
    """One fact as text: numbers by value, everything else as written."""
    context = row["context"]
    if context is not None:
        context = {
            **context,
            "entity": [part.strip() for part in context["entity"]],
            "dimensions": sorted([d, _typed(m)] for d, m in context["dimensions"]),
            "segment": bool(context["segment"]),
            "scenario": bool(context["scenario"]),
        }
    unit = row["unit"] and [[measure.strip() for measure in side] for side in row["unit"]]
    compared = {**row, "context": context, "unit": unit, "value": _value(row)}
    return json.dumps(compared, sort_keys=True, ensure_ascii=False)


def _value(row: Row) -> str | None:
    value: str | None = row["value"]
    if value is None or row["unit"] is None:
        return value
    try:
        return str(Decimal(value.strip()).normalize())
    except InvalidOperation:
        return value


def _typed(member: str) -> str:
    """A typed member in one form, whatever prefixes were written."""
    if not member.startswith("<"):
        return member
    element = etree.fromstring(member)
    return f"{element.tag} {' '.join(''.join(element.itertext()).split())}"
