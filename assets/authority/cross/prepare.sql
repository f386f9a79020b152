-- What the comparisons stand on: of every period the accepted report that counts, and its
-- figures. One that is set aside, since it cannot be read, is not compared as if it said nil:
-- `is_zero` is not known of it. Tables handed over (`payroll`, `eu_purchase`) and ours
-- (`cross_rule`, `figure`) are registered before.
CREATE OR REPLACE TEMP TABLE standing AS
SELECT
    filing.report_type,
    coalesce(filing.cvr, company.cvr) AS cvr,
    filing.se_number,
    filing.filing_key,
    filing.period_start,
    filing.period_end
FROM received_filing AS filing
LEFT JOIN registered_company AS company ON company.se_number = filing.se_number
WHERE filing.report_type IN ('vat_return', 'eu_sales_list') AND filing.status = 'accepted'
    AND filing.is_zero IS NOT NULL
    AND filing.period_start IS NOT NULL AND filing.period_end IS NOT NULL
    AND coalesce(filing.cvr, company.cvr) IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY filing.report_type, coalesce(filing.cvr, company.cvr), filing.se_number,
        filing.period_start, filing.period_end
    ORDER BY filing.received_at DESC, filing.filing_key DESC
) = 1;

CREATE OR REPLACE TEMP TABLE vat_return AS
WITH figures AS (
    SELECT
        filing_key,
        sum(amount) FILTER (field = 'MomsAngivelseSalgsMomsBeloeb') AS output_vat,
        sum(amount) FILTER (field = 'MomsAngivelseEUSalgBeloebVarerBeloeb') AS goods_listed,
        sum(amount) FILTER (field = 'MomsAngivelseIkkeEUSalgBeloebVarerBeloeb') AS goods_unlisted,
        sum(amount) FILTER (field = 'MomsAngivelseEUSalgYdelseBeloeb') AS services,
        sum(amount) FILTER (field = 'MomsAngivelseEksportOmsaetningBeloeb') AS exports,
        sum(amount) FILTER (field = 'MomsAngivelseEUKoebBeloeb') AS goods_bought,
        sum(amount) FILTER (field = 'MomsAngivelseEUKoebYdelseBeloeb') AS services_bought,
        sum(amount) FILTER (field = 'MomsAngivelseAfgiftTilsvarBeloeb') AS net_vat
    FROM filed_vat_amount
    GROUP BY filing_key
)
SELECT
    cvr,
    se_number,
    filing_key,
    period_start,
    period_end,
    coalesce(output_vat, 0) AS output_vat,
    coalesce(goods_listed, 0) AS goods_listed,
    coalesce(goods_unlisted, 0) AS goods_unlisted,
    coalesce(services, 0) AS services,
    coalesce(exports, 0) AS exports,
    coalesce(goods_bought, 0) AS goods_bought,
    coalesce(services_bought, 0) AS services_bought,
    coalesce(net_vat, 0) AS net_vat
FROM standing
LEFT JOIN figures USING (filing_key)
WHERE report_type = 'vat_return';

CREATE OR REPLACE TEMP TABLE eu_list AS
SELECT
    cvr,
    se_number,
    filing_key,
    period_start,
    period_end,
    coalesce(sale.country || sale.vat_number, '') AS buyer,
    coalesce(sale.country, '') AS country,
    coalesce(sale.goods, 0) AS goods,
    coalesce(sale.triangular, 0) AS triangular,
    coalesce(sale.services, 0) AS services,
    CASE WHEN sale.line IS NULL THEN 0 ELSE 1 END AS lines
FROM standing
LEFT JOIN filed_eu_sale AS sale USING (filing_key)
WHERE report_type = 'eu_sales_list';

CREATE OR REPLACE TEMP TABLE annual AS
SELECT
    coalesce(filing.cvr, read.entity_identifier) AS cvr,
    filing.filing_key,
    read.filing_id,
    read.target,
    coalesce(read.period_start, filing.period_start) AS period_start,
    coalesce(read.period_end, filing.period_end) AS period_end
