"""Suggestions: right where they are sure, quiet where nothing speaks for one."""

from decimal import Decimal

import pytest

from assets.ledger.suggest import SURE, OwnAccount, suggest_accounts
from assets.ledger.suggest_chart import editions, recognised
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


@pytest.mark.parametrize(
    ("own", "standard", "confidence", "reason"),
    [
        (OwnAccount("2030", "Husleje"), "2030", 1.0, "same number and name (Husleje)"),
        (OwnAccount("4711", "Husleje", "expense"), "2030", 0.95, "same name (Husleje)"),
        (
            OwnAccount("4711", "Audit and accounting assistance", "expense"),
            "2670",
            0.9,
            (
                "its name says the same as “Revision og regnskabsmæssig assistance” "
                "(Revision og regnskabsmæssig assistance)"
            ),
        ),
        (
            OwnAccount("4711", "Rejseudgifter", "expense"),
            "2470",
            0.8,
            (
                "“Rejseudgifter” is a usual name for it; check that it is meant "
                "(Rejseomkostninger (administrationsomkostning))"
            ),
        ),
        (
            OwnAccount("4711", "Salg til udlandet", "revenue", "S23"),
            "1150",
            0.85,
            (
                "its postings carry VAT code S23, Services sold to VAT-registered buyers in other "
                "EU countries (Salg af ydelser udland, EU)"
            ),
        ),
        (
            OwnAccount("4711", "Erhvervelsesmoms, køb i udlandet", "liability"),
            "7740",
            0.4,
            "a VAT account, but of purchases abroad or reverse charge (Købsmoms)",
        ),
    ],
)
def test_a_reason_says_what_speaks_for_it(own, standard, confidence, reason):
    (found,) = suggest_accounts([own])
    assert (found.standard_code, found.confidence, found.reason) == (standard, confidence, reason)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Salg, 25 % moms", None),  # sales, not the VAT of sales
        ("Elafgift", None),  # a cost or a claim
        ("Fri bil", None),  # a cost or a sole trader's equity
        ("A-skat", None),
        ("Bank", "liability"),
        ("Importmoms, modkonto", "liability"),
        ("Renter", "expense"),
    ],
)
def test_a_name_that_may_mean_two_accounts_is_never_sure(name, kind):
    assert all(s.confidence < SURE for s in suggest_accounts([OwnAccount("4711", name, kind)]))


def test_two_accounts_of_one_name_are_not_both_sure():
    twice = [OwnAccount(code, "Husleje", "expense") for code in ("4711", "4712")]
    found = suggest_accounts(twice)
    assert [s.confidence for s in found] == [0.7, 0.7]
    assert found[0].reason == "same name; several of your accounts have this name (Husleje)"


PUBLIC_2023 = [
    OwnAccount(old.account_code, old.name_da) for old in editions()[1].accounts.values()
][:40]


def test_in_a_chart_numbered_as_that_of_2023_the_number_tells_what_english_does_not():
    own = OwnAccount("2650", "Work injury cover", "expense")
    (alone,) = [*suggest_accounts([own]), None]
    assert alone is None
    (found,) = suggest_accounts([own], [*PUBLIC_2023, own])
    assert (found.standard_code, found.confidence) == ("2947", 0.6)
    assert found.reason == (
        "number 2650 is “Arbejdsskadeforsikring” in the public chart of 2023, now another "
        "number; compare the names (Arbejdsskadeforsikringer)"
    )


def test_a_number_tells_nothing_in_a_chart_of_the_companys_own():
    chart = [OwnAccount(a.account_code, f"Konto {a.account_code}") for a in PUBLIC_2023]
    assert recognised((a.account_code, a.name) for a in chart) is None
    assert recognised((a.account_code, a.name) for a in PUBLIC_2023[:9]) is None


def test_what_a_chart_of_2023_divides_today_is_offered_but_not_sure():
    own = OwnAccount("3610", "Exchange rate adjustments", "expense")
    (found,) = suggest_accounts([own], [*PUBLIC_2023, own])
    assert (found.standard_code, found.confidence) == ("3610", 0.8)
    assert "today it is divided, check which" in found.reason


