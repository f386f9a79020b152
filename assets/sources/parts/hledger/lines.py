"""The parts of one line of an hledger journal: dates, headers, postings, comments, tags.

Belongs here: one line's text. Does not: what follows from it (`journal`).

Source: hledger manual, "Transactions", "Postings", "Account names", "Tags".
"""

import re
from dataclasses import dataclass
from datetime import date

_DATE = r"(?:\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}"
_HEADER = re.compile(
    rf"(?P<day>{_DATE})(?:=(?P<second>{_DATE}))?(?=\s|$)\s*(?P<status>[*!](?=\s|\(|$))?\s*"
    r"(?:\((?P<code>[^)\n]*)\))?\s*(?P<text>[^;]*)(?P<comment>;.*)?$"
)
_POSTING = re.compile(r"\s+(?:[*!]\s*)?(?P<account>\S(?:[^\s\t]| (?![ \t;]|$))*)(?P<rest>.*)$")
_TAG = re.compile(r"(?:^|(?<=[\s,;]))(?P<name>[^\s:,;]+):(?P<value>[^,\n]*)")
_BRACKET_DATE = re.compile(rf"\[(?P<day>{_DATE})?(?:=(?P<second>{_DATE}))?\]")


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a transaction."""

    day: date
    second: date | None
    code: str | None
    text: str | None
    comment: str


def header(line: str, year: int | None) -> Header:
    """Raises `ValueError` saying what is wrong with the line.

    >>> header("2026-01-03=02-01 * (F0) Kunde A/S  ; vat:S25", None).second
    datetime.date(2026, 2, 1)
    """
    match = _HEADER.match(line)
    if match is None:
        raise ValueError("expected a date, then a text")
    day = date_of(match["day"], year)
    second = date_of(match["second"], day.year) if match["second"] else None
    return Header(
        day, second, (match["code"] or "").strip() or None, match["text"].strip() or None,
        (match["comment"] or "").removeprefix(";"),
    )  # fmt: skip


def date_of(text: str, year: int | None) -> date:
    """A date as hledger writes it; without a year, `year` counts.

    Raises `ValueError` when there is no such day, or no year to count from.
    """
    if re.fullmatch(_DATE, text) is None:
        raise ValueError(f"there is no day {text}")
    parts = [int(part) for part in re.split(r"[-/.]", text)]
    if len(parts) == 2:
        if year is None:
            raise ValueError(f"the date {text} has no year, and no `Y` directive gives one")
        parts.insert(0, year)
    try:
        return date(*parts)
    except ValueError as error:
        raise ValueError(f"there is no day {text}") from error


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting line. `virtual` is '(' or '[' for what stands outside the real books."""

    account: str
    virtual: str
    amount: str
    comment: str


def posting(line: str) -> Posting:
    """Raises `ValueError` saying what is wrong with the line.

    >>> posting("    Assets:Bank  40 DKK ; saldo")
    Posting(account='Assets:Bank', virtual='', amount='40 DKK', comment=' saldo')
    """
    match = _POSTING.match(line)
    if match is None:
        raise ValueError("expected an account, then two blanks and an amount")
    account, rest = match["account"].strip(), match["rest"]
    if ";" in account or re.match(r" ?;", rest):
        raise ValueError("two blanks must stand between the account and its comment")
    amount, comment = split_comment(rest)
    virtual = ""
    for opening, closing in ("()", "[]"):
        if account.startswith(opening) and account.endswith(closing):
            account, virtual = account[1:-1].strip(), opening
    if not account:
        raise ValueError("expected an account, found none")
    return Posting(account, virtual, amount.strip(), comment)


def split_comment(text: str) -> tuple[str, str]:
    """What stands before a comment, and the comment; a quoted `;` is no comment."""
    quoted = False
    for place, letter in enumerate(text):
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            return text[:place], text[place + 1 :]
    return text, ""


def tags(comment: str) -> dict[str, str]:
    """The tags of a comment, the last of a name counting.

    >>> tags(" vat:S25, bilag: 7 ; see http://x")
    {'vat': 'S25', 'bilag': '7 ; see http://x'}
    """
    return {match["name"]: match["value"].strip() for match in _TAG.finditer(comment)}


def own_dates(comment: str, day: date) -> tuple[date | None, bool]:
    """(the posting's own date, whether it has one or a second one).

    Raises `ValueError` when a tag `date` holds no date.
    """
    found = tags(comment)
    told = found.get("date", "").split(" ")[0]
    bracket = _BRACKET_DATE.search(comment)
    if not told and bracket is not None and (bracket["day"] or bracket["second"]):
        told = bracket["day"] or ""
        return (date_of(told, day.year) if told else None), True
    return (date_of(told, day.year) if told else None), bool(told or found.get("date2"))
