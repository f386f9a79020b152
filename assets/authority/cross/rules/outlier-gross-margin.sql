-- Gross profit over revenue, both of the annual report.
SELECT
    cvr,
    period_start,
    period_end,
    gross_profit AS numerator,
    revenue AS denominator,
    CASE
        WHEN revenue IS NULL THEN 'the annual report states no revenue'
        WHEN revenue <= 0 THEN 'revenue is not above 0'
        WHEN gross_profit IS NULL THEN 'the annual report states no gross profit'
    END AS reason,
    [filing_key] AS keys
FROM annual_year
