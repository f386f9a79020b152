"""What a connection tells beside a SIE file: VAT codes of accounts, and who the parties are.

SIE has no VAT codes and no VAT numbers. A connection may say which VAT code an account's
postings carry (`vat_accounts`), which dimension's objects are VAT codes (`vat_dimension`, as
our own export writes them), and the parties' countries and VAT numbers (`parties`).

Belongs here: reading and checking these options. Does not: the SIE file.
"""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection
from warehouse.errors import SettingsError

_SIDES = ("customer/", "supplier/")
OPTIONS: Mapping[str, tuple[bool, str]] = {
    "path": (True, "file, folder or pattern, relative to the folder of indberet.toml"),
    "vat_accounts": (
        False,
        "VAT code by account, or by range such as 3000-3099: a table, or a CSV file",
    ),
    "vat_dimension": (False, "the dimension whose objects are VAT codes, by name or number"),
    "parties": (
        False,
        "CSV file of party_id (customer/10), name, country, vat_number, registration_number",
    ),
}


@dataclass(frozen=True, slots=True)
class Party:
    """One customer or supplier as the connection's own file tells it."""

    name: str | None
    country: str | None
    vat_number: str | None
    registration_number: str | None


@dataclass(frozen=True, slots=True)
class Additions:
    """What is told beside the file. `vat_ranges`: (first, last account, VAT code)."""

    vat_dimension: str = ""
    vat_accounts: Mapping[str, str] = field(default_factory=dict)
    vat_ranges: tuple[tuple[str, str, str], ...] = ()
    parties: Mapping[str, Party] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def vat_code(self, account: str) -> str | None:
        """The VAT code of an account's postings; a single account goes before a range.

        >>> told = Additions(vat_accounts={"3001": "U25"}, vat_ranges=(("3000", "3099", "U0"),))
        >>> told.vat_code("3001"), told.vat_code("3040"), told.vat_code("30400")
        ('U25', 'U0', None)
        """
        found = self.vat_accounts.get(account)
        if found is not None or not self.vat_ranges:
            return found
        for first, last, code in self.vat_ranges:
            if len(account) == len(first) and first <= account <= last:
                return code
        return None

    @property
    def vat_codes(self) -> set[str]:
        """Every VAT code that an account may carry."""
        return {*self.vat_accounts.values(), *(code for _, _, code in self.vat_ranges)}


NONE = Additions()


def read(connection: Connection) -> Additions:
    """The options of a connection.

    Raises `SettingsError` naming the option and what it should be.
    """
    files: dict[str, str] = {}
    single, ranges = _vat_accounts(connection, files)
    return Additions(
        option.text(connection, "vat_dimension", ""), single, ranges,
        _parties(connection, files), files,
    )  # fmt: skip


def advice(connection: Connection) -> list[str]:
    """What to add to a connection without which no VAT return can be made."""
    if connection.options.get("vat_accounts") or connection.options.get("vat_dimension"):
        return []
    return ["no VAT return can be made without `vat_accounts` or `vat_dimension` on the connection"]


def _vat_accounts(
    connection: Connection, files: dict[str, str]
) -> tuple[dict[str, str], tuple[tuple[str, str, str], ...]]:
    told = connection.options.get("vat_accounts", {})
    if isinstance(told, str):
        rows = _table(connection, "vat_accounts", told, ("account", "vat_code"), files)
        pairs = [(row["account"], row["vat_code"]) for row in rows]
    elif isinstance(told, Mapping):
        pairs = list(told.items())
    else:
        raise SettingsError(_expected(connection, "vat_accounts", "a table or a CSV file", told))
    single: dict[str, str] = {}
    ranges: list[tuple[str, str, str]] = []
    for account, code in pairs:
        if not isinstance(code, str) or not code.strip():
            raise SettingsError(
                _expected(connection, f'vat_accounts "{account}"', "a VAT code in quotes", code)
            )
        first, dash, last = (part.strip() for part in str(account).partition("-"))
        if not dash:
            single[first] = code.strip()
        elif not (first.isdigit() and len(first) == len(last) and first <= last):
            raise SettingsError(
                _expected(
                    connection, "vat_accounts", "an account or a range such as 3000-3099", account
                )
            )
        else:
            ranges.append((first, last, code.strip()))
    return single, tuple(sorted(ranges, key=lambda one: int(one[1]) - int(one[0])))


def _parties(connection: Connection, files: dict[str, str]) -> dict[str, Party]:
    told = option.text(connection, "parties", "")
    if not told:
        return {}
    found = {}
    for row in _table(connection, "parties", told, ("party_id",), files):
        details = (
            row.get(key, "").strip() or None
            for key in ("name", "country", "vat_number", "registration_number")
        )
        own = row["party_id"].strip()
        found[own if own.startswith(_SIDES) else f"customer/{own}"] = Party(*details)
    return found


def _table(
    connection: Connection, key: str, told: str, columns: tuple[str, ...], files: dict[str, str]
) -> list[dict[str, str]]:
    """The rows of a CSV file, comma or semicolon; its hash is added to `files`."""
    path = Path(connection.base_folder) / told
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(
            f"Connection {connection.connection_id}: `{key}` names {path}, which does not "
            "exist. Correct it, a path relative to the folder of indberet.toml."
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"Connection {connection.connection_id}: `{key}` names {path}, which is not UTF-8 "
            f"text (byte {error.start}). Save it as UTF-8."
        ) from None
    files[key] = hashlib.sha256(content).hexdigest()
    lines = text.splitlines()
    heading = lines[0] if lines else ""
    delimiter = ";" if ";" in heading else ","
    rows = list(csv.DictReader(lines, delimiter=delimiter, restval=""))
    missing = [column for column in columns if column not in heading.split(delimiter)]
    if missing:
        raise SettingsError(
            f"Connection {connection.connection_id}: `{key}` names {path}, whose heading is "
            f"{heading!r}; expected the column(s) {', '.join(missing)} too. Add them to the file."
        )
    return rows


def _expected(connection: Connection, key: str, what: str, found: Any) -> str:
    return (
        f"Connection {connection.connection_id}: `{key}` is {found!r}, expected {what}. "
        "Correct it in indberet.toml."
    )
