"""Judging: filing rules over the tables of a year's filings, in one pass.

A rule set's folder holds `tables.sql` (its working tables, views and macros), one SELECT per
working table that fills it, in the order the rule set names them, and one `<kind>.sql` per kind of
rule: a SELECT of (n, rule, message, facts, file, line) for every place where a rule of that kind is
broken. The same statements judge one filing or some tens (`few`).

Belongs here: running them over many. Does not: what any rule says.
"""

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from xbrl.problem import Problem, Severity
from xbrl.rules.catalogue import FOLDER, RuleSet, rule_set
from xbrl.rules.rows import asking, rows
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
        make(con, rules, regime)
        for table, select in filling(rules):
            con.execute(f"INSERT INTO {table}\n{select}")
        for select in finding(rules):
            con.execute(f"INSERT INTO found\n{select}")
        return con.sql(reporting()).to_arrow_table().cast(PROBLEM)
    finally:
        _drop(con, before)


class Kept:
    """A rule set with its own rows and working tables made once, for one batch after another.

    Making them and taking them away is a fifth of judging sixty reports. Of one thread.
    """

    def __init__(self, name: str = "dba", *, memory_limit: str = "512MB") -> None:
        self._rules = rule_set(name)
        self._con = duckdb.connect(config={"threads": 1, "memory_limit": memory_limit})
        self._con.execute("SET enable_progress_bar = false")
        weakref.finalize(self, self._con.close)
        for table in READ:
            self._con.register(table, TABLES[table].empty_table())
        make(self._con, self._rules, None)

    def judge(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """As the function `judge`, of the rows in `tables`, by the names in `READ`."""
        working = [name for name, _ in filling(self._rules)]
        try:
            for table in READ:
                self._con.register(table, tables[table])
            for table, select in filling(self._rules):
                self._con.execute(f"INSERT INTO {table}\n{select}")
            for select in finding(self._rules):
                self._con.execute(f"INSERT INTO found\n{select}")
            return self._con.sql(reporting()).to_arrow_table().cast(PROBLEM)
        finally:
            for table in (*working, "found"):
                self._con.execute(f"TRUNCATE {table}")
            for table in READ:
                self._con.register(table, TABLES[table].empty_table())


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


def make(con: duckdb.DuckDBPyConnection, rules: RuleSet, regime: str | None) -> None:
    """The rules' own rows and what is asked as temp tables, and the empty working tables."""
    for table, made in (rows(rules) | {"asking": asking(rules, regime)}).items():
        with _registered(con, "incoming", made):
            con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM incoming")
    con.execute(_shared("tables"))
    con.execute(rules.statement("tables"))


def filling(rules: RuleSet) -> list[tuple[str, str]]:
    """The working tables in order, each with the SELECT of its rows."""
    return [
        ("judged", _shared("judged")),
        *((name, rules.statement(name)) for name in rules.working),
    ]


def finding(rules: RuleSet) -> list[str]:
    """The SELECTs of what is broken, one per kind of rule."""
    return [rules.statement(kind) for kind in rules.kinds]


def reporting() -> str:
    """The SELECT of all that was found, as rows of `PROBLEM`."""
    return _shared("report")


def _shared(name: str) -> str:
    return (FOLDER / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def _registered(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)


def _drop(con: duckdb.DuckDBPyConnection, before: set[tuple[str, str]]) -> None:
    """Take away what judging made, views before what they read."""
    for kind, name in sorted(_temporary(con) - before, reverse=True):
        con.execute(f"DROP {kind} temp.{name}")


def _temporary(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """The temporary tables, views and macros of a connection, each with its kind."""
    found = con.execute(
        "SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary"
        " UNION ALL SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal"
        " UNION ALL SELECT DISTINCT 'MACRO', function_name FROM duckdb_functions()"
        " WHERE database_name = 'temp' AND NOT internal"
    ).fetchall()
    return set(found)
