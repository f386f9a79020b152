"""What is judged of an annual report by itself: strict, in a fixed order, with codes and reasons.

Whether it is inline XBRL, whose it is, its language, whether it is valid XBRL by the taxonomy
where that is installed, the authority's filing rules, the period. Runs in a worker process, which
keeps the taxonomies it has used.

Belongs here: one report, a pure function. Does not: what is published already (`annual_rows`),
queues and processes (`judges`).

Source: årsregnskabsloven § 138; the authority's filing rules (`xbrl.rules`).
"""

import pickle
import signal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from assets.authority.service import annual_codes as codes
from assets.authority.service.annual_register import due_date
from assets.authority.service.annual_rows import Judged
from assets.intake.judging import Asked, Task, judge, judge_together
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.read import is_inline, read_bytes

_GSD = "{http://xbrl.dcca.dk/gsd}"
_FSA = "{http://xbrl.dcca.dk/fsa}"
_CVR = f"{_GSD}IdentificationNumberCvrOfReportingEntity"
_START = f"{_GSD}ReportingPeriodStartDate"
_END = f"{_GSD}ReportingPeriodEndDate"
_CLASS = f"{_FSA}ClassOfReportingEntity"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAME = "aarsrapport.xhtml"
_SHOWN = 10
_GRACE = 15

Reasons = tuple[tuple[str, str], ...]
Found = tuple[int, Reasons]


@dataclass(frozen=True, slots=True)
class AnnualTask:
    """One report to judge. `refused`: what the register says against it, where it does.
    `day`: the day it was received. `time_limit`: seconds after which a worker gives itself up.
    """

    case_number: str
    cvr: str
    content: bytes
    day: date
    refused: Found | None
    library: Path | None
    time_limit: float = 0


def work(tasks: Sequence[AnnualTask]) -> bytes:
    """The judgements, packed for the way back.

    A worker whose starter was killed is stopped by nobody else, so it sets itself an alarm.
    """
    signal.alarm(int(max(one.time_limit for one in tasks)) + _GRACE)
    judged = judge_reports(tasks)
    signal.alarm(0)
    return pickle.dumps(judged, protocol=5)


def unpacked(packed: bytes) -> list[Judged]:
    """Judgements as `work` packed them."""
    judged: list[Judged] = pickle.loads(packed)  # noqa: S301  (from our own process)
    return judged


def judge_reports(tasks: Sequence[AnnualTask]) -> list[Judged]:
    """Of each report the code against it with its reasons, or that nothing is against it; those
    that come to the filing rules in one pass of them.
    """
    read = [_Read.of(one) for one in tasks]
    waiting = [one for one in read if one.found is None]
    judged = iter(judge_together([(one.to_judge(), one.instances) for one in waiting]))
    return [one.judged([] if one.found else next(judged))[0] for one in read]


def judge_fully(task: AnnualTask) -> tuple[Judged, list[Problem]]:
    """The judgement of one, and every problem it rests on: errors, or else warnings."""
    read = _Read.of(task)
    return read.judged([] if read.found else judge(read.to_judge(), read.instances))


@dataclass(frozen=True, slots=True)
class _Read:
    """A report that was read. `found`: what is against it whatever it says in figures."""

    task: AnnualTask
    instances: list[Instance]
    said: dict[str, str]
    found: Found | None

    @classmethod
    def of(cls, task: AnnualTask) -> Self:
        if not is_inline(task.content):
            return cls(task, [], {}, (codes.NOT_INLINE, (("indhold", "ikke en XHTML-side"),)))
        instances = read_bytes(task.content, _NAME)
        said = _said(instances)
        found = (
            _no_facts(instances)
            or task.refused
            or _of_others(task.cvr, instances, said)
            or _wrong_language(instances)
        )
        return cls(task, instances, said, found)

    def to_judge(self) -> Task:
        library = self.task.library
        asked = Asked(library if library and library.is_dir() else None)
        return Task(_NAME, "", self.task.content, asked)

    def judged(self, problems: list[Problem]) -> tuple[Judged, list[Problem]]:
        """The judgement by what is wrong with it, and the problems that it rests on."""
        start, end = _day(self.said.get(_START)), _day(self.said.get(_END))
        found, resting = (self.found, []) if self.found else self._by(problems, start, end)
        is_class_d = self.said.get(_CLASS, "").strip().upper().endswith("D")
        is_late = end is not None and self.task.day > due_date(end, is_class_d=is_class_d)
        rules = tuple(dict.fromkeys(one.code for one in resting))
        return Judged(*found, rules, start, end, is_late), resting

    def _by(
        self, problems: list[Problem], start: date | None, end: date | None
    ) -> tuple[Found, list[Problem]]:
        errors = [one for one in problems if one.severity is Severity.ERROR]
        if errors:
            return _not_valid(errors), errors
        if start is None or end is None or end < start or end >= self.task.day:
            return (codes.PERIOD, (("periode", f"{start} – {end}"),)), []
        warnings = [one for one in problems if one.severity is Severity.WARNING]
        return (codes.ACCEPTED, _reasons(warnings)), warnings


def unjudged(reason: str) -> Judged:
    """What is decided of a report that no worker could judge to the end."""
    why = f"kontrollen kunne ikke gennemføres: rapporten {reason}"
    return Judged(
        codes.UNJUDGED, (("intake:unjudged", why),), ("intake:unjudged",), None, None, is_late=False
    )


def _no_facts(instances: list[Instance]) -> Found | None:
    if any(len(one.facts) for one in instances):
        return None
    problems = [problem for one in instances for problem in one.problems]
    return codes.NOT_INLINE, _reasons(problems) or (("indhold", "ingen oplysninger"),)


def _of_others(cvr: str, instances: list[Instance], said: dict[str, str]) -> Found | None:
    entities = {c.identifier for one in instances for c in one.contexts.values()}
    others = sorted(({said.get(_CVR, "")} | entities) - {cvr})
    if not others:
        return None
    named = ", ".join(one or "ingen" for one in others)
    return codes.WRONG_COMPANY, (("cvrNummer", f"{cvr}, men rapporten er for {named}"),)


def _not_valid(errors: list[Problem]) -> Found:
    invalid = [one for one in errors if not one.code.startswith("DBA.")]
    if invalid:
        return codes.INVALID, _reasons(invalid)
    return codes.BREAKS_RULES, _reasons(errors)


def _wrong_language(instances: list[Instance]) -> Found | None:
    """§ 138 stk. 3: Danish or English."""
    for one in instances:
        for root in one.roots:
            language = root.get(_XML_LANG) or ""
            if language.lower().partition("-")[0] not in {"da", "en"}:
                return codes.LANGUAGE, (("xml:lang", language or "ikke angivet"),)
    return None


def _said(instances: Iterable[Instance]) -> dict[str, str]:
    """What the report says of itself: the first value of each such concept."""
    found: dict[str, str] = {}
    for concept, value in _values(instances):
        if concept in (_CVR, _START, _END, _CLASS) and value:
            found.setdefault(concept, value.strip())
    return found


def _values(instances: Iterable[Instance]) -> Iterator[tuple[str, str | None]]:
    for one in instances:
        yield from zip(one.facts.concept, one.facts.value, strict=True)


def _reasons(problems: list[Problem]) -> Reasons:
    """The first of them, each with its code."""
    shown = [(one.code, f"{one.message} [{one.where}]") for one in problems[:_SHOWN]]
    left = len(problems) - len(shown)
    return (*shown, ("…", f"og {left} mere")) if left > 0 else tuple(shown)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
