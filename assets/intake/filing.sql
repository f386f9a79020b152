-- What the intake adds to a filing: when, from where, which period, what is thought of it.
CREATE OR REPLACE TEMP TABLE judged_xbrl_filing AS
WITH error AS (
    SELECT filing_id, target, count(*) AS errors
    FROM new_xbrl_problem
    WHERE severity = 'error'
    GROUP BY ALL
),
problem AS (
    SELECT filing_id, target, count(*) AS problems FROM new_xbrl_problem GROUP BY ALL
)
SELECT
    filing.* REPLACE (CAST(coalesce(problem.problems, 0) AS INTEGER) AS problem_count),
    taken.sequence,
    taken.place,
    taken.path,
    filing_period.period_start,
    filing_period.period_end,
    filing_period.approval_date,
    taken.published_at,
    CASE
        WHEN NOT filing.is_read THEN 'unread'
        WHEN error.errors > 0 THEN 'invalid'
        ELSE 'valid'
    END AS verdict
FROM new_xbrl_filing AS filing
JOIN taken ON taken.filing_id = filing.filing_id
JOIN filing_period ON filing_period.filing_id = filing.filing_id
    AND filing_period.target = filing.target
LEFT JOIN problem ON problem.filing_id = filing.filing_id AND problem.target = filing.target
LEFT JOIN error ON error.filing_id = filing.filing_id AND error.target = filing.target;
