"""Finding companies by name, CVR number or SE number, or by how they stand.

Belongs here: the question and its pages. Does not: anything of one company (`company`).
"""

from dataclasses import dataclass

from assets.desk.database import Connection, rows

PER_PAGE = 25
STATES = ("missing", "estimated", "late", "waiting", "awaited")
"""States of duties one can list companies by, the worst first."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: words, a state of any duty, least points; and which page of it."""

    words: str = ""
    state: str = ""
    points: int = 0
    page: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not (self.words or self.state or self.points)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found: companies by name, and how many there are in all."""

    companies: list[dict[str, object]]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.count // PER_PAGE))


_SHOWN = "cvr, se_number, name, legal_form, industry, municipality, registered_to"
_BY_NUMBER = "(cvr = $words OR se_number = $words)"
_BY_NAME = "contains(sought, $words)"
_BY_STATE = "cvr IN (SELECT cvr FROM kept_standing WHERE state = $state)"
_BY_POINTS = "cvr IN (SELECT cvr FROM company_score WHERE points >= $points)"


def search(con: Connection, sought: Sought) -> Found:
    """The companies sought, those whose name begins with the words first.

    `con` is of `database.Reading`: names and standings are read from what it keeps.
    """
    words = " ".join(sought.words.split()).lower()
    digits = words.replace(" ", "").removeprefix("dk")
    by_number = len(digits) == 8 and digits.isdigit()
    conditions = [_BY_NUMBER if by_number else _BY_NAME]
    given: dict[str, object] = {"words": digits if by_number else words}
    if sought.state:
        conditions.append(_BY_STATE)
        given["state"] = sought.state
    if sought.points:
        conditions.append(_BY_POINTS)
        given["points"] = sought.points
    where = f"FROM kept_company_name WHERE {' AND '.join(conditions)}"
    count = int(str(rows(con, f"SELECT count(*) AS n {where}", given)[0]["n"]))
    page = min(max(sought.page, 1), max(1, -(-count // PER_PAGE)))
    found = rows(
        con,
        f"SELECT {_SHOWN} {where} ORDER BY NOT starts_with(sought, $words), name, cvr "
        f"LIMIT {PER_PAGE} OFFSET {(page - 1) * PER_PAGE}",
        given,
    )
    return Found(found, count, page)
