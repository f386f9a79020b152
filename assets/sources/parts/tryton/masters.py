"""What vouchers refer to in Tryton: accounts, taxes, periods and years.

Belongs here: reading them, and their landed rows. Does not: vouchers (`pull`), what a
field means (`records`).
"""

from assets.sources.connector import Item
from assets.sources.parts.tryton import records
from assets.sources.parts.tryton.company import Company
from assets.sources.row_batches import in_full


def read(company: Company) -> tuple[records.Books, list[Item]]:
    """What vouchers refer to, by id, and the landed rows in full."""
    own = company.own()
    taxes = list(company.every("account.tax", records.TAX_FIELDS, own))
    codes = records.tax_codes(taxes)
    typed = [own, ["type", "!=", None]]
    accounts = list(company.every("account.account", records.ACCOUNT_FIELDS, typed))
    periods = list(company.every("account.period", records.PERIOD_FIELDS, own))
    books = records.Books(
        company.record["currency"]["code"],
        {account["id"]: records.account_code(account) for account in accounts},
        codes,
        {period["id"]: records.series(period) for period in periods},
    )
    years = company.every("account.fiscalyear", records.YEAR_FIELDS, own)
    items = [
        *in_full("company", [records.company(company.record)]),
        *in_full("account", [records.account(account, codes) for account in accounts]),
        *in_full("vat_code", records.vat_codes(taxes, company.choice.vat_code_pattern)),
        *in_full("fiscal_period", [
            *(records.period(year, "year") for year in years),
            *(records.period(period, "period") for period in periods),
        ]),
    ]  # fmt: skip
    return books, items
