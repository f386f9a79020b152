"""One filing judged: XBRL 2.1, dimensions, inline XBRL, and its authority's rules.

What needs the taxonomy is judged when the workspace's library has it; where it has not, a
note says so. Runs in a worker process, which keeps the taxonomies it has used.

Belongs here: one filing, and many one after another. Does not: any check (`xbrl.validation`,
`xbrl.rules`).
"""

import logging
import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
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
from xbrl.taxonomy.own_files import beside
from xbrl.taxonomy.resolver import Resolver
from xbrl.validation import basis
from xbrl.validation.validate import Calculation, validate, validate_sets, validate_without

_LOG = logging.getLogger(__name__)
TOGETHER, TOGETHER_BYTES = 16, 24 << 20
"""Filings judged in one pass, at most, and after how many bytes no further one."""
CALCULATIONS = {
    "2.1": Calculation.XBRL_21,
    "1.1": Calculation.ROUNDED,
    "1.1-truncated": Calculation.TRUNCATED,
    "none": Calculation.NONE,
}
RULES = {
    "dba": ("dba",),
    "dk_sums": ("dk_sums",),
    "all": ("dba", "dk_sums"),
    "none": (),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """By what filings are judged: a library of taxonomies, a way to add up, a rule set."""

    library: Path | None = None
    calculations: str = "2.1"
    rules: str = "dba"
    units: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    """One filing to judge, and by what. `place` is where it was found, for what came with it."""

    name: str
    place: str
    content: bytes
    asked: Asked


def judge_each(
    source: Source, asked: Asked, workers: int, time_limit: float
) -> Iterator[tuple[str, list[Problem]]]:
    """Every filing of `source`: its name, and what is wrong with it."""
    unreachable: list[tuple[str, list[Problem]]] = []
    if source.total is not None and source.total <= FEW:
        for task in _tasks(source, asked, unreachable):
            yield task.name, judge(task)
    else:
        count = workers or os.cpu_count() or 1
        share = TOGETHER if source.total is None else source.total // (2 * count)
        groups = _grouped(_tasks(source, asked, unreachable), min(max(share, 1), TOGETHER))
        with (
            Pool(work, workers=count, time_limit=time_limit, preload=__name__) as pool,
            Pool(work, workers=1, time_limit=time_limit, preload=__name__) as alone,
        ):
            for tasks, result in pool.run(groups):
                yield from _told(tasks, result, alone)
    yield from unreachable


def _grouped(tasks: Iterable[Task], most: int) -> Iterator[list[Task]]:
    """Filings to judge together: no more than `most`, and none after so many bytes."""
    group: list[Task] = []
    for task in tasks:
        group.append(task)
        if len(group) == most or sum(len(one.content) for one in group) >= TOGETHER_BYTES:
            yield group
            group = []
    if group:
        yield group


def _told(
    tasks: list[Task], result: bytes | Failed, alone: Pool[list[Task]]
) -> Iterator[tuple[str, list[Problem]]]:
    """Each filing's name with its problems; where a group had no result, each judged alone."""
    if not isinstance(result, Failed):
        found: list[list[Problem]] = pickle.loads(result)  # noqa: S301  (from our own process)
        yield from zip([task.name for task in tasks], found, strict=True)
    elif len(tasks) == 1:
        yield tasks[0].name, [unjudged(tasks[0].name, result.reason)]
    else:
        for one, its_own in alone.run([task] for task in tasks):
            yield from _told(one, its_own, alone)


def _tasks(
    source: Source, asked: Asked, unreachable: list[tuple[str, list[Problem]]]
) -> Iterator[Task]:
    for place in source.places():
        try:
            yield Task(place.name, place.place, place.read(), asked)
        except Unreachable as error:
            problem = Problem("intake:unreachable", Severity.ERROR, str(error), place.name)
            unreachable.append((place.name, [problem]))


def work(tasks: list[Task]) -> bytes:
    """The problems of each filing, packed for the way back to the starter."""
    try:
        read = [(task, read_bytes(task.content, task.name)) for task in tasks]
    except Exception:  # noqa: BLE001  (judged alone, it says what is wrong with it)
        return pickle.dumps([judge(task) for task in tasks], protocol=5)
    return pickle.dumps(judge_together(read), protocol=5)


def judge(task: Task, instances: list[Instance] | None = None) -> list[Problem]:
    """Everything wrong with one filing, in order of place; `instances` if they are read already."""
    try:
        instances = read_bytes(task.content, task.name) if instances is None else instances
        found = _validity(task, instances)
        if rule_sets := RULES[task.asked.rules]:
            rows = _together(_tables("0", task, instances))
            found += verdicts.judge_few(rows, rule_sets).get("0", [])
    except Exception as error:  # noqa: BLE001  (one filing must never stop the others)
        found = [unjudged(task.name, f"made the checks fail with {type(error).__name__}: {error}")]
    return _in_order(found)


def judge_together(filings: Sequence[tuple[Task, list[Instance]]]) -> list[list[Problem]]:
    """As `judge` of each, by its rules in one pass over all; if that fails, of each alone.

    A pass costs most of what it costs by being made. All are asked by the same rules.
    """
    if len(filings) > 1:
        (rules,) = {task.asked.rules for task, _ in filings}
        try:
            found = [_validity(task, instances) for task, instances in filings]
            parts = (
                part
                for number, (task, instances) in enumerate(filings)
                for part in _tables(str(number), task, instances)
            )
            broken = verdicts.judge_few(_together(parts), RULES[rules]) if RULES[rules] else {}
            return [_in_order(own + broken.get(str(n), [])) for n, own in enumerate(found)]
        except Exception:  # noqa: BLE001  (judged alone, each says what is wrong with it)
            _LOG.warning("judging %d filings together failed", len(filings), exc_info=True)
    return [judge(task, instances) for task, instances in filings]


def _in_order(found: list[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line or 0, one.code))


def _validity(task: Task, instances: list[Instance]) -> list[Problem]:
    """What is wrong with one filing but for its authority's rules."""
    own = beside(task.place, task.content)
    found = [problem for one in instances for problem in _judged(one, task.asked, own)]
    return found + validate_sets(instances)


def _tables(filing_id: str, task: Task, instances: list[Instance]) -> Iterator[dict[str, pa.Table]]:
    """The engine's tables of each instance of one filing."""
    return (tables(one, filing_id, len(task.content)) for one in instances)


def _together(parts: Iterable[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    all_parts = list(parts)
    return {
        name: pa.concat_tables([p[name] for p in all_parts]).unify_dictionaries() for name in TABLES
    }


def unjudged(name: str, reason: str) -> Problem:
    """The problem of a filing that could not be judged to the end."""
    remedy = "The other filings went on. Report this with the file."
    return Problem("intake:unjudged", Severity.ERROR, f"{name} {reason}.", name, remedy=remedy)


def _judged(instance: Instance, asked: Asked, own: Resolver) -> list[Problem]:
    if not instance.roots:
        return list(instance.problems)
    library = _library(asked.library) if asked.library else None
    judged_by = basis.of(instance, library, own)
    found = [*instance.problems, *judged_by.problems]
    if judged_by.taxonomy is None:
        return found + validate_without(instance)
    mode = CALCULATIONS[asked.calculations]
    return found + validate(instance, judged_by.taxonomy, calculation_mode=mode, units=asked.units)


@lru_cache(1)
def _library(folder: Path) -> TaxonomyLibrary:
    return taxonomies.library(folder)
