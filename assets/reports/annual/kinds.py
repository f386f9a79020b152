"""What may stand behind a key of the input file: one small reader for each kind of answer.

A reader gives the value as the report uses it, or a `Wrong` that says what was
expected. An empty text is no answer and never comes here.

Belongs here: single values. Does not: which keys there are (`catalogue`), or what
answers must agree on with each other (`checks`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assets.reports.annual import catalogue

NONE = "none"
"""The answer that there is nothing to disclose."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a value cannot be used: what was `expected`, as the rest of a sentence."""

    expected: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member of management; `title` may be empty."""

    name: str
    title: str = ""


def read(kind: str, value: Any) -> Any:
    """`value` as `kind` has it, or `Wrong`.

    >>> read("mne", "12345")
    Wrong(expected='mne and up to five digits, as in "mne12345"')
    >>> read("money", Decimal("1000.505"))
    Wrong(expected='an amount in kroner with at most two decimals, as in 125000 or 125000.50')
    """
    name, _, choices = kind.partition(":")
    if name == "choice":
        allowed = choices.split("|")
        return value if value in allowed else Wrong("one of " + ", ".join(allowed))
    return _READERS[name](value)


def is_empty(value: Any) -> bool:
    """Whether nothing was answered."""
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold. Source: XML 1.0 § 2.2."""


def _text(value: Any) -> Any:
    if isinstance(value, str) and "\n" not in value.strip() and not _NOT_IN_XML.search(value):
        return value.strip()
    return Wrong('text in quotes on one line, as in "…"')


def _paragraphs(value: Any) -> Any:
    if not isinstance(value, str) or _NOT_IN_XML.search(value):
        return Wrong('text in quotes without control characters, as in "…" or """…"""')
    return re.sub(r"\n[ \t]*\n\s*", "\n\n", value.strip())


def _paragraphs_or_none(value: Any) -> Any:
    if value is False or (isinstance(value, str) and value.strip().lower() in {NONE, "ingen"}):
        return NONE
    found = _paragraphs(value)
    return Wrong('text in quotes, or "none"') if isinstance(found, Wrong) else found


def _date(value: Any) -> Any:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return Wrong("a day, as in 2027-05-28")


def _yes_no(value: Any) -> Any:
    return value if isinstance(value, bool) else Wrong("true or false without quotes")


_LARGEST = Decimal(10) ** 15


def _money(value: Any) -> Any:
    found = _number(value)
    if found is None or found != round(found, 2) or abs(found) >= _LARGEST:
        return Wrong("an amount in kroner with at most two decimals, as in 125000 or 125000.50")
    return found.quantize(Decimal("0.01"))


def _count(value: Any) -> Any:
    found = _number(value)
    if found is None or found != round(found, 2) or not 0 <= found < 10**6:
        return Wrong("a number of 0 or more with at most two decimals, as in 7 or 0.5")
    return found


def _number(value: Any) -> Decimal | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value if isinstance(value, Decimal) and value.is_finite() else None


def _pattern(pattern: str, expected: str) -> Callable[[Any], Any]:
    def reader(value: Any) -> Any:
        text = str(value).strip() if isinstance(value, str | int) else ""
        return text if re.fullmatch(pattern, text) else Wrong(expected)

    return reader


def _cvr(value: Any) -> Any:
    from stdnum.dk import cvr as rule  # noqa: PLC0415  (stdnum imports its country package)

    digits = str(value).replace(" ", "").removeprefix("DK")
    if rule.is_valid(digits):
        return digits
    return Wrong("a CVR number of eight digits, the last of which checks the others")


def _account(value: Any) -> Any:
    from warehouse import standards  # noqa: PLC0415  (reads the chart)

    found = standards.accounts().get(str(value))
    if found is None or found.kind == "total":
        return Wrong("an account of the public standard chart that is no total, as in 3740")
    return found.account_code


def _people(value: Any) -> Any:
    rows = value if isinstance(value, list) else [value]
    people = [_person(row) for row in rows]
    if all(people):
        return people
    return Wrong('a list of people, each as { name = "…", title = "…" }')


def _person(row: Any) -> Person | None:
    if isinstance(row, str):
        row = {"name": row}
    if not isinstance(row, Mapping) or not row.keys() <= {"name", "title"}:
        return None
    name, title = row.get("name"), row.get("title", "")
    if not (isinstance(name, str) and name.strip() and isinstance(title, str)):
        return None
    if _NOT_IN_XML.search(name + title):
        return None
    return Person(name.strip(), title.strip())


EXEMPTIONS = ("policies", "debt_after_five_years", "special_items", "employees")
"""What a micro-undertaking may leave out. Source: årsregnskabsloven § 22 b stk. 1 nr. 1-4."""


def _some_of(allowed: Callable[[], tuple[str, ...]]) -> Callable[[Any], Any]:
    def reader(value: Any) -> Any:
        if isinstance(value, list) and all(one in allowed() for one in value):
            return value
        return Wrong("a list of some of " + ", ".join(f'"{one}"' for one in allowed()))

    return reader


def _policy_ids() -> tuple[str, ...]:
    return tuple(policy.policy_id for policy in catalogue.policies())


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "paragraphs": _paragraphs,
    "paragraphs_or_none": _paragraphs_or_none,
    "date": _date,
    "yes_no": _yes_no,
    "money": _money,
    "count": _count,
    "cvr": _cvr,
    "account": _account,
    "people": _people,
    "path": _text,
    "list": _some_of(_policy_ids),
    "exemptions": _some_of(lambda: EXEMPTIONS),
    "postcode": _pattern(r"\d{4}", "a postcode of four digits"),
    "country": _pattern(r"[A-Z]{2}", "a country of two capital letters, as in DK"),
    "email": _pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", 'an address, as in "name@example.dk"'),
    "url": _pattern(r"\S+\.\S+", 'an address, as in "www.example.dk"'),
    "mne": _pattern(r"mne[1-9]\d{0,4}", 'mne and up to five digits, as in "mne12345"'),
    "fob": _pattern(r"fob\d{6}", 'fob and six digits, as in "fob123456"'),
    "years": _pattern(r"\d{1,3}(-\d{1,3})?", 'a number of years, as in "5" or "3-5"'),
}
