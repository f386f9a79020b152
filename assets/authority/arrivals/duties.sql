-- Every report due in a period, against what arrived, as of a day (variables as_of, since): of all companies in
-- one pass. Beside the tables stand duty_period (see duty_periods.py), postponed and assessment.
-- Days are those of Denmark.

-- 1. What is owed: a duty's periods, cut to the days it held and the company was registered. The
--    due date of a cut period stays that of the whole one. A first fiscal year of up to eighteen
--    months takes in the year it begins in (årsregnskabsloven § 15 stk. 2 and 3).
CREATE OR REPLACE TEMP TABLE owed AS
SELECT
    cvr,
    report_type,
    any_value(CASE report_type WHEN 'annual_report' THEN cvr ELSE se_number END) AS party,
    period_start,
    period_end,
    min(coalesce(postponed.due_date, law_date)) AS due_date,
    min(law_date) AS law_date
FROM (
    SELECT
        duty.cvr,
        company.se_number,
        duty.report_type,
        CAST(greatest(
            CASE last_day WHEN first_year_end THEN first_day - INTERVAL 6 MONTH ELSE first_day END,
            valid_from,
            coalesce(registered_from, valid_from)
        ) AS DATE) AS period_start,
        least(last_day, coalesce(valid_to, last_day), coalesce(registered_to, last_day))
            AS period_end,
        last_day,
        period.due_date AS law_date
    FROM registered_duty AS duty
    JOIN registered_company AS company USING (cvr)
    JOIN duty_period AS period
        ON period.report_type = duty.report_type
        AND period.frequency = duty.frequency
        AND coalesce(period.year_end, '') = coalesce(duty.year_end, '')
        AND coalesce(period.company_class, '') = coalesce(duty.company_class, '')
        AND period.last_day >= coalesce(duty.first_year_end, period.last_day)
) AS whole
LEFT JOIN (SELECT cvr, report_type, period_end AS last_day, due_date FROM postponed) AS postponed
    USING (cvr, report_type, last_day)
WHERE period_start <= period_end
GROUP BY ALL;

-- 2. What arrived: of each party and last day, the report that counts (the newest accepted), when
--    the first accepted one was filed, and whether one waits to be decided.
CREATE OR REPLACE TEMP TABLE arrived AS
WITH filing AS (
    SELECT
        *,
        CASE report_type WHEN 'annual_report' THEN cvr ELSE coalesce(se_number, cvr) END AS party,
        accepted_event IS NOT NULL
            AND CAST(timezone('Europe/Copenhagen', accepted_at) AS DATE) <= getvariable('as_of') AS is_accepted,
        -- A draft return is filed when the company approves it, any other report when it comes.
        CASE report_type WHEN 'vat_return' THEN accepted_at ELSE received_at END AS filed
    FROM received_filing
    -- Older ones are what an estimate is reckoned from.
    WHERE status <> 'refused' AND period_end >= getvariable('since') - INTERVAL 2 YEAR
)
SELECT
    report_type,
    party,
    period_end,
    arg_max(filing_key, accepted_event) FILTER (WHERE is_accepted) AS filing_key,
    arg_max(is_zero, accepted_event) FILTER (WHERE is_accepted) AS is_zero,
    arg_max(period_start, accepted_event) FILTER (WHERE is_accepted) AS period_start,
    min(filed) FILTER (WHERE is_accepted) AS filed_at,
    bool_or(status IN ('waiting', 'received')) AS is_waiting
FROM filing
GROUP BY ALL;

-- 3. What the VAT returns that count say: the tax, and sales to other EU countries.
CREATE OR REPLACE TEMP TABLE filed_vat AS
SELECT
    party,
    arrived.period_start,
    arrived.period_end,
    CAST(timezone('Europe/Copenhagen', any_value(filed_at)) AS DATE) AS filed_day,
    sum(amount) FILTER (WHERE field = 'MomsAngivelseAfgiftTilsvarBeloeb') AS tax,
    bool_or(amount <> 0) FILTER (WHERE field IN (
        'MomsAngivelseEUSalgBeloebVarerBeloeb', 'MomsAngivelseEUSalgYdelseBeloeb'
    )) AS has_eu_sales
FROM arrived JOIN filed_vat_amount USING (filing_key)
WHERE report_type = 'vat_return' AND field IN (
    'MomsAngivelseAfgiftTilsvarBeloeb', 'MomsAngivelseEUSalgBeloebVarerBeloeb',
    'MomsAngivelseEUSalgYdelseBeloeb'
)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE due AS
SELECT
    owed.*,
    filing_key,
    is_zero,
    filed_at,
    CAST(timezone('Europe/Copenhagen', filed_at) AS DATE) AS filed_day,
    coalesce(is_waiting, false) AS is_waiting,
    fee AS estimate_fee,
    owed.due_date + days_after AS estimate_day,
    returns,
    periods_in_row,
    12 * (year(owed.period_end) - year(owed.period_start))
        + month(owed.period_end) - month(owed.period_start) + 1 AS months
