"""Six companies as an authority knows them: rows for every table of its side, and XBRL rows.

Small enough to reckon by hand and consistent throughout: a score is the sum of its points, a
statistic the sum of its contributions, a figure a fact of a filing. `write(store)` puts them
into a warehouse; `rows()` gives them by table.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import pyarrow as pa

from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

AS_OF = date(2026, 6, 15)
FSA = "http://xbrl.dcca.dk/fsa"
CVR_SCHEME = "http://www.dcca.dk/cvr"
SALES_VAT, PURCHASE_VAT, TOTAL = (
    "MomsAngivelseSalgsMomsBeloeb",
    "MomsAngivelseKoebsMomsBeloeb",
    "MomsAngivelseAfgiftTilsvarBeloeb",
)
EU_GOODS = "MomsAngivelseEUSalgBeloebVarerBeloeb"

Row = dict[str, Any]
Rows = dict[str, list[Row]]


class Known(NamedTuple):
    """A company, its yearly revenue 2022-2025 (DKK) and what share of it VAT returns tell."""

    cvr: str
    name: str
    legal_form: str
    industry: str
    section: str
    municipality: str
    region: str
    employees: int | None
    revenue: tuple[int, int, int, int]
    vat_share: Decimal = Decimal(1)
    ceased: date | None = None


NORDLYS, BAGERI, TOMRER, FJORDVIND, KRAMMER, OPHORT = COMPANIES = (
    Known("10150817", "Nordlys ApS", "ApS", "582900", "J", "101", "DK01", 4,
          (3_900_000, 4_700_000, 5_433_900, 6_120_400)),
    Known("21111171", "Havnens Bageri ApS", "ApS", "107120", "C", "751", "DK04", 12,
          (7_800_000, 8_100_000, 8_050_000, 9_400_000), Decimal("0.80")),
    Known("32222358", "Tømrer & Snedker Sørensen I/S", "I/S", "433200", "F", "461", "DK03", 3,
          (2_150_000, 2_400_000, 2_610_000, 0)),
    Known("43333518", "Fjordvind A/S", "A/S", "351200", "D", "851", "DK05", 260,
          (412_000_000, 388_500_000, 455_250_000, 501_000_000)),
    Known("54444699", "Kræmmerhuset v/Åse Ødegård", "enkeltmandsvirksomhed", "471900", "G", "400",
          "DK01", None, (0, 0, 0, 0)),
    Known("65555859", "Ophørt Handel ApS", "ApS", "464900", "G", "253", "DK02", 0,
          (900_000, 610_000, 120_000, 0), ceased=date(2025, 12, 31)),
)  # fmt: skip
LIMITED = (NORDLYS, BAGERI, FJORDVIND, OPHORT)
QUARTERS = tuple(
    (date(year, 3 * q - 2, 1), date(year + (q == 4), 3 * q % 12 + 1, 1) - timedelta(days=1))
    for year, q in ((2025, 1), (2025, 2), (2025, 3), (2025, 4), (2026, 1))
)
DUE = (date(2025, 6, 2), date(2025, 9, 1), date(2025, 12, 1), date(2026, 3, 2), date(2026, 6, 1))


def rows() -> Rows:
    """The rows of every table, in no order; columns that are left out are null."""
    made: Rows = {}
    for part in (_register, _vat, _eu_list, _annual, _refused, _comparing, _statistics, _runs):
        for table, row in part():
            made.setdefault(table, []).append(row)
    return made


def write(store: Store) -> None:
    """Put every table into `store`, in the partitions and the order it is stored in."""
    with store.transaction() as transaction:
        for name, given in rows().items():
            parts: dict[str, list[Row]] = {}
            for row in given:
                parts.setdefault(_partition(name, row), []).append(row)
            for partition, some in sorted(parts.items()):
                transaction.put(name, partition, arrow(name, some))


def arrow(name: str, given: list[Row]) -> pa.Table:
    """Rows of one table as Arrow, sorted as it is stored."""
    shape = schema(TABLES[name])
    order = TABLES[name].sorted_by or TABLES[name].key
    unknown = {key for row in given for key in row} - set(shape.names)
    assert not unknown, (name, unknown)
    whole = [{column: row.get(column) for column in shape.names} for row in given]
    whole.sort(key=lambda row: [(row[c] is not None, row[c]) for c in order])
    return pa.Table.from_pylist(whole, schema=shape)


def reference(company: Known, quarter: int) -> str:
    """The reference of a company's VAT return, as the service gives one."""
    return f"RSU{company.cvr}{quarter:02d}"


