"""What is odd in a company's books in Odoo and no reason to stop reading.

Belongs here: the notes. Does not: finding out (`pull`, `taxes`).
"""

from collections.abc import Iterator

from assets.sources.connector import Found
from assets.sources.parts.odoo.taxes import Taxes
from quality.finding import Finding, Severity


def found(place: tuple[str, str], drafts: int, noisy: int, taxes: Taxes) -> Iterator[Found]:
    """The notes of one pull. `place` is (company, database); `noisy`: amounts with float noise."""
    if drafts:
        yield _note(
            place, "odoo.drafts", "account.move",
            f"Drafts in Odoo are not read; there are {drafts}.",
            "Post what belongs in a report in Odoo, then run `indberet pull`.",
        )  # fmt: skip
    if noisy:
        yield _note(
            place, "odoo.float_noise", "account.move.line",
            "The noise of binary floats, less than a millionth, was taken off amounts "
            f"{noisy} times.",
            "Nothing.",
        )  # fmt: skip
    if contradicting := taxes.contradicting():
        yield _note(
            place, "odoo.tax_boxes", "account.tax",
            "The boxes of these taxes of the Danish localisation, or their deduction, are not "
            f"those of the standard code they are named after: {', '.join(contradicting)}. "
            "Odoo's own VAT report shows their amounts elsewhere than the return does.",
            "Map them in indberet.toml, as `indberet connect` proposes, if they are used.",
        )  # fmt: skip
    if due := taxes.on_payment():
        yield _note(
            place, "odoo.tax_on_payment", "account.tax",
            f"These taxes count when an invoice is paid, as Odoo books them: {', '.join(due)}.",
            "See that the company may return VAT on payment.",
        )  # fmt: skip


def _note(place: tuple[str, str], rule: str, where: str, message: str, remedy: str) -> Found:
    company, database = place
    return Found(Finding(rule, Severity.NOTE, company, f"{database}/{where}", message, remedy))
