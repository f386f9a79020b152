-- The average of a fiscal year across two calendar years is weighed by days of each.
WITH in_year AS (
    SELECT
        annual_year.cvr,
        annual_year.period_end,
        payroll.year,
        payroll.employees,
        CAST(date_diff('day',
            greatest(annual_year.period_start, make_date(y, 1, 1)),
            least(annual_year.period_end, make_date(y, 12, 31))) + 1 AS HUGEINT) AS weight,
        y
    FROM (
        SELECT
            *,
            unnest(range(year(period_start), CAST(year(period_end) + 1 AS BIGINT))) AS y
        FROM annual_year
    ) AS annual_year
    LEFT JOIN payroll ON payroll.cvr = annual_year.cvr AND payroll.year = annual_year.y
),
weighed AS (
    SELECT
        cvr,
        period_end,
        CAST(divided(
            CAST(sum(oere(employees) * weight) AS HUGEINT), CAST(sum(weight) AS HUGEINT), 1
        ) AS DECIMAL(28, 0)) * 0.01 AS average,
        string_agg(y || ': ' || plain(employees) || ' in ' || weight || ' days', '; ' ORDER BY y)
            AS words,
        count(*) AS years,
        min(y) FILTER (employees IS NULL) AS without
    FROM in_year
    GROUP BY cvr, period_end
)
SELECT
    annual_year.cvr,
    annual_year.period_start,
    annual_year.period_end,
    '' AS subject,
    annual_year.employees AS stated,
    CASE WHEN without IS NULL THEN weighed.average END AS expected,
    '' AS how_stated,
    CASE WHEN years > 1 THEN ' (' || words || ')' ELSE '' END AS how_expected,
    1 AS counted,
    CASE
        WHEN annual_year.employees IS NULL THEN
            'the annual report states no average number of employees'
        WHEN without IS NOT NULL THEN 'the payroll register has no row of ' || without
    END AS reason,
    [annual_year.filing_key] AS stated_keys,
    CAST([] AS VARCHAR[]) AS expected_keys
FROM annual_year
JOIN weighed USING (cvr, period_end)