def case(company: Known, year: int) -> str:
    """The case number of its annual report."""
    return f"{year + 1}-{company.cvr}"


def filing_id(key: str) -> str:
    """SHA-256 standing for the bytes of a report."""
    return sha256(key.encode()).hexdigest()


def _register() -> Iterator[tuple[str, Row]]:
    for one in COMPANIES:
        yield "registered_company", {
            "cvr": one.cvr, "se_number": one.cvr, "name": one.name, "legal_form": one.legal_form,
            "industry": one.industry, "municipality": one.municipality,
            "employees": one.employees, "registered_from": date(2018, 4, 1),
            "registered_to": one.ceased,
        }  # fmt: skip
        yield "registered_duty", {
            "cvr": one.cvr, "report_type": "vat_return", "frequency": "quarter",
            "valid_from": date(2019, 1, 1), "valid_to": one.ceased,
        }  # fmt: skip
        if one in LIMITED:
            yield "registered_duty", {
                "cvr": one.cvr, "report_type": "annual_report", "frequency": "year",
                "valid_from": date(2018, 4, 1), "year_end": "12-31",
                "company_class": "C" if one is FJORDVIND else "B",
            }  # fmt: skip
    given = {"grantee": "99887766", "entitlement": "report", "report_type": "*"}
    for one in (NORDLYS, BAGERI, TOMRER):
        yield "mandate_given", {"cvr": one.cvr, **given, "granted_at": _at(2025, 1, 3)}
    yield "mandate_given", {
        "cvr": NORDLYS.cvr, "grantee": "11223344", "entitlement": "read",
        "report_type": "annual_report", "granted_at": _at(2025, 2, 1),
        "withdrawn_at": _at(2026, 1, 15),
    }  # fmt: skip
    for number, (reader, what, subject, purpose) in enumerate(
        (
            ("99887766", "status", "", "mandate"),
            (NORDLYS.cvr, "filing", reference(NORDLYS, 1), "own"),
            ("Birthe Holm", "page", "", "case 2026-114"),
        ),
        1,
    ):
        yield "data_read", {
            "sequence": number, "read_at": _at(2026, 5, number), "reader": reader,
            "cvr": NORDLYS.cvr, "what": what, "subject": subject, "purpose": purpose,
        }  # fmt: skip


def _vat() -> Iterator[tuple[str, Row]]:
    event = 100
    for one in COMPANIES:
        for quarter, ((start, end), due) in enumerate(zip(QUARTERS, DUE, strict=True), 1):
            if one.ceased is not None and end > one.ceased:
                continue
            event += 2
            key, state, days = reference(one, quarter), "on_time", -6
            if one is BAGERI and quarter == 4:
                state, days = "late", 9
            if one is TOMRER and quarter >= 4:
                yield "duty_status", _missing(one, quarter, start, end, due)
                continue
            received = due + timedelta(days=days)
            turnover = int(one.revenue[3] * one.vat_share) // 4
            zero = turnover == 0
            yield "received_filing", {
                "filing_key": key, "report_type": "vat_return", "filing_id": filing_id(key),
                "cvr": one.cvr, "se_number": one.cvr, "period_start": start, "period_end": end,
                "sender": "99887766", "transaction_id": f"t-{key}",
                "received_at": _at(received.year, received.month, received.day),
                "status": "accepted", "codes": ["5001"], "is_zero": zero,
                "decided_at": _at(received.year, received.month, received.day, 16),
                "is_correction": False, "byte_count": 1204,
                "event_from": event, "event_to": event + 1,
            }  # fmt: skip
            yield from _fields(key, turnover, goods=one is FJORDVIND)
            yield "duty_status", {
                "cvr": one.cvr, "report_type": "vat_return", "period_start": start,
                "period_end": end, "due_date": due, "state": state, "filing_key": key,
                "filed_at": _at(received.year, received.month, received.day),
                "days_late": max(days, 0), "is_zero": zero, "as_of": AS_OF,
            }  # fmt: skip


