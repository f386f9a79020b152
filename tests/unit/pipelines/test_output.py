"""What a table in the terminal looks like."""

import pytest

from pipelines.output import Output


def test_years_are_not_grouped_and_a_title_is_not_folded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    title = "A title longer than the table under it"
    Output().table(title, (">year", ">fiscal_year", ">kr"), [(2025, None, 2025)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].rstrip() == title
    assert lines[4].split() == ["│", "2025", "│", "│", "2", "025", "│"]
