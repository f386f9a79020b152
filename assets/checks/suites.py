"""Run the declared suites over the published tables: all of the ledger, or one period's reports.

The same rows under the same suite give the same results, so a table's results are kept
under the hash of both and computed once. The tables of filings received grow by files
that never change: there a file that passed is not read again.

Belongs here: which tables, which of their rows, whether anything changed. Does
not: the suites (`quality/suites`) or running one (`quality.expectations`).
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assets.workspace import Workspace
from quality import expectations
from quality.expectations import SuiteResult
from warehouse import duck
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
    return _once(workspace, "operations", tables)


def check_authority(
    workspace: Workspace, tables: Sequence[str] = AUTHORITY_TABLES
) -> list[SuiteResult]:
    """The suites of those `tables` of what an authority received, found and published."""
    return _once(workspace, "authority", tables)


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
    """What the suites say of these files alone; of no file, that nothing is wrong with it."""
    store, folder = workspace.store(), workspace.folder("data_docs")
    empty = [one for table, paths in files.items() if not paths for one in _without_rows(table)]
    having = {table: paths for table, paths in files.items() if paths}
    if not having:
        return empty
    with closing(
        duck.connect(
            store.temp_directory, memory_limit=workspace.memory_limit, threads=workspace.threads
        )
    ) as con:
        for table, paths in having.items():
            con.from_parquet(paths, hive_partitioning=False).create_view(table)
        return empty + expectations.run_suites(con, having, folder)


def _without_rows(table: str) -> list[SuiteResult]:
    """What every expectation says of no rows: each is about rows, or columns that are ours."""
    return [
        SuiteResult(table, kind, rule_id, success=True, unexpected_count=0, observed="")
        for kind, rule_id in expectations.suite_kinds(table)
    ]


def _suite_hash(table: str) -> str:
    return hashlib.sha256((expectations.FOLDER / f"{table}.json").read_bytes()).hexdigest()


def check_ledger(workspace: Workspace, tables: Sequence[str] = LEDGER_TABLES) -> list[SuiteResult]:
    """The suites of the ledger's `tables`."""
    return _once(workspace, "ledger", tables)


def ledger_stands(workspace: Workspace) -> SuiteResult | None:
    """The last result kept of the ledger, when all passed and nothing changed since."""
    store, kept = workspace.store(), _kept(workspace, "ledger")
    results = []
    for table in LEDGER_TABLES:
        one = kept.get(table, {})
        if one.get("key") != _key(store, table, lambda _: True):
            return None
        results += [SuiteResult(**result) for result in one["results"]]
    return results[-1] if all(one.success for one in results) else None


def check_period(
    workspace: Workspace, period: str, tables: Sequence[str] = PERIOD_TABLES
) -> list[SuiteResult]:
    """The suites of findings and reports, over the rows of month `period` (yyyy-mm)."""
    return _once(workspace, period, tables, lambda name: name.startswith(f"period={period}/"))


def _once(
    workspace: Workspace,
    name: str,
    tables: Sequence[str],
    keep: Callable[[str], bool] = lambda _: True,
) -> list[SuiteResult]:
    """Each table's kept results where neither its rows nor its suite changed, else new ones."""
    store = workspace.store()
    kept = _kept(workspace, name)
    keys = {table: _key(store, table, keep) for table in tables}
    wanted = [table for table in tables if kept.get(table, {}).get("key") != keys[table]]
    judged = _judge(workspace, {table: store.paths(table, keep) for table in wanted})
    for table in wanted:
        results = [asdict(one) for one in judged if one.table == table]
        kept[table] = {"key": keys[table], "results": results}
    if wanted:
        content = json.dumps(kept, ensure_ascii=False).encode()
        write_atomically(_kept_file(workspace, name), content)
    return [SuiteResult(**one) for table in tables for one in kept[table]["results"]]


def _kept(workspace: Workspace, name: str) -> dict[str, Any]:
    """What is kept of each table: its results, and the key they were found under."""
    path = _kept_file(workspace, name)
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return kept


def _kept_file(workspace: Workspace, name: str) -> Path:
    return workspace.folder("data_docs") / "kept" / f"{name}.json"


def _key(store: Store, table: str, keep: Callable[[str], bool]) -> str:
    """One hash over a table's rows that `keep` accepts and the suite that judges them."""
    digest = hashlib.sha256(_suite_hash(table).encode())
    for name, entry in store.partitions(table).items():
        if keep(name):
            digest.update(f"{name} {entry.sha256}\n".encode())
    return digest.hexdigest()
