-- Every cell of every measure with all margins, from `contribution` (shaped as statistic_filing):
-- companies that contribute, their sum, the sum of their sizes without sign, and the two largest.
WITH of_company AS (
    SELECT measure, year, industry, size, region, cvr, sum(contribution) AS amount
    FROM contribution
    GROUP BY ALL
    HAVING amount <> 0
)
SELECT
    measure,
    year,
    coalesce(industry, 'all') AS industry,
    coalesce(size, 'all') AS size,
    coalesce(region, 'all') AS region,
    CAST(count(*) AS INTEGER) AS companies,
    sum(amount) AS value,
    sum(abs(amount)) AS total,
    max(abs(amount), 2) AS largest,
    quantile_cont(amount, 0.5) FILTER (WHERE measure IN (
        SELECT measure FROM measure WHERE how = 'median'
    )) AS median
FROM of_company
GROUP BY measure, year, CUBE (industry, size, region)
ORDER BY ALL
