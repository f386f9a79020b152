"""The examples in docstrings of reports and standards are true."""

import doctest

import pytest

from assets.reports import calendar, vat_return
from warehouse import standards


@pytest.mark.parametrize("module", [calendar, vat_return, standards], ids=lambda m: m.__name__)
def test_examples_in_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
