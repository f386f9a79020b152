"""Tryton's own counts and balances, with ours beside.

Belongs here: asking for them. Does not: what follows when they differ (`pull`).
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from assets.sources.network.agreement import Total
from assets.sources.parts.tryton import records
from assets.sources.parts.tryton.company import INACTIVE_TOO, Company


def compared(
    company: Company, books: records.Books, counts: tuple[int, int], sums: Mapping[str, Decimal]
) -> list[Total]:
    """`counts` are our vouchers and entries, `sums` our balance of each account code."""
    where, name = company.client.database, company.record["party"]["name"]
    lines = [["move.company", "=", company.record["id"]], ["move.state", "=", "posted"],
             *company.dated("move.date")]  # fmt: skip
    vouchers = company.client.count("account.move", company.moves("posted"))
    entries = company.client.count("account.move.line", lines)
    declared = _balances(company, books)
    return [
        Total("vouchers", name, vouchers, counts[0], f"{where}/account.move"),
        Total("entries", name, entries, counts[1], f"{where}/account.move.line"),
        *(
            Total("trial_balance", f"account {code}", declared.get(code, Decimal(0)),
                  sums.get(code, Decimal(0)), f"{where}/account.account")
            for code in sorted({*declared, *sums})
        ),
    ]  # fmt: skip


def _balances(company: Company, books: records.Books) -> dict[str, Decimal]:
    first, last = company.choice.window or (date(1900, 1, 1), None)
    pages = company.client.pages(
        "account.account",
        [company.own(), ["type", "!=", None]],
        records.BALANCE_FIELDS,
        size=company.choice.page_size,
        context=INACTIVE_TOO | {"posted": True, "from_date": first, "to_date": last},
    )
    declared: dict[str, Decimal] = defaultdict(Decimal)
    for record in (record for page in pages for record in page):
        code = books.accounts.get(record["id"], records.account_code(record))
        declared[code] += record["debit"] - record["credit"]
    return declared
