-- The period each filing of a batch reports on, and when the report was approved.
-- A filing says so itself in concepts made for it; where it does not, its period is the one
-- that most of its facts without dimensions are of, the latest where two have as many.
CREATE OR REPLACE TEMP TABLE filing_period AS
WITH says(concept, what) AS (
    VALUES
        ('ReportingPeriodStartDate', 'start'),                -- Danish gsd
        ('ReportingPeriodEndDate', 'end'),
        ('StartDateForPeriodCoveredByReport', 'start'),       -- UK business taxonomy
        ('EndDateForPeriodCoveredByReport', 'end'),
        ('DocumentPeriodEndDate', 'end'),                     -- US dei
        ('DateOfEndOfReportingPeriod2013', 'end'),            -- IFRS
        ('DateOfApprovalOfAnnualReport', 'approval'),         -- Danish sob
        ('DateAuthorisationFinancialStatementsForIssue', 'approval')
),
told AS (
    SELECT filing_id, target, what, min_by(TRY_CAST(trim(value) AS DATE), fact_index) AS day
    FROM new_xbrl_fact JOIN says USING (concept)
    WHERE TRY_CAST(trim(value) AS DATE) BETWEEN DATE '1900-01-01' AND DATE '2100-12-31'
    GROUP BY ALL
),
told_by_filing AS (
    SELECT
        filing_id,
        target,
        min(day) FILTER (WHERE what = 'start') AS period_start,
        max(day) FILTER (WHERE what = 'end') AS period_end,
        max(day) FILTER (WHERE what = 'approval') AS approval_date
    FROM told
    GROUP BY ALL
),
counted AS (
    SELECT filing_id, target, period_start, period_end, count(*) AS facts
    FROM new_xbrl_fact
    WHERE dimensions = '' AND period_end BETWEEN DATE '1900-01-01' AND DATE '2100-12-31'
    GROUP BY ALL
),
usual_end AS (
    SELECT filing_id, target, max_by(period_end, (facts, period_end)) AS period_end
    FROM (
        SELECT filing_id, target, period_end, sum(facts) AS facts FROM counted GROUP BY ALL
    )
    GROUP BY ALL
),
ends AS (
    SELECT
        filing.filing_id,
        filing.target,
        told_by_filing.period_start,
        coalesce(told_by_filing.period_end, usual_end.period_end) AS period_end,
        told_by_filing.approval_date
    FROM new_xbrl_filing AS filing
    LEFT JOIN told_by_filing USING (filing_id, target)
    LEFT JOIN usual_end USING (filing_id, target)
),
usual_start AS (
    SELECT
        filing_id, target, max_by(counted.period_start, (facts, counted.period_start)) AS day
    FROM counted JOIN ends USING (filing_id, target, period_end)
    WHERE counted.period_start IS NOT NULL
    GROUP BY ALL
)
SELECT
    filing_id,
    target,
    coalesce(period_start, usual_start.day) AS period_start,
    period_end,
    approval_date,
    -- One filing lies in one year, whatever its targets say.
    'year=' || coalesce(
        lpad(CAST(max(year(period_end)) OVER (PARTITION BY filing_id) AS VARCHAR), 4, '0'), 'none'
    ) AS _partition
FROM ends LEFT JOIN usual_start USING (filing_id, target);
