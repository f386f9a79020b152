"""What an authority's rules say of filings, over the rows of a whole batch or of one filing.

Belongs here: whose rules judge which filings. Does not: any rule (`xbrl.rules`).
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from xbrl.problem import Problem
from xbrl.rules import one, run
from xbrl.tables.schema import PROBLEM

_DANISH = (Path(__file__).parent / "danish.sql").read_text(encoding="utf-8")
_LOCAL = threading.local()


def judge(tables: Mapping[str, pa.Table]) -> pa.Table:
    """The findings about the filings in the engine's tables, as rows of xbrl_problem.

    The first call in a thread makes a connection that stays.
    """
    con = _con()
    filings = tables["xbrl_filing"]["filing_id"].unique()
    danish = _danish(con, tables)
    if not len(danish):
        return PROBLEM.empty_table()
    rows = {name: tables[name] for name in run.READ}
    if len(danish) < len(filings):
        rows = {n: t.filter(pc.is_in(t["filing_id"], danish)) for n, t in rows.items()}
    if not hasattr(_LOCAL, "kept"):
        _LOCAL.kept = run.Kept("dba")
    kept: run.Kept = _LOCAL.kept
    return kept.judge(rows)


def judge_one(tables: Mapping[str, pa.Table], rule_sets: Sequence[str] = ("dba",)) -> list[Problem]:
    """The findings about one filing, given the engine's tables of its instances."""
    if not len(_danish(_con(), tables)):
        return []
    return [problem for name in rule_sets for problem in one.judge_one(tables, name)]


def _danish(con: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> pa.Array:
    """The filings that the Danish authority's rules speak of."""
    for name in ("xbrl_filing", "xbrl_fact", "xbrl_reference"):
        con.register(f"new_{name}", tables[name])
    found = con.sql(_DANISH).to_arrow_table()["filing_id"].combine_chunks()
    for name in ("xbrl_filing", "xbrl_fact", "xbrl_reference"):
        con.unregister(f"new_{name}")
    return found


def _con() -> duckdb.DuckDBPyConnection:
    if not hasattr(_LOCAL, "con"):
        _LOCAL.con = duckdb.connect(
            config={"threads": 1, "memory_limit": "256MB", "autoinstall_known_extensions": False}
        )
        _LOCAL.con.execute("SET enable_progress_bar = false")
    con: duckdb.DuckDBPyConnection = _LOCAL.con
    return con
