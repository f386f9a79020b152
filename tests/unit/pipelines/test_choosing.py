"""Going through suggestions: few questions, valid codes, and stopping keeps what was chosen."""

from collections.abc import Callable, Iterator

import pytest

from pipelines.commands import choosing
from pipelines.output import Output
from pipelines.suggest import Suggestion


def one(
    code: str, standard: str, confidence: float, kind: str = "account", part: str = ""
) -> Suggestion:
    return Suggestion("a", kind, code, f"name {code}", standard, "Salg", part, confidence, "why")


SURE = [one(str(n), "1010", 0.95) for n in range(100, 400)]
UNSURE = [
    one("U", "S01", 0.7, "vat_code"), one("10", "1010", 0.6), one("11", "1610", 0.6),
    one("20", "6480", 0.5),
]  # fmt: skip


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A person who answers so; the questions they were asked."""

    def answering(*given: str) -> list[str]:
        left: Iterator[str] = iter(given)
        asked: list[str] = []

        def prompt(question: str, default: str = "", **_: object) -> str:
            asked.append(question.strip())
            return next(left) or default

        monkeypatch.setattr(choosing.typer, "prompt", prompt)
        return asked

    return answering


def test_three_hundred_sure_ones_are_one_question(answers) -> None:
    asked = answers("yes")
    assert choosing.through(Output(), SURE, []) == SURE
    assert asked == ["Take 300 accounts? (yes, no: one by one, show)"]


def test_the_unsure_are_taken_changed_and_skipped_in_groups(answers) -> None:
    answers("", "2030", "--", "-")
    chosen = choosing.through(Output(is_quiet=True), UNSURE, [])
    assert [(c.code, c.standard_code, c.standard_name) for c in chosen] == [
        ("U", "S01", "Salg"),
        ("10", "2030", "Husleje"),
    ]


def test_all_takes_the_rest_of_a_group_and_stopping_keeps_what_was_chosen(answers) -> None:
    answers("-", "all", "q")
    chosen = choosing.through(Output(is_quiet=True), UNSURE, [one("x", "", 0)])
    assert [c.code for c in chosen] == ["10", "11"]


def test_a_code_that_is_none_is_never_taken(answers, capsys: pytest.CaptureFixture[str]) -> None:
    answers("4711x", "husleje", "salg med moms", "s011", "s01")
    (chosen,) = choosing.through(Output(), [one("U", "S02", 0.7, "vat_code")], [])
    assert chosen.standard_code == "S01"
    told = capsys.readouterr().out
    assert "No standard code is or says '4711x'." in told
    assert "No standard code is or says 'husleje'." in told
    assert told.count("     S01  Sales with VAT\n") == 1


def test_a_sum_of_the_chart_is_no_target(answers) -> None:
    total = next(a for a in choosing.standards.accounts().values() if a.kind == "total")
    answers(total.account_code, "-")
    assert choosing.through(Output(is_quiet=True), UNSURE[1:2], []) == []


def test_what_has_no_suggestion_is_asked_for_too(answers) -> None:
    answers("1010")
    (chosen,) = choosing.through(Output(is_quiet=True), [], [one("x", "", 0)])
    assert (chosen.code, chosen.standard_code) == ("x", "1010")


def test_a_sale_becomes_a_purchase_only_when_meant(answers, monkeypatch) -> None:
    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question.strip())
        return len(asked) > 1

    monkeypatch.setattr(choosing.typer, "confirm", confirm)
    answers("K010", "K410")
    (chosen,) = choosing.through(Output(is_quiet=True), UNSURE[:1], [])
    assert chosen.standard_code == "K410"
    assert asked[0] == "K010 is for purchases, S01 for sales. Take it all the same?"


def test_one_leg_stays_one_only_where_the_code_has_two(answers, monkeypatch) -> None:
    monkeypatch.setattr(choosing.typer, "confirm", lambda *_, **__: True)
    answers("K220", "S01")
    legs = [one("A", "K210", 0.8, "vat_code", "output"), one("B", "K210", 0.8, "vat_code", "input")]
    chosen = choosing.through(Output(is_quiet=True), legs, [])
    assert [(c.standard_code, c.part) for c in chosen] == [("K220", "output"), ("S01", "")]


def test_one_company_is_not_named_and_a_reason_does_not_repeat_the_standard(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = Suggestion(
        "a", "account", "Bank", "Bank", "6480", "Bankkonto", "", 0.9, "same (Bankkonto)"
    )
    choosing.show(Output(), [told], is_short=False)
    shown = capsys.readouterr().out
    assert shown.startswith("Accounts\n")
    assert "│ Bank  │ 6480 Bankkonto │  90% │ same │" in shown