FROM owed
LEFT JOIN arrived USING (report_type, party, period_end)
LEFT JOIN assessment
    ON assessment.report_type = owed.report_type
    AND owed.period_end BETWEEN assessment.valid_from
        AND coalesce(assessment.valid_to, DATE '9999-12-31');

-- 4. The estimate (opkrævningsloven § 4), made some days after the due date where no return had
--    come by then: the tax of the newest returns of earlier periods that had come by that day, by
--    month, times the months of the period; cut down to whole kroner, never below nothing. Where
--    there is no earlier return, nobody's figure stands for the company's: no estimate is made.
CREATE OR REPLACE TEMP TABLE estimated AS
WITH candidate AS (
    SELECT party, period_start, period_end, estimate_day, months, returns
    FROM due
    WHERE report_type = 'vat_return' AND estimate_day <= getvariable('as_of')
        AND (filed_day IS NULL OR filed_day > estimate_day)
),
basis AS (
    SELECT
        party,
        candidate.period_end,
        candidate.months,
        earlier.period_start AS basis_start,
        earlier.period_end AS basis_end,
        tax,
        returns,
        row_number() OVER (
            PARTITION BY party, candidate.period_end ORDER BY earlier.period_end DESC
        ) AS number
    FROM candidate JOIN filed_vat AS earlier USING (party)
    WHERE earlier.period_end < candidate.period_start AND earlier.filed_day <= estimate_day
),
summed AS (
    SELECT
        party,
        period_end,
        months,
        count(*) AS basis_returns,
        min(basis_start) AS basis_start,
        max(basis_end) AS basis_end,
        CAST(sum(
            12 * (year(basis_end) - year(basis_start)) + month(basis_end) - month(basis_start) + 1
        ) AS BIGINT) AS basis_months,
        CAST(sum(tax) AS BIGINT) AS basis_tax
    FROM basis
    WHERE number <= returns
    GROUP BY party, period_end, months
)
SELECT
    *,
    'vat_return' AS report_type,
    CASE WHEN basis_tax <= 0 THEN 0 ELSE basis_tax * months // basis_months END AS estimate
FROM summed;

-- 5. Where each duty stands. A list is owed only of a period with sales to other EU countries,
--    and the VAT return that covers it says so (momsloven § 54).
CREATE OR REPLACE TEMP TABLE eu_sold AS
SELECT owed.cvr, owed.period_end, bool_or(has_eu_sales) AS has_eu_sales
FROM owed
JOIN filed_vat
    ON filed_vat.party = owed.party
    AND filed_vat.period_start <= owed.period_start AND filed_vat.period_end >= owed.period_end
WHERE owed.report_type = 'eu_sales_list'
    AND NOT EXISTS (  -- a list of another month of the return's period tells of those sales
        FROM arrived
        WHERE report_type = 'eu_sales_list' AND arrived.party = owed.party
            AND arrived.filing_key IS NOT NULL
            AND arrived.period_end BETWEEN filed_vat.period_start AND filed_vat.period_end
    )
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE standing AS
SELECT
    due.*,
    estimate,
    basis_returns,
    basis_start,
    basis_end,
    basis_months,
    basis_tax,
    CASE
        WHEN filed_day <= due_date THEN 'on_time'
        WHEN filed_day IS NOT NULL THEN 'late'
        WHEN period_end >= getvariable('as_of') THEN 'not_due'
        WHEN getvariable('as_of') <= due_date THEN CASE WHEN is_waiting THEN 'waiting' ELSE 'awaited' END
        WHEN report_type = 'annual_report' AND is_waiting THEN 'waiting'
        WHEN report_type = 'eu_sales_list' AND NOT coalesce(has_eu_sales, false) THEN 'not_due'
        WHEN estimate IS NOT NULL THEN 'estimated'
        ELSE 'missing'
    END AS state
FROM due
LEFT JOIN estimated USING (report_type, party, period_end, months)
LEFT JOIN eu_sold USING (cvr, period_end);

-- 6. How many periods in a row have stood estimated, up to each.
CREATE OR REPLACE TEMP TABLE in_row AS
WITH numbered AS (
    SELECT
        cvr,
        period_end,
        state,
        row_number() OVER (PARTITION BY cvr ORDER BY period_end)
            - row_number() OVER (PARTITION BY cvr, state = 'estimated' ORDER BY period_end)
            AS stretch
    FROM standing
    SEMI JOIN (SELECT cvr FROM standing WHERE state = 'estimated') USING (cvr)
    WHERE report_type = 'vat_return' AND state NOT IN ('not_due', 'awaited', 'waiting')
)
SELECT
    cvr,
    period_end,
    row_number() OVER (PARTITION BY cvr, stretch ORDER BY period_end) AS periods
FROM numbered
WHERE state = 'estimated';
