-- What is paid (or paid back) in VAT over the turnover of the same returns; see
-- vat-turnover-vs-revenue. The year is the fiscal year where there is an annual report, else
-- the calendar year.
SELECT
    vat_over.cvr,
    vat_over.period_start,
    vat_over.period_end,
    CAST(net_vat AS DECIMAL(38, 10)) AS numerator,
    turnover AS denominator,
    CASE
        WHEN vat_over.reason IS NOT NULL THEN vat_over.reason
        WHEN turnover <= 0 THEN 'turnover is not above 0'
    END AS reason,
    keys
FROM vat_over
LEFT JOIN annual USING (cvr, period_start, period_end)
WHERE annual.cvr IS NOT NULL
    OR (
        vat_over.cvr NOT IN (SELECT cvr FROM annual)
        AND vat_over.period_start = make_date(year(vat_over.period_end), 1, 1)
        AND vat_over.period_end = make_date(year(vat_over.period_end), 12, 31)
    )
