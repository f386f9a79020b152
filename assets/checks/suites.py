"""Run the declared suites over the published tables: all of the ledger, or one period's reports.

The same rows under the same suites give the same results, so results are kept
under the hash of both and computed once. The tables of filings received grow by files
that never change: there a file that passed is not read again.

Belongs here: which tables, which of their rows, whether anything changed. Does
not: the suites (`quality/suites`) or running one (`quality.expectations`).
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from assets.workspace import Workspace
from quality import expectations
from quality.expectations import SuiteResult
from warehouse.shape import Table
from warehouse.store import Store, write_atomically
from warehouse.tables import TABLES

PERIOD_TABLES = [name for name in expectations.suite_tables() if TABLES[name].partition == "period"]
LEDGER_TABLES = [
    name for name in expectations.suite_tables() if TABLES[name].partition in {"company", "month"}
]

INTAKE_TABLES = [
    name
    for name in expectations.suite_tables()
    if TABLES[name].stage in {"intake", "taxonomy"} and expectations.suite_specs(name)
]
AUTHORITY_TABLES = [
    name
    for name in expectations.suite_tables()
    if TABLES[name].stage == "authority" and expectations.suite_specs(name)
]
_WHOLE = frozenset({"xbrl_filing", "xbrl_source"})
"""Tables of the intake whose keys may meet in two files: judged as a whole when they grow.

The rows of one key of any other lie in one file (a filing's, a fiscal year's, an entry
point's), so a file by itself can be judged once and for all."""

OPERATIONS_TABLES = [
    name for name in expectations.suite_tables() if TABLES[name].partition == "operations"
]


def check_operations(
    workspace: Workspace, tables: Sequence[str] = OPERATIONS_TABLES
) -> list[SuiteResult]:
    """The suites of the operations database's `tables`, as the warehouse last held them."""
    return _once(workspace, _named("operations", tables, OPERATIONS_TABLES), tables)


def check_authority(
    workspace: Workspace, tables: Sequence[str] = AUTHORITY_TABLES
) -> list[SuiteResult]:
    """The suites of those `tables` of what an authority received, found and published."""
    return _once(workspace, _named("authority", tables, AUTHORITY_TABLES), tables)


def check_intake(workspace: Workspace, tables: Sequence[str] = INTAKE_TABLES) -> list[SuiteResult]:
    """The suites of the filings received and what is made of them, over the new files.

    A file that failed is judged again until it is replaced.
    """
    store, folder = workspace.store(), workspace.folder("data_docs")
    path = folder / "kept" / "intake.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    live = {table: _hashes(store, table) for table in tables}
    new = {table: _unjudged(table, live[table], kept.get(table)) for table in tables}
    wanted = [table for table, files in new.items() if files is not None]
    judged = _judge(workspace, {table: new[table] or [] for table in wanted})
    for table in wanted:
        results = [one for one in judged if one.table == table]
        passed = sorted(live[table]) if all(one.success for one in results) else []
        kept[table] = {
            "suite": _suite_hash(table),
            "passed": passed,
            "results": [asdict(one) for one in results],
        }
    if wanted:
        write_atomically(path, json.dumps(kept, ensure_ascii=False).encode())
    return [SuiteResult(**one) for table in tables for one in kept[table]["results"]]


def _hashes(store: Store, table: str) -> dict[str, str]:
    """The live files of a table: path by hash of the content."""
    return {
        entry.sha256: str(store.folder / entry.file) for entry in store.partitions(table).values()
    }


def _unjudged(table: str, live: dict[str, str], kept: dict[str, Any] | None) -> list[str] | None:
    """The files of a table to judge now; None when what was said of it still holds."""
    if kept is None or kept["suite"] != _suite_hash(table):
        return list(live.values())
    passed = set(kept["passed"])
    new = [path for content, path in live.items() if content not in passed]
    is_same = not new and (table not in _WHOLE or passed == set(live))
    if is_same and all(one["success"] for one in kept["results"]):
        return None
    return list(live.values()) if table in _WHOLE else new


def _judge(workspace: Workspace, files: dict[str, list[str]]) -> list[SuiteResult]:
    """What the suites say of these files alone."""
    store, folder = workspace.store(), workspace.folder("data_docs")
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        for table, paths in files.items():
            _narrow(con, TABLES[table], paths)
        return expectations.run_suites(con, files, folder)


def _suite_hash(table: str) -> str:
    return hashlib.sha256((expectations.FOLDER / f"{table}.json").read_bytes()).hexdigest()


def check_ledger(workspace: Workspace, tables: Sequence[str] = LEDGER_TABLES) -> list[SuiteResult]:
    """The suites of the ledger's `tables`."""
    return _once(workspace, _named("ledger", tables, LEDGER_TABLES), tables)


def ledger_stands(workspace: Workspace) -> SuiteResult | None:
    """The last result kept of the ledger, when all passed and nothing changed since."""
    kept = _kept(workspace, "ledger", _key(workspace.store(), LEDGER_TABLES, lambda _: True))
    return kept[-1] if kept and all(one.success for one in kept) else None


def check_period(
    workspace: Workspace, period: str, tables: Sequence[str] = PERIOD_TABLES
) -> list[SuiteResult]:
    """The suites of findings and reports, over the rows of month `period` (yyyy-mm)."""
    name = _named(period, tables, PERIOD_TABLES)
    return _once(workspace, name, tables, lambda name: name.startswith(f"period={period}/"))


def _named(name: str, tables: Sequence[str], every: Sequence[str]) -> str:
    """Under what the results are kept: those of some tables apart from those of all."""
    return name if list(tables) == list(every) else f"{name}-part"


def _once(
    workspace: Workspace,
    name: str,
    tables: Sequence[str],
    keep: Callable[[str], bool] = lambda _: True,
) -> list[SuiteResult]:
    """The kept results when neither rows nor suites changed, else new ones."""
    store = workspace.store()
    key = _key(store, tables, keep)
    if (kept := _kept(workspace, name, key)) is not None:
        return kept
    results = _judge(workspace, {table: store.paths(table, keep) for table in tables})
    content = {"key": key, "results": [asdict(one) for one in results]}
    write_atomically(_kept_file(workspace, name), json.dumps(content, ensure_ascii=False).encode())
    return results


def _kept(workspace: Workspace, name: str, key: str) -> list[SuiteResult] | None:
    """The results kept under a key, if they are of this key."""
    path = _kept_file(workspace, name)
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return [SuiteResult(**one) for one in content["results"]] if content["key"] == key else None


def _kept_file(workspace: Workspace, name: str) -> Path:
    return workspace.folder("data_docs") / "kept" / f"{name}.json"


def _key(store: Store, tables: Sequence[str], keep: Callable[[str], bool]) -> str:
    """One hash over the rows that `keep` accepts and the suites that judge them."""
    digest = hashlib.sha256()
    for table in tables:
        digest.update((Path(expectations.FOLDER) / f"{table}.json").read_bytes())
        for name, entry in store.partitions(table).items():
            if keep(name):
                digest.update(f"{table} {name} {entry.sha256}".encode())
    return digest.hexdigest()


def _narrow(con: duckdb.DuckDBPyConnection, table: Table, paths: list[str]) -> None:
    """Make the view `table` hold only the rows in `paths`."""
    if paths:
        files = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        rows = f"SELECT * FROM read_parquet([{files}], hive_partitioning = false)"
    else:
        columns = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in table.columns)
        rows = f"SELECT {columns} WHERE false"
    con.execute(f"CREATE OR REPLACE VIEW {table.name} AS {rows}")
