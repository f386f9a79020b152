"""The tax agency's answer codes: what each means for a filing and what to do.

Belongs here: the published codes, one row each. Does not: reading messages.

Source: the agency's sample documentation of the three services; 10 and 20 as
Microsoft's client reads them; 507 as the draft service answers a wrong total.
"""

from dataclasses import dataclass

from assets.deliveries.channel import Outcome


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `outcome` None: the authority knows nothing of the filing."""

    number: int
    meaning: str
    remedy: str
    outcome: Outcome | None


_DELEGATE = (
    "In TastSelv Erhverv the company grants 'Nemvirksomhed-adgang for systemudbyderne' to the "
    "owner of the certificate; then deliver again."
)

CODES = {
    code.number: code
    for code in (
        Code(
            10, "accepted", "Nothing: the return counts.", Outcome.ACCEPTED,
        ),
        Code(
            20, "rejected by the company", "Correct the books or approve the next draft.",
            Outcome.REJECTED,
        ),
        Code(
            507, "the total differs from what the fields give",
            "Build the report again; this is a defect if it persists.", Outcome.REJECTED,
        ),
        Code(
            4801, "the company has not delegated access to this system", _DELEGATE,
            Outcome.REJECTED,
        ),
        Code(
            4802, "the period is not open for this company",
            "Compare the company's frequency in the settings with `indberet calendar`.",
            Outcome.REJECTED,
        ),
        Code(
            4803, "the period has not ended", "Deliver after its last day.", Outcome.REJECTED,
        ),
        Code(
            4804, "the period is more than three years back",
            "Ask the agency for reassessment (genoptagelse); it is outside this service.",
            Outcome.REJECTED,
        ),
        Code(
            4810, "the draft waits for the company's approval",
            "A person of the company approves it behind the link.", Outcome.AWAITING_APPROVAL,
        ),
        Code(
            4811, "the company rejected the draft", "Correct the books and deliver again.",
            Outcome.REJECTED,
        ),
        Code(
            4812, "there is no receipt yet", "Wait: receipts are made in the daily batch at 16.",
            Outcome.PENDING,
        ),
        Code(
            4813, "there is no such draft", "Deliver it again.", None,
        ),
        Code(
            4816, "the return type must be Moms", "This is a defect of this system.",
            Outcome.REJECTED,
        ),
        Code(
            4817, "the search dates are wrong", "Ask for a first day before the last one.",
            Outcome.REJECTED,
        ),
        Code(
            5001, "preliminary return received", "A person of the company approves it behind the "
            "link.", Outcome.AWAITING_APPROVAL,
        ),
        Code(
            5002, "preliminary correction received", "A person of the company approves it behind "
            "the link.", Outcome.AWAITING_APPROVAL,
        ),
    )
}  # fmt: skip


def explain(number: str | int) -> str:
    """What a code means and what to do, for a person; empty for a code not published.

    >>> explain(4803)
    'the period has not ended. Deliver after its last day.'
    """
    code = CODES.get(int(number)) if str(number).isdigit() else None
    return f"{code.meaning}. {code.remedy}" if code else ""
