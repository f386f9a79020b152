"""What `hledger print -O json` writes: transactions with every amount filled in.

Belongs here: the JSON's fields, of hledger 1.19 and later. Does not: what becomes
of a transaction.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Never

from assets.sources.journals.model import Account, Amount
from assets.sources.journals.value import weigh
from assets.sources.parts.hledger import lines
from assets.sources.parts.hledger.journal import Posting, Transaction
from assets.sources.source_files import SourceFile
from warehouse.errors import SourceError

_LARGEST = 512 << 20
_VIRTUAL = {"RegularPosting": "", "VirtualPosting": "(", "BalancedVirtualPosting": "["}


@dataclass(frozen=True, slots=True)
class Content:
    """A file's transactions, the number hledger gave the last of its books, and the accounts
    whose tags their postings bear.
    """

    transactions: list[Transaction]
    numbered: int
    accounts: dict[str, Account]


def read(file: SourceFile) -> Content:
    """The file's transactions; a posting of several commodities becomes several.

    Raises `SourceError` for anything but such a file, naming the transaction.
    """
    try:
        content = _load(file)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"Reading {file.path}: not the JSON of `hledger print -O json` ({error}). "
            "Write it again with that command."
        ) from error
    if not isinstance(content, list):
        _fail(file, "the top is no list")
    transactions = []
    accounts: dict[str, Account] = {}
    for number, told in enumerate(content, 1):
        try:
            transactions.append(_transaction(file, told))
            _account_tags(told, accounts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _fail(file, f"transaction {number}: {type(error).__name__} {error}")
    last = max((told["tindex"] for told in content), default=0)
    return Content(transactions, last, accounts)


def _load(file: SourceFile) -> Any:
    if file.stamp[0] > _LARGEST:
        raise ValueError(f"{file.stamp[0]} bytes, expected at most {_LARGEST}")
    return json.loads(file.path.read_bytes().decode("utf-8"), parse_float=Decimal)


def _transaction(file: SourceFile, told: Mapping[str, Any]) -> Transaction:
    where = f"{file.name}:transaction {told['tindex']}"
    second = told.get("tdate2")
    transaction = Transaction(
        date.fromisoformat(told["tdate"]), date.fromisoformat(second) if second else None,
        told["tcode"].strip() or None, told["tdescription"] or None, where, file.path,
        told["tcomment"],
    )  # fmt: skip
    for posting in told["tpostings"]:
        transaction.postings += _postings(posting, where)
    return transaction


def _postings(told: Mapping[str, Any], where: str) -> list[Posting]:
    amounts = [_weighed(amount) for amount in told["pamount"]]
    comment = told["pcomment"]
    if told.get("pdate"):
        comment += f"\ndate:{told['pdate']}"
    return [
        Posting(
            told["paccount"], _VIRTUAL[told["ptype"]], amount, weight, None, where, 0, comment
        )
        for amount, weight in amounts
    ]  # fmt: skip


def _weighed(told: Mapping[str, Any]) -> tuple[Amount, Amount | None]:
    amount = _amount(told)
    price = told.get("acost") or told.get("aprice")
    if not price:
        return amount, None
    return amount, weigh(amount, _amount(price["contents"]), total=price["tag"].startswith("Total"))


def _amount(told: Mapping[str, Any]) -> Amount:
    quantity = told["aquantity"]
    mantissa, places = quantity["decimalMantissa"], quantity["decimalPlaces"]
    if type(mantissa) is not int or type(places) is not int or not 0 <= places <= 255:
        raise ValueError(f"the quantity {quantity} is not in whole numbers")
    return Amount(Decimal(f"{mantissa}e-{places}"), told["acommodity"])


def _account_tags(told: Mapping[str, Any], accounts: dict[str, Account]) -> None:
    """Tags of a posting that neither its comment nor its transaction's has: the account's."""
    outer = lines.tags(told["tcomment"])
    for posting in told["tpostings"]:
        name = posting["paccount"]
        account = accounts.setdefault(name, Account(name, name))
        own = lines.tags(posting["pcomment"])
        tags = {tag: value for tag, value in posting["ptags"] if tag not in own | outer}
        account.tags |= tags


def _fail(file: SourceFile, what: str) -> Never:
    raise SourceError(
        f"Reading {file.path}: not the JSON of `hledger print -O json` ({what}). "
        "Write it again with that command."
    )
