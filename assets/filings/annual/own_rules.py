"""Annual reports judged by our own rules: XBRL, dimensions, inline XBRL, the authority's, the sums.

What concerns one report alone is judged report by report; rules over tables judge a batch in one
pass. Where the taxonomy is not installed, `Judged.taxonomy` is None and what needs it was not
judged.

Belongs here: which judgements are passed. Does not: any check (`xbrl.validation`, `xbrl.rules`),
or whether a filing may leave (`proof`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from xbrl.problem import Problem
from xbrl.read import read_bytes
from xbrl.rules.catalogue import rule_sets
from xbrl.rules.run import READ, judge, problems
from xbrl.tables.facts import tables
from xbrl.taxonomy.library import Found, TaxonomyLibrary
from xbrl.validation import basis
from xbrl.validation.validate import validate, validate_sets, validate_without

RULE_SETS = ("dba", "dk_sums")
"""The authority's filing rules, and totals with their parts."""


@dataclass(slots=True)
class Judged:
    """What our rules say of one report; its schemaRefs and the installed taxonomy behind them."""

    addresses: tuple[str, ...] = ()
    taxonomy: Found | None = None
    problems: list[Problem] = field(default_factory=list)


def judge_all(
    contents: Mapping[str, tuple[str, bytes]], library: TaxonomyLibrary
) -> dict[str, Judged]:
    """Judge reports given as filing id → (name, bytes); their problems in order of place."""
    judged: dict[str, Judged] = {}
    parts: defaultdict[str, list[pa.Table]] = defaultdict(list)
    for filing_id, (name, content) in contents.items():
        judged[filing_id] = _judge(filing_id, name, content, library, parts)
    for filing_id, found in _by_tables(parts).items():
        judged[filing_id].problems += found
    for one in judged.values():
        one.problems = sorted(
            dict.fromkeys(one.problems), key=lambda p: (p.file, p.line or 0, p.code, p.message)
        )
    return judged


def _judge(
    filing_id: str,
    name: str,
    content: bytes,
    library: TaxonomyLibrary,
    parts: defaultdict[str, list[pa.Table]],
) -> Judged:
    """One report by what needs no other; its rows join `parts`."""
    instances = read_bytes(content, name)
    hrefs = (r.href.strip() for one in instances for r in one.references if r.kind == "schemaRef")
    judged = Judged(addresses=tuple(dict.fromkeys(hrefs)))
    judged.taxonomy = library.find_all(judged.addresses) if judged.addresses else None
    for instance in instances:
        judged.problems += instance.problems
        if instance.roots:
            judged_by = basis.of(instance, library)
            judged.problems += judged_by.problems
            judged.problems += (
                validate_without(instance)
                if judged_by.taxonomy is None
                else validate(instance, judged_by.taxonomy, units=True)
            )
        for table, rows in tables(instance, filing_id, len(content)).items():
            parts[table].append(rows)
    judged.problems += validate_sets(instances)
    return judged


def _by_tables(parts: Mapping[str, Sequence[pa.Table]]) -> dict[str, list[Problem]]:
    """What the rule sets say, by filing."""
    found: defaultdict[str, list[Problem]] = defaultdict(list)
    if not parts:
        return found
    with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as con:
        for table in READ:
            con.register(table, pa.concat_tables(parts[table]).unify_dictionaries())
        for name in sorted(set(RULE_SETS) & set(rule_sets())):
            told = judge(con, name)
            ids = told["filing_id"].to_pylist()
            for filing_id, problem in zip(ids, problems(told), strict=True):
                found[filing_id].append(problem)
    return found
