"""Running the declared Great Expectations suites over the published tables.

The suites are `suites/<table>.json`, one per table of `warehouse.tables`, in
Great Expectations' own format; `meta.rule_id` of an expectation is its rule's id.
Great Expectations takes seconds to import, so only `run_suites` imports it, and
what a scheduler asks when it loads (`suite_specs`) reads the JSON alone.

Belongs here: reading, running and reporting suites. Does not: the structural
part of a suite (`quality.suites_generate`) or rules that name vouchers
(`quality.rules`).
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import PermanentError
from warehouse.tables import TABLES

FOLDER = Path(__file__).parent / "suites"
_LISTED = 300
"""Results in the index of the Data Docs, the latest; each is read anew, and all are kept."""


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What one expectation said of one table.

    `unexpected_count` is the number of offending rows, 0 where rows are not what
    is judged; `observed` names a few offending values or what was seen, as text.
    """

    table: str
    expectation: str
    rule_id: str
    success: bool
    unexpected_count: int
    observed: str


def suite_tables() -> list[str]:
    """The tables that have a suite, in the order of `warehouse.tables`."""
    return [name for name in TABLES if (FOLDER / f"{name}.json").exists()]


def suite_specs(table: str) -> list[tuple[str, str]]:
    """Rule id and description of each expectation of a table's suite.

    Raises `PermanentError` when the table has none.

    >>> suite_specs("party")[1]
    ('party-key-unique', 'company_id, party_id are unique')
    """
    return [(e["meta"]["rule_id"], e["meta"]["description"]) for e in _suite(table)["expectations"]]


def suite_kinds(table: str) -> list[tuple[str, str]]:
    """Type and rule id of each expectation of a table's suite.

    Raises `PermanentError` when the table has none.
    """
    return [(e["type"], e["meta"]["rule_id"]) for e in _suite(table)["expectations"]]


def index_page(data_docs_folder: Path) -> Path:
    """The first page of the Data Docs that `run_suites` built there."""
    return data_docs_folder / "site" / "index.html"


def run_suites(
    con: duckdb.DuckDBPyConnection, tables: Iterable[str], data_docs_folder: Path
) -> list[SuiteResult]:
    """Validate `tables`, which `con` holds as tables or views in its main schema.

    Only reads. Results are kept as JSON in `data_docs_folder`/results, and shown
    as HTML in `data_docs_folder`/site. Results come in the order of the suites.

    Raises `PermanentError` when a table has no suite or an expectation cannot be
    computed, naming both.
    """
    suites = {table: _suite(table) for table in tables}
    if not suites:
        return []
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # Importing either costs seconds.
    from quality import gx_duckdb  # noqa: PLC0415

    with gx_duckdb.url(con) as url:
        return _run(url, suites, data_docs_folder)


def _run(url: str, suites: dict[str, dict[str, Any]], folder: Path) -> list[SuiteResult]:
    import great_expectations as gx  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral", project_config=_config(folder))
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql(
        "warehouse", connection_string=url, create_temp_table=False
    )
    definitions = [
        context.validation_definitions.add(
            gx.ValidationDefinition(
                name=table,
                data=source.add_table_asset(table, table_name=table)
                .add_batch_definition_whole_table("all"),
                suite=context.suites.add(gx.ExpectationSuite(**suite)),
            )
        )
        for table, suite in suites.items()
    ]  # fmt: skip
    checkpoint = gx.Checkpoint(
        name="published tables",
        validation_definitions=definitions,
        result_format="SUMMARY",
    )
    outcome = context.checkpoints.add(checkpoint).run()
    _build_docs(context, outcome)
    by_table = {result.suite_name: result for result in outcome.run_results.values()}
    return [_result(table, one) for table in suites for one in by_table[table].results]


def _build_docs(context: Any, outcome: Any) -> None:
    """The pages of these suites and results, and the index, once for all.

    Great Expectations' own action builds the index, and compiles its templates, for
    every table: half of the time of a run.
    """
    from great_expectations.data_context.types.resource_identifiers import (  # noqa: PLC0415
        ExpectationSuiteIdentifier,
    )

    suites = [ExpectationSuiteIdentifier(one.suite_name) for one in outcome.run_results.values()]
    pages = [*suites, *outcome.run_results]
    context.build_data_docs(site_names=["site"], resource_identifiers=pages)


def _result(table: str, one: Any) -> SuiteResult:
    rule_id = one.expectation_config.meta["rule_id"]
    raised = one.exception_info
    if "exception_message" not in raised:  # one record per metric that failed
        raised = next((r for r in raised.values() if isinstance(r, dict)), {})
    if raised.get("raised_exception"):
        raise PermanentError(
            f"The expectation {rule_id} of table {table} could not be computed: "
            f"{raised['exception_message']} Check quality/suites/{table}.json against "
            "warehouse/tables.py."
        )
    values = one.result.get("partial_unexpected_list")
    seen = values[:5] if values else one.result.get("observed_value", "")
    return SuiteResult(
        table=table,
        expectation=one.expectation_config.type,
        rule_id=rule_id,
        success=bool(one.success),
        unexpected_count=int(one.result.get("unexpected_count") or 0),
        observed="" if one.success else _text(seen),
    )


def _text(value: object) -> str:
    """A value as text; rows of a compound key become `a, b`."""
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values())
    if isinstance(value, list | tuple):
        return "; ".join(_text(part) for part in value)
    return str(value)


def _config(folder: Path) -> Any:
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
    )

    def files(name: str) -> dict[str, object]:
        base = (folder / name).resolve()
        return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(base)}

    defaults = InMemoryStoreBackendDefaults()
    results = files("results") | {"filepath_suffix": ".json"}
    defaults.stores[defaults.validation_results_store_name]["store_backend"] = results
    defaults.data_docs_sites = {
        "site": {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": files("site"),
            "site_index_builder": {
                "class_name": "DefaultSiteIndexBuilder",
                "validation_results_limit": _LISTED,
            },
        }
    }
    return DataContextConfig(store_backend_defaults=defaults, analytics_enabled=False)


def _suite(table: str) -> dict[str, Any]:
    path = FOLDER / f"{table}.json"
    if table not in TABLES or not path.exists():
        raise PermanentError(
            f"There is no suite for a table {table!r}. The tables are: {', '.join(suite_tables())}."
        )
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
