"""The authority's register, mandates and desk: every message to the letter."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from assets.authority.service import desk_codes, register_import
from assets.authority.service.register import AnnualDuty, Company, Register
from pipelines.commands import authority_publish, authority_register, authority_run
from pipelines.commands.call import Call
from pipelines.output import Output
from tests.errors import corpus
from warehouse.errors import PermanentError, ReportingError, SettingsError

expected = partial(corpus.expected, "authority")


def failing(
    kind: type[ReportingError], work: Callable[..., object], *given: object
) -> ReportingError:
    with pytest.raises(kind) as caught:
        work(*given)
    return caught.value


def test_a_register_that_is_something_else(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    path.write_bytes(b"companies: none\n" * 100)
    error = failing(SettingsError, Register, tmp_path)
    assert str(error) == expected("register-is-something-else", path=path)


def test_a_way_of_deciding_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Register(tmp_path).add(approve="perhaps")
    assert str(caught.value) == expected("no-such-approval")


def test_two_companies_with_one_number(tmp_path: Path) -> None:
    register = Register(tmp_path)
    two = [Company("12345674", "A", cvr="12345674"), Company("12345674", "B", cvr="87654321")]
    error = failing(PermanentError, register.load_many, two)
    assert str(error) == expected("number-of-two-companies")
    assert register.count() == 0


def test_a_file_of_companies_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    error = failing(SettingsError, register_import.read, path)
    assert str(error) == expected("companies-unreadable", path=path)


def test_a_file_of_companies_with_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text("cvr;navn\n12345674;Demo ApS\n", encoding="utf-8")
    error = failing(SettingsError, register_import.read, path)
    assert str(error) == expected("companies-columns", path=path)


def test_cells_that_are_wrong_are_named_by_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    rows = [
        ",".join(register_import.COLUMNS),
        "12345674, Ærø ApS,,ApS,620100,101,3,2020-07-01,,quarter,,12-31,B,2021-12-31",
        "12345674,,,,,,,,,,,,,",
        "1234567,B,1,,62,København,3.5,2020-02-30,soon,weekly,2020,31-12,E,2021",
        "12345675,C,,,,,,,,,,,,",
        "87654346,D,,,,,,2020-06-30,,,,12-31,B,2021-12-31",
        "87654354,E,,,,,,,,,,06-30,B,2021-12-31",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    found = register_import.read(path)
    told = "\n".join(one.message for one in found.findings)
    assert told == expected("company-cells").strip()
    assert found.companies == []
    path.write_text("\n".join(rows[:2]) + "\n", encoding="utf-8")
    (company,) = register_import.read(path).companies
    assert (company.name, company.employees, company.se_number) == ("Ærø ApS", 3, "12345674")
    assert company.frequencies[0].frequency == "quarter"
    assert company.annual == (AnnualDuty("12-31", "B", first_year_end=date(2021, 12, 31)),)


def test_commands_about_mandates_that_cannot_be(tmp_path: Path) -> None:
    settings = '[authority]\nname = "Prøvemyndigheden"\ncvr = "10150817"\n'
    (tmp_path / "indberet.toml").write_text(settings, encoding="utf-8")
    call = Call(tmp_path / "indberet.toml", (), Output(is_quiet=True))
    error = failing(SettingsError, authority_register.mandates, call, "87654321")
    assert str(error) == expected("company-unknown")
    Register(call.workspace().folder("authority")).add(Company("12345674", "Demo ApS"))
    given = ("12345674", "NTRDK-40000001", "report", "*")
    error = failing(SettingsError, authority_register.withdraw, call, *given)
    assert str(error) == expected("mandate-absent")
    error = failing(SettingsError, authority_register.grant, call, *given, "next year")
    assert str(error) == expected("mandate-until")
    error = failing(SettingsError, authority_register.grant, call, *given, "2020-01-01")
    today = call.workspace().today
    assert str(error) == expected("mandate-past", today=today)
    stranger = ("12345674", "40000001", "report", "*", "")
    error = failing(SettingsError, authority_register.grant, call, *stranger)
    assert str(error) == expected("mandate-stranger")


@pytest.mark.parametrize(
    "command", [authority_run.run, partial(authority_publish.publish, to=None)]
)
def test_an_authoritys_command_in_a_workspace_of_none(
    tmp_path: Path, command: Callable[[Call], int]
) -> None:
    settings = tmp_path / "indberet.toml"
    business = '[[company]]\nid = "demo"\nname = "Demo ApS"\ncvr = "10150817"\n'
    settings.write_text(business, encoding="utf-8")
    error = failing(SettingsError, command, Call(settings, (), Output(is_quiet=True)))
    assert str(error) == expected("authority-absent", settings=settings)


@pytest.mark.parametrize("code", desk_codes.ALL, ids=lambda code: code.id)
def test_an_answer_of_the_desk(code: desk_codes.Code) -> None:
    told = f"{code.id} ({code.number}, HTTP {code.http}): {code.danish}. {code.english}."
    assert told == expected(f"desk-{code.id}")
