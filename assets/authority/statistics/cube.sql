-- Every cell of every measure with all margins, from `contribution` (shaped as statistic_filing):
-- companies that contribute, their sum, the sum of their sizes without sign, the two largest, and
-- of some measures the median. Margins are made of the finest cells, a company being in just one.
WITH of_company AS (
    SELECT measure, year, industry, size, region, cvr, sum(contribution) AS amount
    FROM contribution
    GROUP BY ALL
    HAVING amount <> 0
),
finest AS (
    SELECT
        measure, year, industry, size, region,
        count(*) AS companies,
        sum(amount) AS value,
        sum(abs(amount)) AS total,
        max(abs(amount), 2) AS largest
    FROM of_company
    GROUP BY ALL
),
cell AS (
    SELECT
        measure, year, industry, size, region,
        CAST(sum(companies) AS INTEGER) AS companies,
        sum(value) AS value,
        sum(total) AS total,
        list_reverse_sort(flatten(list(largest)))[:2] AS largest
    FROM finest
    GROUP BY measure, year, CUBE (industry, size, region)
),
middle AS (
    SELECT measure, year, industry, size, region, quantile_cont(amount, 0.5) AS median
    FROM of_company
    WHERE measure IN (SELECT measure FROM measure WHERE how = 'median')
    GROUP BY measure, year, CUBE (industry, size, region)
)
SELECT
    cell.measure,
    cell.year,
    coalesce(cell.industry, 'all') AS industry,
    coalesce(cell.size, 'all') AS size,
    coalesce(cell.region, 'all') AS region,
    companies, value, total, largest, median
FROM cell
LEFT JOIN middle
    ON middle.measure = cell.measure AND middle.year = cell.year
    AND middle.industry IS NOT DISTINCT FROM cell.industry
    AND middle.size IS NOT DISTINCT FROM cell.size
    AND middle.region IS NOT DISTINCT FROM cell.region
ORDER BY ALL
