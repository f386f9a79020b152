"""Every message about tables handed over for the cross-report checks, to the letter."""

import tomllib
from pathlib import Path

import pytest

from assets.authority.cross import handed_over
from tests.errors.corpus import FOLDER, expected
from warehouse.errors import SettingsError

CASES = {
    case["id"]: case
    for case in tomllib.loads((FOLDER / "cross.toml").read_text(encoding="utf-8"))["case"]
}
ROWS = {
    "payroll-row": "cvr;year;employees\n10150817;2025;12.5\n10150818;2025;1,5\n",
    "payroll-row-twice": "cvr;year;employees\n10150817;2024;1\n10150818;2025;3\n10150818;2025;4\n",
    "eu-purchases-row": "country;seller;buyer;period;amount;note\n"
    "DE;DE1234;DK10150817;2025-13;5;x\nDE; DE1234;DK10150817;2025-12;5;x\n",
}


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "payroll.csv"
    with pytest.raises(SettingsError) as caught:
        handed_over.payroll(path)
    assert str(caught.value) == expected("cross", "unreadable", path=path)


def test_a_table_without_a_column(tmp_path: Path) -> None:
    path = tmp_path / "eu.csv"
    path.write_text("country;buyer;period\n")
    with pytest.raises(SettingsError) as caught:
        handed_over.eu_purchases(path)
    assert str(caught.value) == expected("cross", "column", path=path)


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_used(
    tmp_path: Path, case: str
) -> None:
    path = tmp_path / "given.csv"
    path.write_text(ROWS[case])
    read = handed_over.payroll if case.startswith("payroll") else handed_over.eu_purchases
    given = read(path)
    found = given.findings[-1]
    assert (found.message, found.remedy) == (expected("cross", case), CASES[case]["remedy"])
    assert found.rule == case.removesuffix("-twice")
    assert found.where == f"given.csv:{found.message.split()[1]}"
    assert given.rows.num_rows == 1


def test_every_message_has_its_case() -> None:
    assert set(CASES) == {"unreadable", "column", *ROWS}
