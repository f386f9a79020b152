"""The settings that the journal connectors share.

Belongs here: their names, meanings and checks. Does not: a program's own settings.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from assets.sources import option
from assets.sources.connector import Connection
from warehouse.errors import SettingsError

SHARED: Mapping[str, tuple[bool, str]] = {
    "path": (True, "file, folder or pattern, relative to the folder of indberet.toml"),
    "currency": (False, "base currency (ISO 4217) where the file does not tell; default DKK"),
    "company": (False, "the company's name where the file does not tell"),
    "vat_tag": (False, "the tag that holds the VAT code; default vat"),
    "party_tag": (
        False,
        "the tag with the customer's or supplier's VAT number or own number; default party",
    ),
    "account_code_pattern": (
        False,
        "regular expression whose first group is the account's number within its name",
    ),
    "fiscal_year_start": (False, "first day of the fiscal year as mm-dd, e.g. 01-01"),
}
SYMBOLS = {"€": "EUR", "£": "GBP", "kr": "DKK", "kr.": "DKK"}
_CURRENCY = re.compile(r"[A-Z]{3}")


def fiscal_year_start(connection: Connection) -> str | None:
    """The first day of a fiscal year as mm-dd, None where the settings do not tell.

    Raises `SettingsError` for anything that is no day of every year.
    """
    told = option.text(connection, "fiscal_year_start", "")
    if not told:
        return None
    try:
        day = date.fromisoformat(f"2026-{told}")  # no leap year: every year has the day
    except ValueError as error:
        raise SettingsError(
            f"Connection {connection.connection_id}: fiscal_year_start is {told!r}, expected a "
            'day of every year as mm-dd, such as "01-01". Correct it in indberet.toml.'
        ) from error
    return f"{day:%m-%d}"


def symbols(connection: Connection) -> dict[str, str]:
    """Commodity symbol → currency: the usual ones and those of `commodities`.

    Raises `SettingsError` when `commodities` is no table of texts.
    """
    told = connection.options.get("commodities", {})
    if not isinstance(told, Mapping) or not all(isinstance(v, str) for v in told.values()):
        raise SettingsError(
            f"Connection {connection.connection_id}: commodities is {told!r}, expected a table "
            'such as { "$" = "USD" }. Correct it in indberet.toml.'
        )
    return SYMBOLS | dict(told)


def base_currency(connection: Connection, stated: Iterable[str], used: Iterable[str]) -> str:
    """The settings' currency, else the one stated, else the only one used, else DKK.

    Raises `SettingsError` when it is no ISO 4217 code.
    """
    told, stated, used = (
        option.text(connection, "currency", ""),
        sorted(set(stated)),
        sorted(set(used)),
    )
    base = told or (stated[0] if len(stated) == 1 else used[0] if len(used) == 1 else "DKK")
    if not _CURRENCY.fullmatch(base):
        raise SettingsError(
            f"Connection {connection.connection_id}: the books are kept in '{base}', which is "
            "no ISO 4217 code. Name what it is, such as "
            f'commodities = {{ "{base}" = "USD" }}, in indberet.toml.'
        )
    return base
