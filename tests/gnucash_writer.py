"""Write a GnuCash book from plain rows, for tests and the demo: XML or SQLite.

    write(path, accounts, transactions, *, form="xml", tax_tables=(), compressed=True)

- `path`: the file to write, by custom `*.gnucash`; what is there is replaced.
- `accounts`: rows (code, name, type), type as GnuCash names it: ASSET, BANK, CASH,
  RECEIVABLE, LIABILITY, PAYABLE, EQUITY, INCOME, EXPENSE. All hang below the root,
  all in DKK.
- `transactions`: rows (number, day, text, splits): number as on the voucher, day a
  `date` or `yyyy-mm-dd`, splits rows (account code, amount) or (account code, amount,
  memo), amount a Decimal or text, debit positive, at most two decimals. A memo may
  hold `vat:CODE`. The splits of a transaction must sum to zero, else `ValueError`.
- `tax_tables`: rows (name, VAT account's code, percent), such as
  ("Salgsmoms 25%", "6902", "25"): the connector takes a voucher that posts to this
  account to have this VAT code.
- `form`: "xml" (compressed, or plain with `compressed=False`) or "sqlite".

The same rows give the same bytes (SQLite: the same tables). GnuCash opens both; a test
asks it to where it is installed.
"""

import contextlib
import gzip
import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

AccountRow = tuple[str, str, str]
SplitRow = tuple[str, Decimal | str] | tuple[str, Decimal | str, str]
TransactionRow = tuple[str, date | str, str, Sequence[SplitRow]]
TaxTableRow = tuple[str, str, str]

_PREFIXES = (
    "gnc", "act", "book", "cd", "cmdty", "price", "slot", "split", "trn", "ts", "taxtable", "tte",
)  # fmt: skip
_DKK = "<cmdty:space>CURRENCY</cmdty:space><cmdty:id>DKK</cmdty:id>"


def write(
    path: Path,
    accounts: Sequence[AccountRow],
    transactions: Sequence[TransactionRow],
    *,
    form: str = "xml",
    tax_tables: Sequence[TaxTableRow] = (),
    compressed: bool = True,
) -> None:
    for number, _day, _text, splits in transactions:
        if total := sum(Decimal(split[1]) for split in splits):
            raise ValueError(f"voucher {number} sums to {total}")
    if form == "sqlite":
        path.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(path)) as con, con:
            _sqlite(con, accounts, transactions, tax_tables)
        return
    content = _xml(accounts, transactions, tax_tables).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if compressed else content)


def guid(*parts: str) -> str:
    """The id of a record, from what names it."""
    return hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()


def _rational(amount: Decimal | str) -> str:
    return f"{_cents(amount)}/100"


def _cents(amount: Decimal | str) -> int:
    cents = Decimal(amount) * 100
    if cents != int(cents):
        raise ValueError(f"{amount} has more than two decimals")
    return int(cents)


def _xml(
    accounts: Sequence[AccountRow],
    transactions: Sequence[TransactionRow],
    tax_tables: Sequence[TaxTableRow],
) -> str:
    names = " ".join(f'xmlns:{p}="http://www.gnucash.org/XML/{p}"' for p in _PREFIXES)
    counts = {"commodity": 1, "account": len(accounts), "transaction": len(transactions)}
    if tax_tables:
        counts["gnc:GncTaxTable"] = len(tax_tables)
    counted = "\n".join(
        f'<gnc:count-data cd:type="{kind}">{count}</gnc:count-data>'
        for kind, count in counts.items()
    )
    root = (
        '<gnc:account version="2.0.0"><act:name>Root Account</act:name>'
        f'<act:id type="guid">{guid("root")}</act:id><act:type>ROOT</act:type></gnc:account>'
    )
    body = [root, *(_account(*row) for row in accounts)]
    body += [_transaction(*row) for row in transactions]
    body += [_tax_table(*row) for row in tax_tables]
    return f"""<?xml version="1.0" encoding="utf-8" ?>
<gnc-v2 {names}>
<gnc:count-data cd:type="book">1</gnc:count-data>
<gnc:book version="2.0.0">
<book:id type="guid">{guid("book")}</book:id>
{counted}
<gnc:commodity version="2.0.0">{_DKK}</gnc:commodity>
{chr(10).join(body)}
</gnc:book>
</gnc-v2>
"""


