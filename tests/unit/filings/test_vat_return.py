import re
from datetime import date

import pytest

from assets.filings import vat_return
from assets.filings.vat_return import FIELDS, TOTAL, VatReturn, read, render, total, validate, write
from warehouse.errors import PermanentError

PERIOD = {"period_start": date(2026, 1, 1), "period_end": date(2026, 3, 31)}
COMPANY = {"company_id": "demo", "se_number": "12345674", "cvr": "12345674"}


def lines(given_amounts: dict[str, int]) -> list[dict[str, object]]:
    stated = given_amounts | {TOTAL: total(given_amounts)}
    return [{"field": field, "amount": amount, "subject": ""} for field, amount in stated.items()]


def test_the_published_example_adds_up():
    figures = {
        "MomsAngivelseSalgsMomsBeloeb": 1000,
        "MomsAngivelseMomsEUKoebBeloeb": 50,
        "MomsAngivelseMomsEUYdelserBeloeb": 75,
        "MomsAngivelseKoebsMomsBeloeb": 500,
        "MomsAngivelseElAfgiftBeloeb": 210,
    }
    assert total(figures) == 415


def test_a_zero_return_states_all_seventeen_fields():
    content = render(PERIOD, lines({}), COMPANY).decode()
    assert content.count("Beloeb>0</") == 17
    assert content.index(TOTAL) < content.index("MomsAngivelseCO2AfgiftBeloeb")


def test_a_total_that_does_not_add_up_is_found_before_the_authority_does():
    wrong = dict.fromkeys(FIELDS, 0) | {TOTAL: 415, "MomsAngivelseSalgsMomsBeloeb": 414}
    content = write(VatReturn("12345674", date(2026, 1, 1), date(2026, 3, 31), wrong))
    (finding,) = validate(content, "demo")
    assert finding.message == "Moms i alt is 415 kr., but its fields add up to 414 kr."
    assert (finding.rule, finding.company_id) == ("vat_return.total", "demo")


def test_a_period_that_ends_before_it_starts_is_found():
    zero = dict.fromkeys(FIELDS, 0)
    content = write(VatReturn("12345674", date(2026, 4, 1), date(2026, 3, 31), zero))
    assert [finding.rule for finding in validate(content)] == ["vat_return.period"]


def test_an_se_number_with_letters_is_found():
    zero = dict.fromkeys(FIELDS, 0)
    content = write(VatReturn("1234567X", date(2026, 1, 1), date(2026, 3, 31), zero))
    assert [finding.rule for finding in validate(content)] == ["vat_return.se_number"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<Angivelse/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        render(PERIOD, lines({}), COMPANY).replace(b">0<", b">0.50<", 1),
        render(PERIOD, lines({}), COMPANY).replace(b">0<", b">" + b"9" * 5000 + b"<", 1),
        render(PERIOD, lines({}), COMPANY).replace(b">2026-01-01<", b">-0001-01-01<"),
        render(PERIOD, lines({}), COMPANY)[:-40],
    ],
)
def test_what_is_no_return_is_never_read_as_one(content):
    assert [finding.rule for finding in validate(content)] == ["vat_return.schema"]
    with pytest.raises(PermanentError):
        read(content)


def test_prefixes_chosen_by_another_program_do_not_matter():
    ours = render(PERIOD, lines({}), COMPANY)
    theirs = re.sub(rb"(</?)ws:", rb"\1ns0:", ours).replace(b":ws=", b":ns0=")
    theirs = theirs.replace(b"<ns0:Angivelse ", b'<ns0:Angivelse xmlns:m="urn:x" xmlns:k="urn:y" ')
    assert read(theirs) == read(ours)


def test_a_company_without_numbers_cannot_file():
    with pytest.raises(PermanentError, match="neither SE number nor CVR number"):
        render(PERIOD, lines({}), {"company_id": "demo", "se_number": None, "cvr": None})


def test_a_company_registered_once_files_under_its_cvr_number():
    content = render(PERIOD, lines({}), COMPANY | {"se_number": None, "cvr": "87654321"})
    assert read(content).se_number == "87654321"


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ([{"field": "MomsAngivelseNy", "amount": 1}], "which is no field of the VAT return"),
        ([{"field": TOTAL, "amount": 0}] * 2, f"{TOTAL} twice"),
        ([], f"lacks {TOTAL}"),
    ],
)
def test_a_report_that_is_not_a_return_is_not_written(bad, what):
    with pytest.raises(PermanentError, match=what):
        render(PERIOD, bad, COMPANY)


def test_fields_are_those_of_the_official_schema_in_its_order(shared_data):
    path = shared_data / "skat/momsangivelse-original/ModtagMomsangivelseForeloebig/urn/oio/skat"
    text = (path / "nemvirksomhed/ws/1_0_0/ModtagMomsangivelseForeloebig_I.xsd").read_text()
    places = [text.index(f'ref="nemvirksomhed:{field}"') for field in vat_return.FIELDS]
    assert places == sorted(places)
    assert text.count('ref="nemvirksomhed:MomsAngivelse') == len(FIELDS)
