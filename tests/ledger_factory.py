"""A small ledger in a DuckDB connection, from compact declarations.

    book = Book("c1")
    book.voucher("2026-01-10", "1", [
        ("1010", -1000, tax("S01", "base", -1000)),
        ("7680", -250, tax("S01", "output", -250)),
        ("6190", 1250),
    ])
    con = ledger(book)

Every table of `warehouse.tables.TABLES` that reports and rules read is there,
empty where nothing is declared. Amounts may be int, str or Decimal; debit is
positive. VAT codes are standard codes unless `own` says otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import pyarrow as pa

from warehouse import duck, standards
from warehouse.shape import Table, schema
from warehouse.tables import TABLES

LEDGER = (
    "company",
    "connection",
    "fiscal_period",
    "ledger_account",
    "vat_code",
    "party",
    "source_document",
    "voucher",
    "posting",
    "tax_line",
    "opening_balance",
    "control_total",
    "record_change",
    "load",
)
CENT = Decimal("0.01")
Amount = int | str | Decimal


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax line of a posting; `standard` None is an unmapped code."""

    code: str
    part: str
    amount: Decimal
    standard: str | None
    rate: Decimal | None
    origin: str


def money(value: Amount) -> Decimal:
    return Decimal(value).quantize(CENT)


def tax(
    code: str,
    part: str,
    amount: Amount,
    *,
    standard: str | None = "",
    rate: str | None = None,
    origin: str = "source",
) -> Tax:
    """A tax line; `standard` defaults to `code`, None leaves it unmapped."""
    mapped = code if standard == "" else standard
    known = standards.vat_codes().get(mapped or "")
    given = Decimal(rate) if rate is not None else (known.rate if known else None)
    return Tax(code, part, money(amount), mapped, given, origin)


@dataclass
class Book:
    """One company's ledger; rows as dictionaries by table."""

    company_id: str = "c1"
    name: str = "Eksempel ApS"
    cvr: str | None = "12345674"
    se_number: str | None = "12345674"
    connection_id: str = "main"
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add(
            "company",
            name=self.name,
            cvr=self.cvr,
            se_number=self.se_number,
            country="DK",
            base_currency="DKK",
        )
        self.add("connection", system="test", last_load_id="1")

    def add(self, table: str, **values: Any) -> None:
        """One row of any table; lineage columns are filled in."""
        row = {
            "company_id": self.company_id,
            "connection_id": self.connection_id,
            "source_id": str(len(self.rows.get(table, [])) + 1),
            "load_id": "1",
        } | values
        names = TABLES[table].names
        unknown = values.keys() - set(names)
        if unknown:
            raise ValueError(f"{table} has no columns {sorted(unknown)}")
        self.rows.setdefault(table, []).append({n: row.get(n) for n in names})

    def account(
        self, code: str, name: str = "", *, standard: str | None = "", kind: str | None = None
    ) -> None:
        """A ledger account; `standard` defaults to the same number, None is unmapped."""
        mapped = code if standard == "" else standard
        known = standards.accounts().get(mapped or "")
        self.add(
            "ledger_account",
            account_code=code,
            name=name or (known.name_da if known else code),
            kind=kind or (known.kind if known else None),
            standard_account_code=mapped,
            mapping_origin="explicit" if mapped else None,
        )

    def vat_code(self, code: str, *, standard: str | None = "", **values: Any) -> None:
        """One of the company's own VAT codes; `standard` defaults to `code`."""
        mapped = code if standard == "" else standard
        known = standards.vat_codes().get(mapped or "")
        self.add(
            "vat_code",
            **{
                "vat_code": code,
                "name": known.name_en if known else code,
                "rate": known.rate if known else None,
                "standard_vat_code": mapped,
                "mapping_origin": "explicit" if mapped else None,
            }
            | values,
        )

    def party(
        self,
        party_id: str,
        country: str | None = None,
        vat_number: str | None = None,
        name: str = "",
    ) -> None:
        """A customer or supplier."""
        self.add(
            "party",
            party_id=party_id,
            name=name or party_id,
            country=country,
            vat_number=vat_number,
        )

    def period(self, kind: str, start: str, end: str, state: str = "open") -> None:
        """A fiscal year or period."""
        self.add(
            "fiscal_period",
            kind=kind,
            start_date=date.fromisoformat(start),
            end_date=date.fromisoformat(end),
            state=state,
        )

    def voucher(
        self,
        posting_date: str,
        number: str,
        lines: Sequence[tuple[Any, ...]],
        *,
        party: str | None = None,
        text: str | None = None,
        standard: dict[str, str | None] | None = None,
        **values: Any,
    ) -> str:
        """A voucher; a line is (account, amount, *tax lines). Returns its id.

        An account's standard account is the same number if the chart has it,
        or what `standard` says. Accounts not yet declared are declared.
        """
        day = date.fromisoformat(posting_date)
        voucher_id = f"{self.connection_id}:{number}"
        self.add(
            "voucher",
            **{
                "voucher_id": voucher_id,
                "journal_code": "J",
                "voucher_number": number,
                "voucher_date": day,
                "posting_date": day,
                "text": text,
                "where_found": f"test:{number}",
                "source_id": number,
            }
            | values,
        )
        for no, (account, amount, *taxes) in enumerate(lines, start=1):
            mapped = account if account in standards.accounts() else None
            if standard and account in standard:
                mapped = standard[account]
            self._posting(voucher_id, number, no, day, account, mapped, amount, party, taxes)
        return voucher_id

    def _posting(
        self,
        voucher_id: str,
        number: str,
        no: int,
        day: date,
        account: str,
        mapped: str | None,
        amount: Amount,
        party: str | None,
        taxes: list[Tax],
    ) -> None:
        declared = {row["account_code"] for row in self.rows.get("ledger_account", [])}
        if account not in declared:
            self.account(account, standard=mapped)
        common = {
            "voucher_id": voucher_id,
            "line_id": str(no),
            "posting_date": day,
            "source_id": number,
            "party_id": party,
        }
        self.add(
            "posting",
            **common,
            line_no=no,
            account_code=account,
            standard_account_code=mapped,
            amount=money(amount),
            vat_code=taxes[0].code if taxes else None,
        )
        for seq, line in enumerate(taxes, start=1):
            self.add(
                "tax_line",
                **common,
                seq=seq,
                vat_code=line.code,
                standard_vat_code=line.standard,
                part=line.part,
                source_part="base" if line.part == "base" else "tax",
                amount=line.amount,
                rate=line.rate,
                origin=line.origin,
            )


