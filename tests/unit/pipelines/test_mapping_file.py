"""Accepted rows are written once, beside what a person wrote."""

from pathlib import Path

import pytest

from pipelines import settings
from pipelines.commands import mapping_file
from pipelines.suggest import Suggestion
from warehouse.errors import SettingsError

SETTINGS = """# mine
[[company]]
id = "a"
name = "A ApS"
cvr = "10150817"
"""


def row(code: str, standard: str, kind: str = "account") -> Suggestion:
    return Suggestion("a", kind, code, f"Konto, {code}", standard, "Salg", "", 0.95, "why")


def workspace(folder: Path, more: str = "") -> settings.Workspace:
    (folder / "indberet.toml").write_text(SETTINGS + more)
    return settings.load(folder / "indberet.toml")


def test_rows_are_added_once_and_named_in_the_settings(tmp_path: Path) -> None:
    found = workspace(tmp_path)
    path = tmp_path / "mapping-a.csv"
    for _ in range(2):
        assert mapping_file.add(found, [row("1000", "1010"), row("0700", "6480")]) == [str(path)]
    assert path.read_text() == (
        "kind,code,name,standard_code,standard_name,part\n"
        'account,1000,"Konto, 1000",1010,Salg,\naccount,0700,"Konto, 0700",6480,Salg,\n'
    )
    text = (tmp_path / "indberet.toml").read_text()
    assert text == f'{SETTINGS}\n[mapping."a"]\nmapping_file = "mapping-a.csv"\n'
    loaded = settings.load(tmp_path / "indberet.toml")
    assert [(a.account_code, a.standard_account_code) for a in loaded.accounts] == [
        ("1000", "1010"), ("0700", "6480"),
    ]  # fmt: skip


def test_a_persons_own_file_columns_edits_and_comments_stay(tmp_path: Path) -> None:
    own = "code,kind,standard_code,remark\n1000,account,1100,ours"
    (tmp_path / "ours.csv").write_text(own)
    more = '\n[mapping.a] # chosen\nmapping_file = "ours.csv"\n'
    found = workspace(tmp_path, more)
    mapping_file.add(found, [row("1000", "1010"), row("U", "S01", "vat_code")])
    assert (tmp_path / "ours.csv").read_text() == f"{own}\nU,vat_code,S01,\n"
    assert (tmp_path / "indberet.toml").read_text() == SETTINGS + more


def test_a_mapping_there_is_gets_the_file_beside_its_own_rows(tmp_path: Path) -> None:
    found = workspace(tmp_path, '\n[mapping.a]\naccounts = { "1" = "1010" } # mine\n')
    mapping_file.add(found, [row("2", "6480")])
    text = (tmp_path / "indberet.toml").read_text()
    assert '[mapping.a]\nmapping_file = "mapping-a.csv"\naccounts = { "1" = "1010" } # mine' in text


def test_settings_that_cannot_name_the_file_stay_as_they_were(tmp_path: Path) -> None:
    more = '\n[mapping]\na = { accounts = { "1" = "1010" } }\n'
    found = workspace(tmp_path, more)
    with pytest.raises(SettingsError) as caught:
        mapping_file.add(found, [row("2", "6480")])
    assert str(caught.value) == (
        f"The rows are in {tmp_path / 'mapping-a.csv'}, but {tmp_path / 'indberet.toml'} could not "
        'be made to name it. Write mapping_file = "mapping-a.csv" under the mapping of a by hand.'
    )
    assert (tmp_path / "indberet.toml").read_text() == SETTINGS + more


def test_nothing_is_added_to_a_workbook(tmp_path: Path) -> None:
    found = workspace(tmp_path)
    with (tmp_path / "indberet.toml").open("a") as file:
        file.write('\n[mapping.a]\nmapping_file = "ours.xlsx"\n')
    with pytest.raises(SettingsError) as caught:
        mapping_file.add(found, [row("2", "6480")])
    assert str(caught.value) == (
        f"{tmp_path / 'ours.xlsx'} is no CSV file, so nothing was added to it. Save it as CSV "
        "(UTF-8, commas) and name that in mapping_file, then run `indberet connect` again."
    )