FROM received_filing AS filing
JOIN xbrl_filing AS read ON read.filing_id = filing.filing_id
WHERE filing.report_type = 'annual_report' AND filing.status = 'accepted' AND read.fact_count > 0
    AND coalesce(read.period_start, filing.period_start) IS NOT NULL
    AND coalesce(read.period_end, filing.period_end) IS NOT NULL
    AND coalesce(filing.cvr, read.entity_identifier) IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY coalesce(filing.cvr, read.entity_identifier),
        coalesce(read.period_end, filing.period_end)
    ORDER BY filing.received_at DESC, filing.filing_key DESC, read.fact_count DESC, read.target
) = 1;

-- Figures of the company alone (facts without dimension), of the year and of the year before.
CREATE OR REPLACE TEMP TABLE annual_fact AS
SELECT
    annual.cvr,
    annual.filing_key,
    annual.period_start AS year_start,
    annual.period_end AS year_end,
    fact.period_end = annual.period_end AS is_own,
    fact.concept,
    fact.period_start,
    fact.period_end,
    fact.unit,
    fact.numeric_value AS amount,
    -- Half a unit of the last digit that counts, XBRL 2.1 § 4.6.6.
    CASE
        WHEN TRY_CAST(fact.decimals AS INTEGER) BETWEEN -20 AND -1
            THEN CAST('5' || repeat('0', -TRY_CAST(fact.decimals AS INTEGER) - 1)
                AS DECIMAL(38, 10))
        WHEN TRY_CAST(fact.decimals AS INTEGER) = 0 THEN 0.5
        ELSE 0
    END AS half_unit
FROM xbrl_fact AS fact
JOIN annual ON annual.filing_id = fact.filing_id AND annual.target = fact.target
WHERE fact.concept IN (SELECT concept FROM figure)
    AND fact.namespace = 'http://xbrl.dcca.dk/fsa' AND fact.dimensions = ''
    AND fact.numeric_value IS NOT NULL
    AND (
        (
            fact.period_end = annual.period_end
            AND (fact.period_start IS NULL OR fact.period_start = annual.period_start)
        )
        OR fact.period_end = CAST(annual.period_start - INTERVAL 1 DAY AS DATE)
    )
QUALIFY row_number() OVER (
    PARTITION BY fact.filing_id, fact.target, fact.concept, fact.period_start, fact.period_end,
        fact.unit
    -- Of duplicates the most precise, then the first in the filing.
    ORDER BY
        CASE fact.decimals WHEN 'INF' THEN 1000 ELSE TRY_CAST(fact.decimals AS INTEGER) END
            DESC NULLS LAST,
        fact.fact_index
) = 1;

CREATE OR REPLACE TEMP TABLE annual_year AS
SELECT
    annual.*,
    min(unit) FILTER (concept = 'Revenue') AS revenue_unit,
    max(amount) FILTER (concept = 'Revenue') AS revenue,
    max(amount) FILTER (concept = 'GrossProfitLoss') AS gross_profit,
    max(amount) FILTER (concept = 'Equity') AS equity,
    max(amount) FILTER (concept = 'Assets') AS assets,
    max(amount) FILTER (concept = 'ProfitLoss') AS profit,
    max(amount) FILTER (concept = 'AverageNumberOfEmployees') AS employees
FROM annual
LEFT JOIN (FROM annual_fact WHERE is_own) AS own ON own.filing_key = annual.filing_key
GROUP BY ALL;

-- The stretches of days over which sales to the EU are compared: the longest of each company's
-- VAT periods and lists, for lists may be monthly and returns quarterly, or the other way round.
CREATE OR REPLACE TEMP TABLE eu_span AS
WITH seller AS (
    SELECT cvr FROM eu_list
    UNION
    SELECT cvr FROM vat_return WHERE goods_listed <> 0 OR services <> 0
),
period AS (
    SELECT cvr, period_start, period_end FROM vat_return WHERE cvr IN (FROM seller)
    UNION
    SELECT cvr, period_start, period_end FROM eu_list
)
FROM period AS one
WHERE NOT EXISTS (
    FROM period AS longer
    WHERE longer.cvr = one.cvr AND longer.period_start <= one.period_start
        AND longer.period_end >= one.period_end
        AND (longer.period_start, longer.period_end) <> (one.period_start, one.period_end)
);

