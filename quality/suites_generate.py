"""Writes the part of each suite that follows from the tables.

Run `python -m quality.suites_generate` after a change to `warehouse.tables`.

A suite is `suites/<table>.json`, in Great Expectations' own format. Expectations
whose `meta.origin` is `tables` are made here: the columns, what is required, the
key, periods that run forwards, the form of hashes, currencies and countries.
The others (`declared`) are written by hand in the file and kept as they are.

Of the tables of filings, taxonomies and authorities, which hold a thousand times the rows of the
others, and of banks, which most companies leave empty, only what can go wrong is expected: keys,
and periods of the figures we work out. Columns and required values are refused by the writer
(`warehouse.store`), and the form of an id is looked at where it is given, in `xbrl_filing`.

Belongs here: shapes to expectations. Does not: running them (`quality.expectations`).
"""

import json
from pathlib import Path
from typing import Any

from warehouse.shape import Table
from warehouse.tables import TABLES

FOLDER = Path(__file__).parent / "suites"

# By column name, wherever it occurs: a form and what it is called. Anchored, because
# databases differ in whether a pattern must match the whole text.
_FORMS = {
    "currency": ("^[A-Z]{3}$", "an ISO 4217 currency"),
    "base_currency": ("^[A-Z]{3}$", "an ISO 4217 currency"),
    "country": ("^[A-Z]{2}$", "an ISO 3166-1 alpha-2 country"),
    "period": ("^[0-9]{4}-(0[1-9]|1[0-2])$", "a month, yyyy-mm"),
    "content_sha256": ("^[0-9a-f]{64}$", "a SHA-256 hash"),
    "input_sha256": ("^[0-9a-f]{64}$", "a SHA-256 hash"),
    "request_sha256": ("^[0-9a-f]{64}$", "a SHA-256 hash"),
    "response_sha256": ("^[0-9a-f]{64}$", "a SHA-256 hash"),
    "sha256": ("^[0-9a-f]{64}$", "a SHA-256 hash"),
    "filing_id": ("^[0-9a-f]{64}$", "a SHA-256 hash"),
    "report_id": ("^[0-9a-f]{32}$", "half a SHA-256 hash"),
}
_PAIRS = (("period_end", "period_start"), ("end_date", "start_date"))
_LARGE = frozenset({"intake", "taxonomy", "authority"})
"""Stages whose tables are too large to expect what their writer refuses."""
_OFTEN_EMPTY = frozenset({"bank_balance", "bank_entry", "bank_match", "bank_reconciliation"})
"""Tables of few companies: each expectation is recorded with every run of all of them."""


def suite(table: Table, declared: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole suite of `table`, its hand-written expectations last."""
    return {
        "name": table.name,
        "expectations": [*_structural(table), *declared],
        "meta": {"version": 1, "grain": table.grain},
    }


def declared(path: Path) -> list[dict[str, Any]]:
    """The hand-written expectations of a suite file; none when there is no file."""
    if not path.exists():
        return []
    content = json.loads(path.read_text(encoding="utf-8"))
    return [e for e in content["expectations"] if e["meta"]["origin"] == "declared"]


def text(content: dict[str, Any]) -> str:
    """A suite as it is stored."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _structural(table: Table) -> list[dict[str, Any]]:
    is_large = table.stage in _LARGE or table.name in _OFTEN_EMPTY
    made = []
    if not is_large:
        made.append(
            _expectation(
                table, "columns", "Columns are as declared, in order",
                "expect_table_columns_to_match_ordered_list", column_list=list(table.names),
            )
        )  # fmt: skip
    if table.key:
        made.append(_key(table))
    for column in table.columns:
        if column.required and not is_large:
            made.append(
                _expectation(
                    table, f"{column.name}-required", f"{column.name} is filled in",
                    "expect_column_values_to_not_be_null", column=column.name,
                )
            )  # fmt: skip
        if column.name in _FORMS and (not is_large or table.name == "xbrl_filing"):
            form, called = _FORMS[column.name]
            made.append(
                _expectation(
                    table, f"{column.name}-form", f"{column.name} is {called}",
                    "expect_column_values_to_match_regex", column=column.name, regex=form,
                )
            )  # fmt: skip
    made += [
        _expectation(
            table, f"{end}-after-start", f"{end} does not come before {start}",
            "expect_column_pair_values_a_to_be_greater_than_b",
            column_A=end, column_B=start, or_equal=True,
        )
        for end, start in _PAIRS
        # What a filing received says of its periods is judged by its rules, not here.
        if {end, start} <= set(table.names) and not table.name.startswith("xbrl_")
    ]  # fmt: skip
    return made


def _key(table: Table) -> dict[str, Any]:
    described = f"{', '.join(table.key)} {'is' if len(table.key) == 1 else 'are'} unique"
    if len(table.key) == 1:
        return _expectation(
            table, "key-unique", described,
            "expect_column_values_to_be_unique", column=table.key[0],
        )  # fmt: skip
    return _expectation(
        table, "key-unique", described,
        "expect_compound_columns_to_be_unique", column_list=list(table.key),
    )  # fmt: skip


def _expectation(
    table: Table, rule: str, description: str, type_: str, **kw: Any
) -> dict[str, Any]:
    return {
        "type": type_,
        "kwargs": kw,
        "meta": {
            "rule_id": f"{table.name}-{rule}".replace("_", "-"),
            "description": description,
            "origin": "tables",
        },
    }


def main() -> None:
    """Rewrite every suite file."""
    FOLDER.mkdir(exist_ok=True)
    for table in TABLES.values():
        path = FOLDER / f"{table.name}.json"
        path.write_text(text(suite(table, declared(path))), encoding="utf-8")


if __name__ == "__main__":
    main()
