"""A rule set as written: the rules' rows, the lists they name, the regimes that choose among them.

A rule set is a folder beside this module: `rules.toml`, `concepts.csv` and SQL (see `run`). Adding
an authority is adding a folder.

Belongs here: reading and checking the rows. Does not: judging.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from xbrl.problem import Severity

FOLDER = Path(__file__).parent


class Regime(NamedTuple):
    """Reports of one kind: those whose entry point matches `entry_point` (a regular expression).

    With `many`, only in filings of several target documents. Several may share an id.
    """

    id: str
    title: str
    entry_point: str
    many: bool


class Rule(NamedTuple):
    """One rule. `params` are its kind's, as text; `regimes` are the ids of those it holds in."""

    id: str
    code: str
    severity: Severity
    asks: str
    message: str
    remedy: str
    source: str
    regimes: tuple[str, ...]
    kind: str
    params: Mapping[str, str]


class Listed(NamedTuple):
    """One row of a list: a concept (prefix:name), with its value where only that one counts."""

    list: str
    concept: str
    value: str
    language: str


class Candidate(NamedTuple):
    """What a kind's statement cannot find anything without: see `rules.toml`."""

    some: str = ""
    facts: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One authority's rules.

    `entry_points` is how its taxonomies' addresses begin; `working` are its working tables in the
    order they are filled; `candidates` are what some kinds of rules cannot speak without.
    `tables` names files of its folder that its statements read: `<name>.csv`, all columns text.
    """

    id: str
    authority: str
    entry_points: str
    working: tuple[str, ...]
    candidates: Mapping[str, Candidate]
    namespaces: Mapping[str, str]
    regimes: tuple[Regime, ...]
    rules: tuple[Rule, ...]
    lists: tuple[Listed, ...]
    tables: tuple[str, ...] = ()

    def statement(self, name: str) -> str:
        """The SQL of `<name>.sql` in the rule set's folder."""
        return (FOLDER / self.id / f"{name}.sql").read_text(encoding="utf-8")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its rules, sorted; each is a statement."""
        return tuple(sorted({rule.kind for rule in self.rules}))


class RuleSetError(ValueError):
    """A rule set's own rows contradict themselves, or there is no such rule set."""


def rule_sets() -> tuple[str, ...]:
    """The ids of the rule sets there are."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/rules.toml")))


@cache
def rule_set(name: str) -> RuleSet:
    """The rule set of that id.

    Raises `RuleSetError`, listing the valid ids, when there is none; and when its rows name a
    group, regime or list that is not there.
    """
    if name not in rule_sets():
        raise RuleSetError(
            f"There is no rule set {name!r}. The rule sets are: {', '.join(rule_sets())}."
        )
    written = tomllib.loads((FOLDER / name / "rules.toml").read_text(encoding="utf-8"))
    with (FOLDER / name / "concepts.csv").open(encoding="utf-8", newline="") as file:
        lists = tuple(Listed(**row) for row in csv.DictReader(file))
    found = RuleSet(
        id=name,
        authority=written["authority"],
        entry_points=written["entry_points"],
        working=tuple(written["working"]),
        candidates={kind: _candidate(row) for kind, row in written["candidates"].items()},
        namespaces=written["namespaces"],
        regimes=tuple(_regime(row) for row in written["regime"]),
        rules=tuple(_rules(written)),
        lists=lists,
        tables=tuple(written.get("tables", ())),
    )
    _check(found)
    return found


def _regime(row: Mapping[str, str]) -> Regime:
    return Regime(row["id"], row["title"], row["entry_point"], row.get("targets") == "many")


def _candidate(row: Mapping[str, Any]) -> Candidate:
    facts, concepts = row.get("facts", ()), row.get("concepts", ())
    return Candidate(row.get("some", ""), tuple(facts), tuple(concepts))


_COLUMNS = {"id", "code", "severity", "asks", "message", "remedy", "source", "for", "kind"}


def _rules(written: Mapping[str, Any]) -> Iterator[Rule]:
    for row in written["rule"]:
        params = {name: _text(value) for name, value in row.items() if name not in _COLUMNS}
        law = row.get("source")
        yield Rule(
            id=row["id"],
            code=written["code_prefix"] + row.get("code", row["id"]),
            severity=Severity(row["severity"]),
            asks=row["asks"],
            message=row["message"],
            remedy=row["remedy"],
            source=f"{law}; {written['source']}" if law else written["source"],
            regimes=tuple(written["groups"][row["for"]]),
            kind=row["kind"],
            params=params,
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(found: RuleSet) -> None:
    """Every name is a name of something, and no rule is there twice."""
    known = {regime.id for regime in found.regimes}
    lists = {row.list for row in found.lists}
    if unknown := set(found.candidates) - set(found.kinds):
        raise RuleSetError(f"Rule set {found.id}: candidates of unknown kinds {sorted(unknown)}.")
    ids = set()
    for rule in found.rules:
        if rule.id in ids:
            raise RuleSetError(f"Rule set {found.id}: rule {rule.id} is there twice.")
        ids.add(rule.id)
        if unknown := set(rule.regimes) - known:
            raise RuleSetError(f"Rule set {found.id}: {rule.id} names regimes {sorted(unknown)}.")
        for name in LIST_PARAMETERS & set(rule.params):
            if rule.params[name] not in lists:
                raise RuleSetError(
                    f"Rule set {found.id}: {rule.id} names the list {rule.params[name]!r}, "
                    "which concepts.csv does not hold."
                )


LIST_PARAMETERS = frozenset(
    {"list", "when", "needs", "or_needs", "items", "total", "minus", "first", "second"}
)
"""Parameters whose value is the name of a list in concepts.csv."""
