"""A table handed over keeps its text and the number of its rows."""

from pathlib import Path

import pytest

from assets.authority import csv_cells


@pytest.mark.parametrize("between", [";", ","])
def test_empty_rows_are_left_out_and_the_others_keep_their_number(
    tmp_path: Path, between: str
) -> None:
    lines = ("cvr;year", "00150817; 007", "", ";", "10150817;NA", "")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines).replace(";", between), encoding="utf-8-sig")
    frame = csv_cells.read(path)
    assert list(frame.itertuples(name=None)) == [(0, "00150817", "007"), (3, "10150817", "NA")]


def test_what_is_not_there_says_so_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^No such file or directory$"):
        csv_cells.read(tmp_path / "table.csv")
