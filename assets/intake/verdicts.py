"""What an authority's rules say of filings, over the rows of a whole batch or of one filing.

Belongs here: whose rules judge which filings. Does not: any rule (`xbrl.rules`).
"""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from xbrl.problem import Problem
from xbrl.rules import few, run
from xbrl.tables.schema import PROBLEM

_DANISH = (Path(__file__).parent / "danish.sql").read_text(encoding="utf-8")
_LOCAL = threading.local()


def judge(tables: Mapping[str, pa.Table]) -> pa.Table:
    """The findings about the filings in the engine's tables, as rows of xbrl_problem.

    The first call in a thread makes a connection that stays.
    """
    rows = _of_danish(tables)
    if not rows:
        return PROBLEM.empty_table()
    if not hasattr(_LOCAL, "kept"):
        _LOCAL.kept = run.Kept("dba")
    kept: run.Kept = _LOCAL.kept
    return kept.judge(rows)


def judge_few(
    tables: Mapping[str, pa.Table], rule_sets: Sequence[str] = ("dba",)
) -> dict[str, list[Problem]]:
    """The findings about one filing or a few, by its id, given the engine's tables of them."""
    rows = _of_danish(tables)
    found: dict[str, list[Problem]] = defaultdict(list)
    for name in rule_sets if rows else ():
        for filing_id, problems in few.judge_few(rows, name).items():
            found[filing_id] += problems
    return found


def _of_danish(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The rows of filings that the Danish authority's rules speak of; none where none is."""
    danish = _danish(_con(), tables)
    if not len(danish):
        return {}
    rows = {name: tables[name] for name in run.READ}
    if len(danish) < len(tables["xbrl_filing"]["filing_id"].unique()):
        rows = {n: t.filter(pc.is_in(t["filing_id"], danish)) for n, t in rows.items()}
    return rows


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
