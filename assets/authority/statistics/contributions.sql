-- What each report adds to each measure: one row for each report and field, in the shape of table
-- statistic_filing. `measure`, `section` and `municipality` are our own tables of codes.
-- An annual report counts that is the company's own, of the last fiscal year ending in the year;
-- a VAT return or list that is accepted and stands; a duty whose due date is past. What adds 0 is
-- left out: nobody contributes by it.
WITH section_of AS (
    SELECT
        section,
        unnest(
            range(CAST(first_division AS INTEGER), CAST(last_division AS INTEGER) + 1)
        ) AS division
    FROM section
),
company AS (
    SELECT
        company.cvr,
        coalesce(section_of.section, 'unknown') AS industry,
        coalesce(company_size.size, 'unknown') AS size,
        coalesce(municipality.region, 'unknown') AS region
    FROM registered_company AS company
    LEFT JOIN section_of
        ON length(company.industry) = 6
        AND section_of.division = TRY_CAST(left(company.industry, 2) AS INTEGER)
    LEFT JOIN company_size ON company_size.cvr = company.cvr
    LEFT JOIN municipality ON municipality.municipality = company.municipality
),
-- Annual reports.
own_figure AS (
    SELECT entity_identifier AS cvr, fiscal_year, period_end, filing_id, concept, amount
    FROM company_figure
    WHERE entity_scheme = 'http://www.dcca.dk/cvr' AND namespace = 'http://xbrl.dcca.dk/fsa'
        AND basis = 'solo' AND NOT is_comparative
        AND unit IN ('iso4217:DKK', 'xbrli:pure')
    QUALIFY period_end = max(period_end) OVER (PARTITION BY entity_identifier, fiscal_year)
),
balance AS (
    SELECT
        cvr, fiscal_year, period_end, filing_id,
        max(amount) FILTER (WHERE concept = 'Assets') AS assets,
        max(amount) FILTER (WHERE concept = 'Equity') AS equity
    FROM own_figure
    GROUP BY ALL
),
annual(measure, year, cvr, filing_id, concept, contribution) AS (
    SELECT 'annual_reports', fiscal_year, cvr, filing_id, '', 1
    FROM balance
    UNION ALL
    SELECT measure.measure, fiscal_year, cvr, filing_id, concept, amount
    FROM own_figure JOIN measure USING (concept)
    WHERE measure."group" <> 'balance'
    UNION ALL
    SELECT 'assets', fiscal_year, cvr, filing_id, 'Assets', assets
    FROM balance WHERE assets > 0 AND equity IS NOT NULL
    UNION ALL
    SELECT 'equity', fiscal_year, cvr, filing_id, 'Equity', equity
    FROM balance WHERE assets > 0 AND equity IS NOT NULL
    UNION ALL
    SELECT
        'equity_ratio_median', fiscal_year, cvr, filing_id, 'Equity/Assets',
        CAST(equity / assets AS DECIMAL(38, 10))
    FROM balance WHERE assets > 0 AND equity IS NOT NULL
),
case_number AS (
    SELECT filing_id, min(filing_key) AS filing_key
    FROM received_filing
    WHERE report_type = 'annual_report' AND status = 'accepted'
    GROUP BY filing_id
),
-- VAT returns and EU sales lists.
standing AS (
    SELECT filing_key, filing_id, report_type, cvr, year(period_end) AS year
    FROM received_filing
    WHERE status = 'accepted' AND report_type IN ('vat_return', 'eu_sales_list')
        AND cvr IS NOT NULL AND period_end IS NOT NULL
),
listed AS (
    SELECT
        filing_key,
        sum(goods) AS goods, sum(triangular) AS triangular, sum(services) AS services
    FROM filed_eu_sale
    GROUP BY filing_key
),
vat(measure, year, cvr, filing_key, filing_id, concept, contribution) AS (
    SELECT 'vat_returns', year, cvr, filing_key, filing_id, '', 1
    FROM standing WHERE report_type = 'vat_return'
    UNION ALL
    SELECT measure, year, cvr, filing_key, filing_id, concept, amount
    FROM standing
    JOIN filed_vat_amount USING (filing_key)
    JOIN measure ON measure.concept = filed_vat_amount.field
    WHERE report_type = 'vat_return'
    UNION ALL
    SELECT measure, year, cvr, filing_key, filing_id, concept, amount
    FROM (
        UNPIVOT (FROM standing JOIN listed USING (filing_key) WHERE report_type = 'eu_sales_list')
        ON goods, triangular, services INTO NAME concept VALUE amount
    )
    JOIN measure USING (concept)
),
-- Punctuality: on the day the duties were worked out for, of those whose due date was past.
past AS (
    SELECT
        *,
        CASE WHEN state IN ('on_time', 'late') THEN state ELSE 'missing' END AS came,
        period_start || '/' || period_end AS period
    FROM duty_status
    WHERE due_date < as_of AND state <> 'not_due'
),
duty(measure, year, cvr, filing_key, concept, contribution) AS (
    SELECT report_type || '_due', year(period_end), cvr, coalesce(filing_key, ''), period, 1
    FROM past
    UNION ALL
    SELECT
        report_type || '_' || came, year(period_end), cvr, coalesce(filing_key, ''), period, 1
    FROM past
    UNION ALL
    SELECT report_type || '_zero', year(period_end), cvr, coalesce(filing_key, ''), period, 1
    FROM past WHERE is_zero AND came <> 'missing'
),
every AS (
    SELECT
        measure, year, cvr, coalesce(case_number.filing_key, annual.filing_id) AS filing_key,
        annual.filing_id, concept, contribution
    FROM annual LEFT JOIN case_number USING (filing_id)
    UNION ALL
    FROM vat
    UNION ALL
    SELECT
        duty.measure, duty.year, duty.cvr, duty.filing_key, received.filing_id, duty.concept,
        duty.contribution
    FROM duty LEFT JOIN received_filing AS received USING (filing_key)
)
SELECT
    every.measure,
    CAST(every.year AS INTEGER) AS year,
    every.cvr,
    coalesce(company.industry, 'unknown') AS industry,
    coalesce(company.size, 'unknown') AS size,
    coalesce(company.region, 'unknown') AS region,
    every.filing_key,
    every.filing_id,
    every.concept,
    CAST(every.contribution AS DECIMAL(38, 10)) AS contribution
FROM every
LEFT JOIN company USING (cvr)
WHERE every.contribution <> 0