def connect(**limits: Any) -> duckdb.DuckDBPyConnection:
    """A connection with the standard tables and nothing else."""
    folder = Path(gettempdir()) / "indberet-tests-duckdb"
    con = duck.connect(folder, **({"memory_limit": "512MB", "threads": 1} | limits))
    standards.register(con)
    return con


def _unconstrained(table: Table) -> str:
    """Its DDL without NOT NULL, so that tests can plant what must not be."""
    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
    return f'CREATE TABLE "{table.name}" ({columns})'


def ledger(*books: Book, tables: Iterable[str] = LEDGER) -> duckdb.DuckDBPyConnection:
    """A connection holding the ledger tables of all `books`, as tables."""
    con = connect()
    names = list(tables)
    con.execute(";".join(_unconstrained(TABLES[name]) for name in names))
    for name in names:
        rows = [row for book in books for row in book.rows.get(name, [])]
        if rows:
            con.register("_incoming", pa.Table.from_pylist(rows, schema=schema(TABLES[name])))
            con.execute(f'INSERT INTO "{name}" SELECT * FROM _incoming')
            con.unregister("_incoming")
    return con


def due(
    con: duckdb.DuckDBPyConnection,
    periods: Iterable[tuple[str, str, str, str]],
    withheld: Iterable[tuple[str, str]] = (),
) -> None:
    """The temp tables a report reads: `due` (company, start, end, frequency) and `withheld`."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE due (company_id VARCHAR, period_start DATE, "
        "period_end DATE, frequency VARCHAR, due_date DATE)"
    )
    for company_id, start, end, frequency in periods:
        con.execute(
            "INSERT INTO due VALUES (?, ?, ?, ?, CAST(? AS DATE) + 60)",
            [company_id, start, end, frequency, end],
        )
    con.execute("CREATE OR REPLACE TEMP TABLE withheld (company_id VARCHAR, reason VARCHAR)")
    for company_id, reason in withheld:
        con.execute("INSERT INTO withheld VALUES (?, ?)", [company_id, reason])