def _missing(one: Known, quarter: int, start: date, end: date, due: date) -> Row:
    estimated = quarter == 4
    return {
        "cvr": one.cvr, "report_type": "vat_return", "period_start": start, "period_end": end,
        "due_date": due, "state": "estimated" if estimated else "missing",
        "days_late": (AS_OF - due).days, "as_of": AS_OF,
        "estimate": Decimal(42_000) if estimated else None,
        "fee": Decimal(800) if estimated else None,
        "explanation": "The mean of the last four returns filed: (45 000 + 41 000 + 40 000 + "
        "42 000) / 4 = 42 000 DKK" if estimated else None,
    }  # fmt: skip


def _fields(key: str, turnover: int, *, goods: bool) -> Iterator[tuple[str, Row]]:
    sales, purchases = turnover // 4, turnover // 10
    amounts = {TOTAL: sales - purchases, SALES_VAT: sales, PURCHASE_VAT: purchases}
    if goods:
        amounts[EU_GOODS] = 12_000_000
    for field, amount in amounts.items():
        yield "filed_vat_amount", {"filing_key": key, "field": field, "amount": Decimal(amount)}


def _eu_list() -> Iterator[tuple[str, Row]]:
    key = "20250401000000001"
    start, end = QUARTERS[0]
    yield "received_filing", {
        "filing_key": key, "report_type": "eu_sales_list", "filing_id": filing_id(key),
        "cvr": FJORDVIND.cvr, "se_number": FJORDVIND.cvr, "period_start": start,
        "period_end": end, "sender": FJORDVIND.cvr, "transaction_id": "list-1",
        "received_at": _at(2025, 4, 22), "status": "accepted", "decided_at": _at(2025, 4, 22),
        "codes": [], "is_zero": False, "is_correction": False, "byte_count": 131,
        "event_from": 90, "event_to": 90,
    }  # fmt: skip
    buyers = (("DE", "811569869", 7_500_000, 0, 0), ("SE", "556036079301", 4_500_000, 0, 250_000))
    for line, (country, number, sold, triangular, services) in enumerate(buyers, 1):
        yield "filed_eu_sale", {
            "filing_key": key, "line": line, "country": country, "vat_number": number,
            "goods": Decimal(sold), "triangular": Decimal(triangular),
            "services": Decimal(services),
        }  # fmt: skip


def _annual() -> Iterator[tuple[str, Row]]:
    for one in LIMITED:
        for at, year in enumerate(range(2022, 2026)):
            if one is OPHORT and year == 2025:
                yield "duty_status", {
                    "cvr": one.cvr, "report_type": "annual_report",
                    "period_start": date(year, 1, 1), "period_end": date(year, 12, 31),
                    "due_date": date(2026, 6, 30), "state": "awaited", "as_of": AS_OF,
                }  # fmt: skip
                continue
            yield from _report(one, year, one.revenue[at], sequence=year * 10 + int(one.cvr[0]))


def _report(one: Known, year: int, revenue: int, sequence: int) -> Iterator[tuple[str, Row]]:
    key, start, end = case(one, year), date(year, 1, 1), date(year, 12, 31)
    known = filing_id(key)
    received, due = _at(year + 1, 5, 20), date(year + 1, 6, 30)
    warned = one is BAGERI and year == 2025
    yield "received_filing", {
        "filing_key": key, "report_type": "annual_report", "filing_id": known, "cvr": one.cvr,
        "period_start": start, "period_end": end, "sender": one.cvr, "transaction_id": f"a-{key}",
        "received_at": received, "status": "accepted", "decided_at": received,
        "codes": ["DBA.FR75", "84"] if warned else ["84"], "is_correction": False,
        "byte_count": 88_412, "event_from": sequence, "event_to": sequence + 1,
    }  # fmt: skip
    if year >= 2024:
        yield "duty_status", {
            "cvr": one.cvr, "report_type": "annual_report", "period_start": start,
            "period_end": end, "due_date": due, "state": "on_time", "filing_key": key,
            "filed_at": received, "days_late": 0, "as_of": AS_OF,
        }  # fmt: skip
    yield "xbrl_filing", {
        "filing_id": known, "target": "", "kind": "inline", "file": "report.xhtml",
        "file_count": 1, "byte_count": 88_412, "entity_scheme": CVR_SCHEME,
        "entity_identifier": one.cvr, "language": "da", "fact_count": 6, "context_count": 2,
        "unit_count": 2, "problem_count": int(warned), "is_read": True, "sequence": sequence,
        "place": f"authority/{key}.xhtml", "period_start": start, "period_end": end,
        "verdict": "valid", "published_at": received,
    }  # fmt: skip
    yield from _facts(one, known, end, revenue)
    if warned:
        yield "xbrl_problem", {
            "filing_id": known, "target": "", "code": "DBA.FR75", "severity": "warning",
            "message": "Staff costs are 3 290 000 DKK, and no average number of employees is "
            "stated.",
            "remedy": "State fsa:AverageNumberOfEmployees.", "file": "report.xhtml", "line": 412,
            "facts": [3],
        }  # fmt: skip