def _account(code: str, name: str, kind: str) -> str:
    return f"""<gnc:account version="2.0.0">
  <act:name>{escape(name)}</act:name><act:id type="guid">{guid("account", code)}</act:id>
  <act:type>{kind}</act:type><act:commodity>{_DKK}</act:commodity>
  <act:commodity-scu>100</act:commodity-scu><act:code>{escape(code)}</act:code>
  <act:parent type="guid">{guid("root")}</act:parent>
</gnc:account>"""


def _transaction(number: str, day: date | str, text: str, splits: Sequence[SplitRow]) -> str:
    written = "\n".join(_split(number, place, *row) for place, row in enumerate(splits))
    return f"""<gnc:transaction version="2.0.0">
  <trn:id type="guid">{guid("transaction", number)}</trn:id>
  <trn:currency>{_DKK}</trn:currency><trn:num>{escape(number)}</trn:num>
  <trn:date-posted><ts:date>{day} 10:59:00 +0000</ts:date></trn:date-posted>
  <trn:date-entered><ts:date>{day} 12:00:00 +0000</ts:date></trn:date-entered>
  <trn:description>{escape(text)}</trn:description>
  <trn:slots><slot><slot:key>date-posted</slot:key>
    <slot:value type="gdate"><gdate>{day}</gdate></slot:value></slot></trn:slots>
  <trn:splits>
{written}
  </trn:splits>
</gnc:transaction>"""


def _split(number: str, place: int, code: str, amount: Decimal | str, memo: str = "") -> str:
    told = f"<split:memo>{escape(memo)}</split:memo>" if memo else ""
    return f"""    <trn:split>
      <split:id type="guid">{guid("split", number, str(place))}</split:id>{told}
      <split:reconciled-state>n</split:reconciled-state>
      <split:value>{_rational(amount)}</split:value>
      <split:quantity>{_rational(amount)}</split:quantity>
      <split:account type="guid">{guid("account", code)}</split:account></trn:split>"""


def _tax_table(name: str, code: str, percent: str) -> str:
    return f"""<gnc:GncTaxTable version="2.0.0">
  <taxtable:guid type="guid">{guid("taxtable", name)}</taxtable:guid>
  <taxtable:name>{escape(name)}</taxtable:name><taxtable:refcount>0</taxtable:refcount>
  <taxtable:invisible>0</taxtable:invisible>
  <taxtable:entries><gnc:GncTaxTableEntry>
    <tte:acct type="guid">{guid("account", code)}</tte:acct>
    <tte:amount>{_cents(percent)}/100</tte:amount><tte:type>PERCENT</tte:type>
  </gnc:GncTaxTableEntry></taxtable:entries>
</gnc:GncTaxTable>"""


