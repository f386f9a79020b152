"""Judging: filing rules over the tables of one filing, or of a year's filings in one pass.

A rule set's folder holds `tables.sql` (its working tables and views), `read.sql` (filling them
from the `xbrl_*` tables) and one `<kind>.sql` per kind of rule: a SELECT of (n, rule, message,
facts, file, line) for every place where a rule of that kind is broken. The same statements judge
one filing and many.

Belongs here: running them. Does not: what any rule says.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from xbrl.problem import Problem, Severity
from xbrl.rules.catalogue import FOLDER, LIST_PARAMETERS, RuleSet, RuleSetError, rule_set
from xbrl.tables.schema import PROBLEM, TABLES

READ = ("xbrl_filing", "xbrl_fact", "xbrl_dimension", "xbrl_markup", "xbrl_reference")
"""The tables that rules read, of `xbrl.tables.schema.TABLES`."""


def judge(con: duckdb.DuckDBPyConnection, name: str = "dba", regime: str | None = None) -> pa.Table:
    """Judge every filing in the connection's `xbrl_*` tables or views, as rows of `PROBLEM`.

    `regime` judges all by one regime's rules; without it each report's entry point says which.
    A filing that could not be read is not judged: its reading problem says why. A report of a
    taxonomy that no regime covers gives a note. The connection is left as it was.
    Raises `RuleSetError` for an unknown rule set or regime.
    """
    rules = rule_set(name)
    before = _temporary(con)
    try:
        _make(con, rules)
        _ask(con, rules, regime)
        for statement in _reading(rules):
            con.execute(statement)
        for kind in rules.kinds:
            con.execute(_collecting(rules, kind))
        return _report(con)
    finally:
        _drop(con, before)


def judge_one(
    tables: Mapping[str, pa.Table], name: str = "dba", regime: str | None = None
) -> list[Problem]:
    """Judge one filing: the tables of its instances, by the names of `TABLES`.

    Statements are planned once per thread and rule set. Raises as `judge` does.
    """
    prepared: dict[str, _Prepared] = _LOCAL.__dict__.setdefault("prepared", {})
    if name not in prepared:
        prepared[name] = _Prepared(rule_set(name))
    return problems(prepared[name].judge(tables, regime))


def problems(table: pa.Table) -> list[Problem]:
    """Rows of `PROBLEM` as values."""
    return [
        Problem(
            code=row["code"],
            severity=Severity(row["severity"]),
            message=row["message"],
            file=row["file"],
            line=row["line"],
            element_id=row["element_id"],
            remedy=row["remedy"],
            facts=tuple(row["facts"]),
        )
        for row in table.to_pylist()
    ]


_LOCAL = threading.local()


class _Prepared:
    """A connection of its own, with the working tables made and the statements prepared."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._con = duckdb.connect(config={"threads": 1, "memory_limit": "256MB"})
        for table in READ:
            with _registered(self._con, "incoming", TABLES[table].empty_table()):
                self._con.execute(f"CREATE TABLE {table} AS FROM incoming")
        _make(self._con, rules)
        statements = (*_reading(rules), *(_collecting(rules, kind) for kind in rules.kinds))
        self._names = [f"judge_{number}" for number in range(len(statements))]
        self._filled = (*READ, *_working(self._con))
        for statement_name, statement in zip(self._names, statements, strict=True):
            self._con.execute(f"PREPARE {statement_name} AS {statement}")

    def judge(self, tables: Mapping[str, pa.Table], regime: str | None) -> pa.Table:
        for table in self._filled:
            self._con.execute(f"DELETE FROM {table}")
        for table in READ:
            with _registered(self._con, "incoming", tables[table]):
                self._con.execute(f"INSERT INTO {table} FROM incoming")
        _ask(self._con, self._rules, regime)
        for statement_name in self._names:
            self._con.execute(f"EXECUTE {statement_name}")
        return _report(self._con)


@contextmanager
def _registered(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)


