"""What an analyst asks of a year's annual reports: ten questions, and how long each takes.

Belongs here: the questions. Does not: the tables (`national_year`).
"""

import random
import statistics
import time
from typing import NamedTuple

from warehouse.store import Store

_MEMORY, _THREADS = "4GB", 2


class Question(NamedTuple):
    """In words, and in SQL. `$company` and `$filing` are other ones each time."""

    words: str
    sql: str


QUESTIONS = (
    Question(
        "one company's filings and verdicts",
        """SELECT filing_id, period_end, verdict, problem_count FROM xbrl_filing
        WHERE entity_identifier = $company""",
    ),
    Question(
        "every fact of one filing",
        """SELECT concept, period_end, dimensions, value, line FROM xbrl_fact
        WHERE filing_id = $filing""",
    ),
    Question(
        "one company's figures by year",
        """SELECT fiscal_year, concept, amount FROM company_figure
        WHERE entity_identifier = $company""",
    ),
    Question(
        "equity as a share of assets: quartiles of all companies",
        """WITH stated AS (
            SELECT entity_identifier, concept, amount FROM company_figure
            WHERE concept IN ('Equity', 'Assets') AND fiscal_year = 2025
        ), ratio AS (
            SELECT max(amount) FILTER (concept = 'Equity')
                / nullif(max(amount) FILTER (concept = 'Assets'), 0) AS share
            FROM stated GROUP BY entity_identifier
        )
        SELECT quantile_cont(share, [0.25, 0.5, 0.75]) FROM ratio""",
    ),
    Question(
        "gross profit and assets by class of company",
        """WITH class AS (
            SELECT filing_id, any_value(value) AS class FROM xbrl_fact
            WHERE concept = 'ClassOfReportingEntity' GROUP BY 1
        )
        SELECT class, count(DISTINCT filing_id), concept, sum(numeric_value), median(numeric_value)
        FROM xbrl_fact JOIN class USING (filing_id)
        WHERE concept IN ('GrossProfitLoss', 'Assets') AND dimensions = ''
            AND year(period_end) = 2025
        GROUP BY class, concept""",
    ),
    Question(
        "which rules are broken, and by what share of filings",
        """SELECT code, count(DISTINCT filing_id) AS filings,
            count(DISTINCT filing_id) / (SELECT count(*) FROM xbrl_filing) AS share
        FROM xbrl_problem GROUP BY code ORDER BY filings DESC""",
    ),
    Question(
        "the hundred largest profits",
        """SELECT entity_identifier, amount FROM company_figure
        WHERE concept = 'ProfitLoss' AND fiscal_year = 2025 ORDER BY amount DESC LIMIT 100""",
    ),
    Question(
        "reports that speak of interest in the management's review",
        """SELECT count(DISTINCT filing_id) FROM xbrl_fact
        WHERE concept = 'DescriptionOfSignificantChangesInBusinessAndEconomicConditions'
            AND contains(lower(value), 'renter')""",
    ),
    Question(
        "staff costs per employee: deciles",
        """WITH stated AS (
            SELECT filing_id, concept, max(numeric_value) AS amount FROM xbrl_fact
            WHERE concept IN ('EmployeeBenefitsExpense', 'AverageNumberOfEmployees')
                AND year(period_end) = 2025 AND dimensions = ''
            GROUP BY ALL
        ), each AS (
            SELECT max(amount) FILTER (concept = 'EmployeeBenefitsExpense')
                / nullif(max(amount) FILTER (concept = 'AverageNumberOfEmployees'), 0) AS cost
            FROM stated GROUP BY filing_id
        )
        SELECT quantile_cont(cost, [0.1, 0.5, 0.9]) FROM each""",
    ),
    Question(
        "assets against last year's, company by company: the median growth",
        """WITH stated AS (
            SELECT filing_id, year(period_end) AS year, max(numeric_value) AS amount
            FROM xbrl_fact WHERE concept = 'Assets' AND dimensions = '' GROUP BY ALL
        )
        SELECT median(this.amount / nullif(last.amount, 0)), count(*)
        FROM stated AS this JOIN stated AS last
            ON last.filing_id = this.filing_id AND last.year = this.year - 1""",
    ),
)


def asked(store: Store, times: int, seed: int = 1) -> list[tuple[str, list[float]]]:
    """Each question with the seconds it took, every time; the first warms what it reads."""
    rng = random.Random(seed)
    with store.connect(memory_limit=_MEMORY, threads=_THREADS) as con:
        some = con.execute(
            "SELECT entity_identifier, filing_id FROM xbrl_filing WHERE is_read "
            "ORDER BY filing_id LIMIT 1000"
        ).fetchall()
        found = []
        for words, sql in QUESTIONS:
            seconds = []
            for _ in range(times + 1):
                company, filing = rng.choice(some)
                given = {"company": company, "filing": filing}
                began = time.perf_counter()
                con.execute(sql, {k: v for k, v in given.items() if f"${k}" in sql}).fetchall()
                seconds.append(time.perf_counter() - began)
            found.append((words, seconds[1:]))
    return found


def table(small: list[tuple[str, list[float]]], large: list[tuple[str, list[float]]]) -> str:
    """Both sizes beside each other, milliseconds."""
    lines = [
        "| question | p50 | p95 | p50 of the year | p95 of the year |",
        "|---|---|---|---|---|",
    ]
    for (words, left), (_, right) in zip(small, large or small, strict=True):
        cells = [*_percentiles(left), *(_percentiles(right) if large else ("–", "–"))]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    every = [[s for _, seconds in one for s in seconds] for one in (small, large) if one]
    cells = [cell for seconds in every for cell in _percentiles(seconds)]
    lines.append("| all | " + " | ".join(cells + ["–"] * (4 - len(cells))) + " |")
    return "\n".join(lines)


def _percentiles(seconds: list[float]) -> tuple[str, str]:
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return f"{cuts[9] * 1e3:,.0f}", f"{cuts[18] * 1e3:,.0f}"
