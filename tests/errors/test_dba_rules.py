"""One report that breaks no rule; broken once per rule, exactly that rule speaks, in exact words.

`dba_messages.txt` holds every rule's message on its broken report; `--update` rewrites it.
"""

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.danish_breaks import ASSISTANCE, NO_RESERVATION, broken
from tests.danish_report import ENTRY, Report, text
from xbrl.rules.catalogue import rule_set
from xbrl.rules.run import READ, judge, problems
from xbrl.tables.facts import tables

MESSAGES = Path(__file__).with_name("dba_messages.txt")
VALID = Report()
# From 2025 the auditor's words are other ones.
VALID_2025 = VALID.but(text(ASSISTANCE, "Den uafhængige revisors erklæring"))
BROKEN = broken(VALID)

# What else such a report breaks, of necessity.
ALSO = {
    "TH06": {"TR01", "TR06"},
    "TR05": {"FR109"},
    "TM18": {"FR57.MarkingOfPeriod"},
    "TM20": {"FR57.MarkingOfPeriod"},
    "FR34": {"FR57.Assets", "FR57.LiabilitiesAndEquity"},
}
REGIMES = {
    "TH14": "arl-2022",
    **dict.fromkeys(("TR15", "TR16", "TR17"), "arl-2024-multi-target"),
}
PLAIN = {"FR82": "arl-2024-multi-target", "FR83": "arl-2024"}
"""Broken by being no page at all; see `plain`."""


def plain(report: Report, filing_id: str) -> dict[str, pa.Table]:
    """The report's tables, of a plain XBRL document."""
    made = tables(report.instance(), filing_id, 1)
    kinds = pa.array(["xbrl"]).dictionary_encode()
    place = made["xbrl_filing"].schema.get_field_index("kind")
    field = made["xbrl_filing"].schema.field(place)
    made["xbrl_filing"] = made["xbrl_filing"].set_column(place, field, kinds.cast(field.type))
    return made


def judged(made: dict[str, dict[str, pa.Table]], regime: str | None) -> dict[str, list]:
    con = duckdb.connect(config={"memory_limit": "256MB", "threads": 1})
    for name in READ:
        all_ = pa.concat_tables([one[name] for one in made.values()]).unify_dictionaries()
        con.register("part", all_)
        con.execute(f"CREATE TABLE {name} AS FROM part")
        con.unregister("part")
    found = judge(con, regime=regime)
    con.close()
    ids = found["filing_id"].to_pylist()
    sorted_ = {key: [] for key in made}
    for filing_id, problem in zip(ids, problems(found), strict=True):
        sorted_[filing_id].append(problem)
    return sorted_


@pytest.fixture(scope="module")
def said() -> dict[str, list]:
    """What is said of every broken report, judged in one pass per regime."""
    found = {}
    for regime in ("arl-2022", "arl-2024", "arl-2024-multi-target"):
        made = {
            code: tables(report.instance(), code, 1)
            for code, report in BROKEN.items()
            if REGIMES.get(code, "arl-2024") == regime
        }
        made |= {code: plain(VALID, code) for code, r in PLAIN.items() if r == regime}
        made["valid"] = tables(VALID.instance(), "valid", 1)
        judgement = judged(made, regime)
        assert judgement.pop("valid") == []
        found |= judgement
    return found


@pytest.mark.parametrize("code", [*BROKEN, *PLAIN])
def test_a_report_broken_once_breaks_that_rule(code, said):
    assert {p.code for p in said[code]} == {f"DBA.{c}" for c in {code} | ALSO.get(code, set())}


def test_every_rule_is_broken_once():
    assert {f"DBA.{code}" for code in (*BROKEN, *PLAIN)} == {r.code for r in rule_set("dba").rules}


def test_messages_are_exact(said, request):
    lines = []
    for code in sorted(said):
        for p in said[code]:
            if p.code == f"DBA.{code}":
                lines += [f"{p.severity} {p.code} [{p.where}] {p.message}", f"    {p.remedy}"]
    written = "\n".join(lines) + "\n"
    if request.config.getoption("--update"):
        MESSAGES.write_text(written, encoding="utf-8")
    assert written == MESSAGES.read_text(encoding="utf-8")
    assert "{" not in written


def test_rules_of_2025_ask_for_the_words_of_2025():
    reports = {
        "valid": VALID_2025,
        "FR24": VALID_2025.but(
            text("arr:DescriptionOfQualificationsOfAuditedFinancialStatements", NO_RESERVATION)
        ),
        "FR59.noDimension": VALID_2025.without(
            "arr:DescriptionOfQualificationsOfAuditedFinancialStatements"
        ),
        "FR92": VALID_2025.without("arr:SignatureOfAuditorsDate"),
    }
    made = {code: tables(report.instance(), code, 1) for code, report in reports.items()}
    found = judged(made, "arl-2025")
    assert found.pop("valid") == []
    assert {code: [p.code for p in found[code]] for code in found} == {
        code: [f"DBA.{code}"] for code in found
    }


def test_an_entry_point_of_an_unknown_year_is_said_to_be_unjudged():
    old = replace(VALID, references=VALID.references.replace("20241001/", "20150701/"))
    found = judged({"old": tables(old.instance(), "old", 1)}, None)["old"]
    assert [(p.code, p.severity, p.message) for p in found] == [
        (
            "rules:no-regime",
            "note",
            f"No filing rules are known for reports of {ENTRY.replace('20241001/', '20150701/')}.",
        )
    ]


def test_a_period_stated_by_half_is_told_by_half():
    """Half a period once made no message at all, and the whole batch failed on it."""
    half = BROKEN["FR109"].without("gsd:ReportingPeriodEndDate")
    found = judged({"half": tables(half.instance(), "half", 1)}, "arl-2024")["half"]
    assert [p.message for p in found if p.code == "DBA.FR109"] == [
        (
            "A bookkeeping system is used 2023-12-31 to 2024-12-31, outside the accounting period "
            "from 2024-01-01."
        )
    ]
