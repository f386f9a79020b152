"""The intake's tables begin with the engine's columns: two definitions, one truth."""

import pyarrow as pa
import pytest

from warehouse.shape import schema
from warehouse.tables import TABLES
from warehouse.view import VIEWS
from xbrl.tables import schema as engine
from xbrl.tables.taxonomy_schema import TABLES as TAXONOMY
from xbrl.tables.typed import FACT_TYPED

ENGINE = {**engine.TABLES, **TAXONOMY, "xbrl_fact_typed": FACT_TYPED}


def plain(type_: pa.DataType) -> pa.DataType:
    return type_.value_type if pa.types.is_dictionary(type_) else type_


@pytest.mark.parametrize("name", ENGINE)
def test_a_table_begins_with_the_engines_columns(name: str) -> None:
    stored = schema(TABLES[name])
    made = [(f.name, plain(f.type), f.nullable) for f in ENGINE[name]]
    assert [(f.name, f.type, f.nullable) for f in stored][: len(made)] == made


@pytest.mark.parametrize("name", ENGINE)
def test_a_column_means_the_same_in_both(name: str) -> None:
    meanings = {c.name: c.meaning for c in TABLES[name].columns}
    for field in ENGINE[name]:
        assert meanings[field.name] == field.metadata[b"meaning"].decode().replace("`", "")


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.stage in {"intake", "taxonomy"}])
def test_what_a_table_is_sorted_and_found_by_are_its_columns(table: object) -> None:
    table = TABLES[table.name]  # type: ignore[attr-defined]
    assert {*table.key, *table.sorted_by, *table.found_by} <= set(table.names)
    assert table.sorted_by


def test_every_view_says_what_a_row_is() -> None:
    assert all(view.meaning.endswith(".") for view in VIEWS.values())