def test_the_boxes_of_the_source_decide_where_words_cannot():
    listed, other = (
        OwnVatCode(f"EU{box}", "Sale of goods B2B (EU), 0% VAT", Decimal(0), "sale", (box,))
        for box in ("+R-B-MR", "+R-B-UR")
    )
    found = suggest_vat_codes([listed, other])
    assert [(s.standard_code, s.confidence) for s in found] == [("S21", SURE), ("S22", SURE)]


def test_a_code_whose_boxes_are_others_is_not_sure():
    own = OwnVatCode("X", "Ydelsessalg EU", Decimal(0), "sale", ("+R-C-UR",))
    (found,) = suggest_vat_codes([own])
    assert (found.standard_code, found.confidence) == ("S23", 0.6)
    assert "but your system marks it for MomsAngivelseEksportOmsaetningBeloeb" in found.reason


def test_a_standard_code_whose_name_says_another_is_not_sure():
    (found,) = suggest_vat_codes([OwnVatCode("K210", "Dansk købsmoms", Decimal("0.25"))])
    assert (found.standard_code, found.confidence) == ("K210", 0.8)
    assert "but its name speaks for K010" in found.reason


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


@pytest.mark.parametrize(
    ("own", "confidence", "said"),
    [
        (OwnAccount("2160", "Repair and maintenance", "expense"), 0.95, "and the names agree"),
        (OwnAccount("2160", "Repair of passenger cars", "expense"), 0.8, "but yours says more"),
        (OwnAccount("7740", "Moms af køb i udlandet", "liability"), 0.8, "but yours says more"),
    ],
)
def test_a_public_number_whose_name_says_more_is_looked_at(own, confidence, said):
    chart = [*PUBLIC_2023, own]
    (found,) = suggest_accounts([own], chart)
    assert (found.standard_code, found.confidence) == (own.account_code, confidence)
    assert said in found.reason


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("Svensk salgsmoms", "sale"),
        ("Salg Norge", "sale"),
        ("Salg, Sverige 25 %", None),
        ("Købsmoms, Sverige", "purchase"),
    ],
)
def test_the_vat_of_another_country_is_not_taken_for_danish(name, direction):
    (found,) = suggest_vat_codes([OwnVatCode("X25", name, Decimal("0.25"), direction)])
    assert found.standard_code in {"S88", "K710"}
    assert found.confidence < SURE


@pytest.mark.parametrize(
    "name",
    ["Købsmoms, begrænset fradrag", "Købsmoms, ikke fuldt fradrag", "Køb med delvist fradrag",
     "Købsmoms med halv fradrag", "Hotel, trekvart fradrag", "Købsmoms gulplade",
     "Købsmoms, brændstof hvidplade"],
)  # fmt: skip
def test_a_share_of_deduction_that_is_not_told_is_never_sure(name):
    found = suggest_vat_codes([OwnVatCode("X", name, Decimal("0.25"), "purchase")])
    assert all(s.confidence < SURE for s in found)


def test_digits_of_a_code_are_no_share_of_deduction():
    rows = [OwnVatCode(code, "Købsmoms", Decimal("0.25")) for code in ("I33", "I66", "I50")]
    assert [s.standard_code for s in suggest_vat_codes(rows)] == ["K010"] * 3


@pytest.mark.parametrize(
    ("name", "rate", "direction", "standard", "is_sure"),
    [
        ("Repræsentation uden fradrag", "0.25", "purchase", "K030", True),
        ("Eksport EU", "0", "sale", "S21", False),
        ("Eksport", "0", "sale", "S41", True),
        ("Margin", "0.25", "sale", "S01", False),
        ("Refusion af moms i udlandet", "0", "purchase", "K710", True),
        ("Varekøb EU uden fradrag", "0.25", "purchase", "K230", True),
    ],
)
def test_words_that_change_what_a_code_means_are_heard(name, rate, direction, standard, is_sure):
    (found,) = suggest_vat_codes([OwnVatCode("X", name, Decimal(rate), direction)])
    assert (found.standard_code, found.confidence >= SURE) == (standard, is_sure)
