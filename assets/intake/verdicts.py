"""What an authority's rules say of filings, over the rows of a whole batch or of one filing.

Belongs here: whose rules judge which filings. Does not: any rule (`xbrl.rules`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from xbrl.problem import Problem
from xbrl.rules import one, run
from xbrl.tables.schema import PROBLEM

_DANISH = (Path(__file__).parent / "danish.sql").read_text(encoding="utf-8")


def judge(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The findings about the filings in the relations `new_<table>`, as rows of xbrl_problem."""
    con.execute(_DANISH)
    if not con.execute("SELECT count(*) FROM danish").fetchall()[0][0]:
        return PROBLEM.empty_table()
    for name in run.READ:
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS "
            f"SELECT * FROM new_{name} SEMI JOIN danish USING (filing_id)"
        )
    return run.judge(con, "dba")


def judge_one(tables: Mapping[str, pa.Table], rule_sets: Sequence[str] = ("dba",)) -> list[Problem]:
    """The findings about one filing, given the engine's tables of its instances."""
    if not _is_danish(tables):
        return []
    return [problem for name in rule_sets for problem in one.judge_one(tables, name)]


def _is_danish(tables: Mapping[str, pa.Table]) -> bool:
    con = duckdb.connect(config={"threads": 1})
    try:
        for name in ("xbrl_filing", "xbrl_fact", "xbrl_reference"):
            con.register(f"new_{name}", tables[name])
        con.execute(_DANISH)
        return bool(con.execute("SELECT count(*) FROM danish").fetchall()[0][0])
    finally:
        con.close()
