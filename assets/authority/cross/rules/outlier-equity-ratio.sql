-- Equity over assets, both of the annual report.
SELECT
    cvr,
    period_start,
    period_end,
    equity AS numerator,
    assets AS denominator,
    CASE
        WHEN assets IS NULL THEN 'the annual report states no assets'
        WHEN assets <= 0 THEN 'assets are not above 0'
        WHEN equity IS NULL THEN 'the annual report states no equity'
    END AS reason,
    [filing_key] AS keys
FROM annual_year
