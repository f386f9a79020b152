"""Run the declared suites over the published tables: all of the ledger, or one period's reports.

The same rows under the same suites give the same results, so results are kept
under the hash of both and computed once.

Belongs here: which tables, which of their rows, whether anything changed. Does
not: the suites (`quality/suites`) or running one (`quality.expectations`).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

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
    name for name in expectations.suite_tables() if TABLES[name].stage in {"intake", "taxonomy"}
]

OPERATIONS_TABLES = [
    name for name in expectations.suite_tables() if TABLES[name].partition == "operations"
]


def check_operations(workspace: Workspace) -> list[SuiteResult]:
    """The suites of the operations database's tables, as the warehouse last held them."""
    return _once(workspace, "operations", OPERATIONS_TABLES, lambda _: True)


def check_intake(workspace: Workspace) -> list[SuiteResult]:
    """The suites of the filings received and what is made of them."""
    return _once(workspace, "intake", INTAKE_TABLES, lambda _: True)


def check_ledger(workspace: Workspace) -> list[SuiteResult]:
    """The suites of the ledger's tables."""
    return _once(workspace, "ledger", LEDGER_TABLES, lambda _: True)


def check_period(workspace: Workspace, period: str) -> list[SuiteResult]:
    """The suites of findings and reports, over the rows of month `period` (yyyy-mm)."""
    return _once(
        workspace, period, PERIOD_TABLES, lambda name: name.startswith(f"period={period}/")
    )


def _once(
    workspace: Workspace, name: str, tables: list[str], keep: Callable[[str], bool]
) -> list[SuiteResult]:
    """The kept results when neither rows nor suites changed, else new ones."""
    store, folder = workspace.store(), workspace.folder("data_docs")
    kept = folder / "kept" / f"{name}.json"
    key = _key(store, tables, keep)
    if kept.exists() and (content := json.loads(kept.read_text(encoding="utf-8")))["key"] == key:
        return [SuiteResult(**one) for one in content["results"]]
    with store.connect(memory_limit=workspace.memory_limit, threads=workspace.threads) as con:
        for table in tables:
            _narrow(con, TABLES[table], store.paths(table, keep))
        results = expectations.run_suites(con, tables, folder)
    content = {"key": key, "results": [asdict(one) for one in results]}
    write_atomically(kept, json.dumps(content, ensure_ascii=False).encode())
    return results


def _key(store: Store, tables: list[str], keep: Callable[[str], bool]) -> str:
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
