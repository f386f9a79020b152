"""Suggestions: right where they are sure, quiet where nothing speaks for one."""

from decimal import Decimal

import pytest

from assets.ledger.suggest import SURE, OwnAccount, suggest_accounts
from assets.ledger.suggest_vat import OwnVatCode, suggest_vat_codes
from warehouse import standards


@pytest.mark.parametrize(
    ("name", "kind", "standard"),
    [
        ("Salgsmoms", "liability", "7680"),
        ("Udgående moms 25 %", "liability", "7680"),
        ("Indgående moms", "liability", "7740"),
        ("Moms af varekøb udland", "liability", "7700"),
        ("Moms af ydelseskøb i udlandet", "liability", "7720"),
        ("Skyldig moms", "liability", "7840"),
        ("Elafgift", "liability", "7780"),
        ("Elafgift", "expense", "2060"),
    ],
)
def test_vat_and_duty_accounts_are_told_apart(name, kind, standard):
    (found,) = suggest_accounts([OwnAccount("9", name, kind)])
    assert found.standard_code == standard
    assert found.confidence >= SURE


def test_a_rate_that_does_not_fit_takes_the_certainty_away():
    (found,) = suggest_vat_codes([OwnVatCode("U12", "Udgående moms", Decimal("0.12"))])
    assert found.standard_code == "S01"
    assert found.confidence < 0.5
    assert "the rate differs" in found.reason


def test_a_rate_of_zero_percent_before_eu_is_no_sale_outside_it():
    (found,) = suggest_vat_codes([OwnVatCode("EUV", "Salg af varer 0 % EU", Decimal(0))])
    assert found.standard_code == "S21"


def test_an_own_code_that_looks_like_a_standard_one_by_chance_is_not_sure():
    rows = [
        OwnVatCode("S25", "Salgsmoms 25 %", Decimal("0.25")),
        OwnVatCode("S2", "Salg med moms", None),
        OwnVatCode("S1", "Eksport", None),
    ]
    found = suggest_vat_codes(rows)
    assert [s.standard_code for s in found] == ["S01", "S21", "S01"]
    assert found[0].confidence == SURE
    assert max(s.confidence for s in found[1:]) < SURE


@pytest.mark.parametrize(
    ("code", "name", "rate", "standard"),
    [
        ("U25", "Udgående moms", "0.25", "S01"),
        ("I25", "Indgående moms", "0.25", "K010"),
        ("REP", "Repræsentation købsmoms", "0.25", "K070"),
        ("UEUV", "Salg af varer EU", "0", "S21"),
        ("UEUY", "Ydelsessalg EU", "0", "S23"),
        ("IV25", "Varekøb i udlandet (EU)", "0.25", "K210"),
        ("IY25", "Ydelseskøb EU m/omvendt betalingspligt", "0.25", "K260"),
        ("IMP", "Import af varer uden for EU", "0.25", "K410"),
        ("OBPK", "Omvendt betalingspligt køb", "0.25", "K660"),
        ("UX", "Eksport", "0", "S41"),
        ("U0", "Momsfrit salg", "0", "S82"),
    ],
)
def test_codes_as_danish_systems_name_them(code, name, rate, standard):
    (found,) = suggest_vat_codes([OwnVatCode(code, name, Decimal(rate))])
    assert found.standard_code == standard


def test_nothing_is_suggested_where_nothing_speaks_for_it():
    assert suggest_vat_codes([OwnVatCode("X", "Diverse", Decimal("0.25"))]) == []
    assert suggest_accounts([OwnAccount("99990", "Fejlkonto", "asset")]) == []


def test_standard_codes_and_their_older_names_map_to_themselves():
    codes = list(standards.vat_codes())
    found = suggest_vat_codes(OwnVatCode(code, "") for code in codes)
    assert {s.own_code: s.standard_code for s in found} == {
        code: standards.canonical_vat_code(code) for code in codes
    }
    assert {s.confidence for s in found} == {1.0}
