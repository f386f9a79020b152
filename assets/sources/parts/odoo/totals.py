"""Odoo's own totals beside ours: the balance and the number of lines, by month and account.

A month whose totals are not ours is read anew; that finds whatever the stamps of changed
records do not show.

Belongs here: the comparison. Does not: reading entries (`pull`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from assets.sources.network.agreement import Total
from assets.sources.parts.odoo.money import Amounts
from assets.sources.parts.odoo.server import Domain, Server
from assets.sources.parts.odoo.taxes import Ref
from warehouse.errors import SourceError

_BY = ["account_id", "date:month"]
_WHAT = "the balances of its accounts"


class OldGroup(msgspec.Struct):
    """One group of `read_group`, up to Odoo 18; the month's days are in its range."""

    account_id: Ref
    balance: Decimal
    count: int = msgspec.field(name="__count")
    range: dict[str, dict[str, str] | bool] = msgspec.field(name="__range")

    def place(self) -> tuple[int, str]:
        """(account, first day of the month)."""
        days = self.range["date:month"]
        return _account(self.account_id), str(days["from"]) if isinstance(days, dict) else ""


class NewGroup(msgspec.Struct):
    """One group of `formatted_read_group`, from Odoo 19."""

    account_id: Ref
    month: tuple[str, str] | bool = msgspec.field(name="date:month")
    balance: Decimal = msgspec.field(name="balance:sum")
    count: int = msgspec.field(name="__count")

    def place(self) -> tuple[int, str]:
        """(account, first day of the month)."""
        return _account(self.account_id), self.month[0] if isinstance(self.month, tuple) else ""


@dataclass
class Months:
    """Balance by account, and number of lines, of each month (as 2026-03)."""

    sums: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> "Months":
        """What `value()` wrote."""
        sums = {
            month: {code: Decimal(amount) for code, amount in inner.items()}
            for month, inner in value.get("sums", {}).items()
        }
        return cls(sums, dict(value.get("lines", {})))

    def value(self) -> dict[str, Any]:
        """For the cursor."""
        sums = {
            month: {code: str(amount) for code, amount in sorted(inner.items())}
            for month, inner in sorted(self.sums.items())
        }
        return {"sums": sums, "lines": dict(sorted(self.lines.items()))}

    def add(self, month: str, account: str, amount: Decimal, lines: int = 1) -> None:
        """Count one line, or several of one account."""
        inner = self.sums.setdefault(month, {})
        inner[account] = inner.get(account, Decimal(0)) + amount
        self.lines[month] = self.lines.get(month, 0) + lines

    def without(self, months: Iterable[str]) -> "Months":
        """A copy that does not hold these months."""
        left = set(self.lines) - set(months)
        return Months({m: dict(self.sums[m]) for m in left}, {m: self.lines[m] for m in left})

    def differing(self, other: "Months") -> set[str]:
        """The months that are not the same in both."""
        return {
            month
            for month in self.lines.keys() | other.lines.keys()
            if self.lines.get(month) != other.lines.get(month)
            or _nonzero(self.sums.get(month, {})) != _nonzero(other.sums.get(month, {}))
        }

    def accounts(self) -> dict[str, Decimal]:
        """The balance of every account over all months."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for inner in self.sums.values():
            for code, amount in inner.items():
                sums[code] += amount
        return dict(sums)


def declared(
    server: Server, domain: Domain, accounts: Mapping[int, str], amounts: Amounts
) -> Months:
    """What the server itself adds up over the lines of `domain`."""
    if server.major >= 19:
        named: dict[str, Any] = {"groupby": _BY, "aggregates": ["balance:sum", "__count"]}
        new = server.call(
            "account.move.line", "formatted_read_group", named, list[NewGroup], _WHAT, domain
        )
        return _summed(new, accounts, amounts)
    named = {"fields": ["balance:sum"], "groupby": _BY, "lazy": False}
    old = server.call("account.move.line", "read_group", named, list[OldGroup], _WHAT, domain)
    return _summed(old, accounts, amounts)


def compared(ours: Months, theirs: Months, vouchers: tuple[int, int], name: str, where: str
             ) -> Iterable[Total]:  # fmt: skip
    """The control totals; `vouchers` as (declared, found)."""
    yield Total("vouchers", name, *vouchers, f"{where}/account.move")
    line = f"{where}/account.move.line"
    yield Total("entries", name, sum(theirs.lines.values()), sum(ours.lines.values()), line)
    said, found = theirs.accounts(), ours.accounts()
    for code in sorted(said.keys() | found.keys()):
        zero = Decimal(0)
        yield Total("trial_balance", f"account {code}", said.get(code, zero), found.get(code, zero),
                    line)  # fmt: skip


def within(month: str) -> Domain:
    """The domain of a month.

    >>> within("2026-02")
    [['date', '>=', '2026-02-01'], ['date', '<=', '2026-02-28']]
    """
    first = date.fromisoformat(f"{month}-01")
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return [["date", ">=", first.isoformat()], ["date", "<=", last.isoformat()]]


def _summed(
    groups: Iterable[OldGroup | NewGroup], accounts: Mapping[int, str], amounts: Amounts
) -> Months:
    months = Months()
    for group in groups:
        account, first = group.place()
        code = accounts.get(account, f"#{account}")
        amount = amounts.money(group.balance, f"the balance of account {code} from {first}")
        months.add(first[:7], code, amount, group.count)
    return months


def _account(value: Ref) -> int:
    if not isinstance(value, tuple):
        raise SourceError(
            "Odoo adds up lines that have no account. Nothing was landed; correct them in Odoo, "
            "then pull again."
        )
    return value[0]


def _nonzero(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {code: amount for code, amount in sums.items() if amount}
