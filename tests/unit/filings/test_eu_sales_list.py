from datetime import date

import pytest

from assets.filings.eu_sales_list import (
    GOODS,
    SERVICES,
    TRIANGULAR,
    Buyer,
    SalesList,
    read,
    render,
    validate,
    write,
)
from warehouse.errors import PermanentError

END = date(2026, 3, 31)
REPORT = {"period_start": date(2026, 1, 1), "period_end": END}
COMPANY = {"company_id": "demo", "se_number": "12345674", "cvr": None}


def line(subject: str, field: str, amount: int) -> dict[str, object]:
    return {"subject": subject, "field": field, "amount": amount}


def rendered() -> bytes:
    return render(
        REPORT,
        [
            line("SE556036079301", SERVICES, 700),
            line("GR094259216", TRIANGULAR, 300),
            line("DE136695976", GOODS, 12000),
            line("DE136695976", SERVICES, -500),
            line("FR40303265045", GOODS, 0),
        ],
        COMPANY,
    )


def test_the_file_is_as_the_authority_describes_it():
    assert rendered() == (
        b"0,12345674,LISTE,,,,,,\r\n"
        b"2,1,2026-03-31,12345674,DE,136695976,12000,0,-500\r\n"
        b"2,2,2026-03-31,12345674,EL,094259216,0,300,0\r\n"
        b"2,3,2026-03-31,12345674,SE,556036079301,0,0,700\r\n"
        b"10,3,12500,,,,,,\r\n"
    )
    assert validate(rendered()) == []


def test_signs_that_are_part_of_a_number_reach_the_authority():
    content = render(REPORT, [line("IE8+49289F", GOODS, 1), line("IE8*49289F", GOODS, 2)], COMPANY)
    assert [buyer.vat_number for buyer in read(content).buyers] == ["8*49289F", "8+49289F"]
    assert validate(content) == []


def test_the_official_sample_is_read_and_written_back_byte_for_byte(shared_data):
    content = (shared_data / "skat/eu-salg/sample_eusalg.csv").read_bytes()
    assert write(read(content)) == content
    # Its German number is made up: the check digit is wrong, and that is all.
    (finding,) = validate(content)
    assert finding.message == "811234567 is not a VAT number of DE (written without its prefix)."


def test_a_list_without_sales_is_not_filed():
    with pytest.raises(PermanentError, match="a list without sales is not filed"):
        render(REPORT, [line("DE136695976", GOODS, 0)], COMPANY)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ([line("DE136695976", "rubrikB", 1)], "no field of the EU sales list"),
        ([line("DE136695976", GOODS, 1)] * 2, "twice"),
    ],
)
def test_a_report_that_is_not_a_list_is_not_written(bad, what):
    with pytest.raises(PermanentError, match=what):
        render(REPORT, bad, COMPANY)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"\r\n", b"\n", "Every record must end with CR LF."),
        (b"10,3,12500,,,,,,\r\n", b"10,3,12500,,,,,,\r\n\r\n", "Record 6 has 1 fields, not 9."),
        (b"10,3,", b"10,4,", ("The last record says 4 buyers and 12500 kr.; the records hold 3 and "
         "12500 kr.")),
        (b"12500", b"12499", ("The last record says 3 buyers and 12499 kr.; the records hold 3 and "
         "12500 kr.")),
        (b"12000,", b"12000.00,", ("Record 2 has amounts 12000.00, 0, -500; whole kroner are "
         "expected.")),
        (b"EL,", b"GR,", ("Country GR is not one of the EU sales list; Greece is EL, Northern "
         "Ireland XI.")),
        (b"EL,", b"DK,", ("Country DK is not one of the EU sales list; Greece is EL, Northern "
         "Ireland XI.")),
        (b"136695976", b"DE136695976", ("DE136695976 is not a VAT number of DE (written without "
         "its prefix).")),
        (b"0,300,0", b"0,0,300,0", "Record 3 has 10 fields, not 9."),
        (b",0,0,700", b",0,0,0", "Buyer SE556036079301 has no amount other than zero."),
        (b"2,2,2026-03-31", b"2,2,2026-06-30", ("Record 3 is for the period to 2026-06-30, but the "
         "first buyer's is to 2026-03-31.")),
        (b"2,1,", b"2,REFERENCE-1,", ("Record 2 has a reference of 11 characters; 1 to 10 are "
         "allowed.")),
        (b"LISTE", b"LIST", "The first record must read 0,<SE number>,LISTE,,,,,,."),
        (b"12345674", b"1234567", "The list's number is '1234567'; eight digits are expected."),
        (b"2,3,2026", b"3,3,2026", "The records are 0, 2, 2, 3, 10; expected 0, then 2s, then 10."),
    ],
)  # fmt: skip
def test_what_the_authority_would_refuse_is_named(old, new, message):
    assert message in [finding.message for finding in validate(rendered().replace(old, new))]


def test_one_buyer_listed_twice_is_named():
    buyer = Buyer("1", "DE", "136695976", 1, 0, 0)
    (finding,) = validate(write(SalesList("12345674", END, (buyer, buyer))))
    assert finding.message == "Buyer DE136695976 is listed twice."


@pytest.mark.parametrize("content", [b"", b"\xff", b"0,1,LISTE", b"garbage\r\n"])
def test_what_is_no_list_is_never_read_as_one(content):
    assert [finding.rule for finding in validate(content)] == ["eu_sales_list.format"]
    with pytest.raises(PermanentError, match="not an EU sales list"):
        read(content)
