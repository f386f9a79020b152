from assets.deliveries import erst_readback
from assets.deliveries.erst_readback import differences, summary
from tests.danish_report import Report, amount, text

SENT = Report()
ASSETS = amount("fsa:Assets", 100000, "end")


def test_the_same_facts_in_another_document_are_no_difference() -> None:
    shuffled = Report(facts=tuple(reversed(SENT.facts)), head="<style>p{}</style>")
    assert differences(SENT.page(), shuffled.page()) == []
    scaled = SENT.but(amount("fsa:Assets", 100, "end", ' scale="3"'))
    assert differences(SENT.page(), scaled.page()) == []


def test_every_aspect_counts() -> None:
    page = SENT.page()
    changed = {
        "value": SENT.but(amount("fsa:Assets", 100001, "end")),
        "accuracy": SENT.but(amount("fsa:Assets", 100000, "end", ' decimals="-3"')),
        "period": SENT.moved("fsa:CurrentAssets", "end-before"),
        "unit": SENT.but(ASSETS._replace(unit="pure")),
        "language": SENT.but(text("fsa:ClassOfReportingEntity", "Regnskabsklasse B", "year",
                                  ' xml:lang="en"')),
        "entity": SENT.with_entity(identifier="12345674"),
        "more": SENT.also(amount("fsa:Assets", 100000, "end")),
        "less": SENT.without("fsa:Assets", context="end"),
    }  # fmt: skip
    assert {name for name, other in changed.items() if not differences(page, other.page())} == set()


def test_differences_are_named_by_concept_and_period() -> None:
    other = SENT.but(amount("fsa:Assets", 1, "end")).also(amount("fsa:Revenue", 5))
    assert differences(SENT.page(), other.page()) == [
        "fsa:Assets 2024-12-31 was sent as 100000 and published as 1",
        "fsa:Revenue 2024-01-01/2024-12-31 was not sent and is published as 5",
    ]
    assert summary([str(number) for number in range(7)]) == "0; 1; 2; 3; 4; and 2 more"


def test_what_the_law_keeps_back_may_be_missing_but_not_other() -> None:
    name = "gsd:RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed"
    page = SENT.also(amount("fsa:Revenue", 900000)).page()
    assert differences(page, SENT.without(name).page()) == []
    assert differences(page, SENT.but(text(name, "fob2")).page()) == [
        f"{name} 2024-01-01/2024-12-31 was sent as fob1 and published as fob2"
    ]


def test_equal_bytes_are_not_even_read() -> None:
    assert differences(b"no report", b"no report") == []


def test_what_is_kept_back_is_told_apart_concept_by_concept() -> None:
    assert erst_readback._is_unpublished("{http://xbrl.dcca.dk/fsa}Revenue")
    assert not erst_readback._is_unpublished("{http://xbrl.dcca.dk/fsa}GrossProfitLoss")