def _facts(one: Known, known: str, end: date, revenue: int) -> Iterator[tuple[str, Row]]:
    start = date(end.year, 1, 1)
    figures = {
        "Revenue": revenue,
        "GrossProfitLoss": revenue * 45 // 100,
        "ProfitLoss": revenue * 9 // 100 - 200_000,
        "EmployeeBenefitsExpense": revenue * 35 // 100,
        "Equity": revenue * 30 // 100,
        "Assets": revenue * 75 // 100,
        "AverageNumberOfEmployees": one.employees or 0,
    }
    instants = {"Equity", "Assets"}
    for index, (concept, amount) in enumerate(figures.items()):
        unit = "xbrli:pure" if concept == "AverageNumberOfEmployees" else "iso4217:DKK"
        shared = {"filing_id": known, "target": "", "fact_index": index}
        aspects = {"namespace": FSA, "concept": concept, "unit": unit, "decimals": "0",
                   "entity_scheme": CVR_SCHEME, "entity_identifier": one.cvr,
                   "period_end": end}  # fmt: skip
        yield "xbrl_fact", {
            **shared, **aspects, "kind": "item",
            "period_type": "instant" if concept in instants else "duration",
            "period_start": None if concept in instants else start, "dimensions": "",
            "value": str(amount), "numeric_value": Decimal(amount), "is_nil": False,
            "file": "report.xhtml", "line": 200 + 7 * index, "is_hidden": False,
            "context_id": "c1", "unit_id": "u1",
        }  # fmt: skip
        yield "company_figure", {
            **shared, **aspects, "fiscal_year": end.year, "period_start": start,
            "basis": "solo", "amount": Decimal(amount), "is_comparative": False,
        }  # fmt: skip


def _refused() -> Iterator[tuple[str, Row]]:
    yield "received_filing", {
        "filing_key": "message-1", "report_type": "vat_return",
        "filing_id": filing_id("message-1"), "cvr": BAGERI.cvr, "se_number": BAGERI.cvr,
        "sender": "99887766", "transaction_id": "t-early", "received_at": _at(2026, 3, 1),
        "status": "refused", "codes": ["507"], "event_from": 300, "event_to": 300,
    }  # fmt: skip
    yield "received_filing", {
        "filing_key": "message-2", "report_type": "annual_report",
        "filing_id": filing_id("message-2"), "sender": OPHORT.cvr, "transaction_id": "a-x",
        "received_at": _at(2026, 4, 2), "status": "refused", "codes": ["unreadable"],
        "event_from": 301, "event_to": 301,
    }  # fmt: skip
    yield "quarantined_filing", {
        "filing_key": "message-2", "report_type": "annual_report", "rule": "unreadable-report",
        "message": "Expected XHTML, found 512 bytes that begin with PK: a zip archive.",
        "remedy": "Ask the sender to send the report itself, not an archive of it.",
        "event": 301,
    }  # fmt: skip


