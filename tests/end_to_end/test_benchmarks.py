"""Benchmarks that make tables of their own keep up with the tables: tried small."""

import pytest

from benchmarks import authority_arrivals


def test_duties_are_worked_out_of_a_made_up_register(capsys: pytest.CaptureFixture[str]) -> None:
    authority_arrivals.measure_duties(40)
    told = capsys.readouterr().out
    assert told.count("40 companies, 400 duties") == 2
    assert "the same bytes twice" in told
