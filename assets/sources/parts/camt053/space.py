"""Elements of a CAMT.053 file found by their short names; its amounts and days as values.

Belongs here: the namespace and its versions, texts at a path, signs, time zones. Does not:
which elements a statement (`head`) or an entry (`entry`) is asked for.

Source: ISO 20022 BankToCustomerStatement, camt.053.001.02 to .001.12.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from assets.sources import safe_xml
from assets.sources.row_batches import number
from assets.sources.source_files import SourceFile
from warehouse.errors import SourceError

_NAMESPACE = re.compile(r"\{(urn:iso:std:iso:20022:tech:xsd:(\w+\.\d+)\.001\.(\d\d))\}Document")
_OLDEST, _NEWEST = 2, 12
_OTHERS = {
    "camt.052": "an account report within the day, which is no statement",
    "camt.054": "a notification of single payments, which is no statement",
}


class Space:
    """Elements of one namespace, found by their short names.

    The texts of an element are gathered in one walk and remembered for the two elements asked
    last (an entry and its transaction, which is asked by itself): many small questions are
    asked of each.
    """

    def __init__(self, namespace: str) -> None:
        self.prefix = f"{{{namespace}}}"
        self._details = self.prefix + "TxDtls"
        self._paths: dict[str, str] = {}
        self._asked: list[tuple[Any, dict[str, str]]] = []

    def path(self, names: str) -> str:
        """`A/B` with the namespace on each name."""
        if names not in self._paths:
            self._paths[names] = "/".join(self.prefix + name for name in names.split("/"))
        return self._paths[names]

    def all(self, element: Any, names: str) -> Iterator[Any]:
        """Every element at that path."""
        found: Iterator[Any] = element.iterfind(self.path(names))
        return found

    def has(self, element: Any, names: str) -> bool:
        """Whether there is any text at that path."""
        return names in self._told(element)

    def text(self, element: Any, *paths: str) -> str:
        """The first text at the first of these paths that has any, spaces trimmed; else empty."""
        told = self._told(element)
        for path in paths:
            if path in told:
                return told[path]
        return ""

    def _told(self, element: Any) -> dict[str, str]:
        for known, told in self._asked:
            if known is element:
                return told
        found: dict[str, str] = {}
        self._walk(element, "", found)
        self._asked = [(element, found), *self._asked[:1]]
        return found

    def _walk(self, parent: Any, before: str, found: dict[str, str]) -> None:
        start = len(self.prefix)
        for child in parent:
            name = before + child.tag[start:]
            if name not in found and child.text and (text := child.text.strip()):
                found[name] = text
            if len(child) and child.tag != self._details:
                self._walk(child, name + "/", found)


def space(file: SourceFile) -> Space:
    """The namespace of a file.

    Raises `SourceError` for anything but a CAMT.053 document of a known version.
    """
    root = safe_xml.root(file.path).tag
    match = _NAMESPACE.fullmatch(root)
    known = f"camt.053.001.{_OLDEST:02} to camt.053.001.{_NEWEST}"
    if match is None or match[2] != "camt.053":
        what = _OTHERS.get(match[2], "no bank statement") if match else "no bank statement"
        name = f"{match[2]}.001.{match[3]}" if match else root
        raise SourceError(
            f"Reading {file.path}: the file is {name}, {what}. Known: {known}. Ask the bank for "
            "account statements in that form, or keep this file in another folder."
        )
    if not _OLDEST <= int(match[3]) <= _NEWEST:
        raise SourceError(
            f"Reading {file.path}: the file is camt.053.001.{match[3]}. Known: {known}. Ask the "
            "bank for one of these versions."
        )
    return Space(match[1])


def day(names: Space, element: Any, name: str, zone: ZoneInfo) -> date | None:
    """The day at `name/Dt` or `name/DtTm`; a moment with a time zone is the day it was in `zone`.

    Source: ISO 20022 DateAndDateTimeChoice.
    """
    told = names.text(element, f"{name}/Dt")
    if told:
        return _date(told)
    return day_of_moment(names.text(element, f"{name}/DtTm"), zone)


def signed(text: str | None, direction: str) -> Decimal | None:
    """An unsigned amount with its sign: CRDT into the account, DBIT out of it; else None."""
    if direction not in {"CRDT", "DBIT"} or not text:
        return None
    try:
        value = number(text)
    except ValueError:
        return None
    return value if direction == "CRDT" else -value


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])  # a time zone after a date does not move it
    except ValueError:
        return None


def day_of_moment(text: str, zone: ZoneInfo) -> date | None:
    """The day of a moment: as it was in `zone`, where a time zone is told."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _date(text)
    return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()


def whole(text: str) -> int | None:
    """A whole number, None for anything else."""
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None
