WITH stated AS (
    SELECT entity_identifier AS company, year(period_end) AS year, concept, numeric_value
    FROM xbrl_fact
    WHERE dimensions = '' AND concept IN ('Equity', 'FixedAssets', 'CurrentAssets')
), ratio AS (
    SELECT company, year,
        max(numeric_value) FILTER (concept = 'Equity')
        / (max(numeric_value) FILTER (concept = 'FixedAssets')
            + max(numeric_value) FILTER (concept = 'CurrentAssets')) AS equity_ratio
    FROM stated GROUP BY ALL HAVING equity_ratio IS NOT NULL
)
-- by year
SELECT year, count(*) AS companies, round(median(equity_ratio), 3) AS median,
    round(quantile_cont(equity_ratio, 0.25), 3) AS lower, round(quantile_cont(equity_ratio, 0.75), 3) AS upper
FROM ratio GROUP BY year HAVING count(*) > 1 ORDER BY year
