"""The standard tables are the official ones, complete, and hang together."""

import csv
from pathlib import Path

import duckdb
import pytest

from warehouse import standards

FIELDS = {
    "MomsAngivelseCO2AfgiftBeloeb",
    "MomsAngivelseEUKoebBeloeb",
    "MomsAngivelseEUSalgBeloebVarerBeloeb",
    "MomsAngivelseIkkeEUSalgBeloebVarerBeloeb",
    "MomsAngivelseElAfgiftBeloeb",
    "MomsAngivelseEksportOmsaetningBeloeb",
    "MomsAngivelseGasAfgiftBeloeb",
    "MomsAngivelseKoebsMomsBeloeb",
    "MomsAngivelseKulAfgiftBeloeb",
    "MomsAngivelseMomsEUKoebBeloeb",
    "MomsAngivelseMomsEUYdelserBeloeb",
    "MomsAngivelseOlieAfgiftBeloeb",
    "MomsAngivelseSalgsMomsBeloeb",
    "MomsAngivelseVandAfgiftBeloeb",
    "MomsAngivelseEUKoebYdelseBeloeb",
    "MomsAngivelseEUSalgYdelseBeloeb",
}


def official(folder: Path, name: str) -> list[list[str]]:
    with (folder / "standardkontoplan" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))[1:]


def current() -> dict[str, standards.StandardVatCode]:
    return {c: row for c, row in standards.vat_codes().items() if not row.alias_of}


def test_every_official_vat_code_is_here_with_its_official_text(shared_data):
    texts: dict[str, str] = {}
    for code, text in official(shared_data, "standard_vat_codes_2025-12.csv"):
        texts.setdefault(code, text.strip())
    assert {code: row.name_da for code, row in current().items()} == texts
    assert len(texts) == 72


def test_every_official_account_is_here_with_its_official_name(shared_data):
    names = dict(official(shared_data, "standard_accounts_2025-12.csv"))
    assert {code: row.name_da for code, row in standards.accounts().items()} == names
    assert len(names) == 604


def test_every_older_vat_code_still_finds_its_successor_unless_it_has_several(shared_data):
    old = {row[0] for row in official(shared_data, "standard_vat_codes_pre2025.csv")}
    assert {c for c in old if standards.canonical_vat_code(c) is None} == {"S-OSS"}


def test_fields_follow_the_map_derived_from_the_official_texts(shared_data):
    path = shared_data / "standardkontoplan" / "vat_code_to_return_boxes_2025-12.DERIVED.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        derived = {row["vat_code"]: row for row in csv.DictReader(file, delimiter=";")}
    ours = current()
    assert ours.keys() == derived.keys()
    for code, row in derived.items():
        assert ours[code].base_field == row["base_amount_goes_to"].rstrip("?"), code
        legs = {ours[code].output_field, ours[code].input_field} - {""}
        assert legs == set(row["vat_amount_goes_to"].split("|")) - {""}, code


def test_every_field_named_is_an_official_element():
    named = {
        field
        for row in standards.vat_codes().values()
        for field in (row.base_field, row.output_field, row.input_field)
    } - {""}
    duties = {a.vat_role for a in standards.accounts().values() if a.vat_role.startswith("Moms")}
    assert named <= FIELDS
    assert len(duties) == 6
    assert named | duties == FIELDS


@pytest.mark.parametrize("code", sorted(standards.vat_codes()))
def test_a_code_that_deducts_nothing_has_no_input_field(code):
    row = standards.vat_codes()[code]
    assert row.source
    assert row.treatment in {"sale", "sale_zero", "purchase", "reverse_charge", "outside"}
    assert not (row.deductible_share == 0 and row.input_field)
    assert (row.treatment == "reverse_charge") == bool(row.output_field and not row.is_sale)
    if row.treatment == "outside":
        assert row.base_field + row.output_field + row.input_field + row.list_column == ""


def test_registered_tables_hold_the_same_rows_as_the_files():
    con = duckdb.connect(config={"memory_limit": "256MB", "threads": 1})
    standards.register(con)
    standards.register(con)  # a second time must not double them
    (codes,) = con.execute(
        "SELECT count(*) FILTER (alias_of = ''), count(*) FROM standard_vat_code"
    ).fetchall()
    assert codes == (72, len(standards.vat_codes()))
    assert con.execute("SELECT count(*) FROM standard_account").fetchall() == [(604,)]
    assert con.execute(
        "SELECT a.output_field, a.rate = c.rate FROM standard_vat_code a "
        "JOIN standard_vat_code c ON c.vat_code = a.alias_of WHERE a.vat_code = 'S1'"
    ).fetchall() == [("MomsAngivelseSalgsMomsBeloeb", True)]
