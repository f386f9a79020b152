"""Hand-made reports for the cross-report checks: a few rows in the authority's tables.

`Reports` collects rows; `compared(reports)` runs every rule over them in plain DuckDB tables.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa

from assets.authority.cross import handed_over, run
from warehouse.shape import schema
from warehouse.tables import TABLES
from warehouse.view import VIEWS

FSA = "http://xbrl.dcca.dk/fsa"
READ = (
    "registered_company",
    "received_filing",
    "filed_vat_amount",
    "filed_eu_sale",
    "xbrl_filing",
    "xbrl_fact",
    "duty_status",
)
FIELDS = {
    "output_vat": "MomsAngivelseSalgsMomsBeloeb",
    "goods_listed": "MomsAngivelseEUSalgBeloebVarerBeloeb",
    "goods_unlisted": "MomsAngivelseIkkeEUSalgBeloebVarerBeloeb",
    "services": "MomsAngivelseEUSalgYdelseBeloeb",
    "exports": "MomsAngivelseEksportOmsaetningBeloeb",
    "goods_bought": "MomsAngivelseEUKoebBeloeb",
    "services_bought": "MomsAngivelseEUKoebYdelseBeloeb",
    "net_vat": "MomsAngivelseAfgiftTilsvarBeloeb",
}
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
EMPTY = {"VARCHAR": "", "BOOLEAN": False, "INTEGER": 0, "BIGINT": 0}


class Reports:
    """Rows by table; a report's key is made from what it is of."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def company(self, cvr: str, industry: str | None = None, employees: int | None = None) -> None:
        self.rows["registered_company"].append(
            {"cvr": cvr, "se_number": cvr, "name": f"Firma {cvr}", "industry": industry,
             "employees": employees}
        )  # fmt: skip

    def vat(self, cvr: str, start: str, end: str, *, status: str = "accepted", **amounts: int
            ) -> str:  # fmt: skip
        key = self._filing("vat_return", cvr, start, end, status)
        for name, amount in amounts.items():
            self.rows["filed_vat_amount"].append(
                {"filing_key": key, "field": FIELDS[name], "amount": Decimal(amount)}
            )
        return key

    def quarters(self, cvr: str, year: int, **amounts: int) -> None:
        for start, end in (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"),
                           ("10-01", "12-31")):  # fmt: skip
            self.vat(cvr, f"{year}-{start}", f"{year}-{end}", **amounts)

    def eu_list(self, cvr: str, start: str, end: str, *lines: tuple[str, str, int, int, int]
                ) -> str:  # fmt: skip
        key = self._filing("eu_sales_list", cvr, start, end, "accepted")
        for number, (country, vat_number, goods, triangular, services) in enumerate(lines, 1):
            self.rows["filed_eu_sale"].append(
                {"filing_key": key, "line": number, "country": country, "vat_number": vat_number,
                 "goods": Decimal(goods), "triangular": Decimal(triangular),
                 "services": Decimal(services)}
            )  # fmt: skip
        return key

    def annual(
        self, cvr: str, start: str, end: str, now: Mapping[str, Any],
        before: Mapping[str, Any] | None = None, *, unit: str = "iso4217:DKK",
        decimals: str = "0", before_days: tuple[str, str] | None = None, status: str = "accepted",
    ) -> str:  # fmt: skip
        """`now` and `before`: amounts by concept; balance figures are of the last day."""
        key = self._filing("annual_report", cvr, start, end, status)
        filing_id = sha256(key.encode()).hexdigest()
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        earlier = before_days or (f"{first.year - 1}-{start[5:]}", f"{last.year - 1}-{end[5:]}")
        self.rows["xbrl_filing"].append(
            {"filing_id": filing_id, "entity_identifier": cvr, "period_start": first,
             "period_end": last, "fact_count": 9, "verdict": "valid", "is_read": True}
        )  # fmt: skip
        for (begins, ends), figures in (((start, end), now), (earlier, before or {})):
            for concept, amount in figures.items():
                instant = concept in {"Assets", "Equity"}
                self.rows["xbrl_fact"].append(
                    {"filing_id": filing_id, "fact_index": len(self.rows["xbrl_fact"]),
                     "namespace": FSA, "concept": concept, "entity_identifier": cvr,
                     "period_start": None if instant else date.fromisoformat(begins),
                     "period_end": date.fromisoformat(ends),
                     "unit": unit, "numeric_value": Decimal(amount), "decimals": decimals}
                )  # fmt: skip
        return key

    def duty(self, cvr: str, end: str, state: str) -> None:
        day = date.fromisoformat(end)
        self.rows["duty_status"].append(
            {"cvr": cvr, "report_type": "vat_return", "period_start": day.replace(day=1),
             "period_end": day, "due_date": day, "state": state, "as_of": day}
        )  # fmt: skip

    def _filing(self, kind: str, cvr: str, start: str, end: str, status: str) -> str:
        key = f"{kind}-{cvr}-{start}-{end}-{status}"
        self.rows["received_filing"].append(
            {"filing_key": key, "report_type": kind, "cvr": cvr, "se_number": cvr,
             "filing_id": sha256(key.encode()).hexdigest(), "sender": cvr,
             "transaction_id": key, "period_start": date.fromisoformat(start),
             "period_end": date.fromisoformat(end), "received_at": NOON, "status": status,
             "codes": [], "is_zero": None if kind == "annual_report" else False}
        )  # fmt: skip
        return key


def tables(reports: Reports, shuffled: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the tables that the rules read; rows in a random order where asked."""
    con = duckdb.connect(config={"threads": 1})
    for name in READ:
        rows = list(reports.rows[name])
        if shuffled is not None:
            random.Random(shuffled).shuffle(rows)
        con.register("_rows", arrow(name, rows))
        con.execute(f"CREATE TABLE {name} AS FROM _rows")
        con.unregister("_rows")
    con.execute(f"CREATE VIEW company_size AS {VIEWS['company_size'].text}")
    return con


def payroll(*rows: tuple[str, int, str]) -> pa.Table:
    """The payroll register: cvr, year, employees."""
    whole = [{"cvr": c, "year": y, "employees": Decimal(e)} for c, y, e in rows]
    return pa.Table.from_pylist(whole, schema=handed_over.PAYROLL)


def exchange(*rows: tuple[str, str, str, str, int]) -> pa.Table:
    """The exchange with other member states: country, seller, buyer, period, amount."""
    names = handed_over.EU_PURCHASE.names
    whole = [dict(zip(names, (*row[:4], Decimal(row[4])), strict=True)) for row in rows]
    return pa.Table.from_pylist(whole, schema=handed_over.EU_PURCHASE)


def arrow(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of one table, what is left out empty where it is required."""
    declared = TABLES[name]
    whole = [
        {c.name: row.get(c.name, EMPTY.get(c.type) if c.required else None)
         for c in declared.columns}
        for row in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(whole, schema=schema(declared))


def compared(
    reports: Reports, given: run.Given | None = None, shuffled: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection whose `out_…` hold what every rule says."""
    con = tables(reports, shuffled)
    run.compare(con, given or run.Given())
    return con
