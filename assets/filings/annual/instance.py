"""The plain XBRL instance of an annual report, for balance dates before 2025.

Until then a report may be sent as a plain instance together with a PDF of the same pages
(`pdf`); the inline page is taken in all years and is what `annual_report.render` makes.
The instance is made from the page's own bytes, so the two cannot differ.

Belongs here: whether a year may have one, and its bytes. Does not: writing XBRL
(`xbrl.writing`).

Source: indsendelsesbekendtgørelsen (BEK 1054/2021) § 17; filing rule FR83.
"""

from datetime import date

from warehouse.errors import PermanentError
from xbrl.read import read_bytes
from xbrl.writing.extract import extract
from xbrl.writing.plain import distinct, write

FIRST_INLINE_ONLY = date(2025, 1, 1)
"""The first balance date for which a report must be inline XBRL."""


def plain(page: bytes, period_end: date) -> bytes:
    """The plain instance that says what the inline `page` says.

    Raises: PermanentError for a balance date the law allows no plain instance for.
    """
    if period_end >= FIRST_INLINE_ONLY:
        raise PermanentError(
            f"A plain XBRL instance of the annual report to {period_end} was asked for, but from "
            f"balance date {FIRST_INLINE_ONLY} on an annual report must be inline XBRL. Send the "
            "page itself."
        )
    (instance,) = read_bytes(page, "report.xhtml")
    document, facts = extract(instance)
    return write(document, distinct(facts))
