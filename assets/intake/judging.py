"""One filing judged: XBRL 2.1, dimensions, inline XBRL, and its authority's rules.

What needs the taxonomy is judged when the workspace's library has it; where it has not, a
note says so. Runs in a worker process, which keeps the taxonomies it has used.

Belongs here: one filing, and many one after another. Does not: any check (`xbrl.validation`,
`xbrl.rules`).
"""

import hashlib
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from assets.intake import taxonomies, verdicts
from assets.intake.found import Source, Unreachable
from assets.intake.pool import Failed, Pool
from assets.intake.read_each import FEW
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.read import read_bytes
from xbrl.tables.facts import tables
from xbrl.tables.schema import TABLES
from xbrl.taxonomy.library import TaxonomyLibrary
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.validate import validate

_KEPT = 4
"""Taxonomies a worker holds at once; each is some tens of megabytes."""


@dataclass(frozen=True, slots=True)
class Task:
    """One filing to judge, and the library of taxonomies."""

    name: str
    content: bytes
    library: Path | None


def judge_each(
    source: Source, library: Path | None, workers: int, time_limit: float
) -> Iterator[tuple[str, list[Problem]]]:
    """Every filing of `source`: its name, and what is wrong with it."""
    unreachable: list[tuple[str, list[Problem]]] = []
    if source.total is not None and source.total <= FEW:
        for task in _tasks(source, library, unreachable):
            yield task.name, judge(task)
    else:
        count = workers or os.cpu_count() or 1
        with Pool(work, workers=count, time_limit=time_limit, preload=__name__) as pool:
            for task, result in pool.run(_tasks(source, library, unreachable)):
                if isinstance(result, Failed):
                    yield task.name, [unjudged(task.name, result.reason)]
                else:
                    yield task.name, _back(result)
    yield from unreachable


def _tasks(
    source: Source, library: Path | None, unreachable: list[tuple[str, list[Problem]]]
) -> Iterator[Task]:
    for place in source.places():
        try:
            yield Task(place.name, place.read(), library)
        except Unreachable as error:
            problem = Problem("intake:unreachable", Severity.ERROR, str(error), place.name)
            unreachable.append((place.name, [problem]))


def _back(packed: bytes) -> list[Problem]:
    problems: list[Problem] = pickle.loads(packed)  # noqa: S301  (from our own process)
    return problems


def work(task: Task) -> bytes:
    """The problems of one filing, packed for the way back to the starter."""
    return pickle.dumps(judge(task), protocol=5)


def judge(task: Task) -> list[Problem]:
    """Everything wrong with one filing, in order of place."""
    try:
        instances = read_bytes(task.content, task.name)
        found = [problem for one in instances for problem in _judged(one, task.library)]
        found += verdicts.judge_one(_tables(task, instances))
    except Exception as error:  # noqa: BLE001  (one filing must never stop the others)
        found = [unjudged(task.name, f"made the checks fail with {type(error).__name__}: {error}")]
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line or 0, one.code))


def _tables(task: Task, instances: list[Instance]) -> dict[str, pa.Table]:
    """The engine's tables of all the instances of one filing."""
    filing_id = hashlib.sha256(task.content).hexdigest()
    parts = [tables(one, filing_id, len(task.content)) for one in instances]
    return {
        name: pa.concat_tables([p[name] for p in parts]).unify_dictionaries() for name in TABLES
    }


def unjudged(name: str, reason: str) -> Problem:
    """The problem of a filing that could not be judged to the end."""
    remedy = "The other filings went on. Report this with the file."
    return Problem("intake:unjudged", Severity.ERROR, f"{name} {reason}.", name, remedy=remedy)


def _judged(instance: Instance, library: Path | None) -> list[Problem]:
    found = list(instance.problems)
    if not instance.roots:
        return found
    urls = tuple(sorted({r.href for r in instance.references if r.kind == "schemaRef"}))
    taxonomy = None if library is None else _taxonomy(library, urls)
    if taxonomy is None:
        return [*found, _without(instance, urls)]
    return found + validate(instance, taxonomy)


def _without(instance: Instance, urls: tuple[str, ...]) -> Problem:
    told = f"Its taxonomy ({', '.join(urls)}) is not installed" if urls else "It names no taxonomy"
    return Problem(
        "taxonomy:not-installed",
        Severity.NOTE,
        f"{told}: concepts, types, dimensions and sums were not judged.",
        instance.files[0],
        remedy="Install its package with `indberet taxonomy add`." if urls else "",
    )


@lru_cache(_KEPT)
def _taxonomy(library: Path, urls: tuple[str, ...]) -> Taxonomy | None:
    """The taxonomy that a filing's schema references ask for; None when it is not installed."""
    if len(urls) != 1:
        return None
    return _library(library).taxonomy(urls[0])


@lru_cache(1)
def _library(folder: Path) -> TaxonomyLibrary:
    return taxonomies.library(folder)
