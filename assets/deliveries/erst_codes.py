"""What the business authority's answers to annual reports mean for a filing.

Public is that status codes 31, 45-48, 75, 76, 79 and 80-89 exist, that 45-48 are about the
certificate and that 80-82 came with the REST service; no meaning of any is. So what a code means
is a table in the settings of a live channel, and the table here is for the sandbox. A code that
is in no table is never taken for a yes or a no.

Belongs here: meanings and the sandbox's table. Does not: reading answers (`erst_answers`).
"""

from enum import StrEnum


class Meaning(StrEnum):
    """What one code means.

    `ACCEPTED`, `PENDING`, `REJECTED`: as outcomes. `REFUSED`: the message was not taken, and a
    person must act. `ABSENT`: there is no such filing. `FAILED`: the authority's own trouble.
    """

    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"
    REFUSED = "refused"
    ABSENT = "absent"
    FAILED = "failed"


SANDBOX_CODES = {
    "0": Meaning.ACCEPTED,
    "1": Meaning.PENDING,
    "31": Meaning.REJECTED,
    "45": Meaning.REFUSED,
    "46": Meaning.REFUSED,
    "47": Meaning.REFUSED,
    "48": Meaning.REFUSED,
    "75": Meaning.REJECTED,
    "76": Meaning.REJECTED,
    "79": Meaning.REJECTED,
    "80": Meaning.REJECTED,
    "81": Meaning.REFUSED,
    "82": Meaning.REFUSED,
    "83": Meaning.REJECTED,
    "84": Meaning.REJECTED,
    "85": Meaning.REJECTED,
    "86": Meaning.REFUSED,
    "87": Meaning.REJECTED,
    "88": Meaning.ABSENT,
    "89": Meaning.FAILED,
}
"""The sandbox authority's codes; the real authority's meanings are not public."""