-- What a company's VAT returns say over a stretch of days, and what keeps them from saying it.
-- Fiscal years of annual reports, calendar years where a company files none, and the stretches
-- above and of the exchange with other countries.
CREATE OR REPLACE TEMP TABLE vat_over AS
WITH wanted AS (
    SELECT cvr, period_start, period_end FROM annual
    UNION
    FROM eu_span
    UNION
    SELECT DISTINCT cvr, make_date(year(period_end), 1, 1), make_date(year(period_end), 12, 31)
    FROM vat_return WHERE cvr NOT IN (SELECT cvr FROM annual)
    UNION
    SELECT cvr, period_start, period_end FROM eu_purchase WHERE is_buyer_here
),
touching AS (
    SELECT
        wanted.cvr,
        wanted.period_start AS span_start,
        wanted.period_end AS span_end,
        vat_return.* EXCLUDE (cvr),
        lag(vat_return.period_end) OVER (
            PARTITION BY wanted.cvr, wanted.period_start, wanted.period_end, se_number
            ORDER BY vat_return.period_start, vat_return.period_end
        ) AS before
    FROM wanted
    JOIN vat_return ON vat_return.cvr = wanted.cvr
        AND vat_return.period_start <= wanted.period_end
        AND vat_return.period_end >= wanted.period_start
),
by_number AS (
    SELECT
        cvr,
        span_start,
        span_end,
        se_number,
        min(CASE
            WHEN period_start < span_start OR period_end > span_end THEN
                days(period_start, period_end)
        END) AS cut,
        min(CASE WHEN period_start <= before THEN days(period_start, period_end) END) AS twice,
        min(CASE
            WHEN before IS NULL AND period_start > span_start THEN
                days(span_start, CAST(period_start - INTERVAL 1 DAY AS DATE))
            WHEN period_start > before + INTERVAL 1 DAY THEN
                days(CAST(before + INTERVAL 1 DAY AS DATE),
                    CAST(period_start - INTERVAL 1 DAY AS DATE))
        END) AS gap,
        CASE WHEN max(period_end) < span_end THEN
            days(CAST(max(period_end) + INTERVAL 1 DAY AS DATE), span_end)
        END AS rest,
        count(*) AS returns,
        sum(output_vat) AS output_vat,
        sum(goods_listed) AS goods_listed,
        sum(goods_unlisted) AS goods_unlisted,
        sum(services) AS services,
        sum(exports) AS exports,
        sum(goods_bought) AS goods_bought,
        sum(services_bought) AS services_bought,
        sum(net_vat) AS net_vat,
        list(filing_key) AS keys
    FROM touching
    GROUP BY cvr, span_start, span_end, se_number
)
SELECT
    cvr,
    span_start AS period_start,
    span_end AS period_end,
    coalesce(
        min('the VAT period ' || cut || ' is cut by it'),
        min('VAT returns overlap at ' || twice),
        min('no accepted VAT return covers ' || coalesce(gap, rest))
    ) AS reason,
    CAST(sum(returns) AS BIGINT) AS returns,
    sum(output_vat) AS output_vat,
    sum(goods_listed) AS goods_listed,
    sum(goods_unlisted) AS goods_unlisted,
    sum(services) AS services,
    sum(exports) AS exports,
    sum(goods_bought) AS goods_bought,
    sum(services_bought) AS services_bought,
    sum(net_vat) AS net_vat,
    CAST(4 * sum(output_vat) + sum(goods_listed) + sum(goods_unlisted) + sum(services)
        + sum(exports) AS DECIMAL(38, 10)) AS turnover,
    list_sort(flatten(list(keys))) AS keys
FROM by_number
GROUP BY cvr, span_start, span_end;
