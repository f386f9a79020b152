"""The sandbox authority's receipts are the same bytes at any time."""

import time
from datetime import UTC, date, datetime

from assets.authority.service import receipts


def test_the_same_approval_is_the_same_receipt():
    given = (
        "Ærø Møbler – Łódź ApS",
        "12345674",
        (date(2026, 1, 1), date(2026, 3, 31)),
        {"MomsAngivelseSalgsMomsBeloeb": 1000, "MomsAngivelseAfgiftTilsvarBeloeb": 1000},
        (receipts.payment_line(1), date(2026, 6, 1)),
        datetime(2026, 4, 10, 8, 0, 1, tzinfo=UTC),
    )
    made = receipts.pdf(*given)
    time.sleep(1.1)  # a clock inside would show
    assert receipts.pdf(*given) == made
