-- A ratio against its peers: companies of the same DB25 division (two digits), size and year,
-- itself among them. Ratios are whole millionths; the median of an even number is the middle of
-- two; MAD is the median distance from the median. The limit is z × 1.4826 × MAD, at least
-- `least`; 1.4826 makes MAD a standard deviation where the ratios are normally distributed.
-- Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993).
, placed AS (
    SELECT
        ratio.*,
        company.industry[1:2] AS division,
        company_size.size,
        year(ratio.period_end) AS year,
        coalesce(
            ratio.reason,
            CASE
                WHEN company.industry IS NULL THEN 'the register has no industry of it'
                WHEN company.employees IS NULL THEN 'the register has no number of employees of it'
            END
        ) AS why_not,
        CASE WHEN ratio.reason IS NULL THEN
            divided(oere(numerator), oere(denominator), 1000000)
        END AS millionths
    FROM ratio
    LEFT JOIN registered_company AS company USING (cvr)
    LEFT JOIN company_size USING (cvr)
),
peer AS (
    SELECT division, size, year, list_sort(list(millionths)) AS ratios, count(*) AS n
    FROM placed
    WHERE why_not IS NULL
    GROUP BY division, size, year
),
middle AS (
    SELECT *, ratios[(n + 1) // 2] + ratios[n // 2 + 1] AS twice_median FROM peer
),
distance AS (
    SELECT
        * EXCLUDE (ratios),
        list_sort([abs(2 * x - twice_median) FOR x IN ratios]) AS distances
    FROM middle
),
spread AS (
    SELECT
        division,
        size,
        year,
        n,
        CAST(twice_median AS DECIMAL(28, 0)) * 0.0000005 AS median,
        CAST(distances[(n + 1) // 2] + distances[n // 2 + 1] AS DECIMAL(28, 0)) * 0.00000025 AS mad
    FROM distance
)
SELECT
    placed.cvr,
    placed.period_start,
    placed.period_end,
    '' AS subject,
    CAST(millionths AS DECIMAL(28, 0)) * 0.000001 AS stated,
    spread.median AS expected,
    ' (' || plain(numerator) || ' / ' || plain(denominator) || ')' AS how_stated,
    ' (' || n || CASE n WHEN 1 THEN ' company' ELSE ' companies' END || ' of DB25 division ' || placed.division || ' with ' || placed.size
    || ' employees in ' || placed.year || '; MAD ' || plain(mad) || ')' AS how_expected,
    1 AS counted,
    coalesce(why_not, CASE WHEN n < cross_rule.peers THEN
        'only ' || n || CASE n WHEN 1 THEN ' company' ELSE ' companies' END || ' of DB25 division ' || placed.division || ' with ' || placed.size
        || ' employees in ' || placed.year || ', fewer than ' || cross_rule.peers
    END) AS reason,
    keys AS stated_keys,
    CAST([] AS VARCHAR[]) AS expected_keys,
    CAST(cross_rule.z * 1.4826 * CAST(mad AS DECIMAL(18, 8)) AS DECIMAL(38, 10)) AS own_limit
FROM placed
JOIN cross_rule ON cross_rule.rule = $rule
LEFT JOIN spread ON spread.division = placed.division AND spread.size = placed.size
    AND spread.year = placed.year
