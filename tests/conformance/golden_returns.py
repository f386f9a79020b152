"""From a connection to the demo company's books to its returns, and what those must say.

The whole line without Dagster: land, ledger, rules, VAT return and EU sales list of the three
quarters in `expected_vat.json`.

Belongs here: the comparison. Does not: any system's books.
"""

import json
from datetime import date
from pathlib import Path

import duckdb

from assets.ledger.build import Company, ConnectionRef, Mapping, build_ledger
from assets.reports import due, eu_sales_list, vat_return
from assets.sources import registry
from assets.sources.connector import Connection, silent
from assets.sources.landing import land
from quality import reconciliations, rules
from quality.finding import Finding, Severity
from tests.simulators.books import ACCOUNTS, CVR
from tests.tryton_server.expected import PATH
from warehouse import standards
from warehouse.store import Store

_LIST = {"goods": "Salg", "triangular": "Trekant", "services": "Service"}


def check(
    connection: Connection, folder: Path, codes: dict[str, str] | None = None
) -> list[Finding]:
    """Compare the returns field by field; the findings of landing and of the rules.

    `codes`: the source's own VAT code → standard code. Accounts have the standard numbers.
    """
    landed = folder / "landed"
    found = land(registry.load(connection.system), connection, landed, silent).findings
    store = Store(folder / "warehouse")
    company = Company("nordlys", "Nordlys Handel ApS", CVR, CVR)
    mapping = Mapping(
        accounts=[("nordlys", code, code) for code in ACCOUNTS],
        vat_codes=[("nordlys", own, code, None) for own, code in (codes or {}).items()],
    )
    reference = ConnectionRef(connection.connection_id, "nordlys", connection.system)
    build_ledger(store, landed, [company], [reference], mapping)
    golden = json.loads(PATH.read_text(encoding="utf-8"))["quarters"]
    assert len(golden) >= 3
    for quarter, wanted in golden.items():
        found += _quarter(store, quarter, wanted)
    return found


def _reconciled(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Whether the return agrees with the VAT accounts. The return is built anew: the list
    stands where it stood.
    """
    vat_return.REPORT.build(con, date(2027, 4, 1))
    reconciliations.run(con)
    query = (
        "SELECT rule, company_id, subject, left_amount, right_amount FROM out_reconciliation "
        "WHERE NOT is_within_tolerance AND rule LIKE 'reconciliation-vat%'"
    )
    return [
        Finding(rule, Severity.WARNING, company, subject, f"{left} and {right}", "")
        for rule, company, subject, left, right in con.execute(query).fetchall()
    ]


def _quarter(store: Store, quarter: str, wanted: dict[str, object]) -> list[Finding]:
    start, end = (date.fromisoformat(str(wanted[key])) for key in ("period_start", "period_end"))
    with store.connect() as con:
        standards.register(con)
        obligation = {"company_id": "nordlys", "period_start": start, "period_end": end,
                      "frequency": "quarter", "due_date": end}  # fmt: skip
        due.register(con, [obligation])
        due.register_withheld(con, [])
        rules.run(con, f"{end:%Y-%m}")
        found = list(rules.findings(con))
        vat_return.REPORT.build(con, date(2027, 4, 1))
        fields = con.execute("SELECT field, amount FROM out_report_line").fetchall()
        assert dict(fields) == wanted["return"], (quarter, found)
        eu_sales_list.REPORT.build(con, date(2027, 4, 1))
        lines = con.execute("SELECT subject, field, amount FROM out_report_line").fetchall()
        found += _reconciled(con)
    told = {(subject, field): amount for subject, field, amount in lines}
    assert told == {
        (line["country"] + line["vat_number"], f"ListeAngivelse{name}Beloeb"): line[key]
        for line in wanted["eu_sales_list"]  # type: ignore[attr-defined]
        for key, name in _LIST.items()
    }, quarter
    return found
