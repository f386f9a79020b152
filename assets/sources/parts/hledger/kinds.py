"""The kind of an hledger account: its `type:` tag, its parents', else its name.

Source: hledger manual, "Account types" (the English names); the Danish names beside.
"""

import re
from collections.abc import Mapping

from assets.sources.journals.model import Account

_BY_TYPE = {
    "a": "asset", "asset": "asset", "c": "asset", "cash": "asset",
    "l": "liability", "liability": "liability",
    "e": "equity", "equity": "equity", "v": "equity", "conversion": "equity",
    "r": "revenue", "revenue": "revenue", "g": "revenue", "gain": "revenue",
    "x": "expense", "expense": "expense",
}  # fmt: skip
_BY_NAME = (
    (r"assets?|aktiver?|tilgodehavender?", "asset"),
    (r"debts?|liabilit(y|ies)|g(æ|ae)ld|forpligtelser?|passiver?", "liability"),
    (r"equity|egenkapital", "equity"),
    (r"incomes?|revenues?|indt(æ|ae)gter?|oms(æ|ae)tning", "revenue"),
    (r"expenses?|udgifter?|omkostninger?", "expense"),
)


def kind(name: str, declared: Mapping[str, Account]) -> str | None:
    """asset, liability, equity, revenue or expense; None where nothing tells.

    >>> kind("Indtægter:Salg", {}), kind("Diverse", {})
    ('revenue', None)
    """
    parts = name.split(":")
    for length in range(len(parts), 0, -1):
        account = declared.get(":".join(parts[:length]))
        if account and (told := account.tags.get("type", "").strip().lower()) in _BY_TYPE:
            return _BY_TYPE[told]
    for pattern, found in _BY_NAME:
        if re.fullmatch(pattern, parts[0], re.IGNORECASE):
            return found
    return None


def tag(name: str, wanted: str, declared: Mapping[str, Account]) -> str | None:
    """A tag of the account or of its nearest parent that has it."""
    parts = name.split(":")
    for length in range(len(parts), 0, -1):
        account = declared.get(":".join(parts[:length]))
        if account and wanted in account.tags:
            return account.tags[wanted]
    return None