def _comparing() -> Iterator[tuple[str, Row]]:
    start, end = date(2025, 1, 1), date(2025, 12, 31)
    for one in (NORDLYS, BAGERI, FJORDVIND):
        filed = Decimal(4 * (int(one.revenue[3] * one.vat_share) // 4 // 4) * 4)
        stated = Decimal(one.revenue[3])
        differs = one is BAGERI
        same = {"cvr": one.cvr, "rule": "vat-turnover-vs-revenue", "period_end": end,
                "subject": ""}  # fmt: skip
        yield "cross_check", {
            **same, "period_start": start, "stated": filed, "expected": stated,
            "difference": filed - stated, "unit": "DKK",
            "outcome": "differs" if differs else "agrees", "points": 10 if differs else 0,
            "explanation": f"VAT returns of 2025 say turnover {filed:,.0f} DKK (output VAT × 4); "
            f"the annual report says revenue {stated:,.0f} DKK. The limit is 5 %.",
        }  # fmt: skip
        yield "cross_check_filing", {**same, "side": "expected", "filing_key": case(one, 2025)}
        for quarter in range(1, 5):
            yield "cross_check_filing", {
                **same, "side": "stated", "filing_key": reference(one, quarter),
            }  # fmt: skip
    for one, points, differing, late, words in (
        (NORDLYS, 0, 0, 0, "0 comparisons differ; 0 reports late: 0 points"),
        (BAGERI, 11, 1, 1, "vat-turnover-vs-revenue 10 + 1 late report × 1 = 11 points"),
        (TOMRER, 10, 0, 2, "1 missing × 5 + 1 estimated × 5 = 10 points"),
        (FJORDVIND, 0, 0, 0, "0 comparisons differ; 0 reports late: 0 points"),
    ):
        yield "company_score", {
            "cvr": one.cvr, "year": 2025, "points": points, "differing": differing, "late": late,
            "explanation": words,
        }  # fmt: skip
    yield "reminder", {
        "message_id": str(UUID(int=7)), "cvr": TOMRER.cvr, "report_type": "vat_return",
        "period_start": QUARTERS[4][0], "period_end": QUARTERS[4][1], "kind": "overdue",
        "due_date": DUE[4], "written_on": AS_OF, "path": "2026-06/overdue.xml",
        "sha256": filing_id("reminder"),
    }  # fmt: skip


def _statistics() -> Iterator[tuple[str, Row]]:
    whole = {"measure": "revenue", "year": 2025, "unit": "DKK"}
    filed = (NORDLYS, BAGERI, FJORDVIND)
    total = sum(one.revenue[3] for one in filed)
    everyone = {"industry": "all", "size": "all", "region": "all"}
    yield "statistic", {**whole, **everyone, "companies": 3, "value": Decimal(total)}
    for one, why in zip(filed, ("few", "complement", "dominance"), strict=True):
        cell = {"industry": one.section, "size": "all", "region": "all"}
        yield "statistic", {**whole, **cell, "suppressed": why}
        yield "statistic_filing", {
            "measure": "revenue", "year": 2025, "cvr": one.cvr, "industry": one.section,
            "size": _size(one.employees), "region": one.region, "filing_key": case(one, 2025),
            "filing_id": filing_id(case(one, 2025)), "concept": "Revenue",
            "contribution": Decimal(one.revenue[3]),
        }  # fmt: skip
    yield "statistic", {
        **whole, **everyone, "measure": "annual_reports", "unit": "companies", "companies": 3,
        "value": Decimal(3),
    }  # fmt: skip


def _size(employees: int | None) -> str:
    if employees is None:
        return "unknown"
    limits = ((0, "0"), (9, "1-9"), (49, "10-49"), (249, "50-249"))
    return next((name for limit, name in limits if employees <= limit), "250+")


def _runs() -> Iterator[tuple[str, Row]]:
    for run, (after, to, received, updated, quarantined, total) in enumerate(
        ((0, 200, 150, 20, 0, 150), (200, 301, 40, 3, 1, 190)), 1
    ):
        yield "intake_run", {
            "run": run, "event_after": after, "event_to": to, "events": to - after,
            "received": received, "updated": updated, "quarantined": quarantined,
            "service_total": total, "table_total": total, "reconciles": True,
        }  # fmt: skip


def _at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, 30, tzinfo=UTC)


def _partition(name: str, row: Row) -> str:
    """Only `received_filing` says the month itself; its fields lie in one month here."""
    if TABLES[name].partition == "year":
        return f"year={row['period_end'].year if row.get('period_end') else 2025}"
    if TABLES[name].partition == "received":
        at = row.get("received_at")
        return f"received={at:%Y-%m}" if at is not None else "received=2025-06"
    return "whole"
