"""The suites' files agree with the tables, and can be listed without Great Expectations."""

import subprocess
import sys

import pytest

from quality import expectations, reconciliations, rules, suites_generate
from warehouse.errors import PermanentError
from warehouse.tables import TABLES


def test_every_table_has_a_suite() -> None:
    assert expectations.suite_tables() == list(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_table_changes_its_suite(table: str) -> None:
    path = suites_generate.FOLDER / f"{table}.json"
    made = suites_generate.suite(TABLES[table], suites_generate.declared(path))
    assert path.read_text(encoding="utf-8") == suites_generate.text(made), (
        "run `python -m quality.suites_generate`"
    )


def test_declared_expectations_name_columns_that_exist() -> None:
    for table in TABLES.values():
        for one in suites_generate.declared(suites_generate.FOLDER / f"{table.name}.json"):
            assert one["kwargs"]["column"] in table.names


def test_rule_ids_are_unique_everywhere() -> None:
    ids = [rule_id for table in TABLES for rule_id, _ in expectations.suite_specs(table)]
    ids += [rule.id for rule in (*rules.RULES, *reconciliations.RULES)]
    assert len(ids) == len(set(ids))


def test_an_unknown_table_lists_the_known_ones() -> None:
    with pytest.raises(PermanentError, match=r"no suite for a table 'vouchers'.* voucher, posting"):
        expectations.suite_specs("vouchers")


def test_listing_suites_imports_no_great_expectations() -> None:
    code = (
        "import sys; from quality import expectations as e; e.suite_specs('posting'); "
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
