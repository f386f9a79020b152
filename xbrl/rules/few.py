"""Judging one filing, or a few, at once: the statements of `run`, planned once per thread.

DuckDB plans a statement over its own tables anew each time it runs, prepared or not, and planning
is nine tenths of judging one filing. A statement over Arrow sources keeps its plan. So here every
table, working tables too, is such a source, whose rows are changed between filings.

Belongs here: keeping the plans. Does not: the statements.
"""

import threading
import weakref
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from xbrl.problem import Problem, Severity
from xbrl.rules.catalogue import Candidate, RuleSet, rule_set
from xbrl.rules.rows import asking, rows
from xbrl.rules.run import READ, filling, finding, make, reporting
from xbrl.tables.schema import TABLES


def judge_few(
    tables: Mapping[str, pa.Table], name: str = "dba", regime: str | None = None
) -> dict[str, list[Problem]]:
    """Judge one filing or some tens: the problems of each that has any, by its id.

    `tables` are those of their instances, by the names of `TABLES`. The verdicts are `run.judge`'s.
    For sixteen annual reports it takes half as long as `run.Kept`, for a hundred about as long.
    The first call in a thread plans the statements.
    Raises `RuleSetError` as `run.judge` does.
    """
    prepared: dict[str, _Prepared] = _LOCAL.__dict__.setdefault("prepared", {})
    if name not in prepared:
        prepared[name] = _Prepared(rule_set(name))
    return prepared[name].judge(tables, regime)


_LOCAL = threading.local()


class _Source:
    """A table whose rows change while statements over it keep their plans."""

    def __init__(self, table: pa.Table) -> None:
        self.schema = table.schema
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def hold(self, table: pa.Table) -> None:
        """Have the rows of a table with the same columns, whatever their names."""
        self.table = table.rename_columns(self.schema.names).cast(self.schema)

    def fill(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Have these rows."""
        columns = zip(*rows, strict=True) if rows else [()] * len(self.schema)
        self.table = pa.table(
            [pa.array(c, f.type) for c, f in zip(columns, self.schema, strict=True)],
            schema=self.schema,
        )


class _Prepared:
    """A connection of its own, in which everything is a source and every statement prepared."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._con = duckdb.connect(config={"threads": 1, "memory_limit": "256MB"})
        weakref.finalize(self, self._con.close)
        self._sources: dict[str, _Source] = {}
        for table in READ:
            self._add(table, TABLES[table].empty_table())
        make(self._con, rules, None)
        self._filled = [name for name, _ in filling(rules)]
        for table in (*rows(rules), "asking", *self._filled, "found"):
            made = self._con.sql(f"FROM {table}").to_arrow_table()
            self._con.execute(f"DROP TABLE {table}")
            self._add(table, made)
        for name, select in filling(rules):
            self._con.execute(f"PREPARE fill_{name} AS {select}")
        for kind, select in zip(rules.kinds, finding(rules), strict=True):
            self._con.execute(f"PREPARE find_{kind} AS {select}")
        self._con.execute(f"PREPARE report AS {reporting()}")

    def _add(self, name: str, table: pa.Table) -> None:
        self._sources[name] = _Source(table)
        self._con.register(name, self._sources[name])

    def judge(self, tables: Mapping[str, pa.Table], regime: str | None) -> dict[str, list[Problem]]:
        for table in READ:
            self._sources[table].table = tables[table]
        self._sources["asking"].table = asking(self._rules, regime)
        for name in self._filled:
            self._sources[name].hold(self._con.sql(f"EXECUTE fill_{name}").to_arrow_table())
        found = [row for kind in self._asked() for row in self._execute(f"find_{kind}").fetchall()]
        if not found and not self._sources["judged"].table["regime"].null_count:
            return {}
        self._sources["found"].fill(found)
        problems: dict[str, list[Problem]] = defaultdict(list)
        for row in self._execute("report").fetchall():
            problems[row[0]].append(_problem(row))
        return problems

    def _asked(self) -> Iterator[str]:
        """The kinds of rules that have something to look at in these filings."""
        concepts = set(self._sources["item"].table["concept"].to_pylist())
        stated = self._sources["stated"].table.select(["kind", "n", "rule", "part"]).to_pydict()
        parts: dict[str, dict[tuple[int, str], Counter[str]]] = defaultdict(
            lambda: defaultdict(Counter)
        )
        for kind, n, rule, part in zip(*stated.values(), strict=True):
            parts[kind][n, rule][part] += 1
        for kind in self._rules.kinds:
            asks = self._rules.candidates.get(kind, Candidate())
            if asks.some and not self._holds(*asks.some.split(".")):
                continue
            if asks.concepts and concepts.isdisjoint(asks.concepts):
                continue
            needed = Counter(asks.facts)
            if needed and not any(needed <= held for held in parts[kind].values()):
                continue
            yield kind

    def _holds(self, table: str, column: str) -> bool:
        held = self._sources[table].table[column]
        return bool(held.null_count < len(held))

    def _execute(self, name: str) -> duckdb.DuckDBPyConnection:
        return self._con.execute(f"EXECUTE {name}")


def _problem(row: tuple[Any, ...]) -> Problem:
    _, _, code, severity, message, remedy, file, line, element_id, facts = row
    return Problem(
        code=code,
        severity=Severity(severity),
        message=message,
        file=file,
        line=line,
        element_id=element_id,
        remedy=remedy,
        facts=tuple(facts),
    )
