-- Every rule that a report broke, one row for each report and rule: of annual reports what the
-- rules found in them, of all what they were rejected, refused or warned for.
--
-- rule: the rule's code, as DBA.FR57, 4802 or 84
-- severity: error, warning or note; of the authority's codes error, or warning where it was accepted
-- report_type: vat_return, eu_sales_list or annual_report
-- cvr: the company's CVR number, where it is known
-- division: its industry's first two digits, DB25; null where it is not registered
-- received_month: month in which the report was received, its first day; null where it came otherwise
-- period_end: last day reported on
-- times: how often it was broken in the report
-- message: what was expected and found, the first time; null of a bare code
-- filing_key: the authority's number for the report; null where it came otherwise
-- filing_id: SHA-256 of the report's bytes
WITH found AS (
    SELECT
        code AS rule,
        severity,
        filing_id,
        count(*) AS times,
        min(message) AS message
    FROM xbrl_problem
    GROUP BY code, severity, filing_id
),
received AS (
    SELECT
        *,
        CAST(date_trunc('month', received_at) AS DATE) AS received_month
    FROM received_filing
),
broken AS (
    SELECT
        found.rule,
        found.severity,
        'annual_report' AS report_type,
        coalesce(received.cvr, read.entity_identifier) AS cvr,
        received.received_month,
        coalesce(read.period_end, received.period_end) AS period_end,
        found.times,
        found.message,
        received.filing_key,
        found.filing_id
    FROM found
    LEFT JOIN (
        SELECT
            filing_id,
            min(entity_identifier) AS entity_identifier,
            min(period_end) AS period_end
        FROM xbrl_filing
        GROUP BY filing_id
    ) AS read ON read.filing_id = found.filing_id
    LEFT JOIN received ON received.filing_id = found.filing_id
        AND received.report_type = 'annual_report'
    UNION ALL
    SELECT
        code,
        CASE WHEN received.status IN ('accepted', 'replaced') THEN 'warning' ELSE 'error' END,
        received.report_type,
        received.cvr,
        received.received_month,
        received.period_end,
        1,
        NULL,
        received.filing_key,
        received.filing_id
    FROM (SELECT *, unnest(list_distinct(codes)) AS code FROM received) AS received
    WHERE NOT EXISTS (
        FROM found WHERE found.filing_id = received.filing_id AND found.rule = received.code
    )
)
SELECT
    broken.rule,
    broken.severity,
    broken.report_type,
    broken.cvr,
    company.industry[1:2] AS division,
    broken.received_month,
    broken.period_end,
    broken.times,
    broken.message,
    broken.filing_key,
    broken.filing_id
FROM broken
LEFT JOIN registered_company AS company ON company.cvr = broken.cvr
