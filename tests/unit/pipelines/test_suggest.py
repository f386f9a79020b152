"""What is suggested for a ledger: only what is in use and not mapped, VAT codes first."""

import duckdb

from pipelines.suggest import suggest, unmapped

TABLES = """
CREATE TABLE ledger_account AS FROM (VALUES
    ('a', '1', 'Salg til udlandet', 'revenue', NULL, NULL),
    ('a', '2', 'Husleje', 'expense', NULL, NULL),
    ('a', '3', 'Bank', 'asset', NULL, NULL),
    ('b', '1', 'Salg', 'revenue', NULL, NULL),
    ('b', '2', 'Bank', 'asset', '6480', NULL)
) t(company_id, account_code, name, kind, standard_account_code, vat_code);
CREATE TABLE posting AS FROM (VALUES
    ('a', 'v', '1', '1'), ('a', 'v', '2', '2'), ('b', 'v', '1', '1'), ('b', 'v', '2', '2')
) t(company_id, voucher_id, line_id, account_code);
CREATE TABLE tax_line AS FROM (VALUES
    ('a', 'v', '1', 'UEUY', 'base'), ('b', 'v', '1', 'X', 'base')
) t(company_id, voucher_id, line_id, vat_code, part);
CREATE TABLE vat_code AS FROM (VALUES
    ('a', 'UEUY', 'Ydelsessalg EU', 0::DECIMAL(9,6), NULL),
    ('a', 'REP', 'Repræsentation', 0.25, NULL),
    ('b', 'X', 'Eksport', 0, 'S41')
) t(company_id, vat_code, name, rate, standard_vat_code);
"""


def test_what_is_used_and_unmapped_is_suggested_with_the_vat_code_it_carries():
    con = duckdb.connect()
    con.execute(TABLES)
    found = suggest(con, ["a", "b"])
    assert [(s.company_id, s.kind, s.code, s.standard_code) for s in found] == [
        ("a", "account", "1", "1150"),
        ("a", "account", "2", "2030"),
        ("a", "vat_code", "UEUY", "S23"),
        ("b", "account", "1", "1100"),
    ]
    assert unmapped(con, ["a", "b"]) == 4
    assert suggest(con, []) == []
