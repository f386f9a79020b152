"""Preparing an input file again loses nothing a person wrote, however they wrote it."""

import tomllib
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assets.reports.annual import catalogue, input_writing, prefill
from assets.reports.annual.input_merging import merged
from assets.reports.annual.input_writing import FACT, text, toml
from tests.annual_year import answered, fiscal_year
from warehouse.errors import PermanentError

pytestmark = pytest.mark.slow

EMPTY = fiscal_year()
BUSY = fiscal_year({"1010": -900_000, "2898": 5940}, {"5570": 100_000, "7110": -9})
LATER = prefill.layout(BUSY, answered(""), None, "tryton")
FIRST = text(prefill.layout(EMPTY, answered(""), None, ""))

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\"\\#=[]'"))
values = words | st.booleans() | st.integers(-(10**9), 10**9) | st.dates() | st.lists(words)
keys = st.sampled_from(sorted(catalogue.asked()))
comments = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=3)


def written(answers, said):
    """A file a person might keep: sections in any order, comments of their own."""
    sections: dict[str, list[str]] = {}
    for key, value in answers.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, []).append(f"{name} = {toml(value)}  # mine")
    lines = [f"# {one}" for one in said]
    for section, rows in sections.items():
        lines += ["", f"[{section}]", *rows]
    return "\n".join(lines) + "\n"


def flat(raw, above=""):
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


@given(st.dictionaries(keys, values), comments)
@example({"report.chairman": "#> not ours\n[company]\nname = 1"}, ["kept"])
def test_answers_and_comments_stay(answers, said):
    before = written(answers, said)
    after = merged(before, LATER, "file")
    now = dict(flat(tomllib.loads(after)))
    for key, value in flat(tomllib.loads(before)):
        assert now[key] == value or value in ("", [])
    for line in before.split("\n"):
        assert line in after.split("\n") or line.startswith(FACT)
    assert now.keys() >= {f"{s.name}.{e.name}" for s in LATER.sections for e in s.entries}


@given(st.dictionaries(keys, values))
def test_preparing_twice_is_preparing_once(answers):
    once = merged(written(answers, []), LATER, "file")
    assert merged(once, LATER, "file") == once


def test_the_first_file_prepared_again_is_the_same_bytes():
    assert merged(FIRST, prefill.layout(EMPTY, answered(""), None, ""), "file") == FIRST


def test_new_questions_are_added_and_facts_renewed():
    after = merged(FIRST, LATER, "file")
    assert "[depreciation]" in after
    assert 'accept_derived = ""  # ANSWER' in after
    assert after.count("The books suggest 2.5") == 1
    again = merged(after.replace("The books suggest 2.5", "The books suggest 7"), LATER, "file")
    assert again == after


def test_an_open_question_takes_what_is_found_since_and_an_answered_one_does_not():
    layout = prefill.layout(EMPTY, answered(""), answered('[company]\ntown = "Hellerup"'), "")
    assert 'town = "Hellerup"' in merged(FIRST, layout, "file")
    mine = FIRST.replace('town = ""  # ANSWER', 'town = "Odense"  # ANSWER')
    assert 'town = "Odense"' in merged(mine, layout, "file")
    emptied = FIRST.replace('town = ""  # ANSWER', 'town = ""')
    assert 'town = ""\n' in merged(emptied, layout, "file")


@pytest.mark.parametrize("broken", ["[company\n", 'company = { name = "x" }\n'])
def test_a_file_nothing_can_be_added_to_is_left_alone(broken):
    with pytest.raises(PermanentError, match="Nothing was written"):
        merged(broken, LATER, "file")


@given(values | st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_values_are_written_as_they_are_read(value):
    read = tomllib.loads(f"x = {toml(value)}", parse_float=Decimal)["x"]
    assert read == value


def test_no_line_of_ours_is_longer_than_a_screen():
    assert max(map(len, text(LATER).split("\n"))) <= 110
    assert input_writing.ASKED in text(LATER)