_CATALOGUE = ("rule", "rule_regime", "rule_list", "concept_list", "regime", "namespace")


def _make(con: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    """The rules' own rows as temp tables, and the empty working tables."""
    for table, rows in _rows(rules).items():
        with _registered(con, "incoming", rows):
            con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM incoming")
    con.execute((FOLDER / "sql" / "tables.sql").read_text(encoding="utf-8"))
    con.execute(rules.statement("tables"))


def _rows(rules: RuleSet) -> dict[str, pa.Table]:
    named = [
        (rule.id, part, row.concept, row.value or None)
        for rule in rules.rules
        for part in sorted(LIST_PARAMETERS & set(rule.params))
        for row in rules.lists
        if row.list == rule.params[part]
    ]
    return {
        "rule": pa.table(
            {
                "position": pa.array(range(len(rules.rules)), pa.int32()),
                "rule": [rule.id for rule in rules.rules],
                "code": [rule.code for rule in rules.rules],
                "severity": [str(rule.severity) for rule in rules.rules],
                "message": [rule.message for rule in rules.rules],
                "remedy": [rule.remedy for rule in rules.rules],
                "kind": [rule.kind for rule in rules.rules],
                "params": pa.array(
                    [list(rule.params.items()) for rule in rules.rules],
                    pa.map_(pa.string(), pa.string()),
                ),
            }
        ),
        "rule_regime": _table(
            ("rule", "regime"), [(rule.id, r) for rule in rules.rules for r in rule.regimes]
        ),
        "rule_list": _table(("rule", "part", "concept", "value"), named),
        "concept_list": _table(
            ("list", "concept", "value"), [(r.list, r.concept, r.value) for r in rules.lists]
        ),
        "regime": _table(
            ("position", "regime", "entry_point", "many"),
            [(i, r.id, r.entry_point, r.many) for i, r in enumerate(rules.regimes)],
        ),
        "namespace": _table(("prefix", "uri"), list(rules.namespaces.items())),
    }


def _table(names: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})


def _ask(con: duckdb.DuckDBPyConnection, rules: RuleSet, regime: str | None) -> None:
    """Say which rules are asked."""
    valid = sorted({entry.id for entry in rules.regimes})
    if regime is not None and regime not in valid:
        raise RuleSetError(
            f"Rule set {rules.id} has no regime {regime!r}. The regimes are: {', '.join(valid)}."
        )
    con.execute("SET VARIABLE rule_entry_points = $1", [rules.entry_points])
    con.execute("SET VARIABLE rule_regime = $1", [regime])


def _reading(rules: RuleSet) -> list[str]:
    """The statements that fill the working tables, one by one."""
    judged = (FOLDER / "sql" / "judged.sql").read_text(encoding="utf-8")
    return [judged, *(part for part in rules.statement("read").split(";\n") if part.strip())]


def _collecting(rules: RuleSet, kind: str) -> str:
    return f"INSERT INTO found\n{rules.statement(kind)}"


def _report(con: duckdb.DuckDBPyConnection) -> pa.Table:
    found = con.sql((FOLDER / "sql" / "report.sql").read_text(encoding="utf-8"))
    return found.to_arrow_table().cast(PROBLEM)


def _drop(con: duckdb.DuckDBPyConnection, before: set[tuple[str, str]]) -> None:
    """Take away what judging made, views before what they read."""
    for kind, name in sorted(_temporary(con) - before, reverse=True):
        con.execute(f"DROP {kind} temp.{name}")


def _temporary(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """The temporary tables, views and macros of a connection, each with its kind."""
    rows = con.execute(
        "SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary"
        " UNION ALL SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal"
        " UNION ALL SELECT DISTINCT 'MACRO', function_name FROM duckdb_functions()"
        " WHERE database_name = 'temp' AND NOT internal"
    ).fetchall()
    return set(rows)


def _working(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The temp tables that judging fills."""
    names = sorted(name for kind, name in _temporary(con) if kind == "TABLE")
    return [name for name in names if name not in _CATALOGUE]
