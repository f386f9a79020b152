-- The rows of duty_status: where each duty stands (duties.sql) and what a case officer reads of
-- it. annual_late holds what the law says of annual reports that are late, by day.
SELECT
    standing.cvr,
    standing.report_type,
    standing.period_start,
    standing.period_end,
    standing.due_date,
    state,
    filing_key,
    filed_at,
    CASE
        WHEN state = 'late' THEN datediff('day', standing.due_date, standing.filed_day)
        WHEN state IN ('missing', 'estimated') THEN datediff('day', standing.due_date, getvariable('as_of'))
    END AS days_late,
    is_zero,
    CAST(CASE WHEN state = 'estimated' THEN estimate END AS DECIMAL(18, 2)) AS estimate,
    CAST(CASE
        WHEN state IN ('estimated', 'late') AND estimate IS NOT NULL THEN estimate_fee
    END AS DECIMAL(18, 2)) AS fee,
    nullif(concat_ws(
        ' ',
        CASE WHEN standing.due_date <> law_date
            THEN 'Postponed from ' || law_date || '.' END,
        CASE WHEN is_zero THEN 'A zero return.' END,
        CASE WHEN state IN ('missing', 'estimated') AND is_waiting
            THEN 'A draft waits for the company to approve it, and is not filed.' END,
        CASE WHEN state = 'not_due' AND standing.report_type = 'eu_sales_list'
                AND standing.due_date < getvariable('as_of')
            THEN 'No VAT return of the period states sales to other EU countries that no list '
                || 'tells of, so no list is owed (momsloven § 54).' END,
        CASE WHEN state = 'missing' AND standing.report_type = 'eu_sales_list'
            THEN 'The VAT return of the period states sales to other EU countries '
                || '(momsloven § 54).' END,
        CASE WHEN state = 'missing' AND standing.report_type = 'vat_return'
                AND estimate_day > getvariable('as_of')
            THEN 'The tax is estimated on ' || estimate_day || ' if nothing is filed before '
                || '(opkrævningsloven § 4).' END,
        CASE WHEN state = 'missing' AND standing.report_type = 'vat_return'
                AND estimate_day <= getvariable('as_of')
            THEN 'No earlier return had come to estimate from: a case officer sets the tax '
                || '(opkrævningsloven § 4 stk. 1).' END,
        CASE WHEN state IN ('estimated', 'late') AND estimate IS NOT NULL
            THEN 'Foreløbig fastsættelse of ' || estimate_day || ' (opkrævningsloven § 4): the '
                || CASE WHEN basis_returns = 1 THEN 'last return' ELSE 'last ' || basis_returns
                    || ' returns' END
                || ', ' || basis_start || ' to ' || basis_end || ', came to '
                || basis_tax || ' DKK in ' || basis_months || ' months; for '
                || months || CASE WHEN months = 1 THEN ' month, ' ELSE ' months, ' END
                || estimate || ' DKK'
                || CASE WHEN basis_tax < 0 THEN ', for a refund is not estimated' ELSE '' END
                || '. Fee ' || estimate_fee || ' DKK (stk. 2).' END,
        CASE WHEN state = 'late' AND estimate IS NOT NULL
            THEN 'The estimate fell away when the return was filed.' END,
        CASE WHEN periods >= periods_in_row
            THEN 'Estimated ' || periods || ' periods in a row: the registration may be '
                || 'withdrawn after a registered letter and 14 days (opkrævningsloven § 4).' END,
        annual_late.text
    ), '') AS explanation,
    getvariable('as_of') AS as_of
FROM standing
LEFT JOIN in_row
    ON in_row.cvr = standing.cvr AND in_row.period_end = standing.period_end
    AND standing.report_type = 'vat_return'
LEFT JOIN annual_late
    ON standing.report_type = 'annual_report'
    AND annual_late.due_date = standing.due_date
    AND annual_late.filed_day IS NOT DISTINCT FROM standing.filed_day