_SCHEMA = """
CREATE TABLE gnclock (hostname VARCHAR(255), pid INTEGER);
CREATE TABLE versions (table_name VARCHAR(50) PRIMARY KEY NOT NULL, table_version INTEGER NOT NULL);
CREATE TABLE books (guid text(32) PRIMARY KEY NOT NULL, root_account_guid text(32) NOT NULL,
  root_template_guid text(32) NOT NULL);
CREATE TABLE commodities (guid text(32) PRIMARY KEY NOT NULL, namespace text(2048) NOT NULL,
  mnemonic text(2048) NOT NULL, fullname text(2048), cusip text(2048), fraction integer NOT NULL,
  quote_flag integer NOT NULL, quote_source text(2048), quote_tz text(2048));
CREATE TABLE accounts (guid text(32) PRIMARY KEY NOT NULL, name text(2048) NOT NULL,
  account_type text(2048) NOT NULL, commodity_guid text(32), commodity_scu integer NOT NULL,
  non_std_scu integer NOT NULL, parent_guid text(32), code text(2048), description text(2048),
  hidden integer, placeholder integer);
CREATE TABLE transactions (guid text(32) PRIMARY KEY NOT NULL, currency_guid text(32) NOT NULL,
  num text(2048) NOT NULL, post_date text(19), enter_date text(19), description text(2048));
CREATE TABLE splits (guid text(32) PRIMARY KEY NOT NULL, tx_guid text(32) NOT NULL,
  account_guid text(32) NOT NULL, memo text(2048) NOT NULL, action text(2048) NOT NULL,
  reconcile_state text(1) NOT NULL, reconcile_date text(19), value_num bigint NOT NULL,
  value_denom bigint NOT NULL, quantity_num bigint NOT NULL, quantity_denom bigint NOT NULL,
  lot_guid text(32));
CREATE TABLE slots (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, obj_guid text(32) NOT NULL,
  name text(4096) NOT NULL, slot_type integer NOT NULL, int64_val bigint, string_val text(4096),
  double_val float8, timespec_val text(19), guid_val text(32), numeric_val_num bigint,
  numeric_val_denom bigint, gdate_val text(8));
CREATE TABLE taxtables (guid text(32) PRIMARY KEY NOT NULL, name text(50) NOT NULL,
  refcount bigint NOT NULL, invisible integer NOT NULL, parent text(32));
CREATE TABLE taxtable_entries (id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  taxtable text(32) NOT NULL, account text(32) NOT NULL, amount_num bigint NOT NULL,
  amount_denom bigint NOT NULL, type integer NOT NULL);
CREATE INDEX slots_guid_index ON slots (obj_guid);
CREATE INDEX tx_post_date_index ON transactions (post_date);
CREATE INDEX splits_tx_guid_index ON splits (tx_guid);
CREATE INDEX splits_account_guid_index ON splits (account_guid);
"""
_VERSIONS = {
    "Gnucash": 3000000, "Gnucash-Resave": 19920, "books": 1, "commodities": 1, "accounts": 1,
    "transactions": 4, "splits": 5, "slots": 4, "taxtables": 2, "taxtable_entries": 3,
}  # fmt: skip


def _sqlite(
    con: sqlite3.Connection,
    accounts: Sequence[AccountRow],
    transactions: Sequence[TransactionRow],
    tax_tables: Sequence[TaxTableRow],
) -> None:
    con.executescript(_SCHEMA)
    con.executemany("INSERT INTO versions VALUES (?, ?)", _VERSIONS.items())
    root, template, dkk = guid("root"), guid("template"), guid("DKK")
    con.execute("INSERT INTO books VALUES (?, ?, ?)", [guid("book"), root, template])
    con.execute(
        "INSERT INTO commodities VALUES (?, 'CURRENCY', 'DKK', 'Danish Krone', '208', 100, 1, "
        "'currency', '')",
        [dkk],
    )
    account = "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, 0, ?, ?, '', 0, 0)"
    con.execute(account, [root, "Root Account", "ROOT", dkk, 100, None, ""])
    con.execute(account, [template, "Template Root", "ROOT", None, 0, None, ""])
    con.executemany(
        account, [(guid("account", c), name, kind, dkk, 100, root, c) for c, name, kind in accounts]
    )
    for number, day, text, splits in transactions:
        own = guid("transaction", number)
        con.execute(
            "INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?)",
            [own, dkk, number, f"{day} 10:59:00", f"{day} 12:00:00", text],
        )
        con.execute(
            "INSERT INTO slots (obj_guid, name, slot_type, gdate_val) VALUES (?, 'date-posted', "
            "10, ?)",
            [own, str(day).replace("-", "")],
        )
        for place, (code, amount, *memo) in enumerate(splits):
            con.execute(
                "INSERT INTO splits VALUES (?, ?, ?, ?, '', 'n', NULL, ?, 100, ?, 100, NULL)",
                [guid("split", number, str(place)), own, guid("account", code),
                 memo[0] if memo else "", _cents(amount), _cents(amount)],
            )  # fmt: skip
    for name, code, percent in tax_tables:
        table = guid("taxtable", name)
        con.execute("INSERT INTO taxtables VALUES (?, ?, 0, 0, NULL)", [table, name])
        con.execute(
            "INSERT INTO taxtable_entries (taxtable, account, amount_num, amount_denom, type) "
            "VALUES (?, ?, ?, 100, 2)",
            [table, guid("account", code), _cents(percent)],
        )
