"""A small warehouse to analyse: 120 made-up companies of six industries, three years, seeded.

Industries differ by design, so that what a notebook computes can be looked at: equity grows with
the industry, the last one files late, and one rule is broken in one industry only.
"""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tests.authority_sample import arrow
from warehouse.store import Store

DIVISIONS = ("10", "43", "47", "56", "62", "86")
YEARS = (2023, 2024, 2025)
EACH = 20
AS_OF = date(2026, 9, 1)
FSA = "http://xbrl.dcca.dk/fsa"
SCHEME = "http://www.dcca.dk/cvr"
STAFF = (0, 3, 7, 25, 80, None)
RULES = {"DBA.FR57": 0.3, "DBA.FR75": 0.15, "DK-SUMS.total": 0.1, "DBA.FR20": 0.05}
ONLY = ("DBA.FR101", "56")
"""A rule that every report of one industry breaks, and no other."""

Row = dict[str, Any]


def rows() -> dict[str, list[Row]]:
    """The rows of every table, by table."""
    chance = random.Random(20260901)
    made: dict[str, list[Row]] = {name: [] for name in PARTITIONS}
    for place, division in enumerate(DIVISIONS):
        for number in range(EACH):
            cvr = f"{10_000_000 + 1000 * place + number}"
            made["registered_company"].append(
                {"cvr": cvr, "se_number": cvr, "name": f"Firma {cvr} ApS", "legal_form": "ApS",
                 "industry": f"{division}1100", "municipality": "101",
                 "employees": STAFF[number % len(STAFF)]}
            )  # fmt: skip
            for year in YEARS:
                _year(made, chance, cvr, division, place, year)
    return made


def write(store: Store) -> dict[str, list[Row]]:
    """Put the rows into `store`; returns them."""
    made = rows()
    with store.transaction() as transaction:
        for name, given in made.items():
            parts: dict[str, list[Row]] = {}
            for row in given:
                parts.setdefault(PARTITIONS[name](row), []).append(row)
            for partition, some in sorted(parts.items()):
                transaction.put(name, partition, arrow(name, some))
    return made


def _by_year(row: Row) -> str:
    return f"year={row['period_end'].year}/hand"


PARTITIONS: dict[str, Any] = {
    "registered_company": lambda _: "snapshot",
    "duty_status": lambda _: "snapshot",
    "received_filing": lambda row: f"received={row['received_at']:%Y-%m}",
    "xbrl_filing": _by_year,
    "xbrl_problem": lambda _: "year=2025/hand",
    "company_figure": _by_year,
}


def _year(
    made: dict[str, list[Row]], chance: random.Random, cvr: str, division: str, place: int,
    year: int,
) -> None:  # fmt: skip
    start, end = date(year, 1, 1), date(year, 12, 31)
    due = date(year + 1, 6, 30)
    is_late = chance.random() < (0.05 + 0.12 * place)
    is_missing = is_late and year == YEARS[-1] and chance.random() < 0.3
    days = chance.randint(1, 120) if is_late else -chance.randint(0, 60)
    key = f"{year + 1}-{cvr}"
    state = "missing" if is_missing else "late" if is_late else "on_time"
    filed = datetime.combine(due + timedelta(days=days), datetime.min.time(), UTC)
    made["duty_status"].append(
        {"cvr": cvr, "report_type": "annual_report", "period_start": start, "period_end": end,
         "due_date": due, "state": state, "as_of": AS_OF,
         "days_late": (AS_OF - due).days if is_missing else max(days, 0) or None,
         "filing_key": None if is_missing else key, "filed_at": None if is_missing else filed}
    )  # fmt: skip
    if is_missing:
        return
    filing_id = sha256(key.encode()).hexdigest()
    made["received_filing"].append(
        {"filing_key": key, "report_type": "annual_report", "filing_id": filing_id, "cvr": cvr,
         "se_number": cvr, "period_start": start, "period_end": end, "sender": cvr,
         "transaction_id": key, "received_at": filed, "status": "accepted", "codes": [],
         "event_from": 1, "event_to": 2}
    )  # fmt: skip
    broken = [rule for rule, share in RULES.items() if chance.random() < share]
    broken += [ONLY[0]] if division == ONLY[1] else []
    made["xbrl_filing"].append(
        {"filing_id": filing_id, "target": "", "kind": "inline", "file": f"{key}.xhtml",
         "file_count": 1, "byte_count": 1, "entity_scheme": SCHEME, "entity_identifier": cvr,
         "fact_count": 9, "context_count": 2, "unit_count": 1, "problem_count": len(broken),
         "is_read": True, "sequence": len(made["xbrl_filing"]) + 1, "place": key,
         "period_start": start, "period_end": end, "verdict": "valid"}
    )  # fmt: skip
    made["xbrl_problem"] += [
        {"filing_id": filing_id, "target": "", "code": rule, "severity": "warning",
         "message": f"{rule} in {key}", "remedy": "", "file": f"{key}.xhtml", "facts": []}
        for rule in broken
    ]  # fmt: skip
    _figures(made, chance, cvr, place, filing_id, start, end)


def _figures(
    made: dict[str, list[Row]], chance: random.Random, cvr: str, place: int, filing_id: str,
    start: date, end: date,
) -> None:  # fmt: skip
    assets = chance.randint(500, 50_000) * 1000
    current = assets * chance.randint(30, 80) // 100
    amounts = {
        "Assets": assets,
        "Equity": assets * (chance.randint(-5, 25) + 10 * place) // 100,
        "CurrentAssets": current,
        "ShorttermLiabilitiesOtherThanProvisions": current * chance.randint(40, 140) // 100,
        "ProfitLoss": assets * chance.randint(-4, 12) // 100,
    }
    made["company_figure"] += [
        {"entity_scheme": SCHEME, "entity_identifier": cvr, "fiscal_year": end.year,
         "period_start": start, "period_end": end, "basis": "solo", "namespace": FSA,
         "concept": concept, "unit": "iso4217:DKK", "amount": Decimal(amount), "decimals": "0",
         "filing_id": filing_id, "target": "", "fact_index": number, "is_comparative": False}
        for number, (concept, amount) in enumerate(amounts.items())
    ]  # fmt: skip
