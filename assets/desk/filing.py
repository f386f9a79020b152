"""One report received: where it stands, what it says, what was found wrong with it.

Belongs here: questions about one filing. Does not: the company's other reports (`company`).
"""

from dataclasses import dataclass

from assets.desk.company import MOST, Row, company
from assets.desk.database import Connection, row, rows
from assets.filings import vat_return

_SHA256 = 64


@dataclass(frozen=True, slots=True)
class Filing:
    """One report: its row, its company where known, and its content by kind of report.

    `fields`: of a VAT return; `lines`: of an EU list; `document`: of an annual report, whose
    facts are read apart; `problems` its findings; `quarantine` why it is in no table.
    `used`: comparisons and statistics it is part of.
    """

    filing: Row
    company: Row | None
    fields: list[Row]
    lines: list[Row]
    document: Row | None
    problems: list[Row]
    quarantine: Row | None
    used: list[Row]


@dataclass(frozen=True, slots=True)
class Facts:
    """One page of an annual report's facts, in the order of the document; `count` of them all."""

    facts: list[Row]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.count // MOST))


def filing(con: Connection, key: str) -> Filing | None:
    """The report of that number, or None."""
    found = row(con, "SELECT * FROM received_filing WHERE filing_key = ?", [key])
    found = found or _taken_in(con, key)
    if found is None:
        return None
    cvr, known_as, kind = found["cvr"], found["filing_id"], found["report_type"]
    is_annual = kind == "annual_report" and known_as is not None
    return Filing(
        filing=found,
        company=company(con, str(cvr)) if cvr is not None else None,
        fields=_fields(con, key) if kind == "vat_return" else [],
        lines=_content(con, "filed_eu_sale", key, "line") if kind == "eu_sales_list" else [],
        document=_document(con, found) if is_annual else None,
        problems=_problems(con, str(known_as)) if is_annual else [],
        quarantine=row(con, "SELECT * FROM quarantined_filing WHERE filing_key = ?", [key]),
        used=used_in(con, key, str(cvr)),
    )


def _taken_in(con: Connection, filing_id: str) -> Row | None:
    """An annual report that came by another way than the receiving service: a folder, an index.

    It has no number of the authority's, so comparisons and statistics know it by its bytes.
    """
    if len(filing_id) != _SHA256:
        return None
    return row(
        con,
        "SELECT filing_id AS filing_key, 'annual_report' AS report_type, filing_id, "
        "entity_identifier AS cvr, period_start, period_end, place AS sender, "
        "'' AS transaction_id, published_at AS received_at, 'received' AS status, "
        "NULL AS decided_at, NULL AS accepted_at, [] AS codes, NULL AS is_zero, "
        "NULL AS is_correction, byte_count, sequence AS event_from, NULL AS event_to "
        "FROM xbrl_filing WHERE filing_id = ? ORDER BY target",
        [filing_id],
    )


def used_in(con: Connection, key: str, cvr: str) -> list[Row]:
    """What was made of a company's report: comparisons, published or kept-back measures."""
    return rows(
        con,
        "SELECT 'check' AS kind, cvr, rule AS name, period_end, subject, NULL AS year, "
        "NULL AS amount FROM cross_check_filing WHERE cvr = $cvr AND filing_key = $key "
        "UNION ALL SELECT 'statistic', cvr, measure, NULL, concept, year, contribution "
        "FROM statistic_filing WHERE cvr = $cvr AND filing_key = $key "
        f"ORDER BY ALL LIMIT {MOST}",
        {"key": key, "cvr": cvr},
    )


def _content(con: Connection, table: str, key: str, order: str) -> list[Row]:
    return rows(con, f"SELECT * FROM {table} WHERE filing_key = ? ORDER BY {order}", [key])


def _document(con: Connection, filing: Row) -> Row | None:
    """What was read of an annual report. Rows lie by company, so that is asked first."""
    return row(
        con,
        "SELECT * FROM xbrl_filing WHERE entity_identifier = ? AND filing_id = ? ORDER BY target",
        [filing["cvr"], filing["filing_id"]],
    ) or row(con, "SELECT * FROM xbrl_filing WHERE filing_id = ?", [filing["filing_id"]])


def _fields(con: Connection, key: str) -> list[Row]:
    """The fields as a person adds them up: what counts up, what counts down, the total, the rest.

    Source: momsloven § 56; `vat_return.FIELDS` has each field's sign in the total.
    """
    place = {1: 0, -1: 1, 0: 3}
    return sorted(
        _content(con, "filed_vat_amount", key, "field"),
        key=lambda one: (
            2 if one["field"] == vat_return.TOTAL
            else place[vat_return.FIELDS.get(str(one["field"]), 0)],
            str(one["field"]),
        ),
    )  # fmt: skip


def facts(con: Connection, filing_id: str, page: int, index: int | None = None) -> Facts:
    """The page asked for, the last where there are fewer; or the one that has fact `index`."""
    found = rows(
        con,
        "WITH numbered AS (SELECT fact_index, namespace, concept, period_start, period_end, "
        "dimensions, unit, numeric_value, left(value, 160) AS value, is_nil, file, line, target, "
        "row_number() OVER (ORDER BY target, fact_index) - 1 AS place, "
        "count(*) OVER () AS fact_count FROM xbrl_fact WHERE filing_id = $filing_id "
        "AND kind = 'item') "
        "FROM numbered WHERE place // $most = least((fact_count - 1) // $most, coalesce("
        "(SELECT min(place) FROM numbered WHERE fact_index = $index) // $most, $page - 1)) "
        "ORDER BY place",
        {"filing_id": filing_id, "most": MOST, "index": index, "page": max(page, 1)},
    )
    if not found:
        return Facts([], 0, 1)
    count, place = int(str(found[0]["fact_count"])), int(str(found[0]["place"]))
    return Facts(found, count, place // MOST + 1)


def _problems(con: Connection, filing_id: str) -> list[Row]:
    return rows(
        con,
        "SELECT code, severity, message, remedy, file, line, element_id FROM xbrl_problem "
        "WHERE filing_id = ? "
        "ORDER BY list_position(['error', 'warning', 'note'], severity), code, line "
        f"LIMIT {MOST}",
        [filing_id],
    )
