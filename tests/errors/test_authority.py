"""The authority's register, mandates and desk: every message to the letter."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from assets.authority.service.register import Company, Register
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
