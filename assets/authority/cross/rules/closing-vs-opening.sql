-- Each figure that this year's report states for the year before, against that year's own
-- report: the same concept, the same days. A report without the one before it here is told once.
WITH pair AS (
    SELECT
        annual.cvr,
        annual.period_start,
        annual.period_end,
        annual.filing_key,
        last_year.filing_key AS last_key,
        last_year.period_start AS last_start,
        last_year.period_end AS last_end
    FROM annual
    LEFT JOIN annual AS last_year ON last_year.cvr = annual.cvr
        AND last_year.period_end = CAST(annual.period_start - INTERVAL 1 DAY AS DATE)
),
compared AS (
    SELECT
        pair.*,
        figure.words,
        now.amount AS stated,
        before.amount AS expected,
        now.half_unit + before.half_unit AS slack,
        CASE WHEN now.unit IS DISTINCT FROM before.unit THEN
            'the reports are in different units: ' || coalesce(now.unit, 'none') || ' and '
            || coalesce(before.unit, 'none')
        END AS reason
    FROM pair
    JOIN annual_fact AS now ON now.filing_key = pair.filing_key AND NOT now.is_own
        AND now.period_end = pair.last_end
        AND (now.period_start IS NULL OR now.period_start = pair.last_start)
    JOIN annual_fact AS before ON before.filing_key = pair.last_key AND before.is_own
        AND before.concept = now.concept
    JOIN figure ON figure.concept = now.concept AND figure.is_compared
    QUALIFY row_number() OVER (
        PARTITION BY pair.cvr, pair.period_end, now.concept
        ORDER BY now.unit IS DISTINCT FROM before.unit, now.unit, before.unit
    ) = 1
)
SELECT
    cvr,
    period_start,
    period_end,
    words AS subject,
    stated,
    expected,
    '' AS how_stated,
    ' (report of ' || days(last_start, last_end) || ')' AS how_expected,
    1 AS counted,
    reason,
    [filing_key] AS stated_keys,
    [last_key] AS expected_keys,
    slack AS own_limit
FROM compared
UNION ALL
SELECT
    cvr, period_start, period_end, '', NULL, NULL, NULL, NULL, 1,
    CASE
        WHEN last_key IS NULL THEN 'no accepted annual report of the year before is here'
        ELSE 'the annual report states no figure that both years have'
    END,
    [filing_key],
    CASE WHEN last_key IS NULL THEN CAST([] AS VARCHAR[]) ELSE [last_key] END, 0
FROM pair
WHERE (cvr, period_end) NOT IN (SELECT (cvr, period_end) FROM compared)
