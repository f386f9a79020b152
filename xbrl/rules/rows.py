"""A rule set's rows as tables, under the names by which its statements know them.

Belongs here: their shapes. Does not: reading the rule set (`catalogue`), running it (`run`).
"""

import csv
from collections.abc import Iterator, Sequence

import pyarrow as pa

from xbrl.rules.catalogue import FOLDER, LIST_PARAMETERS, RuleSet, RuleSetError


def rows(rules: RuleSet) -> dict[str, pa.Table]:
    """The tables rule, rule_regime, rule_list, needed, concept_list, regime and namespace.

    `rule.params` is a struct with every parameter of the set, null where a rule has it not.
    `rule_list` is a row per rule, part (the parameter that names a list) and row of that list;
    `needed` is a row per rule with a list of what it needs: how many concepts call for it (null:
    no list), the concepts in order, and its values as a message shows them. Its own tables follow.
    """
    named = [
        (rule.id, rule.kind, part, row.concept, row.value or None)
        for rule in rules.rules
        for part in sorted(LIST_PARAMETERS & set(rule.params))
        for row in rules.lists
        if row.list == rule.params[part]
    ]
    return {
        "rule": _rule(rules),
        "rule_regime": _table(
            ("rule", "regime"), [(rule.id, r) for rule in rules.rules for r in rule.regimes]
        ),
        "rule_list": _table(("rule", "kind", "part", "concept", "value"), named),
        "needed": _table(("rule", "whens", "choices", "choice_values"), list(_needed(named))),
        "concept_list": _table(
            ("list", "concept", "value"), [(r.list, r.concept, r.value) for r in rules.lists]
        ),
        "regime": _table(
            ("position", "regime", "entry_point", "many"),
            [(i, r.id, r.entry_point, r.many) for i, r in enumerate(rules.regimes)],
        ),
        "namespace": _table(("prefix", "uri"), list(rules.namespaces.items())),
    } | {name: _own(rules, name) for name in rules.tables}


def _own(rules: RuleSet, name: str) -> pa.Table:
    with (FOLDER / rules.id / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        columns, *written = csv.reader(file)
    return _table(tuple(columns), written)


def asking(rules: RuleSet, regime: str | None) -> pa.Table:
    """The table `asking`, one row: how the authority's addresses begin, and the regime asked for.

    Raises `RuleSetError` when the rule set has no such regime.
    """
    valid = sorted({entry.id for entry in rules.regimes})
    if regime is not None and regime not in valid:
        raise RuleSetError(
            f"Rule set {rules.id} has no regime {regime!r}. The regimes are: {', '.join(valid)}."
        )
    return pa.table(
        {"entry_points": [rules.entry_points], "regime": pa.array([regime], pa.string())}
    )


def _rule(rules: RuleSet) -> pa.Table:
    names = sorted({name for rule in rules.rules for name in rule.params})
    params = pa.struct([(name, pa.string()) for name in names])
    return pa.table(
        {
            "position": pa.array(range(len(rules.rules)), pa.int32()),
            "rule": [rule.id for rule in rules.rules],
            "code": [rule.code for rule in rules.rules],
            "severity": [str(rule.severity) for rule in rules.rules],
            "message": [rule.message for rule in rules.rules],
            "remedy": [rule.remedy for rule in rules.rules],
            "kind": [rule.kind for rule in rules.rules],
            "params": pa.array([dict(rule.params) for rule in rules.rules], params),
        }
    )


def _needed(
    named: Sequence[tuple[str, str, str, str, str | None]],
) -> Iterator[tuple[str, int | None, list[str], str | None]]:
    for rule in dict.fromkeys(row[0] for row in named if row[2] == "needs"):
        whens = {row[3] for row in named if row[0] == rule and row[2] == "when"}
        needs = [row for row in named if row[0] == rule and row[2] == "needs"]
        values = " or ".join(sorted(f'"{row[4]}"' for row in needs if row[4] is not None))
        yield rule, len(whens) or None, sorted({row[3] for row in needs}), values or None


def _table(names: tuple[str, ...], found: Sequence[Sequence[object]]) -> pa.Table:
    return pa.table({name: [row[i] for row in found] for i, name in enumerate(names)})
